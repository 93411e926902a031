import ServiceCore
import ServiceDefinition
import ServiceEvents
import ServicePostgres

/// The workflows of services.
extension Host {
  /// For how long workflows are kept that have ended: 30 days.
  private static let retention = Duration.seconds(30 * 86_400)
  /// How many conflicts the message names that stops the start.
  private static let named = 20

  /// Makes what works on a service's workflows; nil for a service without any.
  ///
  /// - Throws: ``ConfigurationError`` for one without a database, and for two of the same name and version.
  func runner(of service: some Service, _ workflows: Workflows?, _ call: Call) throws -> WorkflowRunner? {
    let list = service.workflows
    guard !list.isEmpty else { return nil }
    guard let workflows else {
      throw ConfigurationError(
        "\(type(of: service).contract.name) has workflows, and no database to keep them in: add a migration to its "
          + "folder Migrations")
    }
    return try WorkflowRunner(workflows, list, call, process: process, loops: loops)
  }

  /// Checks that the unfinished workflows of a service can go on with its present code.
  ///
  /// - Throws: ``ConfigurationError`` with a line for each that cannot.
  func checkWorkflows(of service: RunningService) async throws {
    guard let runner = service.runner else { return }
    let conflicts = try await prepare(type(of: service.service)) { try await runner.check() }
    guard !conflicts.isEmpty else { return }
    let lines = conflicts.prefix(Self.named).map { "\n  \($0)" }.joined()
    let more = conflicts.count > Self.named ? "\n  and \(conflicts.count - Self.named) more" : ""
    throw ConfigurationError(
      "unfinished workflows of \(service.name) cannot go on with this code. Give the changed workflow a new version, "
        + "and keep the old one beside it until none of it is unfinished:\(lines)\(more)")
  }

  /// Works on the workflows of a service until the host stops.
  func work(onWorkflowsOf service: RunningService) {
    guard let runner = service.runner else { return }
    let task = Task(executorPreference: mainLoop) { await runner.run() }
    state.withLock { $0.background.append(task) }
  }

  func forgettingWorkflows(in database: Database) -> HostedTask {
    let workflows = Workflows(database)
    return HostedTask(name: "forget workflows", period: 3_600_000, limit: 600_000) { call in
      let age = Int(Self.retention.components.seconds) * 1_000_000
      try await workflows.forget(endedBefore: Timestamp(microseconds: call.logger.clock.now().microseconds - age))
    }
  }

  /// The state of a service's workflows; nil for a service without any, and where its database does not respond.
  func workflowState(of service: RunningService) async -> (unfinished: Int, stuck: Int)? {
    guard service.runner != nil, let database = service.database else { return nil }
    return try? await Workflows(database).status()
  }
}
