import ServiceCore

/// The events that a consumer has and does not handle yet, by their keys: those of one key are handled in order, one
/// handler at a time; those without a key by any.
struct KeyQueues: Sendable {
  /// An event and its number among all that were added.
  struct Item: Sendable {
    let number: Int
    let event: DeliveredEvent
  }

  /// Events that one handler takes, and the keys that it holds meanwhile.
  struct Work: Sendable {
    fileprivate(set) var items: [Item]
    fileprivate let keys: [ByteKey]
  }

  private enum Ready: Sendable {
    case key(ByteKey)
    case free(Item)
  }

  private var count = 0
  /// The waiting events of each key that has some or whose events are being handled.
  private var waiting: [ByteKey: Queue<Item>] = [:]
  private var busy: Set<ByteKey> = []
  /// The keys, and the events without a key, that may be handled now, in the order of their arrival.
  private var ready = Queue<Ready>()

  mutating func add(_ event: DeliveredEvent) -> Item {
    let item = Item(number: count, event: event)
    count += 1
    guard let key = event.record.key.map({ ByteKey($0) }) else {
      ready.append(.free(item))
      return item
    }
    if waiting[key] == nil, !busy.contains(key) { ready.append(.key(key)) }
    waiting[key, default: Queue()].append(item)
    return item
  }

  /// Takes up to `limit` events; nil when none may be handled now.
  mutating func next(_ limit: Int) -> Work? {
    var (items, keys): ([Item], [ByteKey]) = ([], [])
    while items.count < limit, let next = ready.popFirst() {
      switch next {
      case .free(let item): items.append(item)
      case .key(let key):
        guard var queue = waiting.removeValue(forKey: key) else { continue }
        while items.count < limit, let item = queue.popFirst() { items.append(item) }
        busy.insert(key)
        keys.append(key)
        if !queue.isEmpty { waiting[key] = queue }
      }
    }
    return items.isEmpty ? nil : Work(items: items, keys: keys)
  }

  /// Ends work: the next events of its keys may be handled.
  mutating func finish(_ work: Work) {
    for key in work.keys {
      busy.remove(key)
      if waiting[key] != nil { ready.append(.key(key)) }
    }
  }

  /// Forgets events that wait, and are delivered to another consumer.
  mutating func drop(_ numbers: Set<Int>) {
    for key in Array(waiting.keys) {
      waiting[key]?.removeAll { numbers.contains($0.number) }
      if waiting[key]?.isEmpty == true { waiting[key] = nil }
    }
    ready.removeAll { item in
      switch item {
      case .free(let item): numbers.contains(item.number)
      case .key(let key): waiting[key] == nil
      }
    }
  }
}

/// First in, first out, without moving what remains.
private struct Queue<Element: Sendable>: Sendable {
  private var elements: [Element] = []
  private var first = 0

  var isEmpty: Bool { first == elements.count }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func popFirst() -> Element? {
    guard first < elements.count else { return nil }
    defer {
      first += 1
      if first > 64, first * 2 > elements.count {
        elements.removeFirst(first)
        first = 0
      }
    }
    return elements[first]
  }

  mutating func removeAll(where isRemoved: (Element) -> Bool) {
    elements = elements[first...].filter { !isRemoved($0) }
    first = 0
  }
}
