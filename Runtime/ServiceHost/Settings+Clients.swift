import ServiceCore
import ServiceSecurity

/// What issuers of tokens know this process by, for the calls that it makes for itself.
extension Settings {
  /// Finds what is configured for a name such as `charter`, which stands for the services of the platform. A function,
  /// so that no description of the settings shows a secret.
  typealias Clients = @Sendable (_ name: String, _ issuer: String?) throws(ConfigurationError) -> OAuthClient?

  static func clients(_ environment: [String: String]) -> Clients {
    let endings = ["_CLIENT_ID", "_CLIENT_SECRET", "_CLIENT_SECRET_FILE", "_ISSUER"]
    let own = environment.filter { entry in endings.contains { entry.key.hasSuffix($0) } }
    return { name, issuer throws(ConfigurationError) in try client(name, own, issuer) }
  }

  /// - Throws: ``ConfigurationError`` for half a client, and for a file that cannot be read.
  private static func client(
    _ name: String, _ environment: [String: String], _ issuer: String?
  ) throws(ConfigurationError) -> OAuthClient? {
    let (id, secret) = (variable(name, "CLIENT_ID"), variable(name, "CLIENT_SECRET"))
    let file = secret + "_FILE"
    let known = [id, secret, file].filter { environment[$0] != nil }
    if known.isEmpty { return nil }
    guard let idText = environment[id], !idText.isEmpty else {
      throw ConfigurationError(
        "\(id) is missing, or empty: set it to the id by which the issuer of tokens knows this program")
    }
    guard known.count == 2 else {
      throw ConfigurationError(
        known.count == 3
          ? "\(secret) and \(file) are both set: unset one of them"
          : "\(id) is set, and its secret is not: set \(secret), or \(file) to the name of a file that has it")
    }
    let text = if let text = environment[secret] { text } else { try contents(environment[file] ?? "", file) }
    do throws(ConfigurationError) {
      return try OAuthClient(id: idText, secret: text, issuer: issuer ?? environment[variable(name, "ISSUER")])
    } catch {
      throw ConfigurationError("\(id) and \(known[1]): \(error)")
    }
  }

  /// The text of a file, without the end of its last line.
  private static func contents(_ path: String, _ name: String) throws(ConfigurationError) -> String {
    switch FileContents.contents(path) {
    case .unreadable(let reason): throw ConfigurationError("\(name): \(path) \(reason)")
    case .bytes(var bytes):
      while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw ConfigurationError("\(name): \(path) is not UTF-8")
      }
      return text
    }
  }

  /// The client of an API that no service here implements; nil where none is configured.
  func client(ofExternal name: String) throws(ConfigurationError) -> OAuthClient? { try clients(name, nil) }
}
