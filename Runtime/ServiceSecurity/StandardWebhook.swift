import ServiceCore

/// The headers and the signed content of Standard Webhooks 1.0.0, shared by signer and verifier.
enum StandardWebhook {
  static let id = "webhook-id"
  static let timestamp = "webhook-timestamp"
  static let signature = "webhook-signature"
  /// The prefix of an HMAC-SHA256 signature.
  static let version = "v1,"

  /// Whether an id is valid: 1 to 255 visible ASCII characters without a full stop, which would make the signed content
  /// ambiguous.
  static func isID(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ".") }
  }

  /// The content that is signed.
  static func content(id: String, timestamp: String, body: [UInt8]) -> [UInt8] {
    var content: [UInt8] = []
    content.reserveCapacity(id.utf8.count + timestamp.utf8.count + body.count + 2)
    content += id.utf8
    content.append(UInt8(ascii: "."))
    content += timestamp.utf8
    content.append(UInt8(ascii: "."))
    content += body
    return content
  }
}

extension WebhookSecret {
  /// - Throws: 503 when OpenSSL cannot compute the signature.
  func signature(of content: [UInt8]) throws(RequestFault) -> [UInt8] {
    guard let code = OpenSSL.hmacSHA256(content, key: bytes) else {
      throw RequestFault(.unavailable("Signatures of webhooks cannot be computed at the moment."))
    }
    return code
  }
}
