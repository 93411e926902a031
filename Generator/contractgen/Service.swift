import ContractExport
import ContractPlan
import ContractSource
import ContractValues
import Glibc

/// The code that the build adds to a service's own sources, and to those of a host.
extension Command {
  /// A service's database, and the one name by which a host refers to it: neither needs a `public` in its sources.
  static func service(_ call: Arguments) throws(UsageError) -> Int32 {
    guard let root = call.options["root"], let output = call.options["output"], let module = call.values.first,
      let contracts = call.options["contracts"], let handlers = call.options["receivers"]
    else { return wrongUsage() }
    guard let name = serviceName(module) else {
      throw UsageError(
        message: "the target \(module) has the plugin of services, and not the name of one",
        help: "name it <Name>Service, such as OrdersService, or remove the plugin")
    }
    let (migrations, faults) = migrations(call.lists["migration"] ?? [], root)
    guard faults.isEmpty else {
      report(faults.joined(separator: "\n"))
      return 1
    }
    let diagnostics = Diagnostics()
    let apis = PlannedAPIs(root: contracts, call)
    guard let receivers = Receivers(name, modules: call.lists["api"] ?? [], apis, diagnostics) else {
      report(diagnostics.sorted)
      return 1
    }
    guard writeIfChanged(handlers, receivers.text) else { return unwritable(handlers) }
    let hasQueries = call.options["queries"] != nil
    // The compiler shows this line when the type does not exist, or is not a service.
    let protocols = "\(name)Handlers, " + (receivers.name.map { "\($0)Receivers, " } ?? "")
    let advice = "// declare in this target: struct \(name): \(protocols)Service { … }"
    let type = receivers.name.map { "(Service & \($0)Receivers)" } ?? "Service"
    var text = "// Generated from the folder of \(module).\n"
    if receivers.name != nil { text += "import \(name)API\n" }
    text += "import ServiceDefinition\nimport ServicePostgres\n\n"
    text += "/// The name by which a host lists this service.\n"
    text += "public let \(hosted(module)): any \(type).Type = \(name).self  \(advice)\n"
    if !migrations.isEmpty || hasQueries {
      text += "\nextension \(name) {  \(advice)\n"
      text += "  static let database: ServiceDatabase? = ServiceDatabase(\n    migrations: ["
      text += migrations.map { "\n      \($0)," }.joined() + (migrations.isEmpty ? "]" : "\n    ]")
      text += ",\n    queries: \(hasQueries ? "\(name)Queries.checks" : "[]"))\n}\n"
    }
    return writeIfChanged(output, text) ? 0 : unwritable(output)
  }

  /// Migrations as Swift values in the order of their file names, with paths relative to the root; and the faults of
  /// the files.
  private static func migrations(_ paths: [String], _ root: String) -> (values: [String], faults: [String]) {
    let files = paths.sorted().map { path in
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let inner = inside(root, path)
      return (name: name, path: inner == path ? name : inner, bytes: readFile(path))
    }
    let misnamed = MigrationName.faults(in: files.map(\.name))
    var (values, faults): ([String], [String]) = ([], [])
    for (name, path, bytes) in files {
      faults += misnamed.filter { $0.name == name }.map { "\(path):1:1: error: \($0.message)" }
      guard let bytes else {
        faults.append("\(path):1:1: error: this migration cannot be read")
        continue
      }
      // PostgreSQL would treat a NUL as the end.
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      if let line = lines.firstIndex(where: { $0.contains(0) || String(validating: $0, as: UTF8.self) == nil }) {
        faults.append("\(path):\(line + 1):1: error: this line is not UTF-8, or has a NUL in it")
      }
      let literals = [name, path, String(decoding: bytes, as: UTF8.self)].map(SwiftName.literal)
      values.append("Migration(name: \(literals[0]), path: \(literals[1]), sql: \(literals[2]))")
    }
    return (values, faults)
  }

  /// The list of services that an executable hosts: every module whose name ends in `Service`; and their public
  /// operations, as documents.
  static func services(_ call: Arguments) throws(UsageError) -> Int32 {
    guard let output = call.options["output"] else { return wrongUsage() }
    let modules = call.values.filter { serviceName($0) != nil }.sorted()
    let text =
      modules.map { "import \($0)\n" }.joined()
      + "import ServiceDefinition\n\n/// The services that this program hosts.\n"
      + "let services: [any Service.Type] = [" + modules.map(hosted).joined(separator: ", ") + "]\n"
      + (call.options["contracts"].map { documents(of: modules.compactMap(serviceName), $0, call) } ?? "")
    return writeIfChanged(output, text) ? 0 : unwritable(output)
  }

  /// The documents by their services, that of all of them under an empty name. Those of a service whose contract is in
  /// another package are left out, and with a warning those that cannot be one document.
  private static func documents(of services: [String], _ root: String, _ call: Arguments) -> String {
    let contracts = (call.lists["contract"] ?? []).map { inside(root, $0) }
    let found = services.compactMap { service -> (name: String, path: String)? in
      let file = "/" + LoadedContracts.fileName(of: service)
      return contracts.first { ("/" + $0).hasSuffix(file) }.map { (LoadedContracts.word(of: service), $0) }
    }
    func document(_ paths: [String], as file: String, _ title: String? = nil) -> String? {
      let diagnostics = Diagnostics()
      let source = SourceReader(root: root, diagnostics: diagnostics, display: { $0 })
      let text = Exporter.publicDocument(paths, titled: title, source, diagnostics)
      if text == nil, let fault = diagnostics.sorted.first(where: { $0.severity == .error }) {
        let (place, help) = (fault.position, fault.help.map { "; " + $0 } ?? "")
        report(
          "\(root)/\(place.file.path):\(place.line):\(place.column): warning: the gateway will not serve \(file): "
            + fault.message + help)
      }
      return text
    }
    let files = "/openapi.json and /docs"
    let all = found.isEmpty ? nil : document(found.map(\.path), as: files, "All services").map { ("", $0) }
    let each = found.compactMap { service in
      document([service.path], as: "/openapi/\(service.name).json").map { (service.name, $0) }
    }
    let rows = ([all].compactMap(\.self) + each).map { "\n  \(SwiftName.literal($0)): \(SwiftName.literal($1))," }
    return "\n/// Their public operations (OpenAPI, JSON), by service; those of all under an empty name.\n"
      + "let documents: [String: String] = [" + (rows.isEmpty ? ":]" : rows.joined() + "\n]") + "\n"
  }

  /// `Orders` for the module `OrdersService`; nil for a module without the name of a service.
  private static func serviceName(_ module: String) -> String? {
    let name = module.dropLast("Service".count)
    return module.hasSuffix("Service") && !name.isEmpty ? String(name) : nil
  }

  /// The constant by which a host refers to a module's service: `ordersService`.
  private static func hosted(_ module: String) -> String { module.prefix(1).lowercased() + module.dropFirst() }
}
