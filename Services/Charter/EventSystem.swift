import ContractValues
import Glibc
import ServiceCore
import ServiceEvents
import ServiceLoop
import ServicePostgres
import ServiceTransports
import Synchronization

/// The broker and the databases whose events a command looks into. An embedded PostgreSQL that does not run is started,
/// and stopped at the end.
final class EventSystem {
  private let transport: any EventTransport
  private let loop: Loop
  private let logger = Logger(level: .error)
  private let contracts: String
  private let cluster: Cluster?
  private let lock: Lock?
  /// Those that were opened, to be closed at the end.
  private let opened = Mutex<[Database]>([])

  init(_ call: Command.Call) throws {
    let folder = call.values["--contracts"] ?? getenv("CHARTER_ROOT").map { String(cString: $0) + "/Contracts" }
    guard let folder else { throw UsageError(description: "there is no folder of contracts: use --contracts DIR") }
    contracts = folder
    loop = try Loop()
    let url: String
    if let given = getenv("EVENTS_URL") {
      (url, cluster, lock) = (String(cString: given), nil, nil)
    } else {
      let cluster = try Cluster(data: try CommandLineTool.data(call))
      guard cluster.exists else {
        throw Failure("there is no PostgreSQL in \(cluster.data) yet; run ./charter up, or set EVENTS_URL")
      }
      lock = cluster.postmaster == nil ? try Lock(cluster.data + "/lock") : nil
      if lock != nil { try cluster.start() }
      self.cluster = cluster
      url = try cluster.ownerURL(of: Up.eventsDatabase, at: cluster.address("postgres"))
    }
    transport = try Self.wait { [loop, logger] in try await EventTransports.all.connect(url, [loop], logger) }
  }

  func end() {
    _ = try? Self.wait { [transport, databases = opened.withLock(\.self)] in
      await transport.close()
      for database in databases { await database.close() }
    }
    loop.stop()
    if lock != nil { cluster?.stop() }
    lock?.release()
  }

  // MARK: work

  /// Runs `body` on the loop, and waits for its result.
  private static func wait<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    try BlockingResult.wait { await Result { try await body() } }.get()
  }

  func wait<Value: Sendable>(
    _ body: @escaping @Sendable (any EventTransport) async throws -> Value
  ) throws -> Value {
    try Self.wait { [transport, loop] in
      try await Task(executorPreference: loop) { try await body(transport) }.value
    }
  }

  /// The same until a signal arrives, which cancels the work.
  func waitUntilSignal(_ body: @escaping @Sendable (any EventTransport) async throws -> Void) throws {
    let signals = Signals()
    let shared = SharedResult()
    let task = Task(executorPreference: loop) { [transport] in
      let outcome = await Result { try await body(transport) }
      shared.value.withLock { $0 = outcome }
    }
    while true {
      if let outcome = shared.value.withLock(\.self) {
        do { return try outcome.get() } catch is CancellationError { return }
      }
      if signals.received(within: 50) != nil { task.cancel() }
    }
  }

  /// The databases of the services that have events: those that `<SERVICE>_DB_CONNECTION` names, or else those that the
  /// embedded PostgreSQL has. A service that never ran has none.
  func databases() throws -> [(service: String, database: Database)] {
    let names = try topics().flatMap { $0.senders + $0.consumers }.map { String($0.prefix { $0 != "." }) }
    let embedded = try embeddedDatabases()
    return try Set(names).sorted().compactMap { service in
      if let given = getenv(Up.variable(service, "DB_CONNECTION")) {
        return (service, database(String(cString: given)))
      }
      return try cluster.flatMap { embedded.contains(service) ? (service, database(try $0.address(service))) : nil }
    }
  }

  private func embeddedDatabases() throws -> Set<String> {
    guard let cluster else { return [] }
    let server = database(try cluster.address("postgres"))
    let names = try wait { _ in
      try await server.query("SELECT datname::text AS name FROM pg_database").map { try $0.get("name", String.self) }
    }
    return Set(names)
  }

  private func database(_ address: String) -> Database {
    let database = Database(address, loops: [loop], logger: logger)
    opened.withLock { $0.append(database) }
    return database
  }

  // MARK: contracts

  /// The topics of all contracts, by their addresses.
  func topics() throws -> [Topic] {
    let files = Folder.files(below: contracts).filter { file in
      [".events.yaml", ".events.yml", ".events.json"].contains { file.hasSuffix($0) }
    }
    guard !files.isEmpty else { throw Failure("there is no AsyncAPI document (NAME.events.yaml) in \(contracts)") }
    let printed = try Child.printed(try Topic.generator(), ["events"] + files + ["--root", contracts])
    guard printed.code == 0 else { throw Failure("the contracts have errors") }
    var reader = JSONReader(Array(printed.text.utf8))
    guard case .array(let channels)? = (try? JSONValue.decode(&reader))?["channels"] else {
      throw Failure("the list of topics cannot be read")
    }
    return channels.compactMap { Topic($0, in: contracts) }.sorted { $0.channel.template < $1.channel.template }
  }
}

/// The result of work on another thread; nil until it has ended.
private final class SharedResult: Sendable {
  let value = Mutex<Result<Void, any Error>?>(nil)
}
