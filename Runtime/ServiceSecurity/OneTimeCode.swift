import ServiceCore

/// The codes of authenticators (TOTP, RFC 6238): six digits that change every thirty seconds, by HMAC-SHA-1, which is what
/// authenticators compute.
public enum OneTimeCode {
  /// How long a code is shown, in seconds.
  private static let period = 30

  /// A new secret of 160 bits (RFC 4226, section 4).
  public static func newSecret() -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<20).map { _ in UInt8.random(in: .min ... .max, using: &random) }
  }

  /// The step of time of which a text is the code: the present one, or one before or after it, since clocks differ. Nil for
  /// any other text.
  ///
  /// - Throws: 503 when OpenSSL cannot compute codes.
  public static func step(of text: String, _ secret: [UInt8], at time: Timestamp) throws -> Int? {
    let digits = text.utf8.filter { $0 != UInt8(ascii: " ") }
    let present = time.microseconds / 1_000_000 / period
    var found: Int?
    for step in (present - 1)...(present + 1) where OpenSSL.areEqual(Array(try code(secret, step).utf8), digits) {
      found = step
    }
    return found
  }

  /// The code of a step (RFC 4226, section 5.3).
  ///
  /// - Throws: 503 when OpenSSL cannot compute it.
  public static func code(_ secret: [UInt8], _ step: Int) throws -> String {
    let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * $0)) }
    guard let hash = OpenSSL.hmacSHA1(counter, key: secret), hash.count == 20 else {
      throw RequestFault(.unavailable("Codes cannot be checked at the moment."))
    }
    let start = Int(hash[19] & 15)
    let number = hash[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
    let text = String(number % 1_000_000)
    return String(repeating: "0", count: 6 - text.utf8.count) + text
  }

  /// RFC 4648, section 6, without padding.
  public static func base32(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    var (text, buffer, bits): ([UInt8], Int, Int) = ([], 0, 0)
    for byte in bytes {
      (buffer, bits) = (buffer << 8 | Int(byte), bits + 8)
      while bits >= 5 {
        bits -= 5
        text.append(letters[buffer >> bits & 31])
      }
      buffer &= (1 << bits) - 1
    }
    if bits > 0 { text.append(letters[buffer << (5 - bits) & 31]) }
    return String(decoding: text, as: UTF8.self)
  }
}
