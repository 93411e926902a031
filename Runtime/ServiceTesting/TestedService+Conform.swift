import ContractConformance
import ContractMock
import ContractOutline
import ServiceCore
import ServiceDefinition

extension TestedService {
  /// Holds the service against its contract: valid and invalid requests, who may call, pages, idempotency keys, and the
  /// life of what its operations create.
  ///
  /// Calls to other services are answered by the test's mocks, or else by mocks of their contracts.
  ///
  /// - Parameters:
  ///   - outline: of the service's contract.
  ///   - neighbours: of the contracts of the services that it calls.
  ///   - options: without credentials they are those of somebody who may do everything; those of one without scopes are
  ///     made in any case.
  public func conform(
    to outline: Outline, neighbours: Outline? = nil, _ options: ConformanceOptions = ConformanceOptions()
  ) async -> ConformanceReport {
    var settings = Mock.Settings()
    settings.isStateful = true
    if let neighbours { answerNeighbours(by: Mock(neighbours, settings)) }
    var options = options
    options.callsInternal = true
    if options.credentials.isEmpty {
      let scopes = S.API.operations.flatMap(\.policy.security).flatMap(\.schemes).flatMap(\.scopes)
      options.credentials = call(as: "everybody", scopes: Set(scopes)).credentials
    }
    options.insufficient = call(as: "nobody").credentials
    var conformance = Conformance(outline, entry, options)
    return await conformance.run()
  }
}
