import ContractMock
import ContractOutline
import ContractValues
import ServiceCore
import Synchronization
import Testing

/// Made values travel from the generated client of every golden case to a mock of it, and made responses back.
@Suite struct MockedTripTests {
  @Test(arguments: goldenOperations.keys.sorted())
  func `a client sends the values that it is given, and reads what it is sent`(_ name: String) async throws {
    let contract = GoldenTests.folder.appending(path: name).appending(path: "contract.yaml")
    let outline = try SampledRequestTests.outline(of: contract.path)
    let operations = Dictionary(
      uniqueKeysWithValues: try #require(goldenOperations[name]).map { ($0.descriptor.id, $0) })
    var settings = Mock.Settings()
    settings.seed = SampledRequestTests.seed
    let relay = Relay(Mock(outline, settings))
    var sampler = RequestSampler(outline, seed: SampledRequestTests.seed)
    for operation in outline.routes {
      let type = try #require(operations[operation.id])
      let made = sampler.valid(operation, count: 12)
      #expect(!made.isEmpty)
      let codes = operation.codes
      for turn in 0..<max(made.count, codes.count) {
        var values = made[turn % made.count]
        // Each is a request of its own.
        if values.idempotencyKey != nil { values.idempotencyKey = "key-\(turn)" }
        relay.ask(for: codes[turn % codes.count])
        let found = try await type.difference(operation, operation.write(values), outline.program, relay)
        #expect(found == nil, "\(operation.id) \(turn)")
      }
    }
  }
}

extension OutlinedOperation {
  /// The statuses that may be asked for: the usual one, and each that is declared.
  fileprivate var codes: [Int?] {
    [nil]
      + responses.compactMap { response in
        // A client takes the response to a HEAD for an unexpected one where the contract has content for it.
        if method == "HEAD", !response.content.isEmpty { return nil }
        return switch response.status {
        case .code(let code): code < 200 ? nil : code
        case .range(let digit): digit * 100 + 18
        case .other: 599
        }
      }
  }
}

/// The transport to a mock, which records what is sent and what is answered.
private final class Relay: Transport {
  private let mock: Mock
  private let state = Mutex<(code: Int?, sent: HTTPRequest?, received: HTTPResponse?)>((nil, nil, nil))

  init(_ mock: Mock) { self.mock = mock }

  func ask(for code: Int?) { state.withLock { $0 = (code, nil, nil) } }

  var exchange: (request: HTTPRequest, response: HTTPResponse)? {
    state.withLock { state in state.sent.flatMap { sent in state.received.map { (sent, $0) } } }
  }

  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    var sent = request
    if let stream = sent.stream { (sent.body, sent.stream) = (try await stream.collect(limit: 10_000_000), nil) }
    let code = state.withLock { $0.code }
    sent.headers["prefer"] = (code.map { "code=\($0), " } ?? "") + "dynamic=true"
    sent.peerCertificate = [1]
    let received = await mock.respond(to: sent)
    state.withLock { [sent] in $0 = (code, sent, received) }
    return received
  }
}

extension ContractOperation {
  /// How a call by the generated client differs from the request that it repeats and from the mock's response.
  fileprivate static func difference(
    _ operation: OutlinedOperation, _ made: HTTPRequest, _ program: SchemaProgram, _ relay: Relay
  ) async throws -> String? {
    var reader = RequestReader(try #require(RoutedRequest(made, for: descriptor)), descriptor)
    let input = try #require(try await decode(&reader))
    let call = Call(requestID: "trip", logger: Logger(level: .error, sink: { _ in })).acting(with: credentials)
    let output: Output
    do {
      output = try await Placement.remote(relay).call(Self.self, input, call) { _, _, _ in nil }
    } catch {
      let response = relay.exchange?.response
      return
        "\(error): \(made.target): \(response?.status ?? 0) \(String(decoding: response?.body ?? [], as: UTF8.self))"
    }
    let (request, response) = try #require(relay.exchange)
    let (left, arrived) = (
      try operation.read(try #require(RoutedRequest(made, for: descriptor)), program),
      try operation.read(try #require(RoutedRequest(request, for: descriptor)), program)
    )
    guard arrived.includes(left) else { return "made \(left), arrived \(arrived)" }
    var again = try encode(output)
    if let stream = again.stream { (again.body, again.stream) = (try await stream.collect(limit: 10_000_000), nil) }
    guard again.status == response.status else { return "status \(response.status), read as \(again.status)" }
    let (sent, read) = (operation.value(of: response, program), operation.value(of: again, program))
    guard let sent else { return read == nil ? nil : "sent nothing, read \(String(describing: read))" }
    return read?.includes(sent) ?? false ? nil : "sent \(sent), read \(String(describing: read))"
  }

  /// One for each scheme.
  private static var credentials: Credentials {
    var credentials = Credentials()
    for scheme in descriptor.policy.security.flatMap(\.schemes).map(\.scheme) {
      credentials[scheme.name] =
        switch scheme.kind {
        case .apiKey: .apiKey("key")
        case .http("basic"): .basic(user: "ada", password: "secret")
        case .http("bearer"), .oauth2, .openIDConnect: .bearer("token")
        case .http(let name): .other(scheme: name, "token")
        case .mutualTLS: .certificate([1])
        }
    }
    return credentials
  }
}

extension OutlinedOperation {
  fileprivate func value(of response: HTTPResponse, _ program: SchemaProgram) -> BodyValues.Value? {
    let type = response.headers["content-type"] ?? ""
    let contents = self.response(response.status)?.content ?? []
    guard let index = MediaRange.index(of: type, in: contents.map(\.mediaType)), method != "HEAD" else { return nil }
    return contents[index].read(response.body, mediaType: type, program).value
  }
}

// Clients add defaults, and write times and long numbers in their own way.

extension RequestValues {
  fileprivate func includes(_ other: RequestValues) -> Bool {
    other.parameters.allSatisfy { parameters[$0.key]?.includes($0.value) ?? false }
      && other.idempotencyKey == idempotencyKey && body?.content == other.body?.content
      && other.body.map { body?.value.includes($0.value) ?? false } ?? true
  }
}

extension BodyValues.Value {
  fileprivate func includes(_ other: BodyValues.Value) -> Bool {
    switch (self, other) {
    case (.json(let own), .json(let other)): own.includes(other)
    case (.items(let own), .items(let other)):
      own.count == other.count && zip(own, other).allSatisfy { $0.includes($1) }
    case (.parts(let own), .parts(let other)):
      own.count == other.count
        && zip(own, other).allSatisfy { own, other in
          own.part == other.part && own.value.includes(other.value)
            && other.headers.allSatisfy { own.headers[$0.key]?.includes($0.value) ?? false }
        }
    case (.bytes(let own), .bytes(let other)): own == other
    default: false
    }
  }
}

extension JSONValue {
  fileprivate func includes(_ other: JSONValue) -> Bool {
    switch (self, other) {
    case (.object(let own), .object(let other)):
      other.allSatisfy { own[$0.key]?.includes($0.value) ?? false }
    case (.array(let own), .array(let other)):
      own.count == other.count && zip(own, other).allSatisfy { $0.includes($1) }
    case (.string(let own), .string(let other)) where own != other:
      Timestamp(own).map { $0 == Timestamp(other) } ?? false
    case (.number(let own), .number(let other)) where own != other:
      // A number without a format is one of 64 bits.
      Double(own.description).flatMap { own in Double(other.description).map { abs(own - $0) <= $0.ulp } } ?? false
    default: self == other
    }
  }
}
