import ServiceCore
import ServiceEvents
import ServicePostgres

/// The implementation of a service: a type that implements its contract's handlers, from the resources that it needs.
///
///     struct Products: ProductsHandlers, Service {
///       let queries: ProductsQueries
///       init(_ resources: Resources) throws { queries = try ProductsQueries(resources) }
///       …
///     }
///
/// A host runs it where configuration places it; `ServiceTesting` runs it in a test.
public protocol Service: Sendable {
  /// The contract that it implements; the generated `<Name>Handlers` determines it.
  associatedtype API: ServiceContract

  /// Its database: the build finds `Migrations/` and `Queries.sql` beside the sources. Nil for a service without one.
  static var database: ServiceDatabase? { get }

  /// The settings that configuration may or must provide.
  static var settings: [any ServiceSetting] { get }

  /// The tasks that it repeats by itself.
  static var tasks: [RepeatingTask<Self>] { get }

  /// Takes the resources that the service needs.
  ///
  /// - Throws: ``ConfigurationError`` for a missing resource, which stops the start.
  init(_ resources: Resources) throws

  /// The workflows that it may start by ``Resources/workflows``, and earlier versions of them that are unfinished.
  var workflows: [any Workflow] { get }

  /// The contract's operations over these handlers; the generated `<Name>Handlers` provides it.
  var endpoint: any ServiceEndpoint { get }
}

extension Service {
  public static var database: ServiceDatabase? { nil }
  public static var settings: [any ServiceSetting] { [] }
  public static var tasks: [RepeatingTask<Self>] { [] }
  public var workflows: [any Workflow] { [] }

  /// The contract, where only `any Service.Type` is known.
  package static var contract: any ServiceContract.Type { API.self }
}
