import ServiceCore
import ServiceHTTP

/// What calls to services elsewhere and to old systems trust, where those speak TLS.
extension Settings {
  /// What calls to `https` origins trust, and show; nil where nothing is set.
  ///
  /// - Throws: ``ConfigurationError`` for a file that cannot be used.
  static func tls(_ environment: [String: String]) throws -> ClientTLS? {
    let names = ["CHARTER_CA_FILE", "CHARTER_CLIENT_CERTIFICATE", "CHARTER_CLIENT_KEY"]
    let files = names.map { name in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    guard (files[1] == nil) == (files[2] == nil) else {
      throw ConfigurationError("CHARTER_CLIENT_CERTIFICATE and CHARTER_CLIENT_KEY have no effect alone; set both")
    }
    if files.allSatisfy({ $0 == nil }) { return nil }
    let certificate = files[1].flatMap { file in files[2].map { (file: file, key: $0) } }
    do { return try ClientTLS(authorities: files[0], certificate: certificate) } catch {
      throw ConfigurationError("\(zip(names, files).filter { $1 != nil }.map(\.0).joined(separator: ", ")): \(error)")
    }
  }
}
