import ServiceCore
import ServiceLoop

/// What is known of a prepared statement before the server has seen it.
struct StatementCheck: Sendable {
  struct Parameter: Sendable {
    let type: String
    let isWritten: @Sendable (UInt32) -> Bool
  }

  /// A column that a row must have.
  struct Column: Sendable {
    let name: String
    let type: String
    let isRead: @Sendable (UInt32) -> Bool
  }

  /// Where it is written: `OrdersService/OrdersStore.swift:42`.
  let place: String
  let statement: SQL
  let parameters: [Parameter]
  let columns: [Column]
}

/// Statements that do not fit the database, each with its place and the column or parameter that does not.
public struct SchemaMismatch: Error, Sendable, CustomStringConvertible {
  public let description: String
}

extension Database {
  /// Holds every statement that was prepared against the live schema: its text must be one the server takes, each
  /// column that is read must be there and of a type that is read so, each parameter of one that can be written so.
  ///
  /// - Throws: ``SchemaMismatch`` naming statements and columns; ``AdministrationError`` when the server cannot be asked.
  public func checkStatements() async throws {
    let (address, checks) = (address, checks)
    try await BlockingPool.shared.run {
      Result {
        let connection = try Administration(address)
        let faults = try checks.flatMap { try $0.faults(connection) }
        if !faults.isEmpty { throw SchemaMismatch(description: faults.joined(separator: "\n")) }
      }
    }.get()
  }
}

extension StatementCheck {
  /// What does not fit, each in a line that begins with the statement's place.
  fileprivate func faults(_ server: Administration) throws -> [String] {
    func fault(_ text: String) -> String { "\(place): \(text)" }
    guard statement.parameters.isEmpty else {
      return [fault("a value stands in the statement's text; give it as a parameter of the closure")]
    }
    let described: Administration.Described
    do {
      described = try server.describe(statement.text)
    } catch let error as AdministrationError where server.isOpen {
      return [fault("the database refuses the statement: \(error)")]
    }
    var faults: [String] = []
    for column in columns {
      guard let type = described.columns.first(where: { $0.name == column.name })?.type else {
        let names = described.columns.map(\.name).joined(separator: ", ")
        faults.append(
          fault("the statement gives no column '\(column.name)'; it gives \(names.isEmpty ? "none" : names)"))
        continue
      }
      if !column.isRead(type) {
        faults.append(
          fault("the column '\(column.name)' is \(try server.name(ofType: type)), which is not read as \(column.type)"))
      }
    }
    for (number, (parameter, type)) in zip(parameters, described.parameters).enumerated()
    where !parameter.isWritten(type) {
      faults.append(
        fault("parameter \(number + 1) is \(try server.name(ofType: type)), which no \(parameter.type) is written to"))
    }
    return faults
  }
}
