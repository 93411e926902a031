import ServiceCore

/// Adapts a response to its request's conditional, range and encoding fields (RFC 9110, sections 12 to 14).
enum Representation {
  static func of(_ response: HTTPResponse, for request: HTTPRequest, compressedFrom: Int) -> HTTPResponse {
    guard response.status == 200 else { return response }
    // Most requests ask for nothing of the kind, and most responses are small.
    if response.body.count < compressedFrom, !request.hasHeader("range"), !request.hasHeader("if-none-match"),
      !request.hasHeader("if-modified-since")
    {
      return response
    }
    let isRead = request.method == "GET" || request.method == "HEAD"
    if isRead, isUnchanged(response, request.headers) { return unchanged(response) }
    if isRead, let part = ranged(response, request) { return part }
    return compressed(response, request.headers, from: compressedFrom)
  }

  // MARK: preconditions

  /// An entity tag takes precedence over a date (RFC 9110, section 13.2.2). Tags may be on several lines, a date only
  /// on one.
  private static func isUnchanged(_ response: HTTPResponse, _ requestHeaders: HTTPFields) -> Bool {
    if requestHeaders["if-none-match"] != nil {
      guard let tag = response.headers["etag"] else { return false }
      let tags = list(requestHeaders.values("if-none-match").joined(separator: ","))
      return tags.contains { $0.utf8.elementsEqual("*".utf8) || weak($0).utf8.elementsEqual(weak(tag).utf8) }
    }
    guard let modified = response.headers["last-modified"] else { return false }
    return requestHeaders.values("if-modified-since").map(ByteKey.init) == [ByteKey(modified)]
  }

  private static func weak(_ tag: String) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...] }

  private static func unchanged(_ response: HTTPResponse) -> HTTPResponse {
    var result = HTTPResponse(status: 304)
    for name in [
      "etag", "last-modified", "cache-control", "expires", "vary", "content-location", "ratelimit", "ratelimit-policy",
      "deprecation", "sunset", "link",
    ] {
      for value in response.headers.values(name) { result.headers.append(name, value) }
    }
    return result
  }

  // MARK: ranges

  /// The requested part of a body; nil when the complete response is to be sent. Several ranges in one request get the
  /// complete response, as RFC 9110, section 14.2, allows, and so does a repeated field.
  private static func ranged(_ response: HTTPResponse, _ request: HTTPRequest) -> HTTPResponse? {
    guard request.method == "GET", let requestHeaders = request.headers["range"], let length = seekableLength(response),
      request.headers.values("range").count == 1, isCurrent(request.headers.values("if-range"), response),
      let range = range(requestHeaders, of: length)
    else { return nil }
    var result = response
    guard !range.isEmpty else {
      return HTTPResponse(status: 416, headers: ["content-range": "bytes */\(length)"])
    }
    result.status = 206
    result.headers["content-range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
    if let stream = response.stream {
      guard let part = stream.part(range) else { return nil }
      result.stream = part
    } else {
      result.body = Array(response.body[range])
    }
    return result
  }

  /// The length of a body that supports ranges: only where the handler sets `accept-ranges: bytes`.
  private static func seekableLength(_ response: HTTPResponse) -> Int? {
    guard response.headers["accept-ranges"] == "bytes" else { return nil }
    return response.stream.map(\.length) ?? response.body.count
  }

  private static func isCurrent(_ conditions: [String], _ response: HTTPResponse) -> Bool {
    guard let condition = conditions.first else { return true }
    // A weak tag never matches If-Range (RFC 9110, section 13.1.5).
    return conditions.count == 1 && !condition.hasPrefix("W/")
      && (condition == response.headers["etag"] || condition == response.headers["last-modified"])
  }

  /// Parses a single byte range; empty when it is unsatisfiable, nil when the field is to be ignored.
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

  /// Parses digits, clamping to `Int.max`; nil for anything else.
  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text) ?? .max
  }

  // MARK: compression

  private static func compressed(_ response: HTTPResponse, _ requestHeaders: HTTPFields, from size: Int) -> HTTPResponse
  {
    guard response.body.count >= size, response.headers["content-encoding"] == nil,
      isCompressible(response.headers["content-type"] ?? ""),
      !(response.headers["cache-control"].map { $0.contains("no-transform") } ?? false)
    else { return response }
    var result = response
    result.headers.append("vary", "accept-encoding")
    guard requestHeaders["accept-encoding"] != nil,
      accepts(requestHeaders.values("accept-encoding").joined(separator: ",")),
      let body = Gzip.compress(response.body)
    else {
      return result
    }
    result.body = body
    result.headers.append("content-encoding", "gzip")
    // A strong tag identifies exact bytes, which compression changes: it becomes weak (RFC 9110, section 8.8.3).
    if let tag = result.headers["etag"], !tag.hasPrefix("W/") { result.headers["etag"] = "W/" + tag }
    return result
  }

  /// Whether the field accepts gzip with a quality other than zero (RFC 9110, section 12.5.3).
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
