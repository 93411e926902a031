import ServiceCore
import ServiceHTTP

/// The addresses that stand for the outside: the platform's own, those of proxies, and that of an issuer of tokens.
extension Settings {
  /// - Throws: ``ConfigurationError`` for what is not an origin.
  static func publicURL(_ text: String?, _ port: Int) throws -> String {
    guard let text else { return "http://127.0.0.1:\(port)" }
    guard ServerAddress.isOrigin(text) else {
      throw ConfigurationError(
        "CHARTER_PUBLIC_URL is '\(text)', which is not an origin such as https://api.example.com, without a slash at its "
          + "end")
    }
    return text
  }

  /// - Throws: ``ConfigurationError`` for what is not an origin that other processes can call.
  static func advertised(_ text: String) throws -> String {
    guard ServerAddress.isOrigin(text), HTTPClient.isOrigin(text), text == text.lowercased() else {
      throw ConfigurationError(
        "CHARTER_ADVERTISE is '\(text)', which is not an origin such as http://10.0.0.7:8081 or "
          + "https://orders.internal, without a slash at its end")
    }
    return text
  }

  /// The origins of pages that may call the gateway.
  ///
  /// - Throws: ``ConfigurationError`` for what is not an origin as a browser writes it: `null` and `*` are none.
  static func origins(_ text: String) throws -> [String] {
    try text.split(separator: ",").map { part in
      let text = String(part)
      let hasDefaultPort =
        text.hasPrefix("https:") && text.hasSuffix(":443") || text.hasPrefix("http:") && text.hasSuffix(":80")
      guard ServerAddress.isOrigin(text), !hasDefaultPort else {
        throw ConfigurationError(
          "CHARTER_ORIGINS names '\(text)', which is not an origin such as https://shop.example, as a browser sends it; "
            + "separate several by commas")
      }
      return text
    }
  }

  /// The origins of the platform's own pages, and of those that may call the gateway, as a browser sends them.
  var pageOrigins: [String] {
    var own = publicURL.lowercased()
    // A browser leaves out the port that a scheme has without one.
    for (scheme, port) in [("https:", ":443"), ("http:", ":80")] where own.hasPrefix(scheme) && own.hasSuffix(port) {
      own.removeLast(port.count)
    }
    return [own] + http.origins
  }

  /// Fields of every response of the gateway: it serves an API, which no page frames (OWASP REST Security).
  static func securityFields(publicURL: String) -> HTTPFields {
    var fields: HTTPFields = ["x-frame-options": "DENY", "referrer-policy": "no-referrer"]
    if publicURL.hasPrefix("https:") { fields.append("strict-transport-security", "max-age=31536000") }
    return fields
  }

  static func proxies(_ text: String) throws -> [NetworkAddress] {
    try text.split(separator: ",").map { part in
      guard let address = NetworkAddress(String(part)) else {
        throw ConfigurationError(
          "CHARTER_PROXIES names '\(part)', which is not an address such as 10.0.0.7; separate several by commas")
      }
      return address
    }
  }

  /// - Throws: ``ConfigurationError`` for what is not a URL, and for an issuer without an audience.
  static func tokenIssuer(_ environment: [String: String]) throws -> (url: String, audience: String)? {
    guard let url = environment["OIDC_ISSUER"] else { return nil }
    guard (try? ServerAddress(url))?.origin != nil else {
      throw ConfigurationError("OIDC_ISSUER is '\(url)', which is not a URL such as https://id.example.com/realms/shop")
    }
    guard let audience = environment["OIDC_AUDIENCE"], !audience.isEmpty else {
      throw ConfigurationError(
        "OIDC_ISSUER is set, and OIDC_AUDIENCE is not: set it to the text that the issuer writes into 'aud' of tokens for "
          + "this platform; without it tokens for other programs would pass")
    }
    return (url, audience)
  }
}
