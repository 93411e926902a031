import ServiceCore

/// The deadlines of a connection: one at a time, which most of the time is postponed before it passes.
extension ServerConnection {
  func setDeadline(in milliseconds: Int) {
    deadline = loop.now + milliseconds
    // Most deadlines are postponed before they expire: the listener checks only the earliest one registered.
    if let scheduled, scheduled.time <= deadline { return }
    let (deadline, descriptor) = (deadline, descriptor)
    let planned = scheduled?.tick
    scheduled = (deadline, listener.here { $0.schedule(descriptor, at: deadline, replacing: planned) })
  }

  func checkDeadline(_ now: Int) {
    scheduled = nil
    guard now >= deadline else { return setDeadline(in: deadline - now) }
    switch state {
    case .reading where parser.isIdle && exchange == nil, .lingering, .closed: close()
    case .reading where pendingOutput > 0: close()
    case .reading: refuse(HTTPFault(408, "The request did not arrive in time."))
    case .handling: handlerTimedOut()
    case .tunnelling: endTunnel()
    }
    settle()
  }

  func handlerTimedOut() {
    guard let exchange else { return }
    if isEnded {
      // The client has closed the connection.
      cancel(exchange)
      return setDeadline(in: exchange.timeout)
    }
    if exchange.reader != nil { return refuse(HTTPFault(408, "The body did not arrive in time.")) }
    guard exchange.answer == nil else {
      // The client does not read the stream, or the stream has produced nothing yet.
      return writable != nil ? close() : setDeadline(in: settings.writeTimeout)
    }
    cancel(exchange)
    let problem = ProblemDetails(504, "The response took longer than \(exchange.timeout) ms.")
    answer(problem.response(instance: exchange.request.path, requestID: exchange.request.id))
    advance()
  }

  func cancel(_ exchange: Exchange) {
    exchange.worker?.cancel()
    resumeReader()
  }
}
