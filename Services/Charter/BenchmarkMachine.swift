import Glibc

/// The machine that figures are measured on.
enum Machine {
  /// The core of the load generator: the last one. On a single-core machine it is also the server's.
  static let loadCore = max(0, sysconf(Int32(_SC_NPROCESSORS_ONLN)) - 1)

  static var description: String {
    let model = value(of: "model name", in: "/proc/cpuinfo") ?? "unknown processor"
    let memory = (value(of: "MemTotal", in: "/proc/meminfo") ?? "").split(separator: " ").first.flatMap { Int($0) } ?? 0
    let kernel = (try? readFile("/proc/sys/kernel/osrelease")) ?? []
    return "\(model), \(loadCore + 1) cores, \(memory >> 20) GiB, Linux "
      + String(decoding: kernel.filter { $0 != 10 }, as: UTF8.self)
  }

  /// The resident memory of a process and its children, in MB.
  static func memory(of pid: pid_t) -> Int {
    family(of: pid).reduce(0) { sum, pid in
      let text = value(of: "VmRSS", in: "/proc/\(pid)/status") ?? ""
      return sum + (text.split(separator: " ").first.flatMap { Int($0) } ?? 0)
    } >> 10
  }

  /// The processor time that a process and its running children have used, in seconds.
  static func processorSeconds(of pid: pid_t) -> Double {
    // Fields 14 and 15, utime and stime.
    let ticks = family(of: pid).reduce(0) { sum, pid in
      sum + statistics(of: pid).dropFirst(11).prefix(2).reduce(0) { $0 + (Int($1) ?? 0) }
    }
    return Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// A process and its children: nginx serves by them.
  private static func family(of pid: pid_t) -> [pid_t] {
    [pid] + Folder.entries("/proc").compactMap { pid_t($0) }.filter { statistics(of: $0).dropFirst().first == "\(pid)" }
  }

  /// The fields of `/proc/PID/stat` from the third on, the state.
  private static func statistics(of pid: pid_t) -> [String] {
    guard let bytes = try? readFile("/proc/\(pid)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else {
      return []
    }
    return bytes[(end + 1)...].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func value(of name: String, in path: String) -> String? {
    guard let bytes = try? readFile(path) else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(separator: ":", maxSplits: 1).last.map { String($0.drop { $0 == " " || $0 == "\t" }) }
  }
}
