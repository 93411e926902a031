/// The facts of a contract about the service that implements it, as the generator writes them.
public protocol ServiceContract: SendableMetatype {
  /// The service's name in paths and settings: `orders`.
  static var name: String { get }
  /// The version of the contract.
  static var version: String { get }
  /// The operations in the contract's order: an endpoint is called with an index into this list.
  static var operations: [OperationDescriptor] { get }
}
