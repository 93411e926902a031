import ContractModel
import ContractSource

/// Texts in messages that expressions of the contract point to: they need all declared types.
extension EventsPlan {
  /// The plan with correlation ids, and with the addresses of replies, as expressions. A pointer to what has no type of
  /// its own leads to none.
  func resolving(_ declarations: Declarations) -> EventsPlan {
    var plan = self
    for index in messages.indices {
      plan.messages[index].correlation = messages[index].correlationID.flatMap {
        Self.value($0, in: messages[index], declarations)
      }
    }
    let byKey = Dictionary(messages.map { ($0.key, $0) }) { first, _ in first }
    for index in replies.indices {
      guard let address = replies[index].address, let request = replies[index].request.flatMap({ byKey[$0.key] }) else {
        continue
      }
      plan.replies[index].addressInRequest = Self.value(address, in: request, declarations)
    }
    return plan
  }

  private static func value(
    _ expression: MessageExpression, in message: MessagePlan, _ declarations: Declarations
  ) -> MessageValue? {
    var path = expression.pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(
      Node.unescaped)
    guard expression.part == .header else {
      return value(path[...], of: message.payload.type, Member(expression: "payload"), declarations)
    }
    guard !path.isEmpty else { return nil }
    let name = path.removeFirst()
    guard let header = message.headers.first(where: { $0.field.wireName == name }) else { return nil }
    return value(path[...], of: header.field.type, Member(expression: "headers").member(header.field), declarations)
  }

  /// An expression on the way to a text.
  private struct Member {
    var expression: String
    /// Whether what it ends with may be nil, and whether anything in it may be.
    var isLinkOptional = false
    var isOptional = false

    var link: String { isLinkOptional ? "?" : "" }

    func member(_ field: FieldPlan) -> Member {
      // The name of a deprecated property would be a warning.
      let name = field.isDeprecated ? field.held : field.name.unquoted
      let member = Member(expression: "\(expression)\(link).\(name)", isOptional: isOptional)
      switch field.presence {
      case .required, .defaulted: return member
      case .optional: return member.optional
      case .nullable: return Member(expression: member.expression + ".value").optional
      }
    }

    var optional: Member { Member(expression: expression, isLinkOptional: true, isOptional: true) }
  }

  private static func value(
    _ path: ArraySlice<String>, of type: TypePlan, _ found: Member, _ declarations: Declarations
  ) -> MessageValue? {
    if case .optional(let value) = type { return self.value(path, of: value, found.optional, declarations) }
    guard let name = path.first else {
      guard isText(type, declarations) else { return nil }
      let text = found.expression + (type == .string ? "" : found.link + ".parameter")
      return MessageValue(expression: text, isOptional: found.isOptional)
    }
    guard case .named(let record) = type, let index = declarations.index(of: record),
      case .record(let plan) = declarations[index], let field = plan.fields.first(where: { $0.wireName == name })
    else { return nil }
    return value(path.dropFirst(), of: field.type, found.member(field), declarations)
  }

  private static func isText(_ type: TypePlan, _ declarations: Declarations) -> Bool {
    switch type {
    case .string, .integer, .double, .boolean, .uuid, .timestamp, .decimal: return true
    case .named(let name):
      guard let index = declarations.index(of: name), case .enumeration = declarations[index] else { return false }
      return true
    default: return false
    }
  }
}
