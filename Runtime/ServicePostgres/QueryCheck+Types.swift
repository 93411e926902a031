import ServiceCore

extension QueryCheck {
  /// A type as authors write it: `[Address]?` for `Optional<Array<PostgresJSON<Address>>>`.
  static func swiftName(_ type: Any.Type) -> String {
    var (name, end) = ("\(type)", "")
    var start = ""
    while name.hasSuffix(">"), let open = name.firstIndex(of: "<") {
      switch name[..<open] {
      case "Optional": end = "?" + end
      case "Array": (start, end) = (start + "[", "]" + end)
      case "PostgresJSON", "PostgresEnum", "PostgresIntegerEnum": break
      default: return start + name + end
      }
      name = String(name[name.index(after: open)...].dropLast())
    }
    return start + name + end
  }

  /// The help for a value of a type of the database.
  static func help(for type: UInt32) -> String {
    swiftType(of: type).map { "declare it \($0), or cast it in the query" } ?? "cast it in the query, as in ::text"
  }

  private static func swiftType(of type: UInt32) -> String? {
    if let element = PostgresType.elements[type] { return swiftType(of: element).map { "[\($0)]" } }
    let types: [any PostgresDecodable.Type] = [
      String.self, Int.self, Bool.self, Uuid.self, Timestamp.self, ExactDecimal.self, Double.self, Bytes.self,
    ]
    return types.first { $0.isRead(from: type) }.map(swiftName)
  }
}
