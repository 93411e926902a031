#if Kafka
  import CKafka
  import ServiceCore
  import ServiceEvents
  import Synchronization

  // The messages.
  extension KafkaSubscription {
    func take(_ pointer: UnsafePointer<rd_kafka_message_t>) {
      guard let message = KafkaMessage(pointer) else { return fail(pointer.pointee.err) }
      let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
        guard var owned = state.parts[message.position] else { return nil }
        let offset = Int(message.offset)
        var prefix = owned.prefix ?? AcknowledgedPrefix(floor: offset - 1)
        // After a pause the library may deliver again what it had fetched.
        guard offset > prefix.last else { return nil }
        prefix.deliver(offset)
        owned.prefix = prefix
        if owned.committed < 0 { owned.committed = prefix.floor }
        state.parts[message.position] = owned
        state.buffer.append((owned.term, message))
        state.arrivals += 1
        return state.takeWaiter()
      }
      waiter?.resume()
    }

    private func fail(_ code: rd_kafka_resp_err_t) {
      switch code {
      case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__AUTHENTICATION:
        let waiter = state.withLock { $0.takeWaiter() }
        waiter?.resume(throwing: Kafka.error(code, "the group \(subscription.group) gets no events"))
      default: break  // The library tries again by itself.
      }
    }

    func next(_ limit: Int) async throws -> [DeliveredEvent] {
      while true {
        try Task.checkCancellation()
        let (events, number, arrivals) = state.withLock { state in
          state.active = Deadline.now
          state.waits += 1
          return (state.isClosed ? nil : hand(max(1, limit), &state), state.waits, state.arrivals)
        }
        guard let events else { throw CancellationError() }
        if !events.isEmpty { return events }
        try await withTaskCancellationHandler {
          try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let isReady = state.withLock { state in
              if state.isClosed || state.arrivals != arrivals || Task.isCancelled { return true }
              state.waiter = continuation
              return false
            }
            if isReady { continuation.resume() }
          }
        } onCancel: {
          let waiter = state.withLock { $0.waits == number ? $0.takeWaiter() : nil }
          waiter?.resume(throwing: CancellationError())
        }
      }
    }

    private func hand(_ limit: Int, _ state: inout State) -> [DeliveredEvent] {
      var events: [DeliveredEvent] = []
      let limit = min(limit, max(1, subscription.window) - state.parts.values.reduce(0) { $0 + $1.inHand })
      // What is in a partition that goes to another member is left to it.
      state.buffer.removeAll { item in
        let part = item.message.position
        guard events.count < limit, let owned = state.parts[part], !owned.isLeaving else { return false }
        state.token += 1
        state.deliveries[state.token] = (part, item.term, item.message.offset)
        state.parts[part]?.inHand += 1
        events.append(item.message.event(subscription.channel, token: state.token))
        return true
      }
      return events
    }

    func acknowledge(_ events: [DeliveredEvent]) async throws {
      let waiter = state.withLock { state in
        state.active = Deadline.now
        state.arrivals += 1
        for event in events {
          guard let (part, term, offset) = state.deliveries.removeValue(forKey: event.token),
            state.parts[part]?.term == term
          else { continue }
          state.parts[part]?.prefix?.acknowledge(Int(offset))
          state.parts[part]?.inHand -= 1
        }
        return state.takeWaiter()
      }
      waiter?.resume()
      await withCheckedContinuation { continuation in
        let isClosed = state.withLock { state in
          if !state.isClosed { state.committed.append(continuation) }
          return state.isClosed
        }
        if isClosed { continuation.resume() } else { commit() }
      }
    }

    func extend(_ events: [DeliveredEvent]) async throws -> [DeliveredEvent] {
      state.withLock { state in
        state.active = Deadline.now
        return events.filter { state.deliveries[$0.token] == nil }
      }
    }

    func close() async {
      await withCheckedContinuation { continuation in
        let (waiter, hasEnded) = state.withLock { state in
          state.isClosed = true
          if !state.hasEnded { state.ended.append(continuation) }
          return (state.takeWaiter(), state.hasEnded)
        }
        waiter?.resume(throwing: CancellationError())
        if hasEnded { continuation.resume() }
      }
    }
  }
#endif
