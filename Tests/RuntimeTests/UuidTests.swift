import ContractValues
import Testing

@Suite struct UuidTests {
  private let time = Timestamp(microseconds: 1_700_000_000_000_000)

  @Test func `ids of one moment sort in the order in which they were made, and none is made twice`() async {
    let threads = await withTaskGroup(of: [Uuid].self) { group in
      for _ in 0..<4 {
        group.addTask { [time] in (0..<250_000).map { _ in Uuid.v7(at: time) } }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for ids in threads { #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }) }
    #expect(Set(threads.joined()).count == 1_000_000)
    #expect(threads.joined().allSatisfy { $0.high >> 12 & 0xF == 7 && $0.low >> 62 == 2 })
  }

  @Test func `an id that is made after the clock was set back sorts behind those before`() {
    var ids = [Uuid.v7(at: time)]
    for step in 1..<1_000 { ids.append(.v7(at: Timestamp(microseconds: time.microseconds - step * 1_000_000))) }
    for step in 1..<1_000 { ids.append(.v7(at: Timestamp(microseconds: time.microseconds + step))) }
    #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `an id of a given generator is the same each time`() {
    struct Counter: RandomNumberGenerator {
      var value: UInt64 = 0
      mutating func next() -> UInt64 {
        value += 1
        return value
      }
    }
    func make() -> Uuid {
      var random = Counter()
      return Uuid.v7(at: time, using: &random)
    }
    #expect(make() == make() && make().description == "018bcfe5-6800-7001-8000-000000000000")
  }
}
