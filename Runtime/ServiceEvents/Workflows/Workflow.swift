import ServiceCore
import ServicePostgres

/// Work of a service that lasts longer than a request, written as a function: it happens whole, or what it did is
/// undone, whatever process ends in between.
///
///     struct PlacedOrder: Workflow {
///       static let name = "place-order"
///       let inventory: InventoryClient
///       let shipping: ShippingClient
///
///       func run(_ order: Order, _ flow: Flow) async throws -> Nothing {
///         try await flow.step("reserve-stock") { step in
///           try await inventory.reserveStock(.init(orderID: order.id, body: .init(order.items)), step.call).get()
///         } compensate: { step in
///           try await inventory.releaseStock(.init(orderID: order.id), step.call).get()
///         }
///         guard try await flow.wait(for: "paid", as: Payment.self, within: .seconds(3 * 86_400)) != nil else {
///           throw WorkflowFailure("The order was not paid within three days.", code: "unpaid")
///         }
///         try await flow.transaction("confirm") { transaction in
///           try await OrdersQueries(transaction).confirm(id: order.id)
///         }
///         return Nothing()
///       }
///
///       func failed(
///         _ order: Order, _ failure: WorkflowFailure, _ transaction: PostgresTransaction
///       ) async throws -> (any EventEffect)? {
///         try await OrdersQueries(transaction).cancel(id: order.id, reason: failure.message)
///         return nil
///       }
///     }
///
/// What each step returns is recorded in the service's database. A workflow that goes on after a pause or a crash, in
/// any process of the service, runs its body again from the start: recorded steps return what they returned and do
/// nothing. So the body decides only by its input and by what its steps return, and has effects only in steps. It lets
/// errors of ``Flow`` pass, except for a ``WorkflowFailure`` that it has another way for.
public protocol Workflow: Sendable {
  associatedtype Input: JSONCodable
  associatedtype Output: JSONCodable = Nothing

  /// Its name in the database, the same for all versions.
  static var name: String { get }
  /// Change it with the steps of the body, and keep the earlier version, a type of its own, in ``Service/workflows``
  /// until no workflow of it is unfinished: each one goes on with the version that it began with.
  static var version: Int { get }
  /// How long it may take in all before it fails; nil for any time.
  static var timeLimit: Duration? { get }

  /// - Throws: an error with which the workflow fails: its finished steps are undone, the last one first.
  func run(_ input: Input, _ flow: Flow) async throws -> Output

  /// Records in the service's database that the workflow has failed, in the transaction that records it in the
  /// workflow: before its steps are undone, and once.
  ///
  /// - Returns: events that are emitted with it, such as an `OrdersEffect`; nil for none.
  func failed(
    _ input: Input, _ failure: WorkflowFailure, _ transaction: PostgresTransaction
  ) async throws -> (any EventEffect)?
}

extension Workflow {
  public static var version: Int { 1 }
  public static var timeLimit: Duration? { nil }

  public func failed(
    _ input: Input, _ failure: WorkflowFailure, _ transaction: PostgresTransaction
  ) async throws -> (any EventEffect)? {
    nil
  }

  /// Its name and version, as the database's queries know them.
  static var kind: String { "\(name)/\(version)" }
}

/// The output of a workflow that has none: null as JSON.
public struct Nothing: JSONCodable, Equatable {
  public init() {}

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Nothing? {
    guard try json.kind() == .null else {
      try json.mismatch("null")
      return nil
    }
    try json.scanNull()
    return Nothing()
  }

  public func encode(_ json: inout JSONWriter) { json.raw("null".utf8) }
}

extension JSONCodable {
  /// The value as the tables of workflows hold it.
  var recorded: String { String(decoding: json, as: UTF8.self) }

  /// Reads such a value; nil for one that is not of this type. Constraints of its contract that were tightened since
  /// do not count: what has happened has.
  static func read(_ text: String) -> Self? { read(Array(text.utf8)) }
}
