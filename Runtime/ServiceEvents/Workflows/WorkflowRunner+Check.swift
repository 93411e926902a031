import ServiceCore
import ServicePostgres

/// A workflow that could not go on with the present code.
public struct WorkflowConflict: Sendable, CustomStringConvertible {
  public let id: Uuid
  public let name: String
  public let version: Int
  public let reason: String

  public var description: String { "\(name) \(id) (version \(version)): \(reason)" }
}

extension WorkflowRunner {
  /// Runs the histories of all unfinished workflows against the present code, without any effect, and returns those
  /// that could not go on. Workflows that are stuck are left to people.
  ///
  /// - Throws: ``PostgresError``.
  public func check() async throws -> [WorkflowConflict] {
    var conflicts: [WorkflowConflict] = []
    var ids = try await store.unfinished()[...]
    while !ids.isEmpty {
      let page = Array(ids.prefix(200))
      ids = ids.dropFirst(page.count)
      // The instances first: a step that is recorded meanwhile is part of the history.
      let instances = try await store.instances(page)
      let steps = try await store.steps(of: page)
      for instance in instances {
        guard let reason = await conflict(instance, steps[instance.id] ?? WorkflowSteps()) else { continue }
        conflicts.append(
          WorkflowConflict(id: instance.id, name: instance.name, version: instance.version, reason: reason))
      }
    }
    return conflicts
  }

  private func conflict(_ instance: WorkflowInstance, _ steps: WorkflowSteps) async -> String? {
    guard let workflow = workflow(of: instance) else {
      return "the code has no workflow of this name and version; keep it until none of it is unfinished"
    }
    return await conflict(workflow, instance, steps)
  }

  private func conflict<W: Workflow>(
    _ workflow: W, _ instance: WorkflowInstance, _ steps: WorkflowSteps
  ) async -> String? {
    guard let input = W.Input.read(instance.input) else { return "its input cannot be read as \(W.Input.self)" }
    let flow = Flow(instance, steps, run: nil)
    let result = await flow.result(of: workflow, input)
    if case .conflict(let reason)? = flow.ending(result) { return reason }
    return nil
  }
}
