import ServiceCore

/// Which pages of other origins a browser lets call this server with their user's credentials (WHATWG Fetch, section
/// 3.3).
struct CrossOrigin: Sendable {
  /// Compared byte for byte: neither a suffix nor `null` is one of them.
  private let origins: Set<ByteKey>

  /// Nil where there are none: a browser is then told nothing.
  init?(_ origins: [String]) {
    guard !origins.isEmpty else { return nil }
    self.origins = Set(origins.map { ByteKey($0) })
  }

  /// Adds to the response what the browser must know.
  func permit(_ request: HTTPRequest, _ response: inout HTTPResponse) {
    // Nobody behind this server decides.
    for (name, _) in response.headers.list where name.hasPrefix("access-control-") { response.headers[name] = nil }
    // A cache must not give one origin the response to another, or to none.
    response.headers.append("vary", "Origin")
    let given = request.headers.values("origin")
    guard given.count == 1, origins.contains(ByteKey(given[0])) else { return }
    defer {
      response.headers.append("access-control-allow-origin", given[0])
      response.headers.append("access-control-allow-credentials", "true")
    }
    if request.isPreflight {
      answerPreflight(request, &response)
    } else {
      // Otherwise a browser shows a page hardly any.
      let names = Set(response.headers.list.map { $0.name.lowercased() }).union(["x-request-id"]).sorted()
      response.headers.append("access-control-expose-headers", names.joined(separator: ", "))
    }
  }

  /// What a browser asks before it sends a method or a header that no form could: any method of the path, and any
  /// header, since the request itself is held to the contract.
  private func answerPreflight(_ request: HTTPRequest, _ response: inout HTTPResponse) {
    if let methods = response.headers["allow"] { response.headers["access-control-allow-methods"] = methods }
    let names = request.headers.values("access-control-request-headers").flatMap { FieldSyntax.list($0) }
    if !names.isEmpty, names.allSatisfy({ FieldSyntax.isToken($0) }) {
      response.headers["access-control-allow-headers"] = names.joined(separator: ", ")
    }
    // Ten minutes.
    response.headers["access-control-max-age"] = "600"
  }
}

extension HTTPRequest {
  /// Whether a browser asks what a page may send (WHATWG Fetch, section 3.3.2). It has no credentials then, and asks
  /// the server rather than an operation.
  package var isPreflight: Bool { method == "OPTIONS" && hasHeader("access-control-request-method") }
}
