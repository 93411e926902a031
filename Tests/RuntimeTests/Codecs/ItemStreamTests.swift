import ServiceCore
import Synchronization
import Testing

/// Values out of bodies, and bodies out of values.
@Suite struct ItemStreamTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// A body of these pieces; `asked` counts how often one was asked for.
  private func stream(_ pieces: [String], failing: Bool = false, _ asked: Counter = Counter()) -> ByteStream {
    ByteStream {
      let number = asked.next()
      if number < pieces.count { return Array(pieces[number].utf8) }
      if failing { throw Failure() }
      return nil
    }
  }

  private struct Failure: Error {}

  private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }
    func next() -> Int {
      count.withLock { value in
        value += 1
        return value - 1
      }
    }
  }

  private func numbers(_ bytes: ByteStream, limit: Int = 100) -> ItemStream<Int> {
    ItemStream(bytes, JSONLinesParser(limit: limit), failure: { RequestFault($0.problem) }) { text in
      var json = JSONReader(text)
      return try Int.decode(&json)
    }
  }

  @Test func `values are read as they are asked for`() async throws {
    let asked = Counter()
    var values = numbers(stream(["1\n2", "3\n", "\n", "4\nnull\n", "5"], asked)).makeAsyncIterator()
    #expect(asked.value == 0)
    #expect(try await values.next() == 1 && asked.value == 1)
    #expect(try await values.next() == 23 && asked.value == 2)
    #expect(try await values.next() == 4 && asked.value == 4)
    // What decode leaves out is passed over.
    #expect(try await values.next() == 5)
    #expect(try await values.next() == nil)
    #expect(try await values.next() == nil)
    #expect(asked.value == 6)
  }

  @Test func `a failure of the body, of its parser and of decode is passed on, and ends the stream`() async throws {
    var values = numbers(stream(["1\n2"], failing: true)).makeAsyncIterator()
    #expect(try await values.next() == 1)
    await #expect(throws: Failure.self) { try await values.next() }
    #expect(try await values.next() == nil)
    values = numbers(stream(["1\n23456\n7\n"]), limit: 4).makeAsyncIterator()
    #expect(try await values.next() == 1)
    let problem = await #expect(throws: RequestFault.self) { try await values.next() }
    #expect(problem?.problem.status == 413)
    #expect(try await values.next() == nil)
    values = numbers(stream(["x\n1\n"])).makeAsyncIterator()
    await #expect(throws: JSONSyntaxError.self) { try await values.next() }
    #expect(try await values.next() == nil)
    var parts = ItemStream(stream(["--b\r\n"]), try MultipartParser(boundary: "b")) { $0 }.makeAsyncIterator()
    await #expect(throws: CodecError.self) { try await parts.next() }
  }

  @Test func `a cancelled task reads no further`() async throws {
    let values = numbers(stream(["1\n2\n3\n"]))
    let reading = Task {
      var read = 0
      for try await _ in values {
        read += 1
        withUnsafeCurrentTask { $0?.cancel() }
      }
      return read
    }
    await #expect(throws: CancellationError.self) { try await reading.value }
  }

  @Test func `elements are written as they are asked for`() async throws {
    let made = Counter()
    let elements = AsyncStream(unfolding: { made.next() < 3 ? made.value : nil })
    let body = ByteStream(encoding: elements) { $0 == 2 ? [] : JSONFraming.lines.record($0.json) }
    let pieces = body.makeAsyncIterator()
    #expect(made.value == 0)
    #expect(try await pieces.next().map(text) == "1\n" && made.value == 1)
    // A piece is never empty.
    #expect(try await pieces.next().map(text) == "3\n" && made.value == 3)
    #expect(try await pieces.next() == nil && made.value == 4)
    #expect(try await pieces.next() == nil && made.value == 4)
  }

  @Test func `a failure of the elements or of encode is passed on`() async throws {
    let elements = AsyncThrowingStream<Int, any Error> { continuation in
      continuation.yield(1)
      continuation.finish(throwing: Failure())
    }
    var pieces = ByteStream(encoding: elements) { $0.json }.makeAsyncIterator()
    #expect(try await pieces.next().map(text) == "1")
    await #expect(throws: Failure.self) { try await pieces.next() }
    let events = AsyncStream<ServerSentEvent> { $0.yield(ServerSentEvent(id: "\0")) }
    pieces = ByteStream(encoding: events) { try $0.encoded() }.makeAsyncIterator()
    await #expect(throws: CodecError.self) { try await pieces.next() }
  }

  @Test func `who makes elements is told when their reader is cancelled, or gone`() async throws {
    let (ended, signal) = AsyncStream<Void>.makeStream()
    let (elements, continuation) = AsyncStream<Int>.makeStream()
    continuation.onTermination = { _ in signal.finish() }
    let body = ByteStream(encoding: elements) { $0.json }
    let reading = Task { for try await _ in body {} }
    reading.cancel()
    for await _ in ended {}
    try await reading.value

    let (dropped, dropSignal) = AsyncStream<Void>.makeStream()
    do {
      let elements = AsyncStream<Int> { $0.onTermination = { _ in dropSignal.finish() } }
      _ = ByteStream(encoding: elements) { $0.json }
    }
    for await _ in dropped {}
  }

  @Test func `values go through a body and come back`() async throws {
    let elements = AsyncStream<Int> { continuation in
      for number in 0..<1_000 { continuation.yield(number) }
      continuation.finish()
    }
    let body = ByteStream(encoding: elements) { JSONFraming.sequence.record($0.json) }
    let back = ItemStream(body, JSONSequenceParser()) { text -> Int? in
      guard case .whole(let bytes) = text else { return nil }
      var json = JSONReader(bytes)
      return try Int.decode(&json)
    }
    var values: [Int] = []
    for try await value in back { values.append(value) }
    #expect(values == Array(0..<1_000))
  }

  // MARK: streams of elements

  @Test func `a stream is what a list, a sequence or a closure gives`() async throws {
    let counter = Counter()
    let source = AsyncThrowingStream<Int, any Error> { continuation in
      for number in 1...3 { continuation.yield(number) }
      continuation.finish()
    }
    for stream in [
      ItemStream([1, 2, 3]), ItemStream(source),
      ItemStream(next: { counter.next() < 3 ? counter.value : nil }), ItemStream(ItemStream([1, 2, 3])),
    ] {
      var values: [Int] = []
      for try await value in stream { values.append(value) }
      #expect(values == [1, 2, 3])
    }
    #expect(counter.value == 4)
    for try await _ in ItemStream<Int>([]) { Issue.record("an empty list has an element") }
  }

  @Test func `what makes an element throws ends the stream`() async throws {
    let counter = Counter()
    let source = ItemStream<Int>(next: {
      if counter.next() == 1 { throw Failure() }
      return 1
    })
    for stream in [source, ItemStream(AsyncThrowingStream<Int, any Error> { $0.finish(throwing: Failure()) })] {
      var values = stream.makeAsyncIterator()
      if counter.value == 0 { #expect(try await values.next() == 1) }
      await #expect(throws: Failure.self) { try await values.next() }
      #expect(try await values.next() == nil)
    }
    #expect(counter.value == 2)
  }

  @Test func `a body that is whole has a length and parts`() async throws {
    let body = ByteStream(Array("abcdef".utf8))
    #expect(body.length == 6)
    #expect(try await text(body.collect(limit: 6)) == "abcdef")
    #expect(try await text(#require(body.part(2..<4)).collect(limit: 6)) == "cd")
    #expect(try await text(#require(body.part(4..<9)).collect(limit: 6)) == "ef")
    let empty = ByteStream([])
    #expect(empty.length == 0)
    #expect(try await empty.makeAsyncIterator().next() == nil)
  }
}
