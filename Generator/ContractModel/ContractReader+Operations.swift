import ContractSource
import ContractValues

extension ContractReader {
  func readPathItem(_ given: Location, _ entry: Node.Entry, _ kind: Operation.Kind) -> [Operation] {
    guard let at = pathItem(given), var fields = Fields(at.node, "Path Item Object", diagnostics) else { return [] }
    fields.document("summary", "description")
    let shared = Shared(
      entry: entry, kind: kind, parameters: parameters(&fields, at), servers: readServers(&fields),
      policies: inherited(&fields, named: entry.key, else: defaults, isServed: kind == .route))
    var operations: [Operation] = []
    for field in Operation.methods where field != "query" || version == .v32 {
      guard let node = fields.take(field) else { continue }
      if let one = operation(at.child(node, field), field.uppercased(), shared) { operations.append(one) }
    }
    if version == .v32 {
      for entry in fields.map("additionalOperations") {
        guard isMethod(entry) else { continue }
        let below = at.child(entry.value, "additionalOperations", entry.key)
        if let one = operation(below, entry.key, shared) { operations.append(one) }
      }
    }
    fields.finish()
    return operations
  }

  /// Follows the references of a path item. Fields beside one have no meaning that is defined, and are ignored (OpenAPI
  /// 3.1, sections 4.8.9 and 4.8.23).
  private func pathItem(_ given: Location) -> Location? {
    var at = given
    // A longer chain of references is considered circular.
    for _ in 0..<32 {
      guard let reference = at.node["$ref"] else { return at }
      for entry in at.node.entries ?? [] where entry.key != "$ref" && !entry.key.hasPrefix("x-") {
        diagnostics.note(
          entry.key, .ignored, at: entry.keyPosition, because: "OpenAPI 3.1, section 4.8.23: siblings of $ref")
        diagnostics.warning(
          .noEffect, "'\(entry.key)' has no effect beside the '$ref' of a path item", at: entry.keyPosition,
          help: "move it into the path item that is referred to")
      }
      guard let text = Fields(at.node, "Path Item Object", diagnostics)?.text(reference, "$ref"),
        let target = resolver.resolve(text, from: at, at: reference.position)
      else { return nil }
      at = target
    }
    diagnostics.error(.brokenReference, "a circular $ref", at: given.node.position)
    return nil
  }

  /// Whether the key is a valid method without a field of its own in the path item (OpenAPI 3.2, section 4.9).
  private func isMethod(_ entry: Node.Entry) -> Bool {
    guard Self.isToken(entry.key), entry.key != "CONNECT" else {
      diagnostics.error(
        .badValue, "'\(entry.key)' is not a method that can be served (RFC 9110, section 9.1)", at: entry.keyPosition,
        help: "it consists of letters, digits and !#$%&'*+-.^_`|~, such as COPY; CONNECT is only for proxies")
      return false
    }
    if Operation.methods.contains(entry.key.lowercased()) {
      diagnostics.error(
        .contradiction, "\(entry.key) has a field of its own: '\(entry.key.lowercased())'", at: entry.keyPosition)
      return false
    }
    return true
  }

  /// The parts shared by the operations of one path.
  private struct Shared {
    let entry: Node.Entry
    let kind: Operation.Kind
    let parameters: Parameters
    let servers: [Server]
    let policies: Operation.Inherited
  }

  /// The parameters that could be read, and whether those are all.
  private typealias Parameters = (list: [Parameter], isComplete: Bool)

  private func parameters(_ fields: inout Fields, _ at: Location) -> Parameters {
    let list = fields.list("parameters")
    let read = list.enumerated().compactMap { parameter(at.child($1, "parameters", String($0))) }
    return (read, read.count == list.count)
  }

  private func operation(_ at: Location, _ method: String, _ shared: Shared) -> Operation? {
    let (entry, kind) = (shared.entry, shared.kind)
    guard var fields = Fields(at.node, "Operation Object", diagnostics) else { return nil }
    let given = fields.string("operationId")
    let id = given?.isEmpty == true ? nil : given
    if given != nil, id == nil {
      diagnostics.warning(
        .noEffect, "the operationId is empty: the operation is named for its method and path", at: at.node.position)
    }
    let own = parameters(&fields, at)
    // By bytes: letters that only look alike are other names.
    let key = { (parameter: Parameter) in ByteKey("\(parameter.location) \(parameter.wireName)") }
    var seen: Set<ByteKey> = []
    for parameter in own.list where !seen.insert(key(parameter)).inserted {
      diagnostics.error(
        .duplicate, "the parameter '\(parameter.name)' in \(parameter.location.rawValue) is duplicated",
        at: parameter.position)
    }
    // An operation's parameter replaces the path's parameter of the same name and location (OpenAPI 3.1, section
    // 4.8.9).
    let inherited = shared.parameters.list.filter { !seen.contains(key($0)) }
    let body = fields.take("requestBody").flatMap { self.body(at.child($0, "requestBody")) }
    let responses = self.responses(&fields, at, mayUpgrade: kind == .route && method == "GET")
    fields.externalDocs()
    let servers = readServers(&fields)
    let operation = Operation(
      position: at.node.position, kind: kind, id: id ?? defaultID(method, shared), hasOwnID: id != nil, method: method,
      path: entry.key, summary: fields.documentation("summary"), description: fields.documentation("description"),
      policy: policy(&fields, of: kind, at, method, else: shared.policies, own: id ?? defaultID(method, shared)),
      pagination: kind == .route ? pagination(&fields) : nil,
      tags: fields.strings("tags").map(\.text), servers: servers.isEmpty ? shared.servers : servers,
      parameters: inherited + own.list, body: body, responses: responses.final, upgrades: responses.upgrades,
      callbacks: callbacks(&fields, at))
    fields.finish()
    if kind == .route {
      let isComplete = shared.parameters.isComplete && own.isComplete
      checkPath(operation, isComplete: isComplete, at: entry.keyPosition)
    }
    if let body { checkBody(body, of: method) }
    return operation
  }

  /// The default id of an operation without one; a callback's is derived from its request's.
  private func defaultID(_ method: String, _ shared: Shared) -> String {
    switch shared.kind {
    case .callback: ""
    case .webhook where method == "POST": shared.entry.key
    // Methods without a field of their own are case-sensitive (RFC 9110, section 9.1).
    case _ where !Operation.methods.contains(method.lowercased()): method + " " + shared.entry.key
    default: method.lowercased() + " " + shared.entry.key
    }
  }

  private func checkBody(_ body: Body, of method: String) {
    if method == "TRACE" {
      diagnostics.error(.badValue, "a TRACE has no body (RFC 9110, section 9.3.8)", at: body.position)
    } else if ["GET", "HEAD", "DELETE"].contains(method) {
      diagnostics.warning(
        .noEffect, "a body on \(method) has no meaning of its own, and some proxies drop it (RFC 9110, section 9.3)",
        at: body.position)
    }
  }

  private func callbacks(_ fields: inout Fields, _ at: Location) -> [(name: String, operation: Operation)] {
    fields.map("callbacks").flatMap { entry in
      readCallback(at.child(entry.value, "callbacks", entry.key)).map { (entry.key, $0) }
    }
  }

  func readCallback(_ given: Location) -> [Operation] {
    guard let (fields, at) = referenced(given, "Callback Object") else { return [] }
    guard callbackDepth < 4 else {
      diagnostics.error(.limit, "callbacks are nested deeper than 4", at: at.node.position)
      return []
    }
    callbackDepth += 1
    defer { callbackDepth -= 1 }
    return (fields.node.entries ?? []).flatMap { entry -> [Operation] in
      guard entry.key.hasPrefix("x-") else { return readPathItem(at.child(entry.value, entry.key), entry, .callback) }
      Fields.checkExtension(entry, "Callback Object", known: [], diagnostics)
      return []
    }
  }

  private func checkPath(_ operation: Operation, isComplete: Bool, at position: SourcePosition) {
    if operation.path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || "?#\\".utf8.contains($0) }) {
      diagnostics.error(
        .badValue, "a path has no query, no fragment, no backslash and no control characters", at: position,
        help: "declare the part after '?' as parameters with 'in: query'")
    }
    var names: [String] = []
    // By bytes: a combining mark after a slash or brace would form another Character with it.
    for segment in operation.path.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init) {
      guard let parts = Self.templateNames(segment) else {
        diagnostics.error(.badValue, "the braces of '\(segment)' do not match", at: position)
        return
      }
      if zip(segment.utf8, segment.utf8.dropFirst()).contains(where: {
        $0 == UInt8(ascii: "}") && $1 == UInt8(ascii: "{")
      }) {
        diagnostics.warning(
          .untyped, "two adjacent parameters: OpenAPI does not define where the first ends", at: position,
          help: "all but the first are read as one character; put text or a '/' between them")
      }
      for name in parts {
        if names.contains(name) {
          diagnostics.error(.duplicate, "the path's parameter '\(name)' is duplicated", at: position)
        }
        names.append(name)
      }
    }
    let declared = operation.parameters.filter { $0.location == .path }
    // One that could not be read was reported where it is.
    for name in names where isComplete && !declared.contains(where: { $0.name == name }) {
      diagnostics.error(
        .missingField, "the path's parameter '\(name)' is not declared", at: operation.position,
        help: nearest(name, among: declared.map(\.name)).map { "did you mean '\($0)'?" })
    }
    for parameter in declared where !names.contains(parameter.name) {
      diagnostics.warning(
        .noEffect, "'\(parameter.name)' is not a parameter of the path \(operation.path), and has no effect",
        at: parameter.position)
    }
  }

  /// The names in the braces of a template; nil when the braces do not match.
  static func templateNames(_ segment: Substring) -> [String]? {
    var names: [String] = []
    var name: String?
    for character in segment.unicodeScalars {
      switch (character, name) {
      case ("{", nil): name = ""
      case ("}", let whole?) where !whole.isEmpty:
        names.append(whole)
        name = nil
      case ("{", _), ("}", _): return nil
      case (_, .some): name?.unicodeScalars.append(character)
      default: break
      }
    }
    return name == nil ? names : nil
  }
}
