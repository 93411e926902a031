import Foundation
import TestProcesses
import Testing

/// The project's rules that the compiler does not check.
@Suite struct HouseTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// What each folder may import, by the tables of Package.swift. Transitive imports compile, so that only this keeps
  /// the layers apart.
  static let allowed: [String: Set<String>] = {
    var result: [String: Set<String>] = [
      "Generator/ContractPlugin": ["PackagePlugin", "Foundation"],
      "Generator/ServicePlugin": ["PackagePlugin", "Foundation"],
      "Contracts": [], "Generated": [],
    ]
    let package = (try? String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)) ?? ""
    let row = #/\(\s*"([^"]+)",\s*"([^"]+)",\s*\[([^\]]*)\],\s*\[([^\]]*)\]\s*\)/#
    for match in package.matches(of: row) {
      let folder = match.1.contains("/") ? String(match.1) : "\(match.1)/\(match.2)"
      result[folder] = Set((match.3 + "," + match.4).matches(of: #/"([^"]+)"/#).map { String($0.1) })
    }
    // A service: its own API, those that its row lists, and what services are written on.
    let service = #/\("(\w+)", "(\w+)", \[([^\]]*)\], \[([^\]]*)\]\),/#
    let uses = package.firstMatch(of: #/let uses = \[(.*)\]\n/#).map { String($0.1) } ?? ""
    for match in package.matches(of: service) {
      let calls = (match.3 + "," + match.4).matches(of: #/"([^"]+)"/#).map { "\($0.1)API" }
      let base = ["\(match.1)API", "SharedAPI", "ServiceCore", "ServiceDefinition"]
      let more = uses.matches(of: #/"(\w+)": \[([^\]]*)\]/#).filter { $0.1 == match.1 }
        .flatMap { $0.2.matches(of: #/"([^"]+)"/#).map { String($0.1) } }
      result["Services/\(match.2)/\(match.1)"] = Set(base + calls + more)
    }
    return result
  }()

  @Test func `every import is one that its target's row allows`() throws {
    #expect(Self.allowed.count > 20, "the tables of Package.swift were not read")
    for file in try swiftFiles(["Runtime", "Generator", "Services", "Generated", "Contracts"]) {
      let folders = file.split(separator: "/").dropLast()
      let rows = [3, 2, 1].compactMap { Self.allowed[folders.prefix($0).joined(separator: "/")] }
      let allowed = try #require(rows.first, "\(file) belongs to no row of Package.swift")
      for name in try imports(of: file) { #expect(allowed.contains(name), "\(file) imports \(name)") }
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
    let table = try text("Generator/README.md")
    for row in tableRows(table) {
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

  @Test func `every extension has a row in the generator's tables, and every policy one in its own`() throws {
    let page = try text("Generator/README.md")
    let read = try ["Policy", "RateLimit", "Deprecation", "Resilience", "Cache"].reduce(into: Set<String>()) {
      $0.formUnion(names(try text("Generator/ContractModel/ContractReader+\($1).swift")))
    }
    let known = names(try text("Generator/ContractModel/Fields+Extensions.swift"))
    #expect(read.count > 7 && read.isSubset(of: known))
    for name in known { #expect(page.contains("`\(name)"), "\(name) is not in Generator/README.md") }
    let section = try #require(page.split(separator: "\n## ").first { $0.hasPrefix("Policies\n") })
    let rows = tableRows(String(section)).compactMap { $0.firstMatch(of: #/^\| `([a-z-]+)/#).map { String($0.1) } }
    #expect(Set(rows) == read.union(["deprecated", "security"]))
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

  private func text(_ file: String) throws -> String {
    try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
  }

  /// The rows of a page's tables of golden cases without their heads.
  private func tableRows(_ page: String) -> [Substring] {
    var isOfCases = false
    return page.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      guard line.hasPrefix("| ") else {
        isOfCases = false
        return false
      }
      if line.hasSuffix("| golden case |") { isOfCases = true }
      return isOfCases && !line.hasPrefix("| ---") && !line.hasSuffix("| golden case |")
    }
  }

  /// The extensions that a source names.
  private func names(_ source: String) -> Set<String> {
    Set(source.matches(of: #/"(x-[a-z-]+)"/#).map { String($0.1) })
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
      // An indented line is part of a text in another language.
      if line.hasPrefix(" ") { return nil }
      let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
      return words.first == "import" ? words.dropFirst().first.map(String.init) : nil
    }
  }
}
