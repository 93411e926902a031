import ContractValues

/// Texts of each format, of a wanted length where the format allows it.
enum FormatSamples {
  /// A text of a format. It may be longer or shorter than wanted.
  static func text(_ format: Format, _ lengths: ClosedRange<Int>, _ random: inout SplitMix64) -> String {
    let text = usual(format, &random)
    let length = text.unicodeScalars.count
    if lengths.contains(length) { return text }
    return sized(format, length < lengths.lowerBound ? lengths.lowerBound : lengths.upperBound, &random) ?? text
  }

  private static func usual(_ format: Format, _ random: inout SplitMix64) -> String {
    let name = RealisticValues.word(&random)
    let number = random.below(100)
    return switch format {
    case .date: date(&random)
    case .dateTime: date(&random) + "T" + time(&random)
    case .time: time(&random)
    case .duration:
      random.element(["PT\(number)M", "P\(number)D", "PT1H30M", "P1Y2M3D", "P\(number)W", "P1DT12H"]) ?? "PT1H"
    case .uuid: uuid(&random)
    case .email: random.once(in: 4) ? "\(name)+\(number)@mail.example.org" : "\(name)\(number)@example.com"
    case .uri, .iri:
      random.once(in: 3) ? "https://example.com/\(name)?page=\(number)#top" : "https://example.com/\(name)"
    case .uriReference, .iriReference:
      random.element(["/\(name)/\(number)", "https://example.com/\(name)", "?q=\(name)"]) ?? "/"
    case .hostname, .idnHostname: "\(name)\(number).example.com"
    case .ipv4: "192.0.2.\(number)"
    case .ipv6: random.once(in: 3) ? "::ffff:192.0.2.\(number)" : "2001:db8::\(number)"
    case .byte: encoded(4...24, isURLSafe: false, &random)
    case .regex: random.element(["^[a-z]+$", "^\(name)$", "\\d{\(number + 1)}", ".*"]) ?? ".*"
    case .jsonPointer: random.element(["/\(name)", "/\(name)/\(number)", "/a~1b/m~0n", ""]) ?? ""
    case .relativeJSONPointer: random.element(["0#", "1/\(name)", "\(number)"]) ?? "0"
    case .uriTemplate:
      random.element(["/\(name)/{id}", "/{\(name)}{?page,limit}", "https://example.com/\(name)"]) ?? "/"
    case .idnEmail: random.once(in: 2) ? "jürgen\(number)@example.com" : "\(name)@example.com"
    }
  }

  /// Texts that are nearly of a format.
  static func nearMisses(_ format: Format) -> [String] {
    switch format {
    case .date: ["2026-02-30", "2026-13-01", "2026-1-1"]
    case .dateTime: ["2026-02-30T12:00:00Z", "2026-01-31T12:00:00", "2026-01-31T24:00:00Z"]
    case .time: ["24:00:00Z", "12:00:00", "12:60:00Z"]
    case .duration: ["P", "PT", "P1H"]
    case .uuid: ["0190f3d2-7c5e-7a3b-9c1d-00000000000", "0190f3d27c5e7a3b9c1d000000000001"]
    case .email, .idnEmail: ["a@", "@example.com", "a@b@example.com"]
    case .uri, .iri: ["/no/scheme", "https://exa mple.com/"]
    case .uriReference, .iriReference: ["/a b", "/%zz"]
    case .hostname, .idnHostname: ["-example.com", "exa_mple.com"]
    case .ipv4: ["192.0.2.256", "192.0.2", "192.0.2.01"]
    case .ipv6: ["2001:db8::1::2", "2001:db8", "::g"]
    case .byte: ["YWJj=", "YW Jj"]
    case .regex: ["[a-", "(a"]
    case .jsonPointer: ["a", "/~2"]
    case .relativeJSONPointer: ["-1", "01/a"]
    case .uriTemplate: ["/{", "/{a"]
    }
  }

  /// A text of just this length, where the format has one.
  private static func sized(_ format: Format, _ length: Int, _ random: inout SplitMix64) -> String? {
    func filled(_ start: String, _ end: String = "", with filler: String = "a") -> String? {
      let missing = length - start.unicodeScalars.count - end.unicodeScalars.count
      return missing < 0 ? nil : start + String(repeating: filler, count: missing) + end
    }
    switch format {
    case .date, .uuid, .ipv4, .ipv6:
      return ["::", "1::", "1:2::", "1.2.3.4", "10.20.30.40"].first { format.matches($0) && $0.utf8.count == length }
    case .dateTime: return filled("2026-01-31T12:00:00.", "Z", with: "5") ?? "2026-01-31T12:00:00Z"
    case .time: return filled("12:00:00.", "Z", with: "5") ?? "12:00:00Z"
    case .duration: return filled("P", "D", with: "1")
    case .email, .idnEmail: return domain(length - 2).map { "a@" + $0 }
    case .hostname, .idnHostname: return domain(length)
    case .uri, .iri: return filled("https://a.co/") ?? filled("a:")
    case .uriReference, .iriReference, .jsonPointer, .uriTemplate: return length == 0 ? "" : filled("/")
    case .byte: return encoded(length...length, isURLSafe: false, &random)
    case .regex: return filled("")
    case .relativeJSONPointer: return filled("1", with: "0")
    }
  }

  /// A domain of labels of at most 63 characters.
  private static func domain(_ length: Int) -> String? {
    guard (1...253).contains(length) else { return nil }
    var text = ""
    for position in 0..<length {
      text += position % 50 == 49 && position + 1 < length ? "." : "a"
    }
    return text
  }

  static func encoded(_ lengths: ClosedRange<Int>, isURLSafe: Bool, _ random: inout SplitMix64) -> String {
    let least = isURLSafe ? lengths.lowerBound * 3 / 4 : (lengths.lowerBound + 3) / 4 * 3
    let count = lengths.lowerBound == lengths.upperBound || isURLSafe ? least : least + random.below(3)
    return Base64((0..<count).map { _ in UInt8(random.below(256)) }, isURLSafe: isURLSafe).text
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func date(_ random: inout SplitMix64) -> String {
    if random.once(in: 12) { return "2024-02-29" }
    return "\(1970 + random.below(80))-\(two(1 + random.below(12)))-\(two(1 + random.below(28)))"
  }

  private static func time(_ random: inout SplitMix64) -> String {
    let clock = "\(two(random.below(24))):\(two(random.below(60))):\(two(random.below(60)))"
    let fraction = random.once(in: 3) ? ".\(random.below(1_000))" : ""
    return clock + fraction + (random.element(["Z", "Z", "+02:00", "-09:30"]) ?? "Z")
  }

  private static func uuid(_ random: inout SplitMix64) -> String {
    let digits = (0..<32).map { position -> String in
      if position == 12 { return "4" }
      return String(position == 16 ? 8 + random.below(4) : random.below(16), radix: 16)
    }
    var text = ""
    for (position, digit) in digits.enumerated() { text += ([8, 12, 16, 20].contains(position) ? "-" : "") + digit }
    return text
  }
}
