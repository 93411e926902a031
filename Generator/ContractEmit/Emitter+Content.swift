import ContractAnalysis
import ContractPlan
import ContractValues

/// Bodies: their types, and how they are read and written.
extension Emitter {
  static func emitBody(_ body: BodyPlan, _ swift: inout SwiftWriter) {
    guard let name = body.choice else { return }
    swift.line()
    swift.block("public enum \(name): Sendable") { swift in
      for content in body.contents {
        swift.doc(["`\(SwiftName.comment(content.mediaType).joined())`"])
        swift.line("case \(content.caseName)(\(content.type.swift))")
      }
    }
  }

  static func emitAccepted(_ accepted: AcceptedPlan, _ swift: inout SwiftWriter) {
    swift.block("public enum \(accepted.name): String, CaseIterable, Sendable") { swift in
      for item in accepted.cases { swift.line("case \(item.name) = \(SwiftName.literal(item.mediaType))") }
    }
    swift.line()
  }

  // MARK: reading

  /// The expression that reads content from `reader`, and whether it needs `try`.
  static func read(_ content: ContentPlan, _ reader: String, layout: String) -> (call: String, mayFail: Bool) {
    let held = held(content.use.schema)
    let type = content.use.type.expression
    switch content.codec {
    case .json: return ("\(reader).json(\(type).self\(held))", true)
    case .text: return ("\(reader).text(\(type).self)", true)
    case .form: return ("\(reader).form(\(type).self, \(layout)\(held))", true)
    case .multipart: return ("\(reader).parts(\(type).self)", true)
    case .bytes: return ("\(reader).bytes(\(content.limit.map { "limit: \($0)" } ?? ""))", false)
    case .typedBytes: return ("\(reader).typedBytes(\(content.limit.map { "limit: \($0)" } ?? ""))", false)
    case .items(.rawEvents): return ("\(reader).events()", false)
    case .items(.typedEvents): return ("\(reader).typedEvents(\(type).self\(held))\(validation(content.use))", false)
    case .items(let format):
      return ("\(reader).items(.\(format), \(type).self\(held))\(validation(content.use))", false)
    }
  }

  /// The closure that checks an item by its rules.
  private static func validation(_ use: UsePlan) -> String {
    if use.rules.isEmpty { return "" }
    if use.rules == [.value] { return " { $0.validate(&$1) }" }
    var swift = SwiftWriter()
    emitRootRules(use.rules, "item", &swift)
    return " { item, check in\n" + swift.text + "}"
  }

  // MARK: writing

  /// The statement that sets `value` as the content of `message`.
  static func write(_ content: ContentPlan, _ value: String, to message: String, layout: String) -> String {
    let type = SwiftName.literal(content.mediaType)
    switch content.codec {
    case .json: return "\(message).set(json: \(value), as: \(jsonType(content)))"
    case .text:
      return "\(message).set(text: \(value), as: \(content.mediaType.contains("*") ? "\"text/plain\"" : type))"
    case .form: return "try \(message).set(form: \(value), \(layout))"
    case .multipart: return "\(message).set(parts: \(value))"
    case .bytes: return "\(message).set(bytes: \(value), as: \(type))"
    case .typedBytes: return "\(message).set(blob: \(value))"
    case .items(.rawEvents): return "\(message).set(events: \(value))"
    case .items(.typedEvents): return "\(message).set(typedEvents: \(value))\(validation(content.use))"
    case .items(let format):
      return "\(message).set(items: \(value), .\(format), as: \(type))\(validation(content.use))"
    }
  }

  /// The statements that set `value` as the content of `message`, for each of several media types.
  static func emitWrite(
    _ body: BodyPlan, _ value: String, isOptional: Bool = false, to message: String, layout: String,
    _ swift: inout SwiftWriter
  ) {
    if body.choice == nil, let only = body.contents.first {
      return swift.lines(write(only, value, to: message, layout: layout))
    }
    swift.line("switch \(value) {")
    for content in body.contents {
      swift.line("case .\(content.caseName)(let body)\(isOptional ? "?" : ""):")
      swift.indented { $0.lines(write(content, "body", to: message, layout: layout)) }
    }
    if isOptional { swift.line("case nil: break") }
    swift.line("}")
  }

  /// The media type to send for JSON content, since a range cannot be sent.
  static func jsonType(_ content: ContentPlan) -> String {
    SwiftName.literal(content.mediaType.contains("*") ? "application/json" : content.mediaType)
  }

  /// The checks of a body's contents, in a switch over its cases.
  static func emitRules(_ body: BodyPlan, _ value: String, _ swift: inout SwiftWriter) {
    guard body.choice != nil else { return emitRootRules(body.rules, value, &swift) }
    let ruled = body.contents.filter { !$0.rules.isEmpty }
    guard !ruled.isEmpty else { return }
    swift.line("switch \(value) {")
    for content in ruled {
      swift.line("case .\(content.caseName)(let body):")
      swift.indented { emitRootRules(content.rules, "body", &$0) }
    }
    if ruled.count < body.contents.count { swift.line("default: break") }
    swift.line("}")
  }

  // MARK: forms

  static func emitLayouts(_ body: BodyPlan?, _ prefix: String, _ swift: inout SwiftWriter) {
    for content in body?.contents ?? [] where content.codec == .form {
      swift.line("private static let \(prefix)Form = ServiceCore.FormLayout([")
      swift.indented { swift in
        for member in content.form {
          swift.line(styled(member.name, member.style) + ",")
        }
      }
      swift.line("]\(content.otherTypes.map { ", others: \(list($0))" } ?? ""))")
      swift.line()
    }
  }

  /// The expression for a parameter's style.
  static func styled(_ name: String, _ style: StylePlan) -> String {
    let location = style.location.map { $0 == .querystring ? "query" : "\($0)" } ?? "body"
    var arguments = [
      SwiftName.literal(name), "in: .\(location)", "style: .\(style.style)", "explode: \(style.explode)",
    ]
    if style.allowReserved { arguments.append("allowReserved: true") }
    if style.location == .querystring { arguments.append("isWhole: true") }
    arguments.append(shape(style.shape))
    return "StyledParameter(\(arguments.joined(separator: ", ")))"
  }

  private static func shape(_ shape: StylePlan.Shape) -> String {
    switch shape {
    case .primitive(let types): return ".primitive(\(list(types)))"
    case .array(let types): return ".array(\(list(types)))"
    case .object(let members, let others):
      let listed = members.map { "\(SwiftName.literal($0.name)): \(list($0.types))" }.joined(separator: ", ")
      return ".object([\(listed.isEmpty ? ":" : listed)], others: \(others.map(list) ?? "nil"))"
    case .json: return ".json"
    case .jsonItems: return ".jsonItems"
    }
  }

  static func list(_ types: JSONTypes) -> String { "[" + types.names.map { "." + $0 }.joined(separator: ", ") + "]" }
}
