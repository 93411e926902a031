/// The facts of a contract about the service that implements it, as the generator writes them.
public protocol ServiceContract: SendableMetatype {
  /// The service's name in paths and settings: `orders`.
  static var name: String { get }
  /// The version of the contract.
  static var version: String { get }
  /// The operations in the contract's order: an endpoint is called with an index into this list.
  static var operations: [OperationDescriptor] { get }
  /// The same with their types, by which a gateway holds requests and responses that it passes on against the contract; empty
  /// where it passes them on as they are.
  static var types: [any ContractOperation.Type] { get }
  /// The channels that the service sends events to; empty for a service without events of its own.
  static var channels: [ChannelDescriptor] { get }
}

extension ServiceContract {
  public static var types: [any ContractOperation.Type] { [] }
  public static var channels: [ChannelDescriptor] { [] }
}
