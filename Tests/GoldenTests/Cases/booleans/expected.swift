// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// Anything, and nothing.
public struct TrueAndFalse: JSONCodable, Equatable {
  public let anything: JSONValue?
  public let nothing: JSONValue?
  public let free: JSONValue?

  public init(anything: JSONValue? = nil, nothing: JSONValue? = nil, free: JSONValue? = nil) {
    self.anything = anything
    self.nothing = nothing
    self.free = free
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TrueAndFalse? {
    guard try json.beginObject() else { return nil }
    var anything: JSONValue?
    var nothing: JSONValue?
    var free: JSONValue?
    var keys = json.keys("anything,nothing,free")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("anything", &anything)
      case 1: try json.field("nothing", &nothing, Schemas.program, 0)
      case 2: try json.field("free", &free)
      default: try json.skip()
      }
    }
    return TrueAndFalse(anything: anything, nothing: nothing, free: free)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("anything", self.anything)
    json.field("nothing", self.nothing)
    json.field("free", self.free)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("nothing", self.nothing, Schemas.program, 0)
  }
}

/// There, whatever it is.
public struct RequiredAnything: JSONCodable, Equatable {
  public let value: JSONValue
  public let free: JSONValue

  public init(value: JSONValue, free: JSONValue) {
    self.value = value
    self.free = free
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> RequiredAnything? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var value: JSONValue?
    var free: JSONValue?
    var keys = json.keys("value,free")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      case 1: try json.field("free", &free)
      default: try json.skip()
      }
    }
    json.require(value, "value", since: mark)
    json.require(free, "free", since: mark)
    guard let value, let free else { return nil }
    return RequiredAnything(value: value, free: free)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.field("free", self.free)
    json.endObject()
  }
}

/// An empty list.
public struct FalseItems: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FalseItems? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 2)
      default: try json.skip()
      }
    }
    return FalseItems(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 2)
  }
}

/// Any list.
public struct TrueItems: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TrueItems? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return TrueItems(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// Any list, by an empty schema.
public struct EmptyItems: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> EmptyItems? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return EmptyItems(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// Others are anything.
public struct TrueAdditional: JSONCodable, Equatable {
  public let a: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(a: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.a = a
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TrueAdditional? {
    guard try json.beginObject() else { return nil }
    var a: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return TrueAdditional(a: a, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.members(self.additionalProperties, besides: "a")
    json.endObject()
  }
}

/// There are no others.
public struct FalseAdditional: JSONCodable, Equatable {
  public let a: String?

  public init(a: String? = nil) {
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FalseAdditional? {
    guard try json.beginObject() else { return nil }
    var a: String?
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: try json.unknownField(json.unknownKey, known: "a", rule: "additionalProperties")
      }
    }
    return FalseAdditional(a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.endObject()
  }
}

/// Others are anything, by an empty schema.
public struct EmptyAdditional: JSONCodable, Equatable {
  public let a: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(a: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.a = a
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> EmptyAdditional? {
    guard try json.beginObject() else { return nil }
    var a: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return EmptyAdditional(a: a, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.members(self.additionalProperties, besides: "a")
    json.endObject()
  }
}

/// No name of this shape.
public struct FalsePattern: JSONCodable, Equatable {
  public let a: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(a: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.a = a
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FalsePattern? {
    guard try json.satisfies(Schemas.program, 3) else { return nil }
    guard try json.beginObject() else { return nil }
    var a: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return FalsePattern(a: a, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.members(self.additionalProperties, besides: "a")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 3)
  }
}

/// A constant that is no text, without a type.
public struct ConstantBoolean: JSONCodable, Equatable {
  public let accepted: Bool?
  public let known: Nullable<Bool>

  public init(accepted: Bool? = nil, known: Nullable<Bool> = .absent) {
    self.accepted = accepted
    self.known = known
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ConstantBoolean? {
    guard try json.beginObject() else { return nil }
    var accepted: Bool?
    var known: Bool??
    var keys = json.keys("accepted,known")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("accepted", &accepted, Schemas.program, 6)
      case 1: try json.field("known", &known, Schemas.program, 7)
      default: try json.skip()
      }
    }
    return ConstantBoolean(accepted: accepted, known: Nullable(read: known))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("accepted", self.accepted)
    json.nullable("known", self.known)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("accepted", self.accepted, Schemas.program, 6)
    check.satisfies("known", self.known.value, Schemas.program, 7)
  }
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(
    checked: """
      [false,false,{"type":32,"items":1},{"type":64,"properties":{"a":5},"patternProperties":[["^x-",4]]},false,\
      {"type":16},{"const":true},{"enum":[true,null]}]
      """)
}
