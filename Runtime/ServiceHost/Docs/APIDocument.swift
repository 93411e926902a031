import ServiceCore

/// An OpenAPI document as its reference page shows it.
struct APIDocument {
  struct Operation {
    let id: String
    let method: String
    let path: String
    let item: JSONValue
    let json: JSONValue
  }

  let json: JSONValue

  /// Nil for a text that is not JSON.
  init?(_ text: String) {
    var reader = JSONReader(Array(text.utf8))
    guard let json = try? JSONValue.decode(&reader) else { return nil }
    self.json = json
  }

  var title: String { json["info"]?["title"]?.text ?? "API" }

  private static let methods = ["get", "post", "put", "patch", "delete", "head", "options", "trace", "query"]

  /// The operations by the first of their tags, in the order of the document.
  var groups: [(name: String, operations: [Operation])] {
    var groups: [(name: String, operations: [Operation])] = []
    for (path, item) in json.members("paths") {
      let item = resolved(item)
      let others = item.members("additionalOperations").map { ($0.key, $0.value) }
      let usual = Self.methods.compactMap { name in item[name].map { (name.uppercased(), $0) } }
      for (method, operation) in usual + others {
        let servers = operation["servers"] ?? item["servers"] ?? json["servers"]
        let one = Operation(
          id: operation["operationId"]?.text ?? method.lowercased() + path, method: method,
          path: Self.path(of: servers?.items.first) + path, item: item, json: operation)
        let tag = operation["tags"]?.items.first?.text ?? "others"
        if let index = groups.firstIndex(where: { $0.name == tag }) {
          groups[index].operations.append(one)
        } else {
          groups.append((tag, [one]))
        }
      }
    }
    return groups
  }

  /// The path of a server's URL, which the gateway serves, with the values that its variables have by themselves; without
  /// a slash at its end.
  private static func path(of server: JSONValue?) -> String {
    var url = server?["url"]?.text ?? ""
    for variable in server?.members("variables") ?? [] {
      url = url.replacing("{\(variable.key)}", with: variable.value["default"]?.text ?? "")
    }
    if let authority = url.firstRange(of: "://") {
      let rest = url[authority.upperBound...]
      url = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
    }
    return url.hasSuffix("/") ? String(url.dropLast()) : url
  }

  /// What a document, a path or an operation declares by an extension of Charter's, the innermost of them.
  func policy(_ name: String, of operation: Operation) -> JSONValue? {
    [operation.json, operation.item, json].lazy.compactMap { $0["x-" + name] ?? $0["x-charter-" + name] }.first
  }

  /// The parameters of an operation, and those of its path that it has not declared anew.
  func parameters(of operation: Operation) -> [JSONValue] {
    let own = (operation.json["parameters"]?.items ?? []).map(resolved)
    let shared = (operation.item["parameters"]?.items ?? []).map(resolved).filter { parameter in
      !own.contains { $0["name"] == parameter["name"] && $0["in"] == parameter["in"] }
    }
    return shared + own
  }

  /// A part, or what it refers to in this document.
  func resolved(_ part: JSONValue) -> JSONValue {
    var part = part
    // A chain of references that is longer is a circle.
    for _ in 0..<32 {
      guard let pieces = part["$ref"]?.text?.split(separator: "/"), pieces.count == 4,
        let target = json["components"]?[String(pieces[2])]?[Self.unescaped(pieces[3])]
      else { return part }
      part = target
    }
    return part
  }

  /// The name of the schema that a part refers to.
  func name(of part: JSONValue) -> String? {
    guard let reference = part["$ref"]?.text, reference.hasPrefix("#/components/schemas/") else { return nil }
    return Self.unescaped(reference.dropFirst("#/components/schemas/".utf8.count))
  }

  private static func unescaped(_ segment: Substring) -> String {
    String(segment).replacing("~1", with: "/").replacing("~0", with: "~")
  }

  /// The example of a media type or a parameter, or a value of its schema.
  func example(ofContent content: JSONValue) -> JSONValue {
    let named = content.members("examples").lazy.compactMap { resolved($0.value)["value"] }
    if let given = content["example"] ?? named.first { return given }
    return content["schema"].map { example(of: $0) } ?? .null
  }

  /// A value of a schema: its example, or one made of those of its parts.
  func example(of schema: JSONValue) -> JSONValue {
    var making = Making()
    return example(of: schema, &making)
  }

  /// A value that is being made: the schemas that it is in, by their names, and how many values may still be made. A schema
  /// whose properties refer to itself has values without end.
  private struct Making {
    var names: [String] = []
    var left = 500
  }

  private func example(of part: JSONValue, _ making: inout Making) -> JSONValue {
    let schema = resolved(part)
    if let example = schema["examples"]?.items.first ?? schema["example"] ?? schema["default"] ?? schema["const"]
      ?? schema["enum"]?.items.first
    {
      return example
    }
    let name = name(of: part)
    let isAround = name.map { making.names.contains($0) } ?? false
    guard making.left > 0, making.names.count < 12, !isAround else { return .null }
    making.left -= 1
    making.names.append(name ?? "")
    defer { making.names.removeLast() }
    let whole = schema["allOf"]?.items ?? []
    let properties = ([schema] + whole.map(resolved)).flatMap { $0.members("properties") }
    if !properties.isEmpty {
      var members: [(String, JSONValue)] = []
      for (key, value) in properties where value["readOnly"] != .boolean(true) {
        guard resolved(value)["readOnly"] != .boolean(true), making.left > 0 else { continue }
        members.append((key, example(of: value, &making)))
      }
      return .object(JSONObject(members))
    }
    if let first = (schema["oneOf"] ?? schema["anyOf"])?.items.first { return example(of: first, &making) }
    switch types(of: schema).first {
    case "array": return .array(schema["items"].map { [example(of: $0, &making)] } ?? [])
    case "object": return .object(JSONObject())
    case "integer", "number": return schema["minimum"] ?? .number(ExactDecimal(1))
    case "boolean": return .boolean(true)
    case "string": return .string(Self.sample(schema["format"]?.text))
    default: return .null
    }
  }

  private static func sample(_ format: String?) -> String {
    switch format {
    case "uuid": "0190f3d2-8a11-7f00-8c55-0d1e2f3a4b5c"
    case "date-time": "2026-01-31T12:00:00Z"
    case "date": "2026-01-31"
    case "email": "ada@example.com"
    case "uri": "https://example.com"
    default: "text"
    }
  }

  func types(of schema: JSONValue) -> [String] {
    schema["type"]?.text.map { [$0] } ?? schema["type"]?.items.compactMap(\.text) ?? []
  }
}

extension JSONValue {
  var names: [String] { if case .object(let members) = self { members.map(\.key) } else { [] } }

  var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }

  func members(_ name: String) -> [(key: String, value: JSONValue)] {
    if case .object(let members)? = self[name] { members.map { ($0.key, $0.value) } } else { [] }
  }

  /// In one line, as JSON.
  var line: String {
    var writer = JSONWriter()
    encode(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// In lines that are indented, for people.
  func lines(_ indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .object(let members) where !members.isEmpty:
      return "{\n"
        + members.map { inner + JSONValue.string($0.key).line + ": " + $0.value.lines(inner) }.joined(separator: ",\n")
        + "\n\(indent)}"
    case .array(let items) where !items.isEmpty:
      return "[\n" + items.map { inner + $0.lines(inner) }.joined(separator: ",\n") + "\n\(indent)]"
    default: return line
    }
  }
}
