import ServiceCore
import ServiceSecurity
import Testing

@Suite struct WebhookVerifierTests {
  @Test func `the reference libraries' delivery is accepted`() throws {
    _ = try KnownWebhook.verifier().0.verify(KnownWebhook.request, within: KnownWebhook.window)
  }

  @Test func `a changed body, id or timestamp does not fit the signature`() throws {
    var changed = [
      KnownWebhook.request("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJel"),
      KnownWebhook.request("webhook-timestamp", "1614265331"), KnownWebhook.request("webhook-timestamp", "01614265330"),
    ]
    for body in [[], KnownWebhook.request.body.dropLast(), KnownWebhook.request.body + [10]] {
      var request = KnownWebhook.request
      request.body = Array(body)
      changed.append(request)
    }
    let (verifier, _) = try KnownWebhook.verifier()
    for request in changed {
      let problem = verifier.refusal(request)
      #expect(problem?.status == 401)
      #expect(problem?.detail == "The webhook-signature does not match the webhook's id, timestamp and body.")
    }
    // What did not prove right is not remembered.
    #expect(verifier.refusal(KnownWebhook.request) == nil)
  }

  @Test(arguments: ["webhook-id", "webhook-timestamp", "webhook-signature"])
  func `a header that is missing, or there twice, is told by name`(_ name: String) throws {
    let (verifier, _) = try KnownWebhook.verifier()
    let problem = verifier.refusal(KnownWebhook.request(name, nil))
    #expect(problem?.status == 401 && problem?.detail == "The header \(name) is missing.")
    #expect(problem?.headers["www-authenticate"] == "Webhook-Signature")
    var twice = KnownWebhook.request
    twice.headers.append(name, try #require(twice.headers[name]))
    #expect(verifier.refusal(twice)?.detail == "The header \(name) is given more than once.")
  }

  @Test(arguments: [
    ("webhook-id", ""), ("webhook-id", "msg_1\u{0}"), ("webhook-id", "msg_1\t"), ("webhook-id", "msg\u{7F}"),
    ("webhook-id", "msg_é"), ("webhook-id", "msg.1"), ("webhook-id", "msg\r\nx: y"),
    ("webhook-id", String(repeating: "m", count: 256)),
    ("webhook-timestamp", ""), ("webhook-timestamp", "hello"), ("webhook-timestamp", "-1614265330"),
    ("webhook-timestamp", "+1614265330"), ("webhook-timestamp", "1614265330.0"), ("webhook-timestamp", "1614265330\n"),
    ("webhook-timestamp", " 1614265330"), ("webhook-timestamp", "99999999999999999999"),
    ("webhook-timestamp", "9223372036854775807"), ("webhook-timestamp", "١٦١٤٢٦٥٣٣٠"),
    ("webhook-signature", ""), ("webhook-signature", " "), ("webhook-signature", "v1"),
    ("webhook-signature", "v1,\u{0}"),
    ("webhook-signature", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ("webhook-signature", "V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ("webhook-signature", "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ("webhook-signature", "v1=g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE"),
    ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF="),
    ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\tv2,x"),
    ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\u{301}"),
  ])
  func `a malformed header is told by name, and not shown`(_ name: String, _ value: String) throws {
    let problem = try KnownWebhook.verifier().0.refusal(KnownWebhook.request(name, value))
    #expect(problem?.status == 401)
    #expect(problem?.detail.hasPrefix("The header \(name) must ") == true, "\(problem?.detail ?? "")")
    #expect(value.utf8.count < 6 || problem?.detail.contains(value) == false)
  }

  @Test(arguments: [
    "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=", "v1,", "v1,AAAA",
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1A==",
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OEA",
  ])
  func `a signature of other bytes, or another length, does not fit, and nothing tells what would`(
    _ signature: String
  ) throws {
    let (verifier, _) = try KnownWebhook.verifier()
    let problem = verifier.refusal(KnownWebhook.request("webhook-signature", signature))
    #expect(problem?.detail == "The webhook-signature does not match the webhook's id, timestamp and body.")
  }

  @Test func `one signature that fits is enough among others, unknown versions and malformed ones`() throws {
    let others = [
      "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=", "v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=",
      "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==", "v1,?", "x", "",
    ]
    for index in 0...others.count {
      var all = others
      all.insert(KnownWebhook.signature, at: index)
      let request = KnownWebhook.request("webhook-signature", all.joined(separator: " "))
      #expect(try KnownWebhook.verifier().0.refusal(request) == nil)
    }
  }

  @Test(arguments: [
    (0, true), (300_000, true), (-300_000, true), (300_001, false), (-300_001, false), (31_536_000_000, false),
  ])
  func `a timestamp is good up to the window's edges, before and after`(_ offset: Int, _ isGood: Bool) throws {
    let (verifier, time) = try KnownWebhook.verifier()
    time.set(KnownWebhook.milliseconds + offset)
    let problem = verifier.refusal(KnownWebhook.request)
    #expect((problem == nil) == isGood)
    #expect(isGood || problem?.detail == "The webhook-timestamp differs from now by more than 300000 milliseconds.")
  }

  @Test(arguments: [Int.min, -1, 0, Int.max]) func `no window overflows`(_ window: Int) throws {
    let (verifier, time) = try KnownWebhook.verifier()
    #expect((verifier.refusal(KnownWebhook.request, within: window) == nil) == (window >= 0))
    time.set(Int.max / 1_000)
    #expect(verifier.refusal(KnownWebhook.request, within: window)?.status == 401)
    time.set(Int.min / 1_000)
    #expect(verifier.refusal(KnownWebhook.request, within: window)?.status == 401)
  }

  @Test func `every secret that is good is tried, and no other`() throws {
    let known = try WebhookSecret(KnownWebhook.secret)
    let other = try WebhookSecret(bytes: [UInt8](repeating: 1, count: 24))
    let clock = WebhookTime(KnownWebhook.milliseconds).clock
    #expect(StandardWebhookVerifier(other, others: [known], clock: clock).refusal(KnownWebhook.request) == nil)
    #expect(StandardWebhookVerifier(known, others: [other], clock: clock).refusal(KnownWebhook.request) == nil)
    #expect(StandardWebhookVerifier(other, clock: clock).refusal(KnownWebhook.request)?.status == 401)
  }

  @Test func `a streamed body is not taken for an empty one`() throws {
    let (verifier, time) = try KnownWebhook.verifier()
    var request = KnownWebhook.request
    request.body = []
    request = try StandardWebhookSigner(try WebhookSecret(KnownWebhook.secret), clock: time.clock).sign(request)
    request.stream = ByteStream { nil }
    #expect(verifier.refusal(request)?.status == 500)
  }
}
