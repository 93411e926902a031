#if NATS
  import ServiceCore
  import ServiceEvents

  // How far the partitions are acknowledged, as the bucket says it.
  extension NATSSubscription {
    /// Stores the positions. Calls at the same time share the next write.
    func flush() async {
      // It may have begun before the positions were these.
      await storing?.value
      guard parts.values.contains(where: { $0.prefix.floor > $0.stored }) else { return }
      let task =
        storing
        ?? Task {
          await storePositions()
          storing = nil
        }
      storing = task
      await task.value
    }

    private func storePositions() async {
      let dirty = parts.filter { $0.value.prefix.floor > $0.value.stored }
      let writes = dirty.map { write($0.key, $0.value, owner: me) }
      // Without the server the positions are stored by a later call; until then the events may be delivered again.
      guard let revisions = try? await store.put(writes) else {
        // The writes may have been stored all the same.
        return await reread(dirty.keys.map(\.self))
      }
      for ((part, owned), revision) in zip(dirty, revisions) where parts[part]?.term == owned.term {
        guard let revision else {
          drop([part])
          continue
        }
        parts[part]?.revision = revision
        parts[part]?.stored = owned.prefix.floor
      }
    }

    /// Reads the revisions of partitions after a write whose outcome is not known.
    private func reread(_ list: [Int]) async {
      let keys = list.map { PartitionRecord.key(subscription.group, name, $0, of: stream.partitions) }
      guard let entries = try? await store.get(keys) else { return }
      for (part, entry) in zip(list, entries) {
        let record = PartitionRecord(entry.value, in: stream.created)
        guard let owned = parts[part] else { continue }
        if record.owner == me, (owned.stored...owned.prefix.floor).contains(record.position) {
          parts[part]?.revision = entry.revision
        } else {
          drop([part])
        }
      }
    }

    func write(
      _ part: Int, _ owned: OwnedPartition, owner: String
    ) -> (key: String, value: JSONValue, revision: Int) {
      let record = PartitionRecord(owner: owner, position: owned.prefix.floor, stream: stream.created)
      let key = PartitionRecord.key(subscription.group, name, part, of: stream.partitions)
      return (key, record.json, owned.revision)
    }
  }
#endif
