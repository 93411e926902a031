#if Kafka
  import CKafka
  import ServiceCore
  import ServiceEvents
  import Synchronization

  // The positions.
  extension KafkaSubscription {
    func commitAndWait(_ parts: [TopicPartition]) {
      let positions = state.withLock { state in
        parts.compactMap { part in state.parts[part]?.position.map { (part, Int64($0) + 1) } }
      }
      guard !positions.isEmpty else { return }
      let list = PartitionList(positions)
      rd_kafka_commit(handle.pointer, list.pointer, 0)
    }

    /// Commits what is acknowledged, one request at a time.
    func commit() {
      let dirty = state.withLock { state -> [(TopicPartition, Int64)] in
        guard !state.isCommitting, !state.isClosed else { return [] }
        guard !quiet.isNow else {
          state.retry = Deadline.now
          return []
        }
        state.retry = nil
        let dirty = state.parts.compactMap { part, owned in owned.position.map { (part, Int64($0) + 1) } }
        if !dirty.isEmpty { state.committing = Deadline.now }
        return dirty
      }
      guard !dirty.isEmpty else { return wake() }
      let list = PartitionList(dirty)
      let queue = rd_kafka_queue_get_consumer(handle.pointer)
      defer { rd_kafka_queue_destroy(queue) }
      rd_kafka_commit_queue(
        handle.pointer, list.pointer, queue,
        { _, code, list, opaque in
          KafkaSubscription.find(opaque)?.committed(code, PartitionList.items(list))
        }, UnsafeMutableRawPointer(bitPattern: id))
    }

    private func committed(_ code: rd_kafka_resp_err_t, _ items: [(TopicPartition, Int64)]) {
      state.withLock { state in
        state.committing = nil
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { return state.retry = Deadline.now + 500 }
        for (part, offset) in items {
          guard let committed = state.parts[part]?.committed else { continue }
          state.parts[part]?.committed = max(committed, Int(offset) - 1)
        }
      }
      if code == RD_KAFKA_RESP_ERR_NO_ERROR { commit() } else { wake() }
    }

    /// Lets those go on that wait for a commit, when there is none under way.
    func wake(after milliseconds: Int = 2_000) {
      let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
        // Without a coordinator a commit takes long: it is tried again with what is acknowledged next.
        guard Deadline.now - (state.committing ?? .min / 2) > milliseconds else { return [] }
        defer { state.committed = [] }
        return state.committed
      }
      for continuation in waiting { continuation.resume() }
    }
  }
#endif
