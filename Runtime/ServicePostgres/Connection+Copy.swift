import CPostgres
import ServiceCore
import ServiceLoop

extension Connection {
  /// A COPY in progress, which leaves pipeline mode and uses the connection exclusively.
  final class Copy {
    /// Waits for the server to accept rows, or to accept more of them.
    var waiting: CheckedContinuation<Void, Never>?
    /// The last result from the server.
    var outcome: Result<Int, PostgresError>?
    var isTakingRows = false
    var isOver = false

    func wake() {
      waiting?.resume()
      waiting = nil
    }
  }

  /// Rows in PostgreSQL's text format are sent in chunks of this size.
  private static var piece: Int { 65_536 }

  /// Copies rows into a table by `COPY ... FROM STDIN`, with exclusive use of the connection.
  ///
  /// When the rows or the server fail, nothing is copied.
  func copy<Rows: AsyncSequence>(
    _ statement: SQL, _ rows: Rows
  ) async throws -> Int where Rows.Element == [(any PostgresEncodable)?] {
    // Only the call's deadline limits a copy, since there may be many rows. The limit has few distinct values: the
    // server retains each text as a prepared statement.
    let limit = Deadline.current.map { Self.limit(milliseconds: $0.left) } ?? 0
    _ = try await query(SQL(compiled: "SET statement_timeout = \(limit)", parameters: []), .end)
    statementLimit = limit
    guard let pointer = handle?.pointer else { throw PostgresError.unavailable("the connection is closed") }
    guard pending.isEmpty, copy == nil, statement.parameters.isEmpty, PQexitPipelineMode(pointer) == 1 else {
      throw PostgresError.unavailable("COPY takes no parameters, and needs a connection to itself")
    }
    copy = Copy()
    guard PQsendQuery(pointer, statement.text) == 1 else {
      let reason = Self.message(pointer)
      fail(reason)
      throw PostgresError.connectionLost(reason)
    }
    flush()
    while let copy, !copy.isTakingRows, !copy.isOver { await wait() }
    var failure: (any Error)?
    do {
      if copy?.isTakingRows == true { try await send(rows) }
    } catch {
      failure = error
    }
    try await endCopy(failure)
    if let failure { throw failure }
    guard let outcome = copy?.outcome else { throw PostgresError.connectionLost("the server returned no result") }
    copy = nil
    return try outcome.get()
  }

  /// Waits for a change; the end of the connection, which ends its copy, is one.
  private func wait() async {
    await withCheckedContinuation { continuation in
      if copy == nil { continuation.resume() } else { copy?.waiting = continuation }
    }
  }

  private func send<Rows: AsyncSequence>(
    _ rows: Rows
  ) async throws where Rows.Element == [(any PostgresEncodable)?] {
    var buffer: [UInt8] = []
    for try await row in rows {
      try PostgresError.throwUnlessWanted()
      try Self.append(row, to: &buffer)
      if buffer.count >= Self.piece {
        try await put(buffer)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try await put(buffer)
  }

  /// A row in COPY's text format: a line of values between tabs, NULL as `\N`.
  private static func append(_ row: [(any PostgresEncodable)?], to buffer: inout [UInt8]) throws(PostgresError) {
    for (index, value) in row.enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: "\t")) }
      guard let text = value?.postgresText else {
        buffer += Array("\\N".utf8)
        continue
      }
      for byte in text.utf8 {
        switch byte {
        case 0: throw .refused(code: "22021", message: "a value with U+0000", constraint: nil)
        case UInt8(ascii: "\t"): buffer += Array("\\t".utf8)
        case UInt8(ascii: "\n"): buffer += Array("\\n".utf8)
        case UInt8(ascii: "\r"): buffer += Array("\\r".utf8)
        case UInt8(ascii: "\\"): buffer += Array("\\\\".utf8)
        default: buffer.append(byte)
        }
      }
    }
    buffer.append(UInt8(ascii: "\n"))
  }

  private func put(_ bytes: [UInt8]) async throws(PostgresError) {
    guard !bytes.isEmpty else { return }
    while let pointer = handle?.pointer {
      if copy?.isOver != false { return }
      let taken = bytes.withUnsafeBytes { buffer in
        PQputCopyData(pointer, buffer.baseAddress, Int32(truncatingIfNeeded: buffer.count))
      }
      if taken == 1 { return try await drained() }
      guard taken == 0 else { throw .connectionLost(Self.message(pointer)) }
      try await drained()
    }
    throw .connectionLost("the connection was closed")
  }

  /// Waits until the socket has accepted the buffered data: a copy is never held in memory as a whole.
  private func drained() async throws(PostgresError) {
    flush()
    while writable != nil, copy?.isOver == false { await wait() }
  }

  private func endCopy(_ failure: (any Error)?) async throws(PostgresError) {
    if let pointer = handle?.pointer, copy?.isTakingRows == true, copy?.isOver == false {
      guard PQputCopyEnd(pointer, failure == nil ? nil : "the rows ended with an error") >= 0 else {
        throw .connectionLost(Self.message(pointer))
      }
      flush()
    }
    while let copy, !copy.isOver { await wait() }
    guard let pointer = handle?.pointer else { throw .connectionLost("the connection was closed") }
    guard PQenterPipelineMode(pointer) == 1 else {
      fail(Self.message(pointer))
      throw .connectionLost("pipeline mode cannot be entered again")
    }
    if failure != nil { copy = nil }
  }

  /// Reads the server's messages during a copy.
  func takeCopyResults(_ pointer: OpaquePointer) {
    while copy?.isOver == false, PQisBusy(pointer) == 0 {
      guard let result = PQgetResult(pointer) else {
        copy?.isOver = true
        break
      }
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_COPY_IN:
        copy?.isTakingRows = true
        copy?.wake()
        // The same result is returned until the copy ends.
        return
      case PGRES_COMMAND_OK: copy?.outcome = .success(Int(String(cString: PQcmdTuples(result))) ?? 0)
      default: if case .failure = copy?.outcome {} else { copy?.outcome = .failure(Self.error(result)) }
      }
    }
    copy?.wake()
  }
}
