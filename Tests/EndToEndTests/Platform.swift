import Foundation
import InventoryAPI
import OrdersAPI
import ProductsAPI
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Testing

/// All tests of the whole: one after another, since each starts the platform anew.
@Suite(.serialized, .timeLimit(.minutes(3))) struct EndToEnd {}

/// The platform as a person starts it: `charter up`, in a data folder of its own, on a port that is free.
final class Platform: Sendable {
  let origin: String
  let data: String
  let process: Process
  private let output: Output
  private let loop: Loop
  private let client: HTTPClient

  /// What the program prints, line by line.
  private actor Output {
    private(set) var lines: [String] = []
    func add(_ line: String) { lines.append(line) }
  }

  /// Starts it and waits until it says that it is ready.
  ///
  /// - Parameter data: a folder of an earlier platform, whose data is then there again.
  init(
    data: String = NSTemporaryDirectory() + "charter-e2e-\(UUID())", arguments: [String] = [], port: Int = 0,
    environment: [String: String] = [:]
  ) async throws {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    self.data = data
    process = Process()
    process.executableURL = URL(filePath: programs + "/charter")
    process.arguments = ["up", "--port", String(port), "--data", data] + arguments
    var merged = ProcessInfo.processInfo.environment
    merged["LOG_LEVEL"] = "warning"
    merged["CHARTER_DRAIN"] = "0"
    merged.merge(environment) { $1 }
    process.environment = merged
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    output = Output()
    let (output, handle) = (output, pipe.fileHandleForReading)
    let ready = AsyncStream<String?> { continuation in
      Thread.detachNewThread {
        var rest = ""
        while case let data = handle.availableData, !data.isEmpty {
          rest += String(decoding: data, as: UTF8.self)
          while let end = rest.firstIndex(of: "\n") {
            let line = String(rest[..<end])
            rest = String(rest[rest.index(after: end)...])
            Task { await output.add(line) }
            if line.hasPrefix("ready ") { continuation.yield(String(line.dropFirst(6))) }
          }
        }
        continuation.yield(nil)
        continuation.finish()
      }
    }
    var iterator = ready.makeAsyncIterator()
    guard let first = await iterator.next(), let origin = first else {
      try? FileManager.default.removeItem(atPath: data)
      throw NotStarted(lines: await output.lines)
    }
    self.origin = origin
    loop = try Loop()
    client = try HTTPClient(origin: origin, loops: [loop])
  }

  struct NotStarted: Error { let lines: [String] }

  var lines: [String] { get async { await output.lines } }

  /// Ends it as Ctrl-C does; its exit code.
  @discardableResult func stop() async -> Int32 {
    process.interrupt()
    return await end()
  }

  /// Kills the program itself; what it started must end with it, or be adopted by the next start.
  func kill() async {
    Foundation.kill(process.processIdentifier, SIGKILL)
    _ = await end()
  }

  /// Waits for its end; its exit code.
  func exitCode() async -> Int32 { await end() }

  /// The process of the host that it supervises.
  func host() throws -> pid_t {
    let pid = process.processIdentifier
    let children = try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
    let hosts = children.split(separator: " ").compactMap { pid_t($0) }.filter { child in
      (try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)) == "host\n"
    }
    return try #require(hosts.first, "there is no host")
  }

  /// The process of its PostgreSQL, as the file of the cluster has it.
  func postmaster() throws -> pid_t {
    let file = try String(contentsOfFile: data + "/postgres/postmaster.pid", encoding: .utf8)
    // In the middle of a start the file is empty for a moment.
    guard let pid = file.split(separator: "\n").first.flatMap({ pid_t($0) }) else { throw POSIXError(.ESRCH) }
    return pid
  }

  /// Addresses of services that a platform of a part does not call.
  static let nowhere = ["INVENTORY_URL": "http://127.0.0.1:1", "ORDERS_URL": "http://127.0.0.1:1"]

  private func end() async -> Int32 {
    let process = process
    let code = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        process.waitUntilExit()
        continuation.resume(returning: process.terminationStatus)
      }
    }
    loop.stop()
    return code
  }

  /// Removes the data folder of a platform that has been stopped.
  func remove() { try? FileManager.default.removeItem(atPath: data) }

  func send(
    _ method: String, _ target: String, _ body: String? = nil, type: String = "application/json", key: String? = nil
  ) async throws -> HTTPResponse {
    try await send(method, target, bytes: body.map { Array($0.utf8) }, type: type, key: key)
  }

  func send(
    _ method: String, _ target: String, bytes: [UInt8]?, type: String = "application/json", key: String? = nil
  ) async throws -> HTTPResponse {
    let parts = target.split(separator: "?", maxSplits: 1)
    var request = HTTPRequest(
      method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : nil, body: bytes ?? [])
    if bytes != nil { request.headers["content-type"] = type }
    request.headers["idempotency-key"] = key
    let operation = OperationDescriptor(
      service: "platform", id: method, method: method, path: [], statuses: [], hasDefault: true)
    return try await client.send(request, operation)
  }

  var products: ProductsClient { ProductsClient(.remote(client)) }
  var inventory: InventoryClient { InventoryClient(.remote(client)) }
  var orders: OrdersClient { OrdersClient(.remote(client)) }
  let call = Call(requestID: "test", logger: Logger(level: .error, sink: { _ in }))

  /// A product of the catalogue with so many pieces in stock.
  func product(stock: Int, price: ExactDecimal = ExactDecimal(scaled: 1999, exponent: -2)) async throws -> Product {
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
    let process = Process()
    process.executableURL = URL(filePath: programs + "/charter")
    process.arguments = ["psql"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["CHARTER_DATA": data]) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// Runs `body` against a platform that is stopped and removed whatever happens.
func withPlatform(_ body: (Platform) async throws -> Void) async throws {
  let platform = try await Platform()
  do {
    try await body(platform)
  } catch {
    await platform.stop()
    platform.remove()
    throw error
  }
  #expect(await platform.stop() == 0)
  platform.remove()
}

/// Asks again until `condition` holds or the time is up; for what another process does in its own time.
func eventually(within seconds: Double, _ condition: () async throws -> Bool) async throws -> Bool {
  let clock = ContinuousClock()
  let end = clock.now + .seconds(seconds)
  while clock.now < end {
    if try await condition() { return true }
    await Task.yield()
  }
  return try await condition()
}
