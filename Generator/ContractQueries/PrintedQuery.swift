import ContractPlan
import ContractSource

/// A query as psql runs it: a variable for each parameter, with a value to begin with.
public struct PrintedQuery: Sendable {
  public let name: String
  public let text: String

  /// All lines that can be sent together are; the others are comments.
  init(_ name: String, _ head: String, _ body: QueryBody, _ source: SourceText) {
    self.name = name
    var values: [(variable: String, sample: String)] = []
    var variables: Set<String> = []
    var lines = ""
    let choice = body.choices.first
    for section in body.sections {
      var text = ""
      var position = section.range.lowerBound
      for splice in section.splices {
        text += source[position..<splice.range.lowerBound]
        position = splice.range.upperBound
        for piece in splice.pieces {
          switch piece {
          case .text(let part): text += part
          case .value(let value):
            let variable = String(value.name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
            if variables.insert(variable).inserted { values.append((variable, value.sample)) }
            text += ":'\(variable)'"
          }
        }
      }
      text += source[position..<section.range.upperBound]
      guard let condition = section.condition, let choice else {
        lines += text
        continue
      }
      let words = condition.values.isEmpty ? "if" : "when"
      let suffix = condition.values.isEmpty ? "" : " = " + condition.values.joined(separator: ", ")
      let isSent = body.sends(section, choice)
      lines += (isSent ? text : text.commented) + "  -- \(words) :\(condition.subject)\(suffix)"
    }
    let settings = values.map { "\\set \($0.variable) '\($0.sample)'\n" }.joined()
    text = "-- \(head)\n" + settings + lines + "\n;\n"
  }
}

extension String {
  /// The same, with its one line as a comment.
  fileprivate var commented: String {
    hasPrefix("\n") ? "\n-- " + dropFirst() : "-- " + self
  }
}

extension QueryBody.Value {
  /// A value of the type, as psql's `\set` takes it.
  fileprivate var sample: String {
    let name = type.hasSuffix("?") ? String(type.dropLast()) : type
    switch name {
    case "Int", "Double", "ExactDecimal": return "1"
    case "Bool": return "true"
    case "Uuid": return "00000000-0000-7000-8000-000000000000"
    case "Timestamp": return "now"
    case "String": return "text"
    case "Base64", "Bytes": return ""
    default:
      if name.hasPrefix("[") || name.hasPrefix("PostgresJSON<") { return "{}" }
      return name.hasPrefix("PostgresIntegerEnum") ? "1" : "VALUE"
    }
  }
}
