import BenchAPI
import ServiceCore
import ServiceDefinition

/// The work that `./charter bench` measures.
struct Bench: BenchHandlers, Service {
  private let queries: BenchQueries
  private let clock: Clock

  init(_ resources: Resources) throws {
    queries = try BenchQueries(resources)
    clock = resources.clock
  }

  private static var greeting: Greeting { Greeting(id: 42, message: "Hello, world", isNew: true) }

  func getGreeting(_ input: GetGreeting.Input, _ call: Call) async throws -> GetGreeting.Output { .ok(Self.greeting) }

  func getLimited(_ input: GetLimited.Input, _ call: Call) async throws -> GetLimited.Output { .ok(Self.greeting) }

  func getSeldom(_ input: GetSeldom.Input, _ call: Call) async throws -> GetSeldom.Output { .ok(Self.greeting) }

  func getGuarded(
    _ input: GetGuarded.Input, _ principal: UserPrincipal, _ call: Call
  ) async throws -> GetGuarded.Output {
    .ok(Self.greeting)
  }

  func priceOrder(_ input: PriceOrder.Input, _ call: Call) async throws -> PriceOrder.Output {
    let draft = input.body
    var total = ExactDecimal(0)
    for line in draft.items { total = try total + line.unitPrice * ExactDecimal(line.quantity) }
    return .ok(
      Order(
        id: .v7(at: clock.now()), customerName: draft.customerName, customerEmail: draft.customerEmail,
        items: draft.items, total: total))
  }

  func countLines(_ input: CountLines.Input, _ call: Call) async throws -> CountLines.Output {
    .ok(LineCount(lines: input.body.count))
  }

  func getItem(_ input: GetItem.Input, _ call: Call) async throws -> GetItem.Output {
    guard let item = try await queries.item(id: input.itemID) else {
      throw GetItem.notFound("No item has the number \(input.itemID).")
    }
    return .ok(item)
  }

  func takeNap(_ input: TakeNap.Input, _ call: Call) async throws -> TakeNap.Output {
    .ok(try await queries.nap(milliseconds: input.milliseconds))
  }

  func sendBlob(_ input: SendBlob.Input, _ call: Call) async throws -> SendBlob.Output {
    var bytes = 0
    for try await piece in input.body { bytes += piece.count }
    return .ok(Size(bytes: bytes))
  }

  func getBlob(_ input: GetBlob.Input, _ call: Call) async throws -> GetBlob.Output {
    let zeros = Zeros(left: input.bytes)
    return .ok(ByteStream(length: input.bytes) { await zeros.next() })
  }

  func getTicks(_ input: GetTicks.Input, _ call: Call) async throws -> GetTicks.Output {
    let ticks = Ticks(first: (input.lastEventID.flatMap { Int($0) } ?? -1) + 1, input.count, pause: input.pause)
    return .ok(ItemStream(next: { try await ticks.next() }))
  }
}

/// So many zeros, in pieces of 64 KiB.
private actor Zeros {
  private static let piece = [UInt8](repeating: 0, count: 65_536)
  private var left: Int

  init(left: Int) { self.left = left }

  func next() -> [UInt8]? {
    guard left > 0 else { return nil }
    let size = min(left, Self.piece.count)
    left -= size
    return size == Self.piece.count ? Self.piece : Array(Self.piece[..<size])
  }
}

/// Numbered events, the first at once.
private actor Ticks {
  private let first: Int
  private let count: Int
  private let pause: Int
  private var number: Int

  init(first: Int, _ count: Int, pause: Int) {
    (self.first, self.count, self.pause) = (first, count, pause)
    number = first
  }

  func next() async throws -> GetTicksOkBodyItem? {
    guard number < count else { return nil }
    if number > first { try await Task.sleep(for: .milliseconds(pause)) }
    defer { number += 1 }
    return GetTicksOkBodyItem(id: String(number), data: String(number))
  }
}
