#if NATS
  import ServiceCore
  import ServiceEvents

  /// What the members of groups agree on, in a key-value bucket of JetStream: each key is written only over the revision
  /// that was read.
  struct GroupStore: Sendable {
    static let bucket = "charter-groups"
    static let stream = "KV_\(bucket)"
    static let prefix = "$KV.\(bucket)."

    let api: JetStream

    struct Entry: Sendable {
      let value: JSONValue
      /// 0 for a key that is not there.
      let revision: Int
      static let none = Entry(value: .null, revision: 0)
    }

    /// Makes the bucket where it is not there.
    func ensure() async throws {
      _ = try await StreamConfiguration.ensure(
        Self.stream, [.string(Self.prefix + ">")],
        [("max_msgs_per_subject", 1), ("allow_rollup_hdrs", true), ("deny_delete", true)], api)
    }

    /// The values of keys.
    func get(_ keys: [String]) async throws -> [Entry] {
      do {
        return try await api.messages(Self.stream, keys.map { ["last_by_subj": .string(Self.prefix + $0)] })
          .map { message in try message.map(entry) ?? .none }
      } catch let failure as JetStream.Failure {
        guard failure.reason == JetStream.Failure.streamNotFound else { throw failure.transportError }
        throw TransportError.unavailable("the bucket \(Self.bucket) is gone")
      }
    }

    private func entry(_ message: JSONValue) throws -> Entry {
      guard let sequence = message["seq"]?.integer, let text = message["data"]?.text, let bytes = Base64(text)?.bytes
      else { throw TransportError.unavailable("a message of \(Self.stream) cannot be read") }
      var reader = JSONReader(bytes)
      return Entry(value: (try? JSONValue.decode(&reader)) ?? .null, revision: sequence)
    }

    /// Writes keys, each over its revision.
    ///
    /// - Returns: the new revisions; nil for a key that another process wrote meanwhile.
    func put(_ writes: [(key: String, value: JSONValue, revision: Int)]) async throws -> [Int?] {
      let messages = writes.map { key, value, revision in
        NATSConnection.Outgoing(
          subject: Self.prefix + key, headers: [("Nats-Expected-Last-Subject-Sequence", String(revision))],
          data: value.json)
      }
      return try await api.connection().request(messages, timeout: api.options.timeout).map { reply in
        do {
          return try JetStream.value(reply)["seq"]?.integer
        } catch let failure as JetStream.Failure {
          if JetStream.Failure.wrongLastSequence.contains(failure.reason) { return nil }
          throw failure.transportError
        }
      }
    }

    /// All keys of groups.
    func keys() async throws -> [String] {
      do {
        var names: [String] = []
        while true {
          let info = try await api.api(
            "STREAM.INFO.\(Self.stream)",
            ["subjects_filter": .string(Self.prefix + ">"), "offset": JSONValue(names.count)])
          guard case .object(let subjects)? = info["state"]?["subjects"], !subjects.isEmpty else { return names }
          names += subjects.map { String($0.key.dropFirst(Self.prefix.count)) }
          guard names.count < info["total"]?.integer ?? 0 else { return names }
        }
      } catch let failure as JetStream.Failure {
        if failure.reason == JetStream.Failure.streamNotFound { return [] }
        throw failure.transportError
      }
    }
  }
#endif
