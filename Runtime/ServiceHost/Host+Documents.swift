import ServiceCore

/// What a gateway says of its own API: `/openapi.json` of all services, `/openapi/{service}.json` of each, and `/docs`, the
/// page for people.
extension Host {
  func documentRoutes() -> [ServiceRoute] {
    var routes = documents.map { name, text in
      let path = name.isEmpty ? ["openapi.json"] : ["openapi", name + ".json"]
      return Self.file(path, "application/json", Array(text.utf8))
    }
    guard let all = documents[""].flatMap(APIDocument.init) else { return routes }
    routes.append(Self.file(["docs"], "text/html; charset=utf-8", DocsPage(document: all).html.bytes))
    routes.append(Self.file(["docs", "docs.css"], "text/css; charset=utf-8", Array(DocsAssets.style.utf8)))
    routes.append(Self.file(["docs", "docs.js"], "text/javascript; charset=utf-8", Array(DocsAssets.script.utf8)))
    return routes
  }

  private static func file(_ path: [String], _ type: String, _ body: [UInt8]) -> ServiceRoute {
    let headers: HTTPFields = [
      // A build changes it: caches ask each time, and are told when nothing did.
      "content-type": type, "cache-control": "no-cache", "etag": entityTag(of: body),
      // A page runs and loads what this gateway serves, and nothing else.
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
        + "frame-ancestors 'none'",
    ]
    let operation = OperationDescriptor(
      service: "host", id: "get " + path.joined(separator: "/"), method: "GET", path: path.map { .literal($0) },
      responses: .init([200]))
    return ServiceRoute(operation) { _ in HTTPResponse(status: 200, headers: headers, body: body) }
  }

  /// Tells one build's file from another's.
  private static func entityTag(of body: [UInt8]) -> String { "\"\(String(body.fnv1a, radix: 16))\"" }
}
