import Glibc

/// The folder of one test run. All files of its tests lie in it, since they have it as TMPDIR; that variable is also what
/// the run's processes are found by.
///
/// A watchdog outlives a run that is killed, and removes what it leaves.
struct RunFolder {
  let path: String
  /// Held as long as the run lasts: the kernel frees it however the run ends.
  private let lock: Int32
  private let watchdog: Child?

  private static let prefix = "/tmp/charter-test-"
  /// What SwiftPM leaves of its own, besides locks.
  private static let foreign = ["swift-generated-sources", "TemporaryDirectory."]
  private static let lockName = "run.lock"

  /// Makes a folder, and starts its watchdog.
  init() throws {
    // PostgreSQL runs as a user of its own when this is root's.
    guard let path = Folder.makeUnpredictable(Self.prefix), chmod(path, 0o755) == 0 else {
      throw Failure("no folder can be made in /tmp: \(lastError())")
    }
    self.path = path
    guard let lock = Self.lock(path, O_CREAT) else { throw Failure("\(path)/\(Self.lockName) cannot be written") }
    self.lock = lock
    // It waits for the lock, in a session of its own, which Ctrl-C does not reach; its words may have no reader any more.
    let script = "flock \"$1\" true; exec \"$0\" test --sweep"
    let arguments = ["sh", "-c", script, try CommandLineTool.tool("charter"), path + "/" + Self.lockName]
    watchdog = try Child.start("setsid", arguments, output: "/dev/null")
  }

  /// The folder of a run that was killed; nil when the run goes on, or it is another user's.
  private init?(leftAt path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
      let lock = Self.lock(path, 0)
    else { return nil }
    (self.path, self.lock, watchdog) = (path, lock, nil)
  }

  private static func lock(_ path: String, _ flags: Int32) -> Int32? {
    let descriptor = open(path + "/" + lockName, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0o644)
    guard descriptor >= 0 else { return nil }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  /// Ends the processes that runs which were killed have left, and removes their folders.
  static func sweep() {
    for name in Folder.entries("/tmp") where ("/tmp/" + name).hasPrefix(prefix) {
      guard let folder = RunFolder(leftAt: "/tmp/" + name) else { continue }
      say("removing what a test run that was killed has left (\(folder.path))")
      folder.remove()
    }
  }

  /// What tests should have ended or removed, a line each.
  func leftovers() -> [String] {
    // What a test has just ended may need a moment.
    for _ in 0..<20 where !processes().isEmpty { usleep(100_000) }
    let files = Folder.entries(path).filter { name in
      !name.hasSuffix(".lock") && !Self.foreign.contains { name.hasPrefix($0) }
    }
    return processes().map { "the tests have left the process \($0.pid) running: \($0.command)" }
      + files.map { "the tests have left \($0) in their folder for temporary files" }
  }

  /// Ends the run's processes and removes its files.
  func remove() {
    end { $0.name != "postgres" }
    // In order, so that PostgreSQL frees its shared memory and its socket.
    for data in Folder.entries(path) where access(path + "/\(data)/postgres/PG_VERSION", F_OK) == 0 {
      let cluster = try? Cluster(data: path + "/" + data)
      cluster?.stop()
      cluster?.remove()
    }
    end { _ in true }
    _ = try? Child.run("rm", ["-rf", path])
    // The watchdog then finds nothing to do, and ends.
    close(lock)
    _ = watchdog?.wait()
  }

  private typealias Running = (pid: pid_t, name: String, command: String)

  private func end(_ isMeant: (Running) -> Bool) {
    for _ in 0..<100 {
      let left = processes().filter(isMeant)
      if left.isEmpty { return }
      for process in left { kill(process.pid, SIGKILL) }
      usleep(50_000)
    }
  }

  private func processes() -> [Running] {
    let mark = Array("TMPDIR=\(path)".utf8)
    return Folder.entries("/proc").compactMap { entry -> Running? in
      guard let pid = pid_t(entry), pid != getpid(), let environment = try? readFile("/proc/\(pid)/environ"),
        environment.split(separator: 0).contains(where: { $0.elementsEqual(mark) })
      else { return nil }
      let name = (try? readFile("/proc/\(pid)/comm")) ?? []
      return (
        pid, String(decoding: name.prefix { $0 != 10 }, as: UTF8.self),
        RunningProcess.commandLine(pid).joined(separator: " ")
      )
    }
  }
}
