import ContractValues
import Testing

/// Names and texts that try to become code: what is generated from them compiles, and holds them as names, literals
/// and comments only.
@Suite struct HostileTests {
  private static var names: [String] { HostileNames.all }
  private static var texts: [String] { HostileNames.texts }

  @Test func `hostile names and texts stay names and texts`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    try sandbox.expectSound(try sandbox.swift(Self.contract()))
  }

  @Test func `texts of a contract declare nothing that harmless ones do not`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let hostile = try sandbox.declarations(try sandbox.swift(Self.contract()))
    let harmless = try sandbox.declarations(
      try sandbox.swift(
        Self.contract { text in String(text.unicodeScalars.map { $0.properties.isAlphabetic ? Character($0) : "x" }) }))
    #expect(hostile.utf8.count { $0 == UInt8(ascii: "\n") } > 1_000)
    #expect(hostile == harmless)
  }

  private static func contract(_ word: (String) -> String = { $0 }) -> JSONObject<JSONValue> {
    var root: JSONObject<JSONValue> = ["openapi": "3.1.0"]
    root["info"] = [
      "title": .string(word(texts.joined())), "version": .string(word(texts[3])),
      "description": .string(word(texts.joined())),
    ]
    root["paths"] = .object(paths(word))
    root["components"] = ["schemas": .object(schemas(word))]
    root["x-" + texts[0]] = .string(word(texts[4]))
    return root
  }

  private static func each(_ schema: (String) -> JSONValue) -> JSONValue {
    .object(JSONObject(names.map { ($0, schema($0)) }))
  }

  private static func schemas(_ word: (String) -> String) -> JSONObject<JSONValue> {
    let all = JSONValue.array(names.map { .string($0) })
    let numbered = { (values: [String], make: (String) -> JSONValue) in
      JSONValue.object(JSONObject(values.enumerated().map { ("d\($0)", make($1)) }))
    }
    var schemas: JSONObject<JSONValue> = [
      "Properties": [
        "type": "object", "title": .string(word(texts[5])), "description": .string(word(texts.joined(separator: " "))),
        "properties": each { _ in ["type": "string"] },
      ],
      "Required": [
        "type": "object", "additionalProperties": false, "required": all,
        "properties": each { _ in ["type": "string"] },
      ],
      "Cases": ["type": "string", "description": .string(word(texts[0])), "enum": all],
      "OpenCases": ["anyOf": [["type": "string", "enum": all], ["type": "string"]]],
      "Inline": [
        "type": "object", "properties": each { _ in ["type": "object", "properties": ["v": ["type": "integer"]]] },
      ],
      "Branches": ["oneOf": .array(names.map { ["title": .string($0), "type": "object", "required": [.string($0)]] })],
      "Defaults": [
        "type": "object", "properties": numbered(texts + names) { ["type": "string", "default": .string(word($0))] },
      ],
      "Constants": [
        "type": "object", "properties": numbered(texts) { ["const": .string($0), "format": .string($0)] },
      ],
      "Matched": [
        "type": "object", "properties": ["p": ["type": "string", "pattern": "^\"; fatalError\\(\\) //\\\\\"#$"]],
      ],
      "Held": ["type": "object", "patternProperties": ["\"; x //": ["type": "string"]], "additionalProperties": false],
    ]
    for name in names where schemas[name] == nil {
      schemas[name] = ["type": "object", "properties": ["value": ["$ref": "#/components/schemas/Cases"]]]
    }
    return schemas
  }

  private static func paths(_ word: (String) -> String) -> JSONObject<JSONValue> {
    var paths: JSONObject<JSONValue> = [:]
    for (index, name) in names.enumerated() {
      var parameters: [JSONValue] = [["name": "id", "in": "path", "required": true, "schema": ["type": "string"]]]
      if !["id", "ID", "Id"].contains(name) {
        parameters.append([
          "name": .string(name), "in": "query", "schema": ["type": "string", "enum": [.string(name)]],
        ])
      }
      paths["/p\(index)/{id}"] = [
        "get": [
          "operationId": .string(name.isEmpty ? "empty" : name), "summary": .string(word(texts[index % texts.count])),
          "tags": [.string(name)], "parameters": .array(parameters),
          "responses": ["default": ["description": .string(word(texts[(index + 3) % texts.count]))]],
        ]
      ]
    }
    return paths
  }
}
