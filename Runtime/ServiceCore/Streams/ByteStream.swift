/// A body that arrives in chunks: its reader asks for the next chunk, so that at most one chunk is in memory, however
/// long the body is.
///
/// It is read once, by one reader.
public struct ByteStream: AsyncSequence, Sendable {
  public typealias Element = [UInt8]
  /// Returns the next chunk, which is not empty; nil at the end.
  public typealias Next = @Sendable () async throws -> [UInt8]?

  /// The total number of bytes, where it is known in advance.
  public let length: Int?
  private let next: Next
  private let open: (@Sendable (Range<Int>) -> Next)?

  public init(length: Int? = nil, next: @escaping Next) { self.init(length: length, next: next, open: nil) }

  private init(length: Int?, next: @escaping Next, open: (@Sendable (Range<Int>) -> Next)?) {
    (self.length, self.next, self.open) = (length, next, open)
  }

  /// A body of known length of which any part can be read: needed for ranges (RFC 9110, section 14).
  public init(length: Int, opening open: @escaping @Sendable (_ part: Range<Int>) -> Next) {
    self.length = length
    self.open = open
    next = open(0..<length)
  }

  /// A part of the body as a body of its own; nil when this one can only be read from its beginning.
  public func part(_ range: Range<Int>) -> ByteStream? {
    open.map { ByteStream(length: range.count, next: $0(range)) }
  }

  public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
    fileprivate let pull: Next

    public func next() async throws -> [UInt8]? { try await pull() }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pull: next) }

  /// The same body with at most this many bytes. Errors of reading it, a ``CodecError`` beyond the limit, are converted
  /// by `failure`, except cancellation. Without a limit its parts can still be read.
  func limited(to limit: Int = .max, failure: @escaping @Sendable (any Error) -> any Error) -> ByteStream {
    let counter = limit == .max || (length ?? .max) <= limit ? nil : ByteCounter(limit: limit)
    let guarded: @Sendable (@escaping Next) -> Next = { next in
      {
        do {
          guard let piece = try await next() else { return nil }
          try await counter?.count(piece.count)
          return piece
        } catch {
          throw error is CancellationError ? error : failure(error)
        }
      }
    }
    return limit == .max ? wrapped(guarded) : ByteStream(length: length, next: guarded(next))
  }

  /// The same body, read through `wrap`. Its parts can still be read.
  func wrapped(_ wrap: @escaping @Sendable (@escaping Next) -> Next) -> ByteStream {
    ByteStream(
      length: length, next: wrap(next), open: open.map { open in { @Sendable part in wrap(open(part)) } })
  }

  /// Reads all of it, unless that is more than `limit` bytes.
  ///
  /// - Throws: 413 beyond the limit; errors of reading.
  public func collect(limit: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await piece in self {
      guard bytes.count + piece.count <= limit else {
        throw RequestFault(413, "The body is larger than \(limit) bytes.")
      }
      bytes += piece
    }
    return bytes
  }
}

/// Counts the bytes that the body's one reader has received.
private actor ByteCounter {
  private let limit: Int
  private var seen = 0

  init(limit: Int) { self.limit = limit }

  func count(_ bytes: Int) throws(CodecError) {
    seen += bytes
    if seen > limit { throw CodecError(tooLarge: "There are more than \(limit) bytes.") }
  }
}
