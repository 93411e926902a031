import ContractValues
import ServiceCore

/// What a run may do, and what it must know of the server.
public struct ConformanceOptions: Sendable {
  /// The same seed sends the same requests.
  public var seed: UInt64 = 1
  /// The number of valid requests per operation.
  public var requests = 20
  /// The maximum number of requests per second; nil for no limit.
  public var rate: Double?
  /// The time after which nothing more is sent.
  public var time: Duration = .seconds(600)
  /// The ids of the operations to call; empty for all.
  public var only: Set<String> = []
  public var except: Set<String> = []
  /// Whether operations with `x-unsafe` are called.
  public var callsUnsafe = false
  /// Whether operations with `x-internal` are called, which a gateway does not route.
  public var callsInternal = false
  /// The credentials of a caller who may do everything, by the contract's names of their schemes.
  public var credentials = Credentials()
  /// The credentials of a caller without any scope.
  public var insufficient: Credentials?
  /// What never appears in a report.
  public var secrets: [String] = []
  /// Verifies the signatures of callbacks that are declared as signed.
  public var verifier: (any WebhookVerifier)?
  /// Values that the server knows, by the names of parameters and properties.
  public var known: [(name: String, value: JSONValue)] = []

  public init() {}
}

/// Receives the requests that the server sends by itself: callbacks.
public protocol CallbackReceiver: Sendable {
  /// Where it can be reached: `http://127.0.0.1:9000`.
  var origin: String { get }
  /// The requests received since the last time, waiting for the first of them no longer than `duration`.
  func received(within duration: Duration) async -> [HTTPRequest]
}
