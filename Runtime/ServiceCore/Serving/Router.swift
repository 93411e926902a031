/// Finds the route of a request: the most specific path that matches, then its operation for the method, as OpenAPI
/// matches concrete paths before templated ones.
///
/// Literal segments take precedence over mixed ones, and these over parameters; of mixed ones those with more text come
/// first. Segments are percent-decoded once. Paths that differ only in the names of their parameters are the same.
///
/// A slash that is percent-encoded is data: only a parameter that is a whole segment takes it. A value with a segment
/// `.` or `..` is refused, however it is encoded and whatever follows it behind a semicolon, so that no other reader of
/// the path arrives elsewhere.
public struct Router: Sendable {
  public enum Match: Sendable {
    /// The operation's index in the order of addition.
    case found(Int, pathValues: [String])
    /// The path exists, and has exactly these methods; methods of a less specific path do not count.
    case methodNotAllowed([String])
    case notFound
    /// The path is malformed.
    case malformed(String)
  }

  private struct TreeNode {
    var literals: [ByteKey: Int] = [:]
    /// The one with the most text first.
    var mixed: [(pattern: SegmentPattern, node: Int)] = []
    var parameter: Int?
    var routes: [(method: String, operation: Int)] = []
  }

  private var nodes = [TreeNode()]
  private var count = 0
  private var table = RouteTable()

  public init() {}

  public mutating func add(_ operation: OperationDescriptor) {
    table = RouteTable()
    var node = 0
    for segment in operation.path { node = child(of: node, segment) }
    nodes[node].routes.append((operation.method, count))
    count += 1
  }

  /// Makes matching fast, once all operations are added.
  package mutating func freeze() {
    table = RouteTable(literals: nodes.reduce(0) { $0 + $1.literals.count })
    for node in nodes {
      table.addNode(
        literals: node.literals.map { ($0.key.text, $0.value) }, parameter: node.parameter, routes: node.routes,
        isMixed: !node.mixed.isEmpty)
    }
  }

  /// The node for a segment, created where it is missing.
  private mutating func child(of node: Int, _ segment: OperationDescriptor.PathSegment) -> Int {
    let new = nodes.count
    switch segment {
    case .literal(let text):
      if let next = nodes[node].literals[ByteKey(text)] { return next }
      nodes[node].literals[ByteKey(text)] = new
    case .mixed(let pieces):
      let pattern = SegmentPattern(pieces)
      if let next = nodes[node].mixed.first(where: { $0.pattern == pattern })?.node { return next }
      let index = nodes[node].mixed.firstIndex { $0.pattern.literalSize < pattern.literalSize }
      nodes[node].mixed.insert((pattern, new), at: index ?? nodes[node].mixed.count)
    case .parameter:
      if let next = nodes[node].parameter { return next }
      nodes[node].parameter = new
    }
    nodes.append(TreeNode())
    return new
  }

  /// The route of a request. HEAD uses the route of GET where it has none of its own.
  package func match(_ request: HTTPRequest) -> Match {
    if case .found(let operation, let pathValues)? = request.withPath({ table.match($0, $1) }) {
      return .found(operation, pathValues: pathValues)
    }
    return decodedMatch(method: request.method, path: request.path)
  }

  /// The same for a method and a path.
  public func match(method: String, path: String) -> Match {
    var text = path
    if case .found(let operation, let pathValues) = text.withUTF8({ table.match(ReceivedHead.word(method), $0) }) {
      return .found(operation, pathValues: pathValues)
    }
    return decodedMatch(method: method, path: path)
  }

  private func decodedMatch(method: String, path: String) -> Match {
    let bytes = path.utf8
    guard bytes.first == UInt8(ascii: "/") else { return .malformed("a path begins with '/'") }
    var segments: [String] = []
    segments.reserveCapacity(8)
    var hasSlash = false
    var start = bytes.index(after: bytes.startIndex)
    while true {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
      guard let text = PercentCoding.decode(path[start..<end]), Self.isSound(text) else {
        return .malformed(
          "a segment of the path is not percent-encoded UTF-8, or encodes '..', '\\' or a control character")
      }
      // Only what was encoded can be a slash, and it is shorter now.
      let isDecoded = text.utf8.count < bytes.distance(from: start, to: end)
      hasSlash = hasSlash || isDecoded && text.utf8.contains(UInt8(ascii: "/"))
      segments.append(text)
      if end == bytes.endIndex { break }
      start = bytes.index(after: end)
    }
    var values: [String] = []
    guard let node = find(0, segments, 0, &values) else {
      return hasSlash ? .malformed("a segment of the path encodes '/', which no parameter here takes") : .notFound
    }
    let routes = nodes[node].routes
    let route = routes.first { $0.method == method } ?? (method == "HEAD" ? routes.first { $0.method == "GET" } : nil)
    if let route { return .found(route.operation, pathValues: values) }
    return .methodNotAllowed(Self.allowed(routes.map(\.method)))
  }

  /// The methods of a path that has operations of these methods, in order: OPTIONS always, HEAD beside GET.
  package static func allowed(_ methods: [String]) -> [String] {
    Set(methods + ["OPTIONS"] + (methods.contains("GET") ? ["HEAD"] : [])).sorted()
  }

  /// Whether all readers interpret a decoded segment the same: none of its parts between slashes is `.` or `..`, and it
  /// has no character that some of them read as a delimiter.
  static func isSound(_ segment: String) -> Bool {
    // Of the part between slashes that is being read, up to a semicolon: some readers drop what follows one.
    var (length, dots, isDropped) = (0, 0, false)
    for byte in segment.utf8 {
      switch byte {
      case 0..<0x20, 0x7F, UInt8(ascii: "\\"): return false
      case UInt8(ascii: "/"):
        if isRelative(length, dots) { return false }
        (length, dots, isDropped) = (0, 0, false)
      case UInt8(ascii: ";"): isDropped = true
      case _ where isDropped: break
      case UInt8(ascii: "."): (length, dots) = (length + 1, dots + 1)
      default: length += 1
      }
    }
    return !isRelative(length, dots)
  }

  /// Whether a part of so many characters, so many of them dots, is `.` or `..`.
  private static func isRelative(_ length: Int, _ dots: Int) -> Bool { length == dots && (1...2).contains(length) }

  /// The most specific path that matches as a whole. Every node belongs to one path, so that none is visited twice.
  private func find(_ node: Int, _ segments: [String], _ index: Int, _ values: inout [String]) -> Int? {
    if index == segments.count { return nodes[node].routes.isEmpty ? nil : node }
    guard !segments[index].utf8.contains(UInt8(ascii: "/")) else {
      return parameter(of: node, segments, index, &values)
    }
    if let next = nodes[node].literals[ByteKey(segments[index])], let found = find(next, segments, index + 1, &values) {
      return found
    }
    for (pattern, next) in nodes[node].mixed {
      guard let own = pattern.values(in: segments[index]) else { continue }
      values += own
      if let found = find(next, segments, index + 1, &values) { return found }
      values.removeLast(own.count)
    }
    return parameter(of: node, segments, index, &values)
  }

  private func parameter(
    of node: Int, _ segments: [String], _ index: Int, _ values: inout [String]
  ) -> Int? {
    guard let next = nodes[node].parameter, !segments[index].isEmpty else { return nil }
    values.append(segments[index])
    if let found = find(next, segments, index + 1, &values) { return found }
    values.removeLast()
    return nil
  }
}

/// Percent-encoding by RFC 3986, section 2.
public enum PercentCoding {
  /// The decoded text; nil when an encoding is broken, or the result is not UTF-8.
  public static func decode(_ text: Substring, plusIsSpace: Bool = false) -> String? {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
          return nil
        }
        bytes.append(high << 4 | low)
      } else {
        bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Encodes all but unreserved characters.
  public static func encode(_ text: String) -> String { encode(text, where: isUnreserved) }

  /// The query, or the form, of these parameters: `a=1&b=x%20y`.
  public static func query(_ members: [(name: String, value: String)]) -> String {
    members.map { $0.name + "=" + encode($0.value) }.joined(separator: "&")
  }

  /// RFC 3986, section 2.3.
  package static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
  }

  /// Encodes all characters except those to retain; complete percent-encodings too, where requested.
  package static func encode(_ text: String, keepingEncodings: Bool = false, where isKept: (UInt8) -> Bool) -> String {
    var result: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let isEncoding =
        keepingEncodings && byte == UInt8(ascii: "%") && rest.prefix(2).count == 2
        && rest.prefix(2).allSatisfy { hexValue($0) != nil }
      if isEncoding || isKept(byte) {
        result.append(byte)
      } else {
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The same text for all spellings of a path or a query that mean the same: unreserved characters are not encoded, and
  /// encodings are in upper case (RFC 3986, sections 6.2.2.1 and 6.2.2.2). One with a broken encoding stays as it is:
  /// what it means is not known.
  package static func normalized(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        result.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
        return text
      }
      let decoded = high << 4 | low
      result += isUnreserved(decoded) ? [decoded] : [byte, digits[Int(high)], digits[Int(low)]]
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  /// The value of a hexadecimal digit in either case.
  package static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
