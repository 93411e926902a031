#if NATS
  import ServiceCore
  import ServiceEvents

  // What is read of the partitions, returned and acknowledged.
  extension NATSSubscription {
    /// How many unacknowledged messages of one partition are fetched: the window counts what was returned of all.
    private var prefetch: Int {
      let window = max(1, subscription.window)
      return min(window, max(100, window / max(1, parts.count)))
    }

    /// Waits until a partition may have more messages, and returns how many; nil when it is no longer owned.
    func room(_ part: Int, _ term: Int) async -> Int? {
      while let owned = parts[part], owned.term == term {
        let room = prefetch - owned.prefix.pending
        if room > 0, !owned.isLeaving { return room }
        await withCheckedContinuation { rooms[term] = $0 }
      }
      return nil
    }

    func deliver(_ part: Int, _ term: Int, _ messages: [StoredMessage]) -> Bool {
      guard parts[part]?.term == term, !isClosed else { return false }
      for message in messages {
        parts[part]?.prefix.deliver(message.sequence)
        buffer.append((part, term, message))
      }
      wake()
      return true
    }

    /// Ends the wait of ``next(_:)``; with an error only the one that the error is of.
    func wake(_ error: (any Error)? = nil, _ number: Int? = nil) {
      guard let waiter, number == nil || number == waits else { return }
      self.waiter = nil
      if let error { waiter.resume(throwing: error) } else { waiter.resume() }
    }

    func next(_ limit: Int) async throws -> [DeliveredEvent] {
      while true {
        active = Deadline.now
        try Task.checkCancellation()
        guard !isClosed else { throw CancellationError() }
        let events = hand(max(1, limit))
        if !events.isEmpty { return events }
        waits += 1
        let number = waits
        try await withTaskCancellationHandler {
          try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            if Task.isCancelled { continuation.resume(throwing: CancellationError()) } else { waiter = continuation }
          }
        } onCancel: {
          Task { await self.wake(CancellationError(), number) }
        }
      }
    }

    private func hand(_ limit: Int) -> [DeliveredEvent] {
      var events: [DeliveredEvent] = []
      let limit = min(limit, max(1, subscription.window) - parts.values.reduce(0) { $0 + $1.inHand })
      // What is in a partition that another member waits for is left to it.
      buffer.removeAll { item in
        guard events.count < limit, let owned = parts[item.part], !owned.isLeaving else { return false }
        token += 1
        deliveries[token] = (item.part, item.term, item.message.sequence)
        parts[item.part]?.inHand += 1
        events.append(item.message.event(subscription.channel, token: token))
        return true
      }
      return events
    }

    func acknowledge(_ events: [DeliveredEvent]) async throws {
      active = Deadline.now
      for event in events {
        guard let (part, term, sequence) = deliveries.removeValue(forKey: event.token), parts[part]?.term == term else {
          continue
        }
        parts[part]?.prefix.acknowledge(sequence)
        parts[part]?.inHand -= 1
        rooms.removeValue(forKey: term)?.resume()
      }
      wake()
      await flush()
    }

    func extend(_ events: [DeliveredEvent]) async throws -> [DeliveredEvent] {
      active = Deadline.now
      if active - renewed > lease { drop(parts.keys.map(\.self)) }
      return events.filter { deliveries[$0.token] == nil }
    }
  }
#endif
