import ServiceCore
import Testing

/// How the stages of an operation are passed and left, whatever they do.
@Suite struct PolicyPipelineTests {
  fileprivate protocol NamedKind: SendableMetatype { static var kind: StageKind { get } }
  fileprivate enum Trace: NamedKind { static let kind = StageKind.identity }
  fileprivate enum Count: NamedKind { static let kind = StageKind.metrics }
  fileprivate enum Sign: NamedKind { static let kind = StageKind.signature }
  fileprivate enum Prove: NamedKind { static let kind = StageKind.authentication }
  fileprivate enum Enter: NamedKind { static let kind = StageKind.bulkhead }

  /// What a stage of a test does.
  fileprivate enum Conduct: Sendable, CaseIterable {
    case passes, waits, refuses, refusesLater, responds, respondsLater
  }

  private struct FakeStage<Name: NamedKind>: Stage {
    static var kind: StageKind { Name.kind }
    let notes: Notes
    var conduct = Conduct.passes
    var leavesLater = false

    func enter(_ passage: inout Passage) throws -> StageResult {
      notes.add("enter \(Self.kind)")
      switch conduct {
      case .passes: return .passes
      case .waits, .refusesLater, .respondsLater: return .waits
      case .refuses: throw RequestFault(429, "Enough.", headers: ["retry-after": "9"])
      case .responds: return .responds(HTTPResponse(status: 304))
      }
    }
    func wait(_ passage: inout Passage) async throws -> StageResult {
      await Task.yield()
      notes.add("wait \(Self.kind)")
      if conduct == .refusesLater { throw RequestFault(429, "Enough.", headers: ["retry-after": "9"]) }
      return conduct == .respondsLater ? .responds(HTTPResponse(status: 304)) : .passes
    }
    func leave(_ passage: Passage, status: Int) -> Bool {
      if !leavesLater { notes.add("leave \(Self.kind) \(status)") }
      return !leavesLater
    }
    func waitToLeave(_ passage: Passage, status: Int) async {
      await Task.yield()
      notes.add("leave \(Self.kind) \(status) later")
    }
  }

  private struct Endpoint: ServiceEndpoint {
    let notes: Notes

    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      notes.add("handle")
      return HTTPResponse(status: 201)
    }
  }

  private let notes = Notes()
  private let log = SecurityServingTests.Log()

  /// Sends a request through stages, and returns its response.
  @discardableResult private func pass(_ stages: [any Stage]) async -> HTTPResponse {
    let call = Call(requestID: "", logger: Logger(sink: log.write))
    let route = ServiceRoute(
      Pipeline(OperationDescriptor.with(.init()), stages), by: Endpoint(notes: notes), at: 0, call)
    return await route.respond(to: .to("/look"))
  }

  @Test func `stages are passed in the order of their kinds, whatever order they are given in`() async {
    let (first, second, third) = (
      FakeStage<Count>(notes: notes), FakeStage<Prove>(notes: notes), FakeStage<Enter>(notes: notes)
    )
    let orders: [[any Stage]] = [
      [first, second, third], [first, third, second], [second, first, third], [second, third, first],
      [third, first, second], [third, second, first],
    ]
    for order in orders { #expect(await pass(order).status == 201) }
    let once = [
      "enter metrics", "enter authentication", "enter bulkhead", "handle", "leave bulkhead 201",
      "leave authentication 201", "leave metrics 201",
    ]
    #expect(notes.all == (0..<orders.count).flatMap { _ in once })
  }

  @Test(arguments: Conduct.allCases, [false, true])
  fileprivate func `exactly the stages that were entered are left, the last one first`(
    _ conduct: Conduct, _ leavesLater: Bool
  ) async {
    let response = await pass([
      FakeStage<Count>(notes: notes, leavesLater: leavesLater), FakeStage<Sign>(notes: notes),
      FakeStage<Prove>(notes: notes, conduct: conduct), FakeStage<Enter>(notes: notes, leavesLater: leavesLater),
    ])
    let isRefused = conduct == .refuses || conduct == .refusesLater
    let isEarly = conduct == .responds || conduct == .respondsLater
    let status = isRefused ? 429 : isEarly ? 304 : 201
    let later = leavesLater ? " later" : ""
    #expect(response.status == status && response.headers["retry-after"] == (isRefused ? "9" : nil))
    var expected = ["enter metrics", "enter signature", "enter authentication"]
    if [.waits, .refusesLater, .respondsLater].contains(conduct) { expected.append("wait authentication") }
    if status == 201 { expected += ["enter bulkhead", "handle", "leave bulkhead 201\(later)"] }
    if !isRefused { expected.append("leave authentication \(status)") }
    expected += ["leave signature \(status)", "leave metrics \(status)\(later)"]
    #expect(notes.all == expected)
  }

  @Test func `several stages may wait, before and behind others that need not`() async {
    #expect(
      await pass([
        FakeStage<Trace>(notes: notes, conduct: .waits), FakeStage<Count>(notes: notes),
        FakeStage<Sign>(notes: notes, conduct: .waits), FakeStage<Prove>(notes: notes, conduct: .waits),
        FakeStage<Enter>(notes: notes),
      ]).status == 201)
    #expect(
      notes.all.prefix(9) == [
        "enter identity", "wait identity", "enter metrics", "enter signature", "wait signature",
        "enter authentication", "wait authentication", "enter bulkhead", "handle",
      ])
    #expect(notes.all.count == 14)
  }

  @Test func `an operation without stages goes to its endpoint`() async {
    #expect(await pass([]).status == 201)
    #expect(notes.all == ["handle"])
  }
}
