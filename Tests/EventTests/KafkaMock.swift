#if Kafka
  import CKafka
  import Foundation
  import ServiceEvents
  @testable import ServiceKafka

  /// librdkafka's mock cluster of three brokers, in this process: it fails by request.
  ///
  /// `@unchecked`: the library locks its clusters.
  final class KafkaMock: @unchecked Sendable {
    private let handle: KafkaHandle
    private let cluster: OpaquePointer

    init() throws {
      handle = try KafkaHandle(RD_KAFKA_PRODUCER, KafkaOptions("kafka://127.0.0.1:1"))
      guard let cluster = rd_kafka_mock_cluster_new(handle.pointer, 3) else {
        throw TransportError.unavailable("the mock cluster did not start")
      }
      self.cluster = cluster
    }

    deinit { rd_kafka_mock_cluster_destroy(cluster) }

    var url: String { "kafka://" + String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

    /// The requests that can fail, by Kafka's numbers.
    enum Request: Int16 { case produce = 0, fetch = 1, commit = 8, findCoordinator = 10, heartbeat = 12 }

    func fail(_ request: Request, _ count: Int, _ code: rd_kafka_resp_err_t) {
      let codes = [rd_kafka_resp_err_t](repeating: code, count: count)
      rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, count, codes)
    }

    func create(_ topic: String, partitions: Int32) { rd_kafka_mock_topic_create(cluster, topic, partitions, 3) }
    func setDown(_ broker: Int32) { rd_kafka_mock_broker_set_down(cluster, broker) }
    func setUp(_ broker: Int32) { rd_kafka_mock_broker_set_up(cluster, broker) }
    func setDelay(_ milliseconds: Int32) {
      for broker in 1...3 { rd_kafka_mock_broker_set_rtt(cluster, Int32(broker), milliseconds) }
    }
  }
#endif
