import ServiceCore

extension PostgresTransaction {
  /// Stores events in the outbox, all by one statement; those with a time in the future, by the database's clock, wait
  /// for it in a table of their own.
  public func emit(_ events: [EmittedEvent]) async throws {
    let delayed = events.filter { $0.notBefore != nil }
    if !delayed.isEmpty {
      try await execute(
        """
        INSERT INTO charter.scheduled (not_before, \(EventColumns.names))
        SELECT not_before, \(EventColumns.names) FROM \(EventColumns(delayed).table)
          JOIN unnest(\(delayed.map(\.notBefore))::timestamptz[]) WITH ORDINALITY AS t (not_before, m) ON m = n
        ORDER BY n
        """)
    }
    let others = delayed.isEmpty ? events : events.filter { $0.notBefore == nil }
    guard !others.isEmpty else { return }
    try await execute(
      """
      INSERT INTO charter.outbox (\(EventColumns.names))
      SELECT \(EventColumns.names) FROM \(EventColumns(others).table) ORDER BY n
      """)
  }
}

extension Database {
  /// Has `wake` called after each commit of events in this process, until the next one takes its place.
  package func onEmission(_ wake: (@Sendable () -> Void)?) { emission.withLock { $0 = wake } }

  public func haveEmitted() { emission.withLock(\.self)?() }
}
