import ServiceCore

/// A setting of a service, with a value of any type: `host --settings` prints it, and an invalid one stops the start.
public protocol ServiceSetting: Sendable {
  /// The environment variable: `ORDERS_PATIENCE`. Names that begin with `CHARTER_` are reserved for the platform.
  var name: String { get }
  var documentation: String { get }
  /// Whether its value is never printed.
  var isSecret: Bool { get }
  /// The valid values, and the default: `a whole number from 1 to 100; 20`.
  var summary: String { get }

  /// Checks the value of the environment variable; nil where it is not set.
  ///
  /// - Throws: ``ConfigurationError`` for an invalid value, and for a missing one that is required.
  func check(_ text: String?) throws(ConfigurationError)
}

/// A setting of one type, which a service lists in ``Service/settings`` and reads as `resources[Self.limit]`.
///
///     static let limit = Setting("ORDERS_OPEN_LIMIT", default: 20, in: 1...100, "How many open orders a customer may have.")
///     static let key = Setting<String>("PAYMENTS_KEY", isSecret: true, "The key of the payment provider.")
public struct Setting<Value: SettingValue>: ServiceSetting {
  public let name: String
  public let documentation: String
  public let isSecret: Bool
  private let defaultValue: Value?
  private let bounds: (text: String, contains: @Sendable (Value) -> Bool)?

  /// - Parameter default: nil for a required setting.
  public init(_ name: String, default: Value? = nil, isSecret: Bool = false, _ documentation: String) {
    (self.name, self.documentation, self.isSecret, defaultValue) = (name, documentation, isSecret, `default`)
    bounds = nil
  }

  /// - Parameters:
  ///   - default: nil for a required setting.
  ///   - range: the valid values.
  public init(_ name: String, default: Value? = nil, in range: ClosedRange<Value>, _ documentation: String)
  where Value: Comparable {
    (self.name, self.documentation, isSecret, defaultValue) = (name, documentation, false, `default`)
    bounds = (" from \(range.lowerBound.settingText) to \(range.upperBound.settingText)", { range.contains($0) })
  }

  private var kind: String { Value.settingKind + (bounds?.text ?? "") }

  public var summary: String {
    guard let defaultValue else { return kind + (isSecret ? "; required, secret" : "; required") }
    return kind + (isSecret ? "; secret" : "; \(defaultValue.settingText)")
  }

  public func check(_ text: String?) throws(ConfigurationError) {
    if let defaultValue, let bounds, !bounds.contains(defaultValue) {
      throw ConfigurationError("the default of \(name) is '\(defaultValue.settingText)', which is not \(kind)")
    }
    _ = try value(text)
  }

  /// - Throws: ``ConfigurationError`` as for ``check(_:)``.
  func value(_ text: String?) throws(ConfigurationError) -> Value {
    guard let text, !text.isEmpty || defaultValue != nil else {
      guard let defaultValue else {
        throw ConfigurationError("\(name) is not set: it is \(kind). \(documentation)")
      }
      return defaultValue
    }
    guard let value = Value(settingText: text), bounds?.contains(value) != false else {
      throw ConfigurationError("\(name) is \(isSecret ? "set to what" : "'\(text)', which") is not \(kind)")
    }
    return value
  }
}

/// A value of a setting. An enum of strings only needs to declare it: `enum Mode: String, CaseIterable, SettingValue`.
public protocol SettingValue: Sendable {
  /// Nil for an invalid text.
  init?(settingText: String)
  var settingText: String { get }
  /// The valid texts, for people: `a whole number`.
  static var settingKind: String { get }
}

extension Int: SettingValue {
  public init?(settingText: String) { self.init(settingText) }
  public var settingText: String { "\(self)" }
  public static var settingKind: String { "a whole number" }
}

extension Bool: SettingValue {
  public init?(settingText: String) { self.init(settingText) }
  public var settingText: String { "\(self)" }
  public static var settingKind: String { "true or false" }
}

extension String: SettingValue {
  public init?(settingText: String) { self = settingText }
  public var settingText: String { self }
  public static var settingKind: String { "a text" }
}

/// In milliseconds, like the platform's own settings.
extension Duration: SettingValue {
  public init?(settingText: String) {
    guard let number = Int(settingText), number >= 0 else { return nil }
    self = .milliseconds(number)
  }

  public var settingText: String { "\(milliseconds)" }
  public static var settingKind: String { "a number of milliseconds" }

  /// Whole milliseconds; the greatest `Int` for more than that.
  package var milliseconds: Int {
    let (seconds, attoseconds) = components
    let (product, overflows) = Int(seconds).multipliedReportingOverflow(by: 1_000)
    return overflows ? (seconds < 0 ? .min : .max) : product + Int(attoseconds / 1_000_000_000_000_000)
  }
}

extension SettingValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  public init?(settingText: String) { self.init(rawValue: settingText) }
  public var settingText: String { rawValue }
  public static var settingKind: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }
}

/// The values of a service's settings. No description of them shows a value.
public struct SettingValues: Sendable, CustomReflectable, CustomStringConvertible {
  private let texts: [String: String?]

  /// For a service without settings.
  public init() { texts = [:] }

  /// - Throws: ``ConfigurationError`` with a line for each invalid value, and each missing one that is required.
  public init(_ settings: [any ServiceSetting], from environment: [String: String]) throws(ConfigurationError) {
    var faults: [String] = []
    for setting in settings {
      do throws(ConfigurationError) { try setting.check(environment[setting.name]) } catch {
        faults.append(error.description)
      }
    }
    guard faults.isEmpty else { throw ConfigurationError(faults.joined(separator: "\n")) }
    texts = Dictionary(settings.map { ($0.name, environment[$0.name]) }) { first, _ in first }
  }

  /// - Throws: ``ConfigurationError`` for a setting that these values were not read for.
  subscript<Value>(_ setting: Setting<Value>) -> Value {
    get throws(ConfigurationError) {
      guard let text = texts[setting.name] else {
        throw ConfigurationError("the setting \(setting.name) is used and not listed: add it to 'static var settings'")
      }
      return try setting.value(text)
    }
  }

  public var description: String { "settings" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
