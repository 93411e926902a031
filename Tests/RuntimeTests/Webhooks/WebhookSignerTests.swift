import ServiceCore
import ServiceSecurity
import Testing

@Suite struct WebhookSignerTests {
  private let time = WebhookTime(KnownWebhook.milliseconds)

  private func request(_ id: String? = KnownWebhook.id) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/hooks", body: KnownWebhook.request.body)
    request.headers["content-type"] = "application/json"
    request.headers["webhook-id"] = id
    return request
  }

  @Test func `the reference libraries' delivery gets the reference libraries' signature`() throws {
    let signer = StandardWebhookSigner(try WebhookSecret(KnownWebhook.secret), clock: time.clock)
    let signed = try signer.sign(request())
    #expect(signed.headers.values("webhook-signature") == [KnownWebhook.signature])
    #expect(signed.headers.values("webhook-timestamp") == ["1614265330"])
    #expect(signed.headers.values("webhook-id") == [KnownWebhook.id])
    #expect(signed.headers["content-type"] == "application/json" && signed.body == KnownWebhook.request.body)
  }

  /// The signatures were computed with Python's `hmac`.
  @Test(arguments: [
    (24, "msg_a", 0, 0, "hhu+Tm6WWCujfR5yixit0ne6CPPMCEOVZRU/fuzipjQ="),
    (32, "msg_b", 1_614_265_330, 256, "TMtNCZNh3r8v1eitwogMVynWdAIuLvFyHkxltsiSQqw="),
    (
      64, "0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d", 999_999_999_999, 76_800,
      "IwXYrjCdxosNJ4dTRxgKCMvYVJpnjqdLqjbWKQzUJik="
    ),
  ])
  func `secrets and bodies of every length are signed as others sign them`(
    _ count: Int, _ id: String, _ seconds: Int, _ length: Int, _ signature: String
  ) throws {
    let secret = try WebhookSecret(bytes: (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + count) })
    time.set(seconds * 1_000 + 999)
    var request = request(id)
    request.body = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
    let signed = try StandardWebhookSigner(secret, clock: time.clock).sign(request)
    #expect(signed.headers["webhook-signature"] == "v1," + signature)
  }

  @Test func `a repeated delivery keeps its id and gets a fresh timestamp and signature`() throws {
    let signer = StandardWebhookSigner(try WebhookSecret(KnownWebhook.secret), clock: time.clock)
    let first = try signer.sign(request(nil))
    time.set(KnownWebhook.milliseconds + 5_000)
    let second = try signer.sign(first)
    let id = try #require(first.headers["webhook-id"])
    #expect(id.hasPrefix("msg_") && Uuid(id.dropFirst(4)) != nil)
    #expect(second.headers.values("webhook-id") == [id])
    #expect(second.headers.values("webhook-timestamp") == ["1614265335"])
    let signatures = second.headers.values("webhook-signature")
    #expect(signatures.count == 1 && signatures != first.headers.values("webhook-signature"))
  }

  @Test func `ids come from who was handed in, and differ otherwise`() throws {
    let secret = try WebhookSecret(KnownWebhook.secret)
    let own = StandardWebhookSigner(secret, clock: time.clock) { "at_\($0.microseconds)" }
    #expect(try own.sign(request(nil)).headers["webhook-id"] == "at_1614265330000000")
    let signer = StandardWebhookSigner(secret, clock: time.clock)
    #expect(try signer.sign(request(nil)).headers["webhook-id"] != signer.sign(request(nil)).headers["webhook-id"])
  }

  @Test func `retiring secrets sign beside the current one`() throws {
    let old = try WebhookSecret(KnownWebhook.secret)
    let new = try WebhookSecret(bytes: [UInt8](repeating: 1, count: 32))
    let signed = try StandardWebhookSigner(new, retiring: [old], clock: time.clock).sign(request())
    let signatures = try #require(signed.headers["webhook-signature"]).split(separator: " ")
    #expect(signatures.count == 2 && signatures.last == KnownWebhook.signature[...])
    for secret in [old, new] {
      _ = try StandardWebhookVerifier(secret, clock: time.clock).verify(signed, within: KnownWebhook.window)
    }
  }

  @Test(arguments: ["", "msg.1", "msg 1", "msg_1\r\nx: y", "msg_é", String(repeating: "m", count: 256)])
  func `an id that cannot be signed is refused`(_ id: String) throws {
    let signer = StandardWebhookSigner(try WebhookSecret(KnownWebhook.secret), clock: time.clock) { _ in id }
    for request in [request(id), request(nil)] {
      let problem = #expect(throws: RequestFault.self) { try signer.sign(request) }?.problem
      #expect(problem?.status == 400 && problem?.violations.first?.name == "webhook-id")
    }
  }

  @Test func `two ids and a streamed body are refused`() throws {
    let signer = StandardWebhookSigner(try WebhookSecret(KnownWebhook.secret), clock: time.clock)
    var twice = request()
    twice.headers.append("webhook-id", "msg_2")
    #expect(throws: RequestFault.self) { try signer.sign(twice) }
    var streamed = request()
    streamed.stream = ByteStream { nil }
    let problem = #expect(throws: RequestFault.self) { try signer.sign(streamed) }?.problem
    #expect(problem?.violations.first?.location == .body)
  }
}
