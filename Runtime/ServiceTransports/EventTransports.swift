import ServiceCore
import ServiceEvents
import ServiceKafka
import ServiceLoop
import ServiceNATS
import ServiceRedis

/// The transports of events that this build has.
public enum EventTransports {
  /// By the schemes of their URLs. NATS and Kafka are built with the package's traits of these names.
  public static let all: [String: MakeTransport] = {
    let log: MakeTransport = { url, loops, logger in PostgresLog(url, loops: loops, logger: logger) }
    var all = ["postgres": log, "postgresql": log]
    #if NATS
      all["nats"] = { url, _, _ in try NATSTransport(url) }
    #endif
    #if Kafka
      all["kafka"] = { url, _, _ in try KafkaTransport(url) }
    #endif
    return all
  }()
}

/// Where this build can share rate limits among gateways.
public enum SharedLimits {
  /// By the schemes of their URLs. Redis is built with the package's trait of this name.
  public static let all: [String: @Sendable (_ url: String, [Loop], Logger) throws -> any SharedBuckets] = {
    #if Redis
      return ["redis": { try RedisBuckets($0, loops: $1, logger: $2) }]
    #else
      return [:]
    #endif
  }()
}
