import ContractPlan

/// What a query sends: the file's text, with parameters and columns in the place of names.
struct QueryBody {
  enum Piece {
    case text(String)
    case value(Value)
  }

  /// A parameter: what makes it in Swift, what the file calls it, and its type.
  struct Value {
    let expression: String
    let name: String
    let type: String
  }

  struct Splice {
    let range: Range<Int>
    let pieces: [Piece]
    /// Whether it is the columns of a record.
    var isColumns = false
  }

  /// A part of the text that is sent always, or only where its condition holds.
  struct Section {
    let range: Range<Int>
    let condition: Condition?
    /// Those in the range, in its order.
    let splices: [Splice]
  }

  struct Condition {
    let plan: QueryPlan.Condition
    /// What it asks about, and which of its values; none where it asks whether there is one.
    let subject: String
    let values: [String]
  }

  /// Which lines are sent.
  struct Choice {
    /// Whether those are whose value is there.
    let isPresent: Bool
    /// The one subject of which the contrary is so.
    var exception: String?
    /// The value of each subject; nil for one that no line is for.
    let values: [String: String?]
  }

  let sections: [Section]

  var isFixed: Bool { sections.allSatisfy { $0.condition == nil } }
  private var start: Int { sections.first?.range.lowerBound ?? 0 }

  /// The texts that can be sent, in a few representatives: all lines, none, and each value that lines are for.
  var choices: [Choice] {
    let conditions = sections.compactMap(\.condition)
    guard !conditions.isEmpty else { return [Choice(isPresent: true, values: [:])] }
    var values: [String: [String]] = [:]
    for condition in conditions where !condition.values.isEmpty {
      let new = condition.values.filter { !(values[condition.subject] ?? []).contains($0) }
      values[condition.subject, default: []] += new
    }
    let first = values.mapValues { $0.first }
    var result = [Choice(isPresent: true, values: first)]
    for (subject, others) in values.sorted(by: { $0.key < $1.key }) {
      for value in others.dropFirst() {
        result.append(Choice(isPresent: true, values: first.merging([subject: value]) { $1 }))
      }
    }
    return result + [Choice(isPresent: false, values: values.mapValues { _ in nil })]
  }

  /// For each thing that lines ask about, its lines alone, and all but them: what is sent of several must be SQL too.
  var partialChoices: [Choice] {
    let conditions = sections.compactMap(\.condition)
    var subjects: [String] = []
    // Of very many each would be read as often as there are such.
    for condition in conditions where !subjects.contains(condition.subject) && subjects.count < 32 {
      subjects.append(condition.subject)
    }
    guard subjects.count > 1 else { return [] }
    var values: [String: String?] = [:]
    for condition in conditions where !condition.values.isEmpty && values[condition.subject] == nil {
      values[condition.subject] = condition.values.first
    }
    return subjects.flatMap { subject in
      [true, false].map { isPresent in
        let values = values.map { ($0.key, ($0.key == subject) != isPresent ? $0.value : nil) }
        return Choice(isPresent: isPresent, exception: subject, values: Dictionary(uniqueKeysWithValues: values))
      }
    }
  }

  func sends(_ section: Section, _ choice: Choice) -> Bool {
    guard let condition = section.condition else { return true }
    if condition.values.isEmpty { return choice.isPresent != (choice.exception == condition.subject) }
    return choice.values[condition.subject].flatMap { $0 }.map { condition.values.contains($0) } ?? false
  }

  /// One text, with what stands in the place of what.
  func rendered(_ choice: Choice, of text: SourceText) -> (check: QueryCheckPlan, columns: [Range<Int>]) {
    var bytes: [UInt8] = []
    var splices: [(start: Int, length: Int, source: Int, sourceLength: Int)] = []
    var columns: [Range<Int>] = []
    var values = Values()
    for section in sections {
      guard sends(section, choice) else {
        splices.append((bytes.count, 0, section.range.lowerBound - start, section.range.count))
        continue
      }
      var position = section.range.lowerBound
      for splice in section.splices {
        bytes += text.bytes[position..<splice.range.lowerBound]
        position = splice.range.upperBound
        let begin = bytes.count
        for piece in splice.pieces {
          switch piece {
          case .text(let text): bytes += text.utf8
          case .value(let value): bytes += "$\(values.number(of: value, isShared: isFixed))".utf8
          }
        }
        splices.append((begin, bytes.count - begin, splice.range.lowerBound - start, splice.range.count))
        if splice.isColumns { columns.append(begin..<bytes.count) }
      }
      bytes += text.bytes[position..<section.range.upperBound]
    }
    let check = QueryCheckPlan(
      text: String(decoding: bytes, as: UTF8.self), splices: splices, parameters: values.list.map { ($0.name, $0.type) }
    )
    return (check, columns)
  }

  /// The parameters of a text.
  private struct Values {
    private(set) var list: [Value] = []
    private var numbers: [String: Int] = [:]

    /// In a fixed text the same value is one parameter; an interpolated one has as many as it has interpolations.
    mutating func number(of value: Value, isShared: Bool) -> Int {
      if isShared, let known = numbers[value.expression] { return known }
      list.append(value)
      numbers[value.expression] = list.count
      return list.count
    }
  }

  /// The text cut where lines are conditional.
  func parts(of text: SourceText) -> [(condition: QueryPlan.Condition?, pieces: [QueryPlan.Piece])] {
    var parts: [(condition: QueryPlan.Condition?, pieces: [QueryPlan.Piece])] = []
    var values = Values()
    for section in sections {
      var pieces: [QueryPlan.Piece] = []
      var position = section.range.lowerBound
      for splice in section.splices {
        pieces.append(.text(text[position..<splice.range.lowerBound]))
        position = splice.range.upperBound
        for piece in splice.pieces {
          switch piece {
          case .text(let text): pieces.append(.text(text))
          case .value(let value):
            pieces.append(.value(value.expression, number: values.number(of: value, isShared: isFixed)))
          }
        }
      }
      pieces.append(.text(text[position..<section.range.upperBound]))
      parts.append((section.condition?.plan, pieces))
    }
    return parts
  }

  /// Where in the file a byte of a text comes from.
  func source(of offset: Int, in check: QueryCheckPlan) -> Int {
    var shift = 0
    for splice in check.splices {
      if offset < splice.start { break }
      if offset < splice.start + splice.length { return start + splice.source }
      shift = splice.source + splice.sourceLength - splice.start - splice.length
    }
    return start + offset + shift
  }
}
