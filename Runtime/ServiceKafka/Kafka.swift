#if Kafka
  import CKafka
  import Glibc
  import ServiceCore
  import ServiceEvents
  import ServiceLoop
  import Synchronization

  /// What is common to all uses of librdkafka.
  enum Kafka {
    /// For calls that wait for a broker.
    static let pool = BlockingPool(threads: 8)

    static func text(_ buffer: [CChar]) -> String {
      String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func text(_ code: rd_kafka_resp_err_t) -> String { String(cString: rd_kafka_err2str(code)) }

    static func bytes(_ pointer: UnsafeRawPointer?, _ count: Int) -> [UInt8] {
      pointer.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) } ?? []
    }

    /// What a broker's or the library's error means for who uses the transport.
    static func error(_ code: rd_kafka_resp_err_t, _ what: String) -> TransportError {
      switch code {
      case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, RD_KAFKA_RESP_ERR_INVALID_CONFIG, RD_KAFKA_RESP_ERR_POLICY_VIOLATION,
        RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR__INVALID_ARG:
        .refused("\(what): \(text(code))")
      default: .unavailable("\(what): \(text(code))")
      }
    }

    /// Runs a body on a thread of its own, which ends with it.
    static func thread(_ body: @escaping @Sendable () -> Void) {
      final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
      }
      let pointer = Unmanaged.passRetained(Work(body)).toOpaque()
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { pointer in
          if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body() }
          return nil
        }, pointer)
      if code == 0 { pthread_detach(thread) } else { Unmanaged<Work>.fromOpaque(pointer).release() }
    }
  }

  /// A handle of librdkafka: a producer or a consumer.
  ///
  /// `@unchecked`: librdkafka locks its handles itself; the last reference destroys it, on a thread that may block.
  final class KafkaHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// - Parameter configure: sets callbacks.
    init(
      _ type: rd_kafka_type_t, _ options: KafkaOptions, _ own: [(name: String, value: String)] = [],
      configure: (OpaquePointer) -> Void = { _ in }
    ) throws {
      let conf = try options.make(own)
      configure(conf)
      var text = [CChar](repeating: 0, count: 512)
      guard let pointer = rd_kafka_new(type, conf, &text, text.count) else {
        rd_kafka_conf_destroy(conf)
        throw TransportError.refused("EVENTS_URL cannot be used: \(Kafka.text(text))")
      }
      self.pointer = pointer
    }

    deinit {
      let address = UInt(bitPattern: pointer)
      Kafka.thread {
        rd_kafka_destroy_flags(OpaquePointer(bitPattern: address), Int32(RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE))
      }
    }
  }

  /// A partition of a topic.
  struct TopicPartition: Hashable, Sendable {
    let topic: String
    let partition: Int32
  }

  /// The library's list of partitions with offsets, which is freed with this.
  struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ items: some Sequence<(TopicPartition, Int64)>) {
      pointer = rd_kafka_topic_partition_list_new(16)
      for (item, offset) in items {
        rd_kafka_topic_partition_list_add(pointer, item.topic, item.partition).pointee.offset = offset
      }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    var items: [(TopicPartition, Int64)] { Self.items(pointer) }

    static func items(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [(TopicPartition, Int64)] {
      guard let list, let first = list.pointee.elems else { return [] }
      return UnsafeBufferPointer(start: first, count: Int(list.pointee.cnt)).map { item in
        (TopicPartition(topic: String(cString: item.topic), partition: item.partition), item.offset)
      }
    }
  }
#endif
