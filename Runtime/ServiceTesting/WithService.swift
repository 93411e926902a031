import ServiceCore
import ServiceDefinition
import ServiceLoop
import ServicePostgres
import Testing

/// Runs a service in this process, for a test: on a database of its own, with a clock that the test sets, and with
/// mocks of the services that it calls.
///
///     try await withService(Orders.self) { orders in
///       orders.mock(GetProduct.self) { input in .ok(.scarf(input.productID)) }
///       let answer = try await orders.client(OrdersClient.self).placeOrder(.init(body: draft), orders.call)
///       …
///     }
///
/// The database is a copy of a template, which the service's migrations create once per process and its queries are
/// checked against; it is dropped at the end. A service without a database needs no PostgreSQL. The service's log is
/// printed when the test fails. A test also fails by a call to another service that has no mock, and by a mock that
/// breaks its contract.
///
/// - Parameters:
///   - settings: the service's own settings, by their names in the environment.
///   - timeLimit: the time limit of `body`. A call has its operation's own time limit.
/// - Throws: what `body` throws; ``TimeLimitError``; ``ConfigurationError`` for a service that cannot be made, and
///   where there is no PostgreSQL; ``MigrationError`` and ``SchemaMismatch`` for one that does not match its database.
public func withService<S: Service>(
  _ type: S.Type, settings: [String: String] = [:], timeLimit: Duration = .seconds(60),
  sourceLocation: SourceLocation = #_sourceLocation,
  _ body: @escaping @Sendable (TestedService<S>) async throws -> Void
) async throws {
  await turns.enter()
  let record = TestRecord()
  let result = await Result {
    // Its matcher sees each issue of the test, the only way to learn that the test fails. It marks none of them as
    // known.
    try await withKnownIssue(isIntermittent: true) {
      let result = await Result {
        try await withDatabase(of: type, record) { database, loop in
          let service = try TestedService(type, settings: settings, database: database, loop: loop, record: record)
          let result = await Result { try await limited(to: timeLimit, record) { try await body(service) } }
          if !record.hasHung { await service.stop() }
          try result.get()
        }
      }
      for failure in record.failures { Issue.record("\(failure)", sourceLocation: sourceLocation) }
      try result.get()
    } matching: { issue in
      if issue.severity == .error { record.fail() }
      return false
    }
  }
  record.print(S.API.name)
  await turns.leave()
  try result.get()
}

/// Runs `body` with a loop, and with a copy of the service's template, which is dropped in any case; without a database
/// for a service that has none.
private func withDatabase<S: Service>(
  of type: S.Type, _ record: TestRecord, _ body: (Database?, Loop) async throws -> Void
) async throws {
  let loop = try Loop()
  let result = await Result {
    guard let schema = type.database else { return try await body(nil, loop) }
    let copy = try await TemplateDatabases.shared.copy(type, schema)
    var limits = Database.Limits()
    // Tests run at the same time, and share a server.
    limits.connections = 4
    let address = try TemplateDatabases.address(copy)
    let database = Database(
      address, loops: [loop], limits: limits, logger: record.logger, clock: record.clock.clock)
    let result = await Result { try await body(database, loop) }
    if !record.hasHung { await database.close() }
    let dropped = await Result { try await TemplateDatabases.shared.drop(copy) }
    try result.get()
    try dropped.get()
  }
  // A loop that a call blocks cannot be stopped: it and its thread remain until the process ends.
  if !record.hasHung { loop.stop() }
  try result.get()
}

/// At most this many services at once: a test library runs all tests at the same time, and a server has a limited
/// number of connections.
private actor Turns {
  private var free = 8
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func enter() async {
    if free > 0 { return free -= 1 }
    await withCheckedContinuation { waiting.append($0) }
  }

  func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

private let turns = Turns()
