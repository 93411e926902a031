import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import ServicePostgres
import ServiceSecurity
import TestProcesses
import Testing

/// What processes of the platform share that work together.
struct ShopSystem: Sendable {
  static let publicURL = "http://platform.test"
  /// Databases, events and keys.
  let settings: [String: String]

  init() throws {
    let key = Base64((0..<32).map { _ in UInt8.random(in: 0...255) }).text
    settings = try HostProcess.databases(of: ["registry", "identity", "products", "inventory", "orders"])
      .merging(HostProcess.events()) { $1 }
      .merging(["CHARTER_PUBLIC_URL": Self.publicURL, "CHARTER_CURSOR_KEYS": key]) { $1 }
  }

  /// Starts a process of the platform.
  func start(
    _ services: String, port: Int = 0, address: String? = nil, _ more: [String: String] = [:], by wrapper: [String] = []
  ) async throws -> HostProcess {
    let arguments = ["--only", services, "--port", "\(port)"] + (address.map { ["--address", $0] } ?? [])
    return try await HostProcess("host", arguments, settings.merging(more) { $1 }, by: wrapper)
  }
}

/// Requests to the shop, none of which has a key by which it could be sent again.
struct ShopRequests: Sendable {
  let token: String
  /// Of a product in stock.
  let id = UUID().uuidString.lowercased()

  func products(_ client: Int, _ number: Int) -> HTTPRequest {
    let request = ProductRequest(client: client, number: number)
    return self.request(request.method, request.path, request.draft)
  }

  func stock(_ number: Int) -> HTTPRequest {
    number % 3 == 0
      ? request("POST", "/api/inventory", draft(UUID().uuidString.lowercased()))
      : request("GET", "/api/inventory/\(id)", nil)
  }

  /// Puts the product in stock that the others read.
  var first: HTTPRequest { request("POST", "/api/inventory", draft(id)) }

  private func draft(_ id: String) -> String { #"{"product_id": "\#(id)", "product_name": "scarf", "quantity": 1000}"# }

  private func request(_ method: String, _ path: String, _ body: String?) -> HTTPRequest {
    var request = HTTPRequest(method: method, path: path, body: Array((body ?? "").utf8))
    guard body != nil else { return request }
    request.headers["content-type"] = "application/json"
    request.headers["authorization"] = "Bearer " + token
    return request
  }

  /// What is wrong with a response; nil for nothing.
  static func fault(of response: HTTPResponse) -> String? {
    (200...299).contains(response.status)
      ? nil : "\(response.status) \(String(decoding: response.body.prefix(300), as: UTF8.self))"
  }
}

extension Findings {
  /// No request of a load may have failed.
  ///
  /// - Parameter rate: how many it was to send in a second.
  mutating func judge(_ load: RequestLoad, rate: Double, seconds: Double) {
    count = load.count
    let (actual, failed) = (Double(load.count) / seconds, load.failures)
    note(String(format: "%.0f requests/s, %d failed", actual, failed.count))
    check(failed.isEmpty, "\(failed.count) of \(load.count) failed: \(failed.prefix(3))")
    check(actual >= 0.9 * rate, "the load was \(actual) a second, not \(rate)")
  }
}

/// The signing keys of an identity service, as its database has them, and tokens by them.
final class IdentityKeys: Sendable {
  private let database: Database
  private let issuer: String
  private let loop: Loop

  init(_ settings: [String: String], issuer: String) throws {
    let address = try #require(settings["IDENTITY_DB_CONNECTION"])
    loop = try Loop()
    database = Database(address, loops: [loop], logger: Logger(level: .error, sink: { _ in }))
    self.issuer = issuer
  }

  /// The key that signs now. An identity service that has just started may still be making its first one.
  func current() async throws -> SigningKey {
    for _ in 0..<600 {
      let rows = try? await database.query(
        "SELECT algorithm, private_key FROM signing_keys WHERE signs_at <= now() ORDER BY signs_at DESC, id LIMIT 1")
      if let row = rows?.first, let algorithm = SignatureAlgorithm(rawValue: try row.get("algorithm")),
        let key = SigningKey(algorithm, der: try row.get("private_key", Bytes.self).bytes)
      {
        return key
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw PostgresError.unavailable("the identity service has made no key")
  }

  /// Publishes a new key, as one that will sign later: the service keeps those.
  func add() async throws -> SigningKey {
    let key = try #require(SigningKey.generate(.es256))
    try await database.query(
      """
      INSERT INTO signing_keys (id, algorithm, private_key, created_at, signs_at)
      VALUES (\(key.id), \(key.algorithm.rawValue), \(Bytes(key.der)), now(), '2100-01-01Z')
      """)
    return key
  }

  func drop(_ key: SigningKey) async throws {
    try await database.query("DELETE FROM signing_keys WHERE id = \(key.id)")
  }

  /// An administrator's token, which is good for a century.
  func token(by key: SigningKey) throws -> String {
    let now = Int(Date.now.timeIntervalSince1970)
    return try key.token(
      "at+jwt",
      [
        "iss": .string(issuer), "aud": .string(issuer), "sub": .string(UUID().uuidString.lowercased()),
        "scope": "user", "roles": ["admin"], "client_id": "chaos", "iat": .number(ExactDecimal(now)),
        "exp": .number(ExactDecimal(now + 3_155_760_000)),
      ])
  }

  func close() async {
    await database.close()
    loop.stop()
  }
}
