import ServiceCore
import ServiceLoop

/// Connections that have switched protocols.
extension ServerConnection {
  /// Answers with 101. From then on, bytes pass between the client and the service.
  func switchProtocols(_ response: HTTPResponse, to upgrade: any UpgradedConnection) {
    guard let exchange else { return }
    // Behind a request that was read to its end, the other protocol begins. A connection that is closing begins nothing.
    guard exchange.isComplete, exchange.fault == nil, !exchange.isHTTP10, !isEnded, !isClosing,
      let service = (upgrade as? UpgradedSocket)?.take()
    else {
      let problem = ProblemDetails.unavailable("The connection cannot switch protocols now.")
      answer(problem.response(instance: exchange.request.path, requestID: exchange.request.id))
      return
    }
    let now = shared.logger.clock.now()
    MessageWriter.head(
      response, requestID(of: exchange), .whole(0), connection: "upgrade", fixed: shared.fixedLines(now), to: &output)
    exchange.answer = (response.status, 0)
    end(exchange, at: now)
    beginTunnel(to: service)
  }

  private func beginTunnel(to service: UpgradedSocket.Content) {
    // What the client has sent behind its request goes first, and what is unwritten goes before the service's bytes.
    let (early, unwritten) = (parser.takeRest(), Array(output[written...]))
    (output, written, readable, writable) = ([], 0, nil, nil)
    state = .tunnelling
    free()
    tunnel = Tunnel(
      service: service.descriptor, upward: flow(.upward, from: descriptor, to: service.descriptor, early),
      downward: flow(.downward, from: service.descriptor, to: descriptor, unwritten + service.bytes))
    follow(tunnel?.send(.upward))
    follow(tunnel?.send(.downward))
  }

  private func flow(
    _ direction: Tunnel.Direction, from source: Int32, to target: Int32, _ bytes: [UInt8]
  ) -> TunnelFlow {
    // The connection outlives its events: its listener retains it until it is closed, which frees them.
    let readable = LoopEvent(loop, descriptor: source, .read) { [unowned self] in
      here { $0.follow($0.tunnel?.receive(direction, on: $0.loop)) }
    }
    let writable = LoopEvent(loop, descriptor: target, .write) { [unowned self] in
      here { $0.follow($0.tunnel?.send(direction)) }
    }
    return TunnelFlow(from: source, to: target, readable: readable, writable: writable, bytes)
  }

  private func follow(_ outcome: Tunnel.Outcome?) {
    switch outcome {
    case .passes(let isEnding): setDeadline(in: isEnding ? settings.writeTimeout : settings.tunnelIdle)
    case .clientBroke, .ended: close()
    case .serviceBroke: endTunnel()
    case nil: break
    }
  }

  /// Closes the connection to the service. The client gets what has come from there, and then the end; its own bytes are
  /// discarded until it closes, see ``State/lingering``.
  func endTunnel() {
    // A reference to the tunnel here would keep its events until behind the closing.
    guard let unwritten = tunnel?.unwritten else { return }
    output = Array(unwritten)
    closeTunnel()
    state = .lingering
    watch()
    setDeadline(in: 5_000)
    settle()
  }

  func closeTunnel() {
    guard let service = tunnel?.service else { return }
    // Frees the events of the socket before it is closed.
    tunnel = nil
    Socket.close(service)
  }
}
