/// Calls from the same process: the same stages as over HTTP, and the input and output are passed as they are.
extension Pipeline {
  /// Calls the operation, within its time limit, or what is left of the caller's.
  ///
  /// - Parameters:
  ///   - template: a call of the service.
  ///   - caller: the call on whose behalf it is made.
  /// - Throws: ``ClientError``, as over HTTP: `timedOut` where the time limit has passed before a response.
  func call<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ input: O.Input, _ credentials: [(scheme: SecurityScheme, credential: Credential)],
    _ template: Call, from caller: Call,
    _ handler: @escaping @Sendable (O.Input, Principal, Call) async throws -> O.Output
  ) async throws -> O.Output {
    let call = template.under(caller.identity.child(), with: credentials)
    let started = call.logger.clock.now()
    let passage = Passage(self.operation, .local(credentials), call)
    let answer: Answer<O>?
    do {
      answer = try await limited(call) { [self] in
        await self.answer(operation, input, passage, from: caller, handler)
      }
    } catch {
      // The caller was cancelled: nobody reads the response.
      report(call, 503, started)
      throw error
    }
    report(call, answer?.status(operation) ?? 504, started)
    switch answer {
    case .output(let output): return output
    // It is read through the contract, as a caller over the network would read it.
    case .response(let response): return try await Serving.decoded(operation, response)
    case nil: throw ClientError.timedOut(self.operation)
    }
  }

  func report(_ call: Call, _ status: Int, _ started: Timestamp) {
    guard !observers.isEmpty else { return }
    let record = CallRecord(
      identity: call.identity, operation: operation, method: operation.method, path: operation.template, status: status,
      bytes: 0, started: started, ended: call.logger.clock.now())
    for observer in observers { observer.ended(record) }
  }

  /// Runs `body` with the call's deadline; nil where that has passed first. `body` is then cancelled, and ends by
  /// itself.
  func limited<Value: Sendable>(
    _ call: Call, _ body: @escaping @Sendable () async -> Value
  ) async throws -> Value? {
    let current = Deadline.current
    // A caller that has less time is cancelled when it is over, and this call with it.
    if let current, current.isEnforced, current.left <= operation.policy.timeout { return await body() }
    let limit = operation.policy.timeLimit(remaining: current?.left)
    let deadline = Deadline(in: limit)
    guard let sleep = call.sleep else { return await Deadline.$current.withValue(deadline) { await body() } }
    let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
    let (results, source) = AsyncStream<Value?>.makeStream()
    let work = Task.immediate(executorPreference: executor) {
      source.yield(await Deadline.$current.withValue(deadline.enforced) { await body() })
    }
    let timer = Task.immediate(executorPreference: executor) {
      try await sleep(limit)
      source.yield(nil)
    }
    defer {
      work.cancel()
      timer.cancel()
    }
    for await result in results { return result }
    throw CancellationError()
  }

  private enum Answer<O: ContractOperation>: Sendable {
    case output(O.Output)
    case response(HTTPResponse)

    func status(_ operation: O.Type) -> Int {
      switch self {
      case .output(let output): O.status(of: output)
      case .response(let response): response.status
      }
    }
  }

  private func answer<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ input: O.Input, _ arrived: Passage, from caller: Call,
    _ handler: @Sendable (O.Input, Principal, Call) async throws -> O.Output
  ) async -> Answer<O> {
    var passage = arrived
    let answer: Answer<O>
    do {
      var result = try enter(&passage)
      if case .waits = result { result = try await wait(&passage) }
      if case .responds(let response) = result {
        answer = .response(response)
      } else {
        answer = try await serve(operation, input, passage.call, from: caller, handler)
      }
    } catch {
      answer = .response(
        await Serving.failed(operation, error, instance: (try? O.encode(input))?.path, passage.call))
    }
    let status = answer.status(operation)
    if !leave(&passage, status) { await waitToLeave(&passage, status) }
    return answer
  }

  private func serve<O: ContractOperation, Principal: ContractPrincipal>(
    _ operation: O.Type, _ input: O.Input, _ call: Call, from caller: Call,
    _ handler: @Sendable (O.Input, Principal, Call) async throws -> O.Output
  ) async throws -> Answer<O> {
    let principal: Principal = try Serving.principal(self.operation, call)
    if self.operation.streamsBody || self.operation.responses.isStreamed {
      var response = try await streamed(operation, input, call) { try await handler($0, principal, $1) }
      response.stream = response.stream.map(caller.waiting(for:))
      return .response(response)
    }
    guard let key = O.idempotencyKey(input) else {
      return .output(try await Serving.run(operation, input, call) { try await handler($0, principal, $1) })
    }
    let request = try O.encode(input)
    return .response(
      try await Serving.once(operation, key, input, request, call) { try await handler($0, principal, $1) })
  }

  /// Streamed bodies are validated by their readers and writers, so they pass through both.
  private func streamed<O: ContractOperation>(
    _ operation: O.Type, _ input: O.Input, _ call: Call,
    _ handler: @Sendable (O.Input, Call) async throws -> O.Output
  ) async throws -> HTTPResponse {
    var request = try O.encode(input)
    request.stream = request.stream.map(call.waiting(for:))
    guard let routed = RoutedRequest(request, for: self.operation) else {
      throw RequestFault(400, "A parameter cannot be expressed in the path.")
    }
    let read = try await Serving.input(operation, routed)
    return try Serving.encoded(operation, try await Serving.run(operation, read, call, handler))
  }
}
