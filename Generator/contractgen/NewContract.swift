import ContractModel
import ContractPlan
import ContractSource

extension CheckoutTree {
  /// The contracts that can be read, by their paths below Contracts.
  func contracts() -> [(path: String, document: Node)] {
    let paths = files(below: "Contracts").filter { $0.hasSuffix(".yaml") }
    return paths.compactMap { path in
      let file = SourceFile(path: path, bytes: readFile(root + "/" + path) ?? [])
      return DocumentReader.read(file, Diagnostics()).map { (String(path.dropFirst("Contracts/".count)), $0) }
    }
  }
}

/// A contract as text that is added to: what its author has written stays as it is, comments too.
struct NewContract {
  /// Its path below Contracts.
  let path: String
  /// Of the whole document as it was read.
  let document: Node
  private let lines: [String]
  private let lineEnd: String
  private var insertions: [(line: Int, text: [String])] = []

  init(path: String, text: String, document: Node) {
    (self.path, self.document) = (path, document)
    // By bytes: CR LF is one character.
    let lines = Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let isCRLF = lines.count > 1 && lines.dropLast().allSatisfy { $0.last == UInt8(ascii: "\r") }
    lineEnd = isCRLF ? "\r\n" : "\n"
    self.lines = lines.enumerated().map { index, line in
      String(decoding: isCRLF && index < lines.count - 1 ? line.dropLast() : line, as: UTF8.self)
    }
  }

  /// The text with all that was added.
  var text: String {
    var result = lines
    for insertion in insertions.sorted(by: { $0.line > $1.line }) {
      result.insert(contentsOf: insertion.text, at: insertion.line)
    }
    return result.joined(separator: lineEnd)
  }

  /// Every line of a text that has something in it, moved to the right.
  static func indented(_ text: String, by count: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
  }

  /// Adds entries behind the last one of an object; what is missing on the way to it is added too.
  ///
  /// - Parameters:
  ///   - keys: the way from the document to the object.
  ///   - text: the entries in block style, indented by two spaces a level.
  /// - Throws: ``UsageError`` where the object is there and not in block style.
  mutating func add(_ text: String, to keys: [String]) throws(UsageError) {
    var node = document
    var end = lines.count
    while end > 0, isEmpty(end - 1) { end -= 1 }
    var column = 1
    for (index, key) in keys.enumerated() {
      guard let entry = node.entries?.first(where: { $0.key == key }) else {
        let missing = keys[index...].enumerated().map { String(repeating: "  ", count: $0) + "\($1):\n" }.joined()
        return insert(missing + Self.indented(text, by: 2 * (keys.count - index)), at: end, column, among: node)
      }
      guard let first = entry.value.entries?.first, first.keyPosition.line > entry.keyPosition.line,
        indentation(first.keyPosition.line - 1) == first.keyPosition.column - 1
      else {
        throw UsageError(
          message: "Contracts/\(path):\(entry.keyPosition.line): '\(key)' is not in block style",
          help: "write each of its entries on a line of its own, or add to it by hand")
      }
      end = self.end(of: entry.keyPosition)
      (node, column) = (entry.value, first.keyPosition.column)
    }
    insert(text, at: end, column, among: node)
  }

  private mutating func insert(_ text: String, at line: Int, _ column: Int, among node: Node) {
    let keys = node.entries?.map(\.keyPosition) ?? []
    let unit = unit
    var added = text.split(separator: "\n").map { line in
      let depth = line.utf8.prefix { $0 == UInt8(ascii: " ") }.count
      return String(repeating: " ", count: column - 1 + depth / 2 * unit + depth % 2) + line.dropFirst(depth)
    }
    // An empty line between entries, where the author has one.
    if keys.count > 1, let last = keys.last, isEmpty(startOfComments(above: last.line - 1) - 1) {
      added.insert("", at: 0)
    }
    insertions.append((line, added))
  }

  /// By how many columns the file indents a level.
  private var unit: Int {
    let positions = document.entries?.compactMap { entry in
      entry.value.entries?.first.flatMap { $0.keyPosition.line > entry.keyPosition.line ? $0.keyPosition : nil }
    }
    return max(2, positions?.first.map { $0.column - 1 } ?? 2)
  }

  /// The index of the line after an entry's last: what is empty or a comment of the next entry's is not its own.
  private func end(of key: SourcePosition) -> Int {
    var line = key.line
    while line < lines.count, isEmpty(line) || isComment(line) || indentation(line) >= key.column { line += 1 }
    while line > key.line, isEmpty(line - 1) || isComment(line - 1) && indentation(line - 1) < key.column { line -= 1 }
    return line
  }

  private func startOfComments(above line: Int) -> Int {
    var line = line
    while line > 0, isComment(line - 1) { line -= 1 }
    return line
  }

  private func indentation(_ line: Int) -> Int { lines[line].utf8.prefix { $0 == UInt8(ascii: " ") }.count }

  private func isComment(_ line: Int) -> Bool {
    lines[line].utf8.dropFirst(indentation(line)).first == UInt8(ascii: "#")
  }

  private func isEmpty(_ line: Int) -> Bool {
    lines.indices.contains(line) && lines[line].utf8.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
  }

  // MARK: what comes of it

  /// What is generated for the contract with what was added; nil, and reported, where it is not sound.
  func plan(_ tree: CheckoutTree, name: String) -> APIPlan? {
    let display = { (inside: String) in "Contracts/" + inside }
    let diagnostics = Diagnostics()
    var documents = Dictionary(tree.contracts().map { ($0.path, $0.document) }) { first, _ in first }
    documents[path] = DocumentReader.read(SourceFile(path: display(path), bytes: Array(text.utf8)), diagnostics)
    guard !diagnostics.hasErrors else { return reported(diagnostics) }
    let contracts = LoadedContracts([path], SourceReader(documents: documents, diagnostics: diagnostics), diagnostics)
    guard let plan = contracts.plan(name: name, shared: ("shared", "SharedAPI")), !diagnostics.hasErrors else {
      return reported(diagnostics)
    }
    return plan
  }

  private func reported(_ diagnostics: Diagnostics) -> APIPlan? {
    report(diagnostics.sorted.filter { $0.severity == .error })
    return nil
  }
}
