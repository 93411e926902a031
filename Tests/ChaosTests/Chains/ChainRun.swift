import Foundation
import Synchronization
import TestSockets

/// The whole corpus, for all ends, sent through one front.
struct ChainRun {
  let cases: [ChainCase]
  private let front: String
  private let isDirect: Bool
  /// What came back of each case; nil where no connection could be made.
  private let came: [Replies?]
  /// What the front sent to the gateway.
  private let passed: [SeenRequest]

  private static let clients = 32

  /// Sends it.
  ///
  /// - Parameters:
  ///   - front: nil for none.
  ///   - gateway: its port.
  ///   - first: the number of the first case.
  init(_ front: PeerServer?, to gateway: Int, _ ends: [ChainEnd], first: Int) async throws {
    cases = ends.reduce(into: []) { $0 += ChainCases($1.prefix, first: first + $0.count).list }
    (self.front, isDirect) = (front?.name ?? "none", front == nil)
    let tap = try Tap(to: gateway)
    defer { tap.stop() }
    let running = try await front?.start(next: tap.port)
    came = await Self.exchange(cases, port: running?.port ?? tap.port)
    let failure = running.flatMap { $0.process.isRunning ? nil : $0.failure }
    await running?.stop()
    if let failure { throw failure }
    passed = tap.requests
  }

  /// Sends each case on a connection of its own, many at once, on threads of their own.
  private static func exchange(_ cases: [ChainCase], port: Int) async -> [Replies?] {
    let exchanges = Exchanges(cases, port: port)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<clients {
        group.addTask {
          await withCheckedContinuation { continuation in
            Thread.detachNewThread {
              while exchanges.doNext() {}
              continuation.resume()
            }
          }
        }
      }
    }
    return exchanges.came
  }

  private final class Exchanges: Sendable {
    private let cases: [ChainCase]
    private let port: Int
    private let next = Mutex(0)
    private let results: Mutex<[Replies?]>

    init(_ cases: [ChainCase], port: Int) {
      (self.cases, self.port) = (cases, port)
      results = Mutex(Array(repeating: nil, count: cases.count))
    }

    var came: [Replies?] { results.withLock { $0 } }

    /// Sends the next case and reads until the front closes; false when there is none.
    func doNext() -> Bool {
      let index = next.withLock { next in
        defer { next += 1 }
        return next
      }
      guard index < cases.count else { return false }
      guard let client = try? RawClient(port: port, isHead: cases[index].isHead) else { return true }
      client.send(cases[index].text)
      let came = client.receive()
      results.withLock { $0[index] = came }
      return true
    }
  }

  // MARK: what must hold

  /// Compares what the front sent and answered with what the ends have seen of each case, by its mark.
  func verify(_ seen: [String: [SeenRequest]], _ findings: inout Findings) {
    let sent = Dictionary(grouping: passed, by: \.self).mapValues(\.count)
    var (answered, arrived, sound) = (0, 0, 0)
    for (item, came) in zip(cases, came) {
      guard let came else {
        findings.add("\(front), \(item): no connection")
        continue
      }
      let requests = seen[item.mark] ?? []
      // What is left over is an answer too, such as one of HTTP/0.9.
      let answers = came.replies.count + (came.isComplete ? 0 : 1)
      findings.check(
        requests.count <= answers, "\(front), \(item): \(requests.count) arrived, \(answers) answered: \(came)")
      verify(item, came, requests, sent, &findings)
      if isDirect { verifyDirect(item, came, requests, &findings) }
      if case .sound(let body) = item.fate, requests.contains(where: { $0.body == body }) { sound += 1 }
      (answered, arrived) = (answered + answers, arrived + requests.count)
    }
    let all = cases.count { if case .sound = $0.fate { true } else { false } }
    findings.check(sound * 2 >= all, "\(front): of \(all) sound messages \(sound) have arrived")
    findings.count += cases.count
    findings.note("\(front): \(answered) answers, \(arrived) arrived")
  }

  /// What holds of each request that has arrived, and of each answer.
  private func verify(
    _ item: ChainCase, _ came: Replies, _ requests: [SeenRequest], _ sent: [SeenRequest: Int],
    _ findings: inout Findings
  ) {
    for (request, count) in Dictionary(grouping: requests, by: \.self).mapValues(\.count) {
      let times = sent[request] ?? 0
      findings.check(
        count <= times, "\(front), \(item): \(request) arrived \(count) times, and was sent \(times) times")
    }
    findings.check(!requests.contains { $0.target == item.hidden }, "\(front), \(item): what was hidden has arrived")
    // An answer that an end gave names the target that it is for.
    for reply in came.replies where reply.status == 200 && reply.text.hasPrefix("seen ") {
      findings.check(
        ChainCase.mark(of: reply.text) == item.mark, "\(front), \(item): the answer of another: \(reply.text)")
    }
  }

  /// What holds of a case that the gateway has got as it is.
  private func verifyDirect(
    _ item: ChainCase, _ came: Replies, _ requests: [SeenRequest], _ findings: inout Findings
  ) {
    switch item.fate {
    case .open: break
    case .refused:
      findings.check(
        came.statuses.count == 1 && came.isSound && came.isClosed && (400..<600).contains(came.statuses[0]),
        "\(item): not one refusal: \(came)")
      findings.check(requests.isEmpty, "\(item): arrived: \(requests)")
    case .sound(let body):
      findings.check(
        came.statuses == [200, 200] && requests.map(\.body) == [body, []], "\(item): \(came), arrived: \(requests)")
    }
  }
}
