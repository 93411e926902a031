/// What a transaction returns that emits events: they are stored with its other effects, or not at all.
///
/// The generator writes one for each operation with `x-emits`, `PlaceOrder.Effect`, whose initializer takes the declared
/// events and no others, the mandatory ones without a default; and one for a service's tasks, `OrdersEffect`.
public protocol EventEffect: Sendable {
  associatedtype Output: Sendable

  /// The response, or whatever else the transaction returns.
  var output: Output { get }
  /// The name of the operation that declares these events, `orders.placeOrder`; nil for any work of the service that no
  /// operation began, such as a task.
  static var operation: String? { get }

  /// The events in their form on the wire, in the order in which they are published.
  ///
  /// - Throws: ``RequestFault`` for one that breaks its contract.
  func events() throws -> [OutgoingEvent]
}
