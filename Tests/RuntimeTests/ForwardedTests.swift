import ServiceCore
import ServiceHost
import Testing

/// Whose address a request has that came through proxies.
@Suite struct ForwardedTests {
  private static let proxies = ["10.0.0.1", "10.0.0.2", "2001:db8::1"]

  private func client(_ lines: [String], from peer: String?, behind proxies: [String] = proxies) -> String? {
    var request = HTTPRequest(method: "GET", path: "/")
    for line in lines { request.headers.append("x-forwarded-for", line) }
    request.clientAddress = peer.flatMap { NetworkAddress($0) }
    return request.client(behind: proxies.compactMap { NetworkAddress($0) })?.description
  }

  @Test(arguments: [
    // Of one proxy, and of several, each of which appends who called it.
    (["192.0.2.9"], "192.0.2.9"), (["192.0.2.9, 10.0.0.2"], "192.0.2.9"),
    (["192.0.2.9,10.0.0.1 ,\t2001:db8:0::1,10.0.0.2"], "192.0.2.9"),
    // Several fields are one list.
    (["192.0.2.9", "10.0.0.2"], "192.0.2.9"), (["192.0.2.9, 10.0.0.2", "10.0.0.1", "10.0.0.2"], "192.0.2.9"),
    // What stands before the client's address is what it has sent itself.
    (["198.51.100.7, 192.0.2.9"], "192.0.2.9"), (["10.0.0.2, 192.0.2.9, 10.0.0.2"], "192.0.2.9"),
    (["198.51.100.7", "192.0.2.9, 10.0.0.2"], "192.0.2.9"),
    // A proxy that asks for itself.
    (["10.0.0.2"], "10.0.0.2"), (["10.0.0.1, 10.0.0.2"], "10.0.0.1"), ([], "10.0.0.1"), ([""], "10.0.0.1"),
    // What is no address ends the way at the last one that is.
    (["192.0.2.9, unknown"], "10.0.0.1"), (["192.0.2.9, unknown, 10.0.0.2"], "10.0.0.2"),
    (["192.0.2.9:80"], "10.0.0.1"), (["192.0.2.9, _hidden", "10.0.0.2"], "10.0.0.2"), (["127.1"], "10.0.0.1"),
    // Empty items are none (RFC 9110, section 5.6.1), and a quote hides nothing.
    ([",192.0.2.9, ,10.0.0.2,, "], "192.0.2.9"), (["\", 192.0.2.9"], "192.0.2.9"),
    (["\"", "192.0.2.9, 10.0.0.2"], "192.0.2.9"),
  ])
  func `the client is the last address that is not a proxy's`(_ lines: [String], _ expected: String) {
    #expect(client(lines, from: "10.0.0.1") == expected, "\(lines)")
  }

  @Test func `nobody but a proxy is believed`() {
    #expect(client(["192.0.2.9"], from: "203.0.113.5") == "203.0.113.5")
    #expect(client(["192.0.2.9, 10.0.0.1"], from: "203.0.113.5") == "203.0.113.5")
    #expect(client(["192.0.2.9"], from: "10.0.0.1", behind: []) == "10.0.0.1")
    #expect(client(["192.0.2.9"], from: nil) == nil)
  }

  @Test(arguments: [
    ([], "192.0.2.9"), (["198.51.100.7"], "198.51.100.7, 192.0.2.9"), (["192.0.2.9, 10.0.0.2"], "192.0.2.9"),
    (["198.51.100.7", "192.0.2.9, 10.0.0.2"], "198.51.100.7, 192.0.2.9"),
    (["192.0.2.9, 198.51.100.7, 192.0.2.9"], "192.0.2.9, 198.51.100.7, 192.0.2.9"),
    (["192.0.2.9, 198.51.100.7"], "192.0.2.9"), (["\""], "\", 192.0.2.9"),
  ])
  func `the next server finds the client's address at the end`(_ lines: [String], _ expected: String) {
    var request = HTTPRequest(method: "GET", path: "/")
    for line in lines { request.headers.append("x-forwarded-for", line) }
    #expect(request.forwardedOn == nil)
    request.clientAddress = NetworkAddress("192.0.2.9")
    #expect(request.forwardedOn == expected)
  }
}
