import ContractMock
import ServiceCore
import Synchronization

/// How an operation of another service fails in a test.
public enum NeighbourFailure: Sendable {
  /// The service cannot be reached.
  case unreachable
  /// No response arrives in time; the test does not wait for that.
  case timedOut
  /// It responds with this status and problem details, whether the contract declares them or not.
  case status(Int)
}

/// The other services, as the service under test sees them: mocks of their operations.
final class Neighbours: Transport {
  private typealias Mock = @Sendable (HTTPRequest) async throws -> HTTPResponse
  private let record: TestRecord
  private let state = Mutex(State())

  private struct State {
    var mocks: [String: Mock] = [:]
    var inputs: [String: [any Sendable]] = [:]
    /// Answers what has no mock.
    var others: (any Transport)?
  }

  init(_ record: TestRecord) { self.record = record }

  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    let name = operation.name
    if let others = state.withLock({ $0.mocks[name] == nil ? $0.others : nil }) {
      return try await others.send(request, operation)
    }
    guard let mock = state.withLock({ $0.mocks[name] }) else {
      record.add(failure: "\(name) was called, and the test has no mock for it")
      throw ClientError.unreachable(operation, "the test has no mock for it")
    }
    let mark = name + " (mock)"
    record.begin(mark)
    defer { record.end(mark) }
    return try await mock(request)
  }

  func mock<O: ContractOperation>(
    _ operation: O.Type, _ failure: NeighbourFailure?, _ answer: @escaping @Sendable (O.Input) async throws -> O.Output
  ) {
    let (name, record) = (O.descriptor.name, record)
    // An error in the log of a service is its own fault: here it is the mock's.
    let logger = Logger(level: .error) { line in record.add(failure: "a mock fails: \(Self.message(line))") }
    let call = Call(requestID: "mock", logger: logger, verifier: AnyCredentialVerifier([O.descriptor]))
    let route = ServiceRoute(operation, call) { [self] (input: O.Input, _: Proof, _: Call) in
      state.withLock { $0.inputs[name, default: []].append(input) }
      return try await answer(input)
    }
    let mock: Mock = { request in
      let response = await route.respond(to: try Self.routed(request, O.descriptor))
      switch failure {
      case nil: return response
      case .unreachable: throw ClientError.unreachable(O.descriptor, "as the test requires")
      case .timedOut: throw ClientError.timedOut(O.descriptor)
      case .status(let status):
        return ProblemDetails(status, "As the test requires.").response(instance: request.path, requestID: nil)
      }
    }
    state.withLock { $0.mocks[name] = mock }
  }

  func answer(by transport: any Transport) { state.withLock { $0.others = transport } }

  func calls<O: ContractOperation>(of operation: O.Type) -> [O.Input] {
    state.withLock { $0.inputs[O.descriptor.name] ?? [] }.compactMap { $0 as? O.Input }
  }

  private static func routed(_ request: HTTPRequest, _ operation: OperationDescriptor) throws -> RoutedRequest {
    guard let routed = RoutedRequest(request, for: operation) else {
      throw ClientError.unreachable(operation, "\(request.path) is not its path")
    }
    return routed
  }

  /// The message of a log line.
  private static func message(_ line: [UInt8]) -> String {
    var json = JSONReader(line)
    return ((try? JSONValue.decode(&json)) ?? nil)?["message"]?.text ?? String(decoding: line, as: UTF8.self)
  }
}
