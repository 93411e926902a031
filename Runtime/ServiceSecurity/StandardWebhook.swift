import ServiceCore

/// What signer and verifier of Standard Webhooks 1.0.0 share: the headers, and what is signed.
enum StandardWebhook {
  static let id = "webhook-id"
  static let timestamp = "webhook-timestamp"
  static let signature = "webhook-signature"
  /// How a signature by HMAC-SHA256 begins.
  static let version = "v1,"

  /// Whether a delivery can have the id: 1 to 255 visible ASCII characters without a full stop, which would let the
  /// parts of what is signed be read in two ways.
  static func isID(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ".") }
  }

  /// What the signature is made of.
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
  /// - Throws: 503 when OpenSSL cannot compute it.
  func signature(of content: [UInt8]) throws(ProblemDetails) -> [UInt8] {
    guard let code = OpenSSL.hmacSHA256(content, key: bytes) else {
      throw .unavailable("Signatures of webhooks cannot be computed at the moment.")
    }
    return code
  }
}
