/// What each kind of request costs: a text file with a line for each.
struct InstructionTable {
  /// What a request costs.
  struct Cost {
    let instructions: Double
    /// Calls that allocate memory.
    let allocations: Double
    let bytes: Double

    var values: [Double] { [instructions, allocations, bytes] }
  }

  var rows: [(kind: String, cost: Cost)] = []
  /// A smaller change is none.
  private static let tolerance = 0.03
  private static let columns = ["instructions", "allocations", "bytes"]

  init() {}

  /// - Throws: ``Failure`` when the file cannot be read, or a line of it.
  init(reading path: String) throws {
    let lines = String(decoding: try readFile(path), as: UTF8.self).split(separator: "\n").dropFirst()
    for line in lines {
      let words = line.split(separator: " ")
      let numbers = words.suffix(3).compactMap { Double($0) }.filter(\.isFinite)
      guard numbers.count == 3, words.count > 3 else {
        throw Failure("\(path): '\(line)' is not a kind of request and three numbers; --record writes the file anew")
      }
      rows.append(
        (
          words.dropLast(3).joined(separator: " "),
          Cost(instructions: numbers[0], allocations: numbers[1], bytes: numbers[2])
        ))
    }
  }

  var text: String {
    Self.line("kind", Self.columns) + "\n" + rows.map { Self.line($0.kind, Self.texts($0.cost)) + "\n" }.joined()
  }

  /// Lines with each cost, and with its change where it has changed.
  func compared(with recorded: InstructionTable) -> (lines: [String], hasGrown: Bool) {
    var (lines, hasGrown) = ([Self.line("a request", Self.columns)], false)
    for (kind, cost) in rows {
      lines.append(Self.line(kind, Self.texts(cost)))
      guard let before = recorded.rows.first(where: { $0.kind == kind })?.cost else {
        lines.append("  not recorded yet: --record does that")
        continue
      }
      for (column, (old, new)) in zip(Self.columns, zip(before.values, cost.values)) {
        let change = (new - old) / max(old, 1)
        guard abs(change) > Self.tolerance else { continue }
        if change > 0 { hasGrown = true }
        lines.append(
          "  \(column): \(old.text(digits: 1)) recorded, \(change > 0 ? "+" : "")\((change * 100).text(digits: 1)) %")
      }
    }
    lines.append(hasGrown ? "a request costs more than was recorded" : "no request costs more than was recorded")
    return (lines, hasGrown)
  }

  private static func texts(_ cost: Cost) -> [String] {
    [cost.instructions.text(digits: 0), cost.allocations.text(digits: 1), cost.bytes.text(digits: 0)]
  }

  private static func line(_ kind: String, _ columns: [String]) -> String {
    padded(kind, 24) + columns.dropLast().map { padded($0, 14) }.joined() + (columns.last ?? "")
  }
}
