#if NATS
  import Foundation
  import ServiceCore
  import ServiceEvents
  @testable import ServiceNATS
  import Synchronization
  import TestProcesses
  import Testing

  /// One nats-server or a cluster of three, with files in a folder of their own.
  final class NATSServers: Sendable {
    /// The installed programs, the older one first: Debian's, and the one of PyPI.
    static let programs: [(name: String, path: String)] = [
      ("NATS of Debian", "/usr/sbin/nats-server"),
      ("NATS of PyPI", scripts + "/nats-server"),
    ].filter { FileManager.default.isExecutableFile(atPath: $0.path) }

    /// Whether nats-py is there.
    static let hasClient = (try? TestProcess.run(["python3", "-c", "import nats"]).code) == 0

    private static let scripts =
      (try? TestProcess.run(["python3", "-c", "import sysconfig; print(sysconfig.get_path('scripts'), end='')"]).output)
      ?? ""

    private let program: String
    private let ports: [Int]
    private let routes: [Int]
    let folder: URL
    private let processes: Mutex<[TestProcess?]>

    /// Starts servers, and waits until they respond.
    static func started(_ program: String, count: Int) async throws -> NATSServers {
      let servers = try NATSServers(program, count: count)
      do {
        try await servers.wait()
      } catch {
        await servers.stop()
        throw error
      }
      return servers
    }

    private init(_ program: String, count: Int) throws {
      self.program = program
      (ports, routes) = (try FreePorts.take(count), try FreePorts.take(count))
      folder = FileManager.default.temporaryDirectory.appending(path: "nats-\(UUID().uuidString)")
      processes = Mutex(Array(repeating: nil, count: count))
      for index in ports.indices { try start(index) }
    }

    var url: String { "nats://" + ports.map { "127.0.0.1:\($0)" }.joined(separator: ",") }

    func start(_ index: Int) throws {
      let process = try launch(index)
      processes.withLock { $0[index] = process }
    }

    private func launch(_ index: Int) throws -> TestProcess {
      var command = [program, "-js", "-a", "127.0.0.1", "-p", String(ports[index]), "-sd", store(index).path]
      if ports.count > 1 {
        let others = routes.map { "nats://127.0.0.1:\($0)" }.joined(separator: ",")
        command += ["-n", "n\(index)", "--cluster_name", "c", "--cluster", "nats://127.0.0.1:\(routes[index])"]
        command += ["--routes", others]
      }
      try FileManager.default.createDirectory(at: store(index), withIntermediateDirectories: true)
      return try TestProcess(["sh", "-c", "exec \"$@\" >\"$0\" 2>&1", folder.path + "/\(index).log"] + command)
    }

    func store(_ index: Int) -> URL { folder.appending(path: String(index)) }

    func kill(_ index: Int) async {
      let process = processes.withLock { $0[index] }
      process?.send(SIGKILL)
      await process?.end()
    }

    func send(_ signal: Int32, to index: Int) { processes.withLock { $0[index] }?.send(signal) }

    /// Kills one of the servers, and starts it again. One at a time.
    func restartOne() throws {
      let index = Int.random(in: ports.indices)
      try processes.withLock { processes in
        processes[index]?.send(SIGKILL)
        processes[index]?.wait()
        processes[index] = try launch(index)
      }
    }

    func stop() async {
      for index in ports.indices { await kill(index) }
      try? FileManager.default.removeItem(at: folder)
    }

    /// A connection for what a transport does not do.
    func api() throws -> JetStream { JetStream(try NATSOptions(url + "?timeout=2s")) }

    /// Waits until the servers respond, all of them as one cluster.
    private func wait() async throws {
      let api = try api()
      try await eventually("the servers respond") {
        do { _ = try await api.api("INFO") } catch { return false }
        guard ports.count > 1 else { return true }
        // A stream on all of them shows that all of them have met.
        let name = "wait-\(UUID().uuidString)"
        do {
          _ = try await api.api(
            "STREAM.CREATE.\(name)",
            ["name": .string(name), "subjects": [.string(name)], "num_replicas": JSONValue(ports.count)])
          _ = try await api.api("STREAM.DELETE.\(name)")
          return true
        } catch { return false }
      }
      await api.close()
    }

    func delete(_ channel: ChannelDescriptor) async throws {
      let api = try api()
      _ = try await api.api("STREAM.DELETE.\(ChannelStream.name(channel.template))")
      await api.close()
    }
  }

  /// Servers that the first of several tests starts and the last one stops.
  private actor SharedNATSServers {
    private let program: String
    private let count: Int
    private var users = 0
    private var servers: Task<NATSServers, any Error>?

    init(_ program: String, count: Int) { (self.program, self.count) = (program, count) }

    func take() async throws -> NATSServers {
      users += 1
      let task = servers ?? Task { [program, count] in try await NATSServers.started(program, count: count) }
      servers = task
      do {
        return try await task.value
      } catch {
        await release()
        throw error
      }
    }

    func release() async {
      users -= 1
      guard users == 0, let task = servers else { return }
      servers = nil
      await (try? task.value)?.stop()
    }
  }

  extension ConformanceBroker {
    /// Without `--chaos` one server of the oldest program and a cluster of the newest one.
    static let nats: [ConformanceBroker] = {
      let (programs, all) = (NATSServers.programs, Brokers.areTested)
      let single = (all ? programs : Array(programs.prefix(1))).map { nats("\($0.name), one server", $0.path, 1) }
      return single + (all ? programs : programs.suffix(1)).map { nats("\($0.name), a cluster", $0.path, 3) }
    }()

    private static func nats(_ name: String, _ path: String, _ count: Int) -> ConformanceBroker {
      let shared = SharedNATSServers(path, count: count)
      return ConformanceBroker(
        name: name,
        start: {
          let servers = try await NATSServers.started(path, count: count)
          // A message to a server that is killed is waited for in vain.
          return target(servers, "timeout=2s") { await servers.stop() }
        },
        share: {
          let servers = try await shared.take()
          return target(servers, "timeout=5s") { await shared.release() }
        })
    }

    private static func target(
      _ servers: NATSServers, _ setting: String, end: @escaping @Sendable () async -> Void
    ) -> ConformanceTarget {
      ConformanceTarget(
        connect: { try NATSTransport(servers.url + "?lease=10s&\(setting)") },
        destroy: { try await servers.delete($0) },
        lease: 10_000,
        faults: [
          ConformanceTarget.Fault(name: "a server is killed and started again") { try servers.restartOne() }
        ], end: end)
    }
  }
#endif
