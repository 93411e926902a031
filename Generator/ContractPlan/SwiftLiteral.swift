import ContractSource
import ContractValues

/// Values of a contract as Swift expressions.
extension Declarations {
  /// A value of a contract as a Swift expression; nil when it does not fit the type.
  func literal(_ node: Node, _ type: TypePlan) -> String? {
    switch (type, node.value) {
    case (.optional, .null): return "nil"
    case (.optional(let value), _): return literal(node, value)
    case (.json, _): return node.json.map(\.swift)
    case (.string, .string(let text)): return SwiftName.literal(text)
    case (.boolean, .bool(let flag)): return flag ? "true" : "false"
    case (.uuid, .string(let text)): return Uuid(text).map { "Uuid(high: \($0.high), low: \($0.low))" }
    case (.timestamp, .string(let text)): return Timestamp(text).map { "Timestamp(microseconds: \($0.microseconds))" }
    case (.base64, .string(let text)): return Base64(text).map { "Base64(\($0.bytes))" }
    case (.integer, .number(let text)), (.unsigned, .number(let text)), (.double, .number(let text)),
      (.decimal, .number(let text)):
      return ExactDecimal(text).flatMap(type.literal)
    case (.array(let element), .sequence(let items)):
      let literals = items.compactMap { literal($0, element) }
      return literals.count == items.count ? "[\(literals.joined(separator: ", "))]" : nil
    case (.map(let value), .mapping(let entries)):
      let literals = entries.compactMap { entry in
        literal(entry.value, value).map { SwiftName.literal(entry.key) + ": " + $0 }
      }
      return literals.count == entries.count
        ? (literals.isEmpty ? "[:]" : "[\(literals.joined(separator: ", "))]") : nil
    case (.named(let name), _): return index(of: name).flatMap { literal(node, self[$0]) }
    default: return nil
    }
  }

  private func literal(_ node: Node, _ declaration: DeclarationPlan) -> String? {
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
          guard let text = literal(value, field.type) else { return nil }
          arguments.append("\(field.name.label): " + (field.presence == .nullable ? ".value(\(text))" : text))
        } else if field.presence == .required {
          return nil
        }
      }
      return "\(plan.name)(\(arguments.joined(separator: ", ")))"
    case .choice(let plan):
      guard let branch = branch(of: node, plan), let text = literal(node, plan.branches[branch].type) else {
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
      guard let type = node.json?.ownType else { return nil }
      let kind = type == .integer ? .number : type.names.first.flatMap(JSONReader.Kind.init)
      return kind.flatMap { kind in kinds.firstIndex { $0.contains(kind) } }
    case .property(let name, let values, let fallback):
      return values.first { $0.value == node[name]?.string }?.branch ?? fallback
    case .tried: return nil
    }
  }
}

extension JSONValue {
  /// The value as a Swift expression.
  fileprivate var swift: String {
    switch self {
    case .null: ".null"
    case .boolean(let flag): ".boolean(\(flag))"
    case .number(let number): ".number(\(TypePlan.decimal(scale: 0).literal(number) ?? "0"))"
    case .string(let text): ".string(\(SwiftName.literal(text)))"
    case .array(let items): ".array([\(items.map(\.swift).joined(separator: ", "))])"
    case .object(let object):
      ".object(["
        + (object.isEmpty
          ? ":" : object.map { SwiftName.literal($0.key) + ": " + $0.value.swift }.joined(separator: ", ")) + "])"
    }
  }
}

extension TypePlan {
  /// A number as Swift writes it; nil when the type has no such value.
  func literal(_ value: ExactDecimal) -> String? {
    switch self {
    case .integer: value.integer.map(String.init)
    case .unsigned: value.unsigned.map { String($0) }
    case .double:
      Double(value.description).flatMap { $0.isFinite && value.description.utf8.count < 40 ? value.description : nil }
    default:
      value.integer.map { "ExactDecimal(\($0))" }
        ?? "ExactDecimal(scaled: \(value.significand), exponent: \(value.exponent))"
    }
  }
}
