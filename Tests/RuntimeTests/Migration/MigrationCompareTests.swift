import ServiceCore
import ServiceHTTP
import ServiceHost
import TestProcesses
import Testing

/// What is found where an old system and the services respond differently.
@Suite(.timeLimit(.minutes(2))) struct MigrationCompareTests {
  private static func entry(_ percent: Int, _ ignored: String = "[]") -> String {
    #"""
    {"paths": [{
      "path": "/api/products", "origin": "ORIGIN", "percent": \#(percent), "compare": true, "ignore": \#(ignored)
    }]}
    """#
  }

  private func differences(_ old: String, _ new: String, _ ignored: [String] = []) -> [String] {
    let (old, new) = (MigratedHost.json(old), MigratedHost.json(new))
    let found = MigrationComparison.differences(
      old: ComparedResponse(old, body: old.body), new: ComparedResponse(new, body: new.body),
      ignoring: ignored.compactMap(PointerPattern.init))
    return found.map { "\($0.what.rawValue) \($0.pointer) \($0.old) \($0.new)" }
  }

  // MARK: bodies

  @Test func `JSON is compared by value`() {
    #expect(differences(#"{"a": 1.0, "b": [1, "x"]}"#, #"{"b":[1,"x"],"a":1}"#).isEmpty)
    #expect(differences(#"{"a": 1e2}"#, #"{"a": 100}"#).isEmpty)
    #expect(differences(#"{"a": 0.1}"#, #"{"a": 0.10000000000000001}"#) == ["body /a differs differs"])
    #expect(differences(#"{"a": 1}"#, #"{"a": "1"}"#) == ["body /a number string"])
    #expect(differences(#"{"a": 1, "b": null}"#, #"{"a": 1}"#) == ["body /b null missing"])
    #expect(differences("[1]", "[1, {}]") == ["body /1 missing object"])
    #expect(differences("[]", "{}") == ["body  array object"])
    #expect(differences(#"{"a/b": {"c~": [true]}}"#, #"{"a/b": {"c~": [false]}}"#) == ["body /*/*/0 differs differs"])
  }

  @Test func `what is no JSON is compared by its bytes`() {
    #expect(differences("{", "{").isEmpty)
    #expect(differences("{", "{}") == ["body  differs differs"])
    #expect(differences(#"{"a": 1, "a": 1}"#, #"{"a": 1}"#) == ["body  differs differs"])
  }

  @Test func `ignored pointers leave out what is below them`() {
    let old = #"{"at": 1, "items": [{"etag": {"x": 1}, "n": 1}, {"etag": 2, "n": 1}]}"#
    let new = #"{"at": 2, "items": [{"etag": {"x": 2}, "n": 1}, {"n": 2}]}"#
    #expect(differences(old, new).count == 4)
    #expect(differences(old, new, ["/at", "/items/*/etag"]) == ["body /items/1/n differs differs"])
    #expect(differences(old, new, ["/items/1", "/at"]) == ["body /items/0/etag/x differs differs"])
    #expect(differences(old, new, ["/*"]).isEmpty)
  }

  @Test func `names that may be data are not shown, and a comparison names ten differences at most`() {
    #expect(
      differences(#"{"a@example.com": 1, "20240517": 2, "ok_2": 3}"#, "{}") == [
        "body /* number missing", "body /* number missing", "body /ok_2 number missing",
      ])
    #expect(differences("[" + (0..<50).map(String.init).joined(separator: ",") + "]", "[]").count == 10)
  }

  // MARK: requests

  @Test(arguments: [0, 100]) func `whichever side serves, the other is asked for the same`(_ percent: Int) async throws
  {
    let asked = Notes()
    let respond: @Sendable (String, String) -> MigratedHost.Respond = { side, body in
      { request in
        asked.add("\(side) \(request.target) \(request.headers["authorization"] ?? "")")
        return MigratedHost.json(body)
      }
    }
    try await MigratedHost.run(
      Self.entry(percent, #"["/at"]"#), service: respond("new", #"{"name": "Lamp", "price": 2, "at": 2}"#),
      old: respond("old", #"{"at": 1, "price": 1, "name": "Lamp"}"#)
    ) { host, _ async throws in
      let text = try await host.text("/api/products/secret-id?q=secret", ["authorization": "Bearer secret"])
      #expect(text.contains(percent == 0 ? #""price": 2"# : #""price": 1"#))
      let report = try await host.report(ended: 1)
      let target = "/api/products/secret-id?q=secret Bearer secret"
      #expect(Set(asked.all) == ["old \(target)", "new \(target)"])
      #expect(report.differences == ["GET /api/products/{id} body /price differs differs"])
      #expect(report.count("compared") == 1 && report.count("different") == 1)
      #expect(report.count("old") == (percent == 0 ? 0 : 1) && report.count("new") == (percent == 0 ? 1 : 0))
      let shown = String(decoding: report.json, as: UTF8.self)
      #expect(!shown.contains("secret") && !shown.contains("Lamp"))
    }
  }

  @Test func `the status and the media type are compared first`() async throws {
    try await MigratedHost.run(
      Self.entry(100),
      service: { $0.path.hasSuffix("1") ? HTTPResponse(status: 410) : MigratedHost.text("{}") },
      old: { _ in MigratedHost.text("{}", "Application/JSON; charset=utf-8") }
    ) { host, _ async throws in
      for path in ["/api/products/1", "/api/products/2", "/api/products/3/x"] { _ = try await host.ask(path) }
      let report = try await host.report(ended: 3)
      #expect(
        Set(report.differences) == [
          "GET /api/products/{id} status 200 410", "GET /api/products/{id} media type application/json text/plain",
          "GET /api/products/* status 200 404",
        ])
    }
  }

  @Test func `HEAD is compared without a body, and what changes something is not compared at all`() async throws {
    let asked = Notes()
    try await MigratedHost.run(
      Self.entry(100),
      service: { request in
        asked.add("\(request.method) \(request.path)")
        return MigratedHost.text("new")
      }
    ) { host, _ async throws in
      #expect(try await host.ask("/api/products", method: "POST").status == 200)
      #expect(try await host.ask("/api/products/7", method: "HEAD").status == 200)
      for field in ["range", "if-none-match"] { _ = try await host.ask("/api/products/7", [field: "x"]) }
      let report = try await host.report(ended: 3)
      #expect(report.count("equal") == 1 && report.count("skipped") == 2 && report.differences.isEmpty)
      #expect(asked.all == ["HEAD /api/products/7"])
    }
  }

  @Test func `responses that are too long are not compared, and arrive whole`() async throws {
    let body = [UInt8](repeating: 65, count: 3 << 20)
    try await MigratedHost.run(
      Self.entry(100), service: { _ in HTTPResponse(status: 200, body: body) },
      old: { $0.path.hasSuffix("1") ? HTTPResponse(status: 200, body: body) : MigratedHost.text("short") }
    ) { host, _ async throws in
      let response = try await host.ask("/api/products/1")
      #expect(try await response.stream?.collect(limit: .max) == body)
      _ = try await host.ask("/api/products/2")
      let report = try await host.report(ended: 2)
      #expect(report.count("skipped") == 2 && report.count("compared") == 0)
    }
  }

  @Test func `streamed responses are compared once they have been sent`() async throws {
    let respond: @Sendable (UInt8) -> MigratedHost.Respond = { last in
      { _ in
        let made = ClientCounter()
        return HTTPResponse(
          status: 200,
          stream: ByteStream {
            let number = made.next()
            return number < 4 ? [UInt8](repeating: number == 3 ? last : 0, count: 65_536) : nil
          })
      }
    }
    try await MigratedHost.run(Self.entry(0), service: respond(1), old: respond(2)) { host, _ async throws in
      let response = try await host.ask("/api/products/1")
      #expect(try await response.stream?.collect(limit: .max).count == 262_144)
      let report = try await host.report(ended: 1)
      #expect(report.differences == ["GET /api/products/{id} body  differs differs"])
    }
  }

  @Test func `an old system that is away fails comparisons, and delays nobody`() async throws {
    for (percent, status) in [(0, 200), (100, 502)] {
      try await MigratedHost.run(Self.entry(percent).replacing("ORIGIN", with: "http://127.0.0.1:1")) {
        host, _ async throws in
        #expect(try await host.ask("/api/products/7").status == status)
        let report = try await host.report(ended: 1)
        #expect(report.count("failed") == 1 && report.differences.isEmpty)
      }
    }
  }

  @Test func `sixteen comparisons run at once, and neither callers nor the end of the host wait for them`() async throws
  {
    try await MigratedHost.run(
      Self.entry(0),
      old: { _ in
        // Until its client has gone.
        try? await Task.sleep(for: .milliseconds(hangGuard))
        return MigratedHost.text("new")
      }
    ) { host, _ async throws in
      for _ in 0..<20 { #expect(try await host.text("/api/products/7") == "new") }
      let report = try await host.report(ended: 4)
      #expect(report.count("skipped") == 4 && report.count("compared") == 0)
    }
  }
}
