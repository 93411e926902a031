/// The schema of a service's database, and the queries that are checked against it before the first request.
public struct ServiceDatabase: Sendable {
  /// The steps of the schema, in the order of their names.
  public let migrations: [Migration]
  public let queries: [QueryCheck]

  public init(migrations: [Migration], queries: [QueryCheck] = []) {
    self.migrations = migrations
    self.queries = queries
  }
}
