#if Kafka
  import CKafka
  import ServiceCore
  import ServiceEvents

  /// The topics of a cluster. All calls block; they run on ``Kafka/pool``.
  struct KafkaTopics: Sendable {
    let handle: KafkaHandle
    let options: KafkaOptions

    /// Sends one administrative request about one item, and reads the response.
    func request<Value>(
      _ operation: rd_kafka_admin_op_t,
      _ send: (OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>?, Int, OpaquePointer?, OpaquePointer?) -> Void,
      _ item: OpaquePointer, _ read: (OpaquePointer) throws -> Value
    ) throws -> Value {
      let settings = rd_kafka_AdminOptions_new(handle.pointer, operation)
      defer { rd_kafka_AdminOptions_destroy(settings) }
      rd_kafka_AdminOptions_set_request_timeout(settings, Int32(clamping: options.timeout), nil, 0)
      guard let queue = rd_kafka_queue_new(handle.pointer) else { throw TransportError.unavailable("out of memory") }
      defer { rd_kafka_queue_destroy(queue) }
      var items: OpaquePointer? = item
      send(handle.pointer, &items, 1, settings, queue)
      guard let event = rd_kafka_queue_poll(queue, Int32(clamping: options.timeout + 1_000)) else {
        throw TransportError.unavailable("no broker responds")
      }
      defer { rd_kafka_event_destroy(event) }
      let code = rd_kafka_event_error(event)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
        throw Kafka.error(code, "the brokers do not respond as expected")
      }
      return try read(event)
    }

    /// Makes a topic where it is not there.
    ///
    /// Its retention is the wanted one and some random milliseconds: by them a topic is told from one of the same name that
    /// was made after it was lost. librdkafka 2.0 does not tell the ids that brokers give to topics.
    func create(_ name: String, partitions: Int, isCompacted: Bool = false) throws {
      if options.areTopicsGiven {
        throw TransportError.refused("there is no topic \(name), and EVENTS_URL says that topics are given: make it")
      }
      var text = [CChar](repeating: 0, count: 512)
      guard
        let topic = rd_kafka_NewTopic_new(
          name, Int32(clamping: partitions), Int32(clamping: options.replicas ?? -1), &text, text.count)
      else { throw TransportError.refused("the topic \(name) cannot be made: \(Kafka.text(text))") }
      defer { rd_kafka_NewTopic_destroy(topic) }
      let retention = options.retention + Int.random(in: 1...3_599_999)
      rd_kafka_NewTopic_set_config(topic, "retention.ms", String(retention))
      if isCompacted { rd_kafka_NewTopic_set_config(topic, "cleanup.policy", "compact") }
      try request(RD_KAFKA_ADMIN_OP_CREATETOPICS, rd_kafka_CreateTopics, topic) { event in
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        guard count == 1, let result = results?[0] else { throw TransportError.unavailable("no topic was made") }
        let code = rd_kafka_topic_result_error(result)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else { return }
        throw Kafka.error(code, "the topic \(name) cannot be made")
      }
    }

    /// What distinguishes a topic from others that have had its name; nil when there is none.
    func marker(_ name: String) throws -> String? {
      if options.areTopicsGiven { return try partitions([name])[name] == nil ? nil : "given" }
      guard let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name) else { return nil }
      defer { rd_kafka_ConfigResource_destroy(resource) }
      return try request(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, rd_kafka_DescribeConfigs, resource) { event in
        var count = 0
        let results = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
        guard count == 1, let result = results?[0] else { return nil }
        let code = rd_kafka_ConfigResource_error(result)
        if code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART { return nil }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Kafka.error(code, "the topic \(name) cannot be read") }
        let entries = rd_kafka_ConfigResource_configs(result, &count)
        for index in 0..<count {
          guard let entry = entries?[index], String(cString: rd_kafka_ConfigEntry_name(entry)) == "retention.ms",
            let value = rd_kafka_ConfigEntry_value(entry)
          else { continue }
          return String(cString: value)
        }
        return try partitions([name])[name] == nil ? nil : "default"
      }
    }

    var cluster: String {
      guard let text = rd_kafka_clusterid(handle.pointer, Int32(clamping: options.timeout)) else { return "unknown" }
      defer { rd_kafka_mem_free(handle.pointer, text) }
      return String(cString: text)
    }

    /// The number of partitions of each topic, or of some.
    func partitions(_ names: [String]? = nil) throws -> [String: Int] {
      var metadata: UnsafePointer<rd_kafka_metadata>?
      let code = rd_kafka_metadata(handle.pointer, 1, nil, &metadata, Int32(clamping: options.timeout))
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
        throw Kafka.error(code, "the topics cannot be read")
      }
      defer { rd_kafka_metadata_destroy(metadata) }
      var result: [String: Int] = [:]
      for topic in UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
      where topic.err == RD_KAFKA_RESP_ERR_NO_ERROR {
        let name = String(cString: topic.topic)
        if names?.contains(name) ?? true { result[name] = Int(topic.partition_cnt) }
      }
      return result
    }

    /// The offset behind the last message of a partition.
    func end(_ item: TopicPartition) throws -> Int64 {
      var (low, high): (Int64, Int64) = (0, 0)
      let code = rd_kafka_query_watermark_offsets(
        handle.pointer, item.topic, item.partition, &low, &high, Int32(clamping: options.timeout))
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
        throw Kafka.error(code, "the end of \(item.topic) cannot be read")
      }
      return high
    }
  }
#endif
