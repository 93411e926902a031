import ServiceCore
import Testing

@Suite struct ServerAddressTests {
  /// `origin|basePath`, `-` for no origin; the message where it is refused.
  private func shown(_ text: String, _ base: String? = nil) throws -> String {
    let base = try base.map { try ServerAddress($0) }
    do {
      let address = try ServerAddress(text, relativeTo: base)
      // The text is an address that is the same.
      #expect(try ServerAddress(address.text) == address)
      #expect(address.text.utf8.starts(with: ((address.origin ?? "") + address.basePath).utf8))
      return "\(address.origin ?? "-")|\(address.basePath)"
    } catch {
      return error.reason
    }
  }

  @Test(arguments: [
    ("https://example.com", "https://example.com|"), ("https://example.com/", "https://example.com|"),
    ("https://example.com/v1", "https://example.com|/v1"), ("https://example.com/v1/", "https://example.com|/v1"),
    ("HTTP://EXAMPLE.com:8080/V1", "http://example.com:8080|/V1"), ("http://a_b-c.d", "http://a_b-c.d|"),
    ("http://[::1]:1/x", "http://[::1]:1|/x"), ("http://[::FFFF:127.0.0.1]", "http://[::ffff:127.0.0.1]|"),
    ("http://h:65535", "http://h:65535|"), ("http://h/a/./b/../c", "http://h|/a/c"), ("http://h/a/..", "http://h|"),
    ("http://h/a/b/.", "http://h|/a/b"), ("http://h/a%20b/~!$&'()*+,;=:@", "http://h|/a%20b/~!$&'()*+,;=:@"),
    ("", "-|"), ("/", "-|"), (".", "-|"), ("/v1", "-|/v1"), ("/v1/", "-|/v1"), ("v1", "-|/v1"), ("./v1/x/..", "-|/v1"),
    ("./a:b", "-|/a:b"), ("/v1/a:b", "-|/v1/a:b"), ("...", "-|/..."),
  ])
  func `an address has an origin and a base path`(_ text: String, _ expected: String) throws {
    #expect(try shown(text) == expected)
  }

  @Test(arguments: [
    ("v2", "https://h/v1", "https://h|/v2"), ("v2", "https://h/v1/", "https://h|/v1/v2"),
    ("v2", "https://h", "https://h|/v2"),
    ("/v2", "https://h/v1/", "https://h|/v2"), ("", "https://h/v1", "https://h|/v1"),
    (".", "https://h/v1", "https://h|"),
    ("./", "https://h/v1/x", "https://h|/v1"), ("..", "https://h/a/b/", "https://h|/a"),
    ("../c", "https://h/a/b/d", "https://h|/a/c"),
    ("../../c/", "https://h/a/b/d", "https://h|/c"), ("/", "https://h/v1", "https://h|"),
    ("//i/x", "https://h/v1", "https://i|/x"), ("//i:80", "http://h", "http://i:80|"),
    ("http://i", "https://h/v1", "http://i|"), ("v2", "/docs/openapi.yaml", "-|/docs/v2"), ("../v2", "/a/b", "-|/v2"),
  ])
  func `a relative address is resolved`(_ text: String, _ base: String, _ expected: String) throws {
    #expect(try shown(text, base) == expected)
  }

  private static let character =
    "a segment of a server's address has a character that is not percent-encoded, or encodes '/', '\\', a control"
    + " character or what is not UTF-8"

  private static let refused: [(String, [String])] = [
    (
      "a server's address has neither a query nor a fragment",
      ["http://h?", "http://h/v1?a=b", "http://h/v1#f", "#", "?x", "http://h?u@v"]
    ),
    ("a server's address names no user", ["http://u@h", "http://u:p@h/", "//@h", "http://h:1@i"]),
    (
      "a server's address begins with http:// or https://, or is a path",
      [
        "ftp://h", "http:/h", "http:h", "https:", ":", "://h", "a:b", "javascript:x", "httpſ://h", "file:///x",
        " http://h",
      ]
    ),
    (
      "a server's address has a host of letters, digits, '.', '-' and '_', or an IPv6 address in []",
      [
        "http://", "https:///x", "http://:80", "http://h h", "http://é", "http://h%41", "http://[]", "http://[::1",
        "http://[::g]",
        "http://[::1]x", "http://h\0", "http://h\n", "http://h\\x", "http://{h}", "http://h~",
      ]
    ),
    (
      "a server's address has a port from 1 to 65535, or none",
      [
        "http://h:", "http://h:0", "http://h:65536", "http://h:-1", "http://h:+1", "http://h:8o", "http://h:1:2",
        "http://[::1]:",
        "http://h:99999999999999999999", "http://h:１",
      ]
    ),
    (
      "a server's address leads above the root with '..'",
      ["..", "/..", "/../x", "http://h/..", "http://h/a/../../b", "http://h/./.."]
    ),
    (
      "a server's address has an empty segment: two adjacent slashes",
      ["http://h//", "http://h//v1", "/v1//x", "/a/..//b", ".//x"]
    ),
    (
      character,
      [
        "/{v}", "/a b", "/é", "/a\0", "/a\u{7F}", "/a\\b", "/%", "/%zz", "/%FF", "/%2F", "/%5C", "/%00", "/%0A",
        "/%2e%2E",
        "/%2e", "/a\"", "/\u{301}", "/<>", "/^", "/|", "a|b",
      ]
    ),
  ]

  @Test(arguments: refused)
  func `what is no address of a server is refused with a reason`(_ reason: String, _ texts: [String]) throws {
    for text in texts { #expect(try shown(text, text.hasPrefix("//") ? "http://b" : nil) == reason, "\(text)") }
  }

  @Test func `an address without a scheme needs one to have it of`() throws {
    let reason = "a server's address that begins with // needs another to have the scheme of"
    #expect(try shown("//h/x") == reason)
    #expect(try shown("//h/x", "/v1") == reason)
  }

  @Test func `no text stops the process`() {
    var random = SeededRandom(5)
    let words = [
      "http", "https", ":", "//", "/", "h", "[", "]", "::1", "80", "..", ".", "%2e", "%", "é", "\u{301}", "\0", "@",
      "?", "",
    ]
    let base = try? ServerAddress("https://h/a/b/")
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
        .joined()
      guard let address = try? ServerAddress(text, relativeTo: base) else { continue }
      #expect((try? ServerAddress(address.text)) == address)
      #expect(!address.basePath.hasSuffix("/") && (address.basePath.isEmpty || address.basePath.hasPrefix("/")))
    }
  }
}
