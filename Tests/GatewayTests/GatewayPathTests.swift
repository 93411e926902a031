import Foundation
import ServiceCore
import Testing

/// Reliability C1: what the gateway has authorised is what it forwards, however a path is spelled.
@Suite(.serialized, .timeLimit(.minutes(10))) struct GatewayPathTests {
  /// Segments that some reader of paths takes for something else than they are.
  private static let segments = [
    "..", ".", "%2e%2e", "%2E%2E", ".%2e", "%2e.", "%2e", "..%2f", "%2f", "%2F..", "%2f%2e%2e%2f", "..%5c", "%5c",
    "%5C..", "\\", "..\\", "..;", "..;a=b", ".;", "%2e%2e;", "..;a=b;c", ";a=b", ";", "%3b", "..%3b", "%00", "..%00",
    "%c0%ae%c0%ae", "%c0%af", "%e0%80%af", "%ff", "%252e%252e", "%252f", "%25252e", "%u002e", "%zz", "%", "%2", "a.",
    "..%20", "%20", "a%20", "a%2e", "%41", "+", "~", "..%09", "%0d%0a", "%7f", "é", "%C3%A9", "a%2fb", "a%2f..%2fb",
    "a%2f..%2f..%2fclosed", "...", "....", "*", ":", "@", "", "a//b", "closed",
  ]

  /// Paths below one prefix that aim at the other one, 300 for each.
  private static func spellings(_ own: String, aimingAt other: String) -> [String] {
    segments.flatMap { odd in
      [
        "/\(own)/\(odd)", "/\(own)/1/\(odd)", "/\(own)/\(odd)/\(other)", "/\(own)/\(odd)/\(other)/1",
        "/\(odd)/\(other)/1", "/\(own)/\(odd)/\(odd)/\(other)",
      ]
    } + [
      "/\(own.uppercased())/1", "/\(own.capitalized)/1", "/\(own)./1", "/\(own)%20/1", "/\(own)%00/1", "/\(own);a=b/1",
      "/%\(String(own.utf8.first ?? 0, radix: 16))\(own.dropFirst())/1", "/\(own)%2f1", "/\(own)/1/", "/\(own)//1",
      "\(own)/1", "//\(own)/1", "/\(own)/1?x=/../\(other)/1", "/\(own)/1?/../../\(other)", "/\(own)/1#/../\(other)/1",
      "/\(own)/1%3f/../\(other)", "/\(own)/1%23/../\(other)",
    ]
  }

  /// How servers in other languages find the segments of a path: they decode first, or remove what follows a semicolon
  /// first, or never remove it; then they resolve dots, and join slashes.
  private static func readings(_ path: String) -> [[String]] {
    func resolved(_ path: String) -> [String] {
      path.split { $0 == "/" || $0 == "\\" }.reduce(into: []) { segments, segment in
        switch segment {
        case ".": break
        case "..": _ = segments.popLast()
        default: segments.append(segment.trimmingCharacters(in: CharacterSet(charactersIn: ". \0")).lowercased())
        }
      }
    }
    func bare(_ path: String) -> String {
      path.split(separator: "/", omittingEmptySubsequences: false).map { $0.prefix { $0 != ";" } }.joined(
        separator: "/")
    }
    func decoded(_ path: String) -> String { path.removingPercentEncoding ?? path }
    return [resolved(path), resolved(decoded(path)), resolved(decoded(bare(path))), resolved(bare(decoded(path)))]
  }

  @Test(arguments: [("open", "closed"), ("closed", "open")])
  func `what is forwarded is what was authorised, byte for byte, and nobody reads it as another operation`(
    _ own: String, _ other: String
  ) async throws {
    let spellings = Self.spellings(own, aimingAt: other)
    #expect(spellings.count >= 300)
    try await GatewayScene.run { scene async throws in
      var forwarded = 0
      for target in spellings {
        for key in ["", GatewayScene.key] {
          let (before, decided) = (scene.service.requests.count, scene.decisions.count)
          let reply = try scene.ask(target, fields: key)
          let requests = scene.service.requests[before...]
          let decision = scene.decisions[decided...].first
          guard let request = requests.first else {
            #expect([400, 401, 404, 405].contains(reply.status), "\(target): \(reply)")
            #expect(decision?.operation == nil || decision?.operation == "closed" && key.isEmpty, "\(target): \(reply)")
            continue
          }
          forwarded += 1
          #expect(requests.count == 1 && reply.status == 200 && reply.text == "ok", "\(target): \(reply)")
          #expect(request.hasPrefix("GET \(target) HTTP/1.1\r\n"), "\(target) became \(request)")
          let operation = try #require(decision?.operation)
          #expect(operation == "open" || !key.isEmpty, "\(target) needs a key")
          #expect(request.contains("\r\nx-user-id: ada\r\n") == (operation == "closed"), "\(request)")
          let path = String(target.prefix { $0 != "?" })
          let plain = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            $0.removingPercentEncoding
          }
          #expect(plain == [operation] + (decision?.values ?? []), "\(target)")
          for reading in Self.readings(path) where operation == "open" {
            #expect(reading.first != "closed", "a service may read \(target) as \(reading)")
          }
        }
      }
      // The test means something only if some of them pass.
      #expect(forwarded > 100)
    }
  }

  @Test func `a key is asked for wherever a path is a protected one, and its service hears of nothing before`()
    async throws
  {
    try await GatewayScene.run { scene async throws in
      let spellings = [
        "/closed/1", "/clo%73ed/1", "/%63losed/1", "/%63%6c%6f%73%65%64/1", "/closed/%31", "/closed/a%2fb",
        "/closed/1?x=1", "/closed/open/1", "http://shop.example/closed/1", "/closed/1?X-Api-Key=right",
      ]
      for target in spellings {
        for fields in ["", "X-Api-Key: wrong\r\n", "X_Api_Key: right\r\n", "Cookie: X-Api-Key=right\r\n"] {
          let reply = try scene.ask(target, fields: fields)
          #expect(reply.status == 401 && reply.fields["www-authenticate"]?.count == 1, "\(target) \(fields): \(reply)")
        }
        // Readers differ in which of two they use.
        for pair in [("right", "wrong"), ("wrong", "right"), ("right", "right")] {
          let reply = try scene.ask(target, fields: "X-Api-Key: \(pair.0)\r\nX-API-KEY: \(pair.1)\r\n")
          #expect(reply.status == 400, "\(pair): \(reply)")
        }
      }
      #expect(scene.service.requests.isEmpty)
      for target in spellings { #expect(try scene.ask(target, fields: GatewayScene.key).status == 200, "\(target)") }
    }
  }
}
