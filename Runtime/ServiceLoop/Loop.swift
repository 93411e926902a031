import CEvent
import Glibc
import ServiceCore
import Synchronization

/// An event loop on its own thread, and the executor of everything that runs on it.
///
/// A request is served from its first byte to its last on one loop: sockets, timers and the tasks that handle them
/// share one thread, so the request path takes no lock. Actors bound to a loop (``LoopBound``) are entered from its
/// callbacks without a thread switch.
///
/// `@unchecked`: after `start`, the libevent base and the job queue are touched only on the loop's own thread; other
/// threads pass jobs through `inbox`, which is locked. What is touched several times a request is not checked for
/// exclusivity: none of its accesses overlaps another, since a job runs after it was taken out of the queue.
public final class Loop: TaskExecutor, SerialExecutor, @unchecked Sendable {
  /// The loop's index among the loops of the process.
  public let index: Int
  let base: OpaquePointer
  private let wakeDescriptor: Int32
  private let inbox = Mutex(Inbox())
  @exclusivity(unchecked) private var jobs: [UnownedJob] = []
  @exclusivity(unchecked) private var isDraining = false
  /// What is called at the end of the current turn; and the same list of the turn before, whose memory is used again.
  @exclusivity(unchecked) private var atTurnEnd: [any TurnObserver] = []
  @exclusivity(unchecked) private var endingTurn: [any TurnObserver] = []
  private var locals: [(owner: ObjectIdentifier, value: any LoopLocal)] = []
  private var isStopping = false
  /// Held by who frees something once the thread has ended, in its place.
  private let afterEnd = Mutex(())
  @exclusivity(unchecked) private var resuming = Resuming.nothing

  /// Of a task that is resumed outside the queue: whether the next job to be enqueued is the task's, or that job.
  private enum Resuming {
    case nothing, next, job(UnownedJob)
  }
  private var thread: pthread_t = 0
  private var wakeEvent: LoopEvent?
  /// A read buffer shared by all sockets of the loop; it holds data only until the read callback returns. A buffer per
  /// connection would cost tens of kilobytes each.
  package let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)

  /// The cached time of the current callback; 0 until it is first read.
  @exclusivity(unchecked) private var time = 0

  /// ``Deadline/now``, read from the system at most once per callback: a request would otherwise read it six times.
  package var now: Int {
    if time == 0 { time = Deadline.now }
    return time
  }

  private struct Inbox {
    var jobs: [UnownedJob] = []
    var releases: [@Sendable () -> Void] = []
    var isStopped = false
    /// Whether the wake-up descriptor was closed.
    var isClosed = false
  }

  /// Creates the loop and starts its thread.
  ///
  /// - Throws: ``SystemError`` when the process is out of descriptors or threads.
  public init(index: Int = 0) throws {
    self.index = index
    guard let base = event_base_new() else { throw SystemError("event_base_new") }
    self.base = base
    wakeDescriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard wakeDescriptor >= 0 else { throw SystemError("eventfd") }
    wakeEvent = LoopEvent(self, descriptor: wakeDescriptor, .read) { [unowned self] in self.takeInbox() }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    // Decoding a value nested 64 levels deep with mutually recursive schemas takes 1 MiB of stack in an optimised build
    // and 4 MiB otherwise. Untouched stack costs only address space.
    pthread_attr_setstacksize(&attributes, 8 << 20)
    let pointer = Unmanaged.passRetained(self).toOpaque()
    let code = pthread_create(&thread, &attributes, { Loop.run($0) }, pointer)
    pthread_attr_destroy(&attributes)
    guard code == 0 else {
      inbox.withLock { $0.isClosed = true }
      wakeEvent = nil
      Unmanaged<Loop>.fromOpaque(pointer).release()
      throw SystemError("pthread_create", code)
    }
  }

  private static let current = ThreadValue()

  private static func run(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let pointer else { return nil }
    let loop = Unmanaged<Loop>.fromOpaque(pointer).takeRetainedValue()
    current.set(pointer)
    loop.wakeEvent?.add()
    while !loop.isStopping {
      event_base_loop(loop.base, EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY)
      loop.endTurn()
    }
    repeat { loop.drain() } while !loop.jobs.isEmpty
    loop.endTurn()
    for local in loop.locals { local.value.loopEnds() }
    loop.locals = []
    loop.wakeEvent = nil
    return nil
  }

  // MARK: turns

  /// Has an object called back once the callbacks of everything that is ready now have run: what they write goes out
  /// together. Call it on the loop's thread, and once a turn.
  package func atTurnEnd(_ observer: any TurnObserver) { atTurnEnd.append(observer) }

  private func endTurn() {
    // What is added meanwhile is for the next turn, which begins at once.
    guard !atTurnEnd.isEmpty else { return }
    swap(&atTurnEnd, &endingTurn)
    callback { for observer in endingTurn { observer.turnEnds() } }
    endingTurn.removeAll(keepingCapacity: true)
    if !atTurnEnd.isEmpty { wake() }
  }

  /// The value that an object has for this loop, created at its first use. Call it on the loop's thread.
  package func local<Value: LoopLocal>(of owner: AnyObject, _ make: () -> Value) -> Value {
    let owner = ObjectIdentifier(owner)
    if let local = locals.first(where: { $0.owner == owner })?.value as? Value { return local }
    let value = make()
    locals.append((owner, value))
    return value
  }

  /// The loop whose thread this is; nil on any other thread.
  public static var running: Loop? {
    current.get().map { Unmanaged<Loop>.fromOpaque($0).takeUnretainedValue() }
  }

  public var isRunningHere: Bool { Self.current.get() == Unmanaged.passUnretained(self).toOpaque() }

  /// Stops the loop after its queued jobs have run, and joins its thread. Call it from another thread.
  public func stop() {
    inbox.withLock { $0.isStopped = true }
    wake()
    pthread_join(thread, nil)
    let releases = inbox.withLock { inbox in
      inbox.isClosed = true
      close(wakeDescriptor)
      return inbox.releases
    }
    for release in releases { afterEnd.withLock { _ in release() } }
  }

  /// Runs `body`, which frees what only the loop's thread may touch, on that thread; here once the thread has ended. Unlike
  /// a job's, its run is certain.
  package func release(_ body: @escaping @Sendable () -> Void) {
    if isRunningHere { return body() }
    let isClosed = inbox.withLock { inbox in
      if !inbox.isClosed { inbox.releases.append(body) }
      return inbox.isClosed
    }
    if isClosed { afterEnd.withLock { _ in body() } } else { wake() }
  }

  // MARK: executor

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isRunningHere {
      if case .next = resuming {
        resuming = .job(job)
        return
      }
      jobs.append(job)
      // Outside `drain` nothing would run the job: the wake-up starts a drain.
      if !isDraining { wake() }
      return
    }
    let isFirst = inbox.withLock { inbox in
      inbox.jobs.append(job)
      return inbox.jobs.count == 1
    }
    if isFirst { wake() }
  }

  public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  /// Always false. A constant, because the runtime asks at every executor switch.
  public var isMainExecutor: Bool { false }

  public func checkIsolated() { precondition(isRunningHere, "not on the loop's thread") }

  public func isIsolatingCurrentContext() -> Bool? { isRunningHere }

  /// Runs a suspended task until it suspends again, before this returns: an `await` that need not go through the queue.
  /// Call it on the loop's thread, for a task whose executor is the loop.
  package func resumeNow(_ continuation: UnsafeContinuation<Void, Never>) {
    resuming = .next
    continuation.resume()
    guard case .job(let job) = resuming else {
      resuming = .nothing
      return
    }
    resuming = .nothing
    unsafe job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
  }

  /// Runs a libevent callback, then all jobs it enqueued.
  func callback(_ body: () -> Void) {
    isDraining = true
    time = 0
    body()
    drain()
  }

  /// How many jobs run before the loop looks at its sockets, and at what other threads enqueue: a task that yields again
  /// and again must not keep them waiting.
  private static let turn = 10_000

  private func drain() {
    isDraining = true
    var index = 0
    while index < jobs.count, index < Self.turn {
      let job = jobs[index]
      index += 1
      unsafe job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }
    if index == jobs.count {
      jobs.removeAll(keepingCapacity: true)
    } else {
      jobs.removeFirst(index)
      wake()
    }
    isDraining = false
  }

  /// Holds the lock: once the loop has stopped, the system may reuse its descriptor's number for a connection.
  private func wake() {
    inbox.withLock { inbox in
      guard !inbox.isClosed else { return }
      var one: UInt64 = 1
      _ = write(wakeDescriptor, &one, 8)
    }
  }

  private func takeInbox() {
    var count: UInt64 = 0
    _ = read(wakeDescriptor, &count, 8)
    let (taken, releases, isStopped) = inbox.withLock { inbox in
      let (jobs, releases) = (inbox.jobs, inbox.releases)
      inbox.jobs.removeAll(keepingCapacity: true)
      inbox.releases = []
      return (jobs, releases, inbox.isStopped)
    }
    for release in releases { release() }
    jobs.append(contentsOf: taken)
    if isStopped {
      isStopping = true
      event_base_loopbreak(base)
    }
  }
}

/// Has work to do at the end of a loop's turn.
package protocol TurnObserver: AnyObject, Sendable {
  /// Called on the loop's thread.
  nonisolated func turnEnds()
}

/// An object's value for one loop. It must retain the object, by whose address it is found.
package protocol LoopLocal: AnyObject, Sendable {
  /// Called on the loop's thread when the loop has stopped.
  func loopEnds()
}

/// A thread-local pointer.
///
/// The system keeps a separate value per thread.
private struct ThreadValue: Sendable {
  private let key: pthread_key_t

  init() {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    self.key = key
  }

  func set(_ pointer: UnsafeMutableRawPointer?) { pthread_setspecific(key, pointer) }
  func get() -> UnsafeMutableRawPointer? { pthread_getspecific(key) }
}

/// A failed system call, described by `strerror`.
public struct SystemError: Error, Sendable, CustomStringConvertible {
  public let call: String
  public let code: Int32

  public init(_ call: String, _ code: Int32 = errno) {
    self.call = call
    self.code = code
  }

  public var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// An actor bound to one loop: its state is touched only on the loop's thread.
public protocol LoopBound: Actor {
  nonisolated var loop: Loop { get }
}

extension LoopBound {
  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// Runs `body` on the actor synchronously, from a task that runs on the actor's loop but not on the actor: an `await`
  /// would go through the loop's queue. It traps on any other thread.
  @inlinable @inline(__always)
  package nonisolated func here<Value: Sendable>(_ body: (isolated Self) throws -> Value) rethrows -> Value {
    precondition(loop.isRunningHere, "not on the loop's thread")
    // What `assumeIsolated` does after its check, which asks the runtime and allocates: that cost a request as much as
    // its parsing. The check above is the same: the actor's executor is the loop, which has one thread.
    return try withoutActuallyEscaping(body) { body in
      try unsafe unsafeBitCast(body, to: ((Self) throws -> Value).self)(self)
    }
  }

  /// The same for a body that captures nothing: for what it would capture, ``here(_:)`` allocates.
  @inlinable @inline(__always)
  package nonisolated func here<Argument>(
    _ argument: Argument, _ body: @escaping (isolated Self, Argument) -> Void
  ) {
    precondition(loop.isRunningHere, "not on the loop's thread")
    unsafe unsafeBitCast(body, to: ((Self, Argument) -> Void).self)(self, argument)
  }
}
