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
      for item in accepted.cases { swift.line(textCase(item.name, SwiftName.literal(item.mediaType))) }
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
    let type = SwiftName.literal(content.sentMediaType)
    switch content.codec {
    case .json: return "\(message).set(json: \(value), as: \(type))"
    case .text: return "\(message).set(text: \(value), as: \(type))"
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
      swift.case("case .\(content.caseName)(let body)\(isOptional ? "?" : "")") {
        $0.lines(write(content, "body", to: message, layout: layout))
      }
    }
    if isOptional { swift.line("case nil: break") }
    swift.line("}")
  }

  /// The checks of a body's contents, in a switch over its cases.
  static func emitRules(_ body: BodyPlan, _ value: String, _ swift: inout SwiftWriter) {
    guard body.choice != nil else { return emitRootRules(body.rules, value, &swift) }
    let ruled = body.contents.filter { !$0.rules.isEmpty }
    guard !ruled.isEmpty else { return }
    emitSwitch(value, ruled, of: body.contents.count, { ".\($0.caseName)(let body)" }, &swift) { content, swift in
      emitRootRules(content.rules, "body", &swift)
    }
  }

  // MARK: forms

  static func emitLayouts(_ body: BodyPlan?, _ name: String, _ swift: inout SwiftWriter) {
    for content in body?.contents ?? [] where content.codec == .form {
      swift.line("private static let \(name) = ServiceCore.FormLayout([")
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
  static func styled(_ name: String, _ style: StylePlan, besides taken: [String] = []) -> String {
    let location = style.location.map { $0 == .querystring ? "query" : "\($0)" } ?? "body"
    var arguments = [
      SwiftName.literal(name), "in: .\(location)", "style: .\(style.style)", "explode: \(style.explode)",
    ]
    if style.allowReserved { arguments.append("allowReserved: true") }
    if style.location == .querystring { arguments.append("isWhole: true") }
    if !taken.isEmpty { arguments.append("besides: \(SwiftName.literalList(taken))") }
    arguments.append(shape(style.shape))
    return "StyledParameter(\(arguments.joined(separator: ", ")))"
  }

  private static func shape(_ shape: StylePlan.Shape) -> String {
    switch shape {
    case .primitive(let types): return ".primitive(\(list(types)))"
    case .array(.primitive(let types)): return ".array(\(list(types)))"
    case .array(.json): return ".jsonItems"
    case .array(let item): return ".array(of: \(self.shape(item)))"
    case .object(let members, let others):
      let isFlat = members.allSatisfy(\.shape.isText) && others?.isText ?? true
      let text = { (shape: StylePlan.Shape) in
        if isFlat, case .primitive(let types) = shape { list(types) } else { self.shape(shape) }
      }
      let listed = members.map { member in
        let (name, shape) = (SwiftName.literal(member.name), text(member.shape))
        return isFlat ? "\(name): \(shape)" : "(\(name), \(shape))"
      }
      let all = listed.isEmpty && isFlat ? ":" : listed.joined(separator: ", ")
      return ".object(\(isFlat ? "" : "of: ")[\(all)], others: \(others.map(text) ?? "nil"))"
    case .either(let shapes): return ".either(\(shapes.map(self.shape).joined(separator: ", ")))"
    case .json: return ".json"
    }
  }

  static func list(_ types: JSONTypes) -> String { "[" + types.names.map { "." + $0 }.joined(separator: ", ") + "]" }
}
