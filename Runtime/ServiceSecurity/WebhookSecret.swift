import ServiceCore

/// A key that a webhook's sender and its receiver share (Standard Webhooks 1.0.0, "Signature scheme").
///
/// It is of one sender and one endpoint: a signature does not cover where the request goes. No description shows it.
public struct WebhookSecret: Sendable {
  let bytes: [UInt8]

  /// - Parameter text: `whsec_` and base64, as secrets are handed out.
  /// - Throws: ``ConfigurationError`` for anything else.
  public init(_ text: String) throws(ConfigurationError) {
    let prefix = "whsec_".utf8
    guard text.utf8.starts(with: prefix),
      let key = Base64(String(decoding: text.utf8.dropFirst(prefix.count), as: UTF8.self))
    else { throw ConfigurationError("a webhook secret is not 'whsec_' and then padded base64") }
    try self.init(bytes: key.bytes)
  }

  /// - Parameter bytes: 24 to 64 bytes of randomness.
  /// - Throws: ``ConfigurationError`` for fewer or more.
  public init(bytes: [UInt8]) throws(ConfigurationError) {
    guard (24...64).contains(bytes.count) else {
      throw ConfigurationError("a webhook secret has \(bytes.count) bytes; it must have 24 to 64")
    }
    self.bytes = bytes
  }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "whsec_…" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
