import Foundation
import ServiceCore
import ServiceSecurity
import TestProcesses
import Testing

/// Mutated tokens: whatever passes here passes PyJWT, joserfc and Authlib, too.
@Suite(.timeLimit(.minutes(10))) struct TokenJudgesTests {
  /// 1,000 mutations, or 10,000 under `--chaos`.
  private static let count = ProcessInfo.processInfo.environment["CHARTER_CHAOS_MINUTES"] == nil ? 1_000 : 10_000

  private static let hasJudges: Bool = {
    let run = try? TestProcess.run(["/bin/sh", "-c", "python3 -c 'import jwt, joserfc, authlib'"])
    return run?.code == 0
  }()

  @Test(.enabled(if: hasJudges, "PyJWT, joserfc and Authlib are not installed"), arguments: SignatureAlgorithm.allCases)
  func `no mutated token passes that one of the judges refuses`(_ algorithm: SignatureAlgorithm) async throws {
    let issuer = try TestIssuer(algorithm)
    let verifier = issuer.verifier(capacity: 2)
    var random = Generator(state: 7)
    var tokens = [try issuer.token()]
    while tokens.count < Self.count { tokens.append(try mutated(issuer, &random)) }
    let folder = FileManager.default.temporaryDirectory.appending(path: "tokens-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (keys, list) = (folder.appending(path: "keys"), folder.appending(path: "tokens"))
    let set: JSONValue = ["keys": .array([issuer.key.publicKey.json])]
    try Data(set.json).write(to: keys)
    try tokens.joined(separator: "\n").write(to: list, atomically: true, encoding: .utf8)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Judges/tokens.py").path
    let run = try TestProcess.run(
      [
        "/bin/sh", "-c", "exec python3 \"$@\"", "sh", script, keys.path, list.path, TestIssuer.url, "shop",
        "\(issuer.second)",
      ])
    let verdicts = run.output.split(separator: "\n").filter { $0.hasPrefix("yes") || $0.hasPrefix("no") }
    try #require(verdicts.count == tokens.count, "\(run.output.suffix(2_000))")
    #expect(verdicts[0] == "yes yes yes", "the token as it is")
    var passed = 0
    for (token, verdict) in zip(tokens, verdicts) {
      guard try await verifier.verify(.bearer(token), for: TestIssuer.scheme) != nil else { continue }
      passed += 1
      #expect(verdict == "yes yes yes", "\(token)")
    }
    #expect((1..<tokens.count).contains(passed), "\(passed) of \(tokens.count) pass")
  }

  /// A repeatable source of chance.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
    }
  }

  /// A token with another header, other claims, or other bytes. Half of them are signed after the change.
  private func mutated(_ issuer: TestIssuer, _ random: inout Generator) throws -> String {
    if Bool.random(using: &random) { return try issuer.token(claims(issuer, &random), type: type(&random)) }
    var bytes = Array(try issuer.token(claims(issuer, &random)).utf8)
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ {\"".utf8)
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let digit = alphabet.randomElement(using: &random) ?? 65
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[place] = digit
      case 1: bytes.insert(digit, at: place)
      case 2: bytes.remove(at: place)
      case 3: bytes.replaceSubrange(place..<min(place + 9, bytes.count), with: [])
      default: bytes[bytes.count - 1] = digit
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func type(_ random: inout Generator) -> String {
    ["at+jwt", "at+jwt", "at+jwt", "JWT", "AT+JWT", "", "application/at+jwt", "x"].randomElement(using: &random) ?? ""
  }

  private func claims(_ issuer: TestIssuer, _ random: inout Generator) -> [String: JSONValue] {
    guard Int.random(in: 0..<3, using: &random) > 0 else { return [:] }
    func number(_ value: Int) -> JSONValue { .number(ExactDecimal(value)) }
    let now = issuer.second
    let values: [JSONValue] = [
      .null, "", "shop", "ada", [], ["shop"], ["shop", "other"], ["shop", 1], true, number(0), number(-1), number(now),
      number(now + 59), number(now + 61), number(now - 59), number(now - 61), number(.max), .number(.test("1.8e9")),
      .number(.test("1800000100.5")), .string(TestIssuer.url), .string("\(now + 100)"), ["a": "b"],
    ]
    let name = ["exp", "nbf", "iat", "aud", "iss", "sub", "scope", "roles", "jti"].randomElement(using: &random) ?? ""
    return [name: values.randomElement(using: &random) ?? .null]
  }
}

extension ExactDecimal {
  fileprivate static func test(_ text: String) -> ExactDecimal { ExactDecimal(text) ?? ExactDecimal(0) }
}
