import ServiceClient
import ServiceCore
import TestSockets
import Testing

/// Connections to addresses that are not public: refused where a program asks for that, whatever they are called.
@Suite(.timeLimit(.minutes(10))) struct ClientAddressTests: ClientSuite {
  @Test(arguments: [
    "93.184.216.34", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "169.253.0.1",
    "172.15.0.1",
    "172.32.0.1", "192.167.0.1", "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "168.63.129.15",
    "2606:2800:220:1::1", "2a00:1450::1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2001:200::1",
  ])
  func `an address of the Internet is public`(text: String) throws {
    #expect(try #require(NetworkAddress(text)).isPublic)
  }

  @Test(arguments: [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "::", "::1", "::7f00:1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:db8::1", "2001:20::1", "2002:7f00:1::", "3fff::1",
  ])
  func `every other is not`(text: String) throws {
    #expect(try !#require(NetworkAddress(text)).isPublic)
  }

  @Test(arguments: [
    "", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "1.2.3", "localhost", "[::1]", "::1%lo", "1.1.1.1\0",
  ])
  func `what is no address in its common form is none`(text: String) {
    #expect(NetworkAddress(text) == nil)
  }

  @Test func `addresses of four and of sixteen bytes are read, and written`() {
    #expect(NetworkAddress(bytes: [1, 2, 3])?.isPublic == nil)
    #expect(NetworkAddress(bytes: [1, 2, 3, 4])?.description == "1.2.3.4")
    #expect(NetworkAddress("::ffff:1.2.3.4")?.description == "1.2.3.4")
    #expect(NetworkAddress("2606::1")?.description == "2606:0:0:0:0:0:0:1")
  }

  @Test(arguments: ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0"])
  func `no connection is made to a private address, whatever it is called`(host: String) async throws {
    let server = try ScriptedServer(answering: Self.ok)
    defer { server.stop() }
    let origin = "http://\(host):\(server.port)"
    var options = Self.patient()
    options.retries.count = 0
    options.allowsPrivateAddresses = false
    let transports = try CurlTransport.sharing(options)
    let error = await #expect(throws: ClientError.self) {
      _ = try await transports(origin).send(Self.post(), Self.operation("POST"))
    }
    #expect(error?.description.contains("is not public") == true, "\(error.map { "\($0)" } ?? "")")
    #expect(server.connections == 0)
    // The same without the rule, so that it is the rule that has refused it.
    options.allowsPrivateAddresses = true
    let response = try await CurlTransport.sharing(options)(origin).send(Self.post(), Self.operation("POST"))
    #expect(response.status == 200 && server.connections == 1)
  }

  @Test func `transports to many origins share a thread`() async throws {
    let servers = try (0..<3).map { _ in try ScriptedServer(answering: Self.ok) }
    defer { for server in servers { server.stop() } }
    let transports = try CurlTransport.sharing(Self.patient())
    for server in servers {
      #expect(try await transports(server.origin).send(Self.get(), Self.operation()).status == 200)
      #expect(server.connections == 1)
    }
    #expect(throws: ConfigurationError.self) { try transports("ftp://x") }
  }
}
