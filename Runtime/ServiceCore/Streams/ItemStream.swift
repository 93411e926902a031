/// The items of a body, each made when it is asked for: what handlers and clients pass and receive. Of a body that is
/// read, at most one item and the chunk it arrived in are in memory.
///
/// An error while an item is made, including cancellation, ends the stream.
public struct ItemStream<Element: Sendable>: AsyncSequence, Sendable {
  private let open: @Sendable () -> AsyncIterator

  /// The elements of a sequence.
  public init<Elements: AsyncSequence & Sendable>(_ elements: Elements) where Elements.Element == Element {
    open = {
      var iterator = elements.makeAsyncIterator()
      return AsyncIterator { try await iterator.next(isolation: #isolation) }
    }
  }

  public init(_ elements: [Element]) {
    open = {
      var iterator = elements.makeIterator()
      return AsyncIterator { iterator.next() }
    }
  }

  /// - Parameter next: returns the next element; nil at the end.
  public init(next: @escaping @Sendable () async throws -> Element?) { open = { AsyncIterator(next) } }

  /// The values that a parser reads from a body.
  ///
  /// - Parameters:
  ///   - decode: makes a value from the parser's result; nil to skip it.
  ///   - failure: makes the error for bytes that the parser rejects: on a server ``CodecError/problem``, in a client an
  ///     error that the response is broken.
  public init<Parser: IncrementalParser>(
    _ bytes: ByteStream, _ parser: Parser, failure: @escaping @Sendable (CodecError) -> any Error = { $0 },
    decode: @escaping @Sendable (Parser.Output) throws -> Element?
  ) {
    open = {
      var parsing = Parsing(bytes, parser)
      return AsyncIterator {
        while let output = try await parsing.next(failure) { if let element = try decode(output) { return element } }
        return nil
      }
    }
  }

  init(opening open: @escaping @Sendable () -> AsyncIterator) { self.open = open }

  /// The results of `transform` for each element and its number.
  func numbered<Other>(_ transform: @escaping @Sendable (Int, Element) throws -> Other) -> ItemStream<Other> {
    ItemStream<Other>(opening: {
      var iterator = makeAsyncIterator()
      var number = 0
      return .init {
        guard let element = try await iterator.next() else { return nil }
        defer { number += 1 }
        return try transform(number, element)
      }
    })
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    private var pull: (() async throws -> Element?)?

    init(_ pull: @escaping () async throws -> Element?) { self.pull = pull }

    public mutating func next() async throws -> Element? {
      // Taken out while it runs, so that after an error, as after the end, the stream is empty.
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

/// A body read by a parser.
struct Parsing<Parser: IncrementalParser> {
  private let bytes: ByteStream.AsyncIterator
  private var parser: Parser
  private var isFinished = false

  init(_ bytes: ByteStream, _ parser: Parser) {
    self.bytes = bytes.makeAsyncIterator()
    self.parser = parser
  }

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
  /// A complete body.
  public init(_ bytes: [UInt8]) {
    self.init(length: bytes.count) { part in
      let piece = part == bytes.indices ? bytes : Array(bytes[part.clamped(to: bytes.indices)])
      let source = ElementSource(ItemStream([piece])) { $0 }
      return { try await source.next() }
    }
  }

  /// A body whose chunks are the elements of a sequence, written by `encode`. The next element is asked for when the
  /// body's reader asks for more; an error of the sequence or of `encode` aborts the body, so that no reader takes it
  /// for complete.
  public init<Elements: AsyncSequence & SendableMetatype>(
    encoding elements: sending Elements, encode: @escaping @Sendable (Elements.Element) throws -> [UInt8]
  ) {
    let source = ElementSource(elements, encode)
    self.init { try await source.next() }
  }
}

/// Holds the iterator of a sequence for the body's one reader.
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
