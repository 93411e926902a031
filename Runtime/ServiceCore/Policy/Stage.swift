/// Where a stage of an operation's policy runs.
package enum StageSite: Sendable, CaseIterable {
  /// At the gateway, before a request is passed to its service.
  case edge
  /// In the process of the service, before its handler.
  case callee
}

/// The stages of a call, in the order in which it passes them. Each runs once in a process, at the first of its sites
/// that the call reaches there: credentials are verified at the gateway, and again in the process of the service.
///
/// Validation comes before idempotency: otherwise a request that breaks the contract would claim its key.
package enum StageKind: Int, Sendable, CaseIterable, Comparable {
  case identity, metrics, accessLog
  case deprecation, clientLimit, signature, authentication, rateLimit, cache, deadline, bulkhead, validation,
    idempotency

  package var sites: Set<StageSite> {
    switch self {
    case .deprecation, .clientLimit, .rateLimit, .cache: [.edge]
    case .identity, .metrics, .accessLog, .authentication, .deadline: [.edge, .callee]
    case .signature, .bulkhead, .validation, .idempotency: [.callee]
    }
  }

  package static func < (left: StageKind, right: StageKind) -> Bool { left.rawValue < right.rawValue }
}

/// One policy, applied to the calls of an operation: on their way to the handler, and back.
///
/// A stage that an operation's policy does not ask for is not made. Most calls pass a stage without waiting: what may
/// wait is apart, so that the others cost no suspension.
package protocol Stage: Sendable {
  static var kind: StageKind { get }

  /// Lets a call pass, or refuses it.
  ///
  /// - Throws: the refusal, as a ``RequestFault`` or another error with a problem.
  func enter(_ passage: inout Passage) throws -> StageResult
  /// Continues after ``StageResult/waits``.
  func wait(_ passage: inout Passage) async throws -> StageResult
  /// Learns of the response to a call that has passed; false when it must wait to do so.
  func leave(_ passage: Passage, status: Int) -> Bool
  /// Continues after a ``leave(_:status:)`` that returned false.
  func waitToLeave(_ passage: Passage, status: Int) async
}

package enum StageResult: Sendable {
  case passes
  case waits
  /// The response is known without the handler.
  case responds(HTTPResponse)
}

extension Stage {
  package func wait(_ passage: inout Passage) async throws -> StageResult { .passes }
  package func leave(_ passage: Passage, status: Int) -> Bool { true }
  package func waitToLeave(_ passage: Passage, status: Int) async {}
}

/// A call on its way through the stages.
package struct Passage: Sendable {
  package enum Arrival: Sendable {
    case request(RoutedRequest)
    /// A call from this process, with the credentials that its caller chose for the operation.
    case local([(scheme: SecurityScheme, credential: Credential)])
    /// Events, one or a batch. They carry no credentials: who may publish to a channel is the broker's to decide.
    case events([DeliveredEvent])
  }

  package let operation: OperationDescriptor
  package let arrival: Arrival
  /// The call as its handler receives it.
  package var call: Call
  /// Fields that stages set in the response, of a handler or of a stage.
  package var answerHeaders = HTTPFields()
  /// What it asks for on behalf of others, too, and what is to be asked for once it has its response.
  var fills: CacheFill?
  var refreshes: CacheFill?
  /// How many stages it has entered.
  var entered = 0

  package init(_ operation: OperationDescriptor, _ arrival: Arrival, _ call: Call) {
    self.operation = operation
    self.arrival = arrival
    self.call = call
  }
}
