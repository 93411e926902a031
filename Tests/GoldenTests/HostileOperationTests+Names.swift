import ContractValues

/// What an operation, its path and its types are called.
extension HostileOperationTests {
  static func methods(_ word: Word) -> Document {
    let own = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]
    let all = HostileNames.tokens.filter { !own.contains($0.lowercased()) }
    return document([("/x", ["additionalOperations": .object(Document(all.map { ($0, operation([:])) }))])])
  }

  static func paths(_ word: Word) -> Document {
    let parameters: JSONValue = [parameter("p", "path", string), parameter("q", "path", ["type": "integer"])]
    return document(
      HostileNames.segments.enumerated().flatMap { index, name -> [(String, JSONValue)] in
        let name = word(index, name)
        return [
          ("/\(name)", path("get", ["operationId": .string("o\(index)")])),
          (
            "/a\(name){p}\(name){q}\(name)",
            path("get", ["operationId": .string("p\(index)"), "parameters": parameters])
          ),
        ]
      })
  }

  static func pathParameters(_ word: Word) -> Document {
    document(
      HostileNames.segments.enumerated().map { index, name in
        let places = ["path", "query"].map { parameter(name, $0, string) }
        return (
          "/x\(index)/{\(name)}", path("get", ["operationId": .string("o\(index)"), "parameters": .array(places)])
        )
      })
  }

  static func operations(_ word: Word) -> Document {
    document(
      unique.enumerated().map { index, name in
        (
          "/x\(index)",
          path(
            "post",
            [
              "operationId": .string(name.isEmpty ? "empty" : name), "tags": [.string(index % 2 == 0 ? "a" : "b")],
              "summary": .string(word(index, text(index))), "security": [["s": []]],
              "requestBody": [
                "content": ["multipart/form-data": ["schema": ["type": "object", "properties": ["a": string]]]]
              ],
              "responses": [
                "200": answer(["content": ["text/event-stream": [:], "application/json": [:]]]), "default": answer([:]),
              ],
              "callbacks": ["c": ["{$url}": path("post", [:])]],
            ])
        )
      }, ["securitySchemes": ["s": ["type": "http", "scheme": "basic"]]])
  }

  static func types(_ word: Word) -> Document {
    document(
      HostileNames.all.enumerated().map { index, name in
        let pointer = name.replacing("~", with: "~0").replacing("/", with: "~1").replacing("%", with: "%25")
        let json: JSONValue = ["schema": ["$ref": .string("#/components/schemas/\(pointer)")]]
        let links: JSONValue = ["go": ["operationId": .string("o\(index)"), "requestBody": "$response.body"]]
        return (
          "/x\(index)",
          path(
            "post",
            [
              "operationId": .string("o\(index)"), "servers": [["url": "/"]],
              "requestBody": ["required": true, "content": ["application/json": json]],
              "responses": [
                "200": answer(["content": ["application/json": json, "text/event-stream": json], "links": links]),
                "default": answer(["content": ["image/png": [:]]]),
              ],
            ])
        )
      }, ["schemas": .object(names { _, _ in ["type": "object", "properties": ["v": string]] })])
  }
}
