import ServiceCore
import ServiceEvents
import ServiceKafka
import ServiceLoop
import ServiceNATS

/// The transports of events that this build has.
public enum EventTransports {
  /// Connects to an event broker.
  public typealias Make =
    @Sendable (_ url: String, _ loops: [Loop], _ logger: Logger) async throws -> any EventTransport

  /// By the schemes of their URLs. NATS and Kafka are built with the package's traits of these names.
  public static let all: [String: Make] = {
    let log: Make = { url, loops, logger in PostgresLog(url, loops: loops, logger: logger) }
    var all = ["postgres": log, "postgresql": log]
    #if NATS
      all["nats"] = { url, _, _ in try NATSTransport(url) }
    #endif
    #if Kafka
      all["kafka"] = { url, _, _ in try KafkaTransport(url) }
    #endif
    return all
  }()

  /// - Throws: ``ConfigurationError`` for a scheme that this build does not have, and for an invalid URL.
  public static func connect(_ url: String, _ loops: [Loop], _ logger: Logger) async throws -> any EventTransport {
    let scheme = url.split(separator: ":", maxSplits: 1).first.map(String.init) ?? ""
    guard let make = all[scheme] else {
      let other = ["nats", "kafka"].contains(scheme) ? "; build with --traits NATS,Kafka for it" : ""
      throw ConfigurationError(
        "EVENTS_URL has the scheme '\(scheme)'; this build has \(all.keys.sorted().joined(separator: ", "))\(other)")
    }
    do {
      return try await make(url, loops, logger)
    } catch {
      throw ConfigurationError("EVENTS_URL: \(error)")
    }
  }
}
