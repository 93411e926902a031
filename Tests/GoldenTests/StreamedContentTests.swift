import ServiceCore
import Synchronization
import Testing

@testable import StreamsGolden

/// Sequences of items, from a generated client to a generated server over a socket.
@Suite struct StreamedContentTests {
  private struct Feeds: PetsHandlers {
    func ticks(_ input: Ticks.Input, _ call: Call) async throws -> Ticks.Output {
      let first = (input.lastEventID.flatMap { Int($0) } ?? -1) + 1
      // A stream that breaks off: whoever wants the rest comes back.
      let events = (first..<max(first, input.count)).prefix(3).map { number in
        TypedEvent(data: Tick(number: number), event: "tick", id: String(number), retry: number == 0 ? 10 : nil)
      }
      return .ok(ItemStream(events))
    }

    func news(_ input: News.Input, _ call: Call) async throws -> News.Output {
      .ok(
        ItemStream([
          .added(.init(event: .added, data: "line 1\nline 2")), .gone(.init(event: .gone, data: "abc")),
          .gone(.init(event: .gone, data: "too long")),
        ]))
    }

    func noise(_ input: Noise.Input, _ call: Call) async throws -> Noise.Output {
      .ok(ItemStream([ServerSentEvent(data: "a", event: "b", id: "c"), ServerSentEvent(comment: "still here")]))
    }

    func sums(_ input: Sums.Input, _ call: Call) async throws -> Sums.Output {
      let items = Running(ticks: input.body)
      return .ok(ItemStream(next: { try await items.next() }))
    }

    func sequences(_ input: Sequences.Input, _ call: Call) async throws -> Sequences.Output {
      let ticks: ItemStream<Tick>
      switch input.body {
      case .sequence(let items): ticks = items
      case .json(let items): ticks = ItemStream(items)
      }
      return input.accept.first == .lines ? .ok(.lines(ticks)) : .ok(.sequence(ticks))
    }
  }

  /// Each sum is given before the next number is asked for.
  private actor Running {
    private var ticks: ItemStream<Tick>.AsyncIterator?
    private var sum = 0

    init(ticks: ItemStream<Tick>) { self.ticks = ticks.makeAsyncIterator() }

    func next() async throws -> Int? {
      guard var iterator = ticks else { return nil }
      ticks = nil
      guard let tick = try await iterator.next() else { return nil }
      ticks = iterator
      sum += tick.number
      return sum
    }
  }

  private let call = LiveServer.call

  private func run(_ body: (LiveServer, PetsClient) async throws -> Void) async throws {
    try await LiveServer.run(PetsEndpoint(Feeds()), PetsContract.operations) { server in
      try await body(server, PetsClient(.remote(server.transport)))
    }
  }

  @Test func `a stream of events is taken up again behind the last one that was seen`() async throws {
    try await run { server, client async throws in
      var seen: [Int] = []
      var last: String?
      for _ in 0..<3 {
        for try await event in try await client.ticks(.init(count: 8, lastEventID: last), call).get() {
          seen.append(event.data.number)
          #expect(event.event == "tick" && (event.retry == 10) == (event.data.number == 0))
          last = event.id
        }
      }
      #expect(seen == Array(0..<8))
      let raw = try await server.send("GET", "/ticks", query: "count=1")
      #expect(raw.text == "event: tick\nid: 0\nretry: 10\ndata: {\"number\":0}\n\n")
      #expect(raw.headers["content-type"] == "text/event-stream" && raw.headers["cache-control"] == "no-store")
    }
  }

  @Test func `events are told apart by their type, and one that breaks the contract ends the stream`() async throws {
    try await run { _, client async throws in
      var seen: [String] = []
      await #expect(throws: (any Error).self) {
        for try await event in try await client.news(.init(), call).get() {
          switch event {
          case .added(let news): seen.append("+" + news.data)
          case .gone(let news): seen.append("-" + news.data)
          }
        }
      }
      #expect(seen == ["+line 1\nline 2", "-abc"])
    }
  }

  @Test func `events of which nothing is said come as they are`() async throws {
    try await run { server, client async throws in
      let events = try await client.noise(.init(), call).get().all()
      #expect(events.count == 1 && events[0].data == "a" && events[0].event == "b" && events[0].id == "c")
      #expect(try await server.send("GET", "/noise").text.hasSuffix(": still here\n\n"))
    }
  }

  @Test func `lines go up and down at the same time`() async throws {
    try await run { server, client async throws in
      let ticks = ItemStream([1, 2, 3].map { Tick(number: $0) })
      #expect(try await client.sums(.init(body: ticks), call).get().all() == [1, 3, 6])
      let type: HTTPFields = ["content-type": "application/jsonl"]
      let good = try await server.send("POST", "/sums", type, body: "{\"number\":4}\n\n{\"number\":5}")
      #expect(good.status == 200 && good.text == "4\n9\n")
    }
  }

  @Test func `an item that breaks the contract is told by its number, on either side`() async throws {
    try await run { server, client async throws in
      // More than 100 is no sum: the server does not send it.
      await #expect(throws: (any Error).self) {
        try await client.sums(.init(body: ItemStream([Tick(number: 60), Tick(number: 60)])), call).get().all()
      }
      await #expect(throws: (any Error).self) {
        try await client.sums(.init(body: ItemStream([Tick(number: -1)])), call).get().all()
      }
      let reader = ResponseReader(
        HTTPResponse(status: 200, headers: ["content-type": "application/jsonl"], body: Array("1\n101\n".utf8)),
        Sums.descriptor)
      let error = await #expect(throws: ClientError.self) {
        try await reader.items(.lines, Int.self) { item, check in check.range("", item, max: 100) }.all()
      }
      #expect(error?.description.contains("/1") == true)
      let answer = try await server.send(
        "POST", "/sequences", ["content-type": "application/json"], body: "[{\"number\":-1}]")
      #expect(answer.status == 400 && answer.text.contains("/0/number"))
    }
  }

  @Test func `in one process items are held to the contract as over the network`() async throws {
    let client = PetsClient(.local { LocalService(name: "contract", handlers: Feeds(), call: Call()) })
    #expect(try await client.sums(.init(body: ItemStream([Tick(number: 3)])), call).get().all() == [3])
    for number in [-1, 101] {
      await #expect(throws: (any Error).self) {
        try await client.sums(.init(body: ItemStream([Tick(number: number)])), call).get().all()
      }
    }
    let events = try await client.ticks(.init(count: 5, lastEventID: "1"), call).get().all()
    #expect(events.map(\.data.number) == [2, 3, 4])
  }

  @Test func `an answer that breaks off is in the log`() async throws {
    let lines = Mutex<[String]>([])
    let logger = Logger(level: .error) { bytes in lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }
    try await LiveServer.run(PetsEndpoint(Feeds()), PetsContract.operations, Call(requestID: "r1", logger: logger)) {
      server in
      _ = try? await server.send("GET", "/news")
    }
    let logged = lines.withLock(\.self)
    #expect(
      logged.contains { line in
        ["a streamed response failed", ".news: the response breaks the contract: /2/data ", "/news"].allSatisfy(
          line.contains)
      }, "\(logged)")
  }

  @Test func `a sequence goes as it is wanted`() async throws {
    let ticks = [Tick(number: 1), Tick(number: 2)]
    try await run { server, client async throws in
      guard
        case .sequence(let items) = try await client.sequences(.init(body: .sequence(ItemStream(ticks))), call).get(),
        case .lines(let lines) = try await client.sequences(.init(body: .json(ticks), accept: [.lines]), call).get()
      else {
        Issue.record("not what was wanted")
        return
      }
      #expect(try await items.all() == ticks)
      #expect(try await lines.all() == ticks)
      let raw = try await server.send(
        "POST", "/sequences", ["content-type": "application/json-seq", "accept": "application/json-seq"],
        body: "\u{1E}{\"number\":3}\n")
      #expect(raw.text == "\u{1E}{\"number\":3}\n")
    }
  }

  @Test(arguments: LiveServer.lineBreakers)
  func `A12: an event's id and type end no line, and its data is data`(_ text: String) async throws {
    for event in [ServerSentEvent(data: "a", id: text), ServerSentEvent(data: "a", event: text)] {
      // What no field of an event can hold is not written.
      if text.utf8.contains(where: { [0, 10, 13].contains($0) }) {
        #expect(throws: CodecError.self) { try event.encoded() }
      }
    }
    var parser = EventStreamParser()
    parser.append(try ServerSentEvent(data: text, comment: text).encoded())
    let read = try parser.next()
    #expect(read?.id == nil && read?.event == nil && read?.data?.utf8.contains(13) == false)
    try await run { _, client async throws in
      _ = try? await client.ticks(.init(count: 1, lastEventID: text), call)
      #expect(try await client.ticks(.init(count: 1), call).get().all().count == 1)
    }
  }
}
