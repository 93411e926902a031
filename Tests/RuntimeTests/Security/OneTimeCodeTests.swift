import ServiceCore
import ServiceSecurity
import Testing

@Suite struct OneTimeCodeTests {
  private let secret = Array("12345678901234567890".utf8)

  /// RFC 4226, appendix D.
  @Test func `codes are those of the specification`() throws {
    let codes = try (0..<10).map { try OneTimeCode.code(secret, $0) }
    #expect(
      codes == [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
      ])
  }

  @Test func `a code counts in its step of time and in those beside it`() throws {
    let time = Timestamp(microseconds: 59_000_000)
    #expect(try OneTimeCode.step(of: "287082", secret, at: time) == 1)
    #expect(try OneTimeCode.step(of: "287 082", secret, at: time) == 1)
    #expect(try OneTimeCode.step(of: "755224", secret, at: time) == 0)
    #expect(try OneTimeCode.step(of: "359152", secret, at: time) == 2)
    for wrong in ["969429", "28708", "2870822", "", "287082x", "２８７０８２"] {
      #expect(try OneTimeCode.step(of: wrong, secret, at: time) == nil)
    }
  }

  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
    ("foobar", "MZXW6YTBOI"),
  ])
  func `secrets are written as authenticators read them`(_ text: String, _ written: String) {
    #expect(OneTimeCode.base32(Array(text.utf8)) == written)
  }

  @Test func `secrets have 160 bits, each its own`() {
    #expect(Set((0..<100).map { _ in OneTimeCode.newSecret() }).count == 100)
    #expect(OneTimeCode.newSecret().count == 20)
  }
}
