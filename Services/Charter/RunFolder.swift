import Glibc

/// The temporary folder of one test run. All its tests have it as TMPDIR, so their files are in it, and their processes
/// are found by that variable.
///
/// A watchdog process cleans up after a run that is killed.
struct RunFolder {
  let path: String
  /// A lock held during the run; the kernel releases it however the run ends.
  private let lock: Int32
  private let watchdog: Child?

  private static let prefix = "/tmp/charter-test-"
  /// Name prefixes of files that SwiftPM leaves behind, besides locks.
  private static let foreign = ["swift-generated-sources", "TemporaryDirectory."]
  private static let lockName = "run.lock"

  /// Creates the folder and starts its watchdog.
  init() throws {
    // Under root, PostgreSQL runs as another user, which must be able to enter.
    guard let path = Folder.makeUnpredictable(Self.prefix), chmod(path, 0o755) == 0 else {
      throw Failure("cannot create a folder in /tmp: \(lastError())")
    }
    self.path = path
    guard let lock = Self.lock(path, O_CREAT) else { throw Failure("\(path)/\(Self.lockName) cannot be written") }
    self.lock = lock
    // It waits for the lock in its own session, which Ctrl-C does not reach. Its output is discarded, since nothing may
    // read it by then.
    let script = "flock \"$1\" true; exec \"$0\" test --sweep"
    let arguments = ["sh", "-c", script, try CommandLineTool.tool("charter"), path + "/" + Self.lockName]
    watchdog = try Child.start("setsid", arguments, output: "/dev/null")
  }

  /// The folder of a killed run; nil while the run goes on, or when another user owns it.
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

  /// Kills the processes that killed runs left behind, and removes their folders.
  static func sweep() {
    for name in Folder.entries("/tmp") where ("/tmp/" + name).hasPrefix(prefix) {
      guard let folder = RunFolder(leftAt: "/tmp/" + name) else { continue }
      say("removing what a killed test run left behind (\(folder.path))")
      folder.remove()
    }
  }

  /// Describes the processes and files that the tests left behind, one per line.
  func leftovers() -> [String] {
    // A process that a test has just stopped may need a moment to end.
    for _ in 0..<20 where !processes().isEmpty { usleep(100_000) }
    let files = Folder.entries(path).filter { name in
      !name.hasSuffix(".lock") && !Self.foreign.contains { name.hasPrefix($0) }
    }
    return processes().map { "the tests left the process \($0.pid) running: \($0.command)" }
      + files.map { "the tests left \($0) in their temporary folder" }
  }

  /// Kills the run's processes and removes its files.
  func remove() {
    end { $0.name != "postgres" }
    // Stopped in order, so that PostgreSQL frees its shared memory and its socket.
    for data in Folder.entries(path) where access(path + "/\(data)/postgres/PG_VERSION", F_OK) == 0 {
      let cluster = try? Cluster(data: path + "/" + data)
      cluster?.stop()
      cluster?.remove()
    }
    end { _ in true }
    _ = try? Child.run("rm", ["-rf", path])
    // The watchdog then finds nothing to remove, and ends.
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
