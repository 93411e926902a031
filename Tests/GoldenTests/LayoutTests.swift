import Foundation
import Testing

/// Generated code as a reviewer would have it: the golden cases are what is looked at.
@Suite struct LayoutTests {
  static let names = GoldenTests.names.filter { (try? text($0)) != nil }

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: GoldenTests.folder.appending(path: "\(name)/expected.swift"), encoding: .utf8)
  }

  @Test func `there are many cases to look at`() { #expect(Self.names.count > 30) }

  @Test(arguments: names) func `no line is longer than 120 columns`(_ name: String) throws {
    var isLiteral = false
    for (number, line) in try Self.text(name).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      // SQL stays as its author wrote it, and nothing breaks a word.
      let isSQL = isLiteral && name.hasPrefix("queries-")
      let isWord = !line.drop { $0 == " " }.contains(" ")
      #expect(line.unicodeScalars.count <= 120 || isSQL || isWord, "\(name)/expected.swift:\(number + 1)")
      if line.contains("\"\"\"") { isLiteral.toggle() }
    }
  }

  @Test(arguments: names) func `lines are blank between declarations, and nowhere else`(_ name: String) throws {
    var last = Substring()
    for (number, line) in try Self.text(name).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let place = "\(name)/expected.swift:\(number + 1)"
      #expect(line.last != " ", "white space ends \(place)")
      #expect(!line.isEmpty || last.last != "{", "a blank line begins the block at \(place)")
      #expect(line.drop { $0 == " " } != "}" || !last.isEmpty, "a blank line ends the block at \(place)")
      #expect(line.drop { $0 == " " } != "}" || last.last != "{", "nothing is in the block at \(place)")
      #expect(
        line.prefix { $0 == " " }.count.isMultiple(of: 2) || !line.hasSuffix("{"), "half a level indents \(place)")
      last = line
    }
  }

  @Test(arguments: names) func `a switch has more to do than nothing`(_ name: String) throws {
    let lines = try Self.text(name).split(separator: "\n").map { $0.drop { $0 == " " } }
    for (line, next) in zip(lines, lines.dropFirst()) {
      #expect(!line.hasPrefix("switch ") || next != "default: break", "\(line)")
    }
  }
}
