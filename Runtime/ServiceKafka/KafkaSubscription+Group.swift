#if Kafka
  import CKafka
  import Glibc
  import ServiceCore
  import ServiceEvents
  import Synchronization

  // The group.
  extension KafkaSubscription {
    func rebalance(
      _ pointer: OpaquePointer, _ code: rd_kafka_resp_err_t,
      _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) {
      let isCooperative = String(cString: rd_kafka_rebalance_protocol(pointer)) == "COOPERATIVE"
      let parts = PartitionList.items(list).map(\.0)
      if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
        begin(parts)
        state.withLock { state in
          for part in parts {
            state.term += 1
            state.parts[part] = OwnedPartition(term: state.term)
          }
        }
        if isCooperative {
          if let error = rd_kafka_incremental_assign(pointer, list) { rd_kafka_error_destroy(error) }
        } else {
          rd_kafka_assign(pointer, list)
        }
        pause(parts, state.withLock { $0.isPaused })
      } else {
        if code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS, rd_kafka_assignment_lost(pointer) == 0 { finish(parts) }
        drop(parts)
        if isCooperative {
          if let error = rd_kafka_incremental_unassign(pointer, list) { rd_kafka_error_destroy(error) }
        } else {
          rd_kafka_assign(pointer, nil)
        }
      }
    }

    /// Commits the beginning of partitions that the group has not read: its lag is known by it, and what is published
    /// before the first acknowledgement is not passed over.
    private func begin(_ parts: [TopicPartition]) {
      let list = PartitionList(parts.map { ($0, 0) })
      guard
        rd_kafka_committed(handle.pointer, list.pointer, Int32(clamping: options.timeout)) == RD_KAFKA_RESP_ERR_NO_ERROR
      else { return }
      let new = list.items.filter { $0.1 < 0 }.map { item, _ in
        var (low, high): (Int64, Int64) = (0, 0)
        rd_kafka_query_watermark_offsets(
          handle.pointer, item.topic, item.partition, &low, &high, Int32(clamping: options.timeout))
        return (item, low)
      }
      guard !new.isEmpty else { return }
      let first = PartitionList(new)
      rd_kafka_commit(handle.pointer, first.pointer, 1)
    }

    /// Waits until nothing of the partitions is in hand, and commits.
    private func finish(_ parts: [TopicPartition]) {
      let end = Deadline.now + pollInterval - 10_000
      let isDone = {
        self.state.withLock { state in
          for part in parts { state.parts[part]?.isLeaving = true }
          return state.isClosed || parts.allSatisfy { state.parts[$0]?.inHand ?? 0 == 0 }
        }
      }
      while !isDone(), Deadline.now < end {
        // Nothing is polled meanwhile, and so no commit ends.
        wake(after: 0)
        usleep(5_000)
      }
      commitAndWait(parts)
    }

    /// Sends the member's partitions back to a time.
    func rewind(to time: Timestamp) { state.withLock { $0.rewind = time } }

    func seek() {
      let (time, parts) = state.withLock { state in
        defer { state.rewind = nil }
        return (state.rewind, Array(state.parts.keys))
      }
      guard let time, !parts.isEmpty else { return }
      let milliseconds = Int64(max(0, time.microseconds / 1_000))
      let list = PartitionList(parts.map { ($0, milliseconds) })
      guard
        rd_kafka_offsets_for_times(handle.pointer, list.pointer, Int32(clamping: options.timeout))
          == RD_KAFKA_RESP_ERR_NO_ERROR
      else { return state.withLock { $0.rewind = time } }
      drop(parts)
      state.withLock { state in
        for part in parts {
          state.term += 1
          state.parts[part] = OwnedPartition(term: state.term)
        }
      }
      rd_kafka_commit(handle.pointer, list.pointer, 1)
      if let error = rd_kafka_seek_partitions(handle.pointer, list.pointer, Int32(clamping: options.timeout)) {
        rd_kafka_error_destroy(error)
      }
    }
  }
#endif
