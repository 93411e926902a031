// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// Two properties, one of them required.
public struct Properties: JSONCodable, Equatable {
  public let name: String
  public let age: Int?

  public init(name: String, age: Int? = nil) {
    self.name = name
    self.age = age
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Properties? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var age: Int?
    var keys = json.keys("name,age")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1: try json.field("age", &age)
      default: try json.skip()
      }
    }
    json.require(name, "name", since: mark)
    guard let name else {
      Self.validate(&json.violations, age)
      return nil
    }
    return Properties(name: name, age: age)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("age", self.age)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.age)
  }

  private static func validate(_ check: inout Violations, _ age: Int?) {
    check.range("age", age, min: 0)
  }
}

/// Names that a pointer writes in another way.
public struct EscapedNames: JSONCodable, Equatable {
  public let aB: String
  public let mN: Int?

  public init(aB: String, mN: Int? = nil) {
    self.aB = aB
    self.mN = mN
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> EscapedNames? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var aB: String?
    var mN: Int?
    var keys = json.keys("a/b,m~n")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a/b", &aB)
      case 1: try json.field("m~n", &mN)
      default: try json.skip()
      }
    }
    json.require(aB, "a/b", since: mark)
    guard let aB else { return nil }
    return EscapedNames(aB: aB, mN: mN)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a/b", self.aB)
    json.field("m~n", self.mN)
    json.endObject()
  }
}

/// What is required and not listed may be anything.
public struct RequiredUnlisted: JSONCodable, Equatable {
  public let name: String?
  public let extra: JSONValue

  public init(name: String? = nil, extra: JSONValue) {
    self.name = name
    self.extra = extra
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> RequiredUnlisted? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var extra: JSONValue?
    var keys = json.keys("name,extra")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1: try json.field("extra", &extra)
      default: try json.skip()
      }
    }
    json.require(extra, "extra", since: mark)
    guard let extra else { return nil }
    return RequiredUnlisted(name: name, extra: extra)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("extra", self.extra)
    json.endObject()
  }
}

/// Closed.
public struct AdditionalFalse: JSONCodable, Equatable {
  public let name: String?

  public init(name: String? = nil) {
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AdditionalFalse? {
    guard try json.beginObject() else { return nil }
    var name: String?
    var keys = json.keys("name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      default: try json.unknownField(json.unknownKey, known: "name", rule: "additionalProperties")
      }
    }
    return AdditionalFalse(name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.endObject()
  }
}

/// Others are kept.
public struct AdditionalTrue: JSONCodable, Equatable {
  public let name: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(name: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.name = name
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AdditionalTrue? {
    guard try json.beginObject() else { return nil }
    var name: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return AdditionalTrue(name: name, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.members(self.additionalProperties, besides: "name")
    json.endObject()
  }
}

/// Others are integers.
public struct AdditionalSchema: JSONCodable, Equatable {
  public let name: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<Int>

  public init(name: String? = nil, additionalProperties: JSONObject<Int> = [:]) {
    self.name = name
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AdditionalSchema? {
    guard try json.beginObject() else { return nil }
    var name: String?
    var additionalProperties = JSONObject<Int>()
    var keys = json.keys("name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return AdditionalSchema(name: name, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.members(self.additionalProperties, besides: "name")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.each("", self.additionalProperties) { check, item in
      check.range("", item, max: 5)
    }
  }
}

/// Nothing but others.
public struct MapOfIntegers: JSONCodable, Equatable {
  public let map: JSONObject<Int>?

  public init(map: JSONObject<Int>? = nil) {
    self.map = map
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MapOfIntegers? {
    guard try json.beginObject() else { return nil }
    var map: JSONObject<Int>?
    var keys = json.keys("map")
    while let key = try json.next(&keys) {
      switch key {
      case 0:
        try json.items("map", &map, min: 1, max: 2) { check, item in
          check.range("", item, min: 1)
        }
      default: try json.skip()
      }
    }
    return MapOfIntegers(map: map)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("map", self.map)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.members("map", self.map?.count, min: 1, max: 2)
    check.each("map", self.map) { check, item in
      check.range("", item, min: 1)
    }
  }
}

/// Nothing but others, each of them a record.
public struct MapOfRecords: JSONCodable, Equatable {
  public let map: JSONObject<MapOfRecordsMapValue>?

  public init(map: JSONObject<MapOfRecordsMapValue>? = nil) {
    self.map = map
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MapOfRecords? {
    guard try json.beginObject() else { return nil }
    var map: JSONObject<MapOfRecordsMapValue>?
    var keys = json.keys("map")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("map", &map)
      default: try json.skip()
      }
    }
    return MapOfRecords(map: map)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("map", self.map)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("map", self.map)
  }
}

public struct MapOfRecordsMapValue: JSONCodable, Equatable {
  public let a: Int

  public init(a: Int) {
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MapOfRecordsMapValue? {
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
    return MapOfRecordsMapValue(a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.endObject()
  }
}

/// By the shape of their names.
public struct PatternProperties: JSONCodable, Equatable {
  public let name: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(name: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.name = name
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PatternProperties? {
    guard try json.satisfies(Schemas.program, 0) else { return nil }
    guard try json.beginObject() else { return nil }
    var name: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return PatternProperties(name: name, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.members(self.additionalProperties, besides: "name")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 0)
  }
}

/// A property that a pattern is about as well.
public struct PatternAndProperty: JSONCodable, Equatable {
  public let xA: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(xA: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.xA = xA
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PatternAndProperty? {
    guard try json.satisfies(Schemas.program, 4) else { return nil }
    guard try json.beginObject() else { return nil }
    var xA: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("x-a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("x-a", &xA)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return PatternAndProperty(xA: xA, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("x-a", self.xA)
    json.members(self.additionalProperties, besides: "x-a")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 4)
  }
}

/// Names are short.
public struct PropertyNames: JSONCodable, Equatable {
  public let map: JSONObject<JSONValue>?

  public init(map: JSONObject<JSONValue>? = nil) {
    self.map = map
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PropertyNames? {
    guard try json.beginObject() else { return nil }
    var map: JSONObject<JSONValue>?
    var keys = json.keys("map")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("map", &map, Schemas.program, 7)
      default: try json.skip()
      }
    }
    return PropertyNames(map: map)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("map", self.map)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("map", self.map, Schemas.program, 7)
  }
}

/// Two at least.
public struct MinProperties: JSONCodable, Equatable {
  public let a: Int?
  public let b: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(a: Int? = nil, b: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.a = a
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MinProperties? {
    guard try json.satisfies(Schemas.program, 9) else { return nil }
    guard try json.beginObject() else { return nil }
    var a: Int?
    var b: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("a,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("b", &b)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return MinProperties(a: a, b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "a", "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 9)
  }
}

/// One at most.
public struct MaxProperties: JSONCodable, Equatable {
  public let a: Int?
  public let b: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(a: Int? = nil, b: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.a = a
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MaxProperties? {
    guard try json.satisfies(Schemas.program, 12) else { return nil }
    guard try json.beginObject() else { return nil }
    var a: Int?
    var b: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("a,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("b", &b)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return MaxProperties(a: a, b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "a", "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 12)
  }
}

/// A card needs an address.
public struct DependentRequired: JSONCodable, Equatable {
  public let card: String?
  public let address: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(card: String? = nil, address: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.card = card
    self.address = address
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DependentRequired? {
    guard try json.satisfies(Schemas.program, 15) else { return nil }
    guard try json.beginObject() else { return nil }
    var card: String?
    var address: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("card,address")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("card", &card)
      case 1: try json.field("address", &address)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return DependentRequired(card: card, address: address, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("card", self.card)
    json.field("address", self.address)
    json.members(self.additionalProperties, besides: "card", "address")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 15)
  }
}

/// A card needs a long address.
public struct DependentSchemas: JSONCodable, Equatable {
  public let card: String?
  public let address: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(card: String? = nil, address: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.card = card
    self.address = address
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DependentSchemas? {
    guard try json.satisfies(Schemas.program, 18) else { return nil }
    guard try json.beginObject() else { return nil }
    var card: String?
    var address: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("card,address")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("card", &card)
      case 1: try json.field("address", &address)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return DependentSchemas(card: card, address: address, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("card", self.card)
    json.field("address", self.address)
    json.members(self.additionalProperties, besides: "card", "address")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 18)
  }
}

/// Closed over all its parts.
public struct UnevaluatedFalse: JSONCodable, Equatable {
  public let b: String?
  public let a: String?

  public init(b: String? = nil, a: String? = nil) {
    self.b = b
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> UnevaluatedFalse? {
    guard try json.beginObject() else { return nil }
    var b: String?
    var a: String?
    var keys = json.keys("b,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("a", &a)
      default: try json.unknownField(json.unknownKey, known: "b, a", rule: "unevaluatedProperties")
      }
    }
    return UnevaluatedFalse(b: b, a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("a", self.a)
    json.endObject()
  }
}

/// Others are integers.
public struct UnevaluatedSchema: JSONCodable, Equatable {
  public let a: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<Int>

  public init(a: String? = nil, additionalProperties: JSONObject<Int> = [:]) {
    self.a = a
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> UnevaluatedSchema? {
    guard try json.satisfies(Schemas.program, 23) else { return nil }
    guard try json.beginObject() else { return nil }
    var a: String?
    var additionalProperties = JSONObject<Int>()
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return UnevaluatedSchema(a: a, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.members(self.additionalProperties, besides: "a")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 23)
  }
}

/// A response has its id.
public struct ReadOnly: JSONCodable, Equatable {
  public let id: String
  public let name: String

  public init(id: String, name: String) {
    self.id = id
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ReadOnly? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: String?
    var name: String?
    var keys = json.keys("id,name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("name", &name)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(name, "name", since: mark)
    guard let id, let name else { return nil }
    return ReadOnly(id: id, name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("name", self.name)
    json.endObject()
  }
}

/// A response has no password.
public struct WriteOnly: JSONCodable, Equatable {
  public let name: String

  public init(name: String) {
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> WriteOnly? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var keys = json.keys("name,password")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1...: try json.skip()
      default: try json.skip()
      }
    }
    json.require(name, "name", since: mark)
    guard let name else { return nil }
    return WriteOnly(name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.endObject()
  }
}

/// One of its properties will go.
public struct Deprecated: JSONCodable, Equatable {
  @available(*, deprecated)
  public var old: String? { _old }
  let _old: String?
  public let new: String?

  public init(old: String? = nil, new: String? = nil) {
    self._old = old
    self.new = new
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Deprecated? {
    guard try json.beginObject() else { return nil }
    var old: String?
    var new: String?
    var keys = json.keys("old,new")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("old", &old)
      case 1: try json.field("new", &new)
      default: try json.skip()
      }
    }
    return Deprecated(old: old, new: new)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("old", self._old)
    json.field("new", self.new)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("old", self._old, max: 3)
  }
}

/// What is absent is a whole value.
public struct DefaultRecord: JSONCodable, Equatable {
  public let size: DefaultRecordSize

  public init(size: DefaultRecordSize = DefaultRecordSize(width: 3, unit: DefaultRecordSizeUnit.mm)) {
    self.size = size
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DefaultRecord? {
    guard try json.beginObject() else { return nil }
    var size: DefaultRecordSize?
    var keys = json.keys("size")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("size", &size)
      default: try json.skip()
      }
    }
    return DefaultRecord(size: size ?? DefaultRecordSize(width: 3, unit: DefaultRecordSizeUnit.mm))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("size", self.size)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("size", self.size)
  }
}

public struct DefaultRecordSize: JSONCodable, Equatable {
  public let width: Int
  public let unit: DefaultRecordSizeUnit?

  public init(width: Int, unit: DefaultRecordSizeUnit? = nil) {
    self.width = width
    self.unit = unit
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DefaultRecordSize? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var width: Int?
    var unit: DefaultRecordSizeUnit?
    var keys = json.keys("width,unit")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("width", &width)
      case 1: try json.field("unit", &unit)
      default: try json.skip()
      }
    }
    json.require(width, "width", since: mark)
    guard let width else { return nil }
    return DefaultRecordSize(width: width, unit: unit)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("width", self.width)
    json.field("unit", self.unit)
    json.endObject()
  }
}

public enum DefaultRecordSizeUnit: StringEnum {
  case mm
  case cm

  public var rawValue: String {
    switch self {
    case .mm: "mm"
    case .cm: "cm"
    }
  }
}

/// What is absent is this, whatever its kind.
public struct DefaultOfEachKind: JSONCodable, Equatable {
  public let color: DefaultOfEachKindColor
  public let sizes: [Int]
  public let limits: JSONObject<Int>
  public let price: ExactDecimal
  public let id: Uuid
  public let since: Timestamp
  public let data: Base64
  public let amount: DefaultOfEachKindAmount
  public let anything: JSONValue
  public let nothing: String?

  public init(
    color: DefaultOfEachKindColor = DefaultOfEachKindColor.green,
    sizes: [Int] = [1, 2],
    limits: JSONObject<Int> = ["day": 3],
    price: ExactDecimal = ExactDecimal(scaled: 15, exponent: -1),
    id: Uuid = Uuid(high: 112858076039510587, low: 11249198362866158621),
    since: Timestamp = Timestamp(microseconds: 1767225600000000),
    data: Base64 = Base64([104, 105]),
    amount: DefaultOfEachKindAmount = DefaultOfEachKindAmount.integer(5),
    anything: JSONValue = .object(["a": .array([.number(ExactDecimal(1)), .null, .boolean(true), .string("x")])]),
    nothing: String? = nil
  ) {
    self.color = color
    self.sizes = sizes
    self.limits = limits
    self.price = price
    self.id = id
    self.since = since
    self.data = data
    self.amount = amount
    self.anything = anything
    self.nothing = nothing
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DefaultOfEachKind? {
    guard try json.beginObject() else { return nil }
    var color: DefaultOfEachKindColor?
    var sizes: [Int]?
    var limits: JSONObject<Int>?
    var price: ExactDecimal?
    var id: Uuid?
    var since: Timestamp?
    var data: Base64?
    var amount: DefaultOfEachKindAmount?
    var anything: JSONValue?
    var nothing: String??
    var keys = json.keys("color,sizes,limits,price,id,since,data,amount,anything,nothing")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("color", &color)
      case 1: try json.field("sizes", &sizes)
      case 2: try json.field("limits", &limits)
      case 3: try json.field("price", &price)
      case 4: try json.field("id", &id)
      case 5: try json.field("since", &since)
      case 6: try json.field("data", &data)
      case 7: try json.field("amount", &amount)
      case 8: try json.field("anything", &anything, Schemas.program, 27)
      case 9: try json.field("nothing", &nothing)
      default: try json.skip()
      }
    }
    return DefaultOfEachKind(
      color: color ?? DefaultOfEachKindColor.green,
      sizes: sizes ?? [1, 2],
      limits: limits ?? ["day": 3],
      price: price ?? ExactDecimal(scaled: 15, exponent: -1),
      id: id ?? Uuid(high: 112858076039510587, low: 11249198362866158621),
      since: since ?? Timestamp(microseconds: 1767225600000000),
      data: data ?? Base64([104, 105]),
      amount: amount ?? DefaultOfEachKindAmount.integer(5),
      anything: anything ?? .object(["a": .array([.number(ExactDecimal(1)), .null, .boolean(true), .string("x")])]),
      nothing: nothing ?? nil)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("color", self.color)
    json.field("sizes", self.sizes)
    json.field("limits", self.limits)
    json.field("price", self.price, scale: 0)
    json.field("id", self.id)
    json.field("since", self.since)
    json.field("data", self.data)
    json.field("amount", self.amount)
    json.field("anything", self.anything)
    json.nullable("nothing", self.nothing)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("amount", self.amount)
    check.satisfies("anything", self.anything, Schemas.program, 27)
  }
}

public enum DefaultOfEachKindColor: StringEnum {
  case red
  case green

  public var rawValue: String {
    switch self {
    case .red: "red"
    case .green: "green"
    }
  }
}

public enum DefaultOfEachKindAmount: JSONCodable, Equatable {
  case string(String)
  case integer(Int)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DefaultOfEachKindAmount? {
    switch try json.kind() {
    case .string: return try String.decode(&json).map { .string($0) }
    case .number: return try Int.decode(&json).map { .integer($0) }
    default: return try json.refuse("type", "string, number")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .integer(let value): value.encode(&json)
    }
  }
}

/// What is not listed is held against a schema that no type stands for.
public struct CheckedRest: JSONCodable, Equatable {
  public let a: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<Int>

  public init(a: String? = nil, additionalProperties: JSONObject<Int> = [:]) {
    self.a = a
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> CheckedRest? {
    guard try json.beginObject() else { return nil }
    var a: String?
    var additionalProperties = JSONObject<Int>()
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties, Schemas.program, 28)
      }
    }
    return CheckedRest(a: a, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.members(self.additionalProperties, besides: "a")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.each("", self.additionalProperties) { check, item in
      check.satisfies("", item, Schemas.program, 28)
    }
  }
}

/// A default that its own schema refuses is not applied.
public struct BrokenDefault: JSONCodable, Equatable {
  public let page: Int?

  public init(page: Int? = nil) {
    self.page = page
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> BrokenDefault? {
    guard try json.beginObject() else { return nil }
    var page: Int?
    var keys = json.keys("page")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("page", &page)
      default: try json.skip()
      }
    }
    return BrokenDefault(page: page)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("page", self.page)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("page", self.page, min: 1)
  }
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(
    checked: """
      [{"type":64,"additionalProperties":3,"properties":{"name":2},"patternProperties":[["^x-",1]]},{"type":4},\
      {"type":16},false,{"type":64,"properties":{"x-a":6},"patternProperties":[["^x-",5]]},{"minimum":5},{"type":4},\
      {"type":64,"propertyNames":8},{"maxLength":3},{"type":64,"minProperties":2,"properties":{"a":11,"b":10}},\
      {"type":4},{"type":4},{"type":64,"maxProperties":1,"properties":{"a":14,"b":13}},{"type":4},{"type":4},\
      {"type":64,"properties":{"card":17,"address":16},"dependentRequired":{"card":["address"]}},{"type":16},\
      {"type":16},{"type":64,"properties":{"card":20,"address":19},"dependentSchemas":{"card":21}},{"type":16},\
      {"type":16},{"properties":{"address":22}},{"minLength":5},{"type":64,"unevaluatedProperties":24,"allOf":[25]},\
      {"type":4},{"type":64,"properties":{"a":26}},{"type":16},{},{"type":4,"not":29},{"const":5}]
      """)
}
