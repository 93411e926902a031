import ServiceCore
import ServiceLoop

/// A connection of its own, for work that holds a lock of the session or listens for notifications. It belongs to no
/// share of a ``ConnectionBudget``: requests do not wait for it.
package struct DatabaseSession: SQLSession {
  private let connection: Connection

  fileprivate init(_ connection: Connection) { self.connection = connection }

  package func start(_ statement: SQL, _ continuation: UnsafeContinuation<ResultRows, any Error>) {
    connection.start(statement, .transaction, continuation)
  }

  @discardableResult package func copy<Rows: AsyncSequence & Sendable>(_ statement: SQL, _ rows: Rows) async throws
    -> Int
  where Rows.Element == [(any PostgresEncodable)?] {
    try await connection.copy(statement, rows)
  }

  /// Runs `body` between BEGIN and COMMIT; a failure rolls back.
  package func transaction<Value>(_ body: () async throws -> Value) async throws -> Value {
    _ = try await connection.query("BEGIN")
    do {
      let value = try await body()
      _ = try await connection.query("COMMIT", .end)
      return value
    } catch {
      _ = try? await connection.query("ROLLBACK", .end)
      throw error
    }
  }
}

extension Database {
  /// Opens a connection for `body`, and closes it at its end.
  ///
  /// - Parameters:
  ///   - onNotification: called for each notification of a channel that `body` listens to, and when the connection ends.
  package func session<Value: Sendable>(
    onNotification: @escaping @Sendable () -> Void = {}, _ body: (DatabaseSession) async throws -> Value
  ) async throws -> Value {
    let loop = Loop.running ?? loops[0]
    share.listen()
    defer { share.endListening() }
    let connection = Connection(loop: loop) { _ in onNotification() }
    let result: Result<Value, any Error>
    do {
      try await connection.connect(address, milliseconds: 3_000)
      await connection.hear { _, _ in onNotification() }
      result = .success(try await body(DatabaseSession(connection)))
    } catch {
      result = .failure(error)
    }
    await connection.close()
    return try result.get()
  }
}
