import ServiceCore

/// A running exchange, used only on the transfers' thread.
final class Transfer: EasyOwner {
  /// The size in bytes below which a body of known length is buffered even if streaming is allowed.
  private static let streamedFrom = 65_536

  let exchange: Exchange
  private(set) var easy: EasyHandle?
  /// The time at which the transfer times out, in milliseconds of the monotonic clock.
  private(set) var expiry: Int
  var isSendingPaused = false
  var isReceivingPaused = false
  private let finish: () -> Void
  private var head = ResponseHead()
  private var body: [UInt8] = []
  private var received = 0
  private var sent = 0
  private var isEndReached = false
  private var download: Download?
  /// The reason why a callback aborted the transfer.
  private var failure: Failure?

  /// - Parameter finish: asks the thread to end the transfer successfully, later: that is impossible within a callback.
  init(_ exchange: Exchange, finish: @escaping () -> Void) throws(Failure) {
    self.exchange = exchange
    self.finish = finish
    expiry = exchange.parameters.deadline.milliseconds
    extendExpiry()
    let easy = try EasyHandle(self)
    try easy.prepare(exchange.parameters)
    self.easy = easy
  }

  /// Postpones the timeout while a body makes progress: a stream has no total time limit, but must not stall. The
  /// response's head has its own deadline.
  private func extendExpiry() {
    let later = Deadline.now + exchange.parameters.idleTimeout
    if download != nil {
      expiry = later
    } else if exchange.upload != nil {
      expiry = min(later, exchange.parameters.deadline.milliseconds)
    }
  }

  /// Resumes the directions that are no longer paused; returns the failure if that does not work.
  func resume() -> Failure? {
    // A slow reader of the response must not count against the server's time limit.
    if isReceivingPaused { expiry = .max } else { extendExpiry() }
    guard let easy, !easy.pause(receiving: isReceivingPaused, sending: isSendingPaused) else { return nil }
    return failure ?? .interrupted("libcurl cannot resume a paused transfer")
  }

  /// Ends the transfer and delivers its outcome. The handle must not be used afterwards.
  func end(_ failure: Failure?) {
    // The connection may break after a complete response, while the rest of the request is still being sent.
    let failure = isComplete ? nil : failure.map { self.failure ?? $0 }
    if let failure {
      exchange.complete(.failed(failure))
    } else if download == nil {
      exchange.complete(.complete(HTTPResponse(status: head.status, headers: head.fields, body: body)))
    }
    download?.end(failure)
    exchange.upload?.close()
    easy = nil
  }

  // MARK: sending

  func nextPart(atMost limit: Int) -> Upload.Part {
    let part = exchange.upload?.take(atMost: limit) ?? bufferedPart(atMost: limit)
    switch part {
    case .bytes: if !isReceivingPaused { extendExpiry() }
    case .notYet: isSendingPaused = true
    case .end: isEndReached = true
    }
    return part
  }

  private func bufferedPart(atMost limit: Int) -> Upload.Part {
    let part = exchange.parameters.request.body.dropFirst(sent).prefix(limit)
    sent += part.count
    return part.isEmpty ? .end : .bytes(part)
  }

  func rewind() -> Bool {
    guard exchange.upload == nil else { return false }
    sent = 0
    return true
  }

  private var isSent: Bool {
    let request = exchange.parameters.request
    guard let length = request.stream.map(\.length) ?? request.body.count else { return isEndReached }
    return easy?.uploaded ?? 0 >= length
  }

  // MARK: receiving

  func take(headerLine line: [UInt8]) -> Bool {
    do throws(Failure) {
      if try head.take(line) { try begin() }
      return true
    } catch {
      failure = error
      return false
    }
  }

  private func begin() throws(Failure) {
    if isComplete { return finishIfUnsent() }
    let length = head.length
    if exchange.parameters.streamsAnswer, length ?? .max >= Self.streamedFrom {
      let download = Download()
      self.download = download
      extendExpiry()
      exchange.complete(.streamed(HTTPResponse(status: head.status, headers: head.fields), length: length, download))
    } else if length ?? 0 > exchange.parameters.options.answerLimit {
      throw tooLarge
    }
  }

  private var tooLarge: Failure {
    .final("the response is larger than \(exchange.parameters.options.answerLimit) bytes")
  }

  func take(body bytes: [UInt8]) -> EasyHandle.TakeResult {
    if let download {
      guard download.add(bytes) else {
        isReceivingPaused = true
        expiry = .max
        return .later
      }
      extendExpiry()
    } else {
      guard body.count + bytes.count <= exchange.parameters.options.answerLimit else {
        failure = tooLarge
        return .never
      }
      if body.isEmpty { body = bytes } else { body += bytes }
    }
    received += bytes.count
    if isComplete { finishIfUnsent() }
    return .taken
  }

  private var isBodiless: Bool {
    exchange.parameters.request.method == "HEAD" || head.status == 204 || head.status == 304
  }

  /// Whether the complete response has arrived, judging by its head.
  private var isComplete: Bool { head.isComplete && (isBodiless || received == head.length) }

  /// Ends the transfer when the response is complete before the request is sent, because the server may never read the
  /// rest. libcurl would wait for it, except after an error status; it closes the connection of a transfer that is
  /// ended this way.
  private func finishIfUnsent() {
    if !isSent { finish() }
  }
}
