import ServiceCore
import ServiceLoop
import ServicePostgres
import Synchronization

/// Works on the workflows of a service, in one of its processes: on those that it has started, and on those that are
/// due and that no other process has.
public final class WorkflowRunner: Sendable {
  let workflows: Workflows
  let store: WorkflowStore
  /// A call of the service, from which those of its workflows are made.
  let call: Call
  private let known: [String: any Workflow]
  let loops: [Loop]
  private let slots: Int
  private let random: Mutex<any RandomNumberGenerator & Sendable>
  private let bell = Bell()
  private let state = Mutex(State())

  private struct State {
    var runs: [Uuid: WorkflowRun] = [:]
    /// Whether it looks for workflows that are due.
    var isServing = false
    var isStopping = false
    /// Whether there were more workflows than slots.
    var hasMore = false
    /// When it looks again at the latest.
    var looks: Timestamp?
    /// Whether it may have taken workflows without having learned which.
    var isUncertain = false
    var started = 0
    var backoff = Backoff()
  }

  /// How often it looks for workflows that it does not know to be due, in milliseconds.
  static let interval = 1_000
  /// How long a workflow is due before this process says that none knows it: another one may only be busy.
  private static let patience = Duration.seconds(600)
  /// How many it takes at once.
  private static let batch = 100

  /// - Parameters:
  ///   - list: the service's workflows, each version a type of its own.
  ///   - call: a call of the service, with its transactions.
  ///   - process: reported as alive to the service's database; another process takes over from one that is not.
  ///   - loops: those on which workflows run that no task of a loop has started; empty for none.
  ///   - slots: how many run at once; more than that wait in the database.
  ///   - random: varies the pauses between attempts.
  /// - Throws: ``ConfigurationError`` for two workflows with the same name and version.
  package init(
    _ workflows: Workflows, _ list: [any Workflow], _ call: Call, process: Uuid, loops: [Loop] = [], slots: Int = 256,
    random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) throws(ConfigurationError) {
    (self.workflows, self.call, self.loops, self.slots) = (workflows, call, loops, max(1, slots))
    store = WorkflowStore(database: workflows.database, process: process)
    self.random = Mutex(random)
    var known: [String: any Workflow] = [:]
    for workflow in list {
      let type = type(of: workflow)
      guard known.updateValue(workflow, forKey: type.kind) == nil else {
        throw ConfigurationError(
          "there are two workflows '\(type.name)' of version \(type.version): give each version a number of its own")
      }
    }
    self.known = known
  }

  private var kinds: [String] { Array(known.keys) }
  private var logger: Logger { call.logger }
  var isServing: Bool { state.withLock(\.isServing) }
  var isStopping: Bool { state.withLock(\.isStopping) }
  /// How many workflows have a task here.
  var running: Int { state.withLock(\.runs.count) }

  func workflow(of instance: WorkflowInstance) -> (any Workflow)? { known[instance.kind] }

  func next(_ retry: FlowRetry, after attempts: Int) -> Timestamp? {
    random.withLock { random in retry.next(after: attempts, at: workflows.clock.now, using: &random) }
  }

  // MARK: serving

  /// Works until the task is cancelled. It returns when the steps in progress have ended, and has left what is
  /// unfinished to other processes.
  public func run() async {
    workflows.attach(self)
    state.withLock { ($0.isServing, $0.isStopping) = (true, false) }
    // Until the last step has ended, which may be long after the task is cancelled.
    let watching = Task(executorPreference: Loop.running) { await self.watch() }
    await serve()
    workflows.detach(self)
    let runs = state.withLock { state in
      (state.isServing, state.isStopping) = (false, true)
      return Array(state.runs.values)
    }
    for run in runs { run.stopWaiting() }
    while let task = state.withLock({ $0.runs.values.first?.task }) { await task.value }
    watching.cancel()
    await watching.value
  }

  private func serve() async {
    var surveyed: Timestamp?
    while !Task.isCancelled {
      do {
        if surveyed.map({ workflows.clock.now.milliseconds(since: $0) >= Self.interval }) ?? true {
          try await survey()
          surveyed = workflows.clock.now
        }
        let pause = try await take()
        if state.withLock({ $0.backoff.succeeded() }) { logger.log(.info, "workflows go on again") }
        if pause > 0 { await bell.wait(milliseconds: pause, workflows.sleep) }
      } catch {
        if Task.isCancelled { return }
        try? await workflows.sleep(failed(error))
      }
    }
  }

  /// Learns the database's time, and leaves the workflows of processes that have ended to all.
  private func survey() async throws {
    let (time, dead) = try await store.survey()
    workflows.clock.learn(time)
    guard !dead.isEmpty else { return }
    let count = try await store.release(from: dead, at: workflows.clock.now)
    if count > 0 { logger.log(.warning, "workflows of a process that has ended go on", ["count": "\(count)"]) }
  }

  /// Takes workflows that are due; returns for how many milliseconds there are none.
  private func take() async throws -> Int {
    let free = state.withLock { state in
      state.looks = nil
      return slots - state.runs.count
    }
    guard free > 0 else {
      state.withLock { $0.hasMore = true }
      return Self.interval
    }
    if state.withLock(\.isUncertain) { try await recover() }
    let limit = min(free, Self.batch)
    state.withLock { $0.isUncertain = true }
    let taken = try await store.claim(kinds, limit: limit, at: workflows.clock.now)
    for instance in taken { start(WorkflowRun(self, instance, nil), on: nextLoop()) }
    state.withLock { ($0.isUncertain, $0.hasMore) = (false, taken.count == limit) }
    // With few free slots it waits for more of them.
    guard taken.count < limit else { return free > limit ? 0 : Self.interval }
    let (due, now) = (try await store.nextDue(), workflows.clock.now)
    if taken.isEmpty, let due, due <= now.advanced(by: .zero - Self.patience) { try await strandUnknown(at: now) }
    guard let due, due > now else { return Self.interval }
    return state.withLock { state in
      let pause = min(Self.interval, due.milliseconds(since: now), state.looks?.milliseconds(since: now) ?? .max)
      state.looks = now.advanced(by: .milliseconds(pause))
      return max(1, pause)
    }
  }

  /// Goes on with what was taken by a statement whose result did not arrive.
  private func recover() async throws {
    for instance in try await store.taken() where state.withLock({ $0.runs[instance.id] == nil }) {
      start(WorkflowRun(self, instance, nil), on: nextLoop())
    }
  }

  private func strandUnknown(at now: Timestamp) async throws {
    for id in try await store.strand(allBut: kinds, since: now.advanced(by: .zero - Self.patience)) {
      logger.log(.error, "a workflow is stuck: no process of the service knows it", ["id": id.description])
    }
  }

  /// Cancels attempts that take too long.
  private func watch() async {
    while (try? await workflows.sleep(Self.interval)) != nil {
      let now = workflows.clock.now
      for run in state.withLock({ Array($0.runs.values) }) where run.watch(at: now) { await leave(run) }
    }
  }

  /// Goes on without a step that does not end when it is cancelled.
  private func leave(_ run: WorkflowRun) async {
    let reason = "one of its steps did not end when it was cancelled"
    if (try? await store.strand(run.instance, reason)) == true { stuck(run.instance, reason) }
    ended(run)
  }

  // MARK: runs

  /// The process that runs a workflow which begins now; nil where it is left to those that look for it.
  func accepts(_ kind: String) -> Uuid? {
    let isFree = state.withLock { $0.isServing && $0.runs.count < slots }
    return isFree && known[kind] != nil ? store.process : nil
  }

  /// Runs a workflow that was started here.
  ///
  /// - Parameter isCertain: whether its start is known to be committed.
  func began(_ instance: WorkflowInstance, isCertain: Bool) {
    start(WorkflowRun(self, instance, isCertain ? WorkflowSteps() : nil), on: Loop.running ?? nextLoop())
  }

  private func start(_ run: WorkflowRun, after pause: Int = 0, on loop: Loop?) {
    // It lasts longer than the work that started it.
    Deadline.$current.withValue(nil) {
      state.withLock { state in
        state.runs[run.instance.id] = run
        run.task = Task(executorPreference: loop) { await self.work(on: run, after: pause) }
      }
    }
  }

  private func nextLoop() -> Loop? {
    guard !loops.isEmpty else { return nil }
    return state.withLock { state in
      state.started &+= 1
      return loops[state.started % loops.count]
    }
  }

  private func work(on run: WorkflowRun, after pause: Int) async {
    // Left in a wait, it goes on when its process no longer counts as alive.
    if pause > 0, await !run.wait(pause) { return ended(run) }
    do {
      switch try await run.pass() {
      case .over: ended(run)
      case .again: start(WorkflowRun(self, run.instance, nil), on: Loop.running)
      }
    } catch {
      if isStopping { return ended(run) }
      if Self.isLasting(error), (try? await run.strand("\(error)")) != nil { return ended(run) }
      _ = failed(error)
      var backoff = run.backoff
      let pause = backoff.failed()
      start(WorkflowRun(self, run.instance, nil, backoff: backoff), after: pause, on: Loop.running)
    }
  }

  /// Whether trying again would not help: the database refuses a statement, or holds what is not known here.
  private static func isLasting(_ error: any Error) -> Bool {
    switch error {
    case let error as PostgresError:
      switch error {
      case .refused, .unexpectedColumn: !error.isTemporary
      case .unavailable, .busy, .connectionLost, .commitInDoubt, .deadlineExceeded, .cancelled: false
      }
    default: error is WorkflowError
    }
  }

  private func ended(_ run: WorkflowRun) {
    let isWanted = state.withLock { state in
      // Another run may have its place.
      if state.runs[run.instance.id] === run { state.runs[run.instance.id] = nil }
      return state.hasMore && slots - state.runs.count >= max(1, slots / 4)
    }
    if isWanted { bell.ring() }
  }

  // MARK: what happens to them

  /// Looks for workflows that are due now.
  func wake() { bell.ring() }

  func paused(until time: Timestamp?) {
    guard let time else { return }
    let isSooner = state.withLock { state in
      guard let looks = state.looks, looks <= time else {
        state.looks = time
        return true
      }
      return false
    }
    if isSooner { bell.ring() }
  }

  func ended(_ instance: WorkflowInstance) { workflows.changed(instance.id) }

  func stuck(_ instance: WorkflowInstance, _ reason: String) {
    logger.log(
      .error, "a workflow is stuck: \(reason)", ["workflow": instance.name, "id": instance.id.description])
    workflows.changed(instance.id)
  }

  /// Returns for how long to wait after a failure. Only the first of several is logged.
  private func failed(_ error: any Error) -> Int {
    let (isFirst, pause) = state.withLock { (!$0.backoff.isFailing, $0.backoff.failed()) }
    if isFirst { logger.log(.warning, "workflows wait: \(error)") }
    return pause
  }
}
