import ServiceCore

/// The head of a response while it is received line by line, including interim responses (1xx) before it.
struct ResponseHead {
  /// The limits of one head in bytes and fields, and of the interim responses before the final one.
  static let byteLimit = 32_768
  static let fieldLimit = 100
  static let interimLimit = 8

  private(set) var status = 0
  private(set) var fields = HTTPFields()
  private(set) var isComplete = false
  private var bytes = 0
  private var interim = 0

  /// Takes a line including its line end. Returns whether it completes the final response's head.
  ///
  /// - Throws: ``Failure/final(_:)`` for a malformed head or one beyond a limit.
  mutating func take(_ line: [UInt8]) throws(Failure) -> Bool {
    bytes += line.count
    guard bytes <= Self.byteLimit else {
      throw .final("the response has headers of more than \(Self.byteLimit) bytes")
    }
    // Lines after the head are trailers (RFC 9110, section 6.5), which are counted and dropped.
    if isComplete { return false }
    let text = line.prefix { $0 != 10 && $0 != 13 }
    if text.starts(with: "HTTP/".utf8), status == 0 { return try begin(text) }
    if text.isEmpty { return try end() }
    guard fields.list.count < Self.fieldLimit else {
      throw .final("the response has more than \(Self.fieldLimit) headers")
    }
    do throws(CodecError) {
      let (name, value) = try FieldSyntax.field(Array(text))
      fields.append(name, value)
    } catch {
      throw .final("the response has \(error.reason)")
    }
    return false
  }

  /// The body's length in bytes, as announced by the head.
  var length: Int? { fields["transfer-encoding"] == nil ? fields["content-length"].flatMap { Int($0) } : nil }

  private mutating func begin(_ line: ArraySlice<UInt8>) throws(Failure) -> Bool {
    let digits = line.split(separator: 32, maxSplits: 2).dropFirst().first ?? []
    guard digits.count == 3, let code = Int(String(decoding: digits, as: UTF8.self)), (100..<1_000).contains(code)
    else { throw .final("the response has no status") }
    status = code
    return false
  }

  private mutating func end() throws(Failure) -> Bool {
    guard status < 200 else {
      guard Set(fields.values("content-length")).count <= 1 else {
        throw .final("the response has several lengths")
      }
      isComplete = true
      return true
    }
    interim += 1
    guard status != 101, status != 0, interim <= Self.interimLimit else {
      throw .final("the response is preceded by too many interim responses, or by an unrequested 101")
    }
    status = 0
    bytes = 0
    fields = HTTPFields()
    return false
  }
}
