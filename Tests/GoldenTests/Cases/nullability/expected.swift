// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// Absent, null and a value are three things.
public struct NullableOptional: JSONCodable, Equatable {
  public let value: Nullable<String>

  public init(value: Nullable<String> = .absent) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullableOptional? {
    guard try json.beginObject() else { return nil }
    var value: String??
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return NullableOptional(value: Nullable(read: value))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("value", self.value.value, min: 2)
  }
}

/// There, and perhaps null.
public struct NullableRequired: JSONCodable, Equatable {
  public let value: Int?

  public init(value: Int?) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullableRequired? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var value: Int??
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    json.require(value, "value", since: mark)
    guard let value else { return nil }
    return NullableRequired(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, min: 3)
  }
}

/// Absent or a value, and never null.
public struct NotNullable: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NotNullable? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return NotNullable(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// A text or an integer.
public struct TypeList: JSONCodable, Equatable {
  public let value: TypeListValue?

  public init(value: TypeListValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TypeList? {
    guard try json.beginObject() else { return nil }
    var value: TypeListValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return TypeList(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("value", self.value)
  }
}

public enum TypeListValue: JSONCodable, Equatable {
  case integer(Int)
  case string(String)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TypeListValue? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .string: return try String.decode(&json).map { .string($0) }
    default: return try json.refuse("type", "number, string")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .string(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .integer(let value): check.range("", value, min: 5)
    case .string(let value): check.length("", value, min: 2)
    }
  }
}

/// A text, an integer or null.
public struct TypeListWithNull: JSONCodable, Equatable {
  public let value: Nullable<TypeListWithNullValue>

  public init(value: Nullable<TypeListWithNullValue> = .absent) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TypeListWithNull? {
    guard try json.beginObject() else { return nil }
    var value: TypeListWithNullValue??
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return TypeListWithNull(value: Nullable(read: value))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("value", self.value.value)
  }
}

public enum TypeListWithNullValue: JSONCodable, Equatable {
  case integer(Int)
  case string(String)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TypeListWithNullValue? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .string: return try String.decode(&json).map { .string($0) }
    default: return try json.refuse("type", "number, string")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .string(let value): value.encode(&json)
    }
  }
}

/// A record or null.
public struct NullByBranch: JSONCodable, Equatable {
  public let value: Inner?

  public init(value: Inner?) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullByBranch? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var value: Inner??
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    json.require(value, "value", since: mark)
    guard let value else { return nil }
    return NullByBranch(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("value", self.value)
  }
}

/// What may be null elsewhere.
public struct Inner: JSONCodable, Equatable {
  public let a: Int

  public init(a: Int) {
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Inner? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: Int?
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: try json.skip()
      }
    }
    json.require(a, "a", since: mark)
    guard let a else { return nil }
    return Inner(a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.endObject()
  }
}

/// Absent, null or a record.
public struct NullByBranchOptional: JSONCodable, Equatable {
  public let value: Nullable<Inner>

  public init(value: Nullable<Inner> = .absent) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullByBranchOptional? {
    guard try json.beginObject() else { return nil }
    var value: Inner??
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return NullByBranchOptional(value: Nullable(read: value))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("value", self.value.value)
  }
}

/// A record or null, by a list of types.
public struct NullableRecord: JSONCodable, Equatable {
  public let value: Nullable<NullableRecordValue>

  public init(value: Nullable<NullableRecordValue> = .absent) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullableRecord? {
    guard try json.beginObject() else { return nil }
    var value: NullableRecordValue??
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return NullableRecord(value: Nullable(read: value))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("value", self.value.value)
  }
}

public struct NullableRecordValue: JSONCodable, Equatable {
  public let a: Int

  public init(a: Int) {
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullableRecordValue? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: Int?
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: try json.skip()
      }
    }
    json.require(a, "a", since: mark)
    guard let a else { return nil }
    return NullableRecordValue(a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.endObject()
  }
}

/// Nothing but null.
public struct TypeNull: JSONCodable, Equatable {
  public let value: JSONValue?

  public init(value: JSONValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TypeNull? {
    guard try json.beginObject() else { return nil }
    var value: JSONValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 0)
      default: try json.skip()
      }
    }
    return TypeNull(value: value)
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

/// The same.
public struct ConstNull: JSONCodable, Equatable {
  public let value: JSONValue?

  public init(value: JSONValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ConstNull? {
    guard try json.beginObject() else { return nil }
    var value: JSONValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 1)
      default: try json.skip()
      }
    }
    return ConstNull(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 1)
  }
}

/// One of two texts, or null.
public struct EnumWithNull: JSONCodable, Equatable {
  public let value: Nullable<EnumWithNullValue>

  public init(value: Nullable<EnumWithNullValue> = .absent) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> EnumWithNull? {
    guard try json.beginObject() else { return nil }
    var value: EnumWithNullValue??
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return EnumWithNull(value: Nullable(read: value))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.endObject()
  }
}

public enum EnumWithNullValue: StringEnum {
  case a
  case b

  public static var brokenTypeRule: String { "enum" }

  public var rawValue: String {
    switch self {
    case .a: "a"
    case .b: "b"
    }
  }
}

/// One text or null, and there in any case.
public struct EnumWithNullRequired: JSONCodable, Equatable {
  public let value: EnumWithNullRequiredValue?

  public init(value: EnumWithNullRequiredValue?) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> EnumWithNullRequired? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var value: EnumWithNullRequiredValue??
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    json.require(value, "value", since: mark)
    guard let value else { return nil }
    return EnumWithNullRequired(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.endObject()
  }
}

public enum EnumWithNullRequiredValue: StringEnum {
  case a

  public var rawValue: String {
    switch self {
    case .a: "a"
    }
  }
}

/// Items may be null.
public struct NullableItems: JSONCodable, Equatable {
  public let value: [String?]?

  public init(value: [String?]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullableItems? {
    guard try json.beginObject() else { return nil }
    var value: [String?]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0:
        try json.items("value", &value) { check, item in
          check.length("", item, max: 1)
        }
      default: try json.skip()
      }
    }
    return NullableItems(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.each("value", self.value) { check, item in
      check.length("", item, max: 1)
    }
  }
}

/// What is absent is null.
public struct NullableDefault: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullableDefault? {
    guard try json.beginObject() else { return nil }
    var value: String??
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return NullableDefault(value: value ?? nil)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.endObject()
  }
}

/// A rule that is a schema, beside a default that is null.
public struct NullableDefaultExcept: JSONCodable, Equatable {
  public let value: String?
  public let list: [String]?

  public init(value: String? = nil, list: [String]? = nil) {
    self.value = value
    self.list = list
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NullableDefaultExcept? {
    guard try json.beginObject() else { return nil }
    var value: String??
    var list: [String]??
    var keys = json.keys("value,list")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 2)
      case 1: try json.field("list", &list, Schemas.program, 4)
      default: try json.skip()
      }
    }
    return NullableDefaultExcept(value: value ?? nil, list: list ?? nil)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("value", self.value)
    json.nullable("list", self.list)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 2)
    check.satisfies("list", self.list, Schemas.program, 4)
  }
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(
    checked: """
      [{"type":1},{"const":null},{"type":17,"not":3},{"const":"x"},{"type":33,"items":6,"contains":5},{"const":"a"},\
      {"type":16}]
      """)
}
