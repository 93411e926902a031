import ServiceCore
import ServiceSecurity
import Testing

@Suite struct WebhookSecretTests {
  @Test(arguments: [24, 25, 64]) func `a secret has 24 to 64 bytes`(_ count: Int) throws {
    let bytes = [UInt8](repeating: 7, count: count)
    _ = try WebhookSecret(bytes: bytes)
    _ = try WebhookSecret("whsec_" + Base64(bytes).text)
  }

  @Test(arguments: [0, 23, 65]) func `fewer or more bytes are told by their count`(_ count: Int) throws {
    let bytes = [UInt8](repeating: 7, count: count)
    let error = #expect(throws: ConfigurationError.self) { try WebhookSecret(bytes: bytes) }
    #expect(error?.description == "a webhook secret has \(count) bytes; it must have 24 to 64")
    #expect(throws: ConfigurationError.self) { try WebhookSecret("whsec_" + Base64(bytes).text) }
  }

  @Test(arguments: [
    "", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La-_Sw", "whsec_\u{301}MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  ])
  func `what is not whsec_ and base64 is refused in words that do not show it`(_ text: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try WebhookSecret(text) }
    #expect(error.description == "a webhook secret is not 'whsec_' followed by padded base64")
  }

  @Test func `no description shows the secret`() throws {
    let secret = try WebhookSecret(KnownWebhook.secret)
    var dumped = ""
    dump([secret], to: &dumped)
    let optional: WebhookSecret? = secret
    let signer = StandardWebhookSigner(secret)
    var told = [String(describing: secret), String(reflecting: secret), String(describing: optional), dumped]
    told += [String(describing: [secret]), String(describing: signer), String(reflecting: signer)]
    for text in told {
      #expect(!text.contains("MfKQ") && !text.contains("49, 242") && !text.contains("bytes"), "\(text)")
    }
  }
}
