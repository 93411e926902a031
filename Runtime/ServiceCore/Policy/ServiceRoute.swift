/// An operation, and how its requests are served: by a service in this process, or by forwarding to another.
public final class ServiceRoute: Sendable {
  public let operation: OperationDescriptor
  private let pipeline: Pipeline
  private let endpoint: any ServiceEndpoint
  private let index: Int
  private let template: Call

  /// An operation that `respond` serves, without stages.
  public convenience init(
    _ operation: OperationDescriptor, respond: @escaping @Sendable (_ request: RoutedRequest) async -> HTTPResponse
  ) {
    let call = Call(requestID: "", logger: Logger())
    self.init(Pipeline(operation, []), by: FunctionEndpoint { request, _ in await respond(request) }, at: 0, call)
  }

  /// An operation with a handler of its own, which receives the caller's identity.
  package convenience init<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ template: Call,
    _ handler: @escaping @Sendable (O.Input, Principal, Call) async throws -> O.Output
  ) {
    let endpoint = FunctionEndpoint { await Serving.respond(operation, $0, $1, handler) }
    self.init(O.descriptor, by: endpoint, at: 0, template)
  }

  /// An operation whose requests pass the stages of its policy.
  ///
  /// - Parameters:
  ///   - endpoint: serves the requests that have passed.
  ///   - index: the operation's index in the endpoint's list.
  ///   - template: what the calls of the service share.
  public convenience init(
    _ operation: OperationDescriptor, by endpoint: any ServiceEndpoint, at index: Int, _ template: Call
  ) {
    self.init(Pipeline(operation, at: [.edge, .callee], of: template), by: endpoint, at: index, template)
  }

  package init(_ pipeline: Pipeline, by endpoint: any ServiceEndpoint, at index: Int, _ template: Call) {
    operation = pipeline.operation
    self.pipeline = pipeline
    self.endpoint = endpoint
    self.index = index
    self.template = template
  }

  /// The routes of a contract whose service runs in this process, with all stages of its policies.
  public static func all(
    of operations: [OperationDescriptor], by endpoint: any ServiceEndpoint, _ template: Call
  ) -> [ServiceRoute] {
    all(of: operations, by: endpoint, at: [.edge, .callee], template)
  }

  /// - Parameter sites: whose stages requests pass here.
  package static func all(
    of operations: [OperationDescriptor], by endpoint: any ServiceEndpoint, at sites: Set<StageSite>, _ template: Call
  ) -> [ServiceRoute] {
    operations.enumerated().map {
      ServiceRoute(Pipeline($1, at: sites, of: template), by: endpoint, at: $0, template)
    }
  }

  /// They learn of each request at its end.
  package var observers: [any CallObserver] { pipeline.observers }

  public func respond(to request: RoutedRequest) async -> HTTPResponse {
    await pipeline.respond(to: request, by: endpoint, at: index, template)
  }
}

/// An endpoint of one operation.
private struct FunctionEndpoint: ServiceEndpoint {
  let serve: @Sendable (_ request: RoutedRequest, _ call: Call) async -> HTTPResponse

  func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    await serve(request, call)
  }
}
