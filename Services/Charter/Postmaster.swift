import Glibc

/// A running PostgreSQL server of a cluster, found by the lock file in the cluster's folder, without starting a
/// process.
struct Postmaster {
  /// The folder of its socket; empty early in its start.
  let sockets: String
  /// Whether it accepts connections.
  let isReady: Bool
  private let process: RunningProcess

  /// The server of a folder; nil when none runs.
  init?(folder: String) {
    guard let bytes = try? readFile(folder + "/postmaster.pid") else { return nil }
    // The lines: process id, folder, start time, port, socket folder, two others, and the state.
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 4, let pid = pid_t(lines[0]), let process = RunningProcess(pid) else { return nil }
    let words = RunningProcess.commandLine(pid)
    // After a kill, the process id in the file may belong to another process.
    guard words.first?.hasSuffix("postgres") == true, let option = words.firstIndex(of: "-D"),
      option + 1 < words.count, Self.real(words[option + 1]) == Self.real(folder)
    else { return nil }
    self.process = process
    sockets = String(lines[4])
    isReady = lines.count > 7 && lines[7].hasPrefix("ready")
  }

  var pid: pid_t { process.pid }
  var isRunning: Bool { process.isRunning }

  /// The PostgreSQL processes that use a folder, including those whose server was killed.
  static func processes(on folder: String) -> [pid_t] {
    guard let real = real(folder) else { return [] }
    return Folder.entries("/proc").compactMap(pid_t.init).filter { pid in
      // They all have the cluster's folder as working directory. A user's shell may have it too and is excluded by its
      // title.
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

/// A process, identified by its id and start time, since ids are reused.
struct RunningProcess {
  let pid: pid_t
  private let startTime: String

  /// Fails when there is no such process.
  init?(_ pid: pid_t) {
    guard pid > 0, let startTime = Self.startTime(pid) else { return nil }
    self.pid = pid
    self.startTime = startTime
  }

  /// The process recorded in a file; nil when it has ended.
  init?(recordedIn path: String) {
    guard let bytes = try? readFile(path) else { return nil }
    let words = bytes.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 2, let pid = pid_t(words[0]) else { return nil }
    self.init(pid)
    guard startTime == words[1] else { return nil }
  }

  /// The text that identifies it in a file.
  var record: String { "\(pid) \(startTime)" }

  var isRunning: Bool { Self.startTime(pid) == startTime }

  /// The arguments that a process was started with; empty when it has ended.
  static func commandLine(_ pid: pid_t) -> [String] {
    let bytes = (try? readFile("/proc/\(pid)/cmdline")) ?? []
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The start time of a process in kernel ticks since boot; nil when it has ended.
  private static func startTime(_ pid: pid_t) -> String? {
    guard let bytes = try? readFile("/proc/\(pid)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else {
      return nil
    }
    // After the name, which may contain any character, come the state and, 18 fields further on, the start time.
    let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, let state = fields[0].first, state != UInt8(ascii: "Z"), state != UInt8(ascii: "X") else {
      return nil
    }
    return String(decoding: fields[19], as: UTF8.self)
  }
}
