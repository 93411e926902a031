import ServiceCore
import ServiceLoop
import Synchronization

/// A service that runs elsewhere, at one address or at several, which may change.
///
/// Requests go to the address with the fewest of them; one that fails again and again is left out for a while, unless that
/// would leave out most of them. What the contract asks for is done about failures: `x-retry` sends a request again that may
/// be repeated, `x-circuit-breaker` stops calling an operation that fails. All calls of a process to a service share one.
public final class Upstream: Transport {
  private let service: String
  private let loops: [Loop]
  private let limits: HTTPClient.Limits
  private let tls: ClientTLS?
  private let state = Mutex(State())
  private let now: @Sendable () -> Int
  let sleep: @Sendable (_ milliseconds: Int) async throws -> Void

  private struct Address {
    /// One that has gone and come back is another one.
    let number: Int
    let origin: String
    let client: HTTPClient
    var requests = 0
    /// Failures one after another.
    var failures = 0
    var refusals = Refusals()
    /// Until when it is left out, and how often it has been.
    var outUntil = 0
    var ejections = 0
  }

  private struct State {
    var addresses: [Address] = []
    var breakers: [String: CircuitBreaker] = [:]
    var next = 0
    /// The number of the next address.
    var number = 0
    /// In fifths of a repetition: each request brings one, so that repetitions are a fifth of all requests at most.
    var budget = Upstream.largestBudget
  }

  private static let largestBudget = 50
  private static let repetition = 5
  /// An address is left out after so many failures one after another, for so many milliseconds the first time.
  private static let (ejecting, outage, longestOutage) = (5, 30_000, 300_000)
  /// A call that had so many milliseconds had time, whatever its contract says.
  private static let enoughTime = 1_000
  /// The longest pause before the first repetition, in milliseconds; twice as long before the next.
  private static let pause = 50

  /// - Parameters:
  ///   - origins: such as `http://10.0.0.7:8081`.
  ///   - tls: for `https` origins; nil for one that trusts the system's authorities.
  ///   - now: milliseconds of a clock that never goes back.
  ///   - sleep: waits between attempts.
  /// - Throws: ``ConfigurationError`` for a malformed origin, and where there is none.
  public convenience init(
    _ service: String, at origins: [String], loops: [Loop], limits: HTTPClient.Limits = HTTPClient.Limits(),
    tls: ClientTLS? = nil, now: @escaping @Sendable () -> Int = { Deadline.now },
    sleep: @escaping @Sendable (_ milliseconds: Int) async throws -> Void
  ) throws {
    guard !origins.isEmpty else { throw ConfigurationError("the service '\(service)' has no address") }
    self.init(finding: service, loops: loops, limits: limits, tls: tls, now: now, sleep: sleep)
    try move(to: origins)
  }

  /// A service whose addresses are not known yet.
  package init(
    finding service: String, loops: [Loop], limits: HTTPClient.Limits = HTTPClient.Limits(),
    tls: ClientTLS? = nil, now: @escaping @Sendable () -> Int = { Deadline.now },
    sleep: @escaping @Sendable (_ milliseconds: Int) async throws -> Void
  ) {
    (self.service, self.loops, self.limits, self.tls) = (service, loops, limits, tls)
    (self.now, self.sleep) = (now, sleep)
  }

  /// Its addresses from now on. What is known of those that stay is kept, and requests to others end as they would.
  ///
  /// - Throws: ``ConfigurationError`` for a malformed origin; the addresses are then as before.
  package func move(to origins: [String]) throws {
    var known = Set(self.origins)
    let added = try origins.filter { known.insert($0).inserted }.map {
      (origin: $0, client: try HTTPClient(origin: $0, loops: loops, limits: limits, tls: tls))
    }
    let gone = state.withLock { state in
      let before = state.addresses
      state.addresses = before.filter { origins.contains($0.origin) }
      for (origin, client) in added {
        state.addresses.append(Address(number: state.number, origin: origin, client: client))
        state.number += 1
      }
      return before.filter { !origins.contains($0.origin) }
    }
    for address in gone { address.client.retire() }
  }

  package var origins: [String] { state.withLock { $0.addresses.map(\.origin) } }

  public func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await call(request, operation, as: operation.responses.isStreamed ? .streamed : .whole)
  }

  /// Like ``send(_:_:)``, but streams a large response body: for proxies.
  public func forward(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await call(request, operation, as: .streamed)
  }

  /// Like ``forward(_:_:)``, but asks the service to switch to the WebSocket protocol. What has been sent is not sent
  /// again.
  package func upgrade(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await call(request, operation, as: .upgraded)
  }

  /// The circuits that are not closed, by the names of their operations, and how many addresses are left out.
  package var faults: Faults {
    let now = now()
    return state.withLock { state in
      let circuits = state.breakers.map { ($0.key, $0.value.state(at: now)) }.filter { $0.1 != .closed }
      return Faults(
        circuits: circuits.sorted { $0.0 < $1.0 }, addressesLeftOut: state.addresses.count { $0.outUntil > now })
    }
  }

  /// What is known of a service that fails.
  package struct Faults: Sendable {
    package var circuits: [(operation: String, state: CircuitBreaker.State)] = []
    package var addressesLeftOut = 0

    package init(circuits: [(operation: String, state: CircuitBreaker.State)] = [], addressesLeftOut: Int = 0) {
      (self.circuits, self.addressesLeftOut) = (circuits, addressesLeftOut)
    }
  }

  // MARK: attempts

  private func call(
    _ request: HTTPRequest, _ operation: OperationDescriptor, as form: ResponseForm
  ) async throws -> HTTPResponse {
    let permit = try admit(operation)
    let limit = operation.policy.timeLimit(remaining: Deadline.current?.left)
    // A caller that has used up its time is nobody's fault.
    let hadTime = Self.isEnough(limit, operation)
    let result = await attempts(request, operation, until: Deadline(in: limit), hadTime: hadTime, form)
    // A call counts once, by its end: what another address has answered is no fault of the service.
    if let permit {
      let (now, outcome) = (now(), Self.outcome(of: result, hadTime: hadTime))
      state.withLock { $0.breakers[operation.id]?.end(permit, outcome, at: now) }
    }
    do throws(ExchangeError) { return try result.get() } catch { throw HTTPClient.publicError(error, operation) }
  }

  /// Whether a call has most of the time that its contract gives it.
  static func isEnough(_ milliseconds: Int, _ operation: OperationDescriptor) -> Bool {
    milliseconds >= min(operation.policy.timeout / 2, enoughTime)
  }

  /// What the last attempt gave.
  private func attempts(
    _ request: HTTPRequest, _ operation: OperationDescriptor, until end: Deadline, hadTime: Bool, _ form: ResponseForm
  ) async -> Result<HTTPResponse, ExchangeError> {
    state.withLock { $0.budget = min($0.budget + 1, Self.largestBudget) }
    var (attempt, tried) = (Attempt(request, operation, end, form, hadTime: hadTime), Set<Int>())
    while true {
      guard let (number, client) = pick(besides: tried) else {
        return .failure(.busy("no instance of \(service) is up"))
      }
      let result: Result<HTTPResponse, ExchangeError>
      if let hedge = operation.policy.hedge, attempt.isRead {
        tried.insert(number)
        result = await hedged(attempt, at: number, client, after: hedge, &tried)
      } else {
        result = await ask(&attempt, at: number, client)
      }
      guard request.stream == nil, let isUnsent = Self.isUnsent(result) else { return result }
      tried.insert(number)
      // What was not sent goes to another address, whatever it is; what may have been done is sent again if it may be.
      let isLeft = isLeft(besides: tried)
      // What has no room at the moment will not have it after a pause either.
      if !isLeft, Self.isRefusal(result) { return result }
      let isAgain =
        attempt.sends < operation.policy.attempts && (isUnsent || form != .upgraded && request.mayRepeat(operation))
      if isUnsent, isLeft, end.left > 0 { continue }
      guard isAgain, takeRepetition(), await pause(after: attempt.sends, until: end) else { return result }
      (attempt.sends, attempt.hadTime) = (attempt.sends + 1, false)
      if !isLeft { tried = [] }
    }
  }

  func ask(
    _ attempt: inout Attempt, at number: Int, _ client: HTTPClient
  ) async -> Result<HTTPResponse, ExchangeError> {
    let result: Result<HTTPResponse, ExchangeError>
    do throws(ExchangeError) {
      result = .success(
        try await client.attempt(
          attempt.request, attempt.operation, within: attempt.end.left, as: attempt.form,
          sends: &attempt.sends))
    } catch {
      result = .failure(error)
    }
    count(Self.outcome(of: result, hadTime: attempt.hadTime), at: number)
    return result
  }

  /// - Parameter hadTime: whether it had most of the time that its contract gives it.
  private static func outcome(
    of result: Result<HTTPResponse, ExchangeError>, hadTime: Bool
  ) -> CircuitBreaker.Outcome {
    switch result {
    case .success(let response) where response.status == 504: hadTime ? .failure : .nothing
    case .success where isRefusal(result): .refusal
    case .success(let response): response.status >= 500 ? .failure : .success
    case .failure(.timedOut): hadTime ? .failure : .nothing
    case .failure(.cancelled), .failure(.body), .failure(.busy): .nothing
    case .failure: .failure
    }
  }

  /// Whether a service, or the queue for it, has no room for a request at the moment.
  private static func isRefusal(_ result: Result<HTTPResponse, ExchangeError>) -> Bool {
    switch result {
    case .success(let response): response.status == 503 && response.headers["retry-after"] != nil
    case .failure(.busy): true
    case .failure: false
    }
  }

  /// Whether a request that failed never left this process; nil for a result that no other attempt can better.
  static func isUnsent(_ result: Result<HTTPResponse, ExchangeError>) -> Bool? {
    switch result {
    case .success(let response): [502, 503, 504].contains(response.status) ? false : nil
    case .failure(.cancelled), .failure(.body): nil
    case .failure(.refused), .failure(.busy): true
    case .failure: false
    }
  }

  /// Waits for a random time, so that callers who failed together do not come together again; false where another attempt
  /// would have too little time.
  private func pause(after sends: Int, until end: Deadline) async -> Bool {
    let milliseconds = Int.random(in: 1...(Self.pause << (sends - 1)))
    guard end.left > milliseconds + Self.pause, (try? await sleep(milliseconds)) != nil else { return false }
    return !Task.isCancelled
  }

  // MARK: state

  private func admit(_ operation: OperationDescriptor) throws -> CircuitBreaker.Permit? {
    guard operation.policy.breaksCircuit else { return nil }
    let now = now()
    let admitted = state.withLock { $0.breakers[operation.id, default: CircuitBreaker()].admit(at: now) }
    guard let admitted else {
      throw ClientError.unreachable(operation, "it has failed too often, and is called again later")
    }
    return admitted
  }

  func takeRepetition() -> Bool {
    state.withLock { state in
      guard state.budget >= Self.repetition else { return false }
      state.budget -= Self.repetition
      return true
    }
  }

  func isLeft(besides tried: Set<Int>) -> Bool {
    state.withLock { $0.addresses.contains { !tried.contains($0.number) } }
  }

  /// The address with the fewest requests among those that are not left out; of several the next in turn. Nil
  /// where there is none.
  func pick(besides tried: Set<Int>) -> (number: Int, client: HTTPClient)? {
    let now = now()
    return state.withLock { state in
      let all = state.addresses.indices
      guard all.count > 1 else {
        if all.isEmpty { return nil }
        state.addresses[0].requests += 1
        return (state.addresses[0].number, state.addresses[0].client)
      }
      let untried = all.filter { !tried.contains(state.addresses[$0].number) }
      let healthy = untried.filter { state.addresses[$0].outUntil <= now }
      // Where most are out, the fault is rather in between: all are tried.
      let isPanic = all.count { state.addresses[$0].outUntil > now } * 2 > all.count
      let candidates = isPanic || healthy.isEmpty ? (untried.isEmpty ? Array(all) : untried) : healthy
      state.next &+= 1
      let turned = candidates.indices.map { candidates[($0 &+ state.next & Int.max) % candidates.count] }
      let index = turned.min { state.addresses[$0].requests < state.addresses[$1].requests } ?? 0
      state.addresses[index].requests += 1
      return (state.addresses[index].number, state.addresses[index].client)
    }
  }

  private func count(_ outcome: CircuitBreaker.Outcome, at number: Int) {
    let now = now()
    state.withLock { state in
      // An address that has gone counts no more.
      guard let index = state.addresses.firstIndex(where: { $0.number == number }) else { return }
      state.addresses[index].requests -= 1
      switch outcome {
      case .nothing: break
      case .success:
        state.addresses[index].refusals.end()
        state.addresses[index].failures = 0
        state.addresses[index].ejections = 0
        state.addresses[index].outUntil = 0
      // What was on its way when the address was left out has nothing new to say.
      case .failure where state.addresses[index].outUntil > now, .refusal where state.addresses[index].outUntil > now:
        break
      case .refusal where !state.addresses[index].refusals.isFailure(at: now): break
      case .failure, .refusal:
        state.addresses[index].failures += 1
        guard state.addresses.count > 1, state.addresses[index].failures >= Self.ejecting else { return }
        let pause = min(Self.outage << min(state.addresses[index].ejections, 4), Self.longestOutage)
        state.addresses[index].failures = 0
        state.addresses[index].ejections += 1
        state.addresses[index].outUntil = now + pause
      }
    }
  }
}
