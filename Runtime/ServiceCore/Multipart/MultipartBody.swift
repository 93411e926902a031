/// Reads and writes multipart bodies as streams of their parts.
public enum MultipartBody {
  /// The parts of a body, in order. A part's content is read directly from the body: asking for the next part skips the
  /// rest of the current one, and reading that afterwards throws a ``CodecError``.
  ///
  /// Violations of a part are reported below its name, or its index where parts have no names: `/name/member`, `/0`.
  /// - Parameters:
  ///   - contentType: the body's `Content-Type`, whose media type the caller has checked.
  ///   - failure: makes the error for a body that is not multipart, or breaks its contract.
  /// - Throws: the failure for a content type without a boundary.
  public static func decode<Part: MultipartItem>(
    _ bytes: ByteStream, _ type: Part.Type, contentType: String?, limits: MultipartLimits = MultipartLimits(),
    failure: @escaping @Sendable (ContentFailure) -> any Error
  ) throws -> ItemStream<Part> {
    let parser: MultipartParser
    do throws(CodecError) {
      let boundary = try MultipartParser.boundary(contentType: contentType ?? "")
      parser = try MultipartParser(boundary: boundary, limits: limits)
    } catch {
      throw failure(.malformed(error))
    }
    let source = PartSource(bytes, parser, Part.layout, failure)
    return ItemStream(next: {
      while var reader = try await source.next() {
        let part = try await Part.decode(&reader)
        var check = Violations(isChecked: true)
        for violation in reader.violations.list { check.add(violation) }
        if let part { part.validate(&check) }
        check.prefix(since: 0, segment: reader.segment)
        guard check.isEmpty else { throw failure(.invalid(check.list)) }
        if let part { return part }
      }
      return nil
    })
  }

  /// A body of parts, and its `Content-Type`. Each part is validated before it is written; one that breaks its
  /// contract, or is missing at the end, aborts the body with the failure, so that no reader takes it for complete.
  public static func encode<Part: MultipartItem>(
    _ parts: ItemStream<Part>, failure: @escaping @Sendable (ContentFailure) -> any Error
  ) -> (contentType: String, body: ByteStream) {
    var random = SystemRandomNumberGenerator()
    let writer = MultipartWriter(using: &random)
    let pieces = ItemStream<[UInt8]>(opening: {
      var writing = PartWriting(parts.makeAsyncIterator(), writer, failure)
      return .init { try await writing.next() }
    })
    return (writer.contentType(Part.layout.subtype), ByteStream(encoding: pieces) { $0 })
  }
}

/// Writes parts one after the other, their contents in chunks.
private struct PartWriting<Part: MultipartItem> {
  private var parts: ItemStream<Part>.AsyncIterator
  private var content: ByteStream.AsyncIterator?
  /// The segment of the current part in a pointer.
  private var segment = ""
  private var writer: MultipartWriter
  private var counts = PartCounts(Part.layout)
  private var isEnded = false
  private let failure: @Sendable (ContentFailure) -> any Error

  init(
    _ parts: ItemStream<Part>.AsyncIterator, _ writer: MultipartWriter,
    _ failure: @escaping @Sendable (ContentFailure) -> any Error
  ) {
    self.parts = parts
    self.writer = writer
    self.failure = failure
  }

  mutating func next() async throws -> [UInt8]? {
    do {
      if let piece = try await content?.next() { return piece }
    } catch let error as ContentFailure {
      // Of a part that is itself multipart.
      throw failure(error.below(segment))
    }
    content = nil
    if isEnded { return nil }
    if let part = try await parts.next() { return try begin(part) }
    isEnded = true
    guard counts.missing.isEmpty else { throw failure(.invalid(counts.missing)) }
    return writer.end()
  }

  /// The head of a valid part; its content comes next.
  private mutating func begin(_ item: Part) throws -> [UInt8] {
    var check = Violations()
    do {
      let part = try item.encode()
      let (name, segment) = try counts.key(of: part)
      item.validate(&check)
      check.prefix(since: 0, segment: segment)
      for violation in counts.add(name) { check.add(violation) }
      if check.isEmpty {
        content = part.content.makeAsyncIterator()
        self.segment = segment
        return try writer.part(part.headers)
      }
    } catch let error as CodecError {
      throw failure(.malformed(error))
    }
    throw failure(.invalid(check.list))
  }
}

/// Holds a body for the stream of its parts and for the content of the current part.
private actor PartSource {
  private enum State {
    case ready(Parsing<MultipartParser>)
    case reading
    case failed(any Error)
  }

  private var state: State
  private var counts: PartCounts
  /// The part whose content can be read.
  private var current = -1
  private var hasContent = false
  private let failure: @Sendable (ContentFailure) -> any Error

  init(
    _ bytes: ByteStream, _ parser: MultipartParser, _ layout: MultipartLayout,
    _ failure: @escaping @Sendable (ContentFailure) -> any Error
  ) {
    state = .ready(Parsing(bytes, parser))
    counts = PartCounts(layout)
    self.failure = failure
  }

  /// The next part, after the rest of the current one is skipped; nil after the last.
  func next() async throws -> PartReader? {
    current += 1
    while let event = try await event() {
      if case .part(let headers) = event { return try begin(headers) }
    }
    guard counts.missing.isEmpty else { throw failure(.invalid(counts.missing)) }
    return nil
  }

  private func begin(_ headers: HTTPFields) throws -> PartReader {
    let index = current
    let reader: PartReader
    do throws(CodecError) {
      let part = try MultipartPart(headers: headers, content: ByteStream { try await self.content(of: index) })
      reader = PartReader(part, try counts.key(of: part), index, failure)
    } catch {
      throw failure(.malformed(error))
    }
    let excess = counts.add(reader.name)
    guard excess.isEmpty else { throw failure(.invalid(excess)) }
    hasContent = true
    return reader
  }

  private func content(of index: Int) async throws -> [UInt8]? {
    guard index == current else { throw CodecError("a part's content was read after the next part was asked for") }
    guard hasContent else { return nil }
    if case .data(let bytes) = try await event() { return bytes }
    hasContent = false
    return nil
  }

  private func event() async throws -> MultipartParser.Event? {
    switch state {
    case .failed(let error): throw error
    case .reading: throw CodecError("a multipart body was read by two tasks at once")
    case .ready(var parsing):
      state = .reading
      do {
        let event = try await parsing.next { failure(.malformed($0)) }
        state = .ready(parsing)
        return event
      } catch {
        state = .failed(error)
        throw error
      }
    }
  }
}
