import ServiceCore
import ServicePostgres

/// The rules of a service: a type that implements its contract's handlers, and what it needs to do so.
///
///     struct Products: ProductsHandlers, Service {
///       let queries: ProductsQueries
///       init(_ resources: Resources) throws { queries = try ProductsQueries(resources) }
///       …
///     }
///
/// A host runs it wherever configuration places it; `ServiceTesting` runs it in a test.
public protocol Service: Sendable {
  /// The contract it implements; the generated `<Name>Handlers` says which.
  associatedtype API: ServiceContract

  /// Its database: the build finds `Migrations/` and `Queries.sql` beside the sources. Nil for a service without one.
  static var database: ServiceDatabase? { get }

  /// Takes what the service needs.
  ///
  /// - Throws: ``ConfigurationError`` for a resource that is not there, which stops the start.
  init(_ resources: Resources) throws

  /// The contract's operations over these handlers; the generated `<Name>Handlers` has it.
  var endpoint: any ServiceEndpoint { get }
}

extension Service {
  public static var database: ServiceDatabase? { nil }
}
