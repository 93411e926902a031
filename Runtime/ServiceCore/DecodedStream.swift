/// The values of a body, each read when it is asked for: no more of the body is held than one of them and what came with
/// it.
///
/// What reading the body throws, a cancelled task included, is thrown here, and ends the stream.
public struct DecodedStream<Element>: AsyncSequence, Sendable {
  private let open: @Sendable () -> AsyncIterator

  /// - Parameters:
  ///   - decode: makes a value of what the parser gave; nil to leave it out.
  ///   - failure: what is thrown for bytes that the parser refuses: on a server ``CodecError/problem``, in a client what
  ///     tells that the answer is broken.
  public init<Parser: IncrementalParser>(
    _ bytes: ByteStream, _ parser: Parser, failure: @escaping @Sendable (CodecError) -> any Error = { $0 },
    decode: @escaping @Sendable (Parser.Output) throws -> Element?
  ) {
    open = {
      var parsing = Parsing(bytes: bytes.makeAsyncIterator(), parser: parser)
      return AsyncIterator {
        while let output = try await parsing.next(failure) { if let element = try decode(output) { return element } }
        return nil
      }
    }
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    private var pull: (() async throws -> Element?)?

    fileprivate init(_ pull: @escaping () async throws -> Element?) { self.pull = pull }

    public mutating func next() async throws -> Element? {
      // Taken out while it runs, so that after an error, as after the end, there is nothing more.
      guard let pull else { return nil }
      self.pull = nil
      try Task.checkCancellation()
      guard let element = try await pull() else { return nil }
      self.pull = pull
      return element
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { open() }
}

private struct Parsing<Parser: IncrementalParser> {
  var bytes: ByteStream.AsyncIterator
  var parser: Parser
  var isFinished = false

  mutating func next(_ failure: (CodecError) -> any Error) async throws -> Parser.Output? {
    while !isFinished {
      if let output = try read(failure, { parser throws(CodecError) in try parser.next() }) { return output }
      if let piece = try await bytes.next() {
        parser.append(piece)
      } else {
        isFinished = true
        return try read(failure) { parser throws(CodecError) in try parser.finish() }
      }
    }
    return nil
  }

  private mutating func read(
    _ failure: (CodecError) -> any Error, _ body: (inout Parser) throws(CodecError) -> Parser.Output?
  ) throws -> Parser.Output? {
    do { return try body(&parser) } catch { throw failure(error) }
  }
}

extension ByteStream {
  /// A body whose pieces are the elements of a sequence as `encode` writes them. The next element is asked for when the
  /// body's reader asks for more; what the sequence or `encode` throws ends the body, so that no reader takes it for
  /// whole.
  public init<Elements: AsyncSequence & SendableMetatype>(
    encoding elements: sending Elements, encode: @escaping @Sendable (Elements.Element) throws -> [UInt8]
  ) {
    let source = ElementSource(elements, encode)
    self.init { try await source.next() }
  }
}

/// Holds the iterator of a sequence for the one reader of a body.
private actor ElementSource<Elements: AsyncSequence & SendableMetatype> {
  private var iterator: Elements.AsyncIterator?
  private let encode: @Sendable (Elements.Element) throws -> [UInt8]

  init(_ elements: sending Elements, _ encode: @escaping @Sendable (Elements.Element) throws -> [UInt8]) {
    iterator = elements.makeAsyncIterator()
    self.encode = encode
  }

  func next() async throws -> [UInt8]? {
    guard var current = iterator else { return nil }
    iterator = nil
    while let element = try await current.next(isolation: self) {
      let bytes = try encode(element)
      if bytes.isEmpty { continue }
      iterator = current
      return bytes
    }
    return nil
  }
}
