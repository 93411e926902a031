import Foundation
import Synchronization

/// A child process of a test. It ends with the test's process, even if that is killed: the kernel then sends it a
/// signal (PR_SET_PDEATHSIG).
public final class TestProcess: Sendable {
  private let process = Process()
  /// The child's standard output.
  public let output: FileHandle
  /// The child's standard error, for ``ErrorStream/separate``.
  public let errors: FileHandle

  /// The destination of standard error: ``TestProcess/output``, ``TestProcess/errors``, or the test's own standard
  /// error.
  public enum ErrorStream: Sendable { case merged, separate, inherited }

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: the program, found by PATH, and its arguments.
  ///   - environment: the complete environment; nil inherits this process's.
  ///   - deathSignal: the signal sent when this process ends: TERM for a program that must stop its own children.
  public init(
    _ command: [String], in folder: URL? = nil, environment: [String: String]? = nil, deathSignal: String = "KILL",
    errors stream: ErrorStream = .merged
  ) throws {
    let pipe = Pipe()
    let second = stream == .separate ? Pipe() : pipe
    process.executableURL = URL(filePath: "/usr/bin/setpriv")
    process.arguments = ["--pdeathsig", deathSignal, "--"] + command
    if let folder { process.currentDirectoryURL = folder }
    if let environment { process.environment = environment }
    // Open for the lifetime of this process, so that a program that reads it does not end early.
    process.standardInput = Pipe()
    process.standardOutput = pipe
    if stream != .inherited { process.standardError = second }
    (output, errors) = (pipe.fileHandleForReading, second.fileHandleForReading)
    try Spawner.shared.start(process)
  }

  public var pid: pid_t { process.processIdentifier }
  public var isRunning: Bool { process.isRunning }

  public func send(_ signal: Int32) { if process.isRunning { kill(process.processIdentifier, signal) } }

  /// Waits for the process to end. Returns the exit code, or the number of the signal that ended it.
  @discardableResult public func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Sends SIGTERM and waits.
  public func stop() {
    send(SIGTERM)
    wait()
  }

  /// Waits for the process to end without blocking a thread of the task pool.
  @discardableResult public func end() async -> Int32 {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: self.wait()) }
    }
  }

  /// Runs a program to its end. Returns its exit code and output.
  public static func run(_ command: [String], in folder: URL? = nil, environment: [String: String]? = nil) throws -> (
    code: Int32, output: String, errors: String
  ) {
    let program = try TestProcess(command, in: folder, environment: environment, errors: .separate)
    let errors = Drain(program.errors)
    let output = program.output.readDataToEndOfFile()
    return (program.wait(), String(decoding: output, as: UTF8.self), String(decoding: errors.wait(), as: UTF8.self))
  }
}

/// Reads a stream to its end on its own thread: an unread stream would block the program.
private final class Drain: Sendable {
  private let data = Mutex(Data())
  private let isDone = DispatchSemaphore(value: 0)

  init(_ handle: FileHandle) {
    Thread.detachNewThread { [self] in
      let all = handle.readDataToEndOfFile()
      data.withLock { $0 = all }
      isDone.signal()
    }
  }

  func wait() -> Data {
    isDone.wait()
    return data.withLock { $0 }
  }
}

/// The thread that starts all programs; it never ends.
///
/// The kernel sends the death signal when the thread that started a child ends, and threads of the task pool may end.
/// These threads also block signals, and children inherit that: SIGTERM would not end them.
private final class Spawner: Sendable {
  static let shared = Spawner()
  private let waiting = Mutex<[Start]>([])
  private let count = DispatchSemaphore(value: 0)

  private final class Start: Sendable {
    let process: Process
    let failure = Mutex<(any Error)?>(nil)
    let isDone = DispatchSemaphore(value: 0)
    init(_ process: Process) { self.process = process }
  }

  private init() {
    Thread.detachNewThread { [self] in
      var none = sigset_t()
      sigemptyset(&none)
      pthread_sigmask(SIG_SETMASK, &none, nil)
      while true {
        count.wait()
        let next = waiting.withLock { $0.removeFirst() }
        do { try next.process.run() } catch { next.failure.withLock { $0 = error } }
        next.isDone.signal()
      }
    }
  }

  func start(_ process: Process) throws {
    let start = Start(process)
    waiting.withLock { $0.append(start) }
    count.signal()
    start.isDone.wait()
    if let error = start.failure.withLock({ $0 }) { throw error }
  }
}
