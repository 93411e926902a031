import Glibc

/// A cluster's start, step by step, so that whoever supervises it can look after the host in between.
struct ClusterStart {
  enum Progress { case pending, started, failed }

  private let folder: String
  private let sockets: String
  private let command: [String]
  private let began = monotonicSeconds()
  private var control: Child?
  private(set) var isOver = false

  /// - Parameter command: the call of `pg_ctl`.
  init(folder: String, sockets: String, command: [String]) {
    self.folder = folder
    self.sockets = sockets
    self.command = command
  }

  /// Does what can be done without waiting.
  mutating func step() throws -> Progress {
    if let control {
      guard let code = control.poll() else { return .pending }
      isOver = true
      return code == 0 ? .started : .failed
    }
    guard endOrphans() else { return .pending }
    removeStaleFiles()
    control = try Child.start(command[0], Array(command.dropFirst()), isApart: true, output: "/dev/null")
    return .pending
  }

  /// Waits until `pg_ctl` has ended, where it was started.
  func wait() { if !isOver, let control { _ = control.wait() } }

  /// Ends what a killed server left running: its memory cannot be had before. True when nothing is left.
  private func endOrphans() -> Bool {
    guard Postmaster(folder: folder) == nil else { return true }
    let orphans = Postmaster.processes(on: folder)
    // One that is in a system call, or stopped, ends by SIGKILL alone. What it held in memory is lost either way.
    let signal = monotonicSeconds() - began > 0.5 ? SIGKILL : SIGQUIT
    for pid in orphans { kill(pid, signal) }
    return orphans.isEmpty
  }

  /// Removes the files by which PostgreSQL knows a server that runs: their process's number may be another's by now.
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
