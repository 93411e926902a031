/// What one loop's connections to a database are used for, and which one the next work takes. It is ``Pool`` without the
/// connections: each has the same index in both.
///
/// Quick statements share connections, so that this process and the server handle several of them by one system call.
/// They do so before an unused connection is taken: a few that are busy cost less than many with a statement each.
/// Other single statements share a connection only when no more may be opened, and never with quick ones, which would
/// wait for them. A transaction has a connection to itself.
package struct ConnectionUses: Sendable {
  package enum Work: Equatable, Sendable {
    case transaction
    case statement
    /// A statement known to be quick, of which so many may be in progress on one connection.
    case quick(most: Int)
  }

  package struct Use: Equatable, Sendable {
    package enum Kind: Sendable { case idle, exclusive, shared, quick }

    package fileprivate(set) var kind = Kind.idle
    /// The number of statements in progress, where it is shared.
    package fileprivate(set) var count = 0
    /// When it became idle; of a shared one, when its first statement was sent or its last result arrived.
    package fileprivate(set) var since: Int
  }

  /// How many statements may share a connection.
  private let pipelined: Int
  package private(set) var list: [Use] = []

  /// After how many milliseconds without a result no further quick statement is sent on a connection.
  private static let stall = 5

  package init(pipelined: Int) { self.pipelined = pipelined }

  package mutating func append(now: Int) { list.append(Use(since: now)) }
  package mutating func remove(_ index: Int) { list.remove(at: index) }

  /// Takes a connection; nil when the work must wait for one.
  ///
  /// - Parameters:
  ///   - isLast: whether no more may be opened.
  ///   - isWanted: whether another loop waits for a connection: those in use are then not shared, or they would never
  ///     become free.
  package mutating func take(_ work: Work, now: Int, isLast: Bool, isWanted: Bool) -> Int? {
    switch work {
    case .transaction: return start(.exclusive, now)
    case .statement:
      if let index = start(.shared, now) { return index }
      return isLast && !isWanted ? join(.shared, most: pipelined) : nil
    case .quick(let most):
      let earliest = now - Self.stall
      if !isWanted, let index = join(.quick, most: most, after: earliest) { return index }
      if let index = start(.quick, now) { return index }
      return isLast && !isWanted ? join(.quick, most: pipelined, after: earliest) : nil
    }
  }

  private mutating func start(_ kind: Use.Kind, _ now: Int) -> Int? {
    guard let index = list.firstIndex(where: { $0.kind == .idle }) else { return nil }
    list[index] = Use(kind: kind, count: 1, since: now)
    return index
  }

  /// Shares the connection that is used least.
  private mutating func join(_ kind: Use.Kind, most: Int, after earliest: Int = .min) -> Int? {
    var best: Int?
    var least = most
    for (index, use) in list.enumerated() where use.kind == kind && use.count < least && use.since > earliest {
      (best, least) = (index, use.count)
    }
    if let best { list[best].count += 1 }
    return best
  }

  /// Takes an unused connection for another loop.
  package mutating func lend(_ index: Int) { list[index].kind = .exclusive }

  /// Records that work no longer needs a connection: a transaction, or so many statements.
  ///
  /// - Returns: whether it is unused now, and was not before.
  package mutating func release(_ index: Int, _ count: Int, now: Int) -> Bool {
    guard list[index].kind != .idle else { return false }
    list[index].since = now
    list[index].count -= count
    if list[index].kind != .exclusive, list[index].count > 0 { return false }
    list[index] = Use(since: now)
    return true
  }
}
