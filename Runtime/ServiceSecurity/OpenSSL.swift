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

  /// Fetched once: ``EVP_sha256()`` is fetched anew at each use, a fifth of the work for the digest of a token.
  ///
  /// `nonisolated(unsafe)`: it is not changed, and lives as long as the process.
  private nonisolated(unsafe) static let sha256 = EVP_MD_fetch(nil, "SHA256", nil)

  /// SHA-256 (FIPS 180-4); nil when OpenSSL is out of memory or lacks the algorithm.
  static func sha256(_ message: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var count: UInt32 = 0
    let digest = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { digest, size in
      let isDone = EVP_Digest(message.baseAddress, message.count, digest.baseAddress, &count, sha256, nil) == 1
      size = isDone ? Int(count) : 0
    }
    return digest.isEmpty ? nil : digest
  }

  static func sha256(_ message: [UInt8]) -> [UInt8]? { message.withUnsafeBufferPointer { sha256($0) } }

  /// Whether the bytes are equal, in a time that does not depend on where they differ.
  static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }
}
