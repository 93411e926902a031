import ContractValues

/// The pieces that hostile contracts are made of.
extension HostileOperationTests {
  static var string: JSONValue { ["type": "string"] }
  static var short: JSONValue { ["type": "string", "minLength": 1] }

  static var unique: [String] { HostileNames.unique }

  static func text(_ index: Int) -> String { HostileNames.texts[index % HostileNames.texts.count] }

  /// An object with a member for each of the names.
  static func names(_ value: (Int, String) -> JSONValue) -> Document {
    Document(HostileNames.all.enumerated().map { ($1, value($0, $1)) })
  }

  static func properties(_ schema: (String) -> JSONValue) -> JSONValue {
    ["type": "object", "properties": .object(names { schema($1) })]
  }

  static func document(_ paths: [(String, JSONValue)], _ components: JSONValue = [:]) -> Document {
    [
      "openapi": "3.2.0", "info": ["title": "T", "version": "1"], "paths": .object(Document(paths)),
      "components": components,
    ]
  }

  static func path(_ method: String, _ fields: Document) -> JSONValue { [method: operation(fields)] }

  static func operation(_ fields: Document) -> JSONValue {
    var operation = fields
    if operation["responses"] == nil { operation["responses"] = ["default": answer([:])] }
    return .object(operation)
  }

  static func answer(_ fields: Document) -> JSONValue {
    var answer = fields
    answer["description"] = "d"
    return .object(answer)
  }

  static func parameter(_ name: String, _ place: String, _ schema: JSONValue, isRequired: Bool = false) -> JSONValue {
    [
      "name": .string(name), "in": .string(place), "required": .boolean(isRequired || place == "path"),
      "schema": schema,
    ]
  }

  /// An operation that is sent a body and answers with one.
  static func body(_ type: String, _ schema: JSONValue, _ encoding: JSONValue) -> Document {
    let content: JSONValue = [type: ["schema": schema, "encoding": encoding]]
    return document([
      (
        "/x",
        path(
          "post",
          [
            "requestBody": ["content": content],
            "responses": ["200": answer(["content": content]), "default": answer([:])],
          ])
      )
    ])
  }
}
