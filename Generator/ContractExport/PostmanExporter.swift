import ContractModel
import ContractSource

/// Prints contracts as a Postman collection (schema v2.1.0).
struct PostmanExporter {
  private let contracts: [NamedContract]
  private let samples: SampleMaker
  private let document: (String) -> Node?

  init(_ set: SchemaSet, _ contracts: [NamedContract], document: (String) -> Node?) {
    self.contracts = contracts
    samples = SampleMaker(set, contracts)
    let known = contracts.map(\.contract.path).map { ($0, document($0)) }
    self.document = { path in known.first { $0.0 == path }?.1 }
  }

  func text() -> String {
    let titles = contracts.map(\.contract.title)
    var info: [JSONTree.Member] = [
      ("name", .string(titles.joined(separator: ", "))),
      ("schema", "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"),
    ]
    let words = contracts.flatMap { [$0.contract.summary, $0.contract.description].compactMap { $0 } } + notes
    if !words.isEmpty { info.insert(("description", .string(words.joined(separator: "\n\n"))), at: 1) }
    var members: [JSONTree.Member] = [("info", .object(info)), ("item", .array(folders))]
    if let first = contracts.first, let root = document(first.contract.path) {
      if let auth = PostmanAuth.auth(root["security"], in: root) { members.append(("auth", auth)) }
    }
    members.append(("variable", .array([variable("baseUrl", origin)] + secrets)))
    return JSONTree.object(members).text() + "\n"
  }

  private var notes: [String] {
    contracts.flatMap { named in
      named.contract.notYet.filter { !$0.message.hasPrefix("'security'") && !$0.message.contains("server") }.map {
        "Not in this collection: \(named.contract.path), line \($0.place.line): \($0.message)"
      }
    }
  }

  /// The first server that is an address; a path of the contract's own stands before every request's instead.
  private var origin: String {
    let urls = contracts.compactMap { document($0.contract.path)?["servers"]?.items?.first?["url"]?.string }
    return urls.first { $0.contains("://") } ?? "http://localhost:8080"
  }

  private var secrets: [JSONTree] {
    contracts.flatMap { PostmanAuth.variables(in: document($0.contract.path)) }.map { variable($0, "") }
  }

  private func variable(_ key: String, _ value: String) -> JSONTree {
    .object([("key", .string(key)), ("value", .string(value)), ("type", "string")])
  }

  // MARK: folders and requests

  /// A folder a tag, in the order of the contracts; what has no tag stands under its contract's title.
  private var folders: [JSONTree] {
    var names: [String] = []
    var items: [String: [JSONTree]] = [:]
    for named in contracts {
      for operation in named.contract.operations where operation.kind == .route {
        let node = document(named.contract.path)?["paths"]?[operation.path]?[operation.method.lowercased()]
        let folder = node?["tags"]?.items?.first?.string ?? named.contract.title
        if items[folder] == nil { names.append(folder) }
        items[folder, default: []].append(item(operation, node, named.contract))
      }
    }
    return names.map { .object([("name", .string($0)), ("item", .array(items[$0] ?? []))]) }
  }

  private func item(_ operation: Operation, _ node: Node?, _ contract: Contract) -> JSONTree {
    var request = self.request(operation, contract)
    if let root = document(contract.path), let auth = PostmanAuth.auth(node?["security"], in: root) {
      request.append(("auth", auth))
    }
    return .object([
      ("name", .string(operation.summary ?? operation.id)), ("request", .object(request)),
      ("response", .array(operation.responses.map { response($0, .object(request)) })),
    ])
  }

  private func request(_ operation: Operation, _ contract: Contract) -> [JSONTree.Member] {
    var words = [operation.description].compactMap { $0 }
    var headers = operation.parameters.filter { $0.location == .header }.map(parameter)
    if let use = operation.idempotencyKey {
      headers.append(
        .object([
          ("key", "Idempotency-Key"), ("value", "{{$guid}}"), ("disabled", .bool(use == .optional)),
          ("description", "The same for every attempt at the same thing: it is then done once."),
        ]))
    }
    var members: [JSONTree.Member] = [("method", .string(operation.method))]
    let media = operation.body?.content.first
    if let media { headers.append(.object([("key", "Content-Type"), ("value", .string(media.name))])) }
    members.append(("header", .array(headers)))
    if let media {
      let (text, isSound) = example(media)
      if !isSound { words.append("The example body may break its schema: no better one was found.") }
      members.append(
        (
          "body",
          .object([
            ("mode", "raw"), ("raw", .string(text)), ("options", .object([("raw", .object([("language", "json")]))])),
          ])
        ))
    }
    members.append(("url", url(operation, contract)))
    if operation.parameters.contains(where: { $0.location == .cookie }) {
      words.append("Its cookie parameters are not in the request: Postman keeps cookies itself.")
    }
    if !words.isEmpty { members.append(("description", .string(words.joined(separator: "\n\n")))) }
    return members
  }

  private func url(_ operation: Operation, _ contract: Contract) -> JSONTree {
    let segments = (contract.basePath + operation.path).split(separator: "/").map { segment in
      segment.hasPrefix("{") && segment.hasSuffix("}") ? ":" + segment.dropFirst().dropLast() : String(segment)
    }
    let query = operation.parameters.filter { $0.location == .query }
    let raw = "{{baseUrl}}/" + segments.joined(separator: "/")
    var members: [JSONTree.Member] = [
      ("raw", .string(raw)), ("host", .array(["{{baseUrl}}"])), ("path", .array(segments.map { .string($0) })),
    ]
    if !query.isEmpty { members.append(("query", .array(query.map(parameter)))) }
    let path = operation.parameters.filter { $0.location == .path }
    if !path.isEmpty { members.append(("variable", .array(path.map(parameter)))) }
    return .object(members)
  }

  private func parameter(_ parameter: Parameter) -> JSONTree {
    let value = samples.sample(parameter.schema).value
    var members: [JSONTree.Member] = [("key", .string(parameter.name)), ("value", .string(plain(value)))]
    if let text = parameter.description { members.append(("description", .string(text))) }
    if !parameter.isRequired { members.append(("disabled", .bool(true))) }
    return .object(members)
  }

  private func plain(_ value: JSONTree) -> String {
    if case .array(let items) = value { return items.map(plain).joined(separator: ",") }
    return value.stringValue ?? value.inline()
  }

  private func example(_ media: MediaType) -> (text: String, isSound: Bool) {
    guard let schema = media.schema else { return ("", true) }
    let (value, isSound) = samples.sample(schema)
    return (media.name.contains("json") ? value.text() : plain(value), isSound)
  }

  private func response(_ response: Response, _ request: JSONTree) -> JSONTree {
    let code =
      switch response.status {
      case .code(let code): code
      case .range(let digit): digit * 100
      case .other: 500
      }
    let media = response.content.first
    let headers =
      (media.map { [("Content-Type", $0.name)] } ?? [])
      + response.headers.map { ($0.name, plain(samples.sample($0.schema).value)) }
    return .object([
      ("name", .string(response.description)), ("originalRequest", request), ("code", .number(String(code))),
      ("header", .array(headers.map { .object([("key", .string($0.0)), ("value", .string($0.1))]) })),
      ("body", .string(media.map { example($0).text } ?? "")),
    ])
  }
}
