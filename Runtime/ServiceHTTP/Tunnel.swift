import ServiceLoop

/// The sockets of a client and a service that have switched protocols: bytes pass between them, unread, in both directions.
/// Used on its loop only.
final class Tunnel {
  /// The socket of the connection to the service.
  let service: Int32
  private var upward: TunnelFlow
  private var downward: TunnelFlow

  /// From the client to the service, and back.
  enum Direction { case upward, downward }

  enum Outcome {
    /// - Parameter isEnding: whether one side has ended, and the other has not.
    case passes(isEnding: Bool)
    case clientBroke, serviceBroke
    /// Each side has ended, and the other knows of it.
    case ended
  }

  init(service: Int32, upward: TunnelFlow, downward: TunnelFlow) {
    (self.service, self.upward, self.downward) = (service, upward, downward)
  }

  /// The bytes for the client that are not written yet.
  var unwritten: ArraySlice<UInt8> { downward.unwritten }

  func receive(_ direction: Direction, on loop: Loop) -> Outcome {
    switch direction {
    case .upward: upwardOutcome(upward.receive(on: loop))
    case .downward: outcome(downward.receive(on: loop), source: .serviceBroke, target: .clientBroke)
    }
  }

  func send(_ direction: Direction) -> Outcome {
    switch direction {
    case .upward: upwardOutcome(upward.send())
    case .downward: outcome(downward.send(), source: .serviceBroke, target: .clientBroke)
    }
  }

  /// A service that takes no more may have sent its last bytes, which the client is still to get.
  private func upwardOutcome(_ flow: TunnelFlow.Outcome) -> Outcome {
    guard case .targetBroke = flow, !downward.hasEnded else {
      return outcome(flow, source: .clientBroke, target: .serviceBroke)
    }
    upward.abandon()
    return .passes(isEnding: true)
  }

  private func outcome(_ flow: TunnelFlow.Outcome, source: Outcome, target: Outcome) -> Outcome {
    switch flow {
    case .sourceBroke: source
    case .targetBroke: target
    case .passes where upward.hasEnded && downward.hasEnded: .ended
    case .passes: .passes(isEnding: upward.hasEnded || downward.hasEnded)
    }
  }
}
