import ServicePostgres
import Testing

/// Who may open a connection, who lends one, and who gives one back.
@Suite struct ConnectionLedgerTests {
  typealias Action = ConnectionLedger.Action

  /// Has a database's loop open so many connections; gives how many it may.
  private func open(_ ledger: inout ConnectionLedger, _ database: Int, _ count: Int, on loop: Int = 0, now: Int = 0)
    -> Int
  {
    (0..<count).count { _ in
      let actions = ledger.wait(database, loop, since: nil, opens: true, now: now)
      if actions.first != .open(database: database, loop: loop) {
        _ = ledger.wait(database, loop, since: nil, opens: false, now: now)
        return false
      }
      return true
    }
  }

  @Test func `shares are equal parts of what is not fixed, and the budget has one for each`() {
    var ledger = ConnectionLedger(budget: 80)
    let databases = (0..<24).map { _ in ledger.join(fixed: nil) ?? 0 }
    #expect(databases.allSatisfy { ledger.share(of: $0) == 3 })
    let large = ledger.join(fixed: 40) ?? 0
    #expect(ledger.share(of: large) == 40 && ledger.share(of: databases[0]) == 1)
    #expect(ledger.join(fixed: 17) == nil && ledger.join(fixed: 16) != nil && ledger.join(fixed: nil) == nil)
    _ = ledger.leave(large)
    #expect(ledger.share(of: databases[0]) == 2)
  }

  @Test func `a database uses what others leave idle, up to its cap`() {
    var ledger = ConnectionLedger(budget: 80)
    let databases = (0..<24).map { _ in ledger.join(fixed: nil) ?? 0 }
    #expect(open(&ledger, databases[0], 20) == 16)
    let fixed = ledger.join(fixed: 20) ?? 0
    #expect(open(&ledger, fixed, 25) == 20)
    #expect(open(&ledger, databases[1], 1) == 1 && ledger.open == 37)
  }

  @Test func `never are more open than the budget, however many ask`() {
    var ledger = ConnectionLedger(budget: 7)
    let databases = (0..<3).map { _ in ledger.join(fixed: nil) ?? 0 }
    var generator = SystemRandomNumberGenerator()
    var opened: [(Int, Int)] = []
    for now in 0..<20_000 {
      let (database, loop) = (databases[Int.random(in: 0..<3, using: &generator)], Int.random(in: 0..<4))
      var actions: [Action] = []
      switch Int.random(in: 0..<4) {
      case 0: actions = ledger.wait(database, loop, since: now, opens: true, now: now)
      case 1: actions = ledger.wait(database, loop, since: nil, opens: false, now: now)
      case 2:
        guard let place = opened.indices.randomElement() else { break }
        let (database, loop) = opened[place]
        if ledger.freed(database, loop, since: nil, idle: 0) == .close {
          opened.remove(at: place)
          actions = ledger.closed(database, loop)
        }
      default:
        guard let place = opened.indices.randomElement() else { break }
        let (database, loop) = opened.remove(at: place)
        actions = ledger.closed(database, loop)
      }
      for case .open(let database, let loop) in actions { opened.append((database, loop)) }
      #expect(ledger.open == opened.count && ledger.open <= 7)
    }
  }

  @Test func `a database above its share closes a connection for one below its share, though it has use for it`() {
    var ledger = ConnectionLedger(budget: 4)
    let (rich, poor) = (ledger.join(fixed: nil) ?? 0, ledger.join(fixed: nil) ?? 0)
    #expect(open(&ledger, rich, 3) == 3 && open(&ledger, rich, 1, on: 1) == 1)
    #expect(ledger.freed(rich, 0, since: nil, idle: 500) == .keep && !ledger.isWanted(rich))
    #expect(
      ledger.wait(poor, 2, since: 10, opens: true, now: 10) == [
        .look(database: rich, loop: 0), .look(database: rich, loop: 1),
      ])
    #expect(ledger.isWanted(rich))
    #expect(ledger.freed(rich, 0, since: 5, idle: 0) == .close)
    // One was asked for, and one is on its way.
    #expect(ledger.freed(rich, 1, since: nil, idle: 0) == .lend(loop: 0))
    #expect(ledger.closed(rich, 0) == [.open(database: poor, loop: 2)])
    #expect(!ledger.isWanted(rich))
    // At its share it takes nothing from the other, which is at its own.
    _ = ledger.wait(poor, 2, since: 20, opens: true, now: 20)
    #expect(ledger.freed(rich, 0, since: nil, idle: 0) == .close && ledger.closed(rich, 0).count == 1)
    _ = ledger.wait(poor, 2, since: 30, opens: true, now: 30)
    #expect(ledger.freed(rich, 1, since: nil, idle: 999) == .keep)
  }

  @Test func `what was idle for a second is closed for any database that can use it`() {
    var ledger = ConnectionLedger(budget: 2)
    let (idle, busy) = (ledger.join(fixed: nil) ?? 0, ledger.join(fixed: nil) ?? 0)
    #expect(open(&ledger, idle, 1) == 1 && open(&ledger, busy, 1) == 1)
    #expect(
      ledger.wait(busy, 0, since: 100, opens: true, now: 100) == [.look(database: idle, loop: 0)])
    #expect(ledger.freed(idle, 0, since: nil, idle: 999) == .keep)
    #expect(ledger.freed(idle, 0, since: 50, idle: 1_000) == .keep)
    #expect(ledger.freed(idle, 0, since: nil, idle: 1_000) == .close)
    #expect(ledger.closed(idle, 0) == [.open(database: busy, loop: 0)])
    // It has its share back as soon as it needs it.
    #expect(ledger.wait(idle, 0, since: 200, opens: true, now: 200) == [.look(database: busy, loop: 0)])
    #expect(ledger.freed(busy, 0, since: 100, idle: 0) == .close)
    #expect(ledger.closed(busy, 0) == [.open(database: idle, loop: 0)])
  }

  @Test func `a free connection goes to the loop that has waited longest, its own first among equals`() {
    var ledger = ConnectionLedger(budget: 2)
    let database = ledger.join(fixed: nil) ?? 0
    #expect(open(&ledger, database, 1) == 1)
    #expect(!ledger.isWanted(database))
    #expect(ledger.wait(database, 1, since: 100, opens: false, now: 100) == [.look(database: database, loop: 0)])
    #expect(ledger.wait(database, 2, since: 90, opens: false, now: 100) == [.look(database: database, loop: 0)])
    #expect(ledger.isWanted(database))
    #expect(ledger.freed(database, 0, since: 95, idle: 0) == .keep)
    #expect(ledger.freed(database, 0, since: 101, idle: 0) == .lend(loop: 2))
    // Until that has arrived the loop is not served again.
    #expect(ledger.freed(database, 0, since: nil, idle: 0) == .lend(loop: 1))
    #expect(ledger.freed(database, 0, since: nil, idle: 0) == .keep && !ledger.isWanted(database))
    #expect(ledger.wait(database, 2, since: 99, opens: false, now: 110) == [.look(database: database, loop: 0)])
  }

  @Test func `those below their share open first, and among equals who asked first`() {
    var ledger = ConnectionLedger(budget: 6)
    let databases = (0..<3).map { _ in ledger.join(fixed: nil) ?? 0 }
    #expect(open(&ledger, databases[0], 4) == 4 && open(&ledger, databases[1], 2) == 2)
    _ = ledger.wait(databases[0], 0, since: 1, opens: true, now: 1)
    _ = ledger.wait(databases[1], 3, since: 2, opens: true, now: 2)
    _ = ledger.wait(databases[2], 1, since: 3, opens: true, now: 3)
    #expect(ledger.closed(databases[0], 0) == [.open(database: databases[2], loop: 1)])
    #expect(ledger.closed(databases[0], 0) == [.open(database: databases[0], loop: 0)])
    #expect(ledger.closed(databases[0], 0) == [.open(database: databases[1], loop: 3)])
  }

  @Test func `a listener takes one of what is shared, and nobody's last one`() {
    var ledger = ConnectionLedger(budget: 4)
    let (one, two) = (ledger.join(fixed: nil) ?? 0, ledger.join(fixed: nil) ?? 0)
    #expect(open(&ledger, one, 4) == 4)
    ledger.listen()
    #expect(ledger.isWanted(one) && ledger.freed(one, 0, since: 1, idle: 0) == .close)
    #expect(ledger.closed(one, 0).isEmpty && !ledger.isWanted(one))
    for _ in 0..<9 { ledger.listen() }
    #expect(ledger.share(of: one) == 1 && ledger.share(of: two) == 1)
  }
}
