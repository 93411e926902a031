/// A set of Unicode scalars as ranges and properties, possibly inverted.
package struct ScalarSet: Sendable {
  package var ranges: [ClosedRange<UInt32>] = []
  /// Unicode properties (`\p{…}`); a scalar with any of them is in the set.
  var properties: [UnicodeProperty] = []
  var isInverted = false

  package func contains(_ scalar: Unicode.Scalar) -> Bool {
    (ranges.contains { $0.contains(scalar.value) } || properties.contains { $0.holds(scalar) }) != isInverted
  }

  static let digit = ScalarSet(ranges: [48...57])
  static let word = ScalarSet(ranges: [48...57, 65...90, 95...95, 97...122])
  /// `\w` where case is ignored: U+017F and U+212A are folded to 's' and 'k'.
  static let foldedWord = ScalarSet(ranges: word.ranges + [0x17F...0x17F, 0x212A...0x212A])
  /// ECMA-262's WhiteSpace and LineTerminator.
  static let space = ScalarSet(ranges: [
    9...13, 32...32, 160...160, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F,
    0x3000...0x3000, 0xFEFF...0xFEFF,
  ])
  static let lineTerminator = ScalarSet(ranges: [10...10, 13...13, 0x2028...0x2029])
  static let all = ScalarSet(ranges: [0...0x10FFFF])

  static func single(_ scalar: Unicode.Scalar) -> ScalarSet { ScalarSet(ranges: [scalar.value...scalar.value]) }

  var inverted: ScalarSet { ScalarSet(ranges: ranges, properties: properties, isInverted: !isInverted) }

  /// The ranges with the inversion applied, for use inside another class; only for a set without properties.
  var positiveRanges: [ClosedRange<UInt32>] {
    guard isInverted else { return ranges }
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
      next = max(next, range.upperBound + 1)
    }
    if next <= 0x10FFFF { result.append(next...0x10FFFF) }
    return result
  }

  /// The set in sorted ranges that do not touch.
  var merged: ScalarSet {
    var result: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= last.upperBound + 1 {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return ScalarSet(ranges: result, properties: properties, isInverted: isInverted)
  }

  /// The set of what is in either; nil where it has no form of its own: an inverted set with properties.
  func union(_ other: ScalarSet) -> ScalarSet? {
    for set in [self, other] where set.isInverted && !set.properties.isEmpty { return nil }
    return ScalarSet(ranges: positiveRanges + other.positiveRanges, properties: properties + other.properties)
  }
}

/// A set prepared for one test per character of a text.
struct ScalarMatcher: Sendable {
  private let ascii: UInt128
  private let set: ScalarSet

  init(_ set: ScalarSet) {
    let merged = set.merged
    self.set = merged
    ascii = (0..<128).reduce(into: 0) { bits, value in
      if merged.contains(Unicode.Scalar(UInt8(value))) { bits |= 1 << UInt128(value) }
    }
  }

  @inline(__always) func contains(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 128 ? ascii >> UInt128(scalar.value) & 1 == 1 : containsBeyond(scalar)
  }

  private func containsBeyond(_ scalar: Unicode.Scalar) -> Bool {
    var (low, high) = (0, set.ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if set.ranges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
    }
    let isInRanges = low < set.ranges.count && set.ranges[low].contains(scalar.value)
    return (isInRanges || set.properties.contains { $0.holds(scalar) }) != set.isInverted
  }
}
