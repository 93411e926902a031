/// Assigns unique names to types.
struct NameTable {
  private var taken: Set<String> = []
  /// The names that generated code uses: a type of a contract has none of them.
  private var used = SwiftName.reserved

  /// Reserves the names of the code for events.
  mutating func reserve(ofEvents name: String) {
    used.formUnion(SwiftName.reservedForEvents)
    reserve(["Channels", "Effect", "Publisher", "ReceiverEndpoint", "Receivers"].map { name + $0 })
  }

  mutating func reserve(_ names: [String]) { taken.formUnion(names) }

  func isTaken(_ name: String) -> Bool { taken.contains(name) }

  /// The name, or the first free one after it: `Pet`, `Pet2`.
  mutating func claim(_ name: String) -> String {
    var candidate = used.contains(name) ? name + "Value" : name
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = name + (name.last?.isNumber == true ? "_" : "") + String(number)
      number += 1
    }
    return candidate
  }
}

/// The unique names of the members of one type.
struct MemberNames {
  private var taken: Set<String>

  init(besides taken: Set<String> = []) { self.taken = taken }

  mutating func claim(_ name: String) -> String {
    var candidate = name
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = name.unquoted + (name.unquoted.last?.isNumber == true ? "_" : "") + String(number)
      number += 1
    }
    return candidate
  }
}

extension String {
  /// The name without backticks, as it can be written after a dot.
  public var unquoted: String { hasPrefix("`") ? String(dropFirst().dropLast()) : self }

  /// The name as a parameter label: only these words keep their backticks.
  public var parameter: String { ["inout", "var", "let"].contains(unquoted) ? self : unquoted }

  /// The name as an argument label: only this word keeps its backticks.
  public var label: String { unquoted == "inout" ? self : unquoted }
}
