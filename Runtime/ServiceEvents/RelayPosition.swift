/// What a relay has published: all that is visible in a snapshot, and of what is visible in the next one, where that is
/// more than a batch, the events up to an id.
///
/// Neither an id nor the oldest open transaction would do: a transaction with a lower id may commit later, and one that
/// stays open for long must not hold up the others. Within one snapshot the visible events of a key are its first ones,
/// because the row that they are about is locked from before their insertion until the commit.
struct RelayPosition: Sendable, Equatable {
  /// As PostgreSQL writes a `pg_snapshot`.
  private(set) var mark: String
  private(set) var target: String?
  private(set) var last = 0

  /// The snapshot in which nothing is visible.
  static let start = RelayPosition(mark: "1:1:")

  init(mark: String, target: String? = nil, last: Int = 0) {
    (self.mark, self.target, self.last) = (mark, target, last)
  }

  /// The position after a batch that was read from here.
  ///
  /// - Parameters:
  ///   - snapshot: in which it was visible.
  ///   - last: the id of its last event; nil for an empty one.
  ///   - hasMore: whether more events are visible in the snapshot.
  func advanced(in snapshot: String, past last: Int?, hasMore: Bool) -> RelayPosition {
    guard hasMore, let last else { return RelayPosition(mark: snapshot) }
    return RelayPosition(mark: mark, target: snapshot, last: last)
  }
}
