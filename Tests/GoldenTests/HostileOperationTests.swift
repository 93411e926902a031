import ContractValues
import Foundation
import Testing

/// Names and texts that try to become code, wherever an operation has one: where it is, who calls, what comes and goes.
@Suite struct HostileOperationTests {
  typealias Document = JSONObject<JSONValue>
  /// Puts another text where one must not matter.
  typealias Word = @Sendable (Int, String) -> String

  static let positions: [(name: String, contract: @Sendable (Word) -> Document)] = [
    ("security schemes", schemes), ("scopes, addresses and names of keys", scopes), ("tags", tags),
    ("names of servers", servers), ("variables of servers", variables), ("media types", mediaTypes),
    ("properties of forms", forms), ("parts", parts), ("headers of parts", partHeaders), ("headers", headers),
    ("parameters in two places", parameters), ("links", links), ("inputs of links", linkInputs),
    ("targets of links", linkTargets), ("callbacks", callbacks), ("webhooks", webhooks), ("methods", methods),
    ("paths", paths), ("parameters of paths", pathParameters), ("operations", operations), ("types", types),
  ]

  @Test(arguments: HostileOperationTests.positions.map(\.name))
  func `a hostile name or text declares what a harmless one does`(_ position: String) throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let contract = try #require(Self.positions.first { $0.name == position }).contract
    let swift = try sandbox.swift(contract { $1 })
    try sandbox.expectSound(swift)
    let hostile = try sandbox.declarations(swift)
    #expect(hostile.utf8.count { $0 == UInt8(ascii: "\n") } > 50)
    #expect(try sandbox.declarations(sandbox.swift(contract { index, _ in "w\(index)" })) == hostile)
  }

  // MARK: who calls, and where

  static func schemes(_ word: Word) -> Document {
    let all = names { index, _ in ["type": "http", "scheme": "basic", "description": .string(word(index, text(index)))]
    }
    let each = HostileNames.all.enumerated().map { index, name in
      ("/x\(index)", path("get", ["security": [[name: []], [:]] as JSONValue]))
    }
    let both = path("get", ["security": [.object(names { _, _ in [] })]])
    let either = path("get", ["security": .array(HostileNames.all.map { name in [name: []] })])
    return document(each + [("/both", both), ("/either", either)], ["securitySchemes": .object(all)])
  }

  static func scopes(_ word: Word) -> Document {
    let all = HostileNames.all.enumerated().map { word($0, $1) }
    let flow: JSONValue = [
      "authorizationUrl": .string(word(0, "\\(exit(1))")), "tokenUrl": .string(word(1, "\"; fatalError() //")),
      "scopes": .object(Document(all.map { ($0, .string($0)) })),
    ]
    var schemes: Document = ["granted": ["type": "oauth2", "flows": ["authorizationCode": flow]]]
    for (index, name) in all.enumerated() {
      schemes["k\(index)"] = ["type": "apiKey", "in": "query", "name": .string(name)]
    }
    let required = JSONValue.array([["granted": .array(all.map { .string($0) })]] + all.indices.map { ["k\($0)": []] })
    return document([("/x", path("get", ["security": required]))], ["securitySchemes": .object(schemes)])
  }

  static func tags(_ word: Word) -> Document {
    var root = document(
      HostileNames.all.enumerated().map {
        ("/x\($0)", path("get", ["operationId": .string("o\($0)"), "tags": [.string($1)]]))
      })
    root["tags"] = .array(
      unique.enumerated().map { ["name": .string($1), "description": .string(word($0, text($0) + $1))] })
    return root
  }

  static func servers(_ word: Word) -> Document {
    var root = document([("/x", path("get", [:]))])
    root["servers"] = .array(
      HostileNames.all.enumerated().map {
        ["url": "/", "name": .string($1), "description": .string(word($0, text($0)))]
      })
    return root
  }

  static func variables(_ word: Word) -> Document {
    var root = document([("/x", path("get", ["servers": [enumerated(word)]]))])
    let each = HostileNames.segments.enumerated().map { index, name -> JSONValue in
      [
        "url": .string("https://\u{e9}/\(word(index, name))/{\(name)}"),
        "variables": [name: ["default": .string(word(index, name)), "description": .string(word(index, text(index)))]],
      ]
    }
    root["servers"] = .array(each + [enumerated(word)])
    return root
  }

  /// A server whose variable is one of the hostile names.
  static func enumerated(_ word: Word) -> JSONValue {
    ["url": "/{v}", "variables": ["v": ["default": "usual", "enum": .array(unique.map { .string($0) } + ["usual"])]]]
  }

  // MARK: what comes and goes

  static func mediaTypes(_ word: Word) -> Document {
    let all = HostileNames.tokens
    let content = { (name: (String) -> String) in
      JSONValue.object(Document(all.map { (name($0), ["schema": ["type": "object", "properties": ["v": string]]]) }))
    }
    let parameter = "application/json; charset=\"\(word(0, "\\(exit(1)); fatalError() //"))\""
    return document([
      (
        "/x",
        path(
          "post",
          [
            "requestBody": ["content": content { "a/\($0)+json" }],
            "responses": ["200": answer(["content": content { "\($0)/\($0)" }]), "default": answer([:])],
          ])
      ), ("/y", path("post", ["requestBody": ["content": [parameter: [:]]]])),
    ])
  }

  static func forms(_ word: Word) -> Document {
    let encoding = names { index, name in ["contentType": .string(word(index, name)), "allowReserved": true] }
    return body("application/x-www-form-urlencoded", properties { _ in short }, .object(encoding))
  }

  static func parts(_ word: Word) -> Document {
    let encoding = names { index, name in ["contentType": .string(word(index, name.isEmpty ? "a/b" : name))] }
    var root = body("multipart/form-data", properties { _ in short }, .object(encoding))
    let plain = body("multipart/mixed", properties { _ in ["type": "object", "properties": ["v": short]] }, [:])
    if case .object(var paths)? = root["paths"], case .object(let more)? = plain["paths"], let item = more["/x"] {
      paths["/y"] = item
      root["paths"] = .object(paths)
    }
    return root
  }

  static func partHeaders(_ word: Word) -> Document {
    let headers = { (isRequired: Bool) in
      JSONValue.object(Document(HostileNames.tokens.map { ($0, ["required": .boolean(isRequired), "schema": short]) }))
    }
    return body(
      "multipart/form-data",
      ["type": "object", "properties": ["a": short, "b": ["type": "string", "format": "binary"], "c": short]],
      ["a": ["headers": headers(true)], "b": ["headers": headers(false)], "c": ["headers": headers(false)]])
  }

  static func headers(_ word: Word) -> Document {
    let headers = { (schema: JSONValue, isRequired: Bool) in
      JSONValue.object(
        Document(HostileNames.tokens.map { ($0, ["required": .boolean(isRequired), "schema": schema]) }))
    }
    let list: JSONValue = ["type": "array", "items": short, "minItems": 1]
    let answers: JSONValue = [
      "200": answer(["headers": headers(short, true), "content": ["application/json": [:], "image/png": [:]]]),
      "4XX": answer(["headers": headers(list, false), "content": ["text/plain": [:]]]),
      "default": answer(["headers": headers(short, false)]),
    ]
    return document([("/x", path("get", ["responses": answers]))])
  }

  static func parameters(_ word: Word) -> Document {
    let query = unique.map { parameter($0, "query", ["type": "array", "items": short]) }
    let others = HostileNames.tokens.filter { $0 != "accept" }.flatMap {
      [parameter($0, "header", short), parameter($0, "cookie", short)]
    }

    let form: JSONValue = [
      "application/x-www-form-urlencoded": ["schema": ["type": "object", "properties": ["a": short]]]
    ]
    let answers: JSONValue = [
      "200": answer(["content": ["text/event-stream": [:], "image/png": [:]]]), "default": answer([:]),
    ]
    return document([
      (
        "/x",
        path(
          "post",
          [
            "parameters": .array(query + others), "requestBody": ["content": form], "responses": answers,
          ])
      )
    ])
  }

  // MARK: what follows

  static func links(_ word: Word) -> Document {
    let all = Document(
      unique.enumerated().map {
        (
          $1,
          [
            "operationId": "target", "parameters": ["q": .string(word($0, "-" + $1))],
            "description": .string(word($0, text($0))),
          ]
        )
      })
    return document([
      ("/x", path("get", ["responses": ["200": answer(["links": .object(all)]), "default": answer([:])]])),
      ("/y", path("get", ["operationId": "target", "parameters": [parameter("q", "query", string)]])),
    ])
  }

  static func linkInputs(_ word: Word) -> Document {
    let answers = { (parameters: JSONValue) -> JSONValue in
      [
        "200": answer(["links": ["go": ["operationId": "target", "parameters": parameters]]]), "default": answer([:]),
      ]
    }
    let all = unique.map { parameter($0, "query", short, isRequired: true) }
    let taken = Document(unique.enumerated().map { ($1, .string("$response.body#/\($0)")) })
    return document([
      ("/given", path("get", ["responses": answers([:])])),
      ("/taken", path("get", ["responses": answers(.object(taken))])),
      ("/y", path("get", ["operationId": "target", "parameters": .array(all)])),
    ])
  }

  static func linkTargets(_ word: Word) -> Document {
    document(
      unique.enumerated().flatMap { index, name -> [(String, JSONValue)] in
        let id = JSONValue.string(name.isEmpty ? "empty" : name)
        let links: JSONValue = ["200": answer(["links": ["go": ["operationId": id]]]), "default": answer([:])]
        return [
          (
            "/x\(index)",
            path("get", ["operationId": .string("from\(index)"), "servers": [["url": "/"]], "responses": links])
          ),
          ("/y\(index)", path("get", ["operationId": id, "servers": [["url": "/"]]])),
        ]
      })
  }

  static func callbacks(_ word: Word) -> Document {
    let all = names { index, name in
      [
        "\(word(index, name)){$request.body#/\(index)}": path("post", [:]),
        "{$url}": path("post", [:]),
      ]
    }
    let isExpression = HostileNames.all.map { $0.hasPrefix("$") }
    return document([
      (
        "/x",
        path(
          "post",
          [
            "operationId": "x",
            "callbacks": .object(Document(zip(all, isExpression).filter { !$1 }.map { ($0.0.key, $0.0.value) })),
          ])
      )
    ])
  }

  static func webhooks(_ word: Word) -> Document {
    var root = document([("/x", path("get", ["operationId": "own"]))])
    root["webhooks"] = .object(
      Document(unique.enumerated().map { ($1, path("post", ["summary": .string(word($0, text($0)))])) }))
    return root
  }
}
