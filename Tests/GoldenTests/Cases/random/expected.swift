// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct S0: JSONCodable, Equatable {
  public let c: S0C?
  public let f: S0F
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(c: S0C? = nil, f: S0F, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.c = c
    self.f = f
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S0? {
    guard try json.satisfies(Schemas.program, 0) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: S0C?
    var f: S0F?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("c,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("f", &f)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(f, "f", since: mark)
    guard let f else { return nil }
    return S0(c: c, f: f, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("f", self.f)
    json.members(self.additionalProperties, besides: "c", "f")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 0)
  }
}

public enum S0C: JSONCodable, Equatable {
  case string(String)
  case object(S0CObject)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S0C? {
    switch try json.kind() {
    case .string: return try String.decode(&json).map { .string($0) }
    case .object: return try S0CObject.decode(&json).map { .object($0) }
    default: return try json.refuse("type", "string, object")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .object(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .string(let value):
      check.length("", value, min: 2)
      check.pattern("", value, Patterns.p0)
    case .object(let value): value.validate(&check)
    }
  }
}

public enum S0F: Int, IntegerEnum {
  case value1 = 1
  case value2 = 2
  case value3 = 3
}

public struct S0CObject: JSONCodable, Equatable {
  public let e: Bool
  public let a: Nullable<Bool>
  public let b: Int?

  public init(e: Bool, a: Nullable<Bool> = .absent, b: Int?) {
    self.e = e
    self.a = a
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S0CObject? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: Bool?
    var a: Bool??
    var b: Int??
    var keys = json.keys("e,a,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("a", &a)
      case 2: try json.field("b", &b)
      default: try json.skip()
      }
    }
    json.require(e, "e", since: mark)
    json.require(b, "b", since: mark)
    guard let e, let b else {
      Self.validate(&json.violations, b ?? nil)
      return nil
    }
    return S0CObject(e: e, a: Nullable(read: a), b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.nullable("a", self.a)
    json.nullable("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.b)
  }

  private static func validate(_ check: inout Violations, _ b: Int?) {
    check.range("b", b, max: 7)
    check.format("b", b, .int32)
  }
}

public struct S1: JSONCodable, Equatable {
  public let c: Int
  public let d: S1D
  public let f: S1F?
  public let b: S1B?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<Double>

  public init(c: Int, d: S1D, f: S1F? = nil, b: S1B? = nil, additionalProperties: JSONObject<Double> = [:]) {
    self.c = c
    self.d = d
    self.f = f
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S1? {
    guard try json.satisfies(Schemas.program, 8) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: Int?
    var d: S1D?
    var f: S1F?
    var b: S1B?
    var additionalProperties = JSONObject<Double>()
    var keys = json.keys("c,d,f,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("d", &d)
      case 2: try json.field("f", &f)
      case 3: try json.field("b", &b)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(c, "c", since: mark)
    json.require(d, "d", since: mark)
    guard let c, let d else { return nil }
    return S1(c: c, d: d, f: f, b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("d", self.d)
    json.field("f", self.f)
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "c", "d", "f", "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 8)
  }
}

public struct S1D: JSONCodable, Equatable {
  public let f: String?
  public let e: S1DE

  public init(f: String? = nil, e: S1DE) {
    self.f = f
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S1D? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: String?
    var e: S1DE?
    var keys = json.keys("f,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("e", &e)
      default: try json.unknownField(json.unknownKey, known: "f, e", rule: "additionalProperties")
      }
    }
    json.require(e, "e", since: mark)
    guard let e else {
      Self.validate(&json.violations, f, e)
      return nil
    }
    return S1D(f: f, e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.f, self.e)
  }

  private static func validate(_ check: inout Violations, _ f: String?, _ e: S1DE?) {
    check.length("f", f, max: 3)
    check.pattern("f", f, Patterns.p1, max: 3)
    check.value("e", e)
  }
}

public struct S1F: JSONCodable, Equatable {
  public let b: String
  public let e: JSONObject<String>
  public let c: [String]?

  public init(b: String, e: JSONObject<String>, c: [String]? = nil) {
    self.b = b
    self.e = e
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S1F? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: String?
    var e: JSONObject<String>?
    var c: [String]?
    var keys = json.keys("b,e,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1:
        try json.items("e", &e) { check, item in
          check.length("", item, max: 2)
          check.format("", item, .byte)
        }
      case 2:
        try json.items("c", &c, min: 1, max: 3) { check, item in
          check.length("", item, max: 6)
        }
      default: try json.skip()
      }
    }
    json.require(b, "b", since: mark)
    json.require(e, "e", since: mark)
    guard let b, let e else {
      Self.validate(&json.violations, e, c)
      return nil
    }
    return S1F(b: b, e: e, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("e", self.e)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.e, self.c)
  }

  private static func validate(_ check: inout Violations, _ e: JSONObject<String>?, _ c: [String]?) {
    check.each("e", e) { check, item in
      check.length("", item, max: 2)
      check.format("", item, .byte)
    }
    check.count("c", c?.count, min: 1, max: 3)
    check.each("c", c) { check, item in
      check.length("", item, max: 6)
    }
  }
}

public enum S1B: JSONCodable, Equatable {
  case integer(Int)
  case string(String)
  case array([Int])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S1B? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .string: return try String.decode(&json).map { .string($0) }
    case .array:
      return try [Int].decode(&json) { check, item in
        check.range("", item, max: 5)
        check.format("", item, .int32)
      }.map { .array($0) }
    default: return try json.refuse("type", "number, string, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .string(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .array(let value) = self {
      check.each("", value) { check, item in
        check.range("", item, max: 5)
        check.format("", item, .int32)
      }
    }
  }
}

public struct S1DE: JSONCodable, Equatable {
  public let d: Int
  public let b: String
  public let e: String?

  public init(d: Int, b: String, e: String? = nil) {
    self.d = d
    self.b = b
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S1DE? {
    guard try json.satisfies(Schemas.program, 18) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: Int?
    var b: String?
    var e: String?
    var keys = json.keys("d,b,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("b", &b)
      case 2: try json.field("e", &e)
      default: try json.unknownField(json.unknownKey, known: "d, b, e", rule: "additionalProperties")
      }
    }
    json.require(d, "d", since: mark)
    json.require(b, "b", since: mark)
    guard let d, let b else { return nil }
    return S1DE(d: d, b: b, e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("b", self.b)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 18)
  }
}

public struct S2: JSONCodable, Equatable {
  public let d: S2D
  public let e: Bool
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(d: S2D, e: Bool, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.d = d
    self.e = e
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S2? {
    guard try json.satisfies(Schemas.program, 33) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: S2D?
    var e: Bool?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("d,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("e", &e)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(d, "d", since: mark)
    json.require(e, "e", since: mark)
    guard let d, let e else { return nil }
    return S2(d: d, e: e, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("e", self.e)
    json.members(self.additionalProperties, besides: "d", "e")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 33)
  }
}

public typealias S2D = S0F

public struct S3: JSONCodable, Equatable {
  public let a: S3A?

  public init(a: S3A? = nil) {
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S3? {
    guard try json.beginObject() else { return nil }
    var a: S3A?
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: try json.skip()
      }
    }
    return S3(a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("a", self.a)
  }
}

public enum S3A: JSONCodable, Equatable {
  case object(S3AObject)
  case array([String?])
  case object2(S3AObject2)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S3A? {
    switch try json.branch(Schemas.program, 39) {
    case 0: return try S3AObject.decode(&json).map { .object($0) }
    case 1:
      return try [String?].decode(&json) { check, item in
        check.length("", item, max: 5)
      }.map { .array($0) }
    case 2: return try S3AObject2.decode(&json).map { .object2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .object(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    case .object2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 39)
    switch self {
    case .object(let value): value.validate(&check)
    case .array(let value):
      check.each("", value) { check, item in
        check.length("", item, max: 5)
      }
    case .object2(let value): value.validate(&check)
    }
  }
}

public struct S3AObject: JSONCodable, Equatable {
  public let e: S3AObjectE?
  public let f: Double
  public let b: Nullable<Bool>
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(
    e: S3AObjectE? = nil, f: Double, b: Nullable<Bool> = .absent, additionalProperties: JSONObject<JSONValue> = [:]
  ) {
    self.e = e
    self.f = f
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S3AObject? {
    guard try json.satisfies(Schemas.program, 46) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: S3AObjectE?
    var f: Double?
    var b: Bool??
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("e,f,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("f", &f)
      case 2: try json.field("b", &b)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(f, "f", since: mark)
    guard let f else { return nil }
    return S3AObject(e: e, f: f, b: Nullable(read: b), additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("f", self.f)
    json.nullable("b", self.b)
    json.members(self.additionalProperties, besides: "e", "f", "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 46)
  }
}

public struct S3AObject2: JSONCodable, Equatable {
  public let f: Bool
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(f: Bool, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.f = f
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S3AObject2? {
    guard try json.satisfies(Schemas.program, 40) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: Bool?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(f, "f", since: mark)
    guard let f else { return nil }
    return S3AObject2(f: f, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.members(self.additionalProperties, besides: "f")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 40)
  }
}

public typealias S3AObjectE = S0F

public struct S4: JSONCodable, Equatable {
  public let a: JSONObject<S4AValue>
  public let d: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(a: JSONObject<S4AValue>, d: String?, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.a = a
    self.d = d
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S4? {
    guard try json.satisfies(Schemas.program, 50) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: JSONObject<S4AValue>?
    var d: String??
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("a,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("d", &d)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(a, "a", since: mark)
    json.require(d, "d", since: mark)
    guard let a, let d else { return nil }
    return S4(a: a, d: d, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.nullable("d", self.d)
    json.members(self.additionalProperties, besides: "a", "d")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 50)
  }
}

public struct S4AValue: JSONCodable, Equatable {
  public let b: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(b: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S4AValue? {
    guard try json.satisfies(Schemas.program, 53) else { return nil }
    guard try json.beginObject() else { return nil }
    var b: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S4AValue(b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 53)
  }
}

public struct S5: JSONCodable, Equatable {
  public let e: Int?
  public let c: S5C?
  public let b: S5B

  public init(e: Int? = nil, c: S5C?, b: S5B) {
    self.e = e
    self.c = c
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S5? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: Int?
    var c: S5C??
    var b: S5B?
    var keys = json.keys("e,c,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("c", &c)
      case 2: try json.field("b", &b)
      default: try json.skip()
      }
    }
    json.require(c, "c", since: mark)
    json.require(b, "b", since: mark)
    guard let c, let b else {
      Self.validate(&json.violations, e, c ?? nil, b)
      return nil
    }
    return S5(e: e, c: c, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.nullable("c", self.c)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.e, self.c, self.b)
  }

  private static func validate(_ check: inout Violations, _ e: Int?, _ c: S5C?, _ b: S5B?) {
    check.range("e", e, min: 0, above: -3)
    check.value("c", c)
    check.value("b", b)
  }
}

public enum S5C: JSONCodable, Equatable {
  case option1(S5COption1)
  case object(S5CObject)
  case array([String])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S5C? {
    switch try json.kind() {
    case .boolean, .number: return try S5COption1.decode(&json).map { .option1($0) }
    case .object: return try S5CObject.decode(&json).map { .object($0) }
    case .array:
      return try [String].decode(&json) { check, item in
        check.length("", item, max: 3)
      }.map { .array($0) }
    default: return try json.refuse("type", "boolean, number, object, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .option1(let value): value.encode(&json)
    case .object(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .option1(let value): value.validate(&check)
    case .object(let value): value.validate(&check)
    case .array(let value):
      check.each("", value) { check, item in
        check.length("", item, max: 3)
      }
    }
  }
}

public struct S5B: JSONCodable, Equatable {
  public let e: [Double]?
  public let a: [Int]?
  public let c: S5BC?
  public let b: JSONObject<Double>?

  public init(e: [Double]? = nil, a: [Int]? = nil, c: S5BC? = nil, b: JSONObject<Double>? = nil) {
    self.e = e
    self.a = a
    self.c = c
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S5B? {
    guard try json.beginObject() else { return nil }
    var e: [Double]?
    var a: [Int]?
    var c: S5BC?
    var b: JSONObject<Double>?
    var keys = json.keys("e,a,c,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0:
        try json.items("e", &e, min: 1) { check, item in
          check.range("", item, min: -4, max: 7)
        }
      case 1:
        try json.items("a", &a, max: 1) { check, item in
          check.multiple("", item, of: 2)
        }
      case 2: try json.field("c", &c)
      case 3:
        try json.items("b", &b) { check, item in
          check.range("", item, min: 1)
        }
      default: try json.unknownField(json.unknownKey, known: "e, a, c, b", rule: "unevaluatedProperties")
      }
    }
    return S5B(e: e, a: a, c: c, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("a", self.a)
    json.field("c", self.c)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.count("e", self.e?.count, min: 1)
    check.each("e", self.e) { check, item in
      check.range("", item, min: -4, max: 7)
    }
    check.count("a", self.a?.count, max: 1)
    check.each("a", self.a) { check, item in
      check.multiple("", item, of: 2)
    }
    check.value("c", self.c)
    check.each("b", self.b) { check, item in
      check.range("", item, min: 1)
    }
  }
}

public enum S5COption1: JSONCodable, Equatable {
  case integer(Int)
  case boolean(Bool)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S5COption1? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .boolean: return try Bool.decode(&json).map { .boolean($0) }
    default: return try json.refuse("type", "number, boolean")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .boolean(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .integer(let value) = self {
      check.range("", value, above: -1)
    }
  }
}

public struct S5CObject: JSONCodable, Equatable {
  public let c: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(c: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.c = c
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S5CObject? {
    guard try json.satisfies(Schemas.program, 58) else { return nil }
    guard try json.beginObject() else { return nil }
    var c: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S5CObject(c: c, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.members(self.additionalProperties, besides: "c")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 58)
  }
}

public enum S5BC: JSONCodable, Equatable {
  case string(String)
  case integer(Int)
  case number(Double)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S5BC? {
    switch try json.branch(Schemas.program, 62) {
    case 0: return try String.decode(&json).map { .string($0) }
    case 1: return try Int.decode(&json).map { .integer($0) }
    case 2: return try Double.decode(&json).map { .number($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .integer(let value): value.encode(&json)
    case .number(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 62)
    switch self {
    case .string(let value):
      check.length("", value, max: 2)
      check.format("", value, .email)
    case .number(let value): check.range("", value, max: 2)
    default: break
    }
  }
}

public struct S6: JSONCodable, Equatable {
  public let a: String
  public let d: S6D
  public let f: S6F

  public init(a: String, d: S6D, f: S6F) {
    self.a = a
    self.d = d
    self.f = f
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S6? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: String?
    var d: S6D?
    var f: S6F?
    var keys = json.keys("a,d,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("d", &d)
      case 2: try json.field("f", &f)
      default: try json.skip()
      }
    }
    json.require(a, "a", since: mark)
    json.require(d, "d", since: mark)
    json.require(f, "f", since: mark)
    guard let a, let d, let f else {
      Self.validate(&json.violations, a, d, f)
      return nil
    }
    return S6(a: a, d: d, f: f)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("d", self.d)
    json.field("f", self.f)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.a, self.d, self.f)
  }

  private static func validate(_ check: inout Violations, _ a: String?, _ d: S6D?, _ f: S6F?) {
    check.length("a", a, min: 2)
    check.value("d", d)
    check.value("f", f)
  }
}

public struct S6D: JSONCodable, Equatable {
  public let a: Int?
  public let d: S6DD?
  public let c: S6DC?
  public let f: S6DF?

  public init(a: Int? = nil, d: S6DD? = nil, c: S6DC? = nil, f: S6DF? = nil) {
    self.a = a
    self.d = d
    self.c = c
    self.f = f
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S6D? {
    guard try json.beginObject() else { return nil }
    var a: Int?
    var d: S6DD?
    var c: S6DC?
    var f: S6DF?
    var keys = json.keys("a,d,c,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("d", &d)
      case 2: try json.field("c", &c)
      case 3: try json.field("f", &f)
      default: try json.skip()
      }
    }
    return S6D(a: a, d: d, c: c, f: f)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("d", self.d)
    json.field("c", self.c)
    json.field("f", self.f)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("d", self.d)
    check.value("c", self.c)
    check.value("f", self.f)
  }
}

public struct S6F: JSONCodable, Equatable {
  public let d: Nullable<Bool>
  public let a: Nullable<S6FA>

  public init(d: Nullable<Bool> = .absent, a: Nullable<S6FA> = .absent) {
    self.d = d
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S6F? {
    guard try json.satisfies(Schemas.program, 66) else { return nil }
    guard try json.beginObject() else { return nil }
    var d: Bool??
    var a: S6FA??
    var keys = json.keys("d,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("a", &a)
      default: try json.unknownField(json.unknownKey, known: "d, a", rule: "unevaluatedProperties")
      }
    }
    return S6F(d: Nullable(read: d), a: Nullable(read: a))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("d", self.d)
    json.nullable("a", self.a)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 66)
  }
}

public enum S6DD: JSONCodable, Equatable {
  case string(String)
  case string2(String)
  case integer(Int)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S6DD? {
    switch try json.branch(Schemas.program, 73) {
    case 0: return try String.decode(&json).map { .string($0) }
    case 1: return try String.decode(&json).map { .string2($0) }
    case 2: return try Int.decode(&json).map { .integer($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .string2(let value): value.encode(&json)
    case .integer(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 73)
    switch self {
    case .string(let value):
      check.length("", value, min: 3)
      check.format("", value, .ipv4)
    case .integer(let value):
      check.range("", value, min: -4, max: 2)
      check.multiple("", value, of: 3)
    default: break
    }
  }
}

public enum S6DC: JSONCodable, Equatable {
  case boolean(Bool)
  case integer(S6DCInteger)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S6DC? {
    switch try json.kind() {
    case .boolean: return try Bool.decode(&json).map { .boolean($0) }
    case .number: return try S6DCInteger.decode(&json).map { .integer($0) }
    default: return try json.refuse("type", "boolean, number")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .boolean(let value): value.encode(&json)
    case .integer(let value): value.encode(&json)
    }
  }
}

public enum S6DF: JSONCodable, Equatable {
  case boolean(Bool)
  case number(Double)
  case string(String)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S6DF? {
    switch try json.kind() {
    case .boolean: return try Bool.decode(&json).map { .boolean($0) }
    case .number: return try Double.decode(&json).map { .number($0) }
    case .string: return try String.decode(&json).map { .string($0) }
    default: return try json.refuse("type", "boolean, number, string")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .boolean(let value): value.encode(&json)
    case .number(let value): value.encode(&json)
    case .string(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .number(let value): check.range("", value, above: 1)
    case .string(let value): check.length("", value, max: 4)
    default: break
    }
  }
}

public enum S6FA: JSONCodable, Equatable {
  case integer(Int)
  case string(String)
  case string2(String)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S6FA? {
    switch try json.branch(Schemas.program, 77) {
    case 0: return try Int.decode(&json).map { .integer($0) }
    case 1: return try String.decode(&json).map { .string($0) }
    case 2: return try String.decode(&json).map { .string2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .string(let value): value.encode(&json)
    case .string2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 77)
    switch self {
    case .integer(let value): check.range("", value, min: 0)
    case .string(let value): check.length("", value, max: 3)
    default: break
    }
  }
}

public typealias S6DCInteger = S0F

public struct S7: JSONCodable, Equatable {
  public let a: S7A
  public let c: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<S7Value>

  public init(a: S7A, c: String? = nil, additionalProperties: JSONObject<S7Value> = [:]) {
    self.a = a
    self.c = c
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S7? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: S7A?
    var c: String?
    var additionalProperties = JSONObject<S7Value>()
    var keys = json.keys("a,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("c", &c)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(a, "a", since: mark)
    guard let a else {
      Self.validate(&json.violations, a, c, additionalProperties)
      return nil
    }
    return S7(a: a, c: c, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("c", self.c)
    json.members(self.additionalProperties, besides: "a", "c")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.a, self.c, self.additionalProperties)
  }

  private static func validate(
    _ check: inout Violations, _ a: S7A?, _ c: String?, _ additionalProperties: JSONObject<S7Value>
  ) {
    check.value("a", a)
    check.length("c", c, min: 0)
    check.value("", additionalProperties)
  }
}

public enum S7A: JSONCodable, Equatable {
  case integer(Int)
  case string(String)
  case array([Double])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S7A? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .string: return try String.decode(&json).map { .string($0) }
    case .array:
      return try [Double].decode(&json) { check, item in
        check.multiple("", item, of: ExactDecimal(2))
      }.map { .array($0) }
    default: return try json.refuse("type", "number, string, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .string(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .array(let value) = self {
      check.each("", value) { check, item in
        check.multiple("", item, of: ExactDecimal(2))
      }
    }
  }
}

public struct S7Value: JSONCodable, Equatable {
  public let c: S7ValueC?
  public let f: Int
  public let a: Int
  public let d: JSONValue
  public let b: Nullable<String>

  public init(c: S7ValueC? = nil, f: Int, a: Int, d: JSONValue, b: Nullable<String> = .absent) {
    self.c = c
    self.f = f
    self.a = a
    self.d = d
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S7Value? {
    guard try json.satisfies(Schemas.program, 84) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: S7ValueC?
    var f: Int?
    var a: Int?
    var d: JSONValue?
    var b: String??
    var keys = json.keys("c,f,a,d,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c, Schemas.program, 78)
      case 1: try json.field("f", &f)
      case 2: try json.field("a", &a)
      case 3: try json.field("d", &d, Schemas.program, 81)
      case 4: try json.field("b", &b)
      default: try json.unknownField(json.unknownKey, known: "c, f, a, d, b", rule: "unevaluatedProperties")
      }
    }
    json.require(f, "f", since: mark)
    json.require(a, "a", since: mark)
    json.require(d, "d", since: mark)
    guard let f, let a, let d else { return nil }
    return S7Value(c: c, f: f, a: a, d: d, b: Nullable(read: b))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("f", self.f)
    json.field("a", self.a)
    json.field("d", self.d)
    json.nullable("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 84)
  }
}

public typealias S7ValueC = S36B

public struct S8: JSONCodable, Equatable {
  public let c: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(c: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.c = c
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S8? {
    guard try json.satisfies(Schemas.program, 93) else { return nil }
    guard try json.beginObject() else { return nil }
    var c: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S8(c: c, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.members(self.additionalProperties, besides: "c")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 93)
  }
}

public struct S9: JSONCodable, Equatable {
  public let f: S9F?
  public let a: S9A
  public let c: Bool?

  public init(f: S9F? = nil, a: S9A, c: Bool? = nil) {
    self.f = f
    self.a = a
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S9? {
    guard try json.satisfies(Schemas.program, 97) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: S9F?
    var a: S9A?
    var c: Bool?
    var keys = json.keys("f,a,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("a", &a)
      case 2: try json.field("c", &c)
      default: try json.unknownField(json.unknownKey, known: "f, a, c", rule: "additionalProperties")
      }
    }
    json.require(a, "a", since: mark)
    guard let a else { return nil }
    return S9(f: f, a: a, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("a", self.a)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 97)
  }
}

public struct S9F: JSONCodable, Equatable {
  public let f: S9FF?
  public let a: S9FA?
  public let e: S9FE?

  public init(f: S9FF? = nil, a: S9FA? = nil, e: S9FE? = nil) {
    self.f = f
    self.a = a
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S9F? {
    guard try json.satisfies(Schemas.program, 107) else { return nil }
    guard try json.beginObject() else { return nil }
    var f: S9FF?
    var a: S9FA?
    var e: S9FE?
    var keys = json.keys("f,a,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("a", &a)
      case 2: try json.field("e", &e)
      default: try json.unknownField(json.unknownKey, known: "f, a, e", rule: "additionalProperties")
      }
    }
    return S9F(f: f, a: a, e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("a", self.a)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 107)
  }
}

public struct S9A: JSONCodable, Equatable {
  public let b: S9AB?
  public let a: S9AA
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(b: S9AB? = nil, a: S9AA, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.b = b
    self.a = a
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S9A? {
    guard try json.satisfies(Schemas.program, 99) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: S9AB?
    var a: S9AA?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("b,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("a", &a)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(a, "a", since: mark)
    guard let a else { return nil }
    return S9A(b: b, a: a, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("a", self.a)
    json.members(self.additionalProperties, besides: "b", "a")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 99)
  }
}

public enum S9FF: JSONCodable, Equatable {
  case string(String)
  case integer(Int)
  case integer2(Int)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S9FF? {
    switch try json.branch(Schemas.program, 132) {
    case 0: return try String.decode(&json).map { .string($0) }
    case 1: return try Int.decode(&json).map { .integer($0) }
    case 2: return try Int.decode(&json).map { .integer2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .integer(let value): value.encode(&json)
    case .integer2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 132)
    switch self {
    case .string(let value):
      check.length("", value, max: 5)
      check.pattern("", value, Patterns.p1, max: 5)
    case .integer(let value): check.range("", value, min: -1)
    case .integer2(let value):
      check.range("", value, min: 3)
      check.multiple("", value, of: 2)
    }
  }
}

public struct S9FA: JSONCodable, Equatable {
  public let f: String
  public let b: Int?
  public let c: Int?

  public init(f: String, b: Int?, c: Int? = nil) {
    self.f = f
    self.b = b
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S9FA? {
    guard try json.satisfies(Schemas.program, 114) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: String?
    var b: Int??
    var c: Int?
    var keys = json.keys("f,b,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("b", &b)
      case 2: try json.field("c", &c)
      default: try json.unknownField(json.unknownKey, known: "f, b, c", rule: "additionalProperties")
      }
    }
    json.require(f, "f", since: mark)
    json.require(b, "b", since: mark)
    guard let f, let b else { return nil }
    return S9FA(f: f, b: b, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.nullable("b", self.b)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 114)
  }
}

public struct S9FE: JSONCodable, Equatable {
  public let d: Int
  public let f: S9FEF
  public let b: Bool?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(d: Int, f: S9FEF, b: Bool? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.d = d
    self.f = f
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S9FE? {
    guard try json.satisfies(Schemas.program, 108) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: Int?
    var f: S9FEF?
    var b: Bool?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("d,f,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("f", &f)
      case 2: try json.field("b", &b)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(d, "d", since: mark)
    json.require(f, "f", since: mark)
    guard let d, let f else { return nil }
    return S9FE(d: d, f: f, b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("f", self.f)
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "d", "f", "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 108)
  }
}

public struct S9AB: JSONCodable, Equatable {
  public let a: String

  public init(a: String) {
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S9AB? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: String?
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: try json.skip()
      }
    }
    json.require(a, "a", since: mark)
    guard let a else { return nil }
    return S9AB(a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("a", self.a, .ipv4)
  }
}

public struct S9AA: JSONCodable, Equatable {
  public let b: S9AAB?
  public let e: String
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<Int>

  public init(b: S9AAB? = nil, e: String, additionalProperties: JSONObject<Int> = [:]) {
    self.b = b
    self.e = e
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S9AA? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: S9AAB?
    var e: String?
    var additionalProperties = JSONObject<Int>()
    var keys = json.keys("b,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("e", &e)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(e, "e", since: mark)
    guard let e else {
      Self.validate(&json.violations, additionalProperties)
      return nil
    }
    return S9AA(b: b, e: e, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("e", self.e)
    json.members(self.additionalProperties, besides: "b", "e")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.additionalProperties)
  }

  private static func validate(_ check: inout Violations, _ additionalProperties: JSONObject<Int>) {
    check.each("", additionalProperties) { check, item in
      check.range("", item, above: 0)
      check.multiple("", item, of: 2)
    }
  }
}

public typealias S9FEF = S36B

public typealias S9AAB = S36B

public struct S10: JSONCodable, Equatable {
  public let e: Int
  public let c: S3?
  public let a: String?
  public let f: [[Int]]?

  public init(e: Int, c: S3? = nil, a: String? = nil, f: [[Int]]? = nil) {
    self.e = e
    self.c = c
    self.a = a
    self.f = f
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S10? {
    guard try json.satisfies(Schemas.program, 133) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: Int?
    var c: S3?
    var a: String?
    var f: [[Int]]?
    var keys = json.keys("e,c,a,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("c", &c)
      case 2: try json.field("a", &a)
      case 3:
        try json.items("f", &f) { check, item in
          check.count("", item.count, min: 0, max: 2)
          check.each("", item) { check, item in
            check.range("", item, max: 8)
          }
        }
      default: try json.unknownField(json.unknownKey, known: "e, c, a, f", rule: "additionalProperties")
      }
    }
    json.require(e, "e", since: mark)
    guard let e else { return nil }
    return S10(e: e, c: c, a: a, f: f)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("c", self.c)
    json.field("a", self.a)
    json.field("f", self.f)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 133)
  }
}

public struct S11: JSONCodable, Equatable {
  public let d: S11D?
  public let b: S11B

  public init(d: S11D? = nil, b: S11B) {
    self.d = d
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S11? {
    guard try json.satisfies(Schemas.program, 143) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: S11D?
    var b: S11B?
    var keys = json.keys("d,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("b", &b)
      default: try json.unknownField(json.unknownKey, known: "d, b", rule: "additionalProperties")
      }
    }
    json.require(b, "b", since: mark)
    guard let b else { return nil }
    return S11(d: d, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 143)
  }
}

public struct S11D: JSONCodable, Equatable {
  public let a: S11DA?
  public let e: [Double]

  public init(a: S11DA? = nil, e: [Double]) {
    self.a = a
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S11D? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: S11DA?
    var e: [Double]?
    var keys = json.keys("a,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1:
        try json.items("e", &e, min: 0) { check, item in
          check.range("", item, max: 3, above: 2)
        }
      default: try json.unknownField(json.unknownKey, known: "a, e", rule: "unevaluatedProperties")
      }
    }
    json.require(e, "e", since: mark)
    guard let e else {
      Self.validate(&json.violations, a, e)
      return nil
    }
    return S11D(a: a, e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.a, self.e)
  }

  private static func validate(_ check: inout Violations, _ a: S11DA?, _ e: [Double]?) {
    check.value("a", a)
    check.count("e", e?.count, min: 0)
    check.each("e", e) { check, item in
      check.range("", item, max: 3, above: 2)
    }
  }
}

public enum S11B: JSONCodable, Equatable {
  case string(String)
  case object(S11BObject)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S11B? {
    switch try json.kind() {
    case .string: return try String.decode(&json).map { .string($0) }
    case .object: return try S11BObject.decode(&json).map { .object($0) }
    default: return try json.refuse("type", "string, object")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .object(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .string(let value):
      check.length("", value, min: 0)
      check.format("", value, .dateTime)
    case .object(let value): value.validate(&check)
    }
  }
}

public struct S11DA: JSONCodable, Equatable {
  public let f: String?
  public let d: Double?
  public let a: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(f: String? = nil, d: Double? = nil, a: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.f = f
    self.d = d
    self.a = a
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S11DA? {
    guard try json.satisfies(Schemas.program, 155) else { return nil }
    guard try json.beginObject() else { return nil }
    var f: String?
    var d: Double?
    var a: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("f,d,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("d", &d)
      case 2: try json.field("a", &a)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S11DA(f: f, d: d, a: a, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("d", self.d)
    json.field("a", self.a)
    json.members(self.additionalProperties, besides: "f", "d", "a")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 155)
  }
}

public struct S11BObject: JSONCodable, Equatable {
  public let e: Double
  public let b: Int?
  public let f: Int
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(e: Double, b: Int? = nil, f: Int, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.e = e
    self.b = b
    self.f = f
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S11BObject? {
    guard try json.satisfies(Schemas.program, 145) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: Double?
    var b: Int?
    var f: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("e,b,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("b", &b)
      case 2: try json.field("f", &f)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(e, "e", since: mark)
    json.require(f, "f", since: mark)
    guard let e, let f else { return nil }
    return S11BObject(e: e, b: b, f: f, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("b", self.b)
    json.field("f", self.f)
    json.members(self.additionalProperties, besides: "e", "b", "f")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 145)
  }
}

public struct S12: JSONCodable, Equatable {
  public let a: S12A?
  public let c: [S12CItem]
  public let d: String?

  public init(a: S12A? = nil, c: [S12CItem], d: String? = nil) {
    self.a = a
    self.c = c
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S12? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: S12A?
    var c: [S12CItem]?
    var d: String?
    var keys = json.keys("a,c,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("c", &c, Schemas.program, 161)
      case 2: try json.field("d", &d)
      default: try json.skip()
      }
    }
    json.require(c, "c", since: mark)
    guard let c else {
      Self.validate(&json.violations, a, c, d)
      return nil
    }
    return S12(a: a, c: c, d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("c", self.c)
    json.field("d", self.d)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.a, self.c, self.d)
  }

  private static func validate(_ check: inout Violations, _ a: S12A?, _ c: [S12CItem]?, _ d: String?) {
    check.value("a", a)
    check.satisfies("c", c, Schemas.program, 161)
    check.pattern("d", d, Patterns.p0)
  }
}

public enum S12A: JSONCodable, Equatable {
  case object(S12AObject)
  case object2(S12AObject2)
  case object3(S12AObject3)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S12A? {
    switch try json.branch(Schemas.program, 163) {
    case 0: return try S12AObject.decode(&json).map { .object($0) }
    case 1: return try S12AObject2.decode(&json).map { .object2($0) }
    case 2: return try S12AObject3.decode(&json).map { .object3($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .object(let value): value.encode(&json)
    case .object2(let value): value.encode(&json)
    case .object3(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 163)
    switch self {
    case .object(let value): value.validate(&check)
    case .object2(let value): value.validate(&check)
    case .object3(let value): value.validate(&check)
    }
  }
}

public typealias S12CItem = S0F

public struct S12AObject: JSONCodable, Equatable {
  public let d: String

  public init(d: String) {
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S12AObject? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: String?
    var keys = json.keys("d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      default: try json.skip()
      }
    }
    json.require(d, "d", since: mark)
    guard let d else { return nil }
    return S12AObject(d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.endObject()
  }
}

public struct S12AObject2: JSONCodable, Equatable {
  public let b: Bool?
  public let d: Double

  public init(b: Bool? = nil, d: Double) {
    self.b = b
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S12AObject2? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: Bool?
    var d: Double?
    var keys = json.keys("b,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("d", &d)
      default: try json.unknownField(json.unknownKey, known: "b, d", rule: "unevaluatedProperties")
      }
    }
    json.require(d, "d", since: mark)
    guard let d else { return nil }
    return S12AObject2(b: b, d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("d", self.d)
    json.endObject()
  }
}

public struct S12AObject3: JSONCodable, Equatable {
  public let e: Double
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(e: Double, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.e = e
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S12AObject3? {
    guard try json.satisfies(Schemas.program, 164) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: Double?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(e, "e", since: mark)
    guard let e else { return nil }
    return S12AObject3(e: e, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.members(self.additionalProperties, besides: "e")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 164)
  }
}

public struct S13: JSONCodable, Equatable {
  public let c: S13C?
  public let f: S13F?
  public let d: S13D?

  public init(c: S13C? = nil, f: S13F? = nil, d: S13D? = nil) {
    self.c = c
    self.f = f
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S13? {
    guard try json.beginObject() else { return nil }
    var c: S13C?
    var f: S13F?
    var d: S13D?
    var keys = json.keys("c,f,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("f", &f)
      case 2: try json.field("d", &d)
      default: try json.unknownField(json.unknownKey, known: "c, f, d", rule: "unevaluatedProperties")
      }
    }
    return S13(c: c, f: f, d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("f", self.f)
    json.field("d", self.d)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("c", self.c)
    check.value("f", self.f)
    check.value("d", self.d)
  }
}

public struct S13C: JSONCodable, Equatable {
  public let d: S13CD
  public let e: S13CE?
  public let f: S13CF?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(d: S13CD, e: S13CE? = nil, f: S13CF? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.d = d
    self.e = e
    self.f = f
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S13C? {
    guard try json.satisfies(Schemas.program, 172) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: S13CD?
    var e: S13CE?
    var f: S13CF?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("d,e,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("e", &e)
      case 2: try json.field("f", &f)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(d, "d", since: mark)
    guard let d else { return nil }
    return S13C(d: d, e: e, f: f, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("e", self.e)
    json.field("f", self.f)
    json.members(self.additionalProperties, besides: "d", "e", "f")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 172)
  }
}

public struct S13F: JSONCodable, Equatable {
  public let d: String?
  public let b: Double?

  public init(d: String? = nil, b: Double? = nil) {
    self.d = d
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S13F? {
    guard try json.beginObject() else { return nil }
    var d: String?
    var b: Double?
    var keys = json.keys("d,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("b", &b)
      default: try json.unknownField(json.unknownKey, known: "d, b", rule: "additionalProperties")
      }
    }
    return S13F(d: d, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("d", self.d, max: 2)
    check.range("b", self.b, min: 1)
    check.multiple("b", self.b, of: ExactDecimal(scaled: 5, exponent: -1))
  }
}

public enum S13D: JSONCodable, Equatable {
  case option1(S13DOption1)
  case object(S13DObject)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S13D? {
    switch try json.kind() {
    case .boolean, .number: return try S13DOption1.decode(&json).map { .option1($0) }
    case .object: return try S13DObject.decode(&json).map { .object($0) }
    default: return try json.refuse("type", "boolean, number, object")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .option1(let value): value.encode(&json)
    case .object(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .option1(let value): value.validate(&check)
    case .object(let value): value.validate(&check)
    }
  }
}

public struct S13CD: JSONCodable, Equatable {
  public let c: Double?

  public init(c: Double? = nil) {
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S13CD? {
    guard try json.beginObject() else { return nil }
    var c: Double?
    var keys = json.keys("c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      default: try json.skip()
      }
    }
    return S13CD(c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("c", self.c, min: 0)
  }
}

public struct S13CE: JSONCodable, Equatable {
  public let a: Nullable<String>

  public init(a: Nullable<String> = .absent) {
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S13CE? {
    guard try json.beginObject() else { return nil }
    var a: String??
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: try json.skip()
      }
    }
    return S13CE(a: Nullable(read: a))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("a", self.a)
    json.endObject()
  }
}

public enum S13CF: JSONCodable, Equatable {
  case boolean(Bool)
  case boolean2(Bool)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S13CF? {
    switch try json.branch(Schemas.program, 180) {
    case 0: return try Bool.decode(&json).map { .boolean($0) }
    case 1: return try Bool.decode(&json).map { .boolean2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .boolean(let value): value.encode(&json)
    case .boolean2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 180)
  }
}

public enum S13DOption1: JSONCodable, Equatable {
  case integer(Int)
  case boolean(Bool)
  case number(Double)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S13DOption1? {
    switch try json.branch(Schemas.program, 181) {
    case 0: return try Int.decode(&json).map { .integer($0) }
    case 1: return try Bool.decode(&json).map { .boolean($0) }
    case 2: return try Double.decode(&json).map { .number($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .boolean(let value): value.encode(&json)
    case .number(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 181)
    if case .integer(let value) = self {
      check.range("", value, min: -4, max: 2)
    }
  }
}

public struct S13DObject: JSONCodable, Equatable {
  public let a: String?

  public init(a: String? = nil) {
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S13DObject? {
    guard try json.beginObject() else { return nil }
    var a: String?
    var keys = json.keys("a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      default: try json.skip()
      }
    }
    return S13DObject(a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.pattern("a", self.a, Patterns.p3)
  }
}

public struct S14: JSONCodable, Equatable {
  public let b: S14B?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(b: S14B? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S14? {
    guard try json.satisfies(Schemas.program, 185) else { return nil }
    guard try json.beginObject() else { return nil }
    var b: S14B?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S14(b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 185)
  }
}

public enum S14B: JSONCodable, Equatable {
  case number(Double)
  case object(S14BObject)
  case number2(Double)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S14B? {
    switch try json.branch(Schemas.program, 196) {
    case 0: return try Double.decode(&json).map { .number($0) }
    case 1: return try S14BObject.decode(&json).map { .object($0) }
    case 2: return try Double.decode(&json).map { .number2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .number(let value): value.encode(&json)
    case .object(let value): value.encode(&json)
    case .number2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 196)
    switch self {
    case .number(let value): check.range("", value, min: -5)
    case .object(let value): value.validate(&check)
    case .number2(let value): check.range("", value, max: 2)
    }
  }
}

public struct S14BObject: JSONCodable, Equatable {
  public let b: Int?
  public let f: Nullable<String>
  public let c: Int
  public let e: Bool?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<Int>

  public init(
    b: Int? = nil, f: Nullable<String> = .absent, c: Int, e: Bool? = nil, additionalProperties: JSONObject<Int> = [:]
  ) {
    self.b = b
    self.f = f
    self.c = c
    self.e = e
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S14BObject? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: Int?
    var f: String??
    var c: Int?
    var e: Bool?
    var additionalProperties = JSONObject<Int>()
    var keys = json.keys("b,f,c,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("f", &f)
      case 2: try json.field("c", &c)
      case 3: try json.field("e", &e)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(c, "c", since: mark)
    guard let c else {
      Self.validate(&json.violations, f ?? nil, additionalProperties)
      return nil
    }
    return S14BObject(b: b, f: Nullable(read: f), c: c, e: e, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.nullable("f", self.f)
    json.field("c", self.c)
    json.field("e", self.e)
    json.members(self.additionalProperties, besides: "b", "f", "c", "e")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.f.value, self.additionalProperties)
  }

  private static func validate(_ check: inout Violations, _ f: String?, _ additionalProperties: JSONObject<Int>) {
    check.length("f", f, min: 1)
    check.each("", additionalProperties) { check, item in
      check.range("", item, above: -2)
      check.multiple("", item, of: 3)
    }
  }
}

public struct S15: JSONCodable, Equatable {
  public let c: Nullable<Bool>
  public let e: S15E?

  public init(c: Nullable<Bool> = .absent, e: S15E? = nil) {
    self.c = c
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S15? {
    guard try json.beginObject() else { return nil }
    var c: Bool??
    var e: S15E?
    var keys = json.keys("c,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("e", &e)
      default: try json.skip()
      }
    }
    return S15(c: Nullable(read: c), e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("c", self.c)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("e", self.e)
  }
}

public enum S15E: JSONCodable, Equatable {
  case object(S15EObject)
  case boolean(Bool)
  case array([Double])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S15E? {
    switch try json.kind() {
    case .object: return try S15EObject.decode(&json).map { .object($0) }
    case .boolean: return try Bool.decode(&json).map { .boolean($0) }
    case .array: return try [Double].decode(&json, max: 1).map { .array($0) }
    default: return try json.refuse("type", "object, boolean, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .object(let value): value.encode(&json)
    case .boolean(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .object(let value): value.validate(&check)
    case .array(let value): check.count("", value.count, max: 1)
    default: break
    }
  }
}

public struct S15EObject: JSONCodable, Equatable {
  public let f: Double?
  public let a: Int?
  public let d: Double?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(f: Double? = nil, a: Int? = nil, d: Double? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.f = f
    self.a = a
    self.d = d
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S15EObject? {
    guard try json.satisfies(Schemas.program, 197) else { return nil }
    guard try json.beginObject() else { return nil }
    var f: Double?
    var a: Int?
    var d: Double?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("f,a,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("a", &a)
      case 2: try json.field("d", &d)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S15EObject(f: f, a: a, d: d, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("a", self.a)
    json.field("d", self.d)
    json.members(self.additionalProperties, besides: "f", "a", "d")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 197)
  }
}

public struct S16: JSONCodable, Equatable {
  public let c: Bool?
  public let a: S31?
  public let b: Int
  public let d: S16D?

  public init(c: Bool? = nil, a: S31? = nil, b: Int, d: S16D? = nil) {
    self.c = c
    self.a = a
    self.b = b
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S16? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: Bool?
    var a: S31?
    var b: Int?
    var d: S16D?
    var keys = json.keys("c,a,b,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("a", &a)
      case 2: try json.field("b", &b)
      case 3: try json.field("d", &d)
      default: try json.skip()
      }
    }
    json.require(b, "b", since: mark)
    guard let b else {
      Self.validate(&json.violations, a, b, d)
      return nil
    }
    return S16(c: c, a: a, b: b, d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("a", self.a)
    json.field("b", self.b)
    json.field("d", self.d)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.a, self.b, self.d)
  }

  private static func validate(_ check: inout Violations, _ a: S31?, _ b: Int?, _ d: S16D?) {
    check.value("a", a)
    check.range("b", b, min: -3, above: -2)
    check.format("b", b, .int32)
    check.value("d", d)
  }
}

public struct S31: JSONCodable, Equatable {
  public let f: S31F?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<S31Value>

  public init(f: S31F? = nil, additionalProperties: JSONObject<S31Value> = [:]) {
    self.f = f
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S31? {
    guard try json.beginObject() else { return nil }
    var f: S31F?
    var additionalProperties = JSONObject<S31Value>()
    var keys = json.keys("f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S31(f: f, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.members(self.additionalProperties, besides: "f")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("f", self.f)
    check.value("", self.additionalProperties)
  }
}

public enum S16D: JSONCodable, Equatable {
  case integer(Int)
  case string(String)
  case array([Int])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S16D? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .string: return try String.decode(&json).map { .string($0) }
    case .array:
      return try [Int].decode(&json) { check, item in
        check.range("", item, above: 2)
      }.map { .array($0) }
    default: return try json.refuse("type", "number, string, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .string(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .array(let value) = self {
      check.each("", value) { check, item in
        check.range("", item, above: 2)
      }
    }
  }
}

public struct S31F: JSONCodable, Equatable {
  public let a: [Int]?
  public let c: Int?

  public init(a: [Int]? = nil, c: Int? = nil) {
    self.a = a
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S31F? {
    guard try json.beginObject() else { return nil }
    var a: [Int]?
    var c: Int?
    var keys = json.keys("a,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("c", &c)
      default: try json.unknownField(json.unknownKey, known: "a, c", rule: "additionalProperties")
      }
    }
    return S31F(a: a, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.unique("a", self.a)
    check.range("c", self.c, min: -5)
  }
}

public enum S31Value: JSONCodable, Equatable {
  case object(S31ValueObject)
  case option2(S31ValueOption2)
  case object2(S31ValueObject2)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S31Value? {
    switch try json.branch(Schemas.program, 202) {
    case 0: return try S31ValueObject.decode(&json).map { .object($0) }
    case 1: return try S31ValueOption2.decode(&json).map { .option2($0) }
    case 2: return try S31ValueObject2.decode(&json).map { .object2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .object(let value): value.encode(&json)
    case .option2(let value): value.encode(&json)
    case .object2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 202)
    switch self {
    case .object(let value): value.validate(&check)
    case .option2(let value): value.validate(&check)
    case .object2(let value): value.validate(&check)
    }
  }
}

public struct S31ValueObject: JSONCodable, Equatable {
  public let f: Int?

  public init(f: Int? = nil) {
    self.f = f
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S31ValueObject? {
    guard try json.beginObject() else { return nil }
    var f: Int?
    var keys = json.keys("f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      default: try json.skip()
      }
    }
    return S31ValueObject(f: f)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("f", self.f, max: 4)
    check.format("f", self.f, .int32)
  }
}

public enum S31ValueOption2: JSONCodable, Equatable {
  case string(String)
  case integer(Int)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S31ValueOption2? {
    switch try json.branch(Schemas.program, 214) {
    case 0: return try String.decode(&json).map { .string($0) }
    case 1: return try Int.decode(&json).map { .integer($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .integer(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 214)
    switch self {
    case .string(let value): check.length("", value, min: 2)
    case .integer(let value): check.range("", value, min: 2, max: 9)
    }
  }
}

public struct S31ValueObject2: JSONCodable, Equatable {
  public let d: String
  public let c: Int?
  public let a: Int?
  public let b: Double

  public init(d: String, c: Int? = nil, a: Int?, b: Double) {
    self.d = d
    self.c = c
    self.a = a
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S31ValueObject2? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: String?
    var c: Int?
    var a: Int??
    var b: Double?
    var keys = json.keys("d,c,a,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("c", &c)
      case 2: try json.field("a", &a)
      case 3: try json.field("b", &b)
      default: try json.unknownField(json.unknownKey, known: "d, c, a, b", rule: "unevaluatedProperties")
      }
    }
    json.require(d, "d", since: mark)
    json.require(a, "a", since: mark)
    json.require(b, "b", since: mark)
    guard let d, let a, let b else {
      Self.validate(&json.violations, c, a ?? nil)
      return nil
    }
    return S31ValueObject2(d: d, c: c, a: a, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("c", self.c)
    json.nullable("a", self.a)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.c, self.a)
  }

  private static func validate(_ check: inout Violations, _ c: Int?, _ a: Int?) {
    check.range("c", c, max: 7)
    check.multiple("a", a, of: 3)
  }
}

public struct S17: JSONCodable, Equatable {
  public let f: String?
  public let d: S17D
  public let e: Nullable<S17E>
  public let b: [S17BItem]

  public init(f: String? = nil, d: S17D, e: Nullable<S17E> = .absent, b: [S17BItem]) {
    self.f = f
    self.d = d
    self.e = e
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S17? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: String?
    var d: S17D?
    var e: S17E??
    var b: [S17BItem]?
    var keys = json.keys("f,d,e,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("d", &d)
      case 2: try json.field("e", &e)
      case 3: try json.field("b", &b)
      default: try json.unknownField(json.unknownKey, known: "f, d, e, b", rule: "additionalProperties")
      }
    }
    json.require(d, "d", since: mark)
    json.require(b, "b", since: mark)
    guard let d, let b else {
      Self.validate(&json.violations, f, d, e ?? nil, b)
      return nil
    }
    return S17(f: f, d: d, e: Nullable(read: e), b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("d", self.d)
    json.nullable("e", self.e)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.f, self.d, self.e.value, self.b)
  }

  private static func validate(_ check: inout Violations, _ f: String?, _ d: S17D?, _ e: S17E?, _ b: [S17BItem]?) {
    check.length("f", f, min: 0)
    check.pattern("f", f, Patterns.p3)
    check.value("d", d)
    check.value("e", e)
    check.value("b", b)
  }
}

public struct S17D: JSONCodable, Equatable {
  public let d: Int?
  public let c: S17DC

  public init(d: Int? = nil, c: S17DC) {
    self.d = d
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S17D? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: Int?
    var c: S17DC?
    var keys = json.keys("d,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("c", &c)
      default: try json.skip()
      }
    }
    json.require(c, "c", since: mark)
    guard let c else {
      Self.validate(&json.violations, d, c)
      return nil
    }
    return S17D(d: d, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.d, self.c)
  }

  private static func validate(_ check: inout Violations, _ d: Int?, _ c: S17DC?) {
    check.range("d", d, above: 2)
    check.value("c", c)
  }
}

public enum S17E: JSONCodable, Equatable {
  case number(Double)
  case array([Double])
  case object(S17EObject)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S17E? {
    switch try json.kind() {
    case .number: return try Double.decode(&json).map { .number($0) }
    case .array:
      return try [Double].decode(&json, min: 1) { check, item in
        check.range("", item, min: 3, max: 6)
      }.map { .array($0) }
    case .object: return try S17EObject.decode(&json).map { .object($0) }
    default: return try json.refuse("type", "number, array, object")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .number(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    case .object(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .number(let value): check.range("", value, max: 5)
    case .array(let value):
      check.count("", value.count, min: 1)
      check.each("", value) { check, item in
        check.range("", item, min: 3, max: 6)
      }
    case .object(let value): value.validate(&check)
    }
  }
}

public enum S17BItem: JSONCodable, Equatable {
  case integer(Int)
  case string(String)
  case array([String])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S17BItem? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .string: return try String.decode(&json).map { .string($0) }
    case .array: return try [String].decode(&json).map { .array($0) }
    default: return try json.refuse("type", "number, string, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .string(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }
}

public struct S17DC: JSONCodable, Equatable {
  public let e: Bool
  public let f: Double?
  public let d: String

  public init(e: Bool, f: Double? = nil, d: String) {
    self.e = e
    self.f = f
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S17DC? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: Bool?
    var f: Double?
    var d: String?
    var keys = json.keys("e,f,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("f", &f)
      case 2: try json.field("d", &d)
      default: try json.unknownField(json.unknownKey, known: "e, f, d", rule: "unevaluatedProperties")
      }
    }
    json.require(e, "e", since: mark)
    json.require(d, "d", since: mark)
    guard let e, let d else {
      Self.validate(&json.violations, f, d)
      return nil
    }
    return S17DC(e: e, f: f, d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("f", self.f)
    json.field("d", self.d)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.f, self.d)
  }

  private static func validate(_ check: inout Violations, _ f: Double?, _ d: String?) {
    check.range("f", f, min: -3, above: -3)
    check.length("d", d, max: 4)
    check.format("d", d, .ipv4)
  }
}

public struct S17EObject: JSONCodable, Equatable {
  public let b: Int?
  public let d: S17EObjectD
  public let a: Int?
  public let f: Int

  public init(b: Int? = nil, d: S17EObjectD, a: Int? = nil, f: Int) {
    self.b = b
    self.d = d
    self.a = a
    self.f = f
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S17EObject? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: Int?
    var d: S17EObjectD?
    var a: Int?
    var f: Int?
    var keys = json.keys("b,d,a,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("d", &d)
      case 2: try json.field("a", &a)
      case 3: try json.field("f", &f)
      default: try json.skip()
      }
    }
    json.require(d, "d", since: mark)
    json.require(f, "f", since: mark)
    guard let d, let f else {
      Self.validate(&json.violations, b, a)
      return nil
    }
    return S17EObject(b: b, d: d, a: a, f: f)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("d", self.d)
    json.field("a", self.a)
    json.field("f", self.f)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.b, self.a)
  }

  private static func validate(_ check: inout Violations, _ b: Int?, _ a: Int?) {
    check.range("b", b, above: -1)
    check.multiple("b", b, of: 2)
    check.range("a", a, min: -4, max: 6)
  }
}

public typealias S17EObjectD = S36B

public struct S18: JSONCodable, Equatable {
  public let a: S18A
  public let b: Bool?
  public let f: String?
  public let d: S18D?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(
    a: S18A, b: Bool? = nil, f: String? = nil, d: S18D? = nil, additionalProperties: JSONObject<JSONValue> = [:]
  ) {
    self.a = a
    self.b = b
    self.f = f
    self.d = d
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S18? {
    guard try json.satisfies(Schemas.program, 215) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: S18A?
    var b: Bool?
    var f: String?
    var d: S18D?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("a,b,f,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("b", &b)
      case 2: try json.field("f", &f)
      case 3: try json.field("d", &d)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(a, "a", since: mark)
    guard let a else { return nil }
    return S18(a: a, b: b, f: f, d: d, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("b", self.b)
    json.field("f", self.f)
    json.field("d", self.d)
    json.members(self.additionalProperties, besides: "a", "b", "f", "d")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 215)
  }
}

public struct S18A: JSONCodable, Equatable {
  public let c: S18AC?
  public let b: [Int]?
  public let e: S18AE
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<Bool>

  public init(c: S18AC? = nil, b: [Int]? = nil, e: S18AE, additionalProperties: JSONObject<Bool> = [:]) {
    self.c = c
    self.b = b
    self.e = e
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S18A? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: S18AC?
    var b: [Int]?
    var e: S18AE?
    var additionalProperties = JSONObject<Bool>()
    var keys = json.keys("c,b,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1:
        try json.items("b", &b, min: 2, max: 3) { check, item in
          check.range("", item, min: -2)
        }
      case 2: try json.field("e", &e)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(e, "e", since: mark)
    guard let e else {
      Self.validate(&json.violations, c, b, e)
      return nil
    }
    return S18A(c: c, b: b, e: e, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("b", self.b)
    json.field("e", self.e)
    json.members(self.additionalProperties, besides: "c", "b", "e")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.c, self.b, self.e)
  }

  private static func validate(_ check: inout Violations, _ c: S18AC?, _ b: [Int]?, _ e: S18AE?) {
    check.value("c", c)
    check.count("b", b?.count, min: 2, max: 3)
    check.unique("b", b)
    check.each("b", b) { check, item in
      check.range("", item, min: -2)
    }
    check.value("e", e)
  }
}

public struct S18D: JSONCodable, Equatable {
  public let f: JSONObject<S18DFValue>
  public let c: [Bool]?

  public init(f: JSONObject<S18DFValue>, c: [Bool]? = nil) {
    self.f = f
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S18D? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: JSONObject<S18DFValue>?
    var c: [Bool]?
    var keys = json.keys("f,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.items("c", &c, max: 1)
      default: try json.unknownField(json.unknownKey, known: "f, c", rule: "additionalProperties")
      }
    }
    json.require(f, "f", since: mark)
    guard let f else {
      Self.validate(&json.violations, c)
      return nil
    }
    return S18D(f: f, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.c)
  }

  private static func validate(_ check: inout Violations, _ c: [Bool]?) {
    check.count("c", c?.count, max: 1)
  }
}

public struct S18AC: JSONCodable, Equatable {
  public let b: Int
  public let a: String?

  public init(b: Int, a: String? = nil) {
    self.b = b
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S18AC? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: Int?
    var a: String?
    var keys = json.keys("b,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("a", &a)
      default: try json.skip()
      }
    }
    json.require(b, "b", since: mark)
    guard let b else {
      Self.validate(&json.violations, b, a)
      return nil
    }
    return S18AC(b: b, a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("a", self.a)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.b, self.a)
  }

  private static func validate(_ check: inout Violations, _ b: Int?, _ a: String?) {
    check.range("b", b, min: 2, above: -1)
    check.length("a", a, max: 4)
    check.format("a", a, .email)
  }
}

public struct S18AE: JSONCodable, Equatable {
  public let c: String?
  public let e: Int?

  public init(c: String? = nil, e: Int? = nil) {
    self.c = c
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S18AE? {
    guard try json.satisfies(Schemas.program, 225) else { return nil }
    guard try json.beginObject() else { return nil }
    var c: String?
    var e: Int?
    var keys = json.keys("c,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("e", &e)
      default: try json.unknownField(json.unknownKey, known: "c, e", rule: "additionalProperties")
      }
    }
    return S18AE(c: c, e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 225)
  }
}

public typealias S18DFValue = S0F

public struct S19: JSONCodable, Equatable {
  public let c: S19C
  public let d: [Double?]?
  public let a: [S19AItem]
  public let b: S19B

  public init(c: S19C, d: [Double?]? = nil, a: [S19AItem], b: S19B) {
    self.c = c
    self.d = d
    self.a = a
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S19? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: S19C?
    var d: [Double?]?
    var a: [S19AItem]?
    var b: S19B?
    var keys = json.keys("c,d,a,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1:
        try json.items("d", &d) { check, item in
          check.range("", item, min: 2, max: 4)
        }
      case 2: try json.field("a", &a, Schemas.program, 238)
      case 3: try json.field("b", &b)
      default: try json.unknownField(json.unknownKey, known: "c, d, a, b", rule: "additionalProperties")
      }
    }
    json.require(c, "c", since: mark)
    json.require(a, "a", since: mark)
    json.require(b, "b", since: mark)
    guard let c, let a, let b else {
      Self.validate(&json.violations, c, d, a, b)
      return nil
    }
    return S19(c: c, d: d, a: a, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("d", self.d)
    json.field("a", self.a)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.c, self.d, self.a, self.b)
  }

  private static func validate(_ check: inout Violations, _ c: S19C?, _ d: [Double?]?, _ a: [S19AItem]?, _ b: S19B?) {
    check.value("c", c)
    check.each("d", d) { check, item in
      check.range("", item, min: 2, max: 4)
    }
    check.satisfies("a", a, Schemas.program, 238)
    check.value("b", b)
  }
}

public struct S19C: JSONCodable, Equatable {
  public let b: Int?
  public let c: Bool?
  public let a: Int
  public let d: S19CD
  public let e: S19CE

  public init(b: Int? = nil, c: Bool? = nil, a: Int, d: S19CD, e: S19CE) {
    self.b = b
    self.c = c
    self.a = a
    self.d = d
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S19C? {
    guard try json.satisfies(Schemas.program, 243) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: Int?
    var c: Bool?
    var a: Int?
    var d: S19CD?
    var e: S19CE?
    var keys = json.keys("b,c,a,d,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("c", &c)
      case 2: try json.field("a", &a)
      case 3: try json.field("d", &d)
      case 4: try json.field("e", &e)
      default: try json.unknownField(json.unknownKey, known: "b, c, a, d, e", rule: "additionalProperties")
      }
    }
    json.require(a, "a", since: mark)
    json.require(d, "d", since: mark)
    json.require(e, "e", since: mark)
    guard let a, let d, let e else { return nil }
    return S19C(b: b, c: c, a: a, d: d, e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("c", self.c)
    json.field("a", self.a)
    json.field("d", self.d)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 243)
  }
}

public enum S19AItem: JSONCodable, Equatable {
  case string(String)
  case integer(Int)
  case integer2(Int)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S19AItem? {
    switch try json.branch(Schemas.program, 253) {
    case 0: return try String.decode(&json).map { .string($0) }
    case 1: return try Int.decode(&json).map { .integer($0) }
    case 2: return try Int.decode(&json).map { .integer2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .integer(let value): value.encode(&json)
    case .integer2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 253)
    switch self {
    case .integer(let value): check.range("", value, max: 4)
    case .integer2(let value): check.range("", value, min: 0)
    default: break
    }
  }
}

public struct S19B: JSONCodable, Equatable {
  public let d: S19BD
  public let e: Double?
  public let a: [Int]?
  public let c: S19BC?

  public init(d: S19BD, e: Double? = nil, a: [Int]? = nil, c: S19BC? = nil) {
    self.d = d
    self.e = e
    self.a = a
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S19B? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: S19BD?
    var e: Double?
    var a: [Int]?
    var c: S19BC?
    var keys = json.keys("d,e,a,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("e", &e)
      case 2: try json.items("a", &a, max: 1)
      case 3: try json.field("c", &c)
      default: try json.unknownField(json.unknownKey, known: "d, e, a, c", rule: "unevaluatedProperties")
      }
    }
    json.require(d, "d", since: mark)
    guard let d else {
      Self.validate(&json.violations, d, e, a, c)
      return nil
    }
    return S19B(d: d, e: e, a: a, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("e", self.e)
    json.field("a", self.a)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.d, self.e, self.a, self.c)
  }

  private static func validate(_ check: inout Violations, _ d: S19BD?, _ e: Double?, _ a: [Int]?, _ c: S19BC?) {
    check.value("d", d)
    check.range("e", e, max: 7)
    check.count("a", a?.count, max: 1)
    check.value("c", c)
  }
}

public typealias S19CD = S36B

public typealias S19CE = S0F

public struct S19BD: JSONCodable, Equatable {
  public let d: String?
  public let c: Double

  public init(d: String? = nil, c: Double) {
    self.d = d
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S19BD? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: String?
    var c: Double?
    var keys = json.keys("d,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("c", &c)
      default: try json.unknownField(json.unknownKey, known: "d, c", rule: "additionalProperties")
      }
    }
    json.require(c, "c", since: mark)
    guard let c else {
      Self.validate(&json.violations, d, c)
      return nil
    }
    return S19BD(d: d, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.d, self.c)
  }

  private static func validate(_ check: inout Violations, _ d: String?, _ c: Double?) {
    check.length("d", d, min: 0)
    check.range("c", c, min: 2, max: 8)
  }
}

public struct S19BC: JSONCodable, Equatable {
  public let c: Int
  public let a: Nullable<Double>
  public let f: String?
  public let e: String

  public init(c: Int, a: Nullable<Double> = .absent, f: String? = nil, e: String) {
    self.c = c
    self.a = a
    self.f = f
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S19BC? {
    guard try json.satisfies(Schemas.program, 254) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: Int?
    var a: Double??
    var f: String?
    var e: String?
    var keys = json.keys("c,a,f,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("a", &a)
      case 2: try json.field("f", &f)
      case 3: try json.field("e", &e)
      default: try json.unknownField(json.unknownKey, known: "c, a, f, e", rule: "additionalProperties")
      }
    }
    json.require(c, "c", since: mark)
    json.require(e, "e", since: mark)
    guard let c, let e else { return nil }
    return S19BC(c: c, a: Nullable(read: a), f: f, e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.nullable("a", self.a)
    json.field("f", self.f)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 254)
  }
}

public struct S20: JSONCodable, Equatable {
  public let c: Nullable<Int>
  public let f: S20F?
  public let a: S20A?
  public let e: S20E
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<[Bool]>

  public init(
    c: Nullable<Int> = .absent, f: S20F? = nil, a: S20A?, e: S20E, additionalProperties: JSONObject<[Bool]> = [:]
  ) {
    self.c = c
    self.f = f
    self.a = a
    self.e = e
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S20? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: Int??
    var f: S20F?
    var a: S20A??
    var e: S20E?
    var additionalProperties = JSONObject<[Bool]>()
    var keys = json.keys("c,f,a,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("f", &f)
      case 2: try json.field("a", &a)
      case 3: try json.field("e", &e)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(a, "a", since: mark)
    json.require(e, "e", since: mark)
    guard let a, let e else {
      Self.validate(&json.violations, c ?? nil, f, a ?? nil, e, additionalProperties)
      return nil
    }
    return S20(c: Nullable(read: c), f: f, a: a, e: e, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("c", self.c)
    json.field("f", self.f)
    json.nullable("a", self.a)
    json.field("e", self.e)
    json.members(self.additionalProperties, besides: "c", "f", "a", "e")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.c.value, self.f, self.a, self.e, self.additionalProperties)
  }

  private static func validate(
    _ check: inout Violations, _ c: Int?, _ f: S20F?, _ a: S20A?, _ e: S20E?, _ additionalProperties: JSONObject<[Bool]>
  ) {
    check.range("c", c, max: 4)
    check.value("f", f)
    check.value("a", a)
    check.value("e", e)
    check.each("", additionalProperties) { check, item in
      check.count("", item.count, min: 2, max: 3)
    }
  }
}

public struct S20F: JSONCodable, Equatable {
  public let b: S20FB?
  public let d: Int
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(b: S20FB? = nil, d: Int, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.b = b
    self.d = d
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S20F? {
    guard try json.satisfies(Schemas.program, 262) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: S20FB?
    var d: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("b,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("d", &d)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(d, "d", since: mark)
    guard let d else { return nil }
    return S20F(b: b, d: d, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("d", self.d)
    json.members(self.additionalProperties, besides: "b", "d")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 262)
  }
}

public enum S20A: JSONCodable, Equatable {
  case object(S20AObject)
  case integer(Int)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S20A? {
    switch try json.kind() {
    case .object: return try S20AObject.decode(&json).map { .object($0) }
    case .number: return try Int.decode(&json).map { .integer($0) }
    default: return try json.refuse("type", "object, number")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .object(let value): value.encode(&json)
    case .integer(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .object(let value): value.validate(&check)
    case .integer(let value): check.range("", value, max: 7)
    }
  }
}

public struct S20E: JSONCodable, Equatable {
  public let f: S20EF
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<S20EValue>

  public init(f: S20EF, additionalProperties: JSONObject<S20EValue> = [:]) {
    self.f = f
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S20E? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: S20EF?
    var additionalProperties = JSONObject<S20EValue>()
    var keys = json.keys("f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(f, "f", since: mark)
    guard let f else {
      Self.validate(&json.violations, f, additionalProperties)
      return nil
    }
    return S20E(f: f, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.members(self.additionalProperties, besides: "f")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.f, self.additionalProperties)
  }

  private static func validate(_ check: inout Violations, _ f: S20EF?, _ additionalProperties: JSONObject<S20EValue>) {
    check.value("f", f)
    check.value("", additionalProperties)
  }
}

public enum S20FB: JSONCodable, Equatable {
  case integer(Int)
  case string(String)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S20FB? {
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
    case .integer(let value): check.range("", value, above: -2)
    case .string(let value):
      check.length("", value, min: 3)
      check.format("", value, .ipv4)
    }
  }
}

public struct S20AObject: JSONCodable, Equatable {
  public let a: Nullable<Double>
  public let d: Bool?

  public init(a: Nullable<Double> = .absent, d: Bool? = nil) {
    self.a = a
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S20AObject? {
    guard try json.beginObject() else { return nil }
    var a: Double??
    var d: Bool?
    var keys = json.keys("a,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("d", &d)
      default: try json.unknownField(json.unknownKey, known: "a, d", rule: "additionalProperties")
      }
    }
    return S20AObject(a: Nullable(read: a), d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("a", self.a)
    json.field("d", self.d)
    json.endObject()
  }
}

public enum S20EF: JSONCodable, Equatable {
  case string(String)
  case string2(String)
  case string3(String)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S20EF? {
    switch try json.branch(Schemas.program, 268) {
    case 0: return try String.decode(&json).map { .string($0) }
    case 1: return try String.decode(&json).map { .string2($0) }
    case 2: return try String.decode(&json).map { .string3($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .string2(let value): value.encode(&json)
    case .string3(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 268)
    if case .string(let value) = self {
      check.length("", value, max: 4)
      check.format("", value, .ipv4)
    }
  }
}

public struct S20EValue: JSONCodable, Equatable {
  public let f: S20EValueF?
  public let c: String
  public let e: Int?
  public let a: Double?

  public init(f: S20EValueF? = nil, c: String, e: Int? = nil, a: Double? = nil) {
    self.f = f
    self.c = c
    self.e = e
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S20EValue? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: S20EValueF?
    var c: String?
    var e: Int?
    var a: Double?
    var keys = json.keys("f,c,e,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("c", &c)
      case 2: try json.field("e", &e)
      case 3: try json.field("a", &a)
      default: try json.skip()
      }
    }
    json.require(c, "c", since: mark)
    guard let c else {
      Self.validate(&json.violations, e, a)
      return nil
    }
    return S20EValue(f: f, c: c, e: e, a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("c", self.c)
    json.field("e", self.e)
    json.field("a", self.a)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.e, self.a)
  }

  private static func validate(_ check: inout Violations, _ e: Int?, _ a: Double?) {
    check.range("e", e, max: 7)
    check.multiple("a", a, of: ExactDecimal(scaled: 5, exponent: -1))
  }
}

public typealias S20EValueF = S36B

public struct S21: JSONCodable, Equatable {
  public let e: S21E?
  public let a: S21A
  public let f: String?
  public let b: S34?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<S21Value>

  public init(
    e: S21E? = nil, a: S21A, f: String? = nil, b: S34? = nil, additionalProperties: JSONObject<S21Value> = [:]
  ) {
    self.e = e
    self.a = a
    self.f = f
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S21? {
    guard try json.satisfies(Schemas.program, 272) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: S21E?
    var a: S21A?
    var f: String?
    var b: S34?
    var additionalProperties = JSONObject<S21Value>()
    var keys = json.keys("e,a,f,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("a", &a)
      case 2: try json.field("f", &f)
      case 3: try json.field("b", &b)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(a, "a", since: mark)
    guard let a else { return nil }
    return S21(e: e, a: a, f: f, b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("a", self.a)
    json.field("f", self.f)
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "e", "a", "f", "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 272)
  }
}

public struct S21E: JSONCodable, Equatable {
  public let d: [JSONValue]?
  public let c: S21EC?
  public let b: Int?
  public let e: JSONValue

  public init(d: [JSONValue]? = nil, c: S21EC? = nil, b: Int? = nil, e: JSONValue) {
    self.d = d
    self.c = c
    self.b = b
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S21E? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: [JSONValue]?
    var c: S21EC?
    var b: Int?
    var e: JSONValue?
    var keys = json.keys("d,c,b,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.items("d", &d, max: 2)
      case 1: try json.field("c", &c)
      case 2: try json.field("b", &b)
      case 3: try json.field("e", &e)
      default: try json.skip()
      }
    }
    json.require(e, "e", since: mark)
    guard let e else {
      Self.validate(&json.violations, d, c, b)
      return nil
    }
    return S21E(d: d, c: c, b: b, e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("c", self.c)
    json.field("b", self.b)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.d, self.c, self.b)
  }

  private static func validate(_ check: inout Violations, _ d: [JSONValue]?, _ c: S21EC?, _ b: Int?) {
    check.count("d", d?.count, max: 2)
    check.value("c", c)
    check.range("b", b, min: -5, above: 2)
  }
}

public struct S21A: JSONCodable, Equatable {
  public let a: S21AA
  public let c: S21AC
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(a: S21AA, c: S21AC, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.a = a
    self.c = c
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S21A? {
    guard try json.satisfies(Schemas.program, 298) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: S21AA?
    var c: S21AC?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("a,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("c", &c)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(a, "a", since: mark)
    json.require(c, "c", since: mark)
    guard let a, let c else { return nil }
    return S21A(a: a, c: c, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("c", self.c)
    json.members(self.additionalProperties, besides: "a", "c")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 298)
  }
}

public struct S34: JSONCodable, Equatable {
  public let d: S34D
  public let e: String
  public let a: Int
  public let b: [S34BItem]

  public init(d: S34D, e: String, a: Int, b: [S34BItem]) {
    self.d = d
    self.e = e
    self.a = a
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S34? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: S34D?
    var e: String?
    var a: Int?
    var b: [S34BItem]?
    var keys = json.keys("d,e,a,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("e", &e)
      case 2: try json.field("a", &a)
      case 3: try json.field("b", &b, Schemas.program, 275)
      default: try json.skip()
      }
    }
    json.require(d, "d", since: mark)
    json.require(e, "e", since: mark)
    json.require(a, "a", since: mark)
    json.require(b, "b", since: mark)
    guard let d, let e, let a, let b else {
      Self.validate(&json.violations, d, e, a, b)
      return nil
    }
    return S34(d: d, e: e, a: a, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("e", self.e)
    json.field("a", self.a)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.d, self.e, self.a, self.b)
  }

  private static func validate(_ check: inout Violations, _ d: S34D?, _ e: String?, _ a: Int?, _ b: [S34BItem]?) {
    check.value("d", d)
    check.length("e", e, min: 1)
    check.pattern("e", e, Patterns.p1)
    check.range("a", a, min: 0, max: 8, above: -2)
    check.multiple("a", a, of: 2)
    check.satisfies("b", b, Schemas.program, 275)
  }
}

public struct S21Value: JSONCodable, Equatable {
  public let d: S21ValueD
  public let e: Int
  public let a: S21ValueA?

  public init(d: S21ValueD, e: Int, a: S21ValueA? = nil) {
    self.d = d
    self.e = e
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S21Value? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: S21ValueD?
    var e: Int?
    var a: S21ValueA?
    var keys = json.keys("d,e,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("e", &e)
      case 2: try json.field("a", &a)
      default: try json.skip()
      }
    }
    json.require(d, "d", since: mark)
    json.require(e, "e", since: mark)
    guard let d, let e else {
      Self.validate(&json.violations, d, e, a)
      return nil
    }
    return S21Value(d: d, e: e, a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("e", self.e)
    json.field("a", self.a)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.d, self.e, self.a)
  }

  private static func validate(_ check: inout Violations, _ d: S21ValueD?, _ e: Int?, _ a: S21ValueA?) {
    check.value("d", d)
    check.range("e", e, min: -1)
    check.value("a", a)
  }
}

public struct S21EC: JSONCodable, Equatable {
  public let d: Base64
  public let f: Int

  public init(d: Base64, f: Int) {
    self.d = d
    self.f = f
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S21EC? {
    guard try json.satisfies(Schemas.program, 316) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: Base64?
    var f: Int?
    var keys = json.keys("d,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("f", &f)
      default: try json.unknownField(json.unknownKey, known: "d, f", rule: "unevaluatedProperties")
      }
    }
    json.require(d, "d", since: mark)
    json.require(f, "f", since: mark)
    guard let d, let f else { return nil }
    return S21EC(d: d, f: f)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("f", self.f)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 316)
  }
}

public struct S21AA: JSONCodable, Equatable {
  public let e: Int
  public let b: Int
  public let f: Double?

  public init(e: Int, b: Int, f: Double? = nil) {
    self.e = e
    self.b = b
    self.f = f
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S21AA? {
    guard try json.satisfies(Schemas.program, 302) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: Int?
    var b: Int?
    var f: Double?
    var keys = json.keys("e,b,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("b", &b)
      case 2: try json.field("f", &f)
      default: try json.unknownField(json.unknownKey, known: "e, b, f", rule: "additionalProperties")
      }
    }
    json.require(e, "e", since: mark)
    json.require(b, "b", since: mark)
    guard let e, let b else { return nil }
    return S21AA(e: e, b: b, f: f)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("b", self.b)
    json.field("f", self.f)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 302)
  }
}

public enum S21AC: JSONCodable, Equatable {
  case string(String)
  case string2(String)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S21AC? {
    switch try json.branch(Schemas.program, 335) {
    case 0: return try String.decode(&json).map { .string($0) }
    case 1: return try String.decode(&json).map { .string2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .string2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 335)
    if case .string2(let value) = self {
      check.length("", value, min: 2)
    }
  }
}

public struct S34D: JSONCodable, Equatable {
  public let d: JSONValue?
  public let a: JSONValue
  public let f: Bool?
  public let b: Bool?
  public let c: S34DC

  public init(d: JSONValue? = nil, a: JSONValue, f: Bool? = nil, b: Bool? = nil, c: S34DC) {
    self.d = d
    self.a = a
    self.f = f
    self.b = b
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S34D? {
    guard try json.satisfies(Schemas.program, 285) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: JSONValue?
    var a: JSONValue?
    var f: Bool?
    var b: Bool?
    var c: S34DC?
    var keys = json.keys("d,a,f,b,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d, Schemas.program, 336)
      case 1: try json.field("a", &a, Schemas.program, 337)
      case 2: try json.field("f", &f)
      case 3: try json.field("b", &b)
      case 4: try json.field("c", &c)
      default: try json.unknownField(json.unknownKey, known: "d, a, f, b, c", rule: "additionalProperties")
      }
    }
    json.require(a, "a", since: mark)
    json.require(c, "c", since: mark)
    guard let a, let c else { return nil }
    return S34D(d: d, a: a, f: f, b: b, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("a", self.a)
    json.field("f", self.f)
    json.field("b", self.b)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 285)
  }
}

public struct S34BItem: JSONCodable, Equatable {
  public let e: Bool
  public let f: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(e: Bool, f: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.e = e
    self.f = f
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S34BItem? {
    guard try json.satisfies(Schemas.program, 276) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: Bool?
    var f: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("e,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("f", &f)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(e, "e", since: mark)
    guard let e else { return nil }
    return S34BItem(e: e, f: f, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("f", self.f)
    json.members(self.additionalProperties, besides: "e", "f")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 276)
  }
}

public struct S21ValueD: JSONCodable, Equatable {
  public let b: Double?
  public let d: Double?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<String>

  public init(b: Double?, d: Double? = nil, additionalProperties: JSONObject<String> = [:]) {
    self.b = b
    self.d = d
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S21ValueD? {
    guard try json.satisfies(Schemas.program, 329) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: Double??
    var d: Double?
    var additionalProperties = JSONObject<String>()
    var keys = json.keys("b,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("d", &d)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(b, "b", since: mark)
    guard let b else { return nil }
    return S21ValueD(b: b, d: d, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("b", self.b)
    json.field("d", self.d)
    json.members(self.additionalProperties, besides: "b", "d")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 329)
  }
}

public enum S21ValueA: JSONCodable, Equatable {
  case string(String)
  case number(Double)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S21ValueA? {
    switch try json.kind() {
    case .string: return try String.decode(&json).map { .string($0) }
    case .number: return try Double.decode(&json).map { .number($0) }
    default: return try json.refuse("type", "string, number")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .number(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .string(let value): check.pattern("", value, Patterns.p2)
    case .number(let value):
      check.range("", value, max: 4)
      check.multiple("", value, of: ExactDecimal(scaled: 5, exponent: -1))
    }
  }
}

public typealias S34DC = S0F

public struct S22: JSONCodable, Equatable {
  public let a: Nullable<Bool>
  public let c: S22C?
  public let b: S22B?

  public init(a: Nullable<Bool> = .absent, c: S22C? = nil, b: S22B? = nil) {
    self.a = a
    self.c = c
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S22? {
    guard try json.beginObject() else { return nil }
    var a: Bool??
    var c: S22C?
    var b: S22B?
    var keys = json.keys("a,c,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("c", &c)
      case 2: try json.field("b", &b)
      default: try json.skip()
      }
    }
    return S22(a: Nullable(read: a), c: c, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("a", self.a)
    json.field("c", self.c)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("c", self.c)
    check.value("b", self.b)
  }
}

public struct S22C: JSONCodable, Equatable {
  public let b: S22CB
  public let f: Double?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(b: S22CB, f: Double? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.b = b
    self.f = f
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S22C? {
    guard try json.satisfies(Schemas.program, 338) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: S22CB?
    var f: Double?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("b,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("f", &f)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(b, "b", since: mark)
    guard let b else { return nil }
    return S22C(b: b, f: f, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("f", self.f)
    json.members(self.additionalProperties, besides: "b", "f")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 338)
  }
}

public struct S22B: JSONCodable, Equatable {
  public let c: [Double]?
  public let e: S22BE

  public init(c: [Double]? = nil, e: S22BE) {
    self.c = c
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S22B? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: [Double]?
    var e: S22BE?
    var keys = json.keys("c,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0:
        try json.items("c", &c) { check, item in
          check.multiple("", item, of: ExactDecimal(3))
        }
      case 1: try json.field("e", &e)
      default: try json.skip()
      }
    }
    json.require(e, "e", since: mark)
    guard let e else {
      Self.validate(&json.violations, c, e)
      return nil
    }
    return S22B(c: c, e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.c, self.e)
  }

  private static func validate(_ check: inout Violations, _ c: [Double]?, _ e: S22BE?) {
    check.each("c", c) { check, item in
      check.multiple("", item, of: ExactDecimal(3))
    }
    check.value("e", e)
  }
}

public enum S22CB: JSONCodable, Equatable {
  case integer(Int)
  case string(String)
  case array([Double])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S22CB? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .string: return try String.decode(&json).map { .string($0) }
    case .array:
      return try [Double].decode(&json) { check, item in
        check.range("", item, min: 2)
      }.map { .array($0) }
    default: return try json.refuse("type", "number, string, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .string(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .array(let value) = self {
      check.each("", value) { check, item in
        check.range("", item, min: 2)
      }
    }
  }
}

public struct S22BE: JSONCodable, Equatable {
  public let b: Double?
  public let d: Double?
  public let c: Int

  public init(b: Double? = nil, d: Double? = nil, c: Int) {
    self.b = b
    self.d = d
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S22BE? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: Double?
    var d: Double?
    var c: Int?
    var keys = json.keys("b,d,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("d", &d)
      case 2: try json.field("c", &c)
      default: try json.skip()
      }
    }
    json.require(c, "c", since: mark)
    guard let c else { return nil }
    return S22BE(b: b, d: d, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("d", self.d)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("c", self.c, min: 2)
    check.multiple("c", self.c, of: 3)
  }
}

public struct S23: JSONCodable, Equatable {
  public let e: String?
  public let f: Nullable<Bool>
  public let b: [S23BItem]
  public let c: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<String>

  public init(
    e: String?,
    f: Nullable<Bool> = .absent,
    b: [S23BItem],
    c: String? = nil,
    additionalProperties: JSONObject<String> = [:]
  ) {
    self.e = e
    self.f = f
    self.b = b
    self.c = c
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S23? {
    guard try json.satisfies(Schemas.program, 343) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: String??
    var f: Bool??
    var b: [S23BItem]?
    var c: String?
    var additionalProperties = JSONObject<String>()
    var keys = json.keys("e,f,b,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("f", &f)
      case 2: try json.field("b", &b)
      case 3: try json.field("c", &c)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(e, "e", since: mark)
    json.require(b, "b", since: mark)
    guard let e, let b else { return nil }
    return S23(e: e, f: Nullable(read: f), b: b, c: c, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("e", self.e)
    json.nullable("f", self.f)
    json.field("b", self.b)
    json.field("c", self.c)
    json.members(self.additionalProperties, besides: "e", "f", "b", "c")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 343)
  }
}

public struct S23BItem: JSONCodable, Equatable {
  public let f: Double
  public let a: Int
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<Int>

  public init(f: Double, a: Int, additionalProperties: JSONObject<Int> = [:]) {
    self.f = f
    self.a = a
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S23BItem? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: Double?
    var a: Int?
    var additionalProperties = JSONObject<Int>()
    var keys = json.keys("f,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("a", &a)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(f, "f", since: mark)
    json.require(a, "a", since: mark)
    guard let f, let a else {
      Self.validate(&json.violations, a)
      return nil
    }
    return S23BItem(f: f, a: a, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("a", self.a)
    json.members(self.additionalProperties, besides: "f", "a")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.a)
  }

  private static func validate(_ check: inout Violations, _ a: Int?) {
    check.range("a", a, min: -5)
  }
}

public struct S24: JSONCodable, Equatable {
  public let e: Nullable<Int>
  public let f: String?
  public let a: S24A?
  public let d: S24D?

  public init(e: Nullable<Int> = .absent, f: String? = nil, a: S24A? = nil, d: S24D? = nil) {
    self.e = e
    self.f = f
    self.a = a
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S24? {
    guard try json.beginObject() else { return nil }
    var e: Int??
    var f: String?
    var a: S24A?
    var d: S24D?
    var keys = json.keys("e,f,a,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("f", &f)
      case 2: try json.field("a", &a)
      case 3: try json.field("d", &d)
      default: try json.skip()
      }
    }
    return S24(e: Nullable(read: e), f: f, a: a, d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("e", self.e)
    json.field("f", self.f)
    json.field("a", self.a)
    json.field("d", self.d)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.pattern("f", self.f, Patterns.p3)
    check.value("a", self.a)
    check.value("d", self.d)
  }
}

public struct S24A: JSONCodable, Equatable {
  public let a: S24AA?
  public let e: S24AE?
  public let f: Int?
  public let c: S24AC?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<String>

  public init(a: S24AA? = nil, e: S24AE? = nil, f: Int?, c: S24AC?, additionalProperties: JSONObject<String> = [:]) {
    self.a = a
    self.e = e
    self.f = f
    self.c = c
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S24A? {
    guard try json.satisfies(Schemas.program, 355) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: S24AA?
    var e: S24AE?
    var f: Int??
    var c: S24AC??
    var additionalProperties = JSONObject<String>()
    var keys = json.keys("a,e,f,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("e", &e)
      case 2: try json.field("f", &f)
      case 3: try json.field("c", &c)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(f, "f", since: mark)
    json.require(c, "c", since: mark)
    guard let f, let c else { return nil }
    return S24A(a: a, e: e, f: f, c: c, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("e", self.e)
    json.nullable("f", self.f)
    json.nullable("c", self.c)
    json.members(self.additionalProperties, besides: "a", "e", "f", "c")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 355)
  }
}

public struct S24D: JSONCodable, Equatable {
  public let c: S24DC?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(c: S24DC? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.c = c
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S24D? {
    guard try json.satisfies(Schemas.program, 365) else { return nil }
    guard try json.beginObject() else { return nil }
    var c: S24DC?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S24D(c: c, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.members(self.additionalProperties, besides: "c")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 365)
  }
}

public struct S24AA: JSONCodable, Equatable {
  public let c: Double
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(c: Double, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.c = c
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S24AA? {
    guard try json.satisfies(Schemas.program, 362) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: Double?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(c, "c", since: mark)
    guard let c else { return nil }
    return S24AA(c: c, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.members(self.additionalProperties, besides: "c")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 362)
  }
}

public typealias S24AE = S0F

public enum S24AC: JSONCodable, Equatable {
  case integer(Int)
  case number(Double)
  case integer2(Int)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S24AC? {
    switch try json.branch(Schemas.program, 373) {
    case 0: return try Int.decode(&json).map { .integer($0) }
    case 1: return try Double.decode(&json).map { .number($0) }
    case 2: return try Int.decode(&json).map { .integer2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .number(let value): value.encode(&json)
    case .integer2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 373)
    switch self {
    case .integer(let value): check.range("", value, max: 2, above: -3)
    case .integer2(let value): check.range("", value, max: 5)
    default: break
    }
  }
}

public struct S24DC: JSONCodable, Equatable {
  public let a: Int?
  public let c: Double
  public let b: S24DCB?
  public let e: Int

  public init(a: Int? = nil, c: Double, b: S24DCB? = nil, e: Int) {
    self.a = a
    self.c = c
    self.b = b
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S24DC? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: Int?
    var c: Double?
    var b: S24DCB?
    var e: Int?
    var keys = json.keys("a,c,b,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("c", &c)
      case 2: try json.field("b", &b)
      case 3: try json.field("e", &e)
      default: try json.unknownField(json.unknownKey, known: "a, c, b, e", rule: "additionalProperties")
      }
    }
    json.require(c, "c", since: mark)
    json.require(e, "e", since: mark)
    guard let c, let e else {
      Self.validate(&json.violations, a, e)
      return nil
    }
    return S24DC(a: a, c: c, b: b, e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("c", self.c)
    json.field("b", self.b)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.a, self.e)
  }

  private static func validate(_ check: inout Violations, _ a: Int?, _ e: Int?) {
    check.range("a", a, max: 8)
    check.multiple("e", e, of: 3)
  }
}

public typealias S24DCB = S36B

public struct S25: JSONCodable, Equatable {
  public let a: String?
  public let e: Bool?
  public let f: S25F?

  public init(a: String? = nil, e: Bool? = nil, f: S25F? = nil) {
    self.a = a
    self.e = e
    self.f = f
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S25? {
    guard try json.beginObject() else { return nil }
    var a: String?
    var e: Bool?
    var f: S25F?
    var keys = json.keys("a,e,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("e", &e)
      case 2: try json.field("f", &f)
      default: try json.skip()
      }
    }
    return S25(a: a, e: e, f: f)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("e", self.e)
    json.field("f", self.f)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("a", self.a, max: 2)
    check.value("f", self.f)
  }
}

public struct S25F: JSONCodable, Equatable {
  public let b: S25FB
  public let c: [JSONValue]?
  public let f: Int?
  public let d: [String]
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(
    b: S25FB, c: [JSONValue]? = nil, f: Int? = nil, d: [String], additionalProperties: JSONObject<JSONValue> = [:]
  ) {
    self.b = b
    self.c = c
    self.f = f
    self.d = d
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S25F? {
    guard try json.satisfies(Schemas.program, 375) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: S25FB?
    var c: [JSONValue]?
    var f: Int?
    var d: [String]?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("b,c,f,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("c", &c, Schemas.program, 374)
      case 2: try json.field("f", &f)
      case 3: try json.field("d", &d)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(b, "b", since: mark)
    json.require(d, "d", since: mark)
    guard let b, let d else { return nil }
    return S25F(b: b, c: c, f: f, d: d, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("c", self.c)
    json.field("f", self.f)
    json.field("d", self.d)
    json.members(self.additionalProperties, besides: "b", "c", "f", "d")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 375)
  }
}

public struct S25FB: JSONCodable, Equatable {
  public let d: Double?

  public init(d: Double? = nil) {
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S25FB? {
    guard try json.beginObject() else { return nil }
    var d: Double?
    var keys = json.keys("d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      default: try json.unknownField(json.unknownKey, known: "d", rule: "additionalProperties")
      }
    }
    return S25FB(d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("d", self.d, max: 8)
  }
}

public struct S26: JSONCodable, Equatable {
  public let e: [JSONValue]?
  public let d: Int
  public let f: JSONValue?

  public init(e: [JSONValue]? = nil, d: Int, f: JSONValue? = nil) {
    self.e = e
    self.d = d
    self.f = f
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S26? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: [JSONValue]?
    var d: Int?
    var f: JSONValue?
    var keys = json.keys("e,d,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.items("e", &e, max: 2)
      case 1: try json.field("d", &d)
      case 2: try json.field("f", &f)
      default: try json.skip()
      }
    }
    json.require(d, "d", since: mark)
    guard let d else {
      Self.validate(&json.violations, e, d)
      return nil
    }
    return S26(e: e, d: d, f: f)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("d", self.d)
    json.field("f", self.f)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.e, self.d)
  }

  private static func validate(_ check: inout Violations, _ e: [JSONValue]?, _ d: Int?) {
    check.count("e", e?.count, max: 2)
    check.range("d", d, max: 5)
    check.multiple("d", d, of: 2)
  }
}

public struct S27: JSONCodable, Equatable {
  public let d: Int?
  public let c: S27C
  public let a: S27A
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(d: Int? = nil, c: S27C, a: S27A, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.d = d
    self.c = c
    self.a = a
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S27? {
    guard try json.satisfies(Schemas.program, 384) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: Int?
    var c: S27C?
    var a: S27A?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("d,c,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("c", &c)
      case 2: try json.field("a", &a)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(c, "c", since: mark)
    json.require(a, "a", since: mark)
    guard let c, let a else { return nil }
    return S27(d: d, c: c, a: a, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("c", self.c)
    json.field("a", self.a)
    json.members(self.additionalProperties, besides: "d", "c", "a")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 384)
  }
}

public struct S27C: JSONCodable, Equatable {
  public let d: [Int]
  public let a: S27CA?
  public let f: Nullable<Bool>
  public let c: Int

  public init(d: [Int], a: S27CA? = nil, f: Nullable<Bool> = .absent, c: Int) {
    self.d = d
    self.a = a
    self.f = f
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S27C? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: [Int]?
    var a: S27CA?
    var f: Bool??
    var c: Int?
    var keys = json.keys("d,a,f,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0:
        try json.items("d", &d, min: 0) { check, item in
          check.range("", item, max: 7)
        }
      case 1: try json.field("a", &a)
      case 2: try json.field("f", &f)
      case 3: try json.field("c", &c)
      default: try json.skip()
      }
    }
    json.require(d, "d", since: mark)
    json.require(c, "c", since: mark)
    guard let d, let c else {
      Self.validate(&json.violations, d, a, c)
      return nil
    }
    return S27C(d: d, a: a, f: Nullable(read: f), c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("a", self.a)
    json.nullable("f", self.f)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.d, self.a, self.c)
  }

  private static func validate(_ check: inout Violations, _ d: [Int]?, _ a: S27CA?, _ c: Int?) {
    check.count("d", d?.count, min: 0)
    check.each("d", d) { check, item in
      check.range("", item, max: 7)
    }
    check.value("a", a)
    check.range("c", c, max: 6)
  }
}

public enum S27A: JSONCodable, Equatable {
  case integer(Int)
  case integer2(Int)
  case array([S27AArrayItem])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S27A? {
    switch try json.branch(Schemas.program, 401) {
    case 0: return try Int.decode(&json).map { .integer($0) }
    case 1: return try Int.decode(&json).map { .integer2($0) }
    case 2: return try [S27AArrayItem].decode(&json).map { .array($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .integer2(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 401)
    switch self {
    case .integer(let value): check.range("", value, min: 3, above: 2)
    case .integer2(let value):
      check.range("", value, min: -1)
      check.multiple("", value, of: 3)
    case .array(let value): check.satisfies("", value, Schemas.program, 386)
    }
  }
}

public struct S27CA: JSONCodable, Equatable {
  public let f: Bool
  public let c: S27CAC?
  public let e: S27CAE
  public let d: String?

  public init(f: Bool, c: S27CAC? = nil, e: S27CAE, d: String? = nil) {
    self.f = f
    self.c = c
    self.e = e
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S27CA? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: Bool?
    var c: S27CAC?
    var e: S27CAE?
    var d: String?
    var keys = json.keys("f,c,e,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("c", &c)
      case 2: try json.field("e", &e)
      case 3: try json.field("d", &d)
      default: try json.skip()
      }
    }
    json.require(f, "f", since: mark)
    json.require(e, "e", since: mark)
    guard let f, let e else {
      Self.validate(&json.violations, d)
      return nil
    }
    return S27CA(f: f, c: c, e: e, d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("c", self.c)
    json.field("e", self.e)
    json.field("d", self.d)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.d)
  }

  private static func validate(_ check: inout Violations, _ d: String?) {
    check.length("d", d, min: 1)
  }
}

public typealias S27AArrayItem = S0F

public typealias S27CAC = S0F

public typealias S27CAE = S0F

public struct S28: JSONCodable, Equatable {
  public let f: [Int?]?
  public let c: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(f: [Int?]? = nil, c: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.f = f
    self.c = c
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S28? {
    guard try json.satisfies(Schemas.program, 402) else { return nil }
    guard try json.beginObject() else { return nil }
    var f: [Int?]?
    var c: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("f,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0:
        try json.items("f", &f, max: 3) { check, item in
          check.range("", item, min: -1, above: -1)
        }
      case 1: try json.field("c", &c)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S28(f: f, c: c, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("c", self.c)
    json.members(self.additionalProperties, besides: "f", "c")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 402)
  }
}

public struct S29: JSONCodable, Equatable {
  public let d: String
  public let a: Int?
  public let f: String

  public init(d: String, a: Int? = nil, f: String) {
    self.d = d
    self.a = a
    self.f = f
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S29? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: String?
    var a: Int?
    var f: String?
    var keys = json.keys("d,a,f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("a", &a)
      case 2: try json.field("f", &f)
      default: try json.skip()
      }
    }
    json.require(d, "d", since: mark)
    json.require(f, "f", since: mark)
    guard let d, let f else {
      Self.validate(&json.violations, d, a, f)
      return nil
    }
    return S29(d: d, a: a, f: f)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("a", self.a)
    json.field("f", self.f)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.d, self.a, self.f)
  }

  private static func validate(_ check: inout Violations, _ d: String?, _ a: Int?, _ f: String?) {
    check.pattern("d", d, Patterns.p3)
    check.range("a", a, min: -2)
    check.length("f", f, max: 2)
  }
}

public struct S30: JSONCodable, Equatable {
  public let b: String?
  public let d: S30D?
  public let a: S30A?
  public let c: String?

  public init(b: String? = nil, d: S30D? = nil, a: S30A? = nil, c: String? = nil) {
    self.b = b
    self.d = d
    self.a = a
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S30? {
    guard try json.beginObject() else { return nil }
    var b: String?
    var d: S30D?
    var a: S30A?
    var c: String?
    var keys = json.keys("b,d,a,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("d", &d)
      case 2: try json.field("a", &a)
      case 3: try json.field("c", &c)
      default: try json.skip()
      }
    }
    return S30(b: b, d: d, a: a, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("d", self.d)
    json.field("a", self.a)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("d", self.d)
    check.value("a", self.a)
    check.length("c", self.c, min: 0)
    check.pattern("c", self.c, Patterns.p1)
  }
}

public enum S30D: JSONCodable, Equatable {
  case object(S30DObject)
  case number(Double)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S30D? {
    switch try json.kind() {
    case .object: return try S30DObject.decode(&json).map { .object($0) }
    case .number: return try Double.decode(&json).map { .number($0) }
    default: return try json.refuse("type", "object, number")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .object(let value): value.encode(&json)
    case .number(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .object(let value): value.validate(&check)
    case .number(let value): check.range("", value, min: -1)
    }
  }
}

public struct S30A: JSONCodable, Equatable {
  public let e: Bool
  public let c: JSONValue?

  public init(e: Bool, c: JSONValue? = nil) {
    self.e = e
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S30A? {
    guard try json.satisfies(Schemas.program, 410) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: Bool?
    var c: JSONValue?
    var keys = json.keys("e,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("c", &c, Schemas.program, 407)
      default: try json.unknownField(json.unknownKey, known: "e, c", rule: "additionalProperties")
      }
    }
    json.require(e, "e", since: mark)
    guard let e else { return nil }
    return S30A(e: e, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 410)
  }
}

public struct S30DObject: JSONCodable, Equatable {
  public let c: Int
  public let e: S30DObjectE?
  public let d: String?
  public let a: String?

  public init(c: Int, e: S30DObjectE? = nil, d: String? = nil, a: String? = nil) {
    self.c = c
    self.e = e
    self.d = d
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S30DObject? {
    guard try json.satisfies(Schemas.program, 419) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: Int?
    var e: S30DObjectE?
    var d: String?
    var a: String?
    var keys = json.keys("c,e,d,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("e", &e)
      case 2: try json.field("d", &d)
      case 3: try json.field("a", &a)
      default: try json.unknownField(json.unknownKey, known: "c, e, d, a", rule: "additionalProperties")
      }
    }
    json.require(c, "c", since: mark)
    guard let c else { return nil }
    return S30DObject(c: c, e: e, d: d, a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("e", self.e)
    json.field("d", self.d)
    json.field("a", self.a)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 419)
  }
}

public typealias S30DObjectE = S36B

public struct S32: JSONCodable, Equatable {
  public let a: JSONValue?
  public let d: S32D
  public let b: S32B
  public let c: [String?]?

  public init(a: JSONValue? = nil, d: S32D, b: S32B, c: [String?]? = nil) {
    self.a = a
    self.d = d
    self.b = b
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S32? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: JSONValue?
    var d: S32D?
    var b: S32B?
    var c: [String?]?
    var keys = json.keys("a,d,b,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("d", &d)
      case 2: try json.field("b", &b)
      case 3: try json.field("c", &c, Schemas.program, 431)
      default: try json.skip()
      }
    }
    json.require(d, "d", since: mark)
    json.require(b, "b", since: mark)
    guard let d, let b else {
      Self.validate(&json.violations, d, b, c)
      return nil
    }
    return S32(a: a, d: d, b: b, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("d", self.d)
    json.field("b", self.b)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.d, self.b, self.c)
  }

  private static func validate(_ check: inout Violations, _ d: S32D?, _ b: S32B?, _ c: [String?]?) {
    check.value("d", d)
    check.value("b", b)
    check.satisfies("c", c, Schemas.program, 431)
  }
}

public struct S32D: JSONCodable, Equatable {
  public let f: Int
  public let d: Int?
  public let b: String?
  public let c: Int
  public let a: Double?
  public let e: Double

  public init(f: Int, d: Int? = nil, b: String?, c: Int, a: Double? = nil, e: Double) {
    self.f = f
    self.d = d
    self.b = b
    self.c = c
    self.a = a
    self.e = e
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S32D? {
    guard try json.satisfies(Schemas.program, 434) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: Int?
    var d: Int?
    var b: String??
    var c: Int?
    var a: Double?
    var e: Double?
    var keys = json.keys("f,d,b,c,a,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("d", &d)
      case 2: try json.field("b", &b)
      case 3: try json.field("c", &c)
      case 4: try json.field("a", &a)
      case 5: try json.field("e", &e)
      default: try json.unknownField(json.unknownKey, known: "f, d, b, c, a, e", rule: "additionalProperties")
      }
    }
    json.require(f, "f", since: mark)
    json.require(b, "b", since: mark)
    json.require(c, "c", since: mark)
    json.require(e, "e", since: mark)
    guard let f, let b, let c, let e else { return nil }
    return S32D(f: f, d: d, b: b, c: c, a: a, e: e)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("d", self.d)
    json.nullable("b", self.b)
    json.field("c", self.c)
    json.field("a", self.a)
    json.field("e", self.e)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 434)
  }
}

public struct S32B: JSONCodable, Equatable {
  public let d: S32BD?
  public let e: S32BE
  public let c: Int

  public init(d: S32BD? = nil, e: S32BE, c: Int) {
    self.d = d
    self.e = e
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S32B? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: S32BD?
    var e: S32BE?
    var c: Int?
    var keys = json.keys("d,e,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("e", &e)
      case 2: try json.field("c", &c)
      default: try json.unknownField(json.unknownKey, known: "d, e, c", rule: "additionalProperties")
      }
    }
    json.require(e, "e", since: mark)
    json.require(c, "c", since: mark)
    guard let e, let c else {
      Self.validate(&json.violations, d, e)
      return nil
    }
    return S32B(d: d, e: e, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("e", self.e)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.d, self.e)
  }

  private static func validate(_ check: inout Violations, _ d: S32BD?, _ e: S32BE?) {
    check.value("d", d)
    check.value("e", e)
  }
}

public enum S32BD: JSONCodable, Equatable {
  case string(S32BDString)
  case number(Double)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S32BD? {
    switch try json.kind() {
    case .string: return try S32BDString.decode(&json).map { .string($0) }
    case .number: return try Double.decode(&json).map { .number($0) }
    default: return try json.refuse("type", "string, number")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .number(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .number(let value) = self {
      check.range("", value, max: 8)
    }
  }
}

public enum S32BE: JSONCodable, Equatable {
  case integer(Int)
  case boolean(Bool)
  case boolean2(Bool)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S32BE? {
    switch try json.branch(Schemas.program, 446) {
    case 0: return try Int.decode(&json).map { .integer($0) }
    case 1: return try Bool.decode(&json).map { .boolean($0) }
    case 2: return try Bool.decode(&json).map { .boolean2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .boolean(let value): value.encode(&json)
    case .boolean2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 446)
    if case .integer(let value) = self {
      check.range("", value, min: -2)
      check.format("", value, .int32)
    }
  }
}

public typealias S32BDString = S36B

public struct S33: JSONCodable, Equatable {
  public let f: String
  public let e: S33E
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(f: String, e: S33E, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.f = f
    self.e = e
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S33? {
    guard try json.satisfies(Schemas.program, 450) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var f: String?
    var e: S33E?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("f,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      case 1: try json.field("e", &e)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(f, "f", since: mark)
    json.require(e, "e", since: mark)
    guard let f, let e else { return nil }
    return S33(f: f, e: e, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.field("e", self.e)
    json.members(self.additionalProperties, besides: "f", "e")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 450)
  }
}

public struct S33E: JSONCodable, Equatable {
  public let b: Int
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(b: Int, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S33E? {
    guard try json.satisfies(Schemas.program, 452) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(b, "b", since: mark)
    guard let b else { return nil }
    return S33E(b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 452)
  }
}

public struct S35: JSONCodable, Equatable {
  public let e: S35E?
  public let d: [Double]?
  public let c: S35C?
  public let b: Int

  public init(e: S35E? = nil, d: [Double]? = nil, c: S35C? = nil, b: Int) {
    self.e = e
    self.d = d
    self.c = c
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S35? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: S35E?
    var d: [Double]?
    var c: S35C?
    var b: Int?
    var keys = json.keys("e,d,c,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("d", &d)
      case 2: try json.field("c", &c)
      case 3: try json.field("b", &b)
      default: try json.skip()
      }
    }
    json.require(b, "b", since: mark)
    guard let b else {
      Self.validate(&json.violations, e, c, b)
      return nil
    }
    return S35(e: e, d: d, c: c, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("d", self.d)
    json.field("c", self.c)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.e, self.c, self.b)
  }

  private static func validate(_ check: inout Violations, _ e: S35E?, _ c: S35C?, _ b: Int?) {
    check.value("e", e)
    check.value("c", c)
    check.range("b", b, max: 7)
  }
}

public struct S35E: JSONCodable, Equatable {
  public let c: Int
  public let d: S35ED?

  public init(c: Int, d: S35ED? = nil) {
    self.c = c
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S35E? {
    guard try json.satisfies(Schemas.program, 457) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: Int?
    var d: S35ED?
    var keys = json.keys("c,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("d", &d)
      default: try json.unknownField(json.unknownKey, known: "c, d", rule: "additionalProperties")
      }
    }
    json.require(c, "c", since: mark)
    guard let c else { return nil }
    return S35E(c: c, d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("d", self.d)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 457)
  }
}

public struct S35C: JSONCodable, Equatable {
  public let b: Int?
  public let e: S35CE?
  public let a: S35CA?
  public let d: [Int?]?

  public init(b: Int? = nil, e: S35CE? = nil, a: S35CA? = nil, d: [Int?]? = nil) {
    self.b = b
    self.e = e
    self.a = a
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S35C? {
    guard try json.beginObject() else { return nil }
    var b: Int?
    var e: S35CE?
    var a: S35CA?
    var d: [Int?]?
    var keys = json.keys("b,e,a,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("e", &e)
      case 2: try json.field("a", &a)
      case 3:
        try json.items("d", &d) { check, item in
          check.range("", item, min: -1)
          check.multiple("", item, of: 3)
        }
      default: try json.skip()
      }
    }
    return S35C(b: b, e: e, a: a, d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("e", self.e)
    json.field("a", self.a)
    json.field("d", self.d)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("b", self.b, min: 2)
    check.value("e", self.e)
    check.value("a", self.a)
    check.each("d", self.d) { check, item in
      check.range("", item, min: -1)
      check.multiple("", item, of: 3)
    }
  }
}

public struct S35ED: JSONCodable, Equatable {
  public let b: Int?
  public let a: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(b: Int? = nil, a: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.b = b
    self.a = a
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S35ED? {
    guard try json.satisfies(Schemas.program, 458) else { return nil }
    guard try json.beginObject() else { return nil }
    var b: Int?
    var a: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("b,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("a", &a)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S35ED(b: b, a: a, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("a", self.a)
    json.members(self.additionalProperties, besides: "b", "a")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 458)
  }
}

public struct S35CE: JSONCodable, Equatable {
  public let b: JSONValue
  public let f: String?
  public let a: Nullable<Bool>
  public let e: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<Double>

  public init(
    b: JSONValue,
    f: String? = nil,
    a: Nullable<Bool> = .absent,
    e: Int? = nil,
    additionalProperties: JSONObject<Double> = [:]
  ) {
    self.b = b
    self.f = f
    self.a = a
    self.e = e
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S35CE? {
    guard try json.satisfies(Schemas.program, 470) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: JSONValue?
    var f: String?
    var a: Bool??
    var e: Int?
    var additionalProperties = JSONObject<Double>()
    var keys = json.keys("b,f,a,e")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b, Schemas.program, 467)
      case 1: try json.field("f", &f)
      case 2: try json.field("a", &a)
      case 3: try json.field("e", &e)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(b, "b", since: mark)
    guard let b else { return nil }
    return S35CE(b: b, f: f, a: Nullable(read: a), e: e, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("f", self.f)
    json.nullable("a", self.a)
    json.field("e", self.e)
    json.members(self.additionalProperties, besides: "b", "f", "a", "e")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 470)
  }
}

public struct S35CA: JSONCodable, Equatable {
  public let b: Int?

  public init(b: Int? = nil) {
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S35CA? {
    guard try json.beginObject() else { return nil }
    var b: Int?
    var keys = json.keys("b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      default: try json.skip()
      }
    }
    return S35CA(b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("b", self.b, min: -4)
  }
}

public struct S36: JSONCodable, Equatable {
  public let d: S36D?
  public let b: S36B?

  public init(d: S36D? = nil, b: S36B? = nil) {
    self.d = d
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S36? {
    guard try json.beginObject() else { return nil }
    var d: S36D?
    var b: S36B?
    var keys = json.keys("d,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("b", &b)
      default: try json.skip()
      }
    }
    return S36(d: d, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("d", self.d)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("d", self.d)
  }
}

public enum S36D: JSONCodable, Equatable {
  case string(String)
  case object(S36DObject)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S36D? {
    switch try json.kind() {
    case .string: return try String.decode(&json).map { .string($0) }
    case .object: return try S36DObject.decode(&json).map { .object($0) }
    default: return try json.refuse("type", "string, object")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .object(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .object(let value) = self {
      value.validate(&check)
    }
  }
}

public enum S36B: StringEnum {
  case a
  case b
  case abc

  public var rawValue: String {
    switch self {
    case .a: "a"
    case .b: "b"
    case .abc: "abc"
    }
  }
}

public struct S36DObject: JSONCodable, Equatable {
  public let d: Nullable<String>
  public let a: S36DObjectA?

  public init(d: Nullable<String> = .absent, a: S36DObjectA?) {
    self.d = d
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S36DObject? {
    guard try json.satisfies(Schemas.program, 478) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var d: String??
    var a: S36DObjectA??
    var keys = json.keys("d,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("d", &d)
      case 1: try json.field("a", &a)
      default: try json.unknownField(json.unknownKey, known: "d, a", rule: "additionalProperties")
      }
    }
    json.require(a, "a", since: mark)
    guard let a else { return nil }
    return S36DObject(d: Nullable(read: d), a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("d", self.d)
    json.nullable("a", self.a)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 478)
  }
}

public typealias S36DObjectA = S36B

public struct S37: JSONCodable, Equatable {
  public let e: String?
  public let b: [S37BItem]?
  public let a: S37A

  public init(e: String? = nil, b: [S37BItem]? = nil, a: S37A) {
    self.e = e
    self.b = b
    self.a = a
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S37? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var e: String?
    var b: [S37BItem]?
    var a: S37A?
    var keys = json.keys("e,b,a")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("b", &b, Schemas.program, 484)
      case 2: try json.field("a", &a)
      default: try json.skip()
      }
    }
    json.require(a, "a", since: mark)
    guard let a else {
      Self.validate(&json.violations, b, a)
      return nil
    }
    return S37(e: e, b: b, a: a)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("b", self.b)
    json.field("a", self.a)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.b, self.a)
  }

  private static func validate(_ check: inout Violations, _ b: [S37BItem]?, _ a: S37A?) {
    check.satisfies("b", b, Schemas.program, 484)
    check.value("a", a)
  }
}

public struct S37BItem: JSONCodable, Equatable {
  public let c: S37BItemC?
  public let f: Double
  public let b: Int?

  public init(c: S37BItemC? = nil, f: Double, b: Int? = nil) {
    self.c = c
    self.f = f
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S37BItem? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: S37BItemC?
    var f: Double?
    var b: Int?
    var keys = json.keys("c,f,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("f", &f)
      case 2: try json.field("b", &b)
      default: try json.unknownField(json.unknownKey, known: "c, f, b", rule: "additionalProperties")
      }
    }
    json.require(f, "f", since: mark)
    guard let f else { return nil }
    return S37BItem(c: c, f: f, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("f", self.f)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("f", self.f, min: 3, max: 2)
  }
}

public struct S37A: JSONCodable, Equatable {
  public let e: String?
  public let d: Double?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<[JSONValue]>

  public init(e: String? = nil, d: Double? = nil, additionalProperties: JSONObject<[JSONValue]> = [:]) {
    self.e = e
    self.d = d
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S37A? {
    guard try json.beginObject() else { return nil }
    var e: String?
    var d: Double?
    var additionalProperties = JSONObject<[JSONValue]>()
    var keys = json.keys("e,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("e", &e)
      case 1: try json.field("d", &d)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties, Schemas.program, 490)
      }
    }
    return S37A(e: e, d: d, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("e", self.e)
    json.field("d", self.d)
    json.members(self.additionalProperties, besides: "e", "d")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.pattern("e", self.e, Patterns.p0)
    check.range("d", self.d, above: 0)
    check.each("", self.additionalProperties) { check, item in
      check.satisfies("", item, Schemas.program, 490)
    }
  }
}

public typealias S37BItemC = S0F

public struct S38: JSONCodable, Equatable {
  public let b: S38B?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<S38Value>

  public init(b: S38B? = nil, additionalProperties: JSONObject<S38Value> = [:]) {
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S38? {
    guard try json.beginObject() else { return nil }
    var b: S38B?
    var additionalProperties = JSONObject<S38Value>()
    var keys = json.keys("b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S38(b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("b", self.b)
    check.value("", self.additionalProperties)
  }
}

public struct S38B: JSONCodable, Equatable {
  public let b: S38BB
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<S38BValue>

  public init(b: S38BB, additionalProperties: JSONObject<S38BValue> = [:]) {
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S38B? {
    guard try json.satisfies(Schemas.program, 491) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: S38BB?
    var additionalProperties = JSONObject<S38BValue>()
    var keys = json.keys("b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(b, "b", since: mark)
    guard let b else { return nil }
    return S38B(b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 491)
  }
}

public struct S38Value: JSONCodable, Equatable {
  public let b: Nullable<Double>
  public let c: S38ValueC
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(b: Nullable<Double> = .absent, c: S38ValueC, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.b = b
    self.c = c
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S38Value? {
    guard try json.satisfies(Schemas.program, 500) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: Double??
    var c: S38ValueC?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("b,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("c", &c)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(c, "c", since: mark)
    guard let c else { return nil }
    return S38Value(b: Nullable(read: b), c: c, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("b", self.b)
    json.field("c", self.c)
    json.members(self.additionalProperties, besides: "b", "c")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 500)
  }
}

public struct S38BB: JSONCodable, Equatable {
  public let b: Bool
  public let c: Double?

  public init(b: Bool, c: Double? = nil) {
    self.b = b
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S38BB? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var b: Bool?
    var c: Double?
    var keys = json.keys("b,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("b", &b)
      case 1: try json.field("c", &c)
      default: try json.skip()
      }
    }
    json.require(b, "b", since: mark)
    guard let b else {
      Self.validate(&json.violations, c)
      return nil
    }
    return S38BB(b: b, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("b", self.b)
    json.field("c", self.c)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.c)
  }

  private static func validate(_ check: inout Violations, _ c: Double?) {
    check.range("c", c, min: -4)
  }
}

public enum S38BValue: JSONCodable, Equatable {
  case integer(Int)
  case string(String)
  case array([Double])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S38BValue? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .string: return try String.decode(&json).map { .string($0) }
    case .array:
      return try [Double].decode(&json) { check, item in
        check.range("", item, min: 3)
      }.map { .array($0) }
    default: return try json.refuse("type", "number, string, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .string(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .array(let value) = self {
      check.each("", value) { check, item in
        check.range("", item, min: 3)
      }
    }
  }
}

public enum S38ValueC: JSONCodable, Equatable {
  case integer(Int)
  case string(Timestamp)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S38ValueC? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .string: return try Timestamp.decode(&json).map { .string($0) }
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
    if case .integer(let value) = self {
      check.range("", value, max: 8)
    }
  }
}

public struct S39: JSONCodable, Equatable {
  public let c: Bool
  public let b: S39B?

  public init(c: Bool, b: S39B? = nil) {
    self.c = c
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S39? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var c: Bool?
    var b: S39B?
    var keys = json.keys("c,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("c", &c)
      case 1: try json.field("b", &b)
      default: try json.skip()
      }
    }
    json.require(c, "c", since: mark)
    guard let c else {
      Self.validate(&json.violations, b)
      return nil
    }
    return S39(c: c, b: b)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("c", self.c)
    json.field("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.b)
  }

  private static func validate(_ check: inout Violations, _ b: S39B?) {
    check.value("b", b)
  }
}

public struct S39B: JSONCodable, Equatable {
  public let a: S39BA
  public let f: String?
  public let e: Double?
  public let b: Nullable<Bool>

  public init(a: S39BA, f: String? = nil, e: Double? = nil, b: Nullable<Bool> = .absent) {
    self.a = a
    self.f = f
    self.e = e
    self.b = b
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S39B? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: S39BA?
    var f: String?
    var e: Double?
    var b: Bool??
    var keys = json.keys("a,f,e,b")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("f", &f)
      case 2: try json.field("e", &e)
      case 3: try json.field("b", &b)
      default: try json.skip()
      }
    }
    json.require(a, "a", since: mark)
    guard let a else {
      Self.validate(&json.violations, a, f)
      return nil
    }
    return S39B(a: a, f: f, e: e, b: Nullable(read: b))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("f", self.f)
    json.field("e", self.e)
    json.nullable("b", self.b)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.a, self.f)
  }

  private static func validate(_ check: inout Violations, _ a: S39BA?, _ f: String?) {
    check.value("a", a)
    check.format("f", f, .date)
  }
}

public struct S39BA: JSONCodable, Equatable {
  public let f: S39BAF?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(f: S39BAF? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.f = f
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> S39BA? {
    guard try json.satisfies(Schemas.program, 506) else { return nil }
    guard try json.beginObject() else { return nil }
    var f: S39BAF?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("f")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("f", &f)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return S39BA(f: f, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("f", self.f)
    json.members(self.additionalProperties, besides: "f")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 506)
  }
}

public typealias S39BAF = S36B

enum Patterns {
  static let p0 = Pattern(checked: "[0-9]")
  static let p1 = Pattern(checked: "^.{0,4}$")
  static let p2 = Pattern(checked: "b$")
  static let p3 = Pattern(checked: "^a")
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(
    checked: """
      [{"type":64,"minProperties":1,"properties":{"c":2,"f":1},"required":["f"]},{"type":4,"enum":[1,2,3]},{"oneOf":[7,\
      3],"dispatch":{"types":[16,64]}},{"type":64,"properties":{"e":6,"a":5,"b":4},"required":["e","b"]},{"type":5,\
      "maximum":7,"format":"int32"},{"type":3},{"type":2},{"type":16,"minLength":2,"pattern":"[0-9]"},{"type":64,\
      "additionalProperties":32,"propertyNames":31,"properties":{"c":30,"d":17,"f":11,"b":9},"required":["c","d"]},\
      {"type":52,"items":10},{"type":4,"maximum":5,"format":"int32"},{"type":64,"properties":{"b":16,"e":14,"c":12},\
      "required":["b","e"]},{"type":32,"items":13,"minItems":1,"maxItems":3},{"type":16,"maxLength":6},{"type":64,\
      "additionalProperties":15},{"type":16,"maxLength":2,"format":"byte"},{"type":16},{"type":64,\
      "additionalProperties":29,"properties":{"f":28,"e":18},"required":["e"]},{"allOf":[23,19]},{"type":64,\
      "additionalProperties":22,"properties":{"b":21,"e":20},"required":["b"]},{"type":16,"minLength":3},{"type":16,\
      "minLength":2},{"type":4},{"type":64,"additionalProperties":25,"anyOf":[27,26],"properties":{"d":24},\
      "required":["d"]},{"type":4,"format":"int32"},false,{"required":["b"]},{"required":["d"]},{"type":16,\
      "maxLength":3,"pattern":"^.{0,4}$"},false,{"type":4,"minimum":3,"maximum":9},{"pattern":"^[a-e]"},{"type":12,\
      "maximum":8},{"type":64,"maxProperties":3,"not":36,"anyOf":[38,37],"properties":{"d":35,"e":34},"required":["d",\
      "e"]},{"type":2},{"type":4,"enum":[1,2,3]},{"required":["e"]},{"required":["b"]},{"required":["f"]},{"oneOf":[46,\
      44,40]},{"type":64,"if":43,"then":42,"properties":{"f":41},"required":["f"]},{"type":2},{"required":["c"]},\
      {"required":["f"]},{"type":32,"items":45},{"type":17,"maxLength":5},{"type":64,"maxProperties":1,\
      "properties":{"e":49,"f":48,"b":47},"required":["f"]},{"type":3},{"type":12,"maximum":2},{"type":4,"enum":[1,2,\
      3]},{"type":64,"maxProperties":2,"properties":{"a":52,"d":51},"required":["a","d"]},{"type":17,"maxLength":3},\
      {"type":64,"additionalProperties":53},{"type":64,"propertyNames":55,"if":57,"then":56,"properties":{"b":54}},\
      {"type":16},{"pattern":"^[a-e]"},{"required":["e"]},{"required":["b"]},{"type":64,"anyOf":[61,60],\
      "properties":{"c":59}},{"type":4,"minimum":-4,"maximum":5,"multipleOf":2},{"required":["b"]},{"required":["a"]},\
      {"anyOf":[65,64,63]},{"type":12,"maximum":2},{"type":4},{"type":16,"maxLength":2,"format":"email"},{"type":64,\
      "unevaluatedProperties":72,"maxProperties":2,"properties":{"d":71,"a":67}},{"oneOf":[70,69,68]},{"type":16},\
      {"type":16,"maxLength":3},{"type":5,"minimum":0},{"type":3},false,{"oneOf":[76,75,74]},{"type":4,"minimum":-4,\
      "maximum":2,"multipleOf":3},{"type":16},{"type":16,"minLength":3,"format":"ipv4"},{"oneOf":[70,69,68]},\
      {"allOf":[80,79]},{"type":17,"enum":["a","b","abc",null]},{"type":16,"minLength":0,"format":"byte"},{"allOf":[83,\
      82]},{"type":4},{"type":2},{"allOf":[89,85]},{"type":64,"propertyNames":88,"properties":{"f":87,"c":79,"b":86,\
      "d":82},"required":["f","d"]},{"type":17,"minLength":2},{"type":4,"minimum":-3,"maximum":3},{"pattern":"^[a-e]"},\
      {"type":64,"unevaluatedProperties":92,"properties":{"c":80,"f":91,"a":90,"d":83},"required":["a","d"]},{"type":4,\
      "maximum":9},{"type":4,"maximum":5},false,{"type":64,"not":96,"properties":{"c":95},\
      "patternProperties":[["^[a-c]",94]]},{"type":3},{"type":4,"maximum":3},{"required":["a"]},{"type":64,\
      "additionalProperties":130,"not":131,"properties":{"f":107,"a":99,"c":98},"required":["a"]},{"type":2},\
      {"type":64,"not":106,"properties":{"b":104,"a":100},"required":["a"]},{"type":64,"additionalProperties":103,\
      "properties":{"b":102,"e":101},"required":["e"]},{"type":16},{"type":16,"enum":["a","b","abc"]},{"type":4,\
      "exclusiveMinimum":0,"multipleOf":2},{"type":64,"properties":{"a":105},"required":["a"]},{"type":16,\
      "format":"ipv4"},{"required":["f"]},{"type":64,"additionalProperties":127,"if":129,"then":128,\
      "properties":{"f":123,"a":114,"e":108}},{"type":64,"if":113,"then":112,"properties":{"d":111,"f":110,"b":109},\
      "required":["d","f"],"dependentRequired":{"d":["f"]}},{"type":2},{"type":16,"enum":["a","b","abc"]},{"type":4,\
      "minimum":-3},{"required":["b"]},{"required":["d"]},{"allOf":[118,115]},{"type":64,"properties":{"b":117,\
      "c":116},"required":["b"]},{"type":4,"exclusiveMinimum":2},{"type":5,"multipleOf":2},{"type":64,\
      "additionalProperties":120,"anyOf":[122,121],"properties":{"f":119},"required":["f"]},{"type":16,"pattern":"b$"},\
      false,{"required":["b"]},{"required":["f"]},{"oneOf":[126,125,124]},{"type":4,"minimum":3,"multipleOf":2},\
      {"type":4,"minimum":-1},{"type":16,"maxLength":5,"pattern":"^.{0,4}$"},false,{"required":["e"]},\
      {"required":["f"]},false,{"required":["e"]},{"oneOf":[126,125,124]},{"type":64,"additionalProperties":142,\
      "minProperties":2,"properties":{"e":141,"c":138,"a":137,"f":134},"required":["e"]},{"type":32,"items":135},\
      {"type":32,"items":136,"minItems":0,"maxItems":2},{"type":4,"maximum":8},{"type":16,"maxLength":5,\
      "pattern":"b$"},{"$ref":139},{"type":64,"properties":{"a":140}},{"oneOf":[46,44,40]},{"type":4},false,{"type":64,\
      "additionalProperties":160,"maxProperties":3,"properties":{"d":152,"b":144},"required":["b"]},{"oneOf":[151,145],\
      "dispatch":{"types":[16,64]}},{"type":64,"anyOf":[150,149],"properties":{"e":148,"b":147,"f":146},\
      "required":["e","f"],"dependentRequired":{"e":["b"]}},{"type":4,"maximum":6},{"type":4},{"type":12,"maximum":3,\
      "exclusiveMinimum":-1},{"required":["b"]},{"required":["f"]},{"type":16,"minLength":0,"format":"date-time"},\
      {"type":64,"unevaluatedProperties":159,"properties":{"a":155,"e":153},"required":["e"]},{"type":32,"items":154,\
      "minItems":0},{"type":12,"maximum":3,"exclusiveMinimum":2},{"type":64,"maxProperties":2,"properties":{"f":158,\
      "d":157,"a":156}},{"type":4,"minimum":-4,"maximum":2,"exclusiveMinimum":-2},{"type":12,"minimum":0,"maximum":2},\
      {"type":16,"maxLength":4},false,false,{"type":32,"items":162,"maxItems":3,"uniqueItems":true},{"type":4,\
      "enum":[1,2,3]},{"oneOf":[170,166,164],"dispatch":{"required":[["d"],["d"],["e"]]}},{"type":64,"minProperties":2,\
      "properties":{"e":165},"required":["e"]},{"type":12,"multipleOf":0.5},{"type":64,"unevaluatedProperties":169,\
      "properties":{"b":168,"d":167},"required":["d"]},{"type":12},{"type":2},false,{"type":64,"properties":{"d":171},\
      "required":["d"]},{"type":16},{"type":64,"maxProperties":1,"properties":{"d":178,"e":176,"f":173},\
      "required":["d"]},{"anyOf":[175,174]},{"type":2},{"type":2},{"type":64,"properties":{"a":177}},{"type":17},\
      {"type":64,"properties":{"c":179}},{"type":12,"minimum":0},{"anyOf":[175,174]},{"oneOf":[184,183,182]},\
      {"type":13},{"type":2},{"type":5,"minimum":-4,"maximum":2},{"type":64,"not":195,"properties":{"b":186}},\
      {"oneOf":[194,188,187]},{"type":12,"maximum":2},{"type":64,"additionalProperties":193,"properties":{"b":192,\
      "f":191,"c":190,"e":189},"required":["c"]},{"type":2},{"type":4},{"type":17,"minLength":1},{"type":4},{"type":4,\
      "exclusiveMinimum":-2,"multipleOf":3},{"type":12,"minimum":-5},{"required":["a"]},{"oneOf":[194,188,187]},\
      {"type":64,"not":201,"properties":{"f":200,"a":199,"d":198}},{"type":12},{"type":4,"minimum":0,"maximum":8,\
      "multipleOf":3},{"type":12,"minimum":-4},{"required":["b"]},{"oneOf":[212,209,203]},{"type":64,\
      "unevaluatedProperties":208,"properties":{"d":207,"c":206,"a":205,"b":204},"required":["d","a","b"]},{"type":12},\
      {"type":5,"multipleOf":3},{"type":4,"maximum":7},{"type":16},false,{"oneOf":[211,210]},{"type":5,"minimum":2,\
      "maximum":9},{"type":17,"minLength":2},{"type":64,"properties":{"f":213}},{"type":4,"maximum":4,\
      "format":"int32"},{"oneOf":[211,210]},{"type":64,"anyOf":[237,236],"properties":{"a":224,"b":223,"f":222,\
      "d":216},"required":["a"],"dependentRequired":{"a":["b"]}},{"type":64,"additionalProperties":221,\
      "properties":{"f":219,"c":217},"required":["f"]},{"type":32,"items":218,"maxItems":1},{"type":2},{"type":64,\
      "additionalProperties":220},{"type":4,"enum":[1,2,3]},false,{"type":16,"maxLength":6},{"type":2},{"type":64,\
      "additionalProperties":235,"properties":{"c":232,"b":230,"e":225},"required":["e"]},{"type":64,\
      "additionalProperties":229,"propertyNames":228,"properties":{"c":227,"e":226}},{"type":4,"exclusiveMinimum":-3,\
      "multipleOf":3},{"type":16,"maxLength":2,"pattern":"[0-9]"},{"pattern":"^[a-e]"},false,{"type":32,"items":231,\
      "minItems":2,"maxItems":3,"uniqueItems":true},{"type":4,"minimum":-2},{"type":64,"properties":{"b":234,"a":233},\
      "required":["b"]},{"type":16,"maxLength":4,"format":"email"},{"type":4,"minimum":2,"exclusiveMinimum":-1},\
      {"type":2},{"required":["c"]},{"required":["b"]},{"type":32,"items":239,"uniqueItems":true},{"anyOf":[242,241,\
      240]},{"type":4,"minimum":0},{"type":4,"maximum":4},{"type":16},{"allOf":[248,244]},{"type":64,\
      "additionalProperties":247,"properties":{"d":246,"e":245},"required":["d","e"]},{"type":4,"enum":[1,2,3]},\
      {"type":16,"enum":["a","b","abc"]},false,{"type":64,"additionalProperties":252,"properties":{"b":251,"c":250,\
      "a":249},"required":["a"],"dependentRequired":{"b":["c"]}},{"type":4,"exclusiveMinimum":2},{"type":2},{"type":4,\
      "maximum":6,"multipleOf":3},false,{"anyOf":[242,241,240]},{"allOf":[258,255]},{"type":64,\
      "additionalProperties":257,"properties":{"e":256},"required":["e"]},{"type":16,"pattern":"^.{0,4}$"},false,\
      {"type":64,"properties":{"c":261,"a":260,"f":259},"required":["c"]},{"type":16,"maxLength":3},{"type":13,\
      "minimum":0,"maximum":9},{"type":4,"maximum":2,"multipleOf":2},{"type":64,"propertyNames":267,"minProperties":2,\
      "properties":{"b":264,"d":263},"required":["d"]},{"type":4},{"oneOf":[266,265],"dispatch":{"types":[4,16]}},\
      {"type":16,"minLength":3,"format":"ipv4"},{"type":4,"exclusiveMinimum":-2},{"pattern":"^[a-e]"},{"anyOf":[271,\
      270,269]},{"type":16},{"type":16},{"type":16,"maxLength":4,"format":"ipv4"},{"type":64,\
      "additionalProperties":324,"minProperties":1,"properties":{"e":313,"a":298,"f":297,"b":273},"required":["a"]},\
      {"$ref":274},{"type":64,"properties":{"d":285,"e":284,"a":283,"b":275},"required":["d","e","a","b"]},{"type":32,\
      "items":276,"uniqueItems":true},{"type":64,"maxProperties":3,"if":280,"then":279,"anyOf":[282,281],\
      "properties":{"e":278,"f":277},"required":["e"],"dependentRequired":{"e":["f"]}},{"type":4,"minimum":0,\
      "maximum":8,"multipleOf":2,"format":"int32"},{"type":2},{"required":["d"]},{"required":["e"]},{"required":["a"]},\
      {"required":["b"]},{"type":4,"minimum":0,"maximum":8,"exclusiveMinimum":-2,"multipleOf":2},{"type":16,\
      "minLength":1,"pattern":"^.{0,4}$"},{"allOf":[292,286]},{"type":64,"additionalProperties":291,\
      "properties":{"b":290,"d":289,"c":288,"a":287},"required":["c","a"]},{"type":16,"maxLength":3},{"type":4,\
      "enum":[1,2,3]},{"type":16},{"type":3},false,{"type":64,"properties":{"d":296,"a":295,"f":294,"b":293},\
      "required":["a"]},{"type":2},{"type":2},{"type":4,"minimum":2},{"type":2},{"type":16,"minLength":1,\
      "format":"ipv4"},{"type":64,"anyOf":[312,311],"properties":{"a":302,"c":299},"required":["a","c"],\
      "dependentRequired":{"a":["c"]}},{"anyOf":[301,300]},{"type":16,"minLength":2},{"type":16},{"allOf":[306,303]},\
      {"type":64,"properties":{"e":305,"f":304},"required":["e"],"dependentRequired":{"e":["f"]}},{"type":12,\
      "minimum":-5},{"type":12,"minimum":3},{"type":64,"additionalProperties":310,"propertyNames":309,\
      "properties":{"e":308,"b":307},"required":["b"]},{"type":4},{"type":4,"exclusiveMinimum":2},{"pattern":"^[a-e]"},\
      false,{"required":["a"]},{"required":["f"]},{"type":64,"properties":{"d":323,"c":316,"b":315,"e":314},\
      "required":["e"]},{},{"type":4,"minimum":-5,"exclusiveMinimum":2},{"allOf":[320,317]},{"type":64,\
      "additionalProperties":319,"minProperties":2,"properties":{"f":318},"required":["f"]},{"type":4,"minimum":0,\
      "maximum":5,"format":"int32"},false,{"type":64,"unevaluatedProperties":322,"properties":{"d":321},\
      "required":["d"]},{"type":16,"format":"byte"},false,{"type":32,"maxItems":2},{"type":64,"properties":{"d":329,\
      "e":328,"a":325},"required":["d","e"]},{"anyOf":[327,326],"dispatch":{"types":[16,12]}},{"type":12,"maximum":4,\
      "multipleOf":0.5},{"type":16,"pattern":"b$"},{"type":4,"minimum":-1},{"type":64,"additionalProperties":332,\
      "anyOf":[334,333],"properties":{"b":331,"d":330},"required":["b"]},{"type":12,"minimum":-5,"maximum":5,\
      "multipleOf":0.5},{"type":13,"multipleOf":2},{"type":16,"minLength":2},{"required":["e"]},{"required":["c"]},\
      {"anyOf":[301,300]},{"allOf":[296,289]},{"allOf":[295,287]},{"type":64,"not":342,"properties":{"b":340,"f":339},\
      "required":["b"]},{"type":12,"minimum":0,"maximum":4},{"type":52,"items":341},{"type":12,"minimum":2},\
      {"required":["e"]},{"type":64,"additionalProperties":352,"anyOf":[354,353],"properties":{"e":351,"f":350,"b":345,\
      "c":344},"required":["e","b"]},{"type":16},{"type":32,"items":346},{"type":64,"additionalProperties":349,\
      "properties":{"f":348,"a":347},"required":["f","a"]},{"type":4,"minimum":-5},{"type":12},{"type":4},{"type":3},\
      {"type":17,"maxLength":2,"format":"email"},{"type":16},{"required":["e"]},{"required":["f"]},{"type":64,\
      "additionalProperties":364,"minProperties":2,"properties":{"a":362,"e":361,"f":360,"c":356},"required":["f",\
      "c"]},{"anyOf":[359,358,357]},{"type":4,"maximum":5},{"type":13},{"type":5,"maximum":2,"exclusiveMinimum":-3},\
      {"type":5,"maximum":2},{"type":4,"enum":[1,2,3]},{"type":64,"maxProperties":2,"properties":{"c":363},\
      "required":["c"]},{"type":12,"minimum":2,"maximum":7},{"type":16},{"type":64,"not":372,"properties":{"c":366}},\
      {"type":64,"additionalProperties":371,"properties":{"a":370,"c":369,"b":368,"e":367},"required":["c","e"]},\
      {"type":4,"multipleOf":3},{"type":16,"enum":["a","b","abc"]},{"type":12},{"type":4,"maximum":8},false,\
      {"required":["e"]},{"anyOf":[359,358,357]},{"type":32,"uniqueItems":true},{"type":64,"propertyNames":382,\
      "not":383,"properties":{"b":379,"c":374,"f":378,"d":376},"required":["b","d"]},{"type":32,"items":377},\
      {"type":16},{"type":4,"minimum":-2},{"type":64,"additionalProperties":381,"properties":{"d":380}},{"type":12,\
      "maximum":8},false,{"pattern":"^[a-e]"},{"required":["c"]},{"type":64,"properties":{"d":400,"c":390,"a":385},\
      "required":["c","a"],"dependentRequired":{"d":["c"]}},{"oneOf":[389,388,386]},{"type":32,"items":387,\
      "uniqueItems":true},{"type":4,"enum":[1,2,3]},{"type":4,"minimum":-1,"multipleOf":3},{"type":4,"minimum":3,\
      "exclusiveMinimum":2},{"type":64,"properties":{"d":398,"a":393,"f":392,"c":391},"required":["d","c"]},{"type":4,\
      "maximum":6},{"type":3},{"type":64,"properties":{"f":397,"c":396,"e":395,"d":394},"required":["f","e"]},\
      {"type":16,"minLength":1},{"type":4,"enum":[1,2,3]},{"type":4,"enum":[1,2,3]},{"type":2},{"type":32,"items":399,\
      "minItems":0},{"type":4,"maximum":7},{"type":4,"multipleOf":2},{"oneOf":[389,388,386]},{"type":64,"not":406,\
      "properties":{"f":404,"c":403}},{"type":4,"maximum":7,"exclusiveMinimum":-1,"format":"int32"},{"type":32,\
      "items":405,"maxItems":3,"uniqueItems":true},{"type":5,"minimum":-1,"exclusiveMinimum":-1},{"required":["e"]},\
      {"allOf":[409,408]},{"type":2},{"type":4,"format":"int32"},{"allOf":[415,411]},{"type":64,"minProperties":1,\
      "not":412,"anyOf":[414,413],"properties":{"c":408}},{"required":["c"]},{"required":["b"]},{"required":["a"]},\
      {"type":64,"additionalProperties":418,"propertyNames":417,"properties":{"e":416,"c":409},"required":["e"]},\
      {"type":2},{"pattern":"^[a-e]"},false,{"allOf":[426,420]},{"type":64,"additionalProperties":424,"not":425,\
      "properties":{"d":423,"a":422,"c":421},"required":["c"]},{"type":4,"multipleOf":2},{"type":16,"minLength":3},\
      {"type":16,"minLength":2},false,{"required":["d"]},{"type":64,"anyOf":[430,429],"properties":{"c":428,"e":427}},\
      {"type":16,"enum":["a","b","abc"]},{"type":4,"multipleOf":3},{"required":["f"]},{"required":["e"]},{"type":32,\
      "items":433,"contains":432,"maxItems":3},{"type":4,"minimum":3,"maximum":3},{"type":17,"pattern":"b$"},\
      {"allOf":[440,435]},{"type":64,"properties":{"f":439,"a":438,"e":437,"c":436},"required":["f","e","c"]},\
      {"type":4,"minimum":-2},{"type":12,"minimum":3,"maximum":6},{"type":12},{"type":12},{"type":64,\
      "additionalProperties":445,"properties":{"f":444,"d":443,"b":442,"c":441},"required":["f","b","c"]},{"type":4},\
      {"type":17,"maxLength":2},{"type":4,"maximum":4,"multipleOf":3},{"type":4},false,{"anyOf":[449,448,447]},\
      {"type":2},{"type":2},{"type":4,"minimum":-2,"format":"int32"},{"type":64,"unevaluatedProperties":456,\
      "maxProperties":3,"properties":{"f":455,"e":452},"patternProperties":[["^[a-c]",451]],"required":["f","e"]},\
      {"type":2},{"type":64,"additionalProperties":454,"minProperties":2,"properties":{"b":453},"required":["b"]},\
      {"type":4,"maximum":6},{},{"type":16,"minLength":3},false,{"type":64,"additionalProperties":464,"anyOf":[466,\
      465],"properties":{"c":463,"d":458},"required":["c"]},{"type":64,"if":462,"then":461,"properties":{"b":460,\
      "a":459},"dependentRequired":{"b":["a"]}},{"type":4},{"type":4,"minimum":-2,"maximum":6,"multipleOf":2},\
      {"required":["a"]},{"required":["b"]},{"type":4,"exclusiveMinimum":-1},false,{"required":["c"]},\
      {"required":["b"]},{"allOf":[469,468]},{"type":5},{"type":16,"maxLength":4},{"allOf":[475,471]},{"type":64,\
      "maxProperties":2,"properties":{"b":468,"f":474,"a":473,"e":472},"required":["b"],\
      "dependentRequired":{"b":["f"]}},{"type":4},{"type":3},{"type":16,"maxLength":6},{"type":64,\
      "additionalProperties":476,"not":477,"properties":{"b":469},"required":["b"]},{"type":12},{"required":["a"]},\
      {"allOf":[481,479]},{"type":64,"properties":{"a":480},"required":["a"]},{"type":17,"enum":["a","b","abc",null]},\
      {"type":64,"additionalProperties":483,"properties":{"d":482}},{"type":17,"maxLength":3},false,{"type":32,\
      "items":485,"minItems":2,"uniqueItems":true},{"type":64,"additionalProperties":489,"properties":{"c":488,"f":487,\
      "b":486},"required":["f"]},{"type":4},{"type":12,"minimum":3,"maximum":2},{"type":4,"enum":[1,2,3]},false,\
      {"type":32,"maxItems":2,"uniqueItems":true},{"type":64,"additionalProperties":496,"propertyNames":495,\
      "anyOf":[499,498],"properties":{"b":492},"required":["b"]},{"type":64,"properties":{"b":494,"c":493},\
      "required":["b"]},{"type":12,"minimum":-4},{"type":2},{"pattern":"^[a-e]"},{"type":52,"items":497},{"type":12,\
      "minimum":3},{"required":["e"]},{"required":["d"]},{"type":64,"maxProperties":3,"properties":{"b":505,"c":502},\
      "patternProperties":[["^[a-c]",501]],"required":["c"]},{"type":4},{"anyOf":[504,503],"dispatch":{"types":[4,\
      16]}},{"type":16,"format":"date-time"},{"type":4,"maximum":8},{"type":13,"minimum":2,"multipleOf":3},{"type":64,\
      "properties":{"f":508},"patternProperties":[["^[a-c]",507]]},{"type":5,"minimum":-1,"maximum":3},{"type":16,\
      "enum":["a","b","abc"]}]
      """)
}
