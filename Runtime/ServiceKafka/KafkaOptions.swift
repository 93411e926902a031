#if Kafka
  import CKafka
  import ServiceEvents

  /// How a service reaches Kafka: `kafka://user:password@host:9092,second:9092?name=value&…`.
  ///
  /// - `replicas`: on how many brokers each topic is stored; without it the broker decides.
  /// - `retention`: how long messages are retained, such as `7d`, which is the default.
  /// - `lease`: after what time a member of a group that does nothing loses its partitions; `15s`, at least 6 seconds with
  ///   the limits of a standard broker.
  /// - `timeout`: how long to wait for the broker to respond; `10s`.
  /// - `topics=given`: the topics were made by others, `charter.control` among them, and Charter may neither make nor
  ///   describe any. A topic that was made anew under its name is then not told from the one before.
  /// - `tls=true`: encrypts; `ca`, `cert` and `key` are files in PEM: the authorities to trust, and the client's own
  ///   certificate with its key; `key-password` opens the key.
  /// - `mechanism`: how the user and the password are shown (SASL): `PLAIN`, which is the default, `SCRAM-SHA-256` or
  ///   `SCRAM-SHA-512`.
  struct KafkaOptions: Sendable {
    let url: BrokerURL
    let replicas: Int?
    let areTopicsGiven: Bool
    /// In milliseconds, as the next ones.
    let retention: Int
    let lease: Int
    let timeout: Int
    /// Further settings of librdkafka: tests inject faults by them.
    var further: [(name: String, value: String)] = []

    init(_ text: String) throws {
      url = try BrokerURL(text, scheme: "kafka", port: 9092)
      try url.allow([
        "replicas", "retention", "lease", "timeout", "tls", "ca", "cert", "key", "key-password", "mechanism", "topics",
      ])
      guard ["given", nil].contains(url.parameters["topics"]) else {
        throw TransportError.refused("EVENTS_URL: topics must be given, or left out")
      }
      areTopicsGiven = url.parameters["topics"] == "given"
      replicas = try url.number("replicas", 1...100)
      retention = try url.duration("retention") ?? 604_800_000
      lease = try url.duration("lease") ?? 15_000
      timeout = try url.duration("timeout") ?? 10_000
    }

    /// The settings of any connection.
    private var settings: [(name: String, value: String)] {
      var all: [(name: String, value: String)] = [
        ("bootstrap.servers", url.servers.joined(separator: ",")), ("client.id", "charter"), ("log_level", "0"),
        ("reconnect.backoff.ms", "50"), ("reconnect.backoff.max.ms", "1000"), ("socket.keepalive.enable", "true"),
        // A topic that a broker makes because it is asked for is not one of Charter's, and hides that one was lost.
        ("allow.auto.create.topics", "false"),
        // A broker that is stopped and not dead is noticed by its silence.
        ("socket.timeout.ms", String(min(timeout, 10_000))), ("socket.connection.setup.timeout.ms", "3000"),
      ]
      let isEncrypted = url.parameters["tls"] == "true"
      if let user = url.user {
        all += [
          ("security.protocol", isEncrypted ? "sasl_ssl" : "sasl_plaintext"),
          ("sasl.mechanism", url.parameters["mechanism"] ?? "PLAIN"), ("sasl.username", user),
          ("sasl.password", url.password ?? ""),
        ]
      } else if isEncrypted {
        all.append(("security.protocol", "ssl"))
      }
      let files = [
        ("ca", "ssl.ca.location"), ("cert", "ssl.certificate.location"), ("key", "ssl.key.location"),
        ("key-password", "ssl.key.password"),
      ]
      for (name, setting) in files { if let value = url.parameters[name] { all.append((setting, value)) } }
      return all
    }

    /// The library's settings; `rd_kafka_new` takes them over.
    ///
    /// - Throws: ``TransportError/refused(_:)`` for a setting that the library refuses.
    func make(_ own: [(name: String, value: String)]) throws -> OpaquePointer {
      guard let pointer = rd_kafka_conf_new() else { throw TransportError.unavailable("librdkafka is out of memory") }
      for (name, value) in settings + own + further {
        var text = [CChar](repeating: 0, count: 512)
        guard rd_kafka_conf_set(pointer, name, value, &text, text.count) == RD_KAFKA_CONF_OK else {
          rd_kafka_conf_destroy(pointer)
          throw TransportError.refused("EVENTS_URL cannot be used: \(Kafka.text(text))")
        }
      }
      return pointer
    }
  }
#endif
