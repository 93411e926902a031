import Foundation
import TestProcesses
import Testing

/// The rules of the house that the compiler does not hold.
@Suite struct HouseTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// What each target may import. Transitive imports compile, so that only this keeps the layers apart.
  static let allowed: [String: Set<String>] = [
    // Ids of one millisecond are counted across threads, by one atomic number.
    "Runtime/ContractValues": ["Synchronization"],
    "Generator/ContractSource": ["CYAML", "ContractValues", "Glibc"],
    "Generator/ContractModel": ["ContractSource", "ContractValues"],
    "Generator/ContractPlan": ["ContractModel", "ContractSource", "ContractValues"],
    "Generator/ContractQueries": ["ContractPlan", "ContractSource", "ContractValues", "CPgQuery"],
    "Generator/ContractEmit": ["ContractPlan"],
    "Generator/ContractExport": ["ContractModel", "ContractSource", "ContractValues"],
    "Generator/contractgen": [
      "ContractSource", "ContractModel", "ContractPlan", "ContractQueries", "ContractEmit", "ContractExport",
      "ContractValues", "Glibc",
    ],
    "Generator/ContractPlugin": ["PackagePlugin", "Foundation"],
    "Generator/ServicePlugin": ["PackagePlugin", "Foundation"],
    "Runtime/ServiceCore": ["ContractValues", "Glibc"],
    "Runtime/ServiceLoop": ["ServiceCore", "CEvent", "Glibc", "Synchronization"],
    "Runtime/ServiceClient": ["ServiceCore", "CCurl", "Glibc", "Synchronization"],
    "Runtime/ServiceSecurity": ["ServiceCore", "COpenSSL", "Synchronization"],
    "Runtime/ServiceHTTP": ["ServiceCore", "ServiceLoop", "CZlib", "Glibc", "Synchronization"],
    "Runtime/ServicePostgres": ["ServiceCore", "ServiceLoop", "CPostgres", "Glibc", "Synchronization"],
    "Runtime/ServiceDefinition": ["ServiceCore", "ServicePostgres", "Synchronization"],
    "Runtime/ServiceHost": [
      "ServiceCore", "ServiceLoop", "ServiceHTTP", "ServicePostgres", "ServiceDefinition", "ServiceClient",
      "ServiceSecurity", "Glibc", "Synchronization",
    ],
    "Runtime/ServiceTesting": [
      "ServiceCore", "ServiceLoop", "ServiceHTTP", "ServicePostgres", "ServiceDefinition", "ServiceSecurity", "Glibc",
      "Synchronization", "Testing",
    ],
    "Services/Gateway": ["ServiceCore", "ServiceHTTP"],
    "Services/Host": ["Gateway", "ServiceHost", "Glibc"],
    "Services/Charter": ["ServicePostgres", "Glibc"],
    "Contracts": [],
    "Generated": [],
  ]

  @Test func `every import is one that its target's row allows`() throws {
    for file in try swiftFiles(["Runtime", "Generator", "Services", "Generated", "Contracts"]) {
      let isModule = file.hasPrefix("Runtime/") || file.hasPrefix("Generator/")
      let folders = file.split(separator: "/").dropLast()
      let folder = (isModule ? folders.prefix(2) : folders).joined(separator: "/")
      for name in try imports(of: file) {
        if let allowed = Self.allowed[folder] ?? Self.allowed[String(file.split(separator: "/")[0])] {
          #expect(allowed.contains(name), "\(file) imports \(name)")
        } else {
          // A service: its own API, other services' as clients, the core and PostgreSQL.
          #expect(
            ["ServiceCore", "ServiceDefinition", "ServicePostgres"].contains(name) || name.hasSuffix("API"),
            "\(file) imports \(name)")
        }
      }
    }
  }

  @Test func `no source loads Foundation or takes a short cut past an error`() throws {
    for file in try swiftFiles(["Runtime", "Generator", "Services"]) where !file.contains("Plugin/") {
      let text = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
      for word in ["fatalError(", "try!", " as!", "import Foundation", "preconditionFailure("] {
        #expect(!text.contains(word), "\(file) has \(word)")
      }
    }
  }

  @Test func `tests start programs by TestProcess alone, which end with the test's own process`() throws {
    for file in try swiftFiles(["Tests"]) where !file.hasPrefix("Tests/TestProcesses/") {
      let text = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
      for word in [" Process" + "()", "(Process" + "()", "posix_" + "spawn", "po" + "pen("] {
        #expect(!text.contains(word), "\(file) has \(word)")
      }
    }
  }

  @Test func `a program outlives the thread that asked for it, and SIGTERM ends it`() async throws {
    let program = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try TestProcess(["sleep", "600"]) }) }
    }
    let task = try await Task.detached { try TestProcess(["sleep", "600"]) }.value
    for started in [program, task] {
      #expect(started.isRunning)
      started.send(SIGTERM)
      #expect(await started.end() == SIGTERM)
    }
  }

  @Test func `every keyword has a row in the generator's table, and every row a golden case`() throws {
    let table = try String(contentsOf: Self.root.appending(path: "Generator/README.md"), encoding: .utf8)
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") }.dropFirst()
    for row in rows {
      let link = try #require(
        row.firstMatch(of: #/\]\(\.\.\/(Tests\/GoldenTests\/Cases\/[^)]+)\)/#), "\(row) has no case")
      #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: String(link.1)).path), "\(row)")
    }
    let source = try String(
      contentsOf: Self.root.appending(path: "Generator/ContractModel/Keyword.swift"), encoding: .utf8)
    let cases = source.prefix(upTo: try #require(source.range(of: "static let byName")).lowerBound)
    let plain = cases.matches(of: #/^  case ([^=\n]+)$/#.anchorsMatchLineEndings()).flatMap {
      $0.1.split(separator: ", ")
    }
    let named = cases.matches(of: #/= "([^"]+)"/#).map(\.1)
    #expect(plain.count + named.count > 50)
    for keyword in plain.map({ $0.trimmingCharacters(in: ["`"]) }) + named.map(String.init) {
      #expect(table.contains("`\(keyword)"), "\(keyword) has no row")
    }
  }

  @Test func `the top level holds what the plan says`() throws {
    let planned: Set<String> = [
      "Package.swift", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "charter", "Contracts", "Generator",
      "Generated", "Runtime", "Services", "Tests",
    ]
    let found = try FileManager.default.contentsOfDirectory(atPath: Self.root.path).filter { !$0.hasPrefix(".") }
    #expect(Set(found) == planned)
  }

  @Test func `contracts have names of their own across folders`() throws {
    let names = try files(["Contracts"], "yaml").map { $0.split(separator: "/").last.map(String.init) ?? "" }
    #expect(Set(names).count == names.count)
  }

  private func swiftFiles(_ folders: [String]) throws -> [String] { try files(folders, "swift") }

  private func files(_ folders: [String], _ ending: String) throws -> [String] {
    folders.flatMap { folder in
      let files = FileManager.default.enumerator(atPath: Self.root.appending(path: folder).path)
      return (files?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix("." + ending) }.map { folder + "/" + $0 }
    }
  }

  private func imports(of file: String) throws -> [String] {
    try String(contentsOf: Self.root.appending(path: file), encoding: .utf8).split(separator: "\n").compactMap { line in
      // What is indented stands in a text for another language.
      if line.hasPrefix(" ") { return nil }
      let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
      return words.first == "import" ? words.dropFirst().first.map(String.init) : nil
    }
  }
}
