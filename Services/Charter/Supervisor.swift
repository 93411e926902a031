import Glibc

/// Keeps PostgreSQL and the host running until a signal arrives.
///
/// A process that ends is restarted after a pause, which doubles up to half a minute for as long as the process ends
/// before it is ready. The host outlives a restart of PostgreSQL, and becomes ready again by itself.
struct Supervisor {
  private let signals: Signals
  /// The cluster to supervise; nil when an external PostgreSQL is used.
  private let cluster: Cluster?
  private let startHost: () throws -> Child
  private var host: Child?
  private var hostLines = OutputLines()
  private var hostRestart = Restart()
  private var postmaster: Postmaster?
  private var start: ClusterStart?
  private var clusterRestart = Restart()
  private var isStopping = false

  init(signals: Signals, cluster: Cluster?, startHost: @escaping () throws -> Child) {
    self.signals = signals
    self.cluster = cluster
    self.startHost = startHost
    postmaster = cluster?.postmaster
  }

  /// - Returns: the exit code: 0 after a signal; the host's own when it could never start. Then its output explains the
  ///   error, and restarting would not help.
  mutating func run() throws -> Int32 {
    defer {
      start?.wait()
      host?.closePipes()
    }
    host = try startHost()
    while true {
      if signals.received(within: 50) != nil {
        guard let host else { return 0 }
        if !isStopping { say("stopping") }
        isStopping = true
        kill(host.pid, SIGTERM)
      }
      if let code = superviseHost() { return code }
      guard let cluster, !isStopping else { continue }
      do {
        try superviseCluster(cluster)
      } catch {
        complain("\(error); retrying in \(clusterRestart.schedule()) s")
      }
    }
  }

  /// Restarts the host when that is due. Returns the exit code when the host has ended for good.
  private mutating func superviseHost() -> Int32? {
    guard let host else {
      guard hostRestart.isDue else { return nil }
      do {
        self.host = try startHost()
      } catch {
        complain("\(error); retrying in \(hostRestart.schedule()) s")
      }
      return nil
    }
    let code = host.poll()
    if hostLines.forward(host) { hostRestart.succeeded() }
    guard let code else { return nil }
    host.closePipes()
    self.host = nil
    hostLines = OutputLines()
    if isStopping || code == 0 { return 0 }
    // If the host was ready once, its settings are valid, and the cause of the failure may be temporary.
    if code <= 2 && !hostRestart.hasSucceeded { return code }
    let reason = code > 128 ? "signal \(code - 128)" : "code \(code)"
    complain("the host ended unexpectedly with \(reason); restarting it in \(hostRestart.schedule()) s")
    return nil
  }

  private mutating func superviseCluster(_ cluster: Cluster) throws {
    if let postmaster {
      if postmaster.isRunning { return }
      self.postmaster = nil
      clusterRestart.succeeded()
      complain("PostgreSQL ended unexpectedly; restarting it in \(clusterRestart.schedule()) s")
    }
    guard var start else {
      guard clusterRestart.isDue else { return }
      postmaster = cluster.postmaster
      // An administrator may have started it.
      if postmaster == nil { start = try cluster.beginStart() }
      return
    }
    let progress = try start.step()
    self.start = start.isOver ? nil : start
    switch progress {
    case .pending: break
    case .started:
      postmaster = cluster.postmaster
      say("PostgreSQL is running again")
    case .failed: complain("\(cluster.startFailure); retrying in \(clusterRestart.schedule()) s")
    }
  }
}

/// The schedule of a process's restarts.
private struct Restart {
  private var pause = 1
  private var due = 0.0
  private(set) var hasSucceeded = false

  var isDue: Bool { monotonicSeconds() >= due }

  /// Resets the pause: the process was ready, so a later failure has a new cause.
  mutating func succeeded() {
    pause = 1
    hasSucceeded = true
  }

  /// Schedules the next start, and returns the seconds until then.
  mutating func schedule() -> Int {
    defer { pause = min(pause * 2, 30) }
    due = monotonicSeconds() + Double(pause)
    return pause
  }
}

/// Forwards the host's output.
private struct OutputLines {
  private var line: [UInt8] = []

  /// Forwards the available output; true when it contains the line that reports readiness.
  mutating func forward(_ host: Child) -> Bool {
    var isReady = false
    while let bytes = host.read() {
      put(bytes, 1)
      for byte in bytes {
        if byte != UInt8(ascii: "\n") {
          // Only the beginning of a line is examined.
          if line.count < 64 { line.append(byte) }
          continue
        }
        if line.starts(with: "ready ".utf8) { isReady = true }
        line = []
      }
    }
    return isReady
  }
}
