import ServiceEvents
import ServiceKafka
import ServiceNATS

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
