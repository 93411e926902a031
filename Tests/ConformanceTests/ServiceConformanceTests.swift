import ContractConformance
import ContractOutline
import Foundation
import ServiceCore
import ServiceDefinition
import ServiceTesting
import TestProcesses
import Testing

/// Every service is held to its contract, in this process. A new service needs no line here.
@Suite struct ServiceConformanceTests {
  @Test(arguments: services.map { $0.contract.name })
  func `a service keeps its contract`(name: String) async throws {
    let service = try #require(services.first { $0.contract.name == name })
    try await Self.hold(service)
  }

  /// Every operation with every role. A parameter that no contract has is refused behind the door, so that no handler runs.
  @Test(arguments: services.map { $0.contract.name })
  func `an operation lets in whom its contract names, and nobody else`(name: String) async throws {
    let service = try #require(services.first { $0.contract.name == name })
    try await Self.knock(service)
  }

  private static func knock<S: Service>(_ type: S.Type) async throws {
    try await withService(type) { service in
      for operation in S.API.operations {
        let path = operation.path.map { segment in
          if case .literal(let text) = segment { "/" + text } else { "/0190f3d2-8a11-7f00-8c55-0d1e2f3a4b5c" }
        }
        for role in [nil, "", "user", "artist", "driver", "admin"] as [String?] {
          let caller = role.map { service.call(as: "somebody", scopes: [$0]) }
          let response = try await service.send(operation.method, path.joined() + "?no-such-parameter=1", as: caller)
          let isLetIn = [400, 415, 422].contains(response.status)
          #expect(
            (isLetIn ? nil : response.status) == refusal(of: operation, role), "\(operation.id) as \(role ?? "nobody")")
        }
      }
    }
  }

  private static func refusal(of operation: OperationDescriptor, _ role: String?) -> Int? {
    let security = operation.policy.security
    if security.allSatisfy(\.schemes.isEmpty) { return nil }
    guard let role else { return security.contains(where: \.schemes.isEmpty) ? nil : 401 }
    return security.contains { $0.schemes.allSatisfy { $0.scopes.allSatisfy { $0 == role } } } ? nil : 403
  }

  private static func hold<S: Service>(_ type: S.Type) async throws {
    let own = try Contracts.outline([try #require(Contracts.file(of: S.API.name))])
    let neighbours = try Contracts.outline(Contracts.services.filter { $0 != Contracts.file(of: S.API.name) })
    for seed in Contracts.seeds {
      try await withService(type, timeLimit: .seconds(300)) { service in
        var options = ConformanceOptions()
        options.seed = seed
        options.requests = Contracts.seeds.count > 1 ? 40 : 12
        try await prepare(service, &options)
        let report = await service.conform(to: own, neighbours: neighbours, options)
        for failure in report.failures { Issue.record("seed \(seed): \(failure.text(origin: ""))") }
        for line in report.skipped { print("↳ \(S.API.name): not checked: \(line)") }
        #expect(report.called.count == report.operations)
      }
    }
  }
}

/// The contracts of the checkout.
enum Contracts {
  static var root: URL {
    URL(filePath: ProcessInfo.processInfo.environment["CHARTER_ROOT"] ?? FileManager.default.currentDirectoryPath)
  }

  /// One seed, or ten under `--chaos`.
  static var seeds: [UInt64] {
    guard let text = ProcessInfo.processInfo.environment["CHARTER_CHAOS_SEED"], let seed = UInt64(text) else {
      return [1]
    }
    return (0..<10).map { seed &+ $0 }
  }

  /// The contracts of the services, by their paths.
  static var services: [String] {
    let all = FileManager.default.enumerator(at: root.appending(path: "Contracts"), includingPropertiesForKeys: nil)
    let names = Set(ConformanceTests.services.map { $0.contract.name + ".yaml" })
    return (all?.allObjects ?? []).compactMap { $0 as? URL }.filter { names.contains($0.lastPathComponent) }.map(\.path)
      .sorted()
  }

  static func file(of service: String) -> String? { services.first { $0.hasSuffix("/\(service).yaml") } }

  static func outline(_ files: [String]) throws -> Outline {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let run = try TestProcess.run([programs + "/contractgen", "export", "outline"] + files)
    #expect(run.code == 0, "\(run.output)")
    return try Outline(Array(run.output.utf8))
  }
}
