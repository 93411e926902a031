import Foundation
import IdentityAPI
import InventoryAPI
import OrdersAPI
import ProductsAPI
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestProcesses
import Testing

/// All tests of the whole: one after another, since each starts the platform anew.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EndToEnd {}

/// The platform as a person starts it: `charter up`, in a data folder of its own, on a port that is free.
final class Platform: Sendable {
  let origin: String
  let data: String
  let process: TestProcess
  /// An administrator's, where the identity service runs.
  let token: String?
  private let output: Output
  private let loop: Loop
  private let isEnded = Mutex(false)
  private let client: HTTPClient

  /// What the program prints, line by line.
  private final class Output: Sendable {
    private let printed = Mutex<[String]>([])
    var lines: [String] { printed.withLock { $0 } }

    /// Reads it to its end on a thread of its own: the origin that the program says it is ready at, or nil at its end.
    func read(_ handle: FileHandle) -> AsyncStream<String?> {
      AsyncStream { continuation in
        Thread.detachNewThread { [self] in
          var rest = ""
          while case let data = handle.availableData, !data.isEmpty {
            rest += String(decoding: data, as: UTF8.self)
            while let end = rest.firstIndex(of: "\n") {
              let line = String(rest[..<end])
              rest = String(rest[rest.index(after: end)...])
              printed.withLock { $0.append(line) }
              if line.hasPrefix("ready ") { continuation.yield(String(line.dropFirst(6))) }
            }
          }
          continuation.yield(nil)
          continuation.finish()
        }
      }
    }
  }

  /// A data folder of a platform's own, which is not made yet.
  static func newData() -> String { NSTemporaryDirectory() + "charter-e2e-\(UUID())" }

  /// A data folder of a platform that was started once: its cluster, its tables and its first key are there, which take
  /// most of a start's time.
  static func preparedData() async throws -> String {
    let data = newData()
    let copied = try TestProcess.run(["cp", "-a", try await prepared.value, data])
    try #require(copied.code == 0, "\(copied.errors)")
    return data
  }

  private static let prepared = Task {
    let data = newData()
    let platform = try await Platform(data: data)
    await platform.stop()
    // These belong to a place and to a process.
    for name in ["log", "host.pid", "lock"] { removeData(data + "/" + name) }
    preparedFolder.withLock { $0 = data }
    atexit { preparedFolder.withLock { $0.map(removeData) } }
    return data
  }

  /// Starts it and waits until it says that it is ready. ``withPlatform(data:arguments:port:environment:_:)`` ends it.
  ///
  /// - Parameter data: a folder of an earlier platform, whose data is then there again.
  init(
    data: String = Platform.newData(), arguments: [String] = [], port: Int = 0, environment: [String: String] = [:]
  ) async throws {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    self.data = data
    var merged = ProcessInfo.processInfo.environment
    merged["LOG_LEVEL"] = "warning"
    merged["CHARTER_DRAIN"] = "0"
    merged["CHARTER_PUBLIC_URL"] = "http://platform.test"
    merged.merge(environment) { $1 }
    // It has a host and a PostgreSQL to end when this process is killed.
    process = try TestProcess(
      [programs + "/charter", "up", "--port", String(port), "--data", data] + arguments, environment: merged,
      deathSignal: "TERM")
    output = Output()
    var ready = output.read(process.output).makeAsyncIterator()
    guard let first = await ready.next(), let origin = first else {
      await process.end()
      throw NotStarted(lines: output.lines)
    }
    self.origin = origin
    let hasIdentity = !arguments.contains("--only") || arguments.contains { $0.contains("identity") }
    token =
      hasIdentity && merged["OIDC_ISSUER"] == nil
      ? try Self.token(["--scope", "admin"], data: data, environment: merged) : nil
    loop = try Loop()
    var limits = HTTPClient.Limits()
    // A crowd waits for its turn on a loaded machine.
    (limits.connect, limits.answer, limits.poolWait) = (60_000, 60_000, 60_000)
    client = try HTTPClient(origin: origin, loops: [loop], limits: limits)
  }

  /// What `charter token` prints.
  static func token(_ arguments: [String], data: String, environment: [String: String]) throws -> String {
    let programs = try #require(environment["CHARTER_TEST_PROGRAMS"])
    let ended = try TestProcess.run(
      [programs + "/charter", "token", "--data", data] + arguments, environment: environment)
    try #require(ended.code == 0, "\(ended.errors)")
    return ended.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  struct NotStarted: Error { let lines: [String] }

  var lines: [String] { output.lines }

  /// Ends it as Ctrl-C does; its exit code.
  @discardableResult func stop() async -> Int32 {
    process.send(SIGINT)
    return await exitCode()
  }

  /// Kills the program itself; what it started must end with it, or be adopted by the next start.
  func kill() async {
    process.send(SIGKILL)
    await exitCode()
  }

  /// Waits for its end; its exit code.
  @discardableResult func exitCode() async -> Int32 {
    let code = await process.end()
    if !isEnded.withLock({ wasEnded in
      defer { wasEnded = true }
      return wasEnded
    }) {
      loop.stop()
    }
    return code
  }

  /// The process of the host that it supervises.
  func host() throws -> pid_t {
    let children = try String(contentsOfFile: "/proc/\(process.pid)/task/\(process.pid)/children", encoding: .utf8)
    let hosts = children.split(separator: " ").compactMap { pid_t($0) }.filter { child in
      (try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)) == "host\n"
    }
    // It may be on its way, which is for the caller to judge.
    guard let host = hosts.first else { throw POSIXError(.ESRCH) }
    return host
  }

  /// The process of its PostgreSQL, as the file of the cluster has it.
  func postmaster() throws -> pid_t {
    let file = try String(contentsOfFile: data + "/postgres/postmaster.pid", encoding: .utf8)
    // In the middle of a start the file is empty for a moment.
    guard let pid = file.split(separator: "\n").first.flatMap({ pid_t($0) }) else { throw POSIXError(.ESRCH) }
    return pid
  }

  /// Addresses of services that a platform of a part does not call.
  static let nowhere = [
    "IDENTITY_URL": "http://127.0.0.1:1", "INVENTORY_URL": "http://127.0.0.1:1", "ORDERS_URL": "http://127.0.0.1:1",
  ]

  /// Removes the data folder of a platform that has been stopped.
  func remove() { removeData(data) }

  func send(
    _ method: String, _ target: String, _ body: String? = nil, type: String = "application/json", key: String? = nil,
    headers: HTTPFields = [:], as token: Token = .administrator
  ) async throws -> HTTPResponse {
    try await send(
      method, target, bytes: body.map { Array($0.utf8) }, type: type, key: key, headers: headers, as: token)
  }

  /// Whose token a request has.
  enum Token {
    case administrator, nobody
    case given(String)
  }

  func send(
    _ method: String, _ target: String, bytes: [UInt8]?, type: String = "application/json", key: String? = nil,
    headers: HTTPFields = [:], as token: Token = .administrator
  ) async throws -> HTTPResponse {
    let parts = target.split(separator: "?", maxSplits: 1)
    var request = HTTPRequest(
      method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : nil, headers: headers,
      body: bytes ?? [])
    if bytes != nil { request.headers["content-type"] = type }
    request.headers["idempotency-key"] = key
    let secret: String? =
      switch token {
      case .administrator: self.token
      case .nobody: nil
      case .given(let token): token
      }
    if let secret, headers["authorization"] == nil { request.headers["authorization"] = "Bearer " + secret }
    let operation = OperationDescriptor(
      service: "platform", id: method, method: method, path: [], responses: .init([], hasDefault: true))
    return try await client.send(request, operation)
  }

  var products: ProductsClient { ProductsClient(.remote(client)) }
  var inventory: InventoryClient { InventoryClient(.remote(client)) }
  var identity: IdentityClient { IdentityClient(.remote(client)) }
  var orders: OrdersClient { OrdersClient(.remote(client)) }
  /// A call by nobody.
  let anonymous = Call(requestID: "test", logger: Logger(level: .error, sink: { _ in }))
  /// A call by an administrator.
  var call: Call { token.map { anonymous.acting(with: ["user": .bearer($0)]) } ?? anonymous }

  /// A product of the catalogue with so many pieces in stock.
  ///
  /// - Parameter caller: an administrator; nil for this platform's own.
  func product(
    stock: Int, price: ExactDecimal = ExactDecimal(scaled: 1999, exponent: -2), as caller: Call? = nil
  ) async throws -> Product {
    let call = caller ?? call
    let product = try await products.createProduct(
      .init(body: .init(name: "Wool scarf", price: price, category: "clothing", tags: ["winter"])), call
    ).get()
    _ = try await inventory.createStock(
      .init(body: .init(productID: product.id, productName: product.name, quantity: stock)), call
    ).get()
    return product
  }

  func draft(_ product: Product, _ quantity: Int, email: String = "ada@example.com") -> OrderDraft {
    OrderDraft(
      customerName: "Ada Lovelace", customerEmail: email,
      items: [
        .init(productID: product.id, productName: product.name, quantity: quantity, unitPrice: product.price)
      ])
  }

  func stock(_ product: Product) async throws -> Stock {
    try await inventory.getStock(.init(productID: product.id), call).get()
  }

  /// Runs an SQL statement as the cluster's superuser; what it prints.
  func psql(_ database: String, _ statement: String) throws -> String {
    database.hasPrefix("-") ? try psql([database, statement]) : try psql([database, "-Atc", statement])
  }

  /// Runs `charter psql` with arguments; what it prints.
  func psql(_ arguments: String...) throws -> String { try psql(arguments) }

  private func psql(_ arguments: [String]) throws -> String {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"])
    let environment = ProcessInfo.processInfo.environment.merging(["CHARTER_DATA": data]) { $1 }
    let ended = try TestProcess.run([programs + "/charter", "psql"] + arguments, environment: environment)
    return ended.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// Runs `body` against a platform that is stopped whatever happens, and removed unless its data folder is given.
func withPlatform<Result: Sendable>(
  data: String? = nil, arguments: [String] = [], port: Int = 0, environment: [String: String] = [:],
  _ body: (Platform) async throws -> Result
) async throws -> Result {
  let folder = if let data { data } else { try await Platform.preparedData() }
  defer { if data == nil { removeData(folder) } }
  let platform = try await Platform(data: folder, arguments: arguments, port: port, environment: environment)
  do {
    let result = try await body(platform)
    let hasEnded = !platform.process.isRunning
    let code = await platform.stop()
    #expect(hasEnded || code == 0)
    return result
  } catch {
    await platform.stop()
    throw error
  }
}

/// The data folder that others are copied from, until the end of the run.
private let preparedFolder = Mutex<String?>(nil)

/// Removes the data folder of a platform that has been stopped.
func removeData(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }

/// Asks again until `condition` holds or the time is up; for what another process does in its own time.
func eventually(within seconds: Double, _ condition: () async throws -> Bool) async throws -> Bool {
  let clock = ContinuousClock()
  let end = clock.now + .seconds(seconds)
  while clock.now < end {
    if try await condition() { return true }
    try await Task.sleep(for: .milliseconds(10))
  }
  return try await condition()
}
