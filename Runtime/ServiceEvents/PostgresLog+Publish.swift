import ServiceCore

extension PostgresLog {
  /// The most events and bytes that one statement stores.
  private static let (batchEvents, batchBytes) = (1_000, 4 << 20)

  public func publish(_ events: [AddressedRecord]) async throws {
    let channels = Dictionary(grouping: events, by: \.channel.template)
    // Each channel has its own transactions: one that waits for several rows could wait for one that waits for it.
    let failures = await withTaskGroup(of: (any Error)?.self) { group in
      for events in channels.values {
        group.addTask {
          do { try await self.publish(events, to: events[0].channel) } catch { return error }
          return nil
        }
      }
      return await group.reduce(into: [any Error]()) { failures, error in if let error { failures.append(error) } }
    }
    let lost = failures.flatMap { error in
      if case TransportError.lost(let channels) = error { channels } else { [String]() }
    }
    if !lost.isEmpty { throw TransportError.lost(channels: lost) }
    if let failure = failures.first { throw failure }
  }

  /// Stores a caller's events of one channel, with those of other callers that come while a statement is running: each
  /// statement waits for the disk, and holds the channel's row meanwhile.
  private func publish(_ events: [AddressedRecord], to descriptor: ChannelDescriptor) async throws {
    try await withCheckedThrowingContinuation { continuation in
      let starts = appends.withLock { $0.add(LogAppends.Call(events, continuation), to: descriptor.template) }
      // Detached: the deadline of the caller that comes first is not that of the others.
      if starts { Task.detached { await self.append(to: descriptor) } }
    }
  }

  private func append(to descriptor: ChannelDescriptor) async {
    while true {
      let calls = appends.withLock { $0.next(of: descriptor.template, atMost: Self.batchEvents) }
      if calls.isEmpty { return }
      await store(calls, descriptor)
    }
  }

  private func store(_ calls: [LogAppends.Call], _ descriptor: ChannelDescriptor) async {
    do {
      try await store(calls.flatMap(\.events), descriptor)
      for call in calls { call.continuation.resume() }
    } catch TransportError.refused where calls.count > 1 {
      // Only the callers whose events are refused are to know.
      await store(Array(calls[..<(calls.count / 2)]), descriptor)
      await store(Array(calls[(calls.count / 2)...]), descriptor)
    } catch {
      for call in calls { call.continuation.resume(throwing: error) }
    }
  }

  private func store(_ events: [AddressedRecord], _ descriptor: ChannelDescriptor) async throws {
    try await reporting([descriptor]) {
      try await ready()
      let channel = try await channel(descriptor)
      var batch = LogBatch()
      for event in events {
        if batch.count == Self.batchEvents || batch.bytes > Self.batchBytes {
          try await store(batch, channel)
          batch = LogBatch()
        }
        batch.append(event, channel)
      }
      try await store(batch, channel)
    }
  }

  private func store(_ batch: LogBatch, _ channel: LogChannel) async throws {
    if batch.count == 0 { return }
    guard try await database.execute(batch.statement(channel.id)) == batch.count else {
      forget(channel.template)
      throw TransportError.lost(channels: [channel.template])
    }
    wakeUps.publish(channel.id, .events)
  }
}
