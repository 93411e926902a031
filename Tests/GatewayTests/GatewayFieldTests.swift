import Foundation
import ServiceCore
import TestProcesses
import Testing

/// Reliability C2: who calls, from where and for how long is said to a service by the gateway alone.
@Suite(.serialized, .timeLimit(.minutes(10))) struct GatewayFieldTests {
  /// Fields of a caller who wants to be somebody else. Each has the word that must not arrive.
  private static let forged: [String] = {
    let names = [
      "X-User-Id", "x-user-id", "X-USER-ID", "X_User_Id", "x_user_id", "X-User_Id", "X-User.Id", "X-User-Id-",
      "User-Id",
      "X-User-Email", "X_User_Email", "x-user-role", "X-User-Roles", "X_User_Role", "x-charter-caller",
      "X_Charter_Caller", "X-Charter-User", "X-Forwarded-For", "X_Forwarded_For", "X-Forwarded-Host",
      "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-User", "Forwarded", "X-Real-IP",
      "X-Client-IP", "True-Client-IP", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override",
      "X-Request-Deadline",
      "X_Request_Deadline", "traceparent", "tracestate", "baggage", "Authorization", "Proxy-Authorization", "Cookie",
      "Via", "Remote-User", "X-Remote-User", "X-Ssl-Client-Cert", "Origin", "Referer", "User-Agent",
    ]
    return names.map { "\($0): forged" } + [
      "X-User-Id: forged\r\nX-User-Id: forged", "X-User-Id:\r\nX-User-Id: forged", "X-User-Id: , forged",
      "X-Forwarded-For: 192.0.2.1, 192.0.2.66\r\nX-Forwarded-For: 192.0.2.66", "Forwarded: for=192.0.2.66;by=forged",
      "X-Request-Id: forged forged", "X-Request-Id: forged\"}", "Connection: x-user-id\r\nX-User-Id: forged",
    ]
  }()

  @Test(arguments: ["/open/1", "/closed/1"])
  func `nothing that a caller says of itself reaches a service`(_ path: String) async throws {
    try await GatewayScene.run { scene async throws in
      for (index, fields) in Self.forged.enumerated() {
        let reply = try scene.ask(path, fields: GatewayScene.key + fields + "\r\n")
        #expect(reply.status == 200, "\(fields): \(reply)")
        #expect(scene.service.requests.count == index + 1)
        let request = try #require(scene.service.requests.last).lowercased()
        let lines = request.components(separatedBy: "\r\n")
        #expect(!request.contains("forged") && !request.contains("192.0.2."), "\(fields) became \(request)")
        #expect(lines.filter { $0.hasPrefix("x-user-") } == (path == "/open/1" ? [] : ["x-user-id: ada"]), "\(request)")
        #expect(lines.filter { $0.hasPrefix("x-forwarded-for:") } == ["x-forwarded-for: 127.0.0.1"], "\(request)")
        #expect(lines.filter { $0.hasPrefix("host:") } == ["host: 127.0.0.1:\(scene.service.port)"])
        #expect(lines.count { $0.hasPrefix("traceparent: 00-") } == 1 && !request.contains("tracestate"))
        #expect(lines.count { $0.hasPrefix("x-request-id: ") } == 1, "\(request)")
      }
    }
  }

  @Test(arguments: ["X-User-Id : root", " X-User-Id: root", "X-User-Id\u{0}: root", "X-User-Id: a\rX-User-Role: root"])
  func `a field that readers understand differently ends the request`(_ field: String) async throws {
    try await GatewayScene.run { scene async throws in
      #expect(try scene.ask("/closed/1", fields: GatewayScene.key + field + "\r\n").status == 400)
      #expect(scene.service.requests.isEmpty)
    }
  }

  @Test func `what somebody claims to be is no credential`() async throws {
    try await GatewayScene.run { scene async throws in
      for fields in Self.forged {
        #expect(try scene.ask("/closed/1", fields: fields + "\r\n").status == 401, "\(fields)")
      }
      #expect(scene.service.requests.isEmpty)
    }
  }

  @Test func `a caller has as much time as the contract says, whatever it asks for`() async throws {
    try await GatewayScene.run { scene async throws in
      for value in ["0", "1", "-1", "99999999999999999999", "9223372036854775807", "1e9", "", "x", "5, 5"] {
        let reply = try scene.ask("/orders", method: "POST", fields: "X-Request-Deadline: \(value)\r\n", body: "{}")
        #expect(reply.status == 200, "\(value): \(reply)")
        let lines = try #require(scene.service.requests.last).components(separatedBy: "\r\n")
        let told = lines.filter { $0.hasPrefix("x-request-deadline: ") }.compactMap { Int($0.dropFirst(20)) }
        #expect(told.count == 1 && told.allSatisfy { (2...hangGuard).contains($0) }, "\(value): \(lines)")
      }
    }
  }

  @Test func `a trace goes on where it is valid, in a span of the gateway's, and begins anew where it is not`()
    async throws
  {
    let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
    let junk = [
      "junk", "00-\(trace)-\(span)", "00-\(trace.uppercased())-\(span)-01", "ff-\(trace)-\(span)-01",
      "00-\(String(repeating: "0", count: 32))-\(span)-01", "00-\(trace)-\(span)-01-x",
      "00-\(trace)-\(span)-01\r\ntraceparent: 00-\(trace)-\(span)-01",
    ]
    try await GatewayScene.run { scene async throws in
      func sent(_ value: String) throws -> [String] {
        #expect(try scene.ask(fields: "traceparent: \(value)\r\ntracestate: a=forged\r\n").status == 200)
        return try #require(scene.service.requests.last).components(separatedBy: "\r\n").filter {
          $0.hasPrefix("trace")
        }
      }
      for value in junk {
        let lines = try sent(value)
        #expect(lines.count == 1 && TraceParent(String(lines[0].dropFirst(13))) != nil, "\(value): \(lines)")
        #expect(!lines[0].contains(trace), "\(value): \(lines)")
      }
      let lines = try sent("00-\(trace)-\(span)-01")
      #expect(lines.first?.hasPrefix("traceparent: 00-\(trace)-") == true && lines.first?.contains(span) == false)
      #expect(lines.dropFirst() == ["tracestate: a=forged"])
    }
  }

  // MARK: fields of one connection

  /// RFC 9110, section 7.6.1: such a field is removed before the gateway adds its own, and none of these is.
  @Test func `a field that is named by Connection goes no further, and takes nothing of the gateway's along`()
    async throws
  {
    try await GatewayScene.run { scene async throws in
      let named = "x-user-id, x-user-role, x-forwarded-for, x-request-deadline, traceparent, x-request-id, host"
      for option in [named, "close, " + named, named.uppercased(), "x-user-id\r\nConnection: " + named] {
        let reply = try scene.ask("/tenant", fields: GatewayScene.key + "X-Tenant: t1\r\nConnection: \(option)\r\n")
        #expect(reply.status == 200, "\(option): \(reply)")
        let request = try #require(scene.service.requests.last)
        for field in ["x-user-id: ada", "x-forwarded-for: 127.0.0.1", "x-tenant: t1", "host: 127", "traceparent: 00-"] {
          #expect(request.contains("\r\n" + field), "\(option): \(field) is missing in \(request)")
        }
        #expect(!request.lowercased().contains("\r\nconnection:"), "\(request)")
      }
      let count = scene.service.requests.count
      for option in ["x-api-key", "X-Api-Key", "x-tenant, x-api-key", "keep-alive, x-api-key"] {
        let reply = try scene.ask("/tenant", fields: GatewayScene.key + "Connection: \(option)\r\n")
        #expect(reply.status == 401, "\(option): \(reply)")
      }
      #expect(scene.service.requests.count == count)
      let fields = GatewayScene.key + "X-Tenant: t1\r\nConnection: X-Tenant\r\n"
      #expect(try scene.ask("/tenant", fields: fields).status == 200)
      #expect(scene.service.requests.last?.contains("x-tenant") == false)
    }
  }
}
