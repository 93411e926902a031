import ContractPlan
import ContractQueries
import ContractSource
import Glibc

/// `queries print`: a query of a service as SQL that psql runs unchanged.
struct QueryPrint {
  let call: Arguments

  /// 0 printed, 1 the service's queries are faulty, 2 there is no such query.
  ///
  /// - Throws: ``UsageError`` for an unknown name, or one that several queries have.
  func run() throws(UsageError) -> Int32 {
    guard call.values.count == 1 else {
      throw UsageError(message: "the name of a query is needed", help: "queries print [SERVICE.]NAME")
    }
    let parts = call.values[0].split(separator: ".", maxSplits: 1).map(String.init)
    let (service, name) = parts.count == 2 ? (parts[0], parts[1]) : (nil, call.values[0])
    let services = Self.services()
    if let service, !services.contains(where: { Self.matches($0.name, service) }) {
      throw Arguments.unknown("service", service, services.map { LoadedContracts.word(of: $0.name) })
    }
    var faults: [Diagnostic] = []
    var found: [(service: String, query: PrintedQuery)] = []
    var names: [String] = []
    for candidate in services where service.map({ Self.matches(candidate.name, $0) }) ?? true {
      let diagnostics = Diagnostics()
      let queries = try candidate.queries.printed(diagnostics)
      if queries == nil { faults += diagnostics.sorted }
      names += (queries ?? []).map(\.name)
      found += (queries ?? []).filter { $0.name == name }.map { (candidate.name, $0) }
    }
    guard found.count < 2 else {
      throw UsageError(
        message: "\(found.count) services have a query '\(name)'",
        help: "write " + found.map { "'\(LoadedContracts.word(of: $0.service)).\(name)'" }.joined(separator: " or "))
    }
    guard let query = found.first?.query else {
      report(faults)
      if !faults.isEmpty { return 1 }
      throw Arguments.unknown("query", name, names.sorted())
    }
    print(query.text, terminator: "")
    return 0
  }

  private static func matches(_ service: String, _ word: String) -> Bool {
    service.lowercased() == word.lowercased() || LoadedContracts.word(of: service) == word
  }

  /// The services of the checkout: the folders below Services with a Queries.sql.
  private static func services() -> [(name: String, queries: Queries)] {
    let root = getenv("CHARTER_ROOT").map { String(cString: $0) } ?? "."
    let contracts = files(below: root + "/Contracts").filter { path in
      ["yaml", "yml", "json"].contains { path.hasSuffix("." + $0) }
    }
    let all = files(below: root + "/Services")
    return all.filter { $0.hasSuffix("/Queries.sql") }.map { path in
      let folder = folder(of: path)
      let name = String(folder.split(separator: "/").last ?? "")
      let own = all.filter { $0.hasPrefix(folder + "/") }
      // The imports of its sources are the dependencies of its target.
      let modules = own.filter { $0.hasSuffix(".swift") }.flatMap(imports) + ["\(name)API"]
      return (
        name,
        Queries(
          service: name, path: path, display: inside(root, path), modules: Set(modules).sorted(),
          apis: PlannedAPIs(root: root + "/Contracts", contracts: contracts, settings: settings(of: modules, root)),
          migrations: own.filter { $0.hasSuffix(".sql") && $0.hasPrefix(folder + "/Migrations/") })
      )
    }
  }

  /// The files of the settings of targets, where they have one.
  private static func settings(of modules: [String], _ root: String) -> [String: String] {
    let files = modules.map { ($0, "\(root)/Generated/\($0)/api.yaml") }.filter { access($0.1, F_OK) == 0 }
    return Dictionary(files, uniquingKeysWith: { $1 })
  }

  private static func imports(_ path: String) -> [String] {
    String(decoding: readFile(path) ?? [], as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
      let words = line.split(separator: " ")
      return words.count == 2 && words[0] == "import" && words[1].hasSuffix("API") ? String(words[1]) : nil
    }
  }
}
