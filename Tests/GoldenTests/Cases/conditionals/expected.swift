// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// Abroad needs a country, at home a code of five digits.
public struct IfThenElse: JSONCodable, Equatable {
  public let abroad: Bool?
  public let country: String?
  public let code: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(
    abroad: Bool? = nil, country: String? = nil, code: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]
  ) {
    self.abroad = abroad
    self.country = country
    self.code = code
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> IfThenElse? {
    guard try json.satisfies(Schemas.program, 0) else { return nil }
    guard try json.beginObject() else { return nil }
    var abroad: Bool?
    var country: String?
    var code: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("abroad,country,code")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("abroad", &abroad)
      case 1: try json.field("country", &country)
      case 2: try json.field("code", &code)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return IfThenElse(abroad: abroad, country: country, code: code, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("abroad", self.abroad)
    json.field("country", self.country)
    json.field("code", self.code)
    json.members(self.additionalProperties, besides: "abroad", "country", "code")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 0)
  }
}

/// A gift needs a message.
public struct IfThen: JSONCodable, Equatable {
  public let gift: Bool?
  public let message: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(gift: Bool? = nil, message: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.gift = gift
    self.message = message
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> IfThen? {
    guard try json.satisfies(Schemas.program, 9) else { return nil }
    guard try json.beginObject() else { return nil }
    var gift: Bool?
    var message: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("gift,message")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("gift", &gift)
      case 1: try json.field("message", &message)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return IfThen(gift: gift, message: message, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("gift", self.gift)
    json.field("message", self.message)
    json.members(self.additionalProperties, besides: "gift", "message")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 9)
  }
}

/// Who is not of age needs a guardian.
public struct IfElse: JSONCodable, Equatable {
  public let isAdult: Bool?
  public let guardian: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(isAdult: Bool? = nil, guardian: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.isAdult = isAdult
    self.guardian = guardian
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> IfElse? {
    guard try json.satisfies(Schemas.program, 14) else { return nil }
    guard try json.beginObject() else { return nil }
    var isAdult: Bool?
    var guardian: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("isAdult,guardian")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("isAdult", &isAdult)
      case 1: try json.field("guardian", &guardian)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return IfElse(isAdult: isAdult, guardian: guardian, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("isAdult", self.isAdult)
    json.field("guardian", self.guardian)
    json.members(self.additionalProperties, besides: "isAdult", "guardian")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 14)
  }
}

/// What is small is at most five long.
public struct IfThenBounds: JSONCodable, Equatable {
  public let size: String?
  public let length: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(size: String? = nil, length: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.size = size
    self.length = length
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> IfThenBounds? {
    guard try json.satisfies(Schemas.program, 20) else { return nil }
    guard try json.beginObject() else { return nil }
    var size: String?
    var length: Int?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("size,length")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("size", &size)
      case 1: try json.field("length", &length)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    return IfThenBounds(size: size, length: length, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("size", self.size)
    json.field("length", self.length)
    json.members(self.additionalProperties, besides: "size", "length")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 20)
  }
}

/// One condition after another.
public struct IfChain: JSONCodable, Equatable {
  public let country: String
  public let code: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(country: String, code: String? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.country = country
    self.code = code
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> IfChain? {
    guard try json.satisfies(Schemas.program, 27) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var country: String?
    var code: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("country,code")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("country", &country)
      case 1: try json.field("code", &code)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(country, "country", since: mark)
    guard let country else { return nil }
    return IfChain(country: country, code: code, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("country", self.country)
    json.field("code", self.code)
    json.members(self.additionalProperties, besides: "country", "code")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 27)
  }
}

/// Never both.
public struct NotRequired: JSONCodable, Equatable {
  public let a: Int?
  public let b: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(a: Int? = nil, b: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.a = a
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NotRequired? {
    guard try json.satisfies(Schemas.program, 39) else { return nil }
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
    return NotRequired(a: a, b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "a", "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 39)
  }
}

/// A card needs an address, and a short one will not do.
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
    guard try json.satisfies(Schemas.program, 43) else { return nil }
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
    check.satisfies("", self, Schemas.program, 43)
  }
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(
    checked: """
      [{"type":64,"if":7,"then":6,"else":4,"properties":{"abroad":3,"country":2,"code":1}},{"type":16},{"type":16},\
      {"type":2},{"properties":{"code":5}},{"pattern":"^[0-9]{5}$"},{"required":["country"]},\
      {"properties":{"abroad":8},"required":["abroad"]},{"const":true},{"type":64,"if":13,"then":12,\
      "properties":{"gift":11,"message":10}},{"type":16},{"type":2},{"required":["message"]},{"required":["gift"]},\
      {"type":64,"if":18,"else":17,"properties":{"isAdult":16,"guardian":15}},{"type":16},{"type":2},\
      {"required":["guardian"]},{"properties":{"isAdult":19},"required":["isAdult"]},{"const":true},{"type":64,"if":25,\
      "then":23,"properties":{"size":22,"length":21}},{"type":4},{"type":16},{"properties":{"length":24}},\
      {"maximum":5},{"properties":{"size":26},"required":["size"]},{"const":"small"},{"type":64,"if":37,"then":35,\
      "else":30,"properties":{"country":29,"code":28},"required":["country"]},{"type":16},{"type":16},{"if":33,\
      "then":31},{"properties":{"code":32}},{"pattern":"^[0-9]{4} [A-Z]{2}$"},{"properties":{"country":34}},\
      {"const":"NL"},{"properties":{"code":36}},{"pattern":"^[0-9]{5}$"},{"properties":{"country":38}},{"const":"DE"},\
      {"type":64,"not":42,"properties":{"a":41,"b":40}},{"type":4},{"type":4},{"required":["a","b"]},{"type":64,\
      "properties":{"card":45,"address":44},"dependentSchemas":{"card":46}},{"type":16},{"type":16},\
      {"properties":{"address":47},"required":["address"]},{"minLength":5}]
      """)
}
