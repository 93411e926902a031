import ContractOutline
import ContractSamples
import ContractValues
import Foundation
import ServiceCore
import Testing

/// Requests that are made from an outline, read by the generated code of the same contract: it accepts the valid ones,
/// and reports of the invalid ones what was promised.
@Suite struct SampledRequestTests {
  /// Another one by hand: CHARTER_SAMPLE_SEED.
  static let seed = ProcessInfo.processInfo.environment["CHARTER_SAMPLE_SEED"].flatMap(UInt64.init) ?? 1

  /// Rules that invalid requests must violate, so that none is missed unseen.
  private static let rules: [String: Set<String>] = [
    "parameters": [
      "additionalProperties", "enum", "format", "json", "maxItems", "maxLength", "maximum", "minLength", "minimum",
      "not", "pattern", "required", "type", "unevaluatedProperties",
    ],
    "bodies": ["encoding", "json", "required", "type", "maximum", "minLength", "maxItems", "pattern"],
    "multipart": [
      "additionalProperties", "contentType", "json", "maxItems", "maximum", "minItems", "minLength", "required", "type",
    ],
    "streams": ["json", "minimum", "required", "type"],
    "merge-patch": ["format", "json", "maxItems", "minLength", "type"],
    "directions": ["additionalProperties", "minItems", "minProperties", "required"],
  ]

  @Test(arguments: goldenOperations.keys.sorted())
  func `generated code accepts valid requests and refuses invalid ones`(_ name: String) async throws {
    let outline = try Self.outline(of: GoldenTests.folder.appending(path: name).appending(path: "contract.yaml").path)
    let operations = Dictionary(
      uniqueKeysWithValues: try #require(goldenOperations[name]).map { ($0.descriptor.id, $0) })
    #expect(outline.routes.map(\.id).sorted() == operations.keys.sorted())
    var sampler = RequestSampler(outline, seed: Self.seed)
    var rules: Set<String> = []
    for operation in outline.routes {
      let type = try #require(operations[operation.id])
      let valid = sampler.valid(operation, count: 60)
      #expect(!valid.isEmpty, "no request of \(operation.id)")
      var differences: [String?] = []
      for values in valid {
        let request = try operation.write(values)
        let found = await type.refusal(of: request)
        #expect(found == nil, "\(operation.id): \(request.summary): \(String(describing: found))")
        differences.append(try await type.difference(from: request))
      }
      // A client adds defaults, and writes times and numbers in its own way.
      #expect(differences.contains(nil), "\(operation.id): no request is as a client writes it: \(differences)")
      // Generated code takes the pointer of a member without a name for that of its object.
      for sample in sampler.invalid(operation) where sample.name != "/" {
        rules.insert(sample.rule)
        await expect(sample, operation, type)
      }
    }
    #expect(sampler.failures.isEmpty)
    #expect(Self.rules[name, default: []].subtracting(rules) == [])
  }

  @Test func `read-only properties are never in requests`() throws {
    let contract = GoldenTests.folder.appending(path: "directions").appending(path: "contract.yaml")
    let outline = try Self.outline(of: contract.path)
    var sampler = RequestSampler(outline, seed: Self.seed)
    let operation = try #require(outline.routes.first { $0.id == "createUser" })
    let bodies = sampler.valid(operation, count: 40).compactMap(\.body)
    #expect(bodies.count == 40)
    for body in bodies {
      guard case .json(let value) = body.value else { continue }
      #expect(value["id"] == nil && value["name"] != nil)
    }
  }

  @Test(arguments: CorpusTests.names)
  func `every operation of a public contract has requests`(_ name: String) throws {
    let outline = try Self.outline(of: try #require(CorpusTests.folder) + "/" + name)
    var sampler = RequestSampler(outline, seed: Self.seed)
    for operation in outline.routes {
      let valid = sampler.valid(operation, count: 2)
      #expect(!valid.isEmpty, "\(operation.id): \(sampler.failures)")
      for values in valid { #expect(throws: Never.self) { try operation.write(values) } }
    }
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

  static func outline(of path: String) throws -> Outline {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let run = try sandbox.run(programs + "/contractgen", ["export", "outline", path])
    #expect(run.code == 0, "\(run.errors)")
    return try Outline(Array(run.output.utf8))
  }
}

extension HTTPRequest {
  /// For messages.
  fileprivate var summary: String {
    let fields = headers.list.map { "\($0.name): \($0.value)" }.joined(separator: "; ")
    return "\(method) \(target) [\(fields)] \(String(decoding: body, as: UTF8.self).prefix(2_000))"
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

extension ContractOperation {
  /// What a generated client sends for what generated code reads from a request, where that differs.
  fileprivate static func difference(from request: HTTPRequest) async throws -> String? {
    var again = try await writtenAgain(request)
    // Which media types it prefers depends on nothing in the request.
    if request.headers["accept"] == nil { again.headers["accept"] = nil }
    return again.summary == request.summary ? nil : again.summary
  }

  /// The same with the boundary between parts that requests of outlines have.
  private static func writtenAgain(_ request: HTTPRequest) async throws -> HTTPRequest {
    let routed = try #require(RoutedRequest(request, for: descriptor))
    var reader = RequestReader(routed, descriptor)
    let input = try #require(try await decode(&reader))
    var result = try encode(input)
    if let stream = result.stream {
      (result.body, result.stream) = (try await stream.collect(limit: 10_000_000), nil)
    }
    guard let type = result.headers["content-type"], type.hasPrefix("multipart/"),
      let boundary = type.split(separator: "=").last
    else { return result }
    result.headers["content-type"] = type.replacing(boundary, with: OutlinedContent.boundary)
    let text = String(decoding: result.body, as: UTF8.self).replacing(boundary, with: OutlinedContent.boundary)
    result.body = Array(text.utf8)
    return result
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
