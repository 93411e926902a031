// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// Absent, null and a value.
public struct NullableText: JSONCodable, Equatable {
  public let value: Nullable<String>

  public init(value: Nullable<String> = .absent) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullableText? {
    guard try json.beginObject() else { return nil }
    var value: String??
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return NullableText(value: Nullable(read: value))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("value", self.value.value, min: 1)
  }
}

/// Null is one of the values.
public struct NullableEnum: JSONCodable, Equatable {
  public let value: Nullable<NullableEnumValue>

  public init(value: Nullable<NullableEnumValue> = .absent) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullableEnum? {
    guard try json.beginObject() else { return nil }
    var value: NullableEnumValue??
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return NullableEnum(value: Nullable(read: value))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.endObject()
  }
}

public enum NullableEnumValue: StringEnum {
  case a

  public var rawValue: String {
    switch self {
    case .a: "a"
    }
  }
}

/// Null is not one of the values.
public struct NullableEnumWithout: JSONCodable, Equatable {
  public let value: NullableEnumWithoutValue?

  public init(value: NullableEnumWithoutValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullableEnumWithout? {
    guard try json.beginObject() else { return nil }
    var value: NullableEnumWithoutValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return NullableEnumWithout(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

public enum NullableEnumWithoutValue: StringEnum {
  case a
  case b

  public var rawValue: String {
    switch self {
    case .a: "a"
    case .b: "b"
    }
  }
}

/// Bounds that are booleans.
public struct ExclusiveFlags: JSONCodable, Equatable {
  public let value: Double?

  public init(value: Double? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ExclusiveFlags? {
    guard try json.beginObject() else { return nil }
    var value: Double?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return ExclusiveFlags(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, above: 1, below: 5)
  }
}

/// Bounds that are themselves allowed.
public struct InclusiveFlags: JSONCodable, Equatable {
  public let value: Double?

  public init(value: Double? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> InclusiveFlags? {
    guard try json.beginObject() else { return nil }
    var value: Double?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return InclusiveFlags(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, min: 1, max: 5)
  }
}

/// Beside a reference nothing counts.
public struct IgnoredSiblings: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> IgnoredSiblings? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return IgnoredSiblings(value: value)
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

/// The way around that.
public struct AllOfOne: JSONCodable, Equatable {
  /// With words.
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AllOfOne? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return AllOfOne(value: value)
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

/// With an example, which asserts nothing.
public struct Example: JSONCodable, Equatable {
  public let name: String

  public init(name: String) {
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Example? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var keys = json.keys("name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      default: try json.skip()
      }
    }
    json.require(name, "name", since: mark)
    guard let name else { return nil }
    return Example(name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.endObject()
  }
}

/// Null says that there is no default.
public struct NullDefault: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullDefault? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return NullDefault(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// Base64.
public struct Bytes: JSONCodable, Equatable {
  public let value: Base64?

  public init(value: Base64? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Bytes? {
    guard try json.beginObject() else { return nil }
    var value: Base64?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return Bytes(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}
