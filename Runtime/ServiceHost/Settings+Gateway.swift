import ServiceCore
import ServiceLoop

/// Makes what counts calls for all gateways together.
public typealias MakeSharedBuckets = @Sendable (_ url: String, [Loop], Logger) throws -> any SharedBuckets

extension Settings {
  /// What `requests,responses` or `none` says; both by default.
  static func checks(_ text: String?) throws -> Set<Check> {
    guard let text, !text.isEmpty else { return Set(Check.allCases) }
    if text == "none" { return [] }
    return Set(
      try text.split(separator: ",").map { name in
        guard let check = Check(rawValue: String(name)) else {
          throw ConfigurationError(
            "CHARTER_CHECKS is '\(text)'; valid values: requests, responses, both with a comma, none")
        }
        return check
      })
  }

  /// The file that CHARTER_MIGRATION names; its content is read when the host starts.
  ///
  /// - Throws: ``ConfigurationError`` where no gateway is placed.
  static func migrationFile(_ text: String?, _ placed: Set<String>) throws -> String? {
    guard let text, !text.isEmpty else { return nil }
    guard placed.contains(gateway) else {
      throw ConfigurationError(
        "CHARTER_MIGRATION has no effect without the gateway: place that here too, or set it where the gateway runs")
    }
    return text
  }

  /// What CHARTER_LIMITS names; nil where each gateway counts for itself.
  ///
  /// - Throws: ``ConfigurationError`` for a scheme that this build does not have.
  func shared(
    _ known: [String: MakeSharedBuckets], _ loops: [Loop], _ logger: Logger
  ) throws -> (any SharedBuckets)? {
    guard let limits, placed.contains(Self.gateway) else { return nil }
    let scheme = String(limits.prefix { $0 != ":" })
    guard let make = known[scheme] else {
      let names = known.keys.sorted().joined(separator: ", ")
      throw ConfigurationError(
        "CHARTER_LIMITS has the scheme '\(scheme)'; this build has "
          + (known.isEmpty
            ? "none: build it with the trait Redis, as ./charter does when CHARTER_LIMITS is set" : names))
    }
    do { return try make(limits, loops, logger) } catch { throw ConfigurationError("CHARTER_LIMITS: \(error)") }
  }
}
