import ServiceCore

/// Secrets that are given out once and found again by their digests: who reads where those are stored cannot use them.
public enum Secret {
  /// A new secret of 256 random bits, and what is stored of it.
  ///
  /// - Parameter prefix: says what it is for, so that it is found where it should not be.
  /// - Throws: 503 when OpenSSL cannot compute the digest.
  public static func make(_ prefix: String) throws -> (text: String, digest: [UInt8]) {
    var random = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    let text = prefix + Base64(bytes, isURLSafe: true).text
    return (text, try digest(of: text))
  }

  /// What is stored of a secret: its SHA-256, which is enough for as many random bits.
  ///
  /// - Throws: 503 when OpenSSL cannot compute it.
  public static func digest(of text: String) throws -> [UInt8] {
    guard let digest = OpenSSL.sha256(Array(text.utf8)) else {
      throw RequestFault(.unavailable("Secrets cannot be checked at the moment."))
    }
    return digest
  }
}
