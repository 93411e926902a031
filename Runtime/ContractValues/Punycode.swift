/// RFC 3492: Unicode in the letters, digits and hyphens of a host name's label.
enum Punycode {
  /// What text decodes to; nil for text that is not lower-case Punycode of at most 63 characters.
  static func decoded(_ text: [UInt8]) -> [Unicode.Scalar]? {
    guard text.count <= 63 else { return nil }
    let delimiter = text.lastIndex(of: UInt8(ascii: "-"))
    var result = text[..<(delimiter ?? 0)].map { Unicode.Scalar($0) }
    var rest = text[(delimiter.map { $0 + 1 } ?? 0)...]
    var (value, index, bias) = (128, 0, 72)
    while !rest.isEmpty {
      let start = index
      var (weight, k) = (1, 36)
      while true {
        guard let digit = rest.popFirst().flatMap(digit) else { return nil }
        index += digit * weight
        let threshold = min(max(k - bias, 1), 26)
        if digit < threshold { break }
        weight *= 36 - threshold
        k += 36
        guard index < 1 << 32, weight < 1 << 32 else { return nil }
      }
      bias = adapted(index - start, count: result.count + 1, isFirst: start == 0)
      value += index / (result.count + 1)
      index %= result.count + 1
      guard value <= 0x10FFFF, let scalar = Unicode.Scalar(UInt32(value)) else { return nil }
      result.insert(scalar, at: index)
      index += 1
    }
    return result
  }

  /// What scalars encode to; nil for more than a label can hold.
  static func encoded(_ scalars: [Unicode.Scalar]) -> [UInt8]? {
    guard scalars.count <= 63 else { return nil }
    var result = scalars.filter(\.isASCII).map { UInt8($0.value) }
    let basic = result.count
    if basic > 0 { result.append(UInt8(ascii: "-")) }
    var (value, delta, bias, handled) = (128, 0, 72, basic)
    while handled < scalars.count {
      guard let next = scalars.map({ Int($0.value) }).filter({ $0 >= value }).min() else { return nil }
      delta += (next - value) * (handled + 1)
      value = next
      for scalar in scalars {
        if scalar.value < value { delta += 1 }
        guard scalar.value == value else { continue }
        append(delta, bias, to: &result)
        bias = adapted(delta, count: handled + 1, isFirst: handled == basic)
        delta = 0
        handled += 1
      }
      delta += 1
      value += 1
    }
    return result
  }

  private static func append(_ delta: Int, _ bias: Int, to result: inout [UInt8]) {
    var (rest, k) = (delta, 36)
    while true {
      let threshold = min(max(k - bias, 1), 26)
      if rest < threshold { break }
      result.append(letter(threshold + (rest - threshold) % (36 - threshold)))
      rest = (rest - threshold) / (36 - threshold)
      k += 36
    }
    result.append(letter(rest))
  }

  private static func letter(_ digit: Int) -> UInt8 { UInt8(digit < 26 ? 97 + digit : 22 + digit) }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case 97...122: Int(byte) - 97
    case 48...57: Int(byte) - 22
    default: nil
    }
  }

  private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
    var delta = isFirst ? delta / 700 : delta / 2
    delta += delta / count
    var k = 0
    while delta > 455 {
      delta /= 35
      k += 36
    }
    return k + 36 * delta / (delta + 38)
  }
}
