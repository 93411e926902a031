import ContractOutline
import ContractSamples
import ContractValues
import Foundation
import ServiceCore
import Testing

/// Requests that are made from an outline, read by the generated code of the same contract: it accepts the valid ones,
/// and reports of the invalid ones what was promised.
@Suite struct SampledRequestTests {
  static let seed: UInt64 = 20_261_129

  @Test(arguments: goldenOperations.keys.sorted())
  func `generated code accepts valid requests and refuses invalid ones`(_ name: String) async throws {
    let outline = try Self.outline(of: name)
    let operations = Dictionary(
      uniqueKeysWithValues: try #require(goldenOperations[name]).map { ($0.descriptor.id, $0) })
    #expect(outline.routes.map(\.id).sorted() == operations.keys.sorted())
    var sampler = RequestSampler(outline, seed: Self.seed)
    for operation in outline.routes {
      let type = try #require(operations[operation.id])
      let valid = sampler.valid(operation, count: 60)
      #expect(!valid.isEmpty, "no request of \(operation.id)")
      for values in valid {
        let request = try operation.write(values)
        let found = await type.refusal(of: request)
        #expect(found == nil, "\(operation.id): \(request.summary): \(String(describing: found))")
      }
      // Generated code takes the pointer of a member without a name for that of its object.
      for sample in sampler.invalid(operation) where sample.name != "/" { await expect(sample, operation, type) }
    }
    #expect(sampler.failures.isEmpty)
  }

  private func expect(
    _ sample: InvalidRequest, _ operation: OutlinedOperation, _ type: any ContractOperation.Type
  ) async {
    guard let request = try? operation.write(sample.values) else {
      Issue.record("\(operation.id): \(sample.words): cannot be written")
      return
    }
    let found = await type.refusal(of: request)
    let promise = "\(sample.location) '\(sample.name)' \(sample.rule)"
    let isPromised =
      found.map { problem in
        // A body that is missing has no content type either.
        sample.rule == "required" && sample.location == .body && sample.name.isEmpty && problem.status == 415
          || problem.status == 400
            && problem.violations.contains {
              $0.location == sample.location && $0.name == sample.name && $0.rule == sample.rule
            }
      } ?? false
    #expect(
      isPromised,
      "\(operation.id): \(sample.words) (\(sample.at)): \(promise): \(request.summary): \(String(describing: found?.violations))"
    )
  }

  static func outline(of name: String) throws -> Outline {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let contract = GoldenTests.folder.appending(path: name).appending(path: "contract.yaml")
    let run = try sandbox.run(programs + "/contractgen", ["export", "outline", contract.path])
    #expect(run.code == 0, "\(run.errors)")
    return try Outline(Array(run.output.utf8))
  }
}

extension HTTPRequest {
  /// For messages.
  fileprivate var summary: String {
    let fields = headers.list.map { "\($0.name): \($0.value)" }.joined(separator: "; ")
    return "\(method) \(target) [\(fields)] \(String(decoding: body.prefix(600), as: UTF8.self))"
  }
}

extension ContractOperation {
  /// How generated code refuses a request, as a service does when its handler reads all of it; nil where it does not.
  fileprivate static func refusal(of request: HTTPRequest) async -> ProblemDetails? {
    guard let routed = RoutedRequest(request, for: descriptor) else { return ProblemDetails(404, "no such path") }
    var reader = RequestReader(routed, descriptor)
    do {
      let input = try await decode(&reader)
      if let input { validate(input, &reader.violations) }
      guard let input, reader.violations.isEmpty else { return .badRequest(reader.violations.list) }
      try await drain(input)
      return nil
    } catch let fault as RequestFault {
      return fault.problem
    } catch {
      return ProblemDetails(500, "\(error)")
    }
  }
}

/// Content that is read after the handler was called.
private protocol StreamedContent {
  func drain() async throws
}

extension ItemStream: StreamedContent {
  fileprivate func drain() async throws { for try await item in self { try await SampledContent.drain(item) } }
}

extension ByteStream: StreamedContent {
  fileprivate func drain() async throws { for try await _ in self {} }
}

/// Reads all streams in a value to their ends.
private func drain(_ value: Any) async throws { try await SampledContent.drain(value) }

private enum SampledContent {
  static func drain(_ value: Any) async throws {
    if let content = value as? any StreamedContent { return try await content.drain() }
    for child in Mirror(reflecting: value).children { try await drain(child.value) }
  }
}
