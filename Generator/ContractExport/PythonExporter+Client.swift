import ContractModel

extension PythonExporter {
  /// The names beside the parameters in a method's signature.
  private static let arguments: Set<String> = [
    "accept", "answer", "body", "bool", "bytes", "cast", "headers", "int", "item", "last_event_id", "options", "self",
    "str",
    "timeout", "validate", "values",
  ]

  /// The names of an operation's parameters: unchanged where they are valid in Python.
  func argumentNames(_ operation: OperationExport) -> [String] {
    var names = ExportNameTable(reserved: Self.arguments.union(Self.keywords))
    var used: Set<String> = []
    let own = operation.parameters.map { parameter in
      let name = ExportName.isPlain(parameter.name) ? parameter.name : ExportName.snake(parameter.name)
      let base = Self.reserved.contains(name) ? name + "_" : name
      return names.claim(used.insert(base).inserted ? base : "\(base)_\(parameter.location)")
    }
    return operation.key == nil ? own : own + [names.claim("idempotency_key")]
  }

  /// The union of an operation's responses.
  func results(_ client: ClientPlan, _ writer: inout LineWriter) {
    for operation in client.operations {
      var notes: [String] = []
      let answers = operation.responses.map { response in
        let body = response.type.map { type($0, &notes) } ?? "None"
        let label = Self.literal(response.label)
        return "Answer[Literal[\(label)], \(body)]"
      }
      writer.line()
      let expression = "Union[\((answers + ["Unexpected"]).joined(separator: ", "))]"
      writer.line("\(operation.resultName): TypeAlias = \(ExportText.python(expression))")
      let told = operation.responses.map { response in
        "\(response.label.stringValue ?? response.label.inline()): " + response.doc.text.joined(separator: " ")
          + headers(response)
      }
      docstring(Doc(text: ["What \(operation.id) answers."] + told, notes: notes), &writer)
    }
  }

  private func headers(_ response: ResponseExport) -> String {
    let names = response.headers.map { $0.isRequired ? $0.name : $0.name + " (may be missing)" }
    return names.isEmpty ? "" : " Headers: " + names.joined(separator: ", ") + "."
  }

  func client(_ client: ClientPlan, _ writer: inout LineWriter) {
    for isAsync in [false, true] {
      writer.line()
      writer.line()
      writer.block("class \(isAsync ? "Async" : "")\(client.name):") { writer in
        docstring(client.doc, &writer)
        writer.line()
        initializer(client, &writer)
        var names = ExportNameTable(reserved: Self.keywords.union(Self.hiding).union(["float", "ssl"]))
        let methods = client.operations.map { names.claim(ExportName.snake($0.id)) }
        for (number, operation) in client.operations.enumerated() {
          method(operation, number, methods[number], constant(client), isAsync, &writer)
          guard let paging = operation.paging else { continue }
          items(operation, paging, of: methods[number], names.claim(methods[number] + "_items"), isAsync, &writer)
        }
      }
    }
  }

  private func initializer(_ client: ClientPlan, _ writer: inout LineWriter) {
    let credentials = client.credentials.map { "credentials: Optional[\($0)] = None," }
    writer.block("def __init__(") { writer in
      writer.line("self, base_url: \(client.server == nil ? "str" : "Optional[str] = None"), *,")
      if let credentials { writer.line(credentials) }
      writer.line("headers: Optional[Mapping[str, str]] = None, timeout: Optional[float] = None,")
      writer.line("validate: bool = False,")
      writer.line("transport: Optional[Transport] = None, ssl_context: Optional[ssl.SSLContext] = None,")
    }
    writer.block(") -> None:") { writer in
      if let server = client.server {
        let words = "Without a base URL calls go to \(server), or where an operation's own server is."
        docstring(Doc(text: [words]), &writer)
      }
      writer.block("self.__settings = _Settings(", ")") { writer in
        let given = credentials == nil ? "{}" : "credentials or {}"
        writer.line("base_url, \(given), dict(headers or {}), timeout, validate, transport or send, ssl_context,")
      }
    }
  }

  private func method(
    _ operation: OperationExport, _ number: Int, _ name: String, _ constant: String, _ isAsync: Bool,
    _ writer: inout LineWriter
  ) {
    var doc = operation.doc
    let names = argumentNames(operation)
    let result = operation.resultName
    writer.line()
    writer.block("\(isAsync ? "async " : "")def \(name)(") { writer in
      for line in arguments(operation, names, &doc) { writer.line(line) }
    }
    writer.block(") -> \(result):") { writer in
      docstring(doc, &writer)
      let values = names.map { "\(ExportText.python($0)): \($0)" }.joined(separator: ", ")
      let call = isAsync ? "await self.__settings.call_async" : "self.__settings.call"
      let body = operation.body == nil ? "None" : "body"
      writer.line("values: Dict[str, Any] = {\(values)}")
      let chosen = [operation.hasChoice ? "accept" : "None", operation.resumes ? "last_event_id" : "None"]
      writer.line("options = _Options(headers, timeout, validate, \(chosen.joined(separator: ", ")))")
      writer.line("answer = \(call)(\(constant)[\(number)], values, \(body), options)")
      writer.line("return cast(\(ExportText.python(result)), answer)")
    }
  }

  /// Iterates over all items of a list.
  private func items(
    _ operation: OperationExport, _ paging: PagingExport, of method: String, _ name: String, _ isAsync: Bool,
    _ writer: inout LineWriter
  ) {
    let names = argumentNames(operation)
    let cursor = names[paging.cursor]
    var doc = Doc(
      text: ["All items of \(method), page by page, from `\(cursor)` on; PageError for a response that is not one."],
      isDeprecated: operation.doc.isDeprecated)
    let item = type(paging.item, &doc.notes)
    writer.line()
    writer.block("\(isAsync ? "async " : "")def \(name)(") { writer in
      for line in arguments(operation, names, &doc) { writer.line(line) }
    }
    writer.block(") -> \(isAsync ? "AsyncIterator" : "Iterator")[\(item)]:") { writer in
      docstring(doc, &writer)
      writer.block("while True:") { writer in
        writer.block("answer = \(isAsync ? "await " : "")self.\(method)(", ")") { writer in
          if operation.body != nil { writer.line("body,") }
          let options = (operation.hasChoice ? ["accept"] : []) + ["headers", "timeout", "validate"]
          for name in names + options { writer.line("\(name)=\(name),") }
        }
        writer.block("if answer.status != \(Self.literal(paging.status)):") { writer in
          writer.line("raise PageError(\(ExportText.python(operation.id)), answer)")
        }
        let items = "answer.body[\(ExportText.python(paging.items))]"
        if isAsync {
          writer.block("for item in \(items):") { $0.line("yield item") }
        } else {
          writer.line("yield from \(items)")
        }
        writer.line("\(cursor) = answer.body.get(\(ExportText.python(paging.next)))")
        writer.block("if \(cursor) is None:") { $0.line("return") }
      }
    }
  }

  private func arguments(_ operation: OperationExport, _ names: [String], _ doc: inout Doc) -> [String] {
    var lines = ["self,"]
    if let body = operation.body {
      let type = body.content.type(isSent: true).map { self.type($0, &doc.notes) } ?? "None"
      lines.append(body.isRequired ? "body: \(type)," : "body: Optional[\(type)] = None,")
    }
    lines.append("*,")
    for (name, parameter) in zip(names, operation.parameters) {
      let type = type(parameter.type, &doc.notes)
      lines.append(parameter.isRequired ? "\(name): \(type)," : "\(name): Optional[\(type)] = None,")
      let words = parameter.doc.text.joined(separator: " ")
      let limits = parameter.doc.limits.isEmpty ? "" : " (" + parameter.doc.limits.joined(separator: ", ") + ")"
      doc.notes.append(":param \(name): \(words)\(limits)")
    }
    if let use = operation.key, let name = names.last {
      lines.append(use == .required ? "\(name): str," : "\(name): Optional[str] = None,")
      doc.notes.append(":param \(name): The same for every attempt at the same thing: it is then done once.")
    }
    if operation.hasChoice {
      lines.append("accept: Optional[str] = None,")
      doc.notes.append(":param accept: Which of the media types of the answer is wanted, as the header Accept says it.")
    }
    if operation.resumes {
      lines.append("last_event_id: Optional[str] = None,")
      doc.notes.append(":param last_event_id: The id of the event behind which the stream is to go on.")
    }
    return lines + [
      "headers: Optional[Mapping[str, str]] = None,", "timeout: Optional[float] = None,",
      "validate: Optional[bool] = None,",
    ]
  }
}
