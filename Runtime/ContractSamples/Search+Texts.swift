import ContractValues

extension Search {
  mutating func text(_ demand: inout Demand, _ place: Place) -> String? {
    guard demand.minLength <= limits.text, demand.maxLength >= 0 else {
      isCut = true
      return nil
    }
    var wanted: Int?
    if place.mode == .edges {
      let edges = lengthEdges(demand)
      let chosen = digit(edges.count + 1, &demand)
      if chosen < edges.count { wanted = edges[chosen] }
    }
    let cost = 2 + demand.minLength * (1 + demand.patterns.reduce(0) { $0 + $1.source.utf8.count }) / 64
    for turn in 0..<40 {
      guard spend(cost) else { return nil }
      let lengths = lengths(demand, turn < 12 ? wanted : nil)
      if let text = candidate(demand, place, lengths, turn + place.turn * 7), demand.fits(text) { return text }
    }
    return nil
  }

  /// The least and the largest length, where they are limited.
  private func lengthEdges(_ demand: Demand) -> [Int] {
    var result: [Int] = []
    let isPlain = demand.formats.isEmpty && demand.encodings.isEmpty
    if demand.minLength > 0 || isPlain { result.append(demand.minLength) }
    if demand.maxLength <= min(limits.text, 1_000), demand.maxLength > demand.minLength {
      result.append(demand.maxLength)
    }
    return result
  }

  private mutating func lengths(_ demand: Demand, _ wanted: Int?) -> ClosedRange<Int> {
    if let wanted { return wanted...wanted }
    let shortest = demand.patterns.map { shape($0)?.least ?? 0 }.max() ?? 0
    let least = max(demand.minLength, min(shortest, limits.text, demand.maxLength))
    return demand.minLength...max(demand.minLength, min(demand.maxLength, least + 40))
  }

  private mutating func candidate(
    _ demand: Demand, _ place: Place, _ lengths: ClosedRange<Int>, _ turn: Int
  ) -> String? {
    if !demand.brokenFormats.isEmpty || !demand.brokenPatterns.isEmpty || !demand.brokenEncodings.isEmpty {
      if let odd = oddText(demand, lengths, turn) { return odd }
    }
    if !demand.patterns.isEmpty {
      if turn % 4 == 3, let format = demand.formats.first { return FormatSamples.text(format, lengths, &random) }
      return text(matching: demand.patterns, lengths, turn)
    }
    if let format = demand.formats.first { return FormatSamples.text(format, lengths, &random) }
    if let encoding = demand.encodings.first {
      return FormatSamples.encoded(lengths, isURLSafe: encoding == "base64url", &random)
    }
    if place.mode != .edges || turn > 0, let name = place.name, let text = RealisticValues.text(name, &random) {
      if demand.fits(text) { return text }
    }
    return plain(lengths, place.mode)
  }

  /// Words of a length; a text at the edge has characters beyond ASCII.
  private mutating func plain(_ lengths: ClosedRange<Int>, _ mode: Mode) -> String {
    if mode != .minimal, lengths.lowerBound == lengths.upperBound { return RealisticValues.scalars(lengths.lowerBound) }
    let length = random.within(lengths)
    var text = RealisticValues.words(atLeast: max(lengths.lowerBound, min(length, 12)), &random)
    let excess = text.unicodeScalars.count - lengths.upperBound
    if excess > 0 { text.unicodeScalars.removeLast(excess) }
    return text
  }

  private mutating func text(matching patterns: [Pattern], _ lengths: ClosedRange<Int>, _ turn: Int) -> String? {
    if patterns.count == 1 { return text(matching: patterns[0], lengths: lengths, turn: turn) }
    let first = patterns[turn % patterns.count]
    if turn % 3 < 2 { return text(matching: first, lengths: lengths, turn: turn / 2) }
    // Unanchored patterns are satisfied by one text after the other.
    let pieces = Search.rotated(Array(patterns.indices), by: turn / 3).compactMap { index in
      text(matching: patterns[index], lengths: 0...max(0, lengths.upperBound / patterns.count), turn: turn)
    }
    return pieces.joined()
  }

  /// A text that probably matches a pattern.
  mutating func text(matching pattern: Pattern, lengths: ClosedRange<Int>, turn: Int) -> String? {
    guard let shape = shape(pattern) else { return nil }
    let pads = !shape.beginsAtStart || !shape.endsAtEnd
    guard shape.least <= lengths.upperBound, pads || shape.most >= lengths.lowerBound else { return nil }
    let low = max(lengths.lowerBound, shape.least)
    var high = max(low, min(lengths.upperBound, max(low, shape.least) + 12))
    if turn > 6 { high = max(high, min(lengths.upperBound, shape.most)) }
    let target = random.within(low...high)
    var text = String.UnicodeScalarView()
    // A match of several look-arounds probably consists of what each of them asks for.
    if !shape.looks.isEmpty, turn % 3 > 0 {
      for look in shape.looks where look.least <= limits.text {
        look.write(turn < 12 ? look.least : look.least + random.below(4), &text, &random)
      }
      if turn % 3 == 2 {
        let alphabet = shape.alphabet
        while text.count < target, let scalar = random.element(alphabet) { text.append(scalar) }
        return String(text)
      }
    }
    let most = min(target - text.count, shape.most)
    shape.write(most, &text, &random)
    pad(&text, to: lengths.lowerBound, shape)
    return String(text)
  }

  private mutating func pad(_ text: inout String.UnicodeScalarView, to length: Int, _ shape: PatternShape) {
    let missing = length - text.count
    guard missing > 0 else { return }
    let filler = String.UnicodeScalarView(repeatElement("a", count: missing))
    if !shape.endsAtEnd { text += filler } else if !shape.beginsAtStart { text = filler + text }
  }

  private mutating func shape(_ pattern: Pattern) -> PatternShape? {
    if let known = shapes[ByteKey(pattern.source)] { return known }
    guard let shape = pattern.node.map(PatternShape.init) else { return nil }
    shapes[ByteKey(pattern.source)] = shape
    return shape
  }

  /// A text that is nearly right, for formats and patterns that are to be violated.
  private mutating func oddText(_ demand: Demand, _ lengths: ClosedRange<Int>, _ turn: Int) -> String? {
    var base: String?
    if let pattern = demand.patterns.first ?? demand.brokenPatterns.first, turn % 4 < 2 {
      base = text(matching: pattern, lengths: lengths, turn: turn)
    } else if let format = demand.formats.first ?? demand.brokenFormats.first, turn % 4 < 3 {
      base = FormatSamples.text(format, lengths, &random)
    }
    var scalars = Array((base ?? plain(lengths, .random)).unicodeScalars)
    let odd: [Unicode.Scalar] = [" ", "!", "%", "é", "a", "0", "A", "-", "{", "\n", "("]
    guard let scalar = random.element(turn < 4 ? Array(odd.prefix(3)) : odd) else { return nil }
    let position = random.below(scalars.count + 1)
    switch turn % 5 {
    case 0 where !scalars.isEmpty: scalars[min(position, scalars.count - 1)] = scalar
    case 1: scalars.append(scalar)
    case 2: scalars.insert(scalar, at: 0)
    case 3 where !scalars.isEmpty: scalars.remove(at: min(position, scalars.count - 1))
    default: scalars = Array(repeating: scalar, count: max(lengths.lowerBound, min(scalars.count, lengths.upperBound)))
    }
    while scalars.count > lengths.upperBound { scalars.removeLast() }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }
}
