import Synchronization

/// Limits the memory used by request bodies on all loops of a server. When the limit is exceeded, it evicts the
/// requests with the smallest received fraction of their body.
///
/// Small bodies that arrive in one read are not counted, so that most requests never touch the lock.
final class BodyBudget: Sendable {
  /// The size in bytes from which a complete body, or data buffered behind a request, is counted.
  static let countedFrom = 16_384
  /// The number of buckets into which a body's progress is divided.
  static let bucketCount = 16

  private let limit: Int
  private let state = Mutex(State())
  private let isExceeded = Atomic(false)

  /// A body that is still being received, identified by its connection and the request's number on it.
  struct Incomplete: Sendable {
    let connection: ServerConnection
    let number: Int
    /// The received fraction of the body, as a bucket: 0 up to ``bucketCount`` - 1.
    let bucket: Int
  }

  private struct State {
    var used = 0
    var bytes: [ObjectIdentifier: Int] = [:]
    /// Incomplete bodies by bucket, and the position of each connection's body in them.
    var incomplete = [[Incomplete]](repeating: [], count: bucketCount)
    var positions: [ObjectIdentifier: (bucket: Int, index: Int)] = [:]

    mutating func remove(_ connection: ServerConnection) {
      let id = ObjectIdentifier(connection)
      used -= bytes.removeValue(forKey: id) ?? 0
      guard let (bucket, index) = positions.removeValue(forKey: id), let last = incomplete[bucket].popLast(),
        index < incomplete[bucket].count
      else { return }
      incomplete[bucket][index] = last
      positions[ObjectIdentifier(last.connection)] = (bucket, index)
    }
  }

  init(limit: Int) { self.limit = limit }

  /// Whether the limit is exceeded and no request is left to evict.
  var isFull: Bool { isExceeded.load(ordering: .relaxed) }

  /// Records the number of bytes that a connection holds now.
  ///
  /// - Parameter incomplete: the body, when it is not complete and so can be evicted.
  /// - Returns: the requests to refuse, possibly including the given one.
  func hold(_ bytes: Int, of connection: ServerConnection, _ incomplete: Incomplete?) -> [Incomplete] {
    state.withLock { state in
      state.remove(connection)
      if bytes > 0 {
        let id = ObjectIdentifier(connection)
        state.used += bytes
        state.bytes[id] = bytes
        if let incomplete {
          state.positions[id] = (incomplete.bucket, state.incomplete[incomplete.bucket].count)
          state.incomplete[incomplete.bucket].append(incomplete)
        }
      }
      var refused: [Incomplete] = []
      while state.used > limit, let least = state.incomplete.first(where: { !$0.isEmpty })?.last {
        state.remove(least.connection)
        refused.append(least)
      }
      isExceeded.store(state.used > limit, ordering: .relaxed)
      return refused
    }
  }
}
