import ServiceCore

/// A key that processes share, of 32 bytes.
struct SecretKey: Sendable {
  /// Tells keys apart, and says nothing of them.
  let id: ArraySlice<UInt8>
  let bytes: [UInt8]

  /// - Parameters:
  ///   - text: base64 of 32 bytes for each key, with commas between them.
  ///   - use: what the keys are for, such as `cursor`.
  /// - Throws: ``ConfigurationError`` for anything else; it does not show the text.
  static func all(_ text: String, for use: String) throws(ConfigurationError) -> [SecretKey] {
    var keys: [SecretKey] = []
    for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let bytes = Base64(String(decoding: part, as: UTF8.self))?.bytes, bytes.count == 32 else {
        throw ConfigurationError(
          "key \(keys.count + 1) of the \(use) keys is not 32 bytes in base64; 'openssl rand -base64 32' makes one")
      }
      guard let id = OpenSSL.hmacSHA256(Array("charter \(use) key".utf8), key: bytes)?.prefix(4) else {
        throw ConfigurationError("OpenSSL cannot compute HMAC-SHA256, which the \(use) keys are for")
      }
      keys.append(SecretKey(id: id, bytes: bytes))
    }
    return keys
  }
}
