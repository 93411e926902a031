import ServiceCore
import ServiceDefinition
import ServiceEvents
import ServiceLoop
import ServicePostgres
import Synchronization

/// A task as the host runs it: a service's, or the host's own. Times are in milliseconds.
struct HostedTask: Sendable {
  let name: String
  let period: Int
  let limit: Int
  let body: @Sendable (Call) async throws -> Void
  /// The last run here, for a service without a database.
  let report = LastRun()
}

/// When a task ran last.
struct TaskRun: Sendable {
  let started: Timestamp
  /// Nil while it runs, and when its process died during the run.
  var ended: Timestamp?
  var succeeded: Bool?
}

final class LastRun: Sendable {
  private let run = Mutex<TaskRun?>(nil)

  var value: TaskRun? {
    get { run.withLock(\.self) }
    set { run.withLock { $0 = newValue } }
  }
}

/// A task that exceeded its time limit.
private struct TaskOverrun: Error, CustomStringConvertible {
  let limit: Int
  var description: String { "it took more than its \(limit) milliseconds" }
}

/// The repeating tasks of services.
extension Host {
  /// The tasks of a service, including the host's own.
  ///
  /// - Throws: ``ConfigurationError`` for tasks with the same name, or with invalid times.
  func tasks(of service: some Service, _ database: Database?) throws -> [HostedTask] {
    let type = type(of: service)
    var tasks = type.tasks.map { task in
      HostedTask(name: task.name, period: task.period.milliseconds, limit: task.limit.milliseconds) {
        try await task.body(service, $0)
      }
    }
    if let database, type.contract.operations.contains(where: { $0.policy.idempotencyKey != .none }) {
      tasks.append(
        HostedTask(name: "forget idempotency keys", period: 600_000, limit: 60_000) { _ in
          try await database.purgeKeys()
        })
    }
    if let database, type.hasEvents {
      let operations = (service as? any EventReceiver).map { Swift.type(of: $0.eventEndpoint).operations } ?? []
      let retention = EventRetention(of: database, receiving: operations)
      tasks.append(
        HostedTask(name: "empty event slots", period: 60_000, limit: 60_000) {
          try await retention.run(at: $0.logger.clock.now())
        })
    }
    if let database, !service.workflows.isEmpty { tasks.append(forgettingWorkflows(in: database)) }
    for (index, task) in tasks.enumerated() {
      guard !tasks[..<index].contains(where: { $0.name == task.name }) else {
        throw ConfigurationError("\(type.contract.name) has two tasks '\(task.name)': give each a name of its own")
      }
      guard Self.times.contains(task.period), Self.times.contains(task.limit) else {
        throw ConfigurationError(
          "the task '\(task.name)' of \(type.contract.name) has a period or a time limit that is not from a millisecond "
            + "to a year")
      }
    }
    return tasks
  }

  /// The periods and time limits that a task may have: neither the clock nor the database counts much further.
  private static let times = 1...366 * 86_400_000

  /// How long a process counts as alive after its last report, and one second more.
  private static let lifetime = 6_000

  /// Runs the tasks of a service until the host stops.
  func repeatTasks(of service: RunningService) {
    let turns = service.tasks.map { task in
      Task(executorPreference: mainLoop) { [self] in
        // Work that an earlier process left unfinished does not wait for a whole period: the first run is at once, and
        // the second as soon as the earlier process no longer counts as alive.
        await run(task, of: service, every: 0)
        var pause = service.database == nil ? task.period : min(task.period, Self.lifetime)
        while (try? await sleep(pause)) != nil {
          await run(task, of: service, every: pause < task.period ? 0 : task.period)
          pause = task.period
        }
      }
    }
    state.withLock { $0.background += turns }
  }

  /// Reports to a database that this process is alive, until the host has stopped.
  func keepAlive(in database: Database) async throws {
    try await database.beat(process)
    let heartbeat = Task(executorPreference: mainLoop) { [self] in
      while (try? await sleep(1_000)) != nil {
        // A database that cannot be reached is reported by the code that needs it.
        try? await Deadline.$current.withValue(Deadline(in: 3_000)) { try await database.beat(process) }
      }
    }
    state.withLock { $0.heartbeats.append(heartbeat) }
  }

  /// Runs a task once, unless another process is running it, or has run it in this period.
  private func run(_ task: HostedTask, of service: RunningService, every: Int) async {
    let fields: KeyValuePairs = ["service": service.name, "task": task.name]
    do {
      // The lease outlasts the run, since otherwise another process would begin beside it.
      if let database = service.database {
        let isMine = try await database.beginTask(
          task.name, every: every, lease: task.limit + 10_000, by: process)
        guard isMine else { return }
      }
      task.report.value = TaskRun(started: logger.clock.now())
      let failure = await failure(of: task, service.call)
      if let failure, !Task.isCancelled { logger.log(.warning, "the task '\(task.name)' failed: \(failure)", fields) }
      task.report.value?.ended = logger.clock.now()
      task.report.value?.succeeded = failure == nil
      await cleanUp { [self] in
        // If this fails too, the lease expires by itself.
        try? await service.database?.endTask(task.name, succeeded: failure == nil, by: process)
      }
    } catch {
      if !Task.isCancelled { logger.log(.warning, "the task '\(task.name)' waits for its next run: \(error)", fields) }
    }
  }

  /// Runs a task's body within its time limit; returns its error.
  private func failure(of task: HostedTask, _ call: Call) async -> (any Error)? {
    let call = call.under(Uuid.v7(at: logger.clock.now()).description)
    let limit = task.limit
    return await withTaskGroup(of: (any Error)?.self) { [sleep] group in
      group.addTask {
        do {
          try await Deadline.$current.withValue(Deadline(in: limit).enforced) { try await task.body(call) }
          return nil
        } catch {
          return error
        }
      }
      group.addTask {
        do { try await sleep(limit) } catch { return error }
        return TaskOverrun(limit: limit)
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }

  /// The last runs of a service's tasks, in any process; empty where its database does not respond.
  func taskRuns(of service: RunningService) async -> [(name: String, run: TaskRun?)] {
    guard let database = service.database, !service.tasks.isEmpty else {
      return service.tasks.map { ($0.name, $0.report.value) }
    }
    guard let reports = try? await database.taskReports() else { return [] }
    return service.tasks.map { task in
      (task.name, reports.first { $0.name == task.name }.flatMap { TaskRun($0) })
    }
  }
}

extension TaskRun {
  /// Nil for a task that has not run yet.
  fileprivate init?(_ report: TaskReport) {
    guard let started = report.started else { return nil }
    self.init(started: started)
    // An earlier end is that of the run before.
    guard let ended = report.ended, ended >= started else { return }
    (self.ended, succeeded) = (ended, report.succeeded)
  }
}
