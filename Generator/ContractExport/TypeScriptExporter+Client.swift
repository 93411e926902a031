import ContractModel

extension TypeScriptExporter {
  /// Names that a class already has, or that would give it another meaning, such as a promise's.
  private static let taken: Set<String> = [
    "constructor", "then", "catch", "finally", "toString", "toLocaleString", "valueOf", "hasOwnProperty", "toJSON",
    "isPrototypeOf", "propertyIsEnumerable", "prototype",
  ]

  /// The options of a call besides its parameters, and what every object has, of another type.
  private static let options: Set<String> = [
    "accept", "headers", "lastEventId", "signal", "timeout", "validate", "__proto__", "constructor", "hasOwnProperty",
    "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
  ]

  func client(_ client: ClientPlan, _ writer: inout LineWriter) {
    var keyNames: [[String]] = []
    for operation in client.operations {
      let keys = parameterKeys(operation)
      keyNames.append(keys)
      parametersType(operation, keys, &writer)
      resultType(operation, &writer)
    }
    writer.line()
    writer.line("const \(constant(client)): readonly OperationSpec[] = " + specs(client, keyNames) + ";")
    writer.line()
    comment(client.doc, &writer)
    writer.block("export class \(client.name) {", "}") { writer in
      writer.line("readonly #settings: Settings;")
      writer.line()
      constructor(client, &writer)
      var names = ExportNameTable(reserved: Self.taken)
      let methods = client.operations.map { names.claim(ExportName.camel($0.id)) }
      for (number, operation) in client.operations.enumerated() {
        method(operation, number, client, methods[number], &writer)
        guard let paging = operation.paging else { continue }
        items(operation, paging, keyNames[number], of: methods[number], names.claim(methods[number] + "Items"), &writer)
      }
    }
  }

  private func constructor(_ client: ClientPlan, _ writer: inout LineWriter) {
    let address = "@param baseURL The origin, `https://shop.example`; the contract's own path comes behind it."
    let server = client.server.map { "Without it calls go to \($0), or where an operation's own server is." }
    comment(Doc(text: [address] + [server].compactMap { $0 }), &writer)
    let options = "ClientOptions" + (client.credentials.map { "<\($0)>" } ?? "")
    let arguments = "baseURL\(client.server == nil ? "" : "?"): string, options: \(options) = {}"
    writer.block("constructor(\(arguments)) {", "}") { $0.line("this.#settings = { ...options, baseURL };") }
  }

  private func constant(_ client: ClientPlan) -> String {
    client.name.prefix(1).lowercased() + client.name.dropFirst() + "Operations"
  }

  /// The members of an operation's parameters: their own names, with the location where two share a name.
  private func parameterKeys(_ operation: OperationExport) -> [String] {
    var names = ExportNameTable(reserved: Self.options)
    var used: Set<String> = []
    let keys = operation.parameters.map { parameter in
      names.claim(used.insert(parameter.name).inserted ? parameter.name : "\(parameter.name)_\(parameter.location)")
    }
    return operation.key == nil ? keys : keys + [names.claim("idempotencyKey")]
  }

  private func parametersType(_ operation: OperationExport, _ keys: [String], _ writer: inout LineWriter) {
    guard operation.hasParameters else { return }
    writer.line()
    writer.block("export interface \(operation.parametersName) extends CallOptions {", "}") { writer in
      for (key, parameter) in zip(keys, operation.parameters) {
        comment(parameter.doc, &writer)
        writer.line("\(Self.key(key))\(parameter.isRequired ? "" : "?"): \(type(parameter.type));")
      }
      if let use = operation.key, let name = keys.last {
        writer.line("/** The same for every attempt at the same thing: it is then done once (Idempotency-Key). */")
        writer.line("\(Self.key(name))\(use == .required ? "" : "?"): string;")
      }
      if operation.hasChoice {
        writer.line("/** Which of the media types of the answer is wanted, as the header Accept says it. */")
        writer.line("accept?: string;")
      }
      if operation.resumes {
        writer.line("/** The id of the event behind which the stream is to go on. */")
        writer.line("lastEventId?: string;")
      }
    }
  }

  private func resultType(_ operation: OperationExport, _ writer: inout LineWriter) {
    writer.line()
    writer.line("export type \(operation.resultName) =")
    for response in operation.responses {
      let body = response.type.map(type) ?? "undefined"
      let headers = response.headers.map { header in
        "\(Self.key(header.name))\(header.isRequired ? "" : "?"): \(type(header.type))"
      }
      let given = headers.isEmpty ? "Record<string, never>" : "{ " + headers.joined(separator: "; ") + " }"
      for line in response.doc.text.flatMap(ExportText.blockComment).prefix(1) { writer.line("  /** \(line) */") }
      writer.line(
        "  | { status: \(response.label.inline()); code: number; contentType: string; body: \(body); "
          + "headers: \(given); rawHeaders: Headers }")
    }
    writer.line("  | Unexpected;")
  }

  private func method(
    _ operation: OperationExport, _ number: Int, _ client: ClientPlan, _ name: String, _ writer: inout LineWriter
  ) {
    writer.line()
    comment(operation.doc, &writer)
    let result = operation.resultName
    writer.block("async \(name)(\(arguments(operation))): Promise<\(result)> {", "}") { writer in
      let values = "\(constant(client))[\(number)]!, \(operation.body == nil ? "undefined" : "body"), options"
      writer.line("return (await perform(this.#settings, \(values))) as \(result);")
    }
  }

  private func arguments(_ operation: OperationExport) -> String {
    let needsParameters = operation.parameters.contains { $0.isRequired } || operation.key == .required
    let body = operation.body.map { body in
      let type = body.content.type(isSent: true).map(type) ?? "undefined"
      return body.isRequired ? "body: \(type)" : needsParameters ? "body: \(type) | undefined" : "body?: \(type)"
    }
    let options = operation.hasParameters ? operation.parametersName : "CallOptions"
    return [body, "options: \(options)" + (needsParameters ? "" : " = {}")].compactMap { $0 }.joined(separator: ", ")
  }

  /// Iterates over all items of a list.
  private func items(
    _ operation: OperationExport, _ paging: PagingExport, _ keys: [String], of method: String, _ name: String,
    _ writer: inout LineWriter
  ) {
    let cursor = keys[paging.cursor]
    writer.line()
    comment(
      Doc(
        text: ["All items of `\(method)`, page by page, from `\(cursor)` on; `for await` reads them."],
        isDeprecated: operation.doc.isDeprecated, notes: ["@throws PageError for a response that is not a page."]),
      &writer)
    let item = type(paging.item)
    writer.block("async *\(name)(\(arguments(operation))): AsyncGenerator<\(item), void, undefined> {", "}") { writer in
      writer.block("for (let asked = options; ; ) {", "}") { writer in
        writer.line("const answer = await this.\(method)(\(operation.body == nil ? "" : "body, ")asked);")
        let page = "answer.status !== \(paging.status.inline())"
        writer.line("if (\(page)) throw new PageError(\(ExportText.json(operation.id)), answer);")
        writer.line("yield* answer.body[\(ExportText.json(paging.items))];")
        writer.line("const next = answer.body[\(ExportText.json(paging.next))];")
        writer.line("if (next === undefined || next === null) return;")
        writer.line("asked = { ...asked, \(Self.key(cursor)): next };")
      }
    }
  }

  // MARK: what the runtime goes by

  private func specs(_ client: ClientPlan, _ keys: [[String]]) -> String {
    Self.literal(.array(zip(client.operations, keys).map { operation, keys in ExportSpec.tree(operation, keys: keys) }))
  }
}
