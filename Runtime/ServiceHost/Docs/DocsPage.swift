import ServiceCore
import ServiceHTML

/// The reference page of an API. It is read without script; with it, it can be searched, and operations can be called.
struct DocsPage {
  let document: APIDocument

  var html: HTML {
    let groups = document.groups
    return .page(
      title: document.title,
      head: [
        HTML("link", [.rel("stylesheet"), .href("/docs/docs.css")]),
        HTML("script", [.src("/docs/docs.js"), .defer]),
      ],
      [
        HTML(
          "header", [],
          [
            HTML("h1", [], [HTML(document.title)]),
            HTML("p", [], ["One document for programs: ", link("openapi.json", "/openapi.json"), "."]),
            HTML("div", [.id("tools")]),
          ]),
        HTML("nav", [.label("Operations")], groups.map(contents)),
        HTML("main", [], groups.map(group) + [schemas]),
      ])
  }

  private func link(_ text: String, _ url: String) -> HTML { HTML("a", [.href(url)], [HTML(text)]) }

  private func contents(_ group: (name: String, operations: [APIDocument.Operation])) -> HTML {
    HTML(
      "details", [.open],
      [
        HTML("summary", [], [HTML(group.name)]),
        HTML(
          "ul", [],
          group.operations.map { operation in
            HTML("li", [], [link(operation.json["summary"]?.text ?? operation.id, "#" + operation.id)])
          }),
      ])
  }

  private func group(_ group: (name: String, operations: [APIDocument.Operation])) -> HTML {
    let words = document.json["tags"]?.items.first { $0["name"]?.text == group.name }?["description"]?.text
    return HTML(
      "section", [],
      [HTML("h2", [], [HTML(group.name)])] + paragraphs(words) + group.operations.map { operation($0) })
  }

  private func paragraphs(_ text: String?) -> [HTML] {
    (text ?? "").split(separator: "\n\n").map { HTML("p", [], [HTML(String($0))]) }
  }

  // MARK: an operation

  private func operation(_ operation: APIDocument.Operation) -> HTML {
    let json = operation.json
    let body = body(json)
    let value = body.map { document.example(ofContent: $0.content) } ?? .null
    let example = body.map { $0.type.hasSuffix("json") ? value.lines() : value.text ?? "" } ?? ""
    let title = HTML(
      "h3", [],
      [
        HTML("span", [.class("method " + operation.method.lowercased())], [HTML(operation.method)]), " ",
        HTML("code", [], [HTML(operation.path)]), " ",
        HTML("a", [.class("anchor"), .href("#" + operation.id), .label("Link to this operation")], ["#"]),
      ])
    return HTML(
      "article",
      [
        .id(operation.id), .data("method", operation.method), .data("path", operation.path),
        .data("body", example), .data("type", body?.type ?? ""), .data("key", key(of: operation)),
      ],
      [title] + paragraphs(json["summary"]?.text) + paragraphs(json["description"]?.text) + notes(operation)
        + parameters(operation) + request(body, example) + responses(json))
  }

  /// The header in which an API key may be given; empty where there is none.
  private func key(of operation: APIDocument.Operation) -> String {
    let schemes = (operation.json["security"] ?? document.json["security"])?.items.flatMap(\.names) ?? []
    let keys = schemes.compactMap { document.json["components"]?["securitySchemes"]?[$0] }.map(document.resolved)
    return keys.first { $0["type"]?.text == "apiKey" && $0["in"]?.text == "header" }?["name"]?.text ?? ""
  }

  /// What its policies are.
  private func notes(_ operation: APIDocument.Operation) -> [HTML] {
    let json = operation.json
    var notes: [HTML] = []
    if json["deprecated"] == .boolean(true) { notes.append("Deprecated: use another operation.") }
    let alternatives = (json["security"] ?? document.json["security"])?.items ?? []
    let ways = alternatives.map { alternative -> String in
      guard case .object(let schemes) = alternative, !schemes.isEmpty else { return "nothing" }
      return schemes.map { scheme in
        let scopes = scheme.value.items.compactMap(\.text)
        return scheme.key + (scopes.isEmpty ? "" : " with " + scopes.joined(separator: ", "))
      }.joined(separator: " and ")
    }
    notes.append(HTML(ways.isEmpty ? "Open to everybody." : "Needs " + ways.joined(separator: ", or ") + "."))
    if takesKey(operation) {
      notes.append("Takes an Idempotency-Key: a request that is sent again has one effect.")
    }
    if let limit = document.policy("rate-limit", of: operation), let requests = limit["requests"],
      let per = limit["per"]?.text
    {
      notes.append("At most \(requests.line) requests per \(per) and \(limit["by"]?.text ?? "client").")
    }
    if let timeout = document.policy("timeout", of: operation)?.text { notes.append("Takes at most \(timeout).") }
    return [HTML("ul", [.class("notes")], notes.map { HTML("li", [], [$0]) })]
  }

  private func takesKey(_ operation: APIDocument.Operation) -> Bool {
    let policy = document.policy("idempotency-key", of: operation)
    return policy != nil && policy?.text != "none"
  }

  private static let idempotencyKey: JSONValue = .object([
    "name": .string("Idempotency-Key"), "in": .string("header"),
    "description": .string("Tells a request that is sent again from another one."),
  ])

  private func parameters(_ operation: APIDocument.Operation) -> [HTML] {
    let all = document.parameters(of: operation) + (takesKey(operation) ? [Self.idempotencyKey] : [])
    guard !all.isEmpty else { return [] }
    return [
      HTML("h4", [], ["Parameters"]),
      table(
        all.map { parameter in
          let schema = parameter["schema"] ?? parameter["content"]?.members("application/json").first?.value ?? .null
          let name = parameter["name"]?.text ?? ""
          let isRequired = parameter["required"] == .boolean(true)
          return HTML(
            "tr",
            [
              .data("name", name), .data("in", parameter["in"]?.text ?? "query"),
              .data("list", document.types(of: document.resolved(schema)).first == "array" ? "list" : ""),
              .data("example", isRequired ? plain(document.example(ofContent: parameter)) : ""),
            ],
            [
              cell(
                [HTML("code", [], [HTML(name)])] + (isRequired ? [mark("required")] : [])),
              cell([HTML(parameter["in"]?.text ?? "")]), cell(type(schema)),
              cell([HTML(parameter["description"]?.text ?? document.resolved(schema)["description"]?.text ?? "")]),
            ])
        }),
    ]
  }

  private func plain(_ value: JSONValue) -> String { value.text ?? value.line }

  private func body(_ json: JSONValue) -> (type: String, content: JSONValue)? {
    let content = json["requestBody"].map(document.resolved)?.members("content") ?? []
    return (content.first { $0.key.hasSuffix("json") } ?? content.first).map { ($0.key, document.resolved($0.value)) }
  }

  private func request(_ body: (type: String, content: JSONValue)?, _ example: String) -> [HTML] {
    guard let body else { return [] }
    return [
      HTML(
        "h4", [],
        ["Body: ", HTML("code", [], [HTML(body.type)]), " "] + (body.content["schema"].map(type) ?? [])),
      HTML("pre", [], [HTML("code", [], [HTML(example)])]),
    ]
  }

  private func responses(_ json: JSONValue) -> [HTML] {
    let rows = json.members("responses").map { status, given in
      let response = document.resolved(given)
      let content = response.members("content").flatMap { media in
        [HTML("code", [], [HTML(media.key)]), " "] + (media.value["schema"].map(type) ?? [])
      }
      return HTML(
        "tr", [],
        [
          cell([HTML("code", [], [HTML(status)])]), cell([HTML(response["description"]?.text ?? "")]), cell(content),
        ])
    }
    return [HTML("h4", [], ["Responses"]), table(rows)]
  }

  // MARK: schemas

  private var schemas: HTML {
    let all = document.json["components"]?.members("schemas") ?? []
    return HTML(
      "section", [],
      [HTML("h2", [], ["Schemas"])]
        + all.map { name, schema in
          HTML(
            "article", [.id("schema-" + name)],
            [HTML("h3", [], [HTML(name)])] + paragraphs(schema["description"]?.text) + fields(schema))
        })
  }

  private func fields(_ schema: JSONValue) -> [HTML] {
    let parts = [schema] + (schema["allOf"]?.items ?? []).map(document.resolved)
    let required = Set(parts.flatMap { $0["required"]?.items ?? [] }.compactMap(\.text))
    let properties = parts.flatMap { $0.members("properties") }
    guard !properties.isEmpty else { return [HTML("p", [], type(schema))] }
    return [
      table(
        properties.map { name, property in
          let known = document.resolved(property)
          let words = property["description"]?.text ?? known["description"]?.text ?? ""
          return HTML(
            "tr", [],
            [
              cell([HTML("code", [], [HTML(name)])] + (required.contains(name) ? [mark("required")] : [])),
              cell(type(property)), cell([HTML(words)]),
            ])
        })
    ]
  }

  /// A schema in a few words, with a link where it has a name.
  private func type(_ schema: JSONValue) -> [HTML] {
    if let name = document.name(of: schema) { return [link(name, "#schema-" + name)] }
    if schema["type"]?.text == "array", let items = schema["items"] { return ["list of "] + type(items) }
    for (key, word) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
      guard let parts = schema[key]?.items, !parts.isEmpty else { continue }
      return Array(parts.map(type).joined(separator: [HTML(word)]))
    }
    let facts = Self.constraints.compactMap { key in schema[key].map { "\(key) \(plain($0))" } }
    let choices = schema["enum"]?.items.map(plain).joined(separator: ", ")
    let words =
      [document.types(of: schema).joined(separator: " or ")] + (choices.map { ["one of " + $0] } ?? []) + facts
    return [HTML(words.filter { !$0.isEmpty }.joined(separator: ", "))]
  }

  private static let constraints = [
    "format", "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minItems", "maxItems", "uniqueItems", "default",
  ]

  private func table(_ rows: [HTML]) -> HTML { HTML("table", [], [HTML("tbody", [], rows)]) }
  private func cell(_ parts: [HTML]) -> HTML { HTML("td", [], parts) }
  private func mark(_ word: String) -> HTML { HTML([" ", HTML("em", [], [HTML(word)])]) }
}
