import ContractSource
import ContractValues

/// The part of contracts that is generated: what is included, all of it where nothing is, less what is excluded.
public struct Selection {
  /// What a name of a selection names.
  public enum Kind: String, CaseIterable, Sendable {
    case tag, operation, schema

    /// The field of `include` and `exclude` that lists such names.
    public var field: String { rawValue + "s" }
  }

  public struct Name {
    public let kind: Kind
    public let text: String
    public let position: SourcePosition

    public init(_ kind: Kind, _ text: String, at position: SourcePosition) {
      (self.kind, self.text, self.position) = (kind, text, position)
    }

    func names(_ operation: Operation) -> Bool {
      kind == .operation ? operation.id == text : kind == .tag && operation.tags.contains(text)
    }
  }

  public var included: [Name] = []
  public var excluded: [Name] = []

  public init() {}

  public var isEmpty: Bool { included.isEmpty && excluded.isEmpty }

  /// The selected part of contracts; a name that they do not have is reported.
  ///
  /// An operation brings the schemas that it uses, and a schema those that it refers to.
  ///
  /// - Parameter events: the AsyncAPI documents of the API, which have selected operations too.
  public func applied(
    to contracts: [Contract], _ schemas: SchemaSet, _ diagnostics: Diagnostics, events: [EventContract] = []
  ) -> [Contract] {
    guard !isEmpty else { return contracts }
    let isKnown = (included + excluded).map { check($0, contracts, events, diagnostics) }.allSatisfy { $0 }
    let all = contracts.flatMap(\.operations)
    let targets = LinkTargets(all)
    let names = selectedComponents(contracts.flatMap(\.components), all, schemas, diagnostics)
    if isKnown, events.isEmpty {
      checkRest(all, isEmpty: !all.contains(where: selects) && names.isEmpty, diagnostics)
    }
    return contracts.map { contract in
      var contract = contract
      contract.operations = contract.operations.filter(selects).map { $0.withLinks(among: targets, where: selects) }
      contract.components.removeAll { !names.contains($0.schema) }
      let schemes = Set(
        contract.operations.flatMap(\.withCallbacks).flatMap { $0.policy.security }.flatMap(\.schemes).map(
          \.scheme.name))
      contract.securitySchemes.removeAll { !schemes.contains($0.name) }
      return contract
    }
  }

  /// Whether the contracts have what a name names.
  private func check(
    _ name: Name, _ contracts: [Contract], _ events: [EventContract], _ diagnostics: Diagnostics
  ) -> Bool {
    let (operations, own) = (events.flatMap(\.operations), contracts.flatMap(\.operations))
    let known: [[String]] =
      switch name.kind {
      case .tag:
        [contracts.flatMap(\.tags).map(\.name), events.flatMap(\.tags).map(\.name)]
          + [own.flatMap(\.tags), operations.flatMap(\.tags)]
      case .operation: [own.map(\.id), operations.map(\.id)]
      case .schema: [contracts.flatMap(\.components).map(\.name), events.flatMap(\.components).map(\.name)]
      }
    guard !known.joined().contains(name.text) else { return true }
    diagnostics.error(
      .brokenReference, "there is no \(name.kind.rawValue) '\(name.text)' in the contract", at: name.position,
      help: nearest(name.text, among: known.flatMap(\.self)).map { "did you mean '\($0)'?" })
    return false
  }

  /// Reports a name that is included in vain, and exclusions that leave nothing.
  private func checkRest(_ operations: [Operation], isEmpty: Bool, _ diagnostics: Diagnostics) {
    for name in included {
      let named = operations.filter { name.names($0) }
      let excluding = excluded.filter { other in
        name.kind == .schema ? other.kind == .schema && other.text == name.text : named.contains(where: other.names)
      }
      guard name.kind == .schema ? !excluding.isEmpty : !named.contains(where: selects) else { continue }
      let help = excluding.isEmpty ? "no operation has it" : "excluded by \(Self.list(excluding))"
      diagnostics.error(
        .contradiction, "the \(name.kind.rawValue) '\(name.text)' is included, and nothing of it is left",
        at: name.position, help: help)
    }
    guard isEmpty, included.isEmpty, let first = excluded.first else { return }
    diagnostics.error(
      .contradiction, "nothing of the contract is left", at: first.position, help: "excluded: \(Self.list(excluded))")
  }

  private static func list(_ names: [Name]) -> String {
    names.map { "the \($0.kind.rawValue) '\($0.text)'" }.joined(separator: ", ")
  }

  private func selects(_ operation: Operation) -> Bool {
    (included.isEmpty || included.contains { $0.names(operation) }) && !excluded.contains { $0.names(operation) }
  }

  // MARK: events

  /// The selected part of AsyncAPI documents, with the operations whose messages selected ones emit.
  ///
  /// - Parameter contracts: the selected parts of the API's OpenAPI documents.
  public func applied(to events: [EventContract], emittedBy contracts: [Contract]) -> [EventContract] {
    guard !isEmpty else { return events }
    let selected = events.flatMap(\.operations).filter { operation in
      let isNamed = { (name: Name) in
        name.kind == .operation ? operation.id == name.text : name.kind == .tag && operation.tags.contains(name.text)
      }
      return (included.isEmpty || included.contains(where: isNamed)) && !excluded.contains(where: isNamed)
    }
    let emissions = contracts.flatMap(\.operations).flatMap(\.policy.emits) + selected.flatMap(\.policy.emits)
    let ids = Set(selected.map { ByteKey($0.id) } + emissions.map { ByteKey($0.operation) })
    return events.map { contract in
      var contract = contract
      let all = contract.operations
      contract.operations = all.filter { ids.contains(ByteKey($0.id)) }
      // What only operations that are left out use is left out; with inclusions, all that no operation uses.
      let kept = Set(contract.operations.flatMap(\.parts))
      let dropped = Set(all.flatMap(\.parts)).subtracting(kept)
      let isKept = { (key: SchemaKey) in included.isEmpty ? !dropped.contains(key) : kept.contains(key) }
      contract.channels.removeAll { !isKept($0.key) }
      contract.messages.removeAll { !isKept($0.key) }
      // What messages use is planned where they use it.
      contract.components.removeAll { component in
        let isNamed = { (name: Name) in name.kind == .schema && name.text == component.name }
        return excluded.contains(where: isNamed) || !included.isEmpty && !included.contains(where: isNamed)
      }
      return contract
    }
  }

  // MARK: schemas

  /// The schemas of the selected components. Without inclusions, what only operations that are left out use is left out.
  private func selectedComponents(
    _ components: [(name: String, position: SourcePosition, schema: Int)], _ operations: [Operation],
    _ schemas: SchemaSet, _ diagnostics: Diagnostics
  ) -> Set<Int> {
    let isIn = { (names: [Name], name: String) in names.contains { $0.kind == .schema && $0.text == name } }
    let candidates = components.filter { !isIn(excluded, $0.name) }
    let used = operations.filter(selects).flatMap(\.schemas)
    let roots: [Int]
    if included.isEmpty {
      let unused = schemas.reached(from: operations.filter { !selects($0) }.flatMap(\.schemas))
      roots = used + candidates.map(\.schema).filter { !unused.contains($0) }
    } else {
      roots = used + candidates.filter { isIn(included, $0.name) }.map(\.schema)
    }
    let reached = schemas.reached(from: roots)
    for name in excluded where name.kind == .schema {
      guard let component = components.first(where: { $0.name == name.text }), reached.contains(component.schema) else {
        continue
      }
      let user =
        operations.first { selects($0) && schemas.reached(from: $0.schemas).contains(component.schema) }?.id
        ?? candidates.first {
          roots.contains($0.schema) && schemas.reached(from: [$0.schema]).contains(component.schema)
        }?
        .name
      diagnostics.error(
        .contradiction, "'\(name.text)' is excluded, and '\(user ?? "")', which is generated, uses it",
        at: name.position,
        help: "exclude what uses it too")
    }
    return Set(candidates.map(\.schema)).intersection(reached)
  }
}

extension SchemaSet {
  /// The schemas that given ones refer to, directly or indirectly, and they themselves.
  func reached(from roots: [Int]) -> Set<Int> {
    var reached = Set(roots)
    var pending = Array(reached)
    while let next = pending.popLast() {
      let children = keywords(next).children + [self[next].contentSchema].compactMap { $0 }
      for child in children where reached.insert(child).inserted { pending.append(child) }
    }
    return reached
  }
}

extension Operation {
  /// The operation and its callbacks, at any depth.
  fileprivate var withCallbacks: [Operation] { [self] + callbacks.flatMap(\.operation.withCallbacks) }

  /// The schemas that it and its callbacks refer to directly.
  var schemas: [Int] {
    // Sums of lists without a type take the compiler seconds.
    withCallbacks.flatMap { operation -> [Int] in
      let headers: [Int] = operation.responses.flatMap(\.headers).map(\.schema)
      let content: [MediaType] = (operation.body?.content ?? []) + operation.responses.flatMap(\.content)
      return operation.parameters.map(\.schema) + headers + content.flatMap(\.schemas)
    }
  }

  /// The operation without the links to operations that are left out.
  fileprivate func withLinks(among targets: LinkTargets, where isKept: (Operation) -> Bool) -> Operation {
    var result = self
    for index in result.responses.indices {
      result.responses[index].links.removeAll { link in targets[link].map { !isKept($0) } ?? false }
    }
    result.callbacks = callbacks.map { ($0.name, $0.operation.withLinks(among: targets, where: isKept)) }
    return result
  }
}

extension EventOperation {
  /// Its channels and messages.
  fileprivate var parts: [SchemaKey] {
    [channel.key] + messages.map(\.key) + [reply?.channel?.key].compactMap { $0 } + (reply?.messages.map(\.key) ?? [])
  }
}

extension MediaType {
  fileprivate var schemas: [Int] {
    let encodings = encoding.map(\.value) + prefixEncoding + [itemEncoding].compactMap { $0 }
    return [schema, itemSchema].compactMap { $0 } + encodings.flatMap(\.schemas)
  }
}

extension Encoding {
  fileprivate var schemas: [Int] {
    headers.map(\.schema) + (encoding.map(\.value) + prefixEncoding + itemEncoding).flatMap(\.schemas)
  }
}
