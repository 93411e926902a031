import ContractModel

extension TypeScriptExporter {
  /// What a class has already, or what would make it another thing: a promise, for one.
  private static let taken: Set<String> = [
    "constructor", "then", "catch", "finally", "toString", "toLocaleString", "valueOf", "hasOwnProperty", "toJSON",
    "isPrototypeOf", "propertyIsEnumerable", "prototype",
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
    options(client, &writer)
    comment(client.doc, &writer)
    writer.block("export class \(client.name) {", "}") { writer in
      let usual = client.server == nil ? "" : " = {}"
      writer.line("readonly #options: \(client.optionsName);")
      writer.line()
      writer.block("constructor(options: \(client.optionsName)\(usual)) {", "}") {
        $0.line("this.#options = options;")
      }
      var names = ExportNameTable(reserved: Self.taken)
      for (number, operation) in client.operations.enumerated() {
        method(operation, number, client, names.claim(ExportName.camel(operation.id)), &writer)
      }
    }
  }

  private func options(_ client: ClientPlan, _ writer: inout LineWriter) {
    writer.block("export interface \(client.optionsName) extends ClientOptions {", "}") { writer in
      let words = "The origin, `https://shop.example`; the contract's own path comes behind it."
      let usual = client.server.map { "Without it \($0), or where the contract says that an operation is." }
      comment(Doc(text: [words] + [usual].compactMap { $0 }), &writer)
      writer.line("baseURL\(client.server == nil ? "" : "?"): string;")
      guard let credentials = client.credentials else { return }
      writer.line("/** They are read at every call, so that a token may be put in an old one's place. */")
      writer.line("credentials?: \(credentials);")
    }
    writer.line()
  }

  private func constant(_ client: ClientPlan) -> String {
    client.name.prefix(1).lowercased() + client.name.dropFirst() + "Operations"
  }

  /// The members of the parameters object: a parameter's own name, with its place where two share it.
  private func parameterKeys(_ operation: OperationExport) -> [String] {
    var names = ExportNameTable()
    var used: Set<String> = []
    let keys = operation.parameters.map { parameter in
      names.claim(used.insert(parameter.name).inserted ? parameter.name : "\(parameter.name)_\(parameter.location)")
    }
    return operation.key == nil ? keys : keys + [names.claim("idempotencyKey")]
  }

  private func parametersType(_ operation: OperationExport, _ keys: [String], _ writer: inout LineWriter) {
    guard !keys.isEmpty else { return }
    writer.line()
    writer.block("export interface \(operation.parametersName) {", "}") { writer in
      for (key, parameter) in zip(keys, operation.parameters) {
        comment(parameter.doc, &writer)
        writer.line("\(Self.key(key))\(parameter.isRequired ? "" : "?"): \(type(parameter.type));")
      }
      if let use = operation.key, let name = keys.last {
        writer.line("/** The same for every attempt at the same thing: it is then done once (Idempotency-Key). */")
        writer.line("\(Self.key(name))\(use == .required ? "" : "?"): string;")
      }
    }
  }

  private func resultType(_ operation: OperationExport, _ writer: inout LineWriter) {
    writer.line()
    writer.line("export type \(operation.resultName) =")
    for response in operation.responses {
      let body = response.content.type().map(type) ?? "undefined"
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
    var arguments: [String] = []
    let hasParameters = !operation.parameters.isEmpty || operation.key != nil
    let needsBody = operation.body?.isRequired ?? false
    let needsParameters = operation.parameters.contains { $0.isRequired } || operation.key == .required
    let body = operation.body.map { $0.content.type(isSent: true).map(type) ?? "undefined" }
    if hasParameters {
      let mayLack = !needsParameters && !needsBody
      arguments.append("parameters: \(operation.parametersName)" + (mayLack ? " = {}" : ""))
    }
    if let body { arguments.append(needsBody ? "body: \(body)" : "body?: \(body)") }
    arguments.append("options: CallOptions = {}")
    writer.line()
    comment(operation.doc, &writer)
    let result = operation.resultName
    writer.block("async \(name)(\(arguments.joined(separator: ", "))): Promise<\(result)> {", "}") { writer in
      let values = "\(hasParameters ? "parameters" : "{}"), \(body == nil ? "undefined" : "body")"
      writer.line(
        "return (await perform(this.#options, \(constant(client))[\(number)]!, \(values), options)) as \(result);")
    }
  }

  // MARK: what the runtime goes by

  private func specs(_ client: ClientPlan, _ keys: [[String]]) -> String {
    Self.literal(.array(zip(client.operations, keys).map { operation, keys in ExportSpec.tree(operation, keys: keys) }))
  }
}
