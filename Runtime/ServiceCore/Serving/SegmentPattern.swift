/// A path segment of texts and parameters: `report.{format}`, `{base}...{head}`.
///
/// Two patterns are equal when they match the same segments, regardless of the names of their parameters.
struct SegmentPattern: Sendable, Equatable {
  /// The texts before, between and after the parameters: one more than there are parameters.
  private let literals: [[UInt8]]

  init(_ pieces: [OperationDescriptor.PathSegment.Piece]) {
    var literals: [[UInt8]] = []
    var literal: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .literal(let text): literal += text.utf8
      case .parameter:
        literals.append(literal)
        literal = []
      }
    }
    self.literals = literals + [literal]
  }

  /// The number of literal bytes in a segment.
  var literalSize: Int { literals.reduce(0) { $0 + $1.count } }

  /// The parameters' values in a percent-decoded segment; nil when it does not match.
  func values(in segment: String) -> [String]? {
    let bytes = Array(segment.utf8)
    return ranges(in: bytes)?.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  /// The parameters' values in a raw segment, still percent-encoded. They are the same as in the decoded segment: a
  /// literal's character may be encoded in the segment.
  func rawValues(in segment: Substring) -> [Substring]? {
    var bytes: [UInt8] = []
    var starts: [Substring.Index] = []
    var rest = segment.utf8
    while let byte = rest.first {
      starts.append(rest.startIndex)
      let isEncoded = byte == UInt8(ascii: "%")
      let digits = isEncoded ? rest.dropFirst().prefix(2).compactMap(PercentCoding.hexValue) : []
      guard !isEncoded || digits.count == 2 else { return nil }
      bytes.append(isEncoded ? digits[0] << 4 | digits[1] : byte)
      rest = rest.dropFirst(isEncoded ? 3 : 1)
    }
    starts.append(segment.endIndex)
    return ranges(in: bytes)?.map { segment[starts[$0.lowerBound]..<starts[$0.upperBound]] }
  }

  /// The ranges of the values. Each begins after the last occurrence of the literal before it, like a file's extension,
  /// except that the first literal is at the segment's beginning: so the match is unique, found without backtracking,
  /// and missed only where none exists.
  private func ranges(in segment: [UInt8]) -> [Range<Int>]? {
    guard let first = literals.first, let last = literals.last, literals.count > 1 else {
      return literals == [segment] ? [] : nil
    }
    var end = segment.count - last.count
    guard first.count < end, segment.starts(with: first), segment[end...].elementsEqual(last) else { return nil }
    var ranges: [Range<Int>] = []
    for literal in literals.dropFirst().dropLast().reversed() {
      guard first.count < end, let start = Self.lastIndex(of: literal, in: segment, first.count..<end - 1)
      else { return nil }
      ranges.append(start + literal.count..<end)
      end = start
    }
    guard first.count < end else { return nil }
    return [first.count..<end] + ranges.reversed()
  }

  /// The start of the last occurrence of a literal in a range; an empty one is before a character.
  private static func lastIndex(of literal: [UInt8], in segment: [UInt8], _ range: Range<Int>) -> Int? {
    var start = range.upperBound - literal.count
    while start >= range.lowerBound {
      if segment[start..<range.upperBound].starts(with: literal), segment[start] & 0xC0 != 0x80 { return start }
      start -= 1
    }
    return nil
  }
}

extension OperationDescriptor {
  /// The raw, percent-encoded value of a path parameter; nil when the path is not the operation's.
  func rawValue(of name: String, in path: String) -> Substring? {
    let texts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
    guard texts.count == self.path.count else { return nil }
    for (segment, text) in zip(self.path, texts) {
      guard let index = segment.parameters.firstIndex(of: name) else { continue }
      guard case .mixed(let pieces) = segment else { return Substring(text) }
      return SegmentPattern(pieces).rawValues(in: Substring(text))?[index]
    }
    return nil
  }
}
