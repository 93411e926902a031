import ServiceCore

/// Repeated work of a service, such as finishing what a process that died has left unfinished.
///
///     static var tasks: [RepeatingTask<Self>] {
///       [RepeatingTask("finish orders", every: .seconds(30)) { orders, call in try await orders.finish(call) }]
///     }
///
/// A host runs it once after the start, and then once per period. Of several processes that share a database, one at a
/// time runs it. When its last run began and ended, and whether it failed, is in `/health/{service}`; the reason of a
/// failure is in the log.
public struct RepeatingTask<Owner: Service>: Sendable {
  /// Its name in the log and in `/health/{service}`, unique in the service.
  public let name: String
  public let period: Duration
  /// The time limit of a run: it is then cancelled, and has failed.
  public let limit: Duration
  package let body: @Sendable (Owner, Call) async throws -> Void

  /// - Parameters:
  ///   - period: from the end of one run to the beginning of the next.
  ///   - limit: the time limit of a run, and the deadline of its statements and calls.
  ///   - body: receives a call of its own, with the service's transactions. It should return soon after it is
  ///     cancelled.
  public init(
    _ name: String, every period: Duration, within limit: Duration = .seconds(60),
    _ body: @escaping @Sendable (Owner, Call) async throws -> Void
  ) {
    (self.name, self.period, self.limit, self.body) = (name, period, limit, body)
  }
}
