import COpenSSL

/// The only wrapper of OpenSSL's libcrypto.
enum OpenSSL {
  /// HMAC-SHA256 (RFC 2104); nil when OpenSSL is out of memory or lacks the algorithm.
  static func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8]? {
    hmac(EVP_sha256(), message, key)
  }

  /// HMAC-SHA-1, for the codes of authenticators alone (RFC 4226, section 5.2).
  static func hmacSHA1(_ message: [UInt8], key: [UInt8]) -> [UInt8]? { hmac(EVP_sha1(), message, key) }

  private static func hmac(_ digest: OpaquePointer?, _ message: [UInt8], _ key: [UInt8]) -> [UInt8]? {
    guard let keyCount = Int32(exactly: key.count) else { return nil }
    var code = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard HMAC(digest, key, keyCount, message, message.count, &code, &count) != nil else { return nil }
    return Array(code.prefix(Int(count)))
  }

  /// SHA-256 (FIPS 180-4); nil when OpenSSL is out of memory or lacks the algorithm.
  static func sha256(_ message: [UInt8]) -> [UInt8]? {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard EVP_Digest(message, message.count, &digest, &count, EVP_sha256(), nil) == 1 else { return nil }
    return Array(digest.prefix(Int(count)))
  }

  /// Whether the bytes are equal, in a time that does not depend on where they differ.
  static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }
}
