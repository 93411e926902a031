/// How texts and parameters share a segment of a path: `report.{format}`, `{base}...{head}`.
///
/// Two are equal when they match the same segments, whatever their parameters are called.
struct SegmentPattern: Sendable, Equatable {
  /// The texts before, between and behind the parameters: one more than there are parameters.
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

  /// How many bytes of a segment are given.
  var literalSize: Int { literals.reduce(0) { $0 + $1.count } }

  /// The parameters' values in a segment that was percent-decoded; nil when it does not match.
  func values(in segment: String) -> [String]? {
    let bytes = Array(segment.utf8)
    return places(in: bytes)?.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  /// The parameters' values in a segment as it came, percent-encoded as they are there. They are those that the decoded
  /// segment has: an encoding of a literal's character is that literal's.
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
    return places(in: bytes)?.map { segment[starts[$0.lowerBound]..<starts[$0.upperBound]] }
  }

  /// Where the values stand. Each begins behind the last place where the literal before it stands, as a file's extension
  /// does, but the first literal is the segment's beginning: so there is one way, it is found without going back, and
  /// there is none only where none exists.
  private func places(in segment: [UInt8]) -> [Range<Int>]? {
    guard let first = literals.first, let last = literals.last, literals.count > 1 else {
      return literals == [segment] ? [] : nil
    }
    var end = segment.count - last.count
    guard first.count < end, segment.starts(with: first), segment[end...].elementsEqual(last) else { return nil }
    var places: [Range<Int>] = []
    for literal in literals.dropFirst().dropLast().reversed() {
      guard first.count < end, let place = Self.place(of: literal, in: segment[first.count..<end - 1]) else {
        return nil
      }
      places.append(place + literal.count..<end)
      end = place
    }
    guard first.count < end else { return nil }
    return [first.count..<end] + places.reversed()
  }

  /// The last place of a literal in `bytes`.
  private static func place(of literal: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    var place = bytes.endIndex - literal.count
    while place >= bytes.startIndex {
      if bytes[place...].starts(with: literal) { return place }
      place -= 1
    }
    return nil
  }
}

extension OperationDescriptor {
  /// What a path has for a parameter, percent-encoded as it came; nil when the path is not the operation's.
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
