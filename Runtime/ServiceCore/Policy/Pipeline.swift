/// The stages of one operation's calls, made once from its policy when a process starts.
package final class Pipeline: Sendable {
  package let operation: OperationDescriptor
  /// They learn of each call at its end.
  package let observers: [any CallObserver]
  private let stages: [any Stage]
  private let cacheFields: (control: String, vary: String)?

  /// - Parameters:
  ///   - sites: the sites that its calls reach in this process.
  ///   - template: a call of the service, with what its stages need.
  package convenience init(_ operation: OperationDescriptor, at sites: Set<StageSite>, of template: Call) {
    let stages: [(any Stage)?] = [
      DeprecationStage(operation, template), SignatureStage(operation, template),
      AuthenticationStage(operation, template),
      ClientLimitStage(operation, template), RateLimitStage(operation, template), CacheStage(operation, template),
      BulkheadStage(operation, template),
    ]
    self.init(
      operation, stages.compactMap(\.self).filter { !type(of: $0).kind.sites.isDisjoint(with: sites) },
      observers: template.observers(of: operation))
  }

  /// - Parameter stages: in any order.
  package init(_ operation: OperationDescriptor, _ stages: [any Stage], observers: [any CallObserver] = []) {
    self.operation = operation
    self.stages = stages.sorted { type(of: $0).kind < type(of: $1).kind }
    self.observers = observers
    cacheFields = operation.cacheFields
  }

  /// Passes a request through the stages to its endpoint.
  @inline(__always) func respond(
    to request: RoutedRequest, by endpoint: any ServiceEndpoint, at index: Int, _ template: Call
  ) async -> HTTPResponse {
    var passage = Passage(operation, .request(request), template.serving(request.request))
    var response: HTTPResponse
    do {
      var result = try enter(&passage)
      if case .waits = result { result = try await wait(&passage) }
      if case .responds(let early) = result {
        response = early
        if let fill = passage.refreshes { refresh(fill, request, by: endpoint, at: index, passage) }
      } else {
        let received = operation.streamsBody ? passage.call.waitingForBody(of: request) : request
        response = await endpoint.respond(to: received, operation: index, call: passage.call)
      }
    } catch {
      response = refusal(error, request, passage)
    }
    if cacheFields != nil { describe(&response) }
    if let fill = passage.fills { response = fill.end(response, isCancelled: Task.isCancelled) }
    if passage.answerHeaders.count > 0 {
      for (name, value) in passage.answerHeaders.list {
        // The response's own links stay.
        if name != "link" { response.headers[name] = nil }
        response.headers.append(name, value)
      }
    }
    if !leave(&passage, response.status) { await waitToLeave(&passage, response.status) }
    return response
  }

  private func refusal(_ error: any Error, _ request: RoutedRequest, _ passage: Passage) -> HTTPResponse {
    Serving.refusal(error, operation, passage.call).response(
      instance: request.request.path, requestID: passage.call.requestID)
  }

  /// Asks for a new response while callers are given the kept one: it passes the stages behind the cache, and nobody waits.
  private func refresh(
    _ fill: CacheFill, _ request: RoutedRequest, by endpoint: any ServiceEndpoint, at index: Int, _ passage: Passage
  ) {
    let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
    Task(executorPreference: executor) {
      await Deadline.$current.withValue(nil) {
        let response = try? await self.limited(passage.call) {
          await self.refreshed(request, by: endpoint, at: index, passage)
        }
        _ = fill.end((response ?? nil) ?? HTTPResponse(status: 504), isCancelled: false)
      }
    }
  }

  private func refreshed(
    _ request: RoutedRequest, by endpoint: any ServiceEndpoint, at index: Int, _ passage: Passage
  ) async -> HTTPResponse {
    var (passage, response) = (passage, HTTPResponse(status: 503))
    let first = passage.entered
    do {
      var result = try enter(&passage)
      if case .waits = result { result = try await wait(&passage) }
      if case .responds(let early) = result {
        response = early
      } else {
        response = await endpoint.respond(to: request, operation: index, call: passage.call)
      }
    } catch {
      response = refusal(error, request, passage)
    }
    describe(&response)
    if !leave(&passage, response.status, from: first) { await waitToLeave(&passage, response.status, from: first) }
    return response
  }

  /// Says how long a response of `x-cache` may be kept, where the service does not say so itself.
  private func describe(_ response: inout HTTPResponse) {
    guard let cacheFields, response.status == 200, response.headers["cache-control"] == nil else { return }
    response.headers["cache-control"] = cacheFields.control
    if !cacheFields.vary.isEmpty { response.headers.append("vary", cacheFields.vary) }
  }

  // MARK: stages

  /// Enters stages until one waits or responds.
  func enter(_ passage: inout Passage) throws -> StageResult {
    while passage.entered < stages.count {
      let result = try stages[passage.entered].enter(&passage)
      if case .waits = result { return result }
      passage.entered += 1
      if case .responds = result { return result }
    }
    return .passes
  }

  /// Waits in the stage that ``enter(_:)`` stopped at, and enters those behind it.
  func wait(_ passage: inout Passage) async throws -> StageResult {
    while true {
      let result = try await stages[passage.entered].wait(&passage)
      passage.entered += 1
      if case .responds = result { return result }
      let next = try enter(&passage)
      guard case .waits = next else { return next }
    }
  }

  /// Leaves stages, the last one first, until one has to wait; true when all are left.
  ///
  /// - Parameter first: the first one that is left.
  func leave(_ passage: inout Passage, _ status: Int, from first: Int = 0) -> Bool {
    while passage.entered > first {
      guard stages[passage.entered - 1].leave(passage, status: status) else { return false }
      passage.entered -= 1
    }
    return true
  }

  func waitToLeave(_ passage: inout Passage, _ status: Int, from first: Int = 0) async {
    repeat {
      passage.entered -= 1
      await stages[passage.entered].waitToLeave(passage, status: status)
    } while !leave(&passage, status, from: first)
  }
}
