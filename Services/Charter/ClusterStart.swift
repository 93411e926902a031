import Glibc

/// The start of a cluster in non-blocking steps, so that its caller can supervise the host in between.
struct ClusterStart {
  enum Progress { case pending, started, failed }

  private let folder: String
  private let sockets: String
  private let command: [String]
  private let began = monotonicSeconds()
  private var control: Child?
  private(set) var isOver = false

  /// - Parameter command: the `pg_ctl` command line.
  init(folder: String, sockets: String, command: [String]) {
    self.folder = folder
    self.sockets = sockets
    self.command = command
  }

  /// Makes progress without waiting.
  mutating func step() throws -> Progress {
    if let control {
      guard let code = control.poll() else { return .pending }
      isOver = true
      return code == 0 ? .started : .failed
    }
    guard endOrphans() else { return .pending }
    removeStaleFiles()
    control = try Child.start(command[0], Array(command.dropFirst()), hasOwnGroup: true, output: "/dev/null")
    return .pending
  }

  /// Waits for `pg_ctl` to end, if it was started.
  func wait() { if !isOver, let control { _ = control.wait() } }

  /// Kills backends that outlived a killed server: until they end, their shared memory stays in use. True when none are
  /// left.
  private func endOrphans() -> Bool {
    guard Postmaster(folder: folder) == nil else { return true }
    let orphans = Postmaster.processes(on: folder)
    // A process that is stopped or in a system call ends only by SIGKILL. Its memory is lost either way.
    let signal = monotonicSeconds() - began > 0.5 ? SIGKILL : SIGQUIT
    for pid in orphans { kill(pid, signal) }
    return orphans.isEmpty
  }

  /// Removes stale lock files, whose process id may now belong to another process.
  private func removeStaleFiles() {
    guard Postmaster(folder: folder) == nil, let bytes = try? readFile(folder + "/postmaster.pid"),
      let line = bytes.split(separator: UInt8(ascii: "\n")).first,
      let pid = pid_t(String(decoding: line, as: UTF8.self)),
      kill(pid, 0) == 0 || errno == EPERM
    else { return }
    for file in [folder + "/postmaster.pid", sockets + "/.s.PGSQL.5432.lock", sockets + "/.s.PGSQL.5432"] {
      unlink(file)
    }
  }
}
