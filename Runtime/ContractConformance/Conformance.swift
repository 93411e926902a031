import ContractOutline
import ContractValues
import ServiceCore

/// Holds a running server against its contracts, by requests alone.
///
/// The server's state is found by what operations say of each other: what a `POST` on a collection's path answers is
/// read, listed, changed and deleted by the operations of the paths below it, and its id is given where other
/// operations ask for one.
public struct Conformance {
  let outline: Outline
  let transport: any Transport
  let options: ConformanceOptions
  let receiver: (any CallbackReceiver)?
  var sampler: RequestSampler
  /// The valid requests of operations, once they are made.
  var samples: [ObjectIdentifier: [RequestValues]] = [:]
  /// How many of them were sent.
  var fresh: [ObjectIdentifier: Int] = [:]
  var world: World
  var report: ConformanceReport
  /// The positions of failures by what makes them the same.
  private var known: [String: Int] = [:]
  /// The last refusals of requests that would have created something.
  var refusals: [ObjectIdentifier: String] = [:]
  private let start = ContinuousClock.now
  /// How many requests in a row got no response.
  private var lost = 0
  /// Whether the server answers as Charter's services do.
  var isCharters = false
  /// How many idempotency keys were given, and what makes those of this run its own.
  var keys = 0
  let marker: String

  /// - Parameters:
  ///   - transport: sends requests to the server, each once.
  ///   - receiver: for callbacks, which are not checked without one.
  public init(
    _ outline: Outline, _ transport: any Transport, _ options: ConformanceOptions = ConformanceOptions(),
    receiver: (any CallbackReceiver)? = nil
  ) {
    (self.outline, self.transport, self.options, self.receiver) = (outline, transport, options, receiver)
    sampler = RequestSampler(outline, seed: options.seed)
    world = World(outline, known: options.known)
    report = ConformanceReport(seed: options.seed, secrets: options.secrets)
    report.operations = outline.routes.count { !$0.descriptor.policy.isInternal || options.callsInternal }
    marker = String(UInt64.random(in: 0 ... .max), radix: 36)
  }

  /// Sends all requests.
  public mutating func run() async -> ConformanceReport {
    await prepare()
    for operation in callable where !isOver { await checkValid(operation) }
    for operation in callable where !isOver { await checkUnknown(operation) }
    for operation in callable where !isOver && operation.method == "PUT" { await checkStored(operation) }
    for collection in world.collections where !isOver { await checkLifecycle(of: collection) }
    for operation in callable where !isOver {
      await checkPaging(of: operation)
      await checkIdempotency(of: operation)
      await checkConditions(of: operation)
      await checkRanges(of: operation)
      await checkSecurity(of: operation)
      await checkInvalid(operation)
      await checkHostile(operation)
      await checkMediaTypes(of: operation)
    }
    if !isOver { await checkMethods() }
    if !isOver { await checkCallbacks() }
    if isOver {
      report.skipped.append(
        lost < Self.lostLimit ? "what was left when the time was over" : "all the rest: no response arrives")
    }
    return report
  }

  /// The operations to call, creators first and those that delete last.
  var callable: [OutlinedOperation] {
    outline.routes.filter(mayCall).enumerated().sorted { one, other in
      (Self.rank(one.element), one.offset) < (Self.rank(other.element), other.offset)
    }.map(\.element)
  }

  private static func rank(_ operation: OutlinedOperation) -> Int {
    operation.method == "DELETE" ? 100 : operation.path.utf8.count { $0 == UInt8(ascii: "{") }
  }

  func mayCall(_ operation: OutlinedOperation) -> Bool {
    (options.only.isEmpty || options.only.contains(operation.id)) && !options.except.contains(operation.id)
      && (options.callsUnsafe || !operation.descriptor.policy.isUnsafe)
      && (options.callsInternal || !operation.descriptor.policy.isInternal)
  }

  // MARK: sending

  /// Whether nothing more is to be sent: the time is over, or the server does not answer any more.
  var isOver: Bool { lost >= Self.lostLimit || ContinuousClock.now - start > options.time }

  private static let lostLimit = 10
  /// The longest `Retry-After` that is waited for, in seconds.
  private static let longestPause = 10

  /// Sends a request; nil where no response came, which is a failure, or the time is over.
  mutating func send(_ operation: OutlinedOperation, _ request: HTTPRequest) async -> HTTPResponse? {
    guard !isOver else { return nil }
    await pace()
    report.requests += 1
    report.called.insert(operation.id)
    do {
      var response = try await transport.send(request, operation.descriptor)
      for _ in 0..<3 where response.status == 429 && !isOver {
        let seconds = response.headers["retry-after"].flatMap { Int($0) } ?? 1
        // A lock of minutes does not pass meanwhile.
        if seconds > Self.longestPause { break }
        try await Task.sleep(for: .seconds(max(seconds, 1)))
        response = try await transport.send(request, operation.descriptor)
      }
      lost = 0
      if response.isCharters { isCharters = true }
      if let stream = response.stream {
        (response.body, response.stream) = (await Self.beginning(of: stream), nil)
      }
      return response
    } catch {
      lost += 1
      fail(.unreachable, operation, operation.at, "\(error)", [.init(request: request, response: nil)])
      return nil
    }
  }

  private func pace() async {
    guard let rate = options.rate, rate > 0 else { return }
    let due = start + .seconds(min(Double(report.requests) / rate, 1e6))
    try? await Task.sleep(until: min(due, start + options.time), clock: .continuous)
  }

  /// What a stream brings at first: one of events may have no end.
  private static func beginning(of stream: ByteStream) async -> [UInt8] {
    await withTaskGroup(of: [UInt8]?.self) { group in
      let pieces = Gathered()
      group.addTask {
        do {
          for try await piece in stream { if await pieces.add(piece) >= 1_048_576 { break } }
        } catch {}
        return nil
      }
      group.addTask {
        try? await Task.sleep(for: .seconds(3))
        return nil
      }
      _ = await group.next()
      group.cancelAll()
      return await pieces.bytes
    }
  }

  private actor Gathered {
    private(set) var bytes: [UInt8] = []

    func add(_ piece: [UInt8]) -> Int {
      bytes += piece
      return bytes.count
    }
  }

  // MARK: failures

  mutating func fail(
    _ check: ConformanceCheck, _ operation: OutlinedOperation, _ at: String, _ message: String,
    _ exchanges: [ConformanceFailure.Exchange]
  ) {
    // Items are told apart by what is wrong, not by their positions.
    let what = check == .body || check == .header ? message.filter { !$0.isNumber } : ""
    let key = "\(check.rawValue) \(operation.id) \(at) \(what)"
    if let index = known[key] {
      report.failures[index].count += 1
    } else {
      known[key] = report.failures.count
      report.failures.append(
        ConformanceFailure(
          check: check, operation: operation.id, at: at, message: message,
          exchanges: exchanges.suffix(6).map { Exchange(request: $0.request, response: $0.response?.cut) }))
    }
  }

  mutating func fail(
    _ breaches: [Breach], _ operation: OutlinedOperation, _ exchanges: [ConformanceFailure.Exchange]
  ) {
    for breach in breaches { fail(breach.check, operation, breach.at, breach.message, exchanges) }
  }

  mutating func skip(_ operation: OutlinedOperation, _ reason: String) {
    let line = "\(operation.id): \(reason)"
    if !report.skipped.contains(line) { report.skipped.append(line) }
  }
}
