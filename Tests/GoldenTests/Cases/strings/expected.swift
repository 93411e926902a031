// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// Counted in Unicode scalars.
public struct MinLength: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MinLength? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return MinLength(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("value", self.value, min: 2)
  }
}

/// Counted in Unicode scalars.
public struct MaxLength: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MaxLength? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return MaxLength(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("value", self.value, max: 3)
  }
}

/// The whole text.
public struct PatternAnchored: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PatternAnchored? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return PatternAnchored(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.pattern("value", self.value, Patterns.p0)
  }
}

/// Some part of the text.
public struct PatternAnywhere: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PatternAnywhere? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return PatternAnywhere(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.pattern("value", self.value, Patterns.p1)
  }
}

/// Letters of any script, and nothing else.
public struct PatternUnicode: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PatternUnicode? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return PatternUnicode(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.pattern("value", self.value, Patterns.p2)
  }
}

/// One of three.
public struct EnumOfText: JSONCodable, Equatable {
  public let value: EnumOfTextValue?

  public init(value: EnumOfTextValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> EnumOfText? {
    guard try json.beginObject() else { return nil }
    var value: EnumOfTextValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return EnumOfText(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

public enum EnumOfTextValue: StringEnum {
  case red
  case green
  case lightBlue

  public var rawValue: String {
    switch self {
    case .red: "red"
    case .green: "green"
    case .lightBlue: "light blue"
    }
  }
}

/// Just this.
public struct ConstText: JSONCodable, Equatable {
  public let value: ConstTextValue?

  public init(value: ConstTextValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ConstText? {
    guard try json.beginObject() else { return nil }
    var value: ConstTextValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return ConstText(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

public enum ConstTextValue: StringEnum {
  case fixed

  public static var brokenRule: String { "const" }
  public static var brokenTypeRule: String { "const" }

  public var rawValue: String {
    switch self {
    case .fixed: "fixed"
    }
  }
}

/// What is absent is this.
public struct DefaultText: JSONCodable, Equatable {
  public let value: String

  public init(value: String = "plain") {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DefaultText? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return DefaultText(value: value ?? "plain")
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("value", self.value, min: 1)
  }
}

/// What is absent is one of the listed texts.
public struct DefaultEnum: JSONCodable, Equatable {
  public let value: DefaultEnumValue

  public init(value: DefaultEnumValue = DefaultEnumValue.small) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DefaultEnum? {
    guard try json.beginObject() else { return nil }
    var value: DefaultEnumValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return DefaultEnum(value: value ?? DefaultEnumValue.small)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

public enum DefaultEnumValue: StringEnum {
  case small
  case large

  public var rawValue: String {
    switch self {
    case .small: "small"
    case .large: "large"
    }
  }
}

/// Known values, and others.
public struct ExtensibleEnum: JSONCodable, Equatable {
  public let value: ExtensibleEnumValue?

  public init(value: ExtensibleEnumValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ExtensibleEnum? {
    guard try json.beginObject() else { return nil }
    var value: ExtensibleEnumValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return ExtensibleEnum(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

public enum ExtensibleEnumValue: OpenStringEnum {
  case a
  case b
  /// A value that the contract does not list.
  case other(String)

  public static let known: [(value: String, item: ExtensibleEnumValue)] = [("a", .a), ("b", .b)]

  public var rawValue: String {
    switch self {
    case .a: "a"
    case .b: "b"
    case .other(let value): value
    }
  }
}

/// Known values, and others.
public struct ExtensibleList: JSONCodable, Equatable {
  public let value: ExtensibleListValue?

  public init(value: ExtensibleListValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ExtensibleList? {
    guard try json.beginObject() else { return nil }
    var value: ExtensibleListValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return ExtensibleList(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

public typealias ExtensibleListValue = ExtensibleEnumValue

/// Bytes in base64.
public struct ContentEncoding: JSONCodable, Equatable {
  public let value: Base64?

  public init(value: Base64? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ContentEncoding? {
    guard try json.beginObject() else { return nil }
    var value: Base64?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 0)
      default: try json.skip()
      }
    }
    return ContentEncoding(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 0)
  }
}

/// An annotation.
public struct ContentMediaType: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ContentMediaType? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return ContentMediaType(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// A count beyond what copies could hold.
public struct PatternCounted: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PatternCounted? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return PatternCounted(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.pattern("value", self.value, Patterns.p3)
  }
}

/// Counts within counts.
public struct PatternCountedGroups: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PatternCountedGroups? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return PatternCountedGroups(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.pattern("value", self.value, Patterns.p4)
  }
}

/// A part in which case is ignored.
public struct PatternModifier: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PatternModifier? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return PatternModifier(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.pattern("value", self.value, Patterns.p5)
  }
}

/// Not ECMA-262, and read as it is meant.
public struct PatternLeadingModifier: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PatternLeadingModifier? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return PatternLeadingModifier(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.pattern("value", self.value, Patterns.p6)
  }
}

/// What follows a position, and what does not.
public struct PatternLookAround: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PatternLookAround? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return PatternLookAround(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.pattern("value", self.value, Patterns.p7)
  }
}

enum Patterns {
  static let p0 = Pattern(checked: "^[a-z]+$")
  static let p1 = Pattern(checked: "b{2}")
  static let p2 = Pattern(checked: "^\\p{L}+$")
  static let p3 = Pattern(checked: "^.{0,262144}$")
  static let p4 = Pattern(checked: "^([a-z]{1,63}\\.){2,126}$")
  static let p5 = Pattern(checked: "^(?i:stra\u{df}e)-[A-Z]$")
  static let p6 = Pattern(checked: "(?i)^id$")
  static let p7 = Pattern(checked: "^(?!admin)(?=.*\\d)[a-z\\d]+(?<!0)$")
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(checked: "[{\"type\":16,\"contentEncoding\":\"base64\"}]")
}
