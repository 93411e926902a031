/// The routes as flat tables, for paths that need no decoding: a path is walked byte by byte, and nothing is made of it
/// but the values of its parameters. The number of routes does not matter: the next segment is found by its hash.
struct RouteTable: Sendable {
  enum Answer {
    case found(Int, pathValues: [String])
    /// The tree decides: the path needs decoding, or is not found, or not with this method.
    case unknown
  }

  private struct Node {
    let parameter: Int?
    let routes: Range<Int>
    let isMixed: Bool
  }

  /// A literal segment of a node; empty where `child` is 0, which is the root and so nobody's child.
  private struct Slot {
    var node = 0
    var child = 0
    var text = 0..<0
  }

  private var nodes: [Node] = []
  private var routes: [(method: UInt64, operation: Int)] = []
  private var texts: [UInt8] = []
  /// The literals of all nodes, by open addressing. Half of the slots, or more, are empty.
  private var slots: [Slot]

  /// - Parameter literals: how many there are in all nodes.
  init(literals: Int = 0) {
    var size = 2
    while size < literals * 2 { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
  }

  /// Adds the next node; the first is the root.
  mutating func addNode(
    literals: [(text: String, child: Int)], parameter: Int?, routes own: [(method: String, operation: Int)],
    isMixed: Bool
  ) {
    let node = nodes.count
    for (text, child) in literals {
      let bytes = Array(text.utf8)
      var hash = Self.hash(of: node)
      for byte in bytes { Self.add(byte, to: &hash) }
      var index = first(hash)
      while slots[index].child != 0 { index = next(index) }
      slots[index] = Slot(node: node, child: child, text: texts.count..<texts.count + bytes.count)
      texts += bytes
    }
    nodes.append(
      Node(parameter: parameter, routes: routes.count..<routes.count + own.count, isMixed: isMixed))
    routes += own.map { (method: ReceivedHead.word($0.method), operation: $0.operation) }
  }

  /// - Parameter method: as ``ReceivedHead/word(_:)`` packs it.
  func match(_ method: UInt64, _ path: UnsafeBufferPointer<UInt8>) -> Answer {
    guard !nodes.isEmpty, method != 0, path.first == UInt8(ascii: "/") else { return .unknown }
    var values: [String] = []
    guard case .found(let operation) = find(0, path, 1, method, &values) else { return .unknown }
    return .found(operation, pathValues: values)
  }

  private enum Result {
    case found(Int), absent
    /// The tree must decide.
    case unknown
  }

  /// - Parameter start: where the next segment begins; beyond the end of the path when there is none.
  private func find(
    _ index: Int, _ path: UnsafeBufferPointer<UInt8>, _ start: Int, _ method: UInt64, _ values: inout [String]
  ) -> Result {
    let node = nodes[index]
    if start > path.count {
      if node.routes.isEmpty { return .absent }
      for route in node.routes where routes[route].method == method { return .found(routes[route].operation) }
      return .unknown
    }
    var hash = Self.hash(of: index)
    var end = start
    while end < path.count, path[end] != UInt8(ascii: "/") {
      guard Self.isPlain(path[end]) else { return .unknown }
      Self.add(path[end], to: &hash)
      end += 1
    }
    if end > start, path[start] == UInt8(ascii: ".") { return .unknown }
    if let child = child(of: index, hash, path, start..<end) {
      let result = find(child, path, end + 1, method, &values)
      guard case .absent = result else { return result }
    }
    if node.isMixed { return .unknown }
    guard let parameter = node.parameter, end > start else { return .absent }
    values.append(String(decoding: UnsafeBufferPointer(rebasing: path[start..<end]), as: UTF8.self))
    let result = find(parameter, path, end + 1, method, &values)
    if case .absent = result { values.removeLast() }
    return result
  }

  private func child(
    of node: Int, _ hash: UInt64, _ path: UnsafeBufferPointer<UInt8>, _ segment: Range<Int>
  ) -> Int? {
    var index = first(hash)
    while slots[index].child != 0 {
      let slot = slots[index]
      if slot.node == node, slot.text.count == segment.count, isSame(slot.text, path, segment.lowerBound) {
        return slot.child
      }
      index = next(index)
    }
    return nil
  }

  private func isSame(_ text: Range<Int>, _ path: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    var offset = 0
    while offset < text.count {
      if texts[text.lowerBound + offset] != path[start + offset] { return false }
      offset += 1
    }
    return true
  }

  // MARK: hashing

  /// FNV-1a. Nobody can construct collisions: the keys are those of the contracts.
  private static func hash(of node: Int) -> UInt64 { (0xCBF2_9CE4_8422_2325 ^ UInt64(node)) &* 0x100_0000_01B3 }

  @inline(__always) private static func add(_ byte: UInt8, to hash: inout UInt64) {
    hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  private func first(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1) }

  private func next(_ index: Int) -> Int { (index + 1) & (slots.count - 1) }

  /// Whether the byte stands for itself: visible ASCII that begins no percent-encoding, and that nobody reads as a
  /// slash.
  @inline(__always) private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "%") && byte != UInt8(ascii: "\\")
  }
}
