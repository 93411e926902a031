/// Identifies a call in logs, and in the trace that it belongs to (W3C Trace Context, level 2).
///
/// It is made where a request enters the platform, and passed on with each call that follows from it: the request id
/// and the trace stay the same, and every call has a span of its own. The texts are made on demand: most requests need
/// none of them as a string.
public struct CallIdentity: Sendable {
  /// The caller's `x-request-id`, where it sent one that is safe to log.
  package let givenID: String?
  /// The generated id: the request id unless the caller sent one, and the trace id of a trace that begins here.
  package let uuid: Uuid
  /// The 16 bytes of the trace id.
  package let trace: (high: UInt64, low: UInt64)
  /// The span of this call.
  package let span: UInt64
  /// The span of the calling operation; 0 where the trace begins here.
  package let parent: UInt64
  /// The `trace-flags` of the trace: bit 0 is set for a trace that is sampled.
  package let flags: UInt8
  /// The `tracestate` header, passed on unchanged.
  package let state: String?

  /// - Parameters:
  ///   - givenID: the caller's request id, if it sent a valid one.
  ///   - span: a random number other than 0.
  package init(
    givenID: String? = nil, uuid: Uuid, trace: (high: UInt64, low: UInt64), span: UInt64, parent: UInt64,
    flags: UInt8, state: String? = nil
  ) {
    self.givenID = givenID
    self.uuid = uuid
    self.trace = trace
    self.span = span
    self.parent = parent
    self.flags = flags
    self.state = state
  }

  /// The identity of a received request: its own ids where they are valid, and generated ones where they are not.
  ///
  /// - Parameters:
  ///   - head: nil for a request whose head cannot be read.
  ///   - now: the time in a generated id.
  ///   - random: fast, since ids need not be secret.
  package init(_ head: ReceivedHead?, at now: Timestamp, _ random: inout FastRandom) {
    uuid = .v7(at: now, using: &random)
    span = random.nextNonzero()
    givenID = head?.withFirst("x-request-id") { Self.isID($0) ? String(decoding: $0, as: UTF8.self) : nil }
    if let head, let caller = head.withFirst("traceparent", isOnly: true, { TraceParent($0) }) {
      (trace, parent, flags) = (caller.trace, caller.span, caller.flags)
      state = head.has("tracestate") ? TraceParent.state(HTTPFields(head).values("tracestate")) : nil
    } else {
      (trace, parent, flags, state) = ((uuid.high, uuid.low), 0, 0, nil)
    }
  }

  /// Whether an id is safe to log.
  private static func isID(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    (1...64).contains(text.count)
      && text.allSatisfy { byte in
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
      }
  }

  /// A call that begins a trace.
  package init(requestID: String) {
    let uuid = Uuid(high: .random(in: 1 ... .max), low: .random(in: 1 ... .max))
    self.init(
      givenID: requestID, uuid: uuid, trace: (uuid.high, uuid.low), span: .random(in: 1 ... .max), parent: 0, flags: 0)
  }

  /// A call that this one makes in its own process.
  package func child() -> CallIdentity {
    CallIdentity(
      givenID: givenID, uuid: uuid, trace: trace, span: .random(in: 1 ... .max), parent: span, flags: flags,
      state: state)
  }

  /// The request id as it is logged and sent.
  public var requestID: String { givenID ?? uuid.description }

  /// The `traceparent` header of the calls that follow from this one.
  package var traceParent: TraceParent { TraceParent(trace: trace, span: span, flags: flags) }
}

/// What is known about a call at its end, for its metrics and its line in the access log.
package struct CallRecord: Sendable {
  package let identity: CallIdentity
  /// Nil for a request that matches no operation.
  package let operation: OperationDescriptor?
  private let request: HTTPRequest?
  private let given: (method: String, path: String)
  package let status: Int
  /// The size of the response's body.
  package let bytes: Int
  package let started: Timestamp
  package let ended: Timestamp

  package var method: String { request?.method ?? given.method }
  /// The path of a request that matches no operation; the template of the operation is logged otherwise.
  package var path: String { request?.path ?? given.path }

  package init(
    identity: CallIdentity, operation: OperationDescriptor?, method: String, path: String, status: Int, bytes: Int,
    started: Timestamp, ended: Timestamp
  ) {
    (self.identity, self.operation, request, given) = (identity, operation, nil, (method, path))
    (self.status, self.bytes, self.started, self.ended) = (status, bytes, started, ended)
  }

  /// The record of a request that a server has received.
  package init(
    _ request: HTTPRequest, _ identity: CallIdentity, operation: OperationDescriptor?, status: Int, bytes: Int,
    started: Timestamp, ended: Timestamp
  ) {
    (self.identity, self.operation, self.request, given) = (identity, operation, request, ("", ""))
    (self.status, self.bytes, self.started, self.ended) = (status, bytes, started, ended)
  }
}

/// Learns of each call at its end, on the loop that served it: the metrics, and the access log.
package protocol CallObserver: Sendable {
  func ended(_ call: CallRecord)
}
