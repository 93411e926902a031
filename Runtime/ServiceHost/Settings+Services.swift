import ServiceCore
import ServiceDefinition

/// The settings that services declare.
extension Settings {
  /// Reads the settings of the services that run here.
  ///
  /// - Parameter all: all services: no setting can share a name with their addresses, and theirs are not misspelt.
  /// - Throws: ``ConfigurationError`` with a line for each that cannot be used, is missing, or is misspelt.
  mutating func readSettings(
    of services: [any Service.Type], _ environment: [String: String], all: [any Service.Type]
  ) throws {
    let addresses = Set(all.map { Self.variable($0.contract.name, "URL") })
    var faults: [String] = []
    for type in services {
      faults += type.settings.compactMap { Self.fault(ofName: $0.name, type.contract.name, addresses) }
      do throws(ConfigurationError) {
        ofServices[type.contract.name] = try SettingValues(type.settings, from: environment)
      } catch {
        faults.append(error.description)
      }
    }
    let known = services.flatMap { $0.settings.map(\.name) }
    let valid = Set(all.flatMap { $0.settings.map(\.name) })
    for name in environment.keys.sorted() where !valid.contains(name) && !Self.isPlatforms(name, addresses) {
      // A short name is similar to many unrelated ones.
      if let meant = known.first(where: { $0.utf8.count >= 8 && Self.differLittle($0, name) }) {
        faults.append("\(name) is not a setting; did you mean \(meant)?")
      }
    }
    guard faults.isEmpty else { throw ConfigurationError(faults.joined(separator: "\n")) }
  }

  /// Why a service's setting cannot have this name; nil where it can.
  private static func fault(ofName name: String, _ service: String, _ addresses: Set<String>) -> String? {
    let isName =
      name.utf8.first.map { (65...90).contains($0) } == true
      && name.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    guard isName else {
      return "\(service) has a setting '\(name)': write it in capitals, digits and '_', such as ORDERS_PATIENCE"
    }
    return isPlatforms(name, addresses)
      ? "\(service) has a setting \(name), which is reserved for the platform: choose another, such as "
        + variable(service, "LIMIT") : nil
  }

  /// Whether the host itself reads a variable of this name.
  private static func isPlatforms(_ name: String, _ addresses: Set<String>) -> Bool {
    name.hasPrefix("CHARTER_") || ["LOG_LEVEL", "SERVICE_PORT", eventsVariable].contains(name)
      || addresses.contains(name)
      || ["DB_CONNECTION", "_DB_CONNECTIONS", "_DB_OWNER"].contains { name.hasSuffix($0) }
  }

  /// The output of `host --settings`: the settings of all services, with their documentation.
  package static func description(of services: [any Service.Type]) -> String {
    let parts = services.filter { !$0.settings.isEmpty }.map { type in
      type.contract.name
        + type.settings.map { "\n  \($0.name)  \($0.summary)\n      \($0.documentation)" }.joined()
    }
    return parts.isEmpty ? "no service here has settings of its own" : parts.joined(separator: "\n\n")
  }
}
