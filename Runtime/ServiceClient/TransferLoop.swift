import ServiceCore

/// What the transfers' thread does until it is stopped.
final class TransferLoop {
  private let mailbox: Mailbox
  private var transfers: [ObjectIdentifier: Transfer] = [:]
  /// Those for which no connection is free, in the order in which they came, and when it is too late for each: what
  /// libcurl holds for a transfer that waits is some 20 kB.
  private var line: [(exchange: Exchange, expiry: Int)] = []
  /// Before this moment no time is up. Times are put off far more often than they come, so that they are looked through
  /// only when this one has come.
  private var nextLook = Int.max

  init(_ mailbox: Mailbox) { self.mailbox = mailbox }

  func run() {
    let multi = mailbox.multi
    while let commands = mailbox.take() {
      for command in commands { obey(command) }
      multi.perform()
      while let (owner, failure) = multi.nextFinished() {
        if let transfer = owner as? Transfer { end(transfer.exchange, failure) }
      }
      endLate()
      let hasStarted = startFromLine()
      multi.wait(milliseconds: hasStarted ? 0 : max(0, nextLook - Deadline.now))
    }
    for transfer in transfers.values { end(transfer.exchange, .cancelled) }
    multi.close()
  }

  private func obey(_ command: Command) {
    switch command {
    case .start(let exchange): enter(exchange)
    case .resumeSending(let exchange): resume(exchange) { $0.isSendingPaused = false }
    case .resumeReceiving(let exchange): resume(exchange) { $0.isReceivingPaused = false }
    case .end(let exchange, let failure): end(exchange, failure)
    }
  }

  // MARK: starting

  private func enter(_ exchange: Exchange) {
    // Whoever asked may have gone before.
    guard !exchange.isSettled else { return }
    let order = exchange.order
    if transfers.count < order.options.connections || transfers.isEmpty { return start(exchange) }
    guard line.count < order.options.waiting else {
      return refuse(exchange, .final("too many requests wait for a connection"))
    }
    let expiry = min(Deadline.now + order.patience, order.deadline.milliseconds)
    line.append((exchange, expiry))
    nextLook = min(nextLook, expiry)
  }

  /// Starts those who wait for a connection, as far as there are any.
  private func startFromLine() -> Bool {
    var hasStarted = false
    while let exchange = line.first?.exchange,
      transfers.count < exchange.order.options.connections || transfers.isEmpty
    {
      line.removeFirst()
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
      nextLook = min(nextLook, transfer.expiry)
    } catch {
      refuse(exchange, error)
    }
  }

  private func resume(_ exchange: Exchange, _ change: (Transfer) -> Void) {
    guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
    change(transfer)
    if let failure = transfer.resume() { return end(exchange, failure) }
    nextLook = min(nextLook, transfer.expiry)
  }

  // MARK: ending

  private func endLate() {
    let now = Deadline.now
    guard nextLook <= now else { return }
    for transfer in transfers.values where transfer.expiry <= now { end(transfer.exchange, .timedOut) }
    for (exchange, expiry) in line where expiry <= now { end(exchange, .timedOut) }
    let running = transfers.values.reduce(Int.max) { min($0, $1.expiry) }
    nextLook = line.reduce(running) { min($0, $1.expiry) }
  }

  private func end(_ exchange: Exchange, _ failure: Failure?) {
    guard let transfer = transfers.removeValue(forKey: ObjectIdentifier(exchange)) else {
      line.removeAll { $0.exchange === exchange }
      if let failure { refuse(exchange, failure) }
      return
    }
    if let easy = transfer.easy { mailbox.multi.remove(easy) }
    transfer.end(failure)
  }

  /// Ends what has not begun.
  private func refuse(_ exchange: Exchange, _ failure: Failure) {
    exchange.settle(.failed(failure))
    exchange.upload?.close()
  }
}
