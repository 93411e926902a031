import ServiceCore
import ServicePostgres

/// What a service is given to work with.
public struct Resources: Sendable {
  public let clock: Clock
  public let logger: Logger
  private let service: String
  private let held: Database?
  private let place: @Sendable (String) throws -> Placement

  /// - Parameters:
  ///   - service: the name of the service they are for.
  ///   - database: nil for a service without one.
  ///   - place: where another service is; it throws where that is not known.
  public init(
    for service: String, database: Database?, clock: Clock, logger: Logger,
    place: @escaping @Sendable (String) throws -> Placement
  ) {
    self.service = service
    held = database
    self.clock = clock
    self.logger = logger
    self.place = place
  }

  /// The service's own database.
  ///
  /// - Throws: ``ConfigurationError`` for a service that declares none.
  public var database: Database {
    get throws {
      guard let held else {
        throw ConfigurationError(
          "the service '\(service)' asks for a database and has none: "
            + "put its SQL in Queries.sql and its tables in Migrations/ beside its sources")
      }
      return held
    }
  }

  /// The client of another service, wherever configuration has placed it.
  ///
  /// - Throws: ``ConfigurationError`` when the service is neither in this process nor given an address.
  public func client<Client: APIClient>(_ type: Client.Type = Client.self) throws -> Client {
    Client(try place(Client.service))
  }
}
