import ContractSource
import ContractValues

/// What is wrong with a contract that is well-formed: contradictions, branches and components out of reach,
/// examples and defaults that break their own schema.
public struct SchemaChecks {
  private let set: SchemaSet
  private let diagnostics: Diagnostics

  public init(_ set: SchemaSet, _ diagnostics: Diagnostics) {
    self.set = set
    self.diagnostics = diagnostics
  }

  /// Checks every schema.
  ///
  /// - Returns: whether each comes to an end: others can be neither planned nor applied.
  public func run() -> Bool {
    let all = set.all.indices.filter { !set[$0].isMerged }
    for index in all {
      checkBounds(index)
      checkValues(index)
      checkNames(index)
    }
    guard checkEnds() else { return false }
    for index in all { checkBranches(index) }
    checkDefaults()
    return true
  }

  /// Checks what a build has no time for: examples, and components that nothing leads to.
  public func runSamples(_ contract: Contract) {
    let program = set.program
    for index in set.all.indices where !set[index].isMerged {
      for node in set[index].examples { check(node, index, program, "example") }
    }
    for (node, schema) in contract.samples { check(node, schema, program, "example") }
    checkUse(contract)
  }

  /// A schema may lead back to itself only through a part of the value (JSON Schema core, section 9.4.1).
  private func checkEnds() -> Bool {
    var done: Set<Int> = []
    var onPath: Set<Int> = []
    var isSound = true
    for start in set.all.indices where !done.contains(start) {
      // A stack of our own: a contract may chain more schemas than a thread's stack has room for.
      var stack: [(index: Int, isEntered: Bool)] = [(start, false)]
      while let (index, isEntered) = stack.popLast() {
        if isEntered {
          onPath.remove(index)
          done.insert(index)
        } else if !done.contains(index), onPath.insert(index).inserted {
          stack.append((index, true))
          for next in set.keywords(index).inPlace {
            if onPath.contains(next) {
              isSound = false
              diagnostics.error(
                .brokenReference, "this schema leads back to itself without going into a property or an item",
                at: set[next].place, help: "such a schema never comes to an end (JSON Schema core, section 9.4.1)")
            } else {
              stack.append((next, false))
            }
          }
        }
      }
    }
    return isSound
  }

  private func checkBounds(_ index: Int) {
    let (keywords, schema) = (set.keywords(index), set[index])
    let counts: [(String, Int?, String, Int?)] = [
      ("minLength", keywords.minLength, "maxLength", keywords.maxLength),
      ("minItems", keywords.minItems, "maxItems", keywords.maxItems),
      ("minContains", keywords.minContains, "maxContains", keywords.maxContains),
      ("minProperties", keywords.minProperties, "maxProperties", keywords.maxProperties),
    ]
    for (lowName, low, highName, high) in counts {
      if let low, let high, low > high {
        diagnostics.warning(
          .contradiction, "'\(lowName)' \(low) is above '\(highName)' \(high): nothing can fit",
          at: schema.place(of: lowName))
      }
    }
    let lows = [(keywords.minimum, false, "minimum"), (keywords.exclusiveMinimum, true, "exclusiveMinimum")]
    let highs = [(keywords.maximum, false, "maximum"), (keywords.exclusiveMaximum, true, "exclusiveMaximum")]
    for (low, isAbove, lowName) in lows {
      for (high, isBelow, highName) in highs {
        guard let low, let high, low > high || (low == high && (isAbove || isBelow)) else { continue }
        diagnostics.warning(
          .contradiction, "'\(lowName)' \(low) leaves nothing under '\(highName)' \(high): nothing can fit",
          at: schema.place(of: lowName))
      }
    }
  }

  /// Values of an enum that its own schema refuses otherwise.
  private func checkValues(_ index: Int) {
    let keywords = set.keywords(index)
    guard let types = keywords.types, let values = keywords.enumeration else { return }
    let left = values.filter { types.contains($0.ownType) }
    let nodes = set[index].node["enum"]?.items ?? []
    for value in values where !types.contains(value.ownType) {
      diagnostics.warning(
        .contradiction, "\(String(decoding: value.json, as: UTF8.self)) is not of the type \(types.description)",
        at: nodes.first { $0.json == value }?.place ?? set[index].place(of: "enum"),
        help: left.isEmpty ? "nothing can fit: quote what is text" : nil)
    }
  }

  private func checkBranches(_ index: Int) {
    let keywords = set.keywords(index)
    guard let types = keywords.types else { return }
    if case .bool(true)? = set[index].node["nullable"]?.value, types.contains(.null), !set.types(index).contains(.null),
      keywords.enumeration == nil
    {
      diagnostics.warning(
        .noEffect, "'nullable' has no effect: what stands beside it does not admit null",
        at: set[index].place(of: "nullable"), help: "say 'nullable: true' there too")
    }
    for (name, branches) in [("oneOf", keywords.oneOf), ("anyOf", keywords.anyOf)] {
      for branch in branches where set.types(branch).isDisjoint(with: types) {
        diagnostics.warning(
          .contradiction, "no value is of this branch of '\(name)': it is not of the type beside it",
          at: set[branch].place)
      }
    }
    if !keywords.allOf.isEmpty, set.types(index).isEmpty {
      diagnostics.warning(
        .contradiction, "what is merged here admits no type at all", at: set[index].place(of: "allOf"))
    }
  }

  private func checkNames(_ index: Int) {
    let keywords = set.keywords(index)
    let isClosed = [keywords.additionalProperties, keywords.unevaluatedProperties].contains {
      $0.map { set.keywords($0).always == false } ?? false
    }
    for name in keywords.required where keywords.properties[name] == nil && !keywords.properties.isEmpty {
      let meant = nearest(name, among: keywords.properties.keys).map { "did you mean '\($0)'?" }
      let isPlain = keywords.allOf.isEmpty && keywords.reference == nil && keywords.patternProperties.isEmpty
      guard meant != nil || (isClosed && isPlain) else { continue }
      diagnostics.warning(
        .contradiction, "'\(name)' is required and is not among the properties", at: set[index].place(of: "required"),
        help: meant)
    }
  }

  private func checkDefaults() {
    let defaults = set.all.indices.filter { !set[$0].isMerged && set[$0].defaultValue != nil }
    guard !defaults.isEmpty else { return }
    let program = set.program
    for index in defaults {
      if let node = set[index].defaultValue { check(node, index, program, "default", "is not applied, since it") }
    }
  }

  private func check(
    _ node: Node, _ schema: Int, _ program: SchemaProgram, _ what: String, _ consequence: String = ""
  ) {
    guard let value = node.json else { return }
    let violations = program.violations(of: value, schema: schema)
    guard let first = violations.first else { return }
    let rest = violations.count > 1 ? " (and \(violations.count - 1) more)" : ""
    let place = first.location.isEmpty ? "" : " at \(first.location)"
    diagnostics.warning(
      .badExample,
      "this \(what)\(consequence.isEmpty ? "" : " " + consequence) breaks its own schema\(place): \(first.rule): \(first.message)\(rest)",
      at: node.place)
  }

  /// Components that nothing leads to, where anything is there to lead to them.
  private func checkUse(_ contract: Contract) {
    guard !contract.operations.isEmpty else { return }
    var used: Set<Int> = []
    var pending = contract.operations.flatMap(\.schemas)
    while let next = pending.popLast() {
      guard used.insert(next).inserted else { continue }
      pending += set.keywords(next).children
    }
    for component in contract.components where !used.contains(component.schema) {
      diagnostics.warning(
        .unused, "the schema '\(component.name)' is used nowhere in this contract", at: component.place)
    }
  }
}

extension Operation {
  /// Every schema that the operation names itself.
  var schemas: [Int] {
    parameters.map(\.schema) + (body?.content.compactMap(\.schema) ?? [])
      + responses.flatMap { $0.content.compactMap(\.schema) + $0.headers.map(\.schema) }
  }
}
