import ContractModel

/// The groups of handlers: one per tag, and one for operations without a tag; none where there would be only one.
struct GroupsPlan {
  private(set) var groups: [GroupPlan] = []
  /// The groups by the names of their tags in Swift.
  private var byName: [String: GroupPlan] = [:]

  init(_ operations: [OperationPlan], _ contracts: [Contract], prefix: String, _ types: inout NameTable) {
    let names = operations.map { $0.group ?? "" }
    guard Set(names).count > 1 else { return }
    let tags = contracts.flatMap(\.tags)
    var members = MemberNames()
    for name in names where byName[name] == nil {
      let word = name.isEmpty ? "Other" : name
      let tag = tags.first { SwiftName.type($0.name) == name }
      let group = GroupPlan(
        type: types.claim(prefix + word + "Handlers"), member: members.claim(SwiftName.member(word)),
        doc: DocComment.lines(tag?.description))
      byName[name] = group
      groups.append(group)
    }
  }

  /// The operations with the protocols of their groups.
  func applied(to operations: [OperationPlan]) -> [OperationPlan] {
    operations.map { operation in
      var operation = operation
      operation.group = byName[operation.group ?? ""]?.type
      return operation
    }
  }
}
