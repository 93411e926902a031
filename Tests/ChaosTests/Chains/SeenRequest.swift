/// A request as a server of a chain read it.
struct SeenRequest: Hashable, Sendable {
  /// In capitals, as gunicorn reads any method.
  let method: String
  /// Path and query, without the origin of an absolute form.
  let target: String
  let body: [UInt8]

  init(method: String, target: String, body: [UInt8]) {
    (self.method, self.target, self.body) = (method.uppercased(), target, body)
  }
}

/// Reads requests framed as RFC 9112 has them, and no others. It shares no code with our server: a second opinion of
/// where each request ends.
struct StrictReader {
  struct Refusal: Error { let reason: String }

  private var rest: ArraySlice<UInt8> = []
  /// Why what came last is no request, with its beginning; nothing behind it is read.
  private(set) var refusal: String?

  /// Takes the next bytes of a connection. Returns the requests that are complete with them.
  mutating func read(_ bytes: [UInt8]) -> [SeenRequest] {
    rest += bytes
    var requests: [SeenRequest] = []
    do throws(Refusal) {
      while refusal == nil, let request = try Self.next(&rest) { requests.append(request) }
    } catch {
      refusal = error.reason + " in " + Self.text(rest.prefix(300)).debugDescription
    }
    return requests
  }

  /// Takes a request off; nil, and nothing taken, when there is no complete one.
  private static func next(_ rest: inout ArraySlice<UInt8>) throws(Refusal) -> SeenRequest? {
    var left = rest
    // One empty line may come before a request (section 2.2).
    if left.starts(with: [13, 10]) { left = left.dropFirst(2) }
    guard let first = try line(&left), let fields = try fields(&left) else { return nil }
    let words = first.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 3, isToken(words[0]), ["HTTP/1.0", "HTTP/1.1"].contains(words[2]), !words[1].isEmpty,
      words[1].utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw Refusal(reason: "a malformed first line") }
    guard fields["host"]?.count == 1 || words[2] == "HTTP/1.0" && fields["host"] == nil else {
      throw Refusal(reason: "not one Host")
    }
    let (lengths, codings) = (fields["content-length"] ?? [], fields["transfer-encoding"] ?? [])
    var body: [UInt8] = []
    switch (lengths.count, codings.map { $0.lowercased() }) {
    case (0, []): break
    case (1, []):
      guard let length = number(lengths[0], radix: 10) else { throw Refusal(reason: "a malformed length") }
      guard left.count >= length else { return nil }
      body = Array(left.prefix(length))
      left = left.dropFirst(length)
    case (0, ["chunked"]) where words[2] == "HTTP/1.1":
      guard let whole = try chunks(&left) else { return nil }
      body = whole
    default: throw Refusal(reason: "a length that two servers can read differently")
    }
    rest = left
    return SeenRequest(method: words[0], target: withoutOrigin(words[1]), body: body)
  }

  /// Takes fields off up to the empty line; nil when that has not come.
  private static func fields(_ rest: inout ArraySlice<UInt8>) throws(Refusal) -> [String: [String]]? {
    var fields: [String: [String]] = [:]
    while let line = try line(&rest) {
      if line.isEmpty { return fields }
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, isToken(String(parts[0])) else { throw Refusal(reason: "a malformed field") }
      fields[parts[0].lowercased(), default: []].append(trimmed(parts[1]))
    }
    return nil
  }

  /// Takes chunks and trailers off; nil when the last has not come.
  private static func chunks(_ rest: inout ArraySlice<UInt8>) throws(Refusal) -> [UInt8]? {
    var body: [UInt8] = []
    while let line = try line(&rest) {
      let size = String(line.prefix { $0 != ";" })
      guard size.utf8.count <= 16, let count = number(size, radix: 16) else {
        throw Refusal(reason: "a malformed chunk")
      }
      if count == 0 { return try fields(&rest) == nil ? nil : body }
      guard rest.count >= count + 2 else { return nil }
      body += rest.prefix(count)
      rest = rest.dropFirst(count)
      guard rest.starts(with: [13, 10]) else { throw Refusal(reason: "a chunk that is longer than its size") }
      rest = rest.dropFirst(2)
    }
    return nil
  }

  /// Takes a line off; nil when its end has not come.
  private static func line(_ rest: inout ArraySlice<UInt8>) throws(Refusal) -> String? {
    guard let end = rest.firstIndex(of: 10) else { return nil }
    let line = rest[..<end]
    guard line.last == 13, line.dropLast().allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 9 }) else {
      throw Refusal(reason: "a malformed line")
    }
    rest = rest[(end + 1)...]
    return text(line.dropLast())
  }

  /// Each byte as a character.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: bytes.map { Unicode.Scalar($0) })
    return text
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text.drop { $0 == " " || $0 == "\t" })
  }

  private static func number(_ text: String, radix: Int) -> Int? {
    text.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") } ? Int(text, radix: radix) : nil
  }

  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  private static func withoutOrigin(_ target: String) -> String {
    guard target.prefix(7).lowercased() == "http://" else { return target }
    return String(target.dropFirst(7).drop { $0 != "/" })
  }
}
