import ServiceCore

/// One exchange as it runs, on the transfers' thread alone.
final class Transfer: EasyOwner {
  /// A body of a known length below this is taken in whole even where a stream is asked for, in bytes.
  private static let streamedFrom = 65_536

  let exchange: Exchange
  private(set) var easy: EasyHandle?
  /// The moment at which it is too late, in milliseconds of the monotonic clock.
  private(set) var expiry: Int
  var isSendingPaused = false
  var isReceivingPaused = false
  private let finish: () -> Void
  private var head = AnswerHead()
  private var body: [UInt8] = []
  private var received = 0
  private var sent = 0
  private var isEndGiven = false
  private var download: Download?
  /// Why a callback would not go on.
  private var failure: Failure?

  /// - Parameter finish: has the thread end the transfer well, later: it cannot be done within a callback.
  init(_ exchange: Exchange, finish: @escaping () -> Void) throws(Failure) {
    self.exchange = exchange
    self.finish = finish
    expiry = exchange.order.deadline.milliseconds
    extend()
    let easy = try EasyHandle(self)
    try easy.prepare(exchange.order)
    self.easy = easy
  }

  /// Puts the end off as a body goes on: what is a stream has no time in all, but must not stand still. The answer's
  /// head has its own deadline.
  private func extend() {
    let later = Deadline.now + exchange.order.patience
    if download != nil {
      expiry = later
    } else if exchange.upload != nil {
      expiry = min(later, exchange.order.deadline.milliseconds)
    }
  }

  /// Goes on with what is not paused any more; what is wrong if that does not work.
  func resume() -> Failure? {
    // A body that nobody reads does not stand still by its sender's fault.
    if isReceivingPaused { expiry = .max } else { extend() }
    guard let easy, !easy.pause(receiving: isReceivingPaused, sending: isSendingPaused) else { return nil }
    return failure ?? .interrupted("libcurl cannot go on with a paused transfer")
  }

  /// Hands over what came of it. The handle is not to be used any more.
  func end(_ failure: Failure?) {
    // A connection may break behind the answer, while the rest of the request is still on its way.
    let failure = isWhole ? nil : failure.map { self.failure ?? $0 }
    if let failure {
      exchange.settle(.failed(failure))
    } else if download == nil {
      exchange.settle(.whole(HTTPResponse(status: head.status, headers: head.fields, body: body)))
    }
    download?.end(failure)
    exchange.upload?.close()
    easy = nil
  }

  // MARK: sending

  func nextPart(atMost limit: Int) -> Upload.Part {
    let part = exchange.upload?.take(atMost: limit) ?? wholePart(atMost: limit)
    switch part {
    case .bytes: if !isReceivingPaused { extend() }
    case .notYet: isSendingPaused = true
    case .end: isEndGiven = true
    }
    return part
  }

  private func wholePart(atMost limit: Int) -> Upload.Part {
    let part = exchange.order.request.body.dropFirst(sent).prefix(limit)
    sent += part.count
    return part.isEmpty ? .end : .bytes(part)
  }

  func rewind() -> Bool {
    guard exchange.upload == nil else { return false }
    sent = 0
    return true
  }

  private var isSent: Bool {
    let request = exchange.order.request
    guard let length = request.stream.map(\.length) ?? request.body.count else { return isEndGiven }
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
    if isWhole { return finishIfUnsent() }
    let length = head.length
    if exchange.order.streamsAnswer, length ?? .max >= Self.streamedFrom {
      let download = Download()
      self.download = download
      extend()
      exchange.settle(.streamed(HTTPResponse(status: head.status, headers: head.fields), length: length, download))
    } else if length ?? 0 > exchange.order.options.answerLimit {
      throw tooLarge
    }
  }

  private var tooLarge: Failure { .final("the answer is larger than \(exchange.order.options.answerLimit) bytes") }

  func take(body bytes: [UInt8]) -> EasyHandle.Taking {
    if let download {
      guard download.add(bytes) else {
        isReceivingPaused = true
        expiry = .max
        return .later
      }
      extend()
    } else {
      guard body.count + bytes.count <= exchange.order.options.answerLimit else {
        failure = tooLarge
        return .never
      }
      if body.isEmpty { body = bytes } else { body += bytes }
    }
    received += bytes.count
    if isWhole { finishIfUnsent() }
    return .taken
  }

  private var isBodiless: Bool {
    exchange.order.request.method == "HEAD" || head.status == 204 || head.status == 304
  }

  /// Whether all of the answer has come, as far as its head tells.
  private var isWhole: Bool { head.isWhole && (isBodiless || received == head.length) }

  /// An answer that is whole before the request is out does not wait for the rest, which nobody may ever read. libcurl
  /// would, unless the answer is a refusal; it closes the connection when the transfer is ended for it.
  private func finishIfUnsent() {
    if !isSent { finish() }
  }
}
