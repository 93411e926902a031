import ServiceCore

extension ServerConnection {
  /// A request and what is known of its answer. A class: a value of so many fields is dear to copy.
  final class Exchange {
    /// Tells it from those before: an answer that comes late belongs to none.
    let number: Int
    var request: HTTPRequest
    let keepsAlive: Bool
    let isHTTP10: Bool
    let started: Timestamp
    var timeout = 0
    /// What was found for it, where something was.
    var operation: OperationDescriptor?
    var respond: RequestDisposition.Respond?
    var task: Task<Void, Never>?
    var isStreamed = false
    var expectsContinue = false
    /// How many bytes the body has, where its head says so, or may have, and how many have come.
    var expected = 0
    var received = 0
    /// What a whole body takes that the handler has.
    var handedOver = 0
    /// Whether all of the body has come.
    var isWhole = false
    /// Whether the connection ends with the answer, as its head has said.
    var isLast = false
    /// What has come of a body that is handed over whole.
    var body: [UInt8] = []
    var pieces: [[UInt8]] = []
    var pieceBytes = 0
    var fault: HTTPFault?
    var reader: CheckedContinuation<Void, Never>?
    var answer: (status: Int, bytes: Int)?

    /// The memory that the body takes.
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
