import Glibc
import ServiceCore
import ServiceDefinition
import ServiceLoop
import ServicePostgres
import Synchronization

/// The databases of tests: for each type of service a template with its migrations applied, and for each test a copy of
/// it.
final class TemplateDatabases: Sendable {
  static let shared = TemplateDatabases()
  private let templates = Mutex<[ObjectIdentifier: Task<String, any Error>]>([:])
  private let names = Mutex<[String]>([])
  private static let password = "test"

  /// A server may outlive the run; the program of a test library ends by `exit`.
  ///
  /// Registered only after a connection was opened: OpenSSL, which passwords need, then cleans up after this, not
  /// before.
  private static let dropsTemplates = atexit { TemplateDatabases.shared.dropTemplates() } == 0

  /// The address of a server, for a role that may create roles and databases.
  private static func server() throws -> String {
    guard let address = getenv("CHARTER_TEST_DATABASE") else {
      throw ConfigurationError(
        "tests of a service with a database need a PostgreSQL: run them by ./charter test, "
          + "or set CHARTER_TEST_DATABASE to a connection that may create databases and roles")
    }
    return String(cString: address)
  }

  /// The address of a copy for the service's role, which does not own its schema.
  static func address(_ copy: Copy) throws -> String {
    try Database.address(try server(), database: copy.name, user: copy.template + "_app", password: password)
  }

  struct Copy: Sendable {
    let name: String
    let template: String
  }

  /// Makes a copy of the service's template.
  ///
  /// - Throws: why the template could not be made: ``MigrationError``, ``SchemaMismatch``, ``AdministrationError``.
  func copy<S: Service>(_ type: S.Type, _ schema: ServiceDatabase) async throws -> Copy {
    let template = try await template(type, schema).value
    let copy = Copy(name: Self.newName(S.API.name), template: template)
    let server = try Self.server()
    try await BlockingPool.administration.run {
      Result { try Database.copy(server, template: template, to: copy.name, for: template + "_app") }
    }.get()
    return copy
  }

  func drop(_ copy: Copy) async throws {
    let server = try Self.server()
    try await BlockingPool.administration.run { Result { try Database.drop(server, copy.name) } }.get()
  }

  private func template<S: Service>(_ type: S.Type, _ schema: ServiceDatabase) -> Task<String, any Error> {
    templates.withLock { templates in
      if let template = templates[ObjectIdentifier(type)] { return template }
      let template = Task { try await makeTemplate(Self.newName(S.API.name), schema) }
      templates[ObjectIdentifier(type)] = template
      return template
    }
  }

  private func makeTemplate(_ name: String, _ schema: ServiceDatabase) async throws -> String {
    let server = try Self.server()
    names.withLock { $0.append(name) }
    let passwords = (owner: Self.password, app: Self.password)
    try await BlockingPool.administration.run {
      Result { try Database.provision(server, name: name, passwords: passwords) }
    }.get()
    guard Self.dropsTemplates else { throw SystemError("atexit") }
    let owner = try Database.address(server, database: name, user: name + "_owner", password: Self.password)
    _ = try await Database.migrate(owner, schema.migrations)
    // Without a loop: the check opens and closes a connection of its own.
    let address = try Self.address(Copy(name: name, template: name))
    try await Database(address, loops: [], logger: Logger(level: .error)).checkQueries(schema.queries)
    return name
  }

  private func dropTemplates() {
    for name in names.withLock(\.self) {
      guard let server = try? Self.server() else { return }
      try? Database.drop(server, name, roles: [name + "_owner", name + "_app"])
    }
  }

  /// A unique name, in at most 63 bytes including its suffixes.
  private static func newName(_ service: String) -> String {
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    return "test_" + String(service.prefix(20)).lowercased() + "_" + random
  }
}
