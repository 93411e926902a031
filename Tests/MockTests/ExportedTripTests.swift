import ContractMock
import ContractOutline
import Foundation
import ServiceCore
import TestProcesses
import Testing

/// Made values travel from the exported clients of every golden case to a mock of it, and made responses back.
@Suite struct ExportedTripTests {
  @Test(arguments: ClientLanguage.allCases)
  func `values arrive as they were made, and responses are read as they were sent`(
    _ language: ClientLanguage
  ) async throws {
    let cases = try MockedCase.all
    #expect(cases.count > 15)
    var trips: [Trip] = []
    for golden in cases { trips += Trip.all(of: golden, from: trips.count) }
    let server = try await TripServer(trips)
    var leftOut: [String: Int] = [:]
    let supported = trips.filter { trip in
      let limit = trip.limit(of: language)
      if let limit { leftOut[limit, default: 0] += 1 }
      return limit == nil
    }
    let outcomes = try await run(supported, language, cases, server)
    #expect(outcomes.count == supported.count)
    var operations: Set<String> = []
    for trip in supported {
      guard let outcome = outcomes[trip.number] else { continue }
      if language == .typescript, let response = server.exchange(trip.number)?.response,
        !trip.hasOnlyDoubles(response)
      {
        leftOut["responses with numbers that JavaScript does not have", default: 0] += 1
        continue
      }
      operations.insert("\(trip.golden.name).\(trip.operation.id)")
      for difference in trip.differences(outcome, server.exchange(trip.number)) {
        Issue.record("\(language) \(trip.golden.name).\(trip.operation.id) \(trip.number): \(difference)")
      }
    }
    print("\(language): \(supported.count) calls of \(operations.count) operations; left out: \(leftOut)")
    #expect(operations.count > 60)
    await server.stop()
  }

  /// Makes the calls in one process of the language.
  private func run(
    _ trips: [Trip], _ language: ClientLanguage, _ cases: [MockedCase], _ server: TripServer
  ) async throws -> [Int: JSONValue] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "charter-trips-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let lines = try trips.map { String(decoding: try $0.json(origin: server.origin).json, as: UTF8.self) + "\n" }
    try lines.joined().write(to: folder.appending(path: "trips.jsonl"), atomically: true, encoding: .utf8)
    let command = try language.prepare(cases, in: folder)
    // The server runs meanwhile: a thread of its own waits for the program.
    let ended = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try TestProcess.run(command, in: folder) }) }
    }
    #expect(ended.code == 0, "\(ended.errors.prefix(4_000))")
    var outcomes: [Int: JSONValue] = [:]
    for line in ended.output.utf8.split(separator: UInt8(ascii: "\n")) {
      var reader = JSONReader(Array(line))
      guard let outcome = try JSONValue.decode(&reader), case .number(let number)? = outcome["trip"] else { continue }
      outcomes[try #require(number.integer)] = outcome
    }
    return outcomes
  }
}
