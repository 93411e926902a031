import ServiceCore

extension ServerConnection {
  /// A request and the state of its response. A class, because a value with this many fields is expensive to copy.
  final class Exchange {
    /// The request's number on its connection: a late response of an earlier number is dropped.
    let number: Int
    var request: HTTPRequest
    let keepsAlive: Bool
    let isHTTP10: Bool
    let started: Timestamp
    var timeout = 0
    /// The operation matched by the router, if any.
    var operation: OperationDescriptor?
    var respond: RequestDisposition.Respond?
    var task: Task<Void, Never>?
    var isStreamed = false
    var expectsContinue = false
    /// The body's size in bytes: its declared length, or else the limit; and how many bytes were received.
    var expected = 0
    var received = 0
    /// The size in bytes of the complete body that was passed to the handler.
    var handedOver = 0
    /// Whether the complete body was received.
    var isComplete = false
    /// Whether the connection closes after the response, as its head has announced.
    var isLast = false
    /// The bytes received so far of a body that is passed to the handler in one piece.
    var body: [UInt8] = []
    var pieces: [[UInt8]] = []
    var pieceBytes = 0
    var fault: HTTPFault?
    var reader: CheckedContinuation<Void, Never>?
    var answer: (status: Int, bytes: Int)?

    /// The memory used by the body, in bytes.
    var held: Int { body.capacity + pieceBytes + handedOver }

    init(_ number: Int, _ request: HTTPRequest, keepsAlive: Bool, isHTTP10: Bool, at started: Timestamp) {
      self.number = number
      self.request = request
      self.keepsAlive = keepsAlive
      self.isHTTP10 = isHTTP10
      self.started = started
    }
  }
}
