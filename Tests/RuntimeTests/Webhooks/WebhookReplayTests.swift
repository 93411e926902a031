import ServiceCore
import ServiceSecurity
import Testing

/// Which deliveries are remembered, for how long, and how many.
@Suite struct WebhookReplayTests {
  private func signed(_ id: String, at seconds: Int = KnownWebhook.seconds) throws -> HTTPRequest {
    let signer = StandardWebhookSigner(
      try WebhookSecret(KnownWebhook.secret), clock: WebhookTime(seconds * 1_000).clock)
    return try signer.sign(KnownWebhook.request("webhook-id", id))
  }

  @Test func `a delivery is done once: a copy is refused, what its sender says again is known`() throws {
    let (verifier, time) = try KnownWebhook.verifier()
    let first = try signed("msg_1")
    #expect(try verifier.verify(first, within: KnownWebhook.window))
    time.set(KnownWebhook.milliseconds + 20_000)
    // Signed anew while the first one is still at work.
    #expect(verifier.refusal(try signed("msg_1", at: KnownWebhook.seconds + 5))?.status == 503)
    verifier.finish(first, wasDone: true)
    let again = try signed("msg_1", at: KnownWebhook.seconds + 10)
    #expect(try !verifier.verify(again, within: KnownWebhook.window))
    for seconds in [0, 5, 10] {
      let problem = verifier.refusal(try signed("msg_1", at: KnownWebhook.seconds + seconds))
      #expect(problem?.status == 401 && problem?.detail == "A webhook with this webhook-id was accepted before.")
    }
    #expect(verifier.refusal(try signed("msg_2")) == nil)
  }

  @Test func `a delivery whose handler failed may come again, as it was or with a fresh timestamp`() async throws {
    let (verifier, time) = try KnownWebhook.verifier()
    let door: any WebhookVerifier = verifier
    let first = try signed("msg_1")
    #expect(try await door.verify(first, within: KnownWebhook.window))
    await door.finish(first, wasDone: false)
    #expect(try await door.verify(first, within: KnownWebhook.window))
    await door.finish(first, wasDone: false)
    time.set(KnownWebhook.milliseconds + 5_000)
    let second = try signed("msg_1", at: KnownWebhook.seconds + 5)
    #expect(try await door.verify(second, within: KnownWebhook.window))
    // Its attempts before are replays now.
    #expect(verifier.refusal(first)?.status == 401)
    await door.finish(HTTPRequest(method: "POST", path: "/hooks"), wasDone: false)
    #expect(verifier.refusal(second)?.status == 401)
  }

  @Test func `a delivery from ahead of the clock is remembered for as long as its timestamp is good`() throws {
    let (verifier, time) = try KnownWebhook.verifier()
    let ahead = try signed("msg_1", at: KnownWebhook.seconds + 300)
    #expect(verifier.refusal(ahead) == nil)
    time.set(KnownWebhook.milliseconds + 600_000)
    #expect(verifier.refusal(ahead)?.detail == "A webhook with this webhook-id was accepted before.")
    time.set(KnownWebhook.milliseconds + 600_001)
    #expect(verifier.refusal(ahead)?.detail.contains("differs from now") == true)
    #expect(verifier.refusal(try signed("msg_1", at: KnownWebhook.seconds + 600)) == nil)
  }

  @Test func `a memory that is full takes no more until the oldest expire`() throws {
    let (verifier, time) = try KnownWebhook.verifier(capacity: 3)
    #expect(verifier.refusal(try signed("msg_0")) == nil)
    time.set(KnownWebhook.milliseconds + 100_000)
    for id in ["msg_1", "msg_2"] { #expect(verifier.refusal(try signed(id)) == nil) }
    for _ in 0..<2 {
      let problem = verifier.refusal(try signed("msg_3"))
      #expect(problem?.status == 503 && problem?.headers["retry-after"] == "1")
    }
    // Nothing was forgotten for it.
    for id in ["msg_0", "msg_1", "msg_2"] { #expect(verifier.refusal(try signed(id))?.status == 401) }
    let late = KnownWebhook.seconds + 301
    time.set(late * 1_000)
    #expect(verifier.refusal(try signed("msg_3", at: late)) == nil)
    #expect(verifier.refusal(try signed("msg_4", at: late))?.status == 503)
    #expect(verifier.refusal(try signed("msg_1", at: late))?.detail.contains("is being processed") == true)
  }

  @Test func `what is forgotten makes room`() throws {
    let (verifier, _) = try KnownWebhook.verifier(capacity: 1)
    let first = try signed("msg_1")
    #expect(verifier.refusal(first) == nil)
    #expect(verifier.refusal(try signed("msg_2"))?.status == 503)
    verifier.finish(first, wasDone: false)
    #expect(verifier.refusal(try signed("msg_2")) == nil)
  }

  @Test func `what is not proved takes no room`() throws {
    let (verifier, _) = try KnownWebhook.verifier(capacity: 1)
    for number in 0..<10 {
      #expect(verifier.refusal(KnownWebhook.request("webhook-id", "msg_\(number)"))?.status == 401)
    }
    #expect(verifier.refusal(KnownWebhook.request) == nil)
  }

  @Test func `a shorter window does not forget what is good under a longer one`() throws {
    let (verifier, time) = try KnownWebhook.verifier(capacity: 1)
    let first = try signed("msg_1")
    #expect(verifier.refusal(first, within: 300_000) == nil)
    time.set(KnownWebhook.milliseconds + 2_000)
    #expect(verifier.refusal(try signed("msg_2", at: KnownWebhook.seconds + 2), within: 1_000)?.status == 503)
    #expect(verifier.refusal(first, within: 300_000)?.status == 401)
  }

  @Test func `of many copies at the same time one is accepted`() async throws {
    let (verifier, _) = try KnownWebhook.verifier()
    let request = try signed("msg_1")
    let accepted = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<200 { group.addTask { @concurrent in verifier.refusal(request) == nil } }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(accepted == 1)
  }
}
