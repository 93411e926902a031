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

  /// Where it is written: the module and the file's name, `OrdersService/OrdersStore.swift`.
  let file: String
  let line: Int
  let column: Int
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
  /// - Parameter service: the service whose statements they are; its sources are then named from the package's root on.
  /// - Throws: ``SchemaMismatch`` naming statements and columns; ``AdministrationError`` when the server cannot be asked.
  public func checkStatements(of service: (any HostedService.Type)? = nil) async throws {
    let sources = service.flatMap(Self.sources)
    let (address, checks) = (address, checks)
    try await BlockingPool.shared.run {
      Result {
        let connection = try Administration(address)
        let faults = try checks.flatMap { try $0.faults(connection, sources) }
        if !faults.isEmpty { throw SchemaMismatch(description: faults.joined(separator: "\n")) }
      }
    }.get()
  }
}

extension Database {
  /// A service's module and its folder. A binary must not hold the path of the machine it was built on, which `#filePath`
  /// is: the build gives the paths of migrations from the package's root on, and they lie beside the sources.
  private static func sources(of service: any HostedService.Type) -> (module: String, folder: String)? {
    guard let module = String(reflecting: service).split(separator: ".").first,
      let parts = service.migrations.first?.path.split(separator: "/"), parts.count > 2
    else { return nil }
    return (module + "/", parts.dropLast(2).joined(separator: "/") + "/")
  }
}

extension StatementCheck {
  /// What does not fit, each beginning with a line that editors understand.
  fileprivate func faults(_ server: Administration, _ sources: (module: String, folder: String)?) throws -> [String] {
    var path = file
    if let (module, folder) = sources, file.hasPrefix(module) { path = folder + file.dropFirst(module.count) }
    func fault(_ text: String) -> String { "\(path):\(line):\(column): error: \(text)" }
    guard statement.parameters.isEmpty else {
      return [fault("a value stands in the statement's text; give it as a parameter of the closure")]
    }
    let described: Administration.Described
    do {
      described = try server.describe(statement.text)
    } catch let error as AdministrationError where server.isOpen {
      let listing = error.location(in: statement.text).map { "\n" + $0.listing } ?? ""
      return [fault("the database refuses the statement: \(error)" + listing)]
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
