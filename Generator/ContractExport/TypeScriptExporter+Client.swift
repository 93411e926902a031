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
    comment(client.doc, &writer)
    writer.block("export class \(client.name) {", "}") { writer in
      writer.line("readonly #options: ClientOptions;")
      writer.line()
      writer.block("constructor(options: ClientOptions) {", "}") { $0.line("this.#options = options;") }
      var names = ExportNameTable(reserved: Self.taken)
      for (number, operation) in client.operations.enumerated() {
        method(operation, number, client, names.claim(ExportName.camel(operation.id)), &writer)
      }
    }
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
    writer.block("export interface \(operation.typeName)Parameters {", "}") { writer in
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
    writer.line("export type \(operation.typeName)Result =")
    for response in operation.responses {
      let body = response.content.isEmpty ? "undefined" : type(.union(response.content.map(\.type)))
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
    let body = operation.body.map { type(.union($0.content.map(\.type))) }
    if hasParameters {
      let mayLack = !needsParameters && !needsBody
      arguments.append("parameters: \(operation.typeName)Parameters" + (mayLack ? " = {}" : ""))
    }
    if let body { arguments.append(needsBody ? "body: \(body)" : "body?: \(body)") }
    arguments.append("options: CallOptions = {}")
    writer.line()
    comment(operation.doc, &writer)
    let result = operation.typeName + "Result"
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

/// An operation as the fixed parts of every language read it.
enum ExportSpec {
  static func tree(_ operation: OperationExport, keys: [String]) -> JSONTree {
    var members: [JSONTree.Member] = [
      ("id", .string(operation.id)), ("method", .string(operation.method)),
      ("path", .string(operation.path)),
    ]
    if operation.key != nil, let name = keys.last { members.append(("keyName", .string(name))) }
    if let timeout = operation.timeout { members.append(("timeout", .number(String(timeout)))) }
    members.append(("parameters", .array(zip(keys, operation.parameters).map { parameter($1, key: $0) })))
    if let body = operation.body {
      members.append(
        ("body", .object([("required", .bool(body.isRequired)), ("content", .array(body.content.map(content)))])))
    }
    members.append(("responses", .array(operation.responses.map(response))))
    return .object(members)
  }

  private static func parameter(_ parameter: ParameterExport, key: String) -> JSONTree {
    var members: [JSONTree.Member] = [
      ("key", .string(key)), ("name", .string(parameter.name)), ("in", .string(parameter.location.rawValue)),
      ("style", .string(parameter.style)), ("explode", .bool(parameter.explodes)),
    ]
    if parameter.isJSON { members.append(("json", .bool(true))) }
    if parameter.isRequired { members.append(("required", .bool(true))) }
    members.append(("schema", .number(String(parameter.schema))))
    return .object(members)
  }

  private static func content(_ content: ContentExport) -> JSONTree {
    var members: [JSONTree.Member] = [
      ("mediaType", .string(content.mediaType)), ("kind", .string(content.kind.rawValue)),
    ]
    if let schema = content.schema { members.append(("schema", .number(String(schema)))) }
    return .object(members)
  }

  private static func response(_ response: ResponseExport) -> JSONTree {
    let headers = response.headers.map { header in
      JSONTree.object(
        [("name", .string(header.name)), ("kind", .string(header.kind))]
          + (header.isRequired ? [("required", .bool(true))] : []))
    }
    return .object([
      ("status", response.label), ("content", .array(response.content.map(content))), ("headers", .array(headers)),
    ])
  }
}
