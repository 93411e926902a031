import ContractSource
import ContractValues

/// Checks of a well-formed contract: contradictions, unreachable branches, unused components, and examples and defaults
/// that violate their own schema.
public struct SchemaChecks {
  let set: SchemaSet
  let diagnostics: Diagnostics

  public init(_ set: SchemaSet, _ diagnostics: Diagnostics) {
    self.set = set
    self.diagnostics = diagnostics
  }

  /// Checks every schema.
  ///
  /// - Returns: whether all references terminate; other schemas can be neither planned nor applied.
  public func run() -> Bool {
    let all = set.all.indices.filter { !set[$0].isMerged }
    for index in all {
      checkBounds(index)
      checkValues(index)
      checkNames(index)
    }
    guard checkEnds() else { return false }
    for index in all {
      checkBranches(index)
      checkParts(index)
    }
    checkDefaults()
    return true
  }

  /// The checks that are too slow for a build: examples and unused components of an API's documents.
  public func runSamples(_ contracts: [Contract], _ events: [EventContract]) {
    let program = set.program
    for index in set.all.indices where !set[index].isMerged {
      for node in set[index].examples { check(node, index, program, "example") }
    }
    for (node, schema) in contracts.flatMap(\.samples) + events.flatMap(\.samples) {
      check(node, schema, program, "example")
    }
    checkUse(contracts, events)
  }

  /// Checks that a schema refers to itself only through a part of the value (JSON Schema core, section 9.4.1).
  private func checkEnds() -> Bool {
    var done: Set<Int> = []
    var onPath: Set<Int> = []
    var isTerminating = true
    for start in set.all.indices where !done.contains(start) {
      // An explicit stack: a contract may chain more schemas than fit a thread's stack.
      var stack: [(index: Int, isEntered: Bool)] = [(start, false)]
      while let (index, isEntered) = stack.popLast() {
        if isEntered {
          onPath.remove(index)
          done.insert(index)
        } else if !done.contains(index), onPath.insert(index).inserted {
          stack.append((index, true))
          for next in set.keywords(index).inPlace {
            if onPath.contains(next) {
              isTerminating = false
              diagnostics.error(
                .brokenReference, "this schema refers to itself without going into a property or an item",
                at: set[next].position,
                help: "applying such a schema never terminates (JSON Schema core, section 9.4.1)")
            } else {
              stack.append((next, false))
            }
          }
        }
      }
    }
    return isTerminating
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
          at: schema.position(of: lowName))
      }
    }
    let lows = [(keywords.minimum, false, "minimum"), (keywords.exclusiveMinimum, true, "exclusiveMinimum")]
    let highs = [(keywords.maximum, false, "maximum"), (keywords.exclusiveMaximum, true, "exclusiveMaximum")]
    for (low, isAbove, lowName) in lows {
      for (high, isBelow, highName) in highs {
        guard let low, let high, low > high || (low == high && (isAbove || isBelow)) else { continue }
        diagnostics.warning(
          .contradiction, "'\(lowName)' \(low) leaves nothing under '\(highName)' \(high): nothing can fit",
          at: schema.position(of: lowName))
      }
    }
  }

  /// Reports values of an enum that other keywords of its schema refuse.
  private func checkValues(_ index: Int) {
    let keywords = set.keywords(index)
    guard let types = keywords.types, let values = keywords.enumeration else { return }
    let left = values.filter { types.contains($0.ownType) }
    let nodes = set[index].node["enum"]?.items ?? []
    for value in values where !types.contains(value.ownType) {
      diagnostics.warning(
        .contradiction, "\(String(decoding: value.json, as: UTF8.self)) is not of the type \(types.description)",
        at: nodes.first { $0.json == value }?.position ?? set[index].position(of: "enum"),
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
        .noEffect, "'nullable' has no effect: the keywords beside it do not admit null",
        at: set[index].position(of: "nullable"), help: "say 'nullable: true' there too")
    }
    for (name, branches) in [("oneOf", keywords.oneOf), ("anyOf", keywords.anyOf)] {
      for branch in branches where set.types(branch).isDisjoint(with: types) {
        diagnostics.warning(
          .contradiction, "no value is of this branch of '\(name)': it is not of the type beside it",
          at: set[branch].position)
      }
    }
    if !keywords.allOf.isEmpty, set.types(index).isEmpty {
      diagnostics.warning(
        .contradiction, "the combined schemas admit no type", at: set[index].position(of: "allOf"))
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
        .contradiction, "'\(name)' is required and is not among the properties",
        at: set[index].position(of: "required"),
        help: meant)
    }
  }

  private func checkDefaults() {
    let defaults = set.all.indices.filter { !set[$0].isMerged && set[$0].defaultValue != nil }
    guard !defaults.isEmpty else { return }
    let program = set.program
    for index in defaults {
      guard let node = set[index].defaultValue else { continue }
      check(node, index, program, "default")
    }
  }

  /// So many violations of one value are reported, each where it is.
  private static let violationLimit = 5

  private func check(_ node: Node, _ schema: Int, _ program: SchemaProgram, _ what: String) {
    guard let value = node.json else { return }
    let violations = program.violations(of: value, schema: schema)
    let rest = violations.count - Self.violationLimit
    for (number, violation) in violations.prefix(Self.violationLimit).enumerated() {
      let pointer = violation.name.isEmpty ? "" : " at \(violation.name)"
      let more = number == Self.violationLimit - 1 && rest > 0 ? " (and \(rest) more)" : ""
      let fault = "breaks its own schema\(pointer): \(violation.rule): \(violation.message)\(more)"
      let position = Self.position(of: violation.name, in: node)
      if what == "default", violation.rule == "type", value != .null, set[schema].dialect == .openAPI30 {
        // In 3.0 a default must have the schema's type, though tools write null for none; later it is an annotation.
        diagnostics.error(
          .badExample, "this default \(fault)", at: position,
          help: "in OpenAPI 3.0 it must be of the schema's type (3.0.4, section 4.7.24)")
      } else {
        let consequence = what == "default" ? " is not applied, since it" : ""
        diagnostics.warning(.badExample, "this \(what)\(consequence) \(fault)", at: position)
      }
    }
  }

  /// The position of the part of a value at a pointer, or of what lacks it.
  private static func position(of pointer: String, in node: Node) -> SourcePosition {
    var node = node
    for segment in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      guard let next = node.child(Node.unescaped(segment)) else { break }
      node = next
    }
    return node.position
  }

  /// Reports unused components of documents that have operations.
  private func checkUse(_ contracts: [Contract], _ events: [EventContract]) {
    let used = set.reached(from: contracts.flatMap(\.operations).flatMap(\.schemas) + events.flatMap(\.schemas))
    let components =
      contracts.filter { !$0.operations.isEmpty }.flatMap(\.components)
      + events.filter { !$0.operations.isEmpty }.flatMap(\.components)
    for component in components where !used.contains(component.schema) {
      diagnostics.warning(
        .unused, "the schema '\(component.name)' is used nowhere in this contract", at: component.position)
    }
  }
}
