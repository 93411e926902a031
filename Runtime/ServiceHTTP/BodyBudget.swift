import Synchronization

/// The memory that the bodies of requests take on all loops of a server together, and who gives way when it is used up:
/// the request of which the smallest part has come.
///
/// Small bodies that come whole are not counted, so that most requests never touch the lock.
final class BodyBudget: Sendable {
  /// From how many bytes on a body counts that is whole, or bytes that wait behind a request.
  static let smallest = 16_384
  /// Into how many parts the progress of a body is divided.
  static let parts = 16

  private let limit: Int
  private let state = Mutex(State())
  private let full = Atomic(false)

  /// A body that is still coming: of which connection, and of which of its requests.
  struct Coming: Sendable {
    let connection: ServerConnection
    let number: Int
    /// How much of it has come, in parts of the whole.
    let part: Int
  }

  private struct State {
    var used = 0
    var bytes: [ObjectIdentifier: Int] = [:]
    /// The connections whose bodies are still coming, by how far these are; and where each stands there.
    var coming = [[Coming]](repeating: [], count: parts)
    var places: [ObjectIdentifier: (part: Int, index: Int)] = [:]

    mutating func remove(_ connection: ServerConnection) {
      let id = ObjectIdentifier(connection)
      used -= bytes.removeValue(forKey: id) ?? 0
      guard let (part, index) = places.removeValue(forKey: id), let last = coming[part].popLast(),
        index < coming[part].count
      else { return }
      coming[part][index] = last
      places[ObjectIdentifier(last.connection)] = (part, index)
    }
  }

  init(limit: Int) { self.limit = limit }

  /// Whether all of it is used, and nobody can give way.
  var isFull: Bool { full.load(ordering: .relaxed) }

  /// Counts what a connection holds now.
  ///
  /// - Parameter coming: the body when it is not whole, and so may have to give way.
  /// - Returns: those that have to, the given one perhaps among them.
  func hold(_ bytes: Int, of connection: ServerConnection, _ coming: Coming?) -> [Coming] {
    state.withLock { state in
      state.remove(connection)
      if bytes > 0 {
        let id = ObjectIdentifier(connection)
        state.used += bytes
        state.bytes[id] = bytes
        if let coming {
          state.places[id] = (coming.part, state.coming[coming.part].count)
          state.coming[coming.part].append(coming)
        }
      }
      var refused: [Coming] = []
      while state.used > limit, let least = state.coming.first(where: { !$0.isEmpty })?.last {
        state.remove(least.connection)
        refused.append(least)
      }
      full.store(state.used > limit, ordering: .relaxed)
      return refused
    }
  }
}
