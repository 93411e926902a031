import ServiceCore
import ServiceHTTP
import ServiceLoop

/// Comparing what the two systems respond.
extension SystemMigration {
  /// How many responses of a process are recorded at once, of a mebibyte at most each.
  private static let shadowLimit = 16

  /// Has a request served as it would be, and compared afterwards with what the other system responds.
  func comparing(
    _ disposition: RequestDisposition, _ own: RequestDisposition, _ request: HTTPRequest, _ path: MigratedPath,
    isOld: Bool, _ gateway: @escaping HTTPHandler
  ) -> RequestDisposition {
    var operation: OperationDescriptor?
    if case .route(let route, _, _) = own { operation = route.operation }
    let isComparable = operation.map { !$0.responses.isStreamed && !$0.policy.isUnsafe } ?? true
    guard isComparable, takeShadow() else {
      path.counts.add(.skipped)
      return disposition
    }
    let rest = path.segments.isEmpty ? "/*" : path.entry.path + "/*"
    return recording(
      disposition,
      Shadow(request, path, isOld: isOld, shownPath: operation?.template ?? rest, gateway, of: self))
  }

  private func takeShadow() -> Bool {
    shadowCount.withLock { count in
      guard count < Self.shadowLimit else { return false }
      count += 1
      return true
    }
  }

  private func recording(_ disposition: RequestDisposition, _ shadow: Shadow) -> RequestDisposition {
    switch disposition {
    case .answer(let response): return .answer(shadow.recording(response))
    case .receive(let limit, let isStreamed, let timeout, let respond):
      return .receive(limit: limit, isStreamed: isStreamed, timeout: timeout) { shadow.recording(await respond($0)) }
    case .route(let route, let pathValues, let timeout):
      // The stages are those of the route itself, behind the endpoint.
      let pipeline = Pipeline(route.operation, [], observers: route.observers)
      let recording = ServiceRoute(pipeline, by: RecordingEndpoint(shadow: shadow, route: route), at: 0, call)
      return .route(recording, pathValues: pathValues, timeout: timeout)
    }
  }

  // MARK: the other system

  private enum Asked: Sendable {
    case response(ComparedResponse)
    case incomparable, failed
  }

  /// Asks the other system for the same, and compares the responses.
  func finish(_ shadow: Shadow) async {
    guard let first = shadow.recorded else { return }
    switch await limited({ await shadow.isOld ? self.askGateway(shadow) : self.askOrigin(shadow) }) {
    case .response(let second):
      let (old, new) = shadow.isOld ? (first, second) : (second, first)
      let ignored = shadow.path.ignored
      // A long body takes milliseconds, which the requests of a loop must not wait for.
      let differences = await comparisons.run {
        MigrationComparison.differences(old: old, new: new, ignoring: ignored)
      }
      shadow.end(differences.isEmpty ? .equal : .different)
      report.add(
        differences, method: shadow.request.method, path: shadow.shownPath, requestID: shadow.request.id,
        at: logger.clock.now())
    case .incomparable: shadow.end(.skipped)
    case .failed: shadow.end(.failed)
    }
  }

  private func askOrigin(_ shadow: Shadow) async -> Asked {
    var request = shadow.request
    // Nobody but this process reads the response.
    request.headers["accept-encoding"] = nil
    guard let response = try? await shadow.path.origin.ask(request) else { return .failed }
    return await Self.asked(response, request)
  }

  /// The request passes the gateway and the stages of its operation like that of a caller.
  private func askGateway(_ shadow: Shadow) async -> Asked {
    var request = shadow.request
    let response: HTTPResponse
    switch shadow.gateway(&request) {
    case .answer(let answer): response = answer
    case .receive(_, _, _, let respond): response = await respond(request)
    case .route(let route, let pathValues, _):
      response = await route.respond(to: RoutedRequest(request: request, pathValues: pathValues))
    }
    return await Self.asked(response, request)
  }

  private static func asked(_ response: HTTPResponse, _ request: HTTPRequest) async -> Asked {
    if request.method == "HEAD" { return .response(ComparedResponse(response, body: nil)) }
    guard ComparedResponse.isComparable(response) else { return .incomparable }
    guard let stream = response.stream else { return .response(ComparedResponse(response, body: response.body)) }
    do {
      return .response(ComparedResponse(response, body: try await stream.collect(limit: ComparedResponse.limit)))
    } catch is RequestFault {
      return .incomparable
    } catch {
      return .failed
    }
  }

  /// Ends what takes too long.
  private func limited(_ body: @escaping @Sendable () async -> Asked) async -> Asked {
    let limit = MigrationOrigin.timeout
    return await withTaskGroup(of: Asked.self) { group in
      group.addTask { await Deadline.$current.withValue(Deadline(in: limit).enforced) { await body() } }
      group.addTask { [loop = loops[0]] in
        try? await loop.sleep(milliseconds: limit)
        return .failed
      }
      defer { group.cancelAll() }
      return await group.next() ?? .failed
    }
  }
}
