import ServiceCore
import ServiceLoop
import Synchronization

/// Rate, errors and duration of the calls to each operation, in Prometheus's text format.
///
/// The number of series is fixed by the contracts: no label has a value from a request.
final class Metrics: Sendable {
  static let headers: HTTPFields = ["content-type": "text/plain; version=0.0.4; charset=utf-8"]

  private let loops: [Loop]
  private let operations = Mutex<[OperationMetrics]>([])
  /// Requests that match no operation.
  let unmatched: OperationMetrics

  init(loops: [Loop]) {
    self.loops = loops
    unmatched = OperationMetrics(service: "", operation: "", loops: loops)
  }

  /// The metrics of an operation, which all of its routes share.
  func of(_ operation: OperationDescriptor) -> OperationMetrics {
    operations.withLock { operations in
      if let known = operations.first(where: { $0.service == operation.service && $0.operation == operation.id }) {
        return known
      }
      let new = OperationMetrics(service: operation.service, operation: operation.id, loops: loops)
      operations.append(new)
      return new
    }
  }

  /// All metrics, as Prometheus reads them.
  var text: [UInt8] {
    let all = operations.withLock(\.self) + [unmatched]
    var lines = [
      "# HELP charter_requests_total Calls to operations, by the class of their response's status.",
      "# TYPE charter_requests_total counter",
    ]
    let counted = all.map { ($0.labels, $0.counts) }
    for (labels, counts) in counted {
      for (index, count) in counts.classes.enumerated() {
        lines.append("charter_requests_total{\(labels),status=\"\(index + 1)xx\"} \(count)")
      }
    }
    lines += [
      "# HELP charter_request_duration_seconds The time from a request's head to the end of its response.",
      "# TYPE charter_request_duration_seconds histogram",
    ]
    for (labels, counts) in counted { lines += Self.histogram(labels, counts) }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private static func histogram(_ labels: String, _ counts: OperationMetrics.Counts) -> [String] {
    var total = 0
    var lines: [String] = []
    for (index, bound) in (OperationMetrics.bounds.map { seconds($0) } + ["+Inf"]).enumerated() {
      total += counts.buckets[index]
      lines.append("charter_request_duration_seconds_bucket{\(labels),le=\"\(bound)\"} \(total)")
    }
    lines.append("charter_request_duration_seconds_sum{\(labels)} \(seconds(counts.microseconds))")
    lines.append("charter_request_duration_seconds_count{\(labels)} \(total)")
    return lines
  }

  /// A number of microseconds as a decimal number of seconds.
  private static func seconds(_ microseconds: Int) -> String {
    let digits = String(microseconds % 1_000_000)
    var fraction = String(repeating: "0", count: 6 - digits.count) + digits
    while fraction.last == "0" { fraction.removeLast() }
    return String(microseconds / 1_000_000) + (fraction.isEmpty ? "" : "." + fraction)
  }
}

/// The metrics of one operation.
///
/// Each loop counts in memory of its own, without a lock: it alone writes there, and a reader of the metrics loads
/// each number at once.
final class OperationMetrics: CallObserver {
  /// The upper bounds of the histogram's buckets in microseconds; a last bucket has no bound.
  static let bounds = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
    10_000_000,
  ]

  let service: String
  let operation: String
  private let counters: [Counters]

  struct Counts {
    /// By the first digit of the status, from 1 on.
    var classes = [Int](repeating: 0, count: 5)
    var buckets = [Int](repeating: 0, count: bounds.count + 1)
    var microseconds = 0
  }

  init(service: String, operation: String, loops: [Loop]) {
    self.service = service
    self.operation = operation
    // The last one is for calls from outside the loops.
    counters = loops.map { Counters(loop: $0) } + [Counters(loop: nil)]
  }

  var labels: String { "service=\"\(service)\",operation=\"\(operation)\"" }

  func ended(_ call: CallRecord) {
    let microseconds = max(0, call.ended.microseconds - call.started.microseconds)
    var bucket = 0
    while bucket < Self.bounds.count, microseconds > Self.bounds[bucket] { bucket += 1 }
    let index = Loop.running?.index ?? counters.count - 1
    let isKnown = index < counters.count && counters[index].isOfCurrentLoop
    counters[isKnown ? index : counters.count - 1].add(min(max(call.status / 100, 1), 5) - 1, bucket, microseconds)
  }

  var counts: Counts {
    var sum = Counts()
    for counters in counters { counters.add(to: &sum) }
    return sum
  }
}

/// The counters that one loop writes.
private final class Counters: Sendable {
  private let loop: Loop?
  private let numbers: Numbers
  private static let classes = 5

  /// `@unchecked`: the pointer never changes, and the memory behind it holds atomic numbers only. An array cannot hold
  /// them.
  private final class Numbers: @unchecked Sendable {
    static let count = classes + OperationMetrics.bounds.count + 2
    private let start = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: count)

    init() { for index in 0..<Self.count { (start + index).initialize(to: Atomic(0)) } }

    deinit {
      start.deinitialize(count: Self.count)
      start.deallocate()
    }

    func load(_ index: Int) -> Int { start[index].load(ordering: .relaxed) }

    /// - Parameter isShared: whether other threads may add at the same time.
    func add(_ number: Int, to index: Int, isShared: Bool) {
      precondition(index < Self.count)
      if isShared {
        start[index].wrappingAdd(number, ordering: .relaxed)
      } else {
        start[index].store(start[index].load(ordering: .relaxed) &+ number, ordering: .relaxed)
      }
    }
  }

  init(loop: Loop?) {
    self.loop = loop
    numbers = Numbers()
  }

  var isOfCurrentLoop: Bool { loop?.isRunningHere ?? false }

  func add(_ statusClass: Int, _ bucket: Int, _ microseconds: Int) {
    let isShared = loop == nil
    numbers.add(1, to: statusClass, isShared: isShared)
    numbers.add(1, to: Self.classes + bucket, isShared: isShared)
    numbers.add(microseconds, to: Numbers.count - 1, isShared: isShared)
  }

  func add(to sum: inout OperationMetrics.Counts) {
    for index in 0..<Self.classes { sum.classes[index] += numbers.load(index) }
    for index in sum.buckets.indices { sum.buckets[index] += numbers.load(Self.classes + index) }
    sum.microseconds &+= numbers.load(Numbers.count - 1)
  }
}
