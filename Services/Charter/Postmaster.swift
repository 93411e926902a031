import Glibc

/// A PostgreSQL server that runs on a cluster's folder, found by the file it keeps there and looked at without a process.
struct Postmaster {
  /// The folder of its socket; empty at the beginning of its start.
  let sockets: String
  /// Whether it takes connections.
  let isReady: Bool
  private let process: RunningProcess

  /// The server of a folder; nil when none runs.
  init?(folder: String) {
    guard let bytes = try? readFile(folder + "/postmaster.pid") else { return nil }
    // The lines are its process, the folder, when it began, the port, the folder of the socket, two more, and its state.
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 4, let pid = pid_t(lines[0]), let process = RunningProcess(pid) else { return nil }
    let words = RunningProcess.commandLine(pid)
    // What a kill left in the file may be the number of some other process by now.
    guard words.first?.hasSuffix("postgres") == true, let option = words.firstIndex(of: "-D"),
      option + 1 < words.count, Self.real(words[option + 1]) == Self.real(folder)
    else { return nil }
    self.process = process
    sockets = String(lines[4])
    isReady = lines.count > 7 && lines[7].hasPrefix("ready")
  }

  var pid: pid_t { process.pid }
  var isRunning: Bool { process.isRunning }

  /// The processes that still work on a folder, those among them that have lost their server.
  static func processes(on folder: String) -> [pid_t] {
    guard let real = real(folder) else { return [] }
    return Folder.entries("/proc").compactMap(pid_t.init).filter { pid in
      // All of them work in the cluster's folder; a person's shell that does so too is none of them.
      guard Self.real("/proc/\(pid)/cwd") == real, let title = RunningProcess.commandLine(pid).first else {
        return false
      }
      return title.hasPrefix("postgres:") || title.hasSuffix("/postgres")
    }
  }

  private static func real(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}

/// A process, kept apart from another that is given its number later.
struct RunningProcess {
  let pid: pid_t
  private let began: String

  /// nil when there is no such process.
  init?(_ pid: pid_t) {
    guard pid > 0, let began = Self.began(pid) else { return nil }
    self.pid = pid
    self.began = began
  }

  /// The process that was written down in a file; nil when it has ended.
  init?(recordedIn path: String) {
    guard let bytes = try? readFile(path) else { return nil }
    let words = bytes.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 2, let pid = pid_t(words[0]) else { return nil }
    self.init(pid)
    guard began == words[1] else { return nil }
  }

  /// What a file keeps of it.
  var record: String { "\(pid) \(began)" }

  var isRunning: Bool { Self.began(pid) == began }

  /// The words that a process was started with; none when it has ended.
  static func commandLine(_ pid: pid_t) -> [String] {
    let bytes = (try? readFile("/proc/\(pid)/cmdline")) ?? []
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// When a process began, in the kernel's ticks; nil when it has ended.
  private static func began(_ pid: pid_t) -> String? {
    guard let bytes = try? readFile("/proc/\(pid)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else {
      return nil
    }
    // Behind the name, which may hold anything: the state, and 18 fields further on the time.
    let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, let state = fields[0].first, state != UInt8(ascii: "Z"), state != UInt8(ascii: "X") else {
      return nil
    }
    return String(decoding: fields[19], as: UTF8.self)
  }
}
