import ServiceCore

/// A key shared by a webhook's sender and receiver (Standard Webhooks 1.0.0, "Signature scheme").
///
/// Use it for one sender and one endpoint only: a signature does not cover the request's target. Descriptions do not
/// reveal it.
public struct WebhookSecret: Sendable {
  let bytes: [UInt8]

  /// - Parameter text: `whsec_` followed by base64, the form in which secrets are distributed.
  /// - Throws: ``ConfigurationError`` for anything else.
  public init(_ text: String) throws(ConfigurationError) {
    let prefix = "whsec_".utf8
    guard text.utf8.starts(with: prefix),
      let key = Base64(String(decoding: text.utf8.dropFirst(prefix.count), as: UTF8.self))
    else { throw ConfigurationError("a webhook secret is not 'whsec_' followed by padded base64") }
    try self.init(bytes: key.bytes)
  }

  /// - Parameter bytes: 24 to 64 random bytes.
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
