import ServiceCore

/// A service as a host runs it: handlers over a database of their own.
public protocol HostedService: Sendable {
  /// The service's name in paths and settings: `orders`.
  static var name: String { get }
  /// The version of its contract.
  static var version: String { get }
  static var routes: [OperationDescriptor] { get }
  static var migrations: [Migration] { get }

  /// - Throws: what keeps the service from starting, such as a service it calls that is nowhere.
  init(_ context: ServiceContext) throws

  /// The generated endpoint over these handlers.
  var endpoint: any ServiceEndpoint { get }

  /// Finishes what an earlier process, or an earlier failure, has left undone. Called once the service can be
  /// called, and every half minute from then on.
  func recover() async throws
}

extension HostedService {
  public func recover() async throws {}
}

/// What a service is given to work with.
public struct ServiceContext: Sendable {
  public let database: Database
  public let clock: Clock
  public let logger: Logger
  private let place: @Sendable (String) throws -> Placement

  public init(
    database: Database, clock: Clock, logger: Logger, place: @escaping @Sendable (String) throws -> Placement
  ) {
    self.database = database
    self.clock = clock
    self.logger = logger
    self.place = place
  }

  /// The client of another service, wherever configuration has put it.
  ///
  /// - Throws: when the service is neither in this process nor given an address.
  public func client<Client: APIClient>(_ type: Client.Type) throws -> Client {
    Client(try place(Client.service))
  }
}
