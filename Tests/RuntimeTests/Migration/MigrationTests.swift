import Foundation
import Glibc
import ServiceCore
import ServiceHTTP
import ServiceHost
import ServiceLoop
import TestProcesses
import TestSockets
import Testing

/// Which requests an old system serves, and how they pass the gateway.
@Suite(.timeLimit(.minutes(2))) struct MigrationTests {
  private static func entry(_ members: String) -> String { #"{"paths": [{\#(members), "origin": "ORIGIN"}]}"# }

  @Test func `a prefix is matched by whole segments, and everything else is Charter's own`() async throws {
    try await MigratedHost.run(Self.entry(#""path": "/api/products""#)) { host, _ async throws in
      for path in ["/api/products", "/api/products/7", "/api/products/7/x", "/api/%70roducts/7", "/api/products/"] {
        #expect(try await host.text(path) == "old", "\(path)")
      }
      #expect(try await host.text("/api/productsX") == "new")
      #expect(try await host.ask("/api").status == 404)
    }
  }

  @Test func `the longest prefix decides, the root is one, and the host's own paths stay`() async throws {
    let entries =
      #"{"paths": [{"path": "/", "origin": "ORIGIN"}, {"path": "/api/products", "origin": "ORIGIN", "percent": 0}]}"#
    try await MigratedHost.run(entries) { host, _ async throws in
      #expect(try await host.text("/api/products/7") == "new")
      #expect(try await host.text("/api/productsX") == "old")
      #expect(try await host.text("/legacy/page.html") == "old")
      #expect(try await host.text("/health").contains("healthy"))
      for path in ["/health", "/ready", "/health/migration"] {
        #expect(try await host.ask(path, method: "POST").status == 405, "\(path)")
      }
    }
  }

  @Test func `no other spelling of a path leads to the old system's version of it`() async throws {
    let entries =
      #"{"paths": [{"path": "/", "origin": "ORIGIN"}, {"path": "/api/products", "origin": "ORIGIN", "percent": 0}]}"#
    try await MigratedHost.run(entries) { host, _ async throws in
      for path in [
        "//api/products/7", "/api//products/7", "/api%2Fproducts/7", "/api%5cproducts/7", "/api;x/products/7",
        "/api/products;v=1/7", "/API/Products/7",
      ] {
        #expect(try await host.ask(path).status >= 400, "\(path)")
      }
      #expect(try await host.text("/apis/products") == "old")
    }
  }

  @Test func `no path leads out of its prefix`() async throws {
    try await MigratedHost.run(Self.entry(#""path": "/legacy""#)) { host, _ async throws in
      for path in [
        "/legacy/../admin", "/legacy/%2e%2E/admin", "/legacy/..;x/admin", "/legacy/a%2f..%2fadmin",
        "/legacy/..%5cadmin",
        "/legacy%2fadmin", "/legacy/./x", "/legacy/%00",
      ] {
        let status = try await host.ask(path).status
        #expect(status == 400 || status == 404, "\(path)")
      }
      #expect(try await host.text("/legacy/a%2fb/x..y/..z") == "old")
    }
  }

  @Test func `a part of the callers is served by the old system, and always the same part`() async throws {
    let entries = Self.entry(#""path": "/api/products", "percent": 50"#)
    try await MigratedHost.run(entries) { host, _ async throws in
      func served() async throws -> [String] {
        var all: [String] = []
        for number in 0..<200 {
          all.append(try await host.text("/api/products/7", ["authorization": "Bearer caller-\(number)"]))
        }
        return all
      }
      let first = try await served()
      #expect((70...130).contains(first.count { $0 == "old" }))
      #expect(try await served() == first)
      let report = try await host.report()
      #expect(report.count("old") + report.count("new") == 400)
    }
  }

  @Test func `a higher percentage moves callers one way, whoever they are known by`() {
    for field in ["authorization", "cookie"] {
      let shares = (0..<1_000).map { number in
        MigrationPath.share(of: HTTPRequest(method: "GET", path: "/", headers: [field: "caller \(number)"]))
      }
      #expect(shares.allSatisfy { (0..<100).contains($0) } && Set(shares).count > 90)
      #expect((400...600).contains(shares.count { $0 < 50 }))
    }
    var request = HTTPRequest(method: "GET", path: "/")
    let addresses = (0..<200).map { number in
      request.clientAddress = NetworkAddress("192.0.2.\(number)")
      return MigrationPath.share(of: request)
    }
    #expect((60...140).contains(addresses.count { $0 < 50 }))
    // The value is the same in every process and version: a new one would move callers.
    #expect(MigrationPath.share(of: HTTPRequest(method: "GET", path: "/", headers: ["cookie": "a"])) == 96)
  }

  @Test func `a caller is known by the cookie or field that the entry names, whatever token it has`() async throws {
    let requests: [(by: String, fields: (_ caller: Int, _ time: Int) -> HTTPFields)] = [
      ("cookie:uid", { ["cookie": "seen=\($1); uid=\($0)", "authorization": "Bearer token \($1)"] }),
      ("header:X-Account", { ["x-account": "\($0)", "cookie": "session=\($1)"] }),
      // Without it, as without `by`.
      ("cookie:uid", { caller, _ in ["cookie": "UID=1; uid=; session=\(caller)"] }),
      ("header:X-Account", { caller, _ in ["x-account": "", "authorization": "Bearer \(caller)"] }),
    ]
    for (by, fields) in requests {
      let field = try #require(CallerField(by))
      func share(_ caller: Int, _ time: Int) -> Int {
        MigrationPath.share(of: HTTPRequest(method: "GET", path: "/", headers: fields(caller, time)), by: field)
      }
      let shares = (0..<1_000).map { share($0, 1) }
      #expect(shares == (0..<1_000).map { share($0, 2) }, "\(by)")
      #expect((400...600).contains(shares.count { $0 < 50 }))
    }
    try await MigratedHost.run(Self.entry(#""path": "/api/products", "percent": 50, "by": "cookie:uid""#)) {
      host, _ async throws in
      for caller in 0..<20 {
        var served: Set<String> = []
        for time in 0..<5 {
          let fields: HTTPFields = ["authorization": "Bearer \(caller) \(time)", "cookie": "a=\(time); uid=\(caller)"]
          served.insert(try await host.text("/api/products/7", fields))
        }
        #expect(served.count == 1)
      }
      let report = try await host.report()
      #expect(report.count("old") > 0 && report.count("new") > 0)
    }
  }

  // MARK: messages

  @Test func `end-to-end fields pass as they came, and say where the request came from`() async throws {
    let old = try ScriptedServer(
      answering: "HTTP/1.1 200 Fine\r\nConnection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nSet-Cookie: a=1\r\n"
        + "Set-Cookie: b=2\r\nCache-Control: max-age=9\r\nETag: \"v1\"\r\nContent-Length: 2000\r\n\r\n"
        + String(repeating: "old", count: 666) + "ol")
    let loop = try Loop()
    defer {
      old.stop()
      loop.stop()
    }
    let environment = ["CHARTER_PUBLIC_URL": "https://shop.example"]
    try await MigratedHost.run(Self.entry(#""path": "/legacy""#), old.origin, loop, environment: environment) {
      host async throws in
      let answer = try Self.exchange(
        host.port,
        "GET /legacy/a%20b?q=1&q=2 HTTP/1.1\r\nHost: shop.example\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n"
          + "TE: trailers\r\nX-User-Id: admin\r\nX-Request-Deadline: 5\r\nX-Request-Id: r-1\r\nCookie: s=1\r\n"
          + "Authorization: Bearer t\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Host: forged\r\n"
          + "Forwarded: for=forged\r\nX-Real-IP: forged\r\nX_Forwarded_For: forged\r\nX_User_Id: forged\r\n"
          + "X-Forwarded-Prefix: forged\r\nX-Original-URL: /forged\r\nAccept-Encoding: gzip\r\nIf-None-Match: \"v1\"\r\n\r\n"
      )
      let request = try #require(old.requests.first).lowercased()
      #expect(request.hasPrefix("get /legacy/a%20b?q=1&q=2 http/1.1\r\n"))
      for line in [
        "host: 127.0.0.1:\(old.port)", "cookie: s=1", "authorization: bearer t", "x-request-id: r-1",
        "x-forwarded-for: 192.0.2.7, 127.0.0.1", "x-forwarded-host: shop.example", "x-forwarded-proto: https",
        "x-real-ip: 127.0.0.1",
      ] {
        #expect(request.contains("\r\n\(line)\r\n"), "\(line) is not in \(request)")
      }
      for name in ["x-hop", "te:", "x-user-id", "x-request-deadline", "forged", "connection:"] {
        #expect(!request.contains(name), "\(name) is in \(request)")
      }
      // Neither compressed nor shortened to a 304: the old system has chosen.
      #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("oldol") && answer.contains("\r\n\r\noldold"))
      for line in ["etag: \"v1\"", "set-cookie: a=1", "set-cookie: b=2", "cache-control: max-age=9"] {
        #expect(answer.contains("\r\n\(line)\r\n"), "\(line) is not in \(answer)")
      }
      #expect(!answer.contains("x-hop") && !answer.contains("keep-alive"))
    }
  }

  /// Sends a request, which ends its connection, and gives the response as it came.
  private static func exchange(_ port: Int, _ text: String) throws -> String {
    let descriptor = try Raw.socket()
    defer { close(descriptor) }
    try Raw.withLoopback(port) { connect(descriptor, $0, $1) }
    Raw.send(descriptor, Array(text.utf8))
    var answer: [UInt8] = []
    while let more = Raw.receive(descriptor), !more.isEmpty { answer += more }
    return String(decoding: answer, as: UTF8.self)
  }

  /// So many pieces of 64 KiB, a byte for each in turn.
  private static func pieces(_ count: Int, length: Int? = nil) -> ByteStream {
    let made = ClientCounter()
    return ByteStream(length: length) {
      let number = made.next()
      return number < count ? [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 65_536) : nil
    }
  }

  /// The size of a body and the sum of its bytes.
  private static func sum(_ stream: ByteStream?) async throws -> [Int] {
    var sum = [0, 0]
    guard let stream else { return sum }
    for try await piece in stream { sum = [sum[0] + piece.count, piece.reduce(sum[1]) { $0 + Int($1) }] }
    return sum
  }

  @Test func `bodies of any size are streamed both ways, in whatever coding they are`() async throws {
    let (count, size) = (64, 64 * 65_536)
    let received = Notes()
    try await MigratedHost.run(
      Self.entry(#""path": "/upload""#),
      old: { request in
        let sum = (try? await Self.sum(request.stream)) ?? []
        received.add("\(sum) \(request.headers["content-length"] ?? "chunked")")
        return HTTPResponse(status: 201, stream: Self.pieces(count))
      }
    ) { host, _ async throws in
      let expected = try await Self.sum(Self.pieces(count))
      for length in [size, nil] {
        let response = try await host.ask("/upload", method: "POST", stream: Self.pieces(count, length: length))
        #expect(response.status == 201)
        #expect(try await Self.sum(response.stream) == expected)
      }
      #expect(received.all == ["\(expected) \(size)", "\(expected) chunked"])
    }
  }

  @Test func `a coded request body is neither decompressed nor refused`() async throws {
    let old = try ScriptedServer(answering: "HTTP/1.1 204 No Content\r\n\r\n")
    let loop = try Loop()
    defer {
      old.stop()
      loop.stop()
    }
    try await MigratedHost.run(Self.entry(#""path": "/legacy""#), old.origin, loop) { host async throws in
      let answer = try Self.exchange(
        host.port,
        "PUT /legacy HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nbody")
      #expect(answer.hasPrefix("HTTP/1.1 204 "), "\(answer)")
    }
  }

  @Test func `HEAD has the length of the body that GET would have`() async throws {
    let old = try ScriptedServer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n")
    let loop = try Loop()
    defer {
      old.stop()
      loop.stop()
    }
    try await MigratedHost.run(Self.entry(#""path": "/legacy""#), old.origin, loop) { host async throws in
      let answer = try Self.exchange(host.port, "HEAD /legacy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(answer.contains("\r\ncontent-length: 12345\r\n"), "\(answer)")
    }
  }

  @Test func `an old system that is away is a 502, and the log says why`() async throws {
    let loop = try Loop()
    defer { loop.stop() }
    try await MigratedHost.run(Self.entry(#""path": "/legacy""#), "http://127.0.0.1:1", loop) { host async throws in
      let response = try await host.ask("/legacy")
      #expect(response.status == 502 && response.headers["content-type"] == "application/problem+json")
      #expect(host.log.all.contains { $0.contains("the old system gave no response: migration./legacy: unreachable") })
    }
  }

  @Test func `an old system may speak TLS, and one that is another is a 502`() async throws {
    try await TLSScene.run { scene async throws in
      let trusting = ["CHARTER_CA_FILE": scene.path("root.pem")]
      let (entry, origin) = (Self.entry(#""path": "/""#), "https://localhost:\(scene.port)")
      try await MigratedHost.run(entry, origin, scene.loop, environment: trusting) { host async throws in
        let response = try await host.ask("/api/products")
        #expect(response.status == 200 && response.headers["x-version"] == "TLSv1.3")
      }
      try await MigratedHost.run(entry, origin, scene.loop) { host async throws in
        let response = try await host.ask("/api/products")
        #expect(response.status == 502 && !String(decoding: response.body, as: UTF8.self).contains("certificate"))
        #expect(host.log.all.contains { $0.contains("certificate is not accepted for localhost: unable to get local") })
      }
    }
  }

  // MARK: the file

  @Test func `a new version of the file takes effect without a restart, and an invalid one does not`() async throws {
    try await MigratedHost.run(Self.entry(#""path": "/api/products", "percent": 0"#)) { host, origin async throws in
      func becomes(_ text: String) async throws {
        try await eventually { try await host.text("/api/products/7") == text }
      }
      #expect(try await host.text("/api/products/7") == "new")
      try host.write(#"{"paths": [{"path": "/api/products", "origin": "\#(origin)"}]}"#)
      try await becomes("old")
      // The same path and origin count on.
      #expect(try await host.report().count("new") > 0)
      try host.write(#"{"paths": [{"path": "/api/products", "origin": "\#(origin)", "percent": 101}]}"#)
      try await host.isLogged("/paths/0/percent is 101")
      #expect(try await host.text("/api/products/7") == "old")
      try host.removeFile()
      try await host.isLogged("cannot be opened")
      #expect(try await host.text("/api/products/7") == "old")
      #expect(host.log.all.count { $0.contains(#""error""#) } == 2)
      try host.write(#"{"paths": []}"#)
      try await becomes("new")
    }
  }

  @Test func `a missing or invalid file stops the start, and a setting without a gateway too`() async throws {
    let missing = try MigratedHost.host(["CHARTER_MIGRATION": "/nowhere/migration.json"])
    let error = await #expect(throws: ConfigurationError.self) { try await missing.start { _ in } }
    #expect(error?.description.contains("/nowhere/migration.json cannot be opened") == true)
    await missing.stop(within: 0)
    let loop = try Loop()
    defer { loop.stop() }
    await #expect(throws: ConfigurationError.self) {
      try await MigratedHost.run(#"{"paths": [{}]}"#, "", loop) { _ in }
    }
    let alone = #expect(throws: ConfigurationError.self) {
      try Settings(
        arguments: ["--only", "shop"], environment: ["CHARTER_MIGRATION": "m.json"], services: [MigratedShop.self])
    }
    #expect(alone?.description.hasPrefix("CHARTER_MIGRATION has no effect without the gateway") == true)
  }
}
