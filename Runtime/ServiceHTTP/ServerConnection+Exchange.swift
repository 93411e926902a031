import ServiceCore

extension ServerConnection {
  /// A request and the state of its response. A class, because a value with this many fields is expensive to copy; it
  /// is used again for later requests of the same loop.
  ///
  /// `@unchecked`: touched on its connection's loop only, where no access overlaps another: its exclusivity need not be
  /// checked. The task that handles its request reads it before it first suspends.
  final class Exchange: @unchecked Sendable {
    /// The request's number on its connection: a late response of an earlier number is dropped.
    @exclusivity(unchecked) private(set) var number = 0
    @exclusivity(unchecked) var request = HTTPRequest(method: "-", path: "-")
    @exclusivity(unchecked) private(set) var keepsAlive = false
    @exclusivity(unchecked) private(set) var isHTTP10 = false
    @exclusivity(unchecked) private(set) var started = Timestamp(microseconds: 0)
    @exclusivity(unchecked) var timeout = 0
    /// Nil for a streamed request, whose handler may take as long as it makes progress.
    @exclusivity(unchecked) var deadline: Deadline?
    /// The route matched by the router, if any, and the values of its path's parameters.
    @exclusivity(unchecked) var route: ServiceRoute?
    @exclusivity(unchecked) var pathValues: [String] = []
    /// What handles a request without a route.
    @exclusivity(unchecked) var respond: RequestDisposition.Respond?
    /// Whether it has something that handles it, and that has not begun.
    @exclusivity(unchecked) var isWaiting = false
    @exclusivity(unchecked) var worker: RequestWorker?
    @exclusivity(unchecked) var isStreamed = false
    @exclusivity(unchecked) var expectsContinue = false
    /// The body's size in bytes: its declared length, or else the limit; and how many bytes were received.
    @exclusivity(unchecked) var expected = 0
    @exclusivity(unchecked) var received = 0
    /// The size in bytes of the complete body that was passed to the handler.
    @exclusivity(unchecked) var handedOver = 0
    /// Whether the complete body was received.
    @exclusivity(unchecked) var isComplete = false
    /// Whether the connection closes after the response, as its head has announced.
    @exclusivity(unchecked) var isLast = false
    /// The bytes received so far of a body that is passed to the handler in one piece.
    @exclusivity(unchecked) var body: [UInt8] = []
    @exclusivity(unchecked) var pieces: [[UInt8]] = []
    @exclusivity(unchecked) var pieceBytes = 0
    @exclusivity(unchecked) var fault: HTTPFault?
    @exclusivity(unchecked) var reader: CheckedContinuation<Void, Never>?
    @exclusivity(unchecked) var answer: (status: Int, bytes: Int)?

    /// The memory used by the body, in bytes.
    var held: Int { body.capacity + pieceBytes + handedOver }

    init() {}

    /// Begins, after the request was set.
    func begin(_ number: Int, keepsAlive: Bool, isHTTP10: Bool, at started: Timestamp) {
      self.number = number
      self.keepsAlive = keepsAlive
      self.isHTTP10 = isHTTP10
      self.started = started
    }

    /// Forgets all but the head of the request, which somebody may still have.
    func end() {
      if isStreamed || handedOver > 0 { request.forgetContent() }
      (timeout, deadline, route, respond, isWaiting, worker) = (0, nil, nil, nil, false, nil)
      (isStreamed, expectsContinue, isComplete, isLast) = (false, false, false, false)
      (expected, received, handedOver, pieceBytes) = (0, 0, 0, 0)
      (fault, reader, answer) = (nil, nil, nil)
      if !pathValues.isEmpty { pathValues = [] }
      if body.capacity > 0 { body = [] }
      if pieces.capacity > 0 { pieces = [] }
    }
  }
}
