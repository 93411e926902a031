import ServiceCore

/// Fits an answer to what its request asks for: preconditions, ranges, compression (RFC 9110, sections 12 to 14).
enum Representation {
  static func of(_ response: HTTPResponse, for request: HTTPRequest, compressedFrom: Int) -> HTTPResponse {
    guard response.status == 200 else { return response }
    let isRead = request.method == "GET" || request.method == "HEAD"
    if isRead, isUnchanged(response, request.headers) { return unchanged(response) }
    if isRead, let part = ranged(response, request) { return part }
    return compressed(response, request.headers, from: compressedFrom)
  }

  // MARK: preconditions

  /// RFC 9110, section 13.2.2: an entity tag goes before a date. The tags may be on several lines, a date only on one.
  private static func isUnchanged(_ response: HTTPResponse, _ asked: HTTPFields) -> Bool {
    if asked["if-none-match"] != nil {
      guard let tag = response.headers["etag"] else { return false }
      let tags = list(asked.values("if-none-match").joined(separator: ","))
      return tags.contains { $0.utf8.elementsEqual("*".utf8) || weak($0).utf8.elementsEqual(weak(tag).utf8) }
    }
    guard let modified = response.headers["last-modified"] else { return false }
    return asked.values("if-modified-since").map(ByteKey.init) == [ByteKey(modified)]
  }

  private static func weak(_ tag: String) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...] }

  private static func unchanged(_ response: HTTPResponse) -> HTTPResponse {
    var answer = HTTPResponse(status: 304)
    for name in ["etag", "last-modified", "cache-control", "expires", "vary", "content-location"] {
      if let value = response.headers[name] { answer.headers.append(name, value) }
    }
    return answer
  }

  // MARK: ranges

  /// The part of a body that was asked for; nil where the whole is the answer. Several ranges at once are answered
  /// with the whole, as RFC 9110, section 14.2, allows, and so is a field that is given twice.
  private static func ranged(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse? {
    guard request.method == "GET", let asked = request.headers["range"], let length = seekableLength(response),
      request.headers.values("range").count == 1, isCurrent(request.headers.values("if-range"), response),
      let range = range(asked, of: length)
    else { return nil }
    var answer = response
    guard !range.isEmpty else {
      return HTTPResponse(status: 416, headers: ["content-range": "bytes */\(length)"])
    }
    answer.status = 206
    answer.headers["content-range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
    if let stream = response.stream {
      guard let part = stream.part(range) else { return nil }
      answer.stream = part
    } else {
      answer.body = Array(response.body[range])
    }
    return answer
  }

  /// The length of a body of which parts can be had: only where its maker says `accept-ranges: bytes`.
  private static func seekableLength(_ response: HTTPResponse) -> Int? {
    guard response.headers["accept-ranges"] == "bytes" else { return nil }
    return response.stream.map(\.length) ?? response.body.count
  }

  private static func isCurrent(_ conditions: [String], _ response: HTTPResponse) -> Bool {
    guard let condition = conditions.first else { return true }
    // A weak tag never allows a part (RFC 9110, section 13.1.5).
    return conditions.count == 1 && !condition.hasPrefix("W/")
      && (condition == response.headers["etag"] || condition == response.headers["last-modified"])
  }

  /// One range of bytes; empty where it lies outside, nil where the field is to be ignored.
  static func range(_ field: String, of length: Int) -> Range<Int>? {
    guard field.hasPrefix("bytes=") else { return nil }
    let ends = field.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.count == 2 else { return nil }
    let (first, last) = (number(ends[0]), number(ends[1]))
    switch (ends[0].isEmpty, ends[1].isEmpty) {
    case (false, true): return first.map { $0 < length ? $0..<length : 0..<0 }
    case (true, false): return last.map { max(0, length - $0)..<length }
    case (false, false):
      guard let first, let last, first <= last else { return nil }
      return first < length ? first..<min(length, last == .max ? .max : last + 1) : 0..<0
    case (true, true): return nil
    }
  }

  /// Digits as a number, the largest there is for one beyond it; nil for anything else.
  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text) ?? .max
  }

  // MARK: compression

  private static func compressed(_ response: HTTPResponse, _ asked: HTTPFields, from size: Int) -> HTTPResponse {
    guard response.body.count >= size, response.headers["content-encoding"] == nil,
      isCompressible(response.headers["content-type"] ?? ""),
      !(response.headers["cache-control"].map { $0.contains("no-transform") } ?? false)
    else { return response }
    var answer = response
    answer.headers.append("vary", "accept-encoding")
    guard asked["accept-encoding"] != nil, accepts(asked.values("accept-encoding").joined(separator: ",")),
      let body = Gzip.compress(response.body)
    else {
      return answer
    }
    answer.body = body
    answer.headers.append("content-encoding", "gzip")
    // Other bytes have another tag: a strong one becomes weak (RFC 9110, section 8.8.3).
    if let tag = answer.headers["etag"], !tag.hasPrefix("W/") { answer.headers["etag"] = "W/" + tag }
    return answer
  }

  /// Whether gzip is acceptable, and not by a quality of zero (RFC 9110, section 12.5.3).
  static func accepts(_ field: String) -> Bool {
    var any = false
    for item in list(field) {
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
      guard let coding = parts.first else { continue }
      let isRefused = parts.dropFirst().contains {
        $0.hasPrefix("q=0") && $0.dropFirst(3).allSatisfy { $0 == "." || $0 == "0" }
      }
      switch ByteKey(coding) {
      case "gzip", "x-gzip": return !isRefused
      case "*": any = !isRefused
      default: break
      }
    }
    return any
  }

  private static func isCompressible(_ type: String) -> Bool {
    if type == "application/json" { return true }
    let name = type.prefix { $0 != ";" }.lowercased()
    return name.hasPrefix("text/") && name != "text/event-stream" || name.hasSuffix("json") || name.hasSuffix("xml")
      || name.hasSuffix("javascript") || name.hasSuffix("yaml")
  }

  private static func list(_ field: String) -> [String] {
    field.split(separator: ",").map { item in
      var item = item
      while let first = item.first, first == " " || first == "\t" { item.removeFirst() }
      while let last = item.last, last == " " || last == "\t" { item.removeLast() }
      return String(item)
    }
  }
}
