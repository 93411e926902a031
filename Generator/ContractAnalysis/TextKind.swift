import ContractModel
import ContractValues

/// How the text of a value is read. Null has no text.
public enum TextKind: String, Sendable {
  case text = ""
  case integer, number, boolean
  /// Lists and objects.
  case json
}

extension SchemaSet {
  /// The kind of text that all values of a schema have; `text` where there are several kinds.
  public func textKind(_ schema: Int) -> TextKind {
    let types = types(schema).subtracting(.null)
    switch types {
    case []: return .text
    case .integer: return .integer
    case .boolean: return .boolean
    case _ where types.isSubset(of: [.integer, .number]): return .number
    default: return types.isSubset(of: [.array, .object]) ? .json : .text
    }
  }

  /// The types of the texts of a schema's values; nil where some are lists or objects.
  public func textTypes(_ schema: Int) -> JSONTypes? {
    let types = types(schema)
    // Without a type it is one text, not a list.
    if types != .all, !types.isDisjoint(with: [.array, .object]) { return nil }
    return types.intersection(.texts)
  }
}

extension JSONTypes {
  /// The types of values that one text can hold.
  public static let texts: JSONTypes = [.string, .number, .integer, .boolean]
}

extension SchemaAnalysis {
  /// Whether each value of a schema but null can be written as one text.
  public mutating func isText(_ schema: Int) -> Bool {
    switch form(of: unaliased(schema)) {
    case .scalar, .enumeration: true
    default: false
    }
  }
}
