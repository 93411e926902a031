#if NATS
  import Foundation
  import ServiceCore
  import ServiceEvents
  import ServiceLoop
  @testable import ServiceNATS
  import TestProcesses
  import Testing

  /// Faults of real servers (I5t of the plan). `./charter test --chaos` repeats them.
  @Suite(
    .serialized, .enabled(if: Brokers.areTested, Brokers.comment), .timeLimit(.minutes(10)),
    .enabled(if: !NATSServers.programs.isEmpty, "needs nats-server"))
  struct NATSFaultTests {
    private static func channel() -> ChannelDescriptor {
      ChannelDescriptor(
        name: "faults", address: [.literal("faults-\(UUID().uuidString.lowercased())")], orderingKey: "/key",
        partitions: 4)
    }

    /// The server that leads a stream.
    private static func leader(_ servers: NATSServers, _ channel: ChannelDescriptor) async throws -> Int {
      let api = try servers.api()
      let name = try await repeating {
        try await api.api("STREAM.INFO.\(ChannelStream.name(channel.template))")["cluster"]?["leader"]?.text
      }
      await api.close()
      return Int(name?.dropFirst() ?? "") ?? 0
    }

    @Test(arguments: NATSServers.programs.map(\.name))
    func `no event is lost or out of order while servers of a cluster fail`(_ name: String) async throws {
      let program = try #require(NATSServers.programs.first { $0.name == name })
      let servers = try await NATSServers.started(program.path, count: 3)
      let channel = Self.channel()
      @Sendable func restart(_ indices: [Int], erasing: Bool = false) async throws {
        for index in indices { await servers.kill(index) }
        try await Task.sleep(for: .seconds(1))
        for index in indices {
          if erasing { try? FileManager.default.removeItem(at: servers.store(index)) }
          try servers.start(index)
        }
      }
      let faults: [ConformanceTarget.Fault] = [
        .init(name: "the leader is killed and started again") {
          try await restart([Self.leader(servers, channel)])
        },
        .init(name: "the stream is deleted") { try await servers.delete(channel) },
        .init(name: "two servers are killed and started again") {
          let leader = try await Self.leader(servers, channel)
          try await restart([leader, (leader + 1) % 3])
        },
        .init(name: "all servers are killed and started again") { try await restart([0, 1, 2]) },
        .init(name: "the leader is stopped for three seconds") {
          let leader = try await Self.leader(servers, channel)
          servers.send(SIGSTOP, to: leader)
          try await Task.sleep(for: .seconds(3))
          servers.send(SIGCONT, to: leader)
        },
        .init(name: "a server loses its files") { try await restart([1], erasing: true) },
      ]
      let run = FaultRun(
        name: "\(name), a cluster", channel: channel,
        connect: { try NATSTransport(servers.url + "?lease=3s&timeout=2s") }, faults: faults)
      let result = await Result { try await run.run() }
      await servers.stop()
      try result.get()
    }

    @Test(arguments: NATSServers.programs.map(\.name))
    func `no event is lost or out of order while a single server fails`(_ name: String) async throws {
      let program = try #require(NATSServers.programs.first { $0.name == name })
      let servers = try await NATSServers.started(program.path, count: 1)
      let channel = Self.channel()
      let faults: [ConformanceTarget.Fault] = [
        .init(name: "the server is killed and started again") {
          await servers.kill(0)
          try servers.start(0)
        },
        .init(name: "the stream is deleted") { try await servers.delete(channel) },
        .init(name: "the server loses its files") {
          await servers.kill(0)
          try FileManager.default.removeItem(at: servers.store(0))
          try servers.start(0)
        },
      ]
      let run = FaultRun(
        name: "\(name), one server", channel: channel,
        connect: { try NATSTransport(servers.url + "?lease=3s&timeout=2s") }, faults: faults)
      let result = await Result { try await run.run() }
      await servers.stop()
      try result.get()
    }
  }
#endif
