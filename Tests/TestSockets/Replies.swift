import Foundation

/// The responses that came on a connection, read strictly: what is no response is left over.
public struct Replies: Sendable, CustomStringConvertible {
  /// A final response.
  public struct Reply: Equatable, Sendable {
    public let status: Int
    /// Whether it is of HTTP/1.0, as a server in front may answer.
    public let isOld: Bool
    /// Its header, by names in lower case.
    public let fields: [String: [String]]
    /// Its content, without the framing of chunks.
    public var body: [UInt8] = []

    /// The body as UTF-8.
    public var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// The statuses of interim responses.
  public private(set) var interim: [Int] = []
  /// The final responses that are complete.
  public private(set) var replies: [Reply] = []
  /// Whether the server has closed the connection.
  public let isClosed: Bool
  /// All bytes that came.
  public let bytes: [UInt8]
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8], isHead: Bool, isClosed: Bool) {
    self.bytes = bytes
    self.isClosed = isClosed
    rest = bytes[...]
    while var reply = Self.head(&rest) {
      if reply.status < 200 {
        interim.append(reply.status)
        continue
      }
      let hasBody = reply.status != 204 && reply.status != 304 && !(isHead && replies.isEmpty)
      guard !hasBody || Self.body(&rest, &reply) else { break }
      replies.append(reply)
    }
  }

  /// The statuses of ``replies``.
  public var statuses: [Int] { replies.map(\.status) }
  /// Whether nothing is left over.
  public var isComplete: Bool { rest.isEmpty }
  /// Whether all that came is responses of HTTP/1.1, and none follows one that ends the connection.
  public var isSound: Bool {
    isComplete && !replies.contains(where: \.isOld)
      && replies.dropLast().allSatisfy { $0.fields["connection"] != ["close"] }
  }

  public var description: String {
    "\(interim) \(statuses)\(isClosed ? ", closed" : ", open")\(isSound ? "" : ", with something else"): "
      + String(decoding: bytes, as: UTF8.self).prefix(1_000).debugDescription
  }

  /// Takes a head off; nil, and nothing taken, when there is none.
  private static func head(_ rest: inout ArraySlice<UInt8>) -> Reply? {
    guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    let hasControl = lines.contains { $0.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F } }
    let isOld = lines[0].hasPrefix("HTTP/1.0 ")
    guard !hasControl, isOld || lines[0].hasPrefix("HTTP/1.1 "), let status = Int(lines[0].dropFirst(9).prefix(3)),
      (100..<600).contains(status), lines[0].dropFirst(12).first == " "
    else { return nil }
    var fields: [String: [String]] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
        line[..<colon].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
      else { return nil }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      fields[line[..<colon].lowercased(), default: []].append(value)
    }
    rest = rest[end.upperBound...]
    return Reply(status: status, isOld: isOld, fields: fields)
  }

  /// Takes a body off; false when it is not whole, or nobody can say where it ends.
  private static func body(_ rest: inout ArraySlice<UInt8>, _ reply: inout Reply) -> Bool {
    let (lengths, codings) = (reply.fields["content-length"] ?? [], reply.fields["transfer-encoding"] ?? [])
    if codings == ["chunked"], lengths.isEmpty {
      while let end = rest.firstRange(of: Array("\r\n".utf8)),
        let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16),
        rest[end.upperBound...].count >= size + 2, rest[end.upperBound...].dropFirst(size).starts(with: [13, 10])
      {
        reply.body += rest[end.upperBound...].prefix(size)
        rest = rest[end.upperBound...].dropFirst(size + 2)
        if size == 0 { return true }
      }
      return false
    }
    guard codings.isEmpty, lengths.count == 1, let length = Int(lengths[0]), rest.count >= length else { return false }
    reply.body = Array(rest.prefix(length))
    rest = rest.dropFirst(length)
    return true
  }
}
