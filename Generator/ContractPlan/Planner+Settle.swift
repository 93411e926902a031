import ContractModel
import ContractSource
import ContractValues

/// Decisions that need the plans of all types.
extension Planner {
  mutating func settleDefaults() {
    var indices: [String: Int] = [:]
    for (index, declaration) in declarations.enumerated() { indices[declaration.name] = index }
    program.append(set.all.dropFirst(program.count).map(\.keywords))
    for item in defaults {
      // An invalid default was reported with its schema.
      if let value = item.node.json, !program.admits(value, schema: item.schema) { continue }
      guard let index = indices[item.record], case .record(var record) = declarations[index] else { continue }
      let field = record.fields[item.field]
      let type: TypePlan = field.presence == .nullable ? .optional(field.type) : field.type
      guard let text = literal(item.node, type, indices) else {
        tellBadDefault(item.node)
        continue
      }
      record.fields[item.field] = field.defaulted(text, type)
      declarations[index] = .record(record)
    }
    defaults.removeAll()
  }

  func tellBadDefault(_ node: Node) {
    diagnostics.warning(
      .badValue, "this default is not a value that can be written in Swift, and is not applied", at: node.position)
  }

  /// A value of a contract as a Swift expression; nil when it does not fit the type.
  func literal(_ node: Node, _ type: TypePlan, _ indices: [String: Int]) -> String? {
    switch (type, node.value) {
    case (.optional, .null): return "nil"
    case (.optional(let value), _): return literal(node, value, indices)
    case (.json, _): return node.json.map(literal)
    case (.string, .string(let text)): return SwiftName.literal(text)
    case (.boolean, .bool(let flag)): return flag ? "true" : "false"
    case (.uuid, .string(let text)): return Uuid(text).map { "Uuid(high: \($0.high), low: \($0.low))" }
    case (.timestamp, .string(let text)): return Timestamp(text).map { "Timestamp(microseconds: \($0.microseconds))" }
    case (.base64, .string(let text)): return Base64(text).map { "Base64(\($0.bytes))" }
    case (.integer, .number(let text)), (.unsigned, .number(let text)), (.double, .number(let text)),
      (.decimal, .number(let text)):
      return ExactDecimal(text).flatMap { literal($0, type) }
    case (.array(let element), .sequence(let items)):
      let literals = items.compactMap { literal($0, element, indices) }
      return literals.count == items.count ? "[\(literals.joined(separator: ", "))]" : nil
    case (.map(let value), .mapping(let entries)):
      let literals = entries.compactMap { entry in
        literal(entry.value, value, indices).map { SwiftName.literal(entry.key) + ": " + $0 }
      }
      return literals.count == entries.count
        ? (literals.isEmpty ? "[:]" : "[\(literals.joined(separator: ", "))]") : nil
    case (.named(let name), _): return indices[name].flatMap { literal(node, declarations[$0], indices) }
    default: return nil
    }
  }

  private func literal(_ node: Node, _ declaration: DeclarationPlan, _ indices: [String: Int]) -> String? {
    switch declaration {
    case .enumeration(let plan):
      guard let value = node.json else { return nil }
      let text = value.text.map(SwiftName.literal) ?? String(decoding: value.json, as: UTF8.self)
      if let match = plan.cases.first(where: { $0.value == text }) { return "\(plan.name).\(match.name.unquoted)" }
      return plan.isOpen && value.text != nil ? "\(plan.name).other(\(text))" : nil
    case .record(let plan):
      guard let entries = node.entries, case .ignored = plan.rest, plan.schema == nil else { return nil }
      guard entries.allSatisfy({ entry in plan.fields.contains { $0.wireName == entry.key } }) else { return nil }
      var arguments: [String] = []
      for field in plan.fields {
        if let value = node[field.wireName] {
          guard let text = literal(value, field.type, indices) else { return nil }
          arguments.append("\(field.name.label): " + (field.presence == .nullable ? ".value(\(text))" : text))
        } else if field.presence == .required {
          return nil
        }
      }
      return "\(plan.name)(\(arguments.joined(separator: ", ")))"
    case .choice(let plan):
      guard let branch = branch(of: node, plan), let text = literal(node, plan.branches[branch].type, indices) else {
        return nil
      }
      return "\(plan.name).\(plan.branches[branch].name.unquoted)(\(text))"
    case .wrapper: return nil
    }
  }

  /// The branch of a value, where it can be determined directly.
  private func branch(of node: Node, _ plan: ChoicePlan) -> Int? {
    switch plan.dispatch {
    case .kinds(let kinds):
      let kind = node.json?.ownType == .integer ? "number" : node.json?.ownType.names.first ?? ""
      return kinds.firstIndex { $0.contains(kind) }
    case .property(let name, let values, let fallback):
      return values.first { $0.value == node[name]?.string }?.branch ?? fallback
    case .tried: return nil
    }
  }

  private func literal(_ value: JSONValue) -> String {
    switch value {
    case .null: ".null"
    case .boolean(let flag): ".boolean(\(flag))"
    case .number(let number): ".number(\(literal(number, .decimal(scale: 0)) ?? "0"))"
    case .string(let text): ".string(\(SwiftName.literal(text)))"
    case .array(let items): ".array([\(items.map(literal).joined(separator: ", "))])"
    case .object(let object):
      ".object(["
        + (object.isEmpty
          ? ":" : object.map { SwiftName.literal($0.key) + ": " + literal($0.value) }.joined(separator: ", ")) + "])"
    }
  }

  // MARK: recursion and size

  /// The maximum size of a struct in bytes, beyond which it stores other records on the heap.
  static let sizeLimit = 128

  /// Breaks cycles of types that contain each other inline, and limits the growth of large ones.
  mutating func settleRecursion() {
    var indices: [String: Int] = [:]
    for (index, declaration) in declarations.enumerated() { indices[declaration.name] = index }
    var sizes: [Int: Int] = [:]
    var onPath: Set<Int> = []
    for start in declarations.indices where sizes[start] == nil {
      // An explicit stack: contracts may chain more types than a thread's stack has room for.
      var stack: [(index: Int, isEntered: Bool)] = [(start, false)]
      while let (index, isEntered) = stack.popLast() {
        if isEntered {
          onPath.remove(index)
          sizes[index] = settle(index, indices, sizes)
        } else if sizes[index] == nil, onPath.insert(index).inserted {
          stack.append((index, true))
          for name in inPlaceTypes(declarations[index]) {
            guard let next = indices[name], sizes[next] == nil, !onPath.contains(next) else { continue }
            stack.append((next, false))
          }
        }
      }
    }
  }

  private func inPlaceTypes(_ declaration: DeclarationPlan) -> [String] {
    switch declaration {
    case .record(let plan): plan.fields.compactMap(\.type.inPlace)
    case .choice(let plan): plan.branches.compactMap(\.type.inPlace)
    case .enumeration, .wrapper: []
    }
  }

  /// Moves to the heap what is large, and what has no size yet because it leads back here; returns the size.
  private mutating func settle(_ index: Int, _ indices: [String: Int], _ sizes: [Int: Int]) -> Int {
    switch declarations[index] {
    case .record(var plan):
      var size = 0
      for position in plan.fields.indices {
        let type = plan.fields[position].type
        let inner = type.inPlace.flatMap { indices[$0] }.map { sizes[$0] ?? .max } ?? type.size
        let isLarge = type.inPlace != nil && inner > Self.sizeLimit
        plan.fields[position].isIndirect = isLarge
        size += isLarge ? 8 : min(inner, 4_096)
      }
      declarations[index] = .record(plan)
      return size
    case .choice(var plan):
      let inner = plan.branches.map { branch in
        branch.type.inPlace.flatMap { indices[$0] }.map { sizes[$0] ?? .max } ?? branch.type.size
      }
      plan.isIndirect = inner.contains { $0 > Self.sizeLimit }
      declarations[index] = .choice(plan)
      return plan.isIndirect ? 8 : (inner.max() ?? 0) + 1
    case .enumeration(let plan): return plan.isOpen ? 17 : 1
    case .wrapper: return 8
    }
  }
}

extension TypePlan {
  /// The approximate inline size of a value in bytes.
  fileprivate var size: Int {
    switch self {
    case .boolean: 1
    case .integer, .unsigned, .double, .timestamp, .array: 8
    case .string, .uuid, .map, .base64: 16
    case .json: 40
    case .decimal: 32
    case .named: 8
    case .optional(let value): value.size + 1
    }
  }
}

extension FieldPlan {
  func defaulted(_ text: String, _ type: TypePlan) -> FieldPlan {
    let rules: [RulePlan] =
      if presence == .nullable, self.rules != [.value], !self.rules.isEmpty { [.present(self.rules)] } else {
        self.rules
      }
    var field = FieldPlan(
      name: name, wireName: wireName, type: type, presence: .defaulted(text), rules: rules, doc: doc)
    (field.isDeprecated, field.isIndirect) = (isDeprecated, isIndirect)
    return field
  }
}

extension String {
  /// The name as a parameter label: only these words keep their backticks.
  public var parameter: String { ["inout", "var", "let"].contains(unquoted) ? self : unquoted }

  /// The name as an argument label: only this word keeps its backticks.
  public var label: String { unquoted == "inout" ? self : unquoted }
}
