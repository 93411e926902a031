import ContractOutline
import ContractSamples
import ServiceCore
import Synchronization

/// Serves the operations of a mock: reads the request, and answers as the contract, the client's preferences and the
/// mock's resources say.
final class MockEndpoint: ServiceEndpoint {
  private let operations: [OutlinedOperation]
  private let program: SchemaProgram
  private let settings: Mock.Settings
  private let maker: ResponseMaker
  private let resources: Resources
  private let keys = IdempotentResponses()
  private let random: Mutex<SplitMix64>

  init(_ outline: Outline, _ settings: Mock.Settings) {
    (operations, program, self.settings) = (outline.routes, outline.program, settings)
    let values = ValueMaker(outline, seed: settings.seed)
    maker = ResponseMaker(values, report: settings.report)
    resources = Resources(operations, values, maker)
    random = Mutex(SplitMix64(settings.seed))
  }

  func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    do {
      return try await answer(request, index, call)
    } catch let fault as RequestFault {
      return fault.problem.response(instance: request.request.path, requestID: call.requestID)
    } catch {
      return ProblemDetails.unavailable("The request was cancelled.").response(
        instance: request.request.path, requestID: call.requestID)
    }
  }

  private func answer(_ routed: RoutedRequest, _ index: Int, _ call: Call) async throws -> HTTPResponse {
    let operation = operations[index]
    let values = try operation.read(routed, program)
    let preference = try Preference(routed.request.headers)
    var variation = stableHash(operation.descriptor.service, operation.id, routed.request.path)
    if preference.isDynamic { variation ^= random.withLock { $0.next() } }
    let request = MockedRequest(
      operation: operation, index: index, routed: routed, values: values, preference: preference, variation: variation)
    if let delay = preference.delay { try await settings.sleep(delay) }
    guard let key = values.idempotencyKey else { return try respond(to: request) }
    let caller = call.proof?.identities.map(\.subject).joined(separator: " ") ?? ""
    return try await keys.once(key, routed.request, of: operation.id + " " + caller) { try respond(to: request) }
  }

  private func respond(to request: MockedRequest) throws -> HTTPResponse {
    let operation = request.operation
    if request.preference.code == nil, isFailing() { return try failure(request) }
    let choice = try request.choice()
    // Only a success has effects.
    let isUsual =
      request.preference.example == nil && (request.preference.code ?? operation.success) == operation.success
    if isUsual, settings.isStateful, let response = try resources.response(to: request) { return response }
    let response = try maker.response(choice, to: request)
    guard choice.content?.kind == .json else { return response }
    return resources.located(response, response.json, request)
  }

  private func isFailing() -> Bool {
    settings.chaosRate > 0
      && random.withLock { Double($0.next() >> 11) / Double(UInt64(1) << 53) } < settings.chaosRate
  }

  /// A declared failure, or 503.
  private func failure(_ request: MockedRequest) throws -> HTTPResponse {
    let failures = request.operation.failures
    let detail = "The mock fails at random."
    guard let status = random.withLock({ random in failures.randomElement(using: &random) }),
      let choice = request.operation.choice(of: status, request.headers)
    else { throw RequestFault(.unavailable(detail)) }
    return try maker.response(choice, to: request, detail: detail)
  }
}
