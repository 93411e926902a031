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
/// threads pass jobs through `inbox`, which is locked.
public final class Loop: TaskExecutor, SerialExecutor, @unchecked Sendable {
  /// The loop's index among the loops of the process.
  public let index: Int
  let base: OpaquePointer
  private let wakeDescriptor: Int32
  private let inbox = Mutex(Inbox())
  private var jobs: [UnownedJob] = []
  private var isDraining = false
  private var thread: pthread_t = 0
  private var wakeEvent: Event?
  /// A read buffer shared by all sockets of the loop; it holds data only until the read callback returns. A buffer per
  /// connection would cost tens of kilobytes each.
  package let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)

  /// The cached time of the current callback; 0 until it is first read.
  private var time = 0

  /// ``Deadline/now``, read from the system at most once per callback: a request would otherwise read it six times.
  package var now: Int {
    if time == 0 { time = Deadline.now }
    return time
  }

  private struct Inbox {
    var jobs: [UnownedJob] = []
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
    wakeEvent = Event(self, descriptor: wakeDescriptor, .read) { [unowned self] in self.takeInbox() }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    // Decoding a value nested 64 levels deep with mutually recursive schemas takes 1 MiB of stack in an optimised build
    // and 4 MiB otherwise. Untouched stack costs only address space.
    pthread_attr_setstacksize(&attributes, 8 << 20)
    let pointer = Unmanaged.passRetained(self).toOpaque()
    let code = pthread_create(&thread, &attributes, { Loop.run($0) }, pointer)
    pthread_attr_destroy(&attributes)
    guard code == 0 else {
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
    event_base_loop(loop.base, EVLOOP_NO_EXIT_ON_EMPTY)
    loop.drain()
    return nil
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
    inbox.withLock { inbox in
      inbox.isClosed = true
      close(wakeDescriptor)
    }
  }

  // MARK: executor

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isRunningHere {
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

  /// Runs a libevent callback, then all jobs it enqueued.
  func callback(_ body: () -> Void) {
    isDraining = true
    time = 0
    body()
    drain()
  }

  private func drain() {
    isDraining = true
    var index = 0
    while index < jobs.count {
      let job = jobs[index]
      index += 1
      unsafe job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }
    jobs.removeAll(keepingCapacity: true)
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
    let (taken, isStopped) = inbox.withLock { inbox in
      let jobs = inbox.jobs
      inbox.jobs.removeAll(keepingCapacity: true)
      return (jobs, inbox.isStopped)
    }
    jobs.append(contentsOf: taken)
    if isStopped { event_base_loopbreak(base) }
  }
}

/// A thread-local pointer.
///
/// `@unchecked`: the key is written once, and the system keeps a separate value per thread.
private final class ThreadValue: @unchecked Sendable {
  private var key = pthread_key_t()

  init() { pthread_key_create(&key, nil) }

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
  package nonisolated func here<Value: Sendable>(_ body: (isolated Self) throws -> Value) rethrows -> Value {
    try assumeIsolated(body)
  }
}
