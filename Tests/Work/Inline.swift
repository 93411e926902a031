/// Runs tasks to completion on the thread that calls ``run(_:)``, so that their instructions are counted.
///
/// `@unchecked`: used by one thread only.
final class Inline: TaskExecutor, @unchecked Sendable {
  private var jobs: [UnownedJob] = []

  func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

  func run(_ body: @escaping @Sendable () async -> Void) {
    Task(executorPreference: self) { await body() }
    while !jobs.isEmpty { jobs.removeFirst().runSynchronously(on: asUnownedTaskExecutor()) }
  }
}

/// Runs an async body synchronously; it must not wait for anything outside.
func runSynchronously(_ body: @escaping @Sendable () async -> Void) { Inline().run(body) }
