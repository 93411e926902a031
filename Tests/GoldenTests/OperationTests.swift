import Testing

/// What small contracts say of operations, and what becomes of it.
@Suite struct OperationTests {
  private static let usual = "responses: { default: { description: d } }"

  static let cases: [(name: String, text: String, code: Int32, told: String, made: [String])] = [
    (
      "a path item by way of another",
      """
      paths: { /a: { $ref: "#/components/pathItems/A" } }
      components: { pathItems: { A: { $ref: "#/components/pathItems/B" }, B: { get: { operationId: b, \(usual) } } } }
      """, 0, "", ["id: \"b\""]
    ),
    (
      "path items in a circle",
      """
      paths: { /a: { $ref: "#/components/pathItems/A" } }
      components: { pathItems: { A: { $ref: "#/components/pathItems/B" }, B: { $ref: "#/components/pathItems/A" } } }
      """, 1, "[C030]", []
    ),
    ("a path item that refers to a number", "paths: { /a: { $ref: 5 } }", 1, "'$ref' must be a string", []),
    (
      "webhooks of one name in Swift", "webhooks: { foo-bar: { post: { \(usual) } }, fooBar: { post: { \(usual) } } }",
      0,
      "", [".literal(\"fooBar\")", ".literal(\"fooBar2\")"]
    ),
    (
      "a webhook's parameter",
      "webhooks: { w: { post: { parameters: [{ name: q, in: query, schema: {} }], \(usual) } } }", 0, "has no effect",
      []
    ),
    (
      "callbacks of two expressions, and of a callback",
      """
      paths:
        /a:
          post:
            operationId: a
            \(usual)
            callbacks:
              c:
                "{$url}": { post: { \(usual), callbacks: { d: { "{$url}": { post: { \(usual) } } } } } }
                "{$method}": { post: { \(usual) } }
      """, 0, "", ["id: \"a c post\"", "id: \"a c post 2\"", "id: \"a c post d\"", ".literal(\"aCPost2\")"]
    ),
    (
      "lines as 3.1 writes them, and what all of them together must be",
      """
      paths:
        /a:
          get:
            operationId: a
            responses:
              "200": { description: d, content: { application/x-ndjson: { schema: { $ref: "#/components/schemas/L" } } } }
              default:
                description: d
                content: { application/jsonl: { schema: { type: array, maxItems: 2, items: { $ref: "#/components/schemas/L" } } } }
      components: { schemas: { L: { type: object, properties: { a: { type: integer } } } } }
      """, 0, "all items together are not checked",
      ["case ok(ItemStream<L>)", "case other(status: Int, ItemStream<L>)"]
    ),
    (
      "what the runtime answers besides",
      """
      paths:
        /a:
          post:
            operationId: a
            requestBody: { content: { text/plain: {} } }
            responses: { "200": { description: d, content: { text/plain: {} } } }
      """, 0, "can respond with 400, 406, 413, 415, 500, 503", []
    ),
    (
      "what the runtime answers besides in many operations, told once",
      """
      paths:
        /a: { get: { operationId: a, responses: { "204": { description: d } } } }
        /b: { get: { operationId: b, responses: { "204": { description: d }, 4XX: { description: d } } } }
        /c: { get: { operationId: c, responses: { "204": { description: d } } } }
        /d: { get: { operationId: d, responses: { "204": { description: d } } } }
        /e: { get: { operationId: e, responses: { "204": { description: d } } } }
        /f: { get: { operationId: f, \(usual) } }
      """, 0,
      "c.yaml:4:14: warning: the runtime can respond with statuses that 5 operations do not declare: "
        + "'a' (400, 500, 503), 'b' (500, 503), 'c' (400, 500, 503) and 2 more [C050]",
      []
    ),
    (
      "a webhook that is called as an operation is",
      """
      paths: { /a: { get: { operationId: changed, \(usual) } } }
      webhooks: { changed: { post: { \(usual) } } }
      """, 0, "", ["enum Changed:", "enum Changed2:"]
    ),
    (
      "a callback that two operations share",
      """
      paths:
        /a: { get: { operationId: a, \(usual), callbacks: { c: { $ref: "#/components/callbacks/C" } } } }
        /b: { get: { operationId: b, \(usual), callbacks: { c: { $ref: "#/components/callbacks/C" } } } }
      components: { callbacks: { C: { "{$request.query.u}": { post: { operationId: told, \(usual) } } } } }
      """, 0, "", ["enum Told:", "enum Told2:"]
    ),
    (
      "a callback with an operation's id",
      """
      paths:
        /a:
          get:
            operationId: a
            \(usual)
            callbacks: { c: { "{$url}": { post: { operationId: a, \(usual) } } } }
      """, 1, "the operationId 'a' is duplicated", []
    ),
    (
      "one route behind two base paths",
      """
      paths:
        /b: { get: { operationId: one, servers: [{ url: /a }], \(usual) } }
        /a/b: { get: { operationId: two, \(usual) } }
      """, 1, "are the same route", []
    ),
    (
      "one route, once encoded",
      "paths: { /a%20b: { get: { operationId: one, \(usual) } }, /a b: { get: { operationId: two, \(usual) } } }", 1,
      "are the same route", []
    ),
    (
      "routes that differ only in the normal form of their letters",
      "paths: { /\u{E9}: { get: { operationId: one, \(usual) } }, /e\u{301}: { get: { operationId: two, \(usual) } } }",
      0, "", ["id: \"one\"", "id: \"two\""]
    ),
    (
      "methods that differ by their case",
      "paths: { /a: { additionalOperations: { COPY: { \(usual) }, Copy: { \(usual) } } } }", 0, "",
      ["id: \"COPY /a\"", "id: \"Copy /a\""]
    ),
    (
      "a parameter whose content has no schema",
      "paths: { /a: { get: { parameters: [{ name: q, in: query, content: { application/json: {} } }], \(usual) } } }",
      0,
      "", ["q: JSONValue?"]
    ),
    (
      "headers that differ by their case",
      "paths: { /a: { get: { responses: { default: { description: d, headers: { X-A: { schema: {} }, x-a: { schema: {} } } } } } } }",
      1, "header names are case-insensitive", []
    ),
    (
      "a list in the header of a part",
      """
      paths:
        /a:
          post:
            requestBody:
              content:
                multipart/form-data:
                  schema: { type: object, properties: { a: { type: string } } }
                  encoding: { a: { headers: { X-A: { schema: { type: array, items: { type: string } } } } } }
            \(usual)
      """, 0, "this one is passed as it is written", ["xA: String?"]
    ),
    (
      "a value twice in a server's enum",
      """
      servers: [{ url: "https://h/{v}", variables: { v: { default: a, enum: [a, a, b] } } }]
      paths: { /a: { get: { \(usual) } } }
      """, 0, "is duplicated in 'enum'", ["    case b\n"]
    ),
    (
      "a link that gives a body of bytes",
      """
      paths:
        /a:
          get:
            responses: { default: { description: d, links: { l: { operationId: b, requestBody: x } } } }
          post: { operationId: b, requestBody: { required: true, content: { image/png: {} } }, \(usual) }
      """, 0, "the code that follows the link provides it", ["body: ByteStream) throws -> B.Input"]
    ),
    (
      "a name for the callers of all operations, and of one",
      """
      security: [{ k: [] }]
      x-principal: Customer
      paths:
        /a:
          get: { operationId: a, \(usual) }
          put: { operationId: b, \(usual) }
          post: { operationId: c, security: [{ k: [] }, {}], x-charter-principal: visitor, \(usual) }
          patch: { operationId: d, security: [{ k: [] }, {}], \(usual) }
      components: { securitySchemes: { k: { type: apiKey, in: header, name: k } } }
      """, 0, "",
      [
        "func a(_ input: A.Input, _ principal: CustomerPrincipal, ",
        "func b(_ input: B.Input, _ principal: CustomerPrincipal, ",
        "func c(_ input: C.Input, _ principal: VisitorPrincipal, ",
        "func d(_ input: D.Input, _ principal: KOrAnonymousPrincipal, ",
      ]
    ),
    (
      "a name for callers without credentials",
      "paths: { /a: { get: { x-principal: Customer, \(usual) } } }", 0, "callers need no credentials here", []
    ),
    (
      "a name for callers whose credentials are optional in vain",
      "paths: { /a: { get: { operationId: a, x-principal: Customer, security: [{}], \(usual) } } }", 0,
      "callers need no credentials here", ["func a(_ input: A.Input, _ call: Call)"]
    ),
    (
      "encodings of the parts of parts",
      """
      paths:
        /a:
          post:
            operationId: a
            requestBody:
              required: true
              content:
                multipart/form-data:
                  schema:
                    type: object
                    properties:
                      b: { type: object, properties: { c: { type: object }, d: { type: string } } }
                      e: { type: array, prefixItems: [{ type: string }], items: { type: integer } }
                  encoding:
                    b:
                      contentType: multipart/form-data
                      encoding: { c: { headers: { X-C: { schema: { type: integer } } } }, d: { contentType: image/png } }
                    e: { contentType: multipart/mixed, prefixEncoding: [{ contentType: text/csv }], itemEncoding: {} }
            \(usual)
      """, 0, "",
      ["enum ABodyPartB", "xC: Int?", "case d(MultipartPart)", "case part1(MultipartPart)", "case item(Int)"]
    ),
    (
      "encodings of the parts of a part that has none",
      """
      paths:
        /a:
          post:
            operationId: a
            requestBody:
              content:
                multipart/form-data:
                  schema: { type: object, properties: { b: { type: object, properties: { c: { type: string } } } } }
                  encoding: { b: { encoding: { c: { contentType: image/png } } } }
            \(usual)
      """, 0, "have no effect: it is not multipart", []
    ),
    (
      "parameters of media types without a codec",
      """
      paths:
        /a:
          get:
            operationId: a
            parameters:
              - { name: b, in: query, content: { application/xml: { schema: { type: object } } } }
              - { name: C-D, in: header, content: { application/octet-stream: {} } }
            responses: { "204": { description: d, headers: { E-F: { content: { application/xml: {} } } } } }
          put:
            operationId: g
            parameters: [{ name: h, in: querystring, content: { application/x-www-form-urlencoded: {} } }]
            \(usual)
      """, 0, "'application/xml' has no codec in a parameter or header: it is passed as text, as it is written",
      ["let b: String?", "let cD: String?", "eF: String?", "let h: JSONObject"]
    ),
    (
      "a delimiter for a text",
      """
      paths:
        /a:
          get:
            parameters: [{ name: b, in: query, style: pipeDelimited, schema: { type: string } }]
            \(usual)
      """, 0, "the style pipeDelimited has no effect on a text", ["let b: String?"]
    ),
    (
      "an empty operationId",
      "paths: { /a: { get: { operationId: '', \(usual) } } }", 0, "is named for its method and path", ["enum GetA"]
    ),
    (
      "two objects of any members in a query",
      """
      paths:
        /a:
          get:
            operationId: a
            parameters:
              - { name: b, in: query, schema: { type: object } }
              - { name: c, in: query, schema: { type: object } }
            \(usual)
      """, 0, "every parameter that is not declared is one of 'b' and of 'c'",
      ["let b: JSONObject", "let c: JSONObject"]
    ),
    (
      "keywords of others that are nearly JSON Schema's",
      "paths: {}\ncomponents: { schemas: { A: { type: object, note: x, in: y, schema: {}, types: z } } }", 0,
      "'types' is not a keyword of JSON Schema, and has no effect", []
    ),
    (
      "adjacent parameters of a path",
      """
      paths:
        /a/{b}{c}:
          get:
            operationId: a
            parameters:
              - { name: b, in: path, required: true, schema: { type: string } }
              - { name: c, in: path, required: true, schema: { type: integer } }
            \(usual)
      """, 0, "OpenAPI does not define where the first ends", [".mixed([.parameter(\"b\"), .parameter(\"c\")])"]
    ),
    (
      "names of cookies that are not tokens",
      """
      paths:
        /a:
          get:
            operationId: a
            parameters:
              - { name: "ids[]", in: cookie, schema: { type: array, items: { type: string } } }
              - { name: "a[b]", in: cookie, style: cookie, schema: { type: string } }
            \(usual)
      """, 0, "", ["let ids: [String]?", "let aB: String?"]
    ),
    (
      "a name of a cookie with a delimiter",
      "paths: { /a: { get: { parameters: [{ name: a=b, in: cookie, schema: { type: string } }], \(usual) } } }", 1,
      "'a=b' is not the name of a cookie", []
    ),
    (
      "a name for callers that is two words",
      """
      paths: { /a: { get: { x-principal: a customer, security: [{ k: [] }], \(usual) } } }
      components: { securitySchemes: { k: { type: apiKey, in: header, name: k } } }
      """, 1, "is not a name of callers", []
    ),
    (
      "a media type with a space in it",
      "paths: { /a: { get: { responses: { default: { description: d, content: { a/b c: {} } } } } } }", 1,
      "is not a media type", []
    ),
  ]

  @Test func `in 3.0 the default of a server variable may be another value than its enum lists`() throws {
    let run = try Sandbox.generate(
      """
      openapi: 3.0.3
      info: { title: T, version: '1' }
      servers: [{ url: "https://{zone}.example", variables: { zone: { default: b, enum: [a] } } }]
      paths: {}
      """)
    #expect(run.code == 0 && run.output.contains("case b"), "\(run.errors)")
    #expect(run.errors.contains("the default 'b' should be one of the values that 'enum' lists"))
  }

  @Test(arguments: OperationTests.cases.map(\.name))
  func `what a contract says of its operations is generated, or told`(_ name: String) throws {
    let contract = try #require(Self.cases.first { $0.name == name })
    let head = "openapi: 3.2.0\ninfo: { title: T, version: '1' }\n"
    let run = try Sandbox.generate(head + contract.text + "\n")
    #expect(run.code == contract.code, "\(run.errors.prefix(1_000))")
    #expect(contract.told.isEmpty || run.errors.contains(contract.told), "\(run.errors.prefix(1_000))")
    for text in contract.made { #expect(run.output.contains(text), "\(text)") }
    guard run.code == 0 else { return }
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    try sandbox.expectSound(run.output)
  }
}
