import Foundation
import ServiceCore
import ServiceSecurity
import TestProcesses
import Testing

/// What processes prove to each other of their callers.
@Suite struct CallerKeyRingTests {
  private static let now = Timestamp(microseconds: 1_700_000_000_000_000)
  private static let caller = SealedCaller(
    from: "orders",
    identities: [
      (
        "user",
        VerifiedIdentity(
          subject: "ada, \u{E9}\u{1F600}", scopes: ["read", "super admin"],
          claims: JSONObject([("email", JSONValue.string("a@example.com")), ("roles", .array([.string("x")]))]))
      ), ("key", VerifiedIdentity(subject: "")),
    ])

  private static func ring(_ bytes: UInt8...) throws -> CallerKeyRing {
    try CallerKeyRing(bytes.map { Base64(Array(repeating: $0, count: 32)).text }.joined(separator: ","))
  }

  private static func operation(_ service: String = "stock", _ id: String = "reserve") -> OperationDescriptor {
    OperationDescriptor(
      service: service, id: id, method: "GET", path: [], responses: .init([], hasDefault: true), policy: .init())
  }

  private static func later(_ seconds: Int) -> Timestamp {
    Timestamp(microseconds: now.microseconds + seconds * 1_000_000)
  }

  @Test func `what is sealed says the same to the operation it was sealed for`() throws {
    let ring = try Self.ring(1)
    let text = try ring.seal(Self.caller, for: Self.operation(), at: Self.now)
    let opened = try #require(ring.open(text, for: Self.operation(), at: Self.now))
    #expect(opened.from == "orders" && opened.identities.map { $0.scheme } == ["user", "key"])
    for (found, given) in zip(opened.identities, Self.caller.identities) {
      #expect(found.identity.subject == given.identity.subject && found.identity.scopes == given.identity.scopes)
      #expect(found.identity.claims.keys == given.identity.claims.keys)
    }
    #expect(ring.open(text, for: Self.operation("orders"), at: Self.now) == nil)
    #expect(ring.open(text, for: Self.operation("stock", "release"), at: Self.now) == nil)
  }

  @Test func `it passes for a minute, and clocks may differ by half of one`() throws {
    let ring = try Self.ring(1)
    let text = try ring.seal(Self.caller, for: Self.operation(), at: Self.now)
    for (seconds, passes) in [(-31, false), (-30, true), (60, true), (89, true), (90, false), (1 << 40, false)] {
      #expect((ring.open(text, for: Self.operation(), at: Self.later(seconds)) != nil) == passes, "\(seconds) s")
    }
  }

  @Test func `keys are changed one after the other`() throws {
    let old = try Self.ring(1).seal(Self.caller, for: Self.operation(), at: Self.now)
    #expect(try Self.ring(2, 1).open(old, for: Self.operation(), at: Self.now) != nil)
    #expect(try Self.ring(2).open(old, for: Self.operation(), at: Self.now) == nil)
    let new = try Self.ring(2, 1).seal(Self.caller, for: Self.operation(), at: Self.now)
    #expect(try Self.ring(2).open(new, for: Self.operation(), at: Self.now) != nil)
  }

  @Test func `no other byte passes in the place of one`() throws {
    let ring = try Self.ring(1)
    let bytes = Array(try ring.seal(Self.caller, for: Self.operation(), at: Self.now).utf8)
    for place in bytes.indices {
      for digit in "Aa0-_.=~".utf8 where digit != bytes[place] {
        var changed = bytes
        changed[place] = digit
        let text = String(decoding: changed, as: UTF8.self)
        #expect(ring.open(text, for: Self.operation(), at: Self.now) == nil, "\(place)")
      }
    }
  }

  @Test(arguments: ["", "secret", "AAAA", "AAAA,", String(repeating: "A", count: 43)])
  func `what is no key is refused, and not shown`(_ text: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try CallerKeyRing(text) }
    let words = error?.description ?? ""
    #expect(words.contains("caller keys") && (text.isEmpty || !words.contains(text)))
    let ring = try Self.ring(1, 2)
    #expect("\(ring)" == "2 caller keys")
  }

  private static let hasJudge = (try? TestProcess.run(["/bin/sh", "-c", "python3 -c 'import jwt'"]).code) == 0

  @Test(.enabled(if: hasJudge, "PyJWT is not installed")) func `a service in Python reads it by PyJWT`() throws {
    let text = try Self.ring(1).seal(Self.caller, for: Self.operation(), at: Clock.system.now())
    let script = """
      import jwt, sys
      claims = jwt.decode(sys.argv[1], bytes([1] * 32), algorithms=["HS256"], audience="stock", issuer="orders")
      print(claims["op"], claims["callers"]["user"]["scopes"], claims["callers"]["user"]["claims"]["email"])
      """
    let run = try TestProcess.run(["/bin/sh", "-c", "exec python3 -c \"$@\"", "sh", script, text])
    #expect(run.output == "reserve ['read', 'super admin'] a@example.com\n", "\(run.output)")
  }
}
