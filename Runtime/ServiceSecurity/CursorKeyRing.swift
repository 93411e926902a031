import ServiceCore

/// Keys by which cursors are proved by HMAC-SHA256: the first seals, all of them open, so that keys can be changed one
/// after the other. No description shows them.
///
/// A sealed cursor is the key's id, what it holds, and the first 16 bytes of the code (RFC 2104, section 5).
public struct CursorKeyRing: CursorKeys {
  private let keys: [SecretKey]

  /// - Parameter text: base64 of 32 bytes for each key, with commas between them.
  /// - Throws: ``ConfigurationError`` for anything else; it does not show the text.
  public init(_ text: String) throws(ConfigurationError) { keys = try SecretKey.all(text, for: "cursor") }

  public func seal(_ payload: [UInt8], for purpose: [UInt8]) throws -> [UInt8] {
    // There is always one: an empty text has one empty part, which is no key.
    guard let key = keys.first else { throw ConfigurationError("there is no key for cursors") }
    return try key.id + payload + code(payload, purpose, key)
  }

  public func open(_ sealed: [UInt8], for purpose: [UInt8]) throws -> [UInt8]? {
    guard sealed.count >= 4 + 16 else { return nil }
    let payload = Array(sealed.dropFirst(4).dropLast(16))
    for key in keys where key.id.elementsEqual(sealed.prefix(4)) {
      if OpenSSL.areEqual(try code(payload, purpose, key), Array(sealed.suffix(16))) { return payload }
    }
    return nil
  }

  /// The length of the purpose stands before it, so that nothing can be moved from one of the two to the other.
  private func code(_ payload: [UInt8], _ purpose: [UInt8], _ key: SecretKey) throws -> [UInt8] {
    let count = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: purpose.count >> $0) }
    guard let code = OpenSSL.hmacSHA256(count + purpose + payload, key: key.bytes) else { throw Unavailable() }
    return Array(code.prefix(16))
  }

  private struct Unavailable: ProblemConvertible {
    let problem = ProblemDetails.unavailable("Cursors cannot be proved at the moment.")
  }
}

extension CursorKeyRing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "\(keys.count) cursor keys" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
