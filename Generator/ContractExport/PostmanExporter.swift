import ContractAnalysis
import ContractModel

/// Prints contracts as a Postman collection (schema v2.1.0).
struct PostmanExporter {
  private let contracts: [NamedContract]
  private let addresses: PostmanAddresses
  private let requests: PostmanRequests
  private let samples: SampleMaker

  init(_ set: SchemaSet, _ contracts: [NamedContract]) {
    self.contracts = contracts
    samples = SampleMaker(set, contracts)
    let all = contracts.map(\.contract)
    addresses = PostmanAddresses(all, secrets: all.flatMap(PostmanAuth.variables))
    requests = PostmanRequests(set: set, samples: samples, addresses: addresses)
  }

  func text() -> String {
    let titles = contracts.map(\.contract.title)
    var info: [JSONTree.Member] = [
      ("name", .string(titles.joined(separator: ", "))),
      ("schema", "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"),
    ]
    let words = contracts.flatMap { [$0.contract.summary, $0.contract.description].compactMap { $0 } } + notes
    if !words.isEmpty { info.insert(("description", .string(words.joined(separator: "\n\n"))), at: 1) }
    let variables = addresses.variables.map { name, value in
      JSONTree.object([("key", .string(name)), ("value", .string(value)), ("type", "string")])
    }
    return JSONTree.object([
      ("info", .object(info)), ("item", .array(folders.content)), ("auth", usualAuth), ("variable", .array(variables)),
    ]).text() + "\n"
  }

  private var notes: [String] {
    contracts.flatMap { named in
      named.contract.operations.flatMap { operation -> [String] in
        let callbacks = operation.callbacks.map { ($0.operation.position.line, "the callback '\($0.name)'") }
        let own = operation.kind == .route ? [] : [(operation.position.line, "the \(operation.kind) '\(operation.id)'")]
        return (own + callbacks).map { "Not in this collection: \(named.contract.path), line \($0): \($1)" }
      }
    }
  }

  /// The default authentication: that of the first request.
  private var usualAuth: JSONTree {
    PostmanAuth(contracts.flatMap(\.contract.operations).first { $0.kind == .route }?.policy.security ?? []).auth
  }

  // MARK: folders

  /// A folder per tag, in its parent's folder, in the order of the contracts; operations without a tag are under their
  /// contract's title.
  private var folders: PostmanFolder {
    var root = PostmanFolder(name: "", description: nil)
    for contract in contracts.map(\.contract) {
      for operation in contract.operations where operation.kind == .route {
        root.add(item(operation, contract), to: chain(operation.tags.first ?? contract.title, contract.tags)[...])
      }
    }
    return root
  }

  /// A tag after its ancestors.
  private func chain(_ name: String, _ tags: [Tag]) -> [PostmanFolder] {
    var chain: [PostmanFolder] = []
    var next: String? = name
    while let name = next, chain.count <= tags.count {
      let tag = tags.first { $0.name == name }
      chain.insert(PostmanFolder(name: name, description: tag?.description), at: 0)
      next = tag?.parent
    }
    return chain
  }

  private func item(_ operation: Operation, _ contract: Contract) -> JSONTree {
    let auth = PostmanAuth(operation.policy.security)
    var request = requests.request(operation, contract, auth)
    if auth.auth.inline() != usualAuth.inline() { request.append(("auth", auth.auth)) }
    return .object([
      ("name", .string(operation.summary ?? operation.id)), ("request", .object(request)),
      ("response", .array(operation.responses.map { response($0, .object(request)) })),
    ])
  }

  private func response(_ response: Response, _ request: JSONTree) -> JSONTree {
    // An example has a status of its own, where the contract has a range or a default.
    let code = response.status.code ?? response.status.range.map { $0 * 100 } ?? 500
    let media = response.content.first
    let headers =
      (media.map { [("Content-Type", $0.name)] } ?? [])
      + response.headers.map { ($0.name, samples.sample($0.schema).value.plain) }
    return .object([
      ("name", .string(response.description.isEmpty ? String(code) : response.description)),
      ("originalRequest", request), ("code", .number(String(code))),
      ("header", .array(headers.map { .object([("key", .string($0.0)), ("value", .string($0.1))]) })),
      ("body", .string(media.map { requests.example($0).text } ?? "")),
    ])
  }
}

/// Requests under one name, and subfolders.
struct PostmanFolder {
  let name: String
  let description: String?
  private var items: [JSONTree] = []
  private var folders: [PostmanFolder] = []

  init(name: String, description: String?) {
    self.name = name
    self.description = description
  }

  mutating func add(_ item: JSONTree, to chain: ArraySlice<PostmanFolder>) {
    guard let next = chain.first else { return items.append(item) }
    if let index = folders.firstIndex(where: { $0.name == next.name }) {
      folders[index].add(item, to: chain.dropFirst())
    } else {
      var folder = next
      folder.add(item, to: chain.dropFirst())
      folders.append(folder)
    }
  }

  var content: [JSONTree] { items + folders.map(\.tree) }

  private var tree: JSONTree {
    .object(
      [("name", .string(name))] + (description.map { [("description", .string($0))] } ?? [])
        + [("item", .array(content))])
  }
}

extension JSONTree {
  /// The value as one text, like a parameter.
  var plain: String {
    if case .array(let items) = self { return items.map(\.plain).joined(separator: ",") }
    return stringValue ?? inline()
  }
}
