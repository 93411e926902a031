import ContractValues
import Glibc
import ServiceCore
import ServiceLoop
import ServicePostgres
import ServiceSecurity

/// `./charter token`: an access token for development, signed by the key of the embedded identity service.
struct TokenCommand {
  private let cluster: Cluster
  private let email: String
  private let scopes: [String]
  private let seconds: Int
  private let issuer: String

  /// What the platform distinguishes people by; other scopes are permissions.
  private static let roles = ["user", "artist", "driver", "admin"]

  init(_ call: Command.Call) throws {
    cluster = try Cluster(data: try CommandLineTool.data(call))
    email = (call.operands.first ?? "developer@example.com").lowercased()
    scopes = (call.values["--scope"] ?? "user").split(separator: ",").map(String.init)
    seconds = 60 * (try call.number("--minutes", 1...1_440) ?? 60)
    issuer =
      call.values["--issuer"] ?? getenv("CHARTER_PUBLIC_URL").map { String(cString: $0) } ?? "http://127.0.0.1:8080"
  }

  func run() throws -> Int32 {
    guard cluster.exists, cluster.postmaster != nil else {
      throw Failure("nothing runs in \(cluster.data): run ./charter up, and this beside it")
    }
    let (key, user) = try read()
    let now = Clock.system.now().microseconds / 1_000_000
    let claims: [(String, JSONValue)] = [
      ("iss", .string(issuer)), ("aud", .string(issuer)), ("sub", .string(user.description)), ("email", .string(email)),
      ("roles", .array(scopes.filter(Self.roles.contains).map { .string($0) })),
      ("scope", .string(scopes.filter { !Self.roles.contains($0) }.joined(separator: " "))),
      ("client_id", "charter token"), ("iat", .number(ExactDecimal(now))),
      ("exp", .number(ExactDecimal(now + seconds))),
    ]
    put(Array((try key.token("at+jwt", .object(JSONObject(claims))) + "\n").utf8)[...], 1)
    return 0
  }

  /// Somebody who has not registered has an id that their address makes, so that what they own is theirs with the next
  /// token, too (RFC 9562, section 5.8).
  private static func stranger(_ email: String) throws -> Uuid {
    let digest = try Secret.digest(of: email)
    func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    return Uuid(
      high: word(digest[0..<8]) & ~0xF000 | 0x8000, low: word(digest[8..<16]) & ~(0b11 << 62) | 0b10 << 62)
  }

  /// The key that signs now, and the id of the user.
  private func read() throws -> (key: SigningKey, user: Uuid) {
    let loop = try Loop()
    defer { loop.stop() }
    let database = Database(try cluster.address("identity"), loops: [loop], logger: Logger(level: .error))
    let result: Result<(SigningKey, Uuid), any Error> = BlockingResult.wait { [email] in
      let result = await Result { () async throws -> (SigningKey, Uuid) in
        func signing() async throws -> ResultRow? {
          try await database.query(
            "SELECT algorithm, private_key FROM signing_keys WHERE signs_at <= now() ORDER BY signs_at DESC, id LIMIT 1"
          ).first
        }
        // An identity service that has just started may still be making its first key.
        let deadline = Deadline(in: 10_000)
        var row = try await signing()
        while row == nil, deadline.left > 0 {
          try await loop.sleep(milliseconds: 50)
          row = try await signing()
        }
        guard let row, let algorithm = SignatureAlgorithm(rawValue: try row.get("algorithm")),
          let key = SigningKey(algorithm, der: try row.get("private_key", Bytes.self).bytes)
        else { throw Failure("the identity service has no key yet: is it among the services that run?") }
        let users = try await database.query("SELECT id FROM users WHERE email = \(email)")
        return (key, try users.first?.get("id") ?? Self.stranger(email))
      }
      await database.close()
      return result
    }
    return try result.get()
  }
}
