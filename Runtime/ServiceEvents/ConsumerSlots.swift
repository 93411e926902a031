/// Limits how many handlers of events a service runs at once: they share its connections with its requests.
package actor ConsumerSlots {
  package let count: Int
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var first = 0

  /// How many run at once where there are enough connections.
  package static let most = 16

  /// - Parameter connections: the maximum number of the service's: half of them are for requests.
  package init(connections: Int) {
    count = min(Self.most, max(1, connections / 2))
    free = count
  }

  func enter() async {
    if free > 0 { return free -= 1 }
    await withCheckedContinuation { waiting.append($0) }
  }

  func leave() {
    guard first < waiting.count else { return free += 1 }
    waiting[first].resume()
    first += 1
    if first == waiting.count { (waiting, first) = ([], 0) }
  }
}
