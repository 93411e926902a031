#if NATS
  import ServiceCore
  import ServiceEvents

  /// The stream that holds the messages of one channel.
  ///
  /// It captures two subjects: the channel's address, which senders other than Charter publish to, and `charter.P.ADDRESS`,
  /// where P is the partition of the message's key. A stream's consumers filter by subjects and not by headers, and a
  /// server maps subjects in its streams since 2.10 only; so the publisher writes the partition down.
  struct ChannelStream: Sendable {
    let channel: ChannelDescriptor
    let name: String
    /// When it was created: another time is another stream, although its name is the same.
    var created: String
    var last: Int
    /// How many partitions its messages are in, besides the one of the plain subject. It never shrinks, or what is stored
    /// would be consumed by nobody.
    var partitions: Int

    static let most = 256

    /// The subject of the messages of one partition; with `partitions` as the index, of those without.
    static func filter(_ channel: ChannelDescriptor, _ partition: Int, of partitions: Int) -> String {
      partition >= partitions ? pattern(channel) : "charter.\(partition).\(pattern(channel))"
    }

    /// The address with `*` for each token that has a parameter.
    static func pattern(_ channel: ChannelDescriptor) -> String {
      channel.template.split(separator: ".", omittingEmptySubsequences: false)
        .map { $0.contains("{") ? "*" : String($0) }.joined(separator: ".")
    }

    /// A name without the characters that names of streams, consumers and keys exclude; distinct for distinct texts.
    static func name(_ text: String) -> String {
      let plain = String(String.UnicodeScalarView(text.unicodeScalars.map { isPlain($0) ? $0 : "_" }))
      return plain == text ? text : "\(plain.prefix(100))-\(String(ChannelDescriptor.hash(text.utf8), radix: 36))"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-": true
      default: false
      }
    }

    /// - Throws: ``TransportError/refused(_:)`` for an address that is no subject, or not one of the channel's.
    static func check(_ address: String, of channel: ChannelDescriptor) throws {
      let tokens = address.split(separator: ".", omittingEmptySubsequences: false)
      let isSubject = tokens.allSatisfy { token in
        !token.isEmpty
          && !token.unicodeScalars.contains { $0.value <= 0x20 || $0 == "*" || $0 == ">" || $0.value == 0x7F }
      }
      let pattern = pattern(channel).split(separator: ".")
      guard isSubject, tokens.count == pattern.count else {
        throw TransportError.refused(
          "\(address) is no NATS subject of the channel \(channel.template): the value of a parameter must not be empty "
            + "or contain a dot, a space, * or >")
      }
    }
  }

  extension ChannelStream {
    init(_ channel: ChannelDescriptor, _ info: JSONValue) throws {
      guard let created = info["created"]?.text, let last = info["state"]?["last_seq"]?.integer else {
        throw TransportError.unavailable("the server's description of the stream of \(channel.template) is incomplete")
      }
      self.channel = channel
      name = Self.name(channel.template)
      (self.created, self.last) = (created, last)
      partitions = Self.described(info) ?? min(Self.most, max(1, channel.partitions))
    }

    var identity: String { "nats:\(name)@\(created)" }

    func filter(_ partition: Int) -> String { Self.filter(channel, partition, of: partitions) }

    private static func described(_ info: JSONValue) -> Int? {
      guard let text = info["config"]?["description"]?.text, text.hasPrefix("partitions=") else { return nil }
      return Int(text.dropFirst(11)).flatMap { (1...most).contains($0) ? $0 : nil }
    }

    /// The stream of a channel, as it is; nil without one.
    static func find(_ channel: ChannelDescriptor, _ api: JetStream) async throws -> ChannelStream? {
      do {
        return try ChannelStream(channel, await api.api("STREAM.INFO.\(name(channel.template))"))
      } catch let failure as JetStream.Failure {
        if failure.reason == JetStream.Failure.streamNotFound { return nil }
        throw failure.transportError
      }
    }

    /// The stream of a channel, made where it is not there.
    static func ensure(_ channel: ChannelDescriptor, _ api: JetStream) async throws -> ChannelStream {
      try check(
        pattern(channel).split(separator: ".", omittingEmptySubsequences: false)
          .map { $0 == "*" ? "x" : $0 }.joined(separator: "."), of: channel)
      let name = name(channel.template)
      let wanted = min(most, max(1, channel.partitions))
      let subjects: JSONValue = [.string(pattern(channel)), .string("charter.*.\(pattern(channel))")]
      let info = try await StreamConfiguration.ensure(
        name, subjects,
        [
          ("max_age", JSONValue(api.options.retention * 1_000_000)),
          // How long the server recognizes a message that is published again.
          ("duplicate_window", JSONValue(min(120_000, api.options.retention) * 1_000_000)),
          ("description", .string("partitions=\(wanted)")),
        ], api)
      guard info["config"]?["subjects"] == subjects else {
        throw TransportError.refused(
          "the stream \(name) is not of the channel \(channel.template): delete or rename it")
      }
      var stream = try ChannelStream(channel, info)
      if stream.partitions < wanted, case .object(var config)? = info["config"] {
        config["description"] = .string("partitions=\(wanted)")
        do {
          _ = try await api.api("STREAM.UPDATE.\(name)", .object(config))
        } catch let failure as JetStream.Failure {
          throw failure.transportError
        }
        stream.partitions = wanted
      }
      return stream
    }
  }

  /// Makes streams.
  enum StreamConfiguration {
    /// Returns the description of a stream, which is made where it is not there: in files, on three servers of a cluster.
    static func ensure(
      _ name: String, _ subjects: JSONValue, _ settings: [(String, JSONValue)], _ api: JetStream
    ) async throws -> JSONValue {
      var replicas = api.options.replicas ?? 3
      while true {
        do {
          return try await api.api("STREAM.INFO.\(name)")
        } catch let failure as JetStream.Failure {
          guard failure.reason == JetStream.Failure.streamNotFound else { throw failure.transportError }
        }
        let config = JSONObject(
          [
            ("name", .string(name)), ("subjects", subjects), ("retention", "limits"), ("storage", "file"),
            ("discard", "old"), ("num_replicas", JSONValue(replicas)), ("max_msgs", -1), ("max_bytes", -1),
            ("max_msg_size", -1), ("max_consumers", -1),
          ] + settings)
        do {
          return try await api.api("STREAM.CREATE.\(name)", .object(config))
        } catch let failure as JetStream.Failure {
          switch failure.reason {
          case JetStream.Failure.notClustered where api.options.replicas == nil && replicas > 1: replicas = 1
          // Another process was faster.
          case JetStream.Failure.nameInUse: continue
          default: throw failure.transportError
          }
        }
      }
    }
  }
#endif
