import Glibc

/// Keeps PostgreSQL and the host running until a signal.
///
/// One that ends is started again, after a pause that doubles up to half a minute while it goes on ending before it is
/// ready. The host outlives PostgreSQL, and is ready again by itself once that is back.
struct Supervisor {
  private let signals: Signals
  /// The PostgreSQL to look after; nil for another's.
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

  /// - Returns: the exit code: 0 after a signal; the host's own when it could not start at all, which its own words
  ///   explain and no further start mends.
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
      if let code = tendHost() { return code }
      guard let cluster, !isStopping else { continue }
      do {
        try tendCluster(cluster)
      } catch {
        complain("\(error); trying again in \(clusterRestart.schedule()) s")
      }
    }
  }

  /// Starts the host when that is due, and gives the code to end with when it has ended for good.
  private mutating func tendHost() -> Int32? {
    guard let host else {
      guard hostRestart.isDue else { return nil }
      do {
        self.host = try startHost()
      } catch {
        complain("\(error); trying again in \(hostRestart.schedule()) s")
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
    // Settings that were right once are right: what keeps it from starting now may pass.
    if code <= 2 && !hostRestart.hasSucceeded { return code }
    let reason = code > 128 ? "signal \(code - 128)" : "code \(code)"
    complain("the host ended by itself with \(reason); starting it again in \(hostRestart.schedule()) s")
    return nil
  }

  private mutating func tendCluster(_ cluster: Cluster) throws {
    if let postmaster {
      if postmaster.isRunning { return }
      self.postmaster = nil
      clusterRestart.succeeded()
      complain("PostgreSQL ended by itself; starting it again in \(clusterRestart.schedule()) s")
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
      say("PostgreSQL runs again")
    case .failed: complain("\(cluster.startFailure); trying again in \(clusterRestart.schedule()) s")
    }
  }
}

/// When a process that ended is started again.
private struct Restart {
  private var pause = 1
  private var due = 0.0
  private(set) var hasSucceeded = false

  var isDue: Bool { monotonicSeconds() >= due }

  /// It was ready: what ends it now is something new.
  mutating func succeeded() {
    pause = 1
    hasSucceeded = true
  }

  /// Gives the seconds until the next start.
  mutating func schedule() -> Int {
    defer { pause = min(pause * 2, 30) }
    due = monotonicSeconds() + Double(pause)
    return pause
  }
}

/// What the host prints, passed on as it comes.
private struct OutputLines {
  private var line: [UInt8] = []

  /// Passes on what has come; true when the host says in it that it is ready.
  mutating func forward(_ host: Child) -> Bool {
    var isReady = false
    while let bytes = host.read() {
      put(bytes, 1)
      for byte in bytes {
        if byte != UInt8(ascii: "\n") {
          // Only the beginning of a line counts.
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
