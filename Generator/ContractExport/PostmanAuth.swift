import ContractModel

/// The authentication of a request in Postman: the first alternative of the contract, with each secret in a variable of
/// the collection.
struct PostmanAuth {
  /// Postman supports one method per request; `noauth` means none.
  private(set) var auth = JSONTree.object([("type", "noauth")])
  /// Schemes that it does not support, and a second one beside the first.
  private(set) var headers: [(name: String, value: String)] = []
  private(set) var query: [(name: String, value: String)] = []

  init(_ alternatives: [SecurityRequirement]) {
    var isFound = false
    for scheme in alternatives.first?.schemes.map(\.scheme) ?? [] {
      if !isFound, let known = Self.auth(scheme) {
        (auth, isFound) = (known, true)
      } else {
        add(scheme)
      }
    }
  }

  private static func auth(_ scheme: SecurityScheme) -> JSONTree? {
    let secret = JSONTree.string(Self.secret(scheme))
    switch scheme.kind {
    case .http("basic"):
      return auth("basic", [("username", secret), ("password", .string("{{\(variable(scheme))Password}}"))])
    case .http("bearer"): return auth("bearer", [("token", secret)])
    case .oauth2, .openIDConnect: return auth("oauth2", [("accessToken", secret), ("addTokenTo", "header")])
    case .apiKey(let location, let name) where location != "cookie":
      return auth("apikey", [("key", .string(name)), ("value", secret), ("in", .string(location))])
    default: return nil
    }
  }

  private mutating func add(_ scheme: SecurityScheme) {
    let secret = Self.secret(scheme)
    switch scheme.kind {
    case .apiKey("query", let name): query.append((name, secret))
    case .apiKey("cookie", let name): headers.append(("Cookie", "\(name)=\(secret)"))
    case .apiKey(_, let name): headers.append((name, secret))
    case .http(let name) where name != "basic": headers.append(("Authorization", "\(name) \(secret)"))
    case .oauth2, .openIDConnect: headers.append(("Authorization", "Bearer \(secret)"))
    case .http, .mutualTLS, .broker: break
    }
  }

  static func variables(of contract: Contract) -> [String] {
    contract.securitySchemes.flatMap { scheme in
      switch scheme.kind {
      case .mutualTLS, .broker: [String]()
      case .http("basic"): [variable(scheme), variable(scheme) + "Password"]
      default: [variable(scheme)]
      }
    }
  }

  private static func secret(_ scheme: SecurityScheme) -> String { "{{\(variable(scheme))}}" }

  /// A name that does not contain closing braces.
  private static func variable(_ scheme: SecurityScheme) -> String { ExportName.camel(scheme.name) }

  private static func auth(_ type: String, _ settings: [(String, JSONTree)]) -> JSONTree {
    let list = settings.map { key, value in
      JSONTree.object([("key", .string(key)), ("value", value), ("type", "string")])
    }
    return .object([("type", .string(type)), (type, .array(list))])
  }
}
