/// Runs tasks on the thread that calls ``run(_:)``, to their end: what they do is counted with it.
///
/// `@unchecked`: only one thread ever uses it.
final class Inline: TaskExecutor, @unchecked Sendable {
  private var jobs: [UnownedJob] = []

  func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

  func run(_ body: @escaping @Sendable () async -> Void) {
    Task(executorPreference: self) { await body() }
    while !jobs.isEmpty { jobs.removeFirst().runSynchronously(on: asUnownedTaskExecutor()) }
  }
}

/// Runs what waits for nothing but itself.
func atOnce(_ body: @escaping @Sendable () async -> Void) { Inline().run(body) }
