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
    /// The installed programs: Debian's, and the one of PyPI.
    static let programs: [(name: String, path: String)] = [
      ("NATS of Debian", "/usr/sbin/nats-server"),
      ("NATS of PyPI", scripts + "/nats-server"),
    ].filter { FileManager.default.isExecutableFile(atPath: $0.path) }

    private static let scripts =
      (try? TestProcess.run(["python3", "-c", "import sysconfig; print(sysconfig.get_path('scripts'), end='')"]).output)
      ?? ""

    private let program: String
    private let ports: [Int]
    private let routes: [Int]
    let folder: URL
    private let processes: Mutex<[TestProcess?]>

    init(_ program: String, count: Int) throws {
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
    func wait() async throws {
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

  extension ConformanceBroker {
    static let nats: [ConformanceBroker] = NATSServers.programs.flatMap { name, path in
      [nats("\(name), one server", path, 1), nats("\(name), a cluster", path, 3)]
    }

    private static func nats(_ name: String, _ path: String, _ count: Int) -> ConformanceBroker {
      ConformanceBroker(name: name) {
        let servers = try NATSServers(path, count: count)
        try await servers.wait()
        return ConformanceTarget(
          connect: { try NATSTransport(servers.url + "?lease=3s") }, destroy: { try await servers.delete($0) },
          lease: 3_000,
          faults: [
            ConformanceTarget.Fault(name: "a server is killed and started again") { try servers.restartOne() }
          ], end: { await servers.stop() })
      }
    }
  }
#endif
