import ContractSource

/// Security schemes as Postman has them; each secret is a variable of the collection.
enum PostmanAuth {
  /// The first requirement's first scheme; nil where nothing is said, `noauth` where nothing is needed.
  static func auth(_ requirements: Node?, in root: Node) -> JSONTree? {
    guard let items = requirements?.items else { return nil }
    guard let name = items.first?.entries?.first?.key else { return .object([("type", "noauth")]) }
    guard let scheme = root["components"]?["securitySchemes"]?[name] else { return nil }
    let secret = JSONTree.string("{{\(variable(name))}}")
    switch (scheme["type"]?.string, scheme["scheme"]?.string?.lowercased()) {
    case ("http", "basic"):
      let password = JSONTree.string("{{\(variable(name))Password}}")
      return auth("basic", [("username", secret), ("password", password)])
    case ("http", "bearer"): return auth("bearer", [("token", secret)])
    case ("oauth2", _), ("openIdConnect", _):
      return auth("oauth2", [("accessToken", secret), ("addTokenTo", "header")])
    case ("apiKey", _):
      let place = JSONTree.string(scheme["in"]?.string ?? "header")
      return auth("apikey", [("key", .string(scheme["name"]?.string ?? name)), ("value", secret), ("in", place)])
    default: return nil
    }
  }

  static func variables(in root: Node?) -> [String] {
    (root?["components"]?["securitySchemes"]?.entries ?? []).flatMap { entry in
      let isBasic = entry.value["scheme"]?.string?.lowercased() == "basic"
      return isBasic ? [variable(entry.key), variable(entry.key) + "Password"] : [variable(entry.key)]
    }
  }

  /// A name that ends no pair of braces.
  private static func variable(_ name: String) -> String { ExportName.camel(name) }

  private static func auth(_ type: String, _ settings: [(String, JSONTree)]) -> JSONTree {
    let list = settings.map { key, value in
      JSONTree.object([("key", .string(key)), ("value", value), ("type", "string")])
    }
    return .object([("type", .string(type)), (type, .array(list))])
  }
}
