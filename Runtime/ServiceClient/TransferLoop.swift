import ServiceCore

/// The main loop of the transfers' thread.
final class TransferLoop {
  private let mailbox: Mailbox
  private var transfers: [ObjectIdentifier: Transfer] = [:]
  /// The FIFO queue of exchanges for which no connection is free, with their timeouts. They wait here because libcurl
  /// uses some 20 kB for each waiting transfer.
  private var queue: [(exchange: Exchange, expiry: Int)] = []
  /// The earliest possible timeout. Timeouts are postponed far more often than they expire, so they are checked only at
  /// this time.
  private var nextCheck = Int.max

  init(_ mailbox: Mailbox) { self.mailbox = mailbox }

  func run() {
    let multi = mailbox.multi
    while let commands = mailbox.take() {
      for command in commands { handle(command) }
      multi.perform()
      while let (owner, failure) = multi.nextFinished() {
        if let transfer = owner as? Transfer { end(transfer.exchange, failure) }
      }
      endTimedOut()
      let hasStarted = startQueued()
      multi.wait(milliseconds: hasStarted ? 0 : max(0, nextCheck - Deadline.now))
    }
    for transfer in transfers.values { end(transfer.exchange, .cancelled) }
    multi.close()
  }

  private func handle(_ command: Command) {
    switch command {
    case .start(let exchange): startOrEnqueue(exchange)
    case .resumeSending(let exchange): resume(exchange) { $0.isSendingPaused = false }
    case .resumeReceiving(let exchange): resume(exchange) { $0.isReceivingPaused = false }
    case .end(let exchange, let failure): end(exchange, failure)
    }
  }

  // MARK: starting

  private func startOrEnqueue(_ exchange: Exchange) {
    // The caller may have been cancelled already.
    guard !exchange.isCompleted else { return }
    let parameters = exchange.parameters
    if transfers.count < parameters.options.connections || transfers.isEmpty { return start(exchange) }
    guard queue.count < parameters.options.waiting else {
      return refuse(exchange, .final("too many requests wait for a connection"))
    }
    let expiry = min(Deadline.now + parameters.idleTimeout, parameters.deadline.milliseconds)
    queue.append((exchange, expiry))
    nextCheck = min(nextCheck, expiry)
  }

  /// Starts waiting exchanges while there are free connections.
  private func startQueued() -> Bool {
    var hasStarted = false
    while let exchange = queue.first?.exchange,
      transfers.count < exchange.parameters.options.connections || transfers.isEmpty
    {
      queue.removeFirst()
      start(exchange)
      hasStarted = true
    }
    return hasStarted
  }

  private func start(_ exchange: Exchange) {
    do throws(Failure) {
      let mailbox = mailbox
      let transfer = try Transfer(exchange) { mailbox.post(.end(exchange, nil)) }
      guard let easy = transfer.easy, mailbox.multi.add(easy) else { throw .final("libcurl is out of memory") }
      transfers[ObjectIdentifier(exchange)] = transfer
      nextCheck = min(nextCheck, transfer.expiry)
    } catch {
      refuse(exchange, error)
    }
  }

  private func resume(_ exchange: Exchange, _ change: (Transfer) -> Void) {
    guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
    change(transfer)
    if let failure = transfer.resume() { return end(exchange, failure) }
    nextCheck = min(nextCheck, transfer.expiry)
  }

  // MARK: ending

  private func endTimedOut() {
    let now = Deadline.now
    guard nextCheck <= now else { return }
    for transfer in transfers.values where transfer.expiry <= now { end(transfer.exchange, .timedOut) }
    for (exchange, expiry) in queue where expiry <= now { end(exchange, .timedOut) }
    let running = transfers.values.reduce(Int.max) { min($0, $1.expiry) }
    nextCheck = queue.reduce(running) { min($0, $1.expiry) }
  }

  private func end(_ exchange: Exchange, _ failure: Failure?) {
    guard let transfer = transfers.removeValue(forKey: ObjectIdentifier(exchange)) else {
      queue.removeAll { $0.exchange === exchange }
      if let failure { refuse(exchange, failure) }
      return
    }
    if let easy = transfer.easy { mailbox.multi.remove(easy) }
    transfer.end(failure)
  }

  /// Fails an exchange that was not started.
  private func refuse(_ exchange: Exchange, _ failure: Failure) {
    exchange.complete(.failed(failure))
    exchange.upload?.close()
  }
}
