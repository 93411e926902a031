import Glibc
import ServiceClient
import ServiceCore
import TestSockets
import Testing

/// Proxies and TLS.
@Suite(.timeLimit(.minutes(10))) struct ClientRouteTests: ClientSuite {
  @Test func `the environment names no proxy unless it is asked`() async throws {
    await #expect(processExitsWith: .success) {
      for name in ["no_proxy", "NO_PROXY"] { unsetenv(name) }
      setenv("http_proxy", "http://127.0.0.1:1", 1)
      setenv("all_proxy", "http://127.0.0.1:1", 1)
      let server = try ScriptedServer(answering: ClientRouteTests.ok)
      let client = try CurlTransport(origin: server.origin)
      #expect(try await client.send(ClientRouteTests.get(), ClientRouteTests.operation()).status == 200)
      var options = ClientRouteTests.quick()
      options.proxy = .environment
      let other = try CurlTransport(origin: server.origin, options: options)
      await #expect(throws: ClientError.self) {
        try await other.send(ClientRouteTests.get(), ClientRouteTests.operation())
      }
      setenv("no_proxy", "*", 1)
      options.proxy = .url("http://127.0.0.1:1")
      let third = try CurlTransport(origin: server.origin, options: options)
      await #expect(throws: ClientError.self) {
        try await third.send(ClientRouteTests.get(), ClientRouteTests.operation())
      }
    }
  }

  @Test func `a proxy is asked for the whole address`() async throws {
    let proxy = try ScriptedServer(answering: Self.ok)
    defer { proxy.stop() }
    var options = Self.quick()
    options.proxy = .url(proxy.origin)
    let client = try CurlTransport(origin: "http://name.invalid:81", options: options)
    #expect(try await client.send(Self.get("/a?b"), Self.operation()).status == 200)
    #expect(proxy.requests.first?.hasPrefix("GET http://name.invalid:81/a?b HTTP/1.1\r\n") == true)
  }

  @Test func `a server is trusted whose certificate somebody trusted has signed, for its name`() async throws {
    let (certificates, others) = (try Certificates(for: "IP:127.0.0.1"), try Certificates(for: "DNS:other.example"))
    let (process, origin) = try certificates.serve()
    let (wrong, wrongOrigin) = try others.serve()
    defer {
      for server in [process, wrong] { server.stop() }
      for made in [certificates, others] { made.remove() }
    }
    var options = Self.quick()
    func send(_ origin: String) async throws -> HTTPResponse {
      try await CurlTransport(origin: origin, options: options).send(Self.get(), Self.operation())
    }
    #expect(await outcome { _ = try await send(origin) }.contains("self-signed certificate"))
    options.authorities = certificates.path("server.pem")
    #expect(try await send(origin).status == 200)
    #expect(await outcome { _ = try await send(wrongOrigin) }.contains("self-signed certificate"))
    options.authorities = others.path("server.pem")
    let outcome = await outcome { _ = try await send(wrongOrigin) }
    #expect(outcome.contains("no alternative certificate subject name matches"), "\(outcome)")
  }

  @Test func `a client shows its certificate`() async throws {
    let certificates = try Certificates(for: "IP:127.0.0.1")
    let (process, origin) = try certificates.serve([
      "-Verify", "1", "-verify_return_error", "-CAfile", certificates.path("client.pem"),
    ])
    defer {
      process.stop()
      certificates.remove()
    }
    var options = Self.quick()
    options.authorities = certificates.path("server.pem")
    let nobody = try CurlTransport(origin: origin, options: options)
    await #expect(throws: ClientError.self) { try await nobody.send(Self.get(), Self.operation()) }
    options.certificate = CurlTransport.Certificate(
      file: certificates.path("client.pem"), key: certificates.path("client.key"))
    let client = try CurlTransport(origin: origin, options: options)
    #expect(try await client.send(Self.get(), Self.operation()).status == 200)
  }
}
