/// Copies of databases, for tests.
extension Database {
  /// Copies a database without connections, and grants a role access to the copy.
  ///
  /// It blocks for some tens of milliseconds: the server copies files.
  ///
  /// - Parameter address: a connection that may create databases.
  /// - Throws: ``AdministrationError``.
  package static func copy(_ address: String, template: String, to name: String, for role: String) throws {
    let server = try Administration(address)
    try server.executeFormatted("CREATE DATABASE %I TEMPLATE %I", [name, template])
    // The privilege to connect is the only thing that is not copied.
    try server.executeFormatted("REVOKE ALL ON DATABASE %I FROM PUBLIC", [name])
    try server.executeFormatted("GRANT CONNECT ON DATABASE %I TO %I", [name, role])
  }

  /// Drops a database, even while clients are connected to it, and roles that no longer own anything.
  package static func drop(_ address: String, _ name: String, roles: [String] = []) throws {
    let server = try Administration(address)
    try server.executeFormatted("DROP DATABASE IF EXISTS %I WITH (FORCE)", [name])
    for role in roles { try server.executeFormatted("DROP ROLE IF EXISTS %I", [role]) }
  }
}
