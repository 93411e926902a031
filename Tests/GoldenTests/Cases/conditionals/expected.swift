// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// A gift needs a message.
public struct IfThen: JSONCodable, Equatable {
  public let gift: Bool?
  public let message: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(
    gift: Bool? = nil,
    message: String? = nil,
    additionalProperties: JSONObject<JSONValue> = [:]
  ) {
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
    while let key = try json.nextKey() {
      switch key {
      case "gift": gift = try json.field("gift", gift)
      case "message": message = try json.field("message", message)
      default: _ = try json.member(key, into: &additionalProperties)
      }
    }
    return IfThen(gift: gift, message: message, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("gift", self.gift)
    json.field("message", self.message)
    json.members(self.additionalProperties)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 9)
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
    guard try json.satisfies(Schemas.program, 14) else { return nil }
    guard try json.beginObject() else { return nil }
    var a: Int?
    var b: Int?
    var additionalProperties = JSONObject<JSONValue>()
    while let key = try json.nextKey() {
      switch key {
      case "a": a = try json.field("a", a)
      case "b": b = try json.field("b", b)
      default: _ = try json.member(key, into: &additionalProperties)
      }
    }
    return NotRequired(a: a, b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("b", self.b)
    json.members(self.additionalProperties)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 14)
  }
}

/// Abroad needs a country, at home a code of five digits.
public struct IfThenElse: JSONCodable, Equatable {
  public let abroad: Bool?
  public let country: String?
  public let code: String?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(
    abroad: Bool? = nil,
    country: String? = nil,
    code: String? = nil,
    additionalProperties: JSONObject<JSONValue> = [:]
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
    while let key = try json.nextKey() {
      switch key {
      case "abroad": abroad = try json.field("abroad", abroad)
      case "country": country = try json.field("country", country)
      case "code": code = try json.field("code", code)
      default: _ = try json.member(key, into: &additionalProperties)
      }
    }
    return IfThenElse(
      abroad: abroad,
      country: country,
      code: code,
      additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("abroad", self.abroad)
    json.field("country", self.country)
    json.field("code", self.code)
    json.members(self.additionalProperties)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 0)
  }
}

/// What is checked by the schemas themselves, where no type can stand for them.
enum Schemas {
  static let program = SchemaProgram(checked: "[{\"type\":64,\"if\":7,\"then\":6,\"else\":4,\"properties\":{\"abroad\":3,\"country\":2,\"code\":1}},{\"type\":16},{\"type\":16},{\"type\":2},{\"properties\":{\"code\":5}},{\"pattern\":\"^[0-9]{5}$\"},{\"required\":[\"country\"]},{\"properties\":{\"abroad\":8},\"required\":[\"abroad\"]},{\"const\":true},{\"type\":64,\"if\":13,\"then\":12,\"properties\":{\"gift\":11,\"message\":10}},{\"type\":16},{\"type\":2},{\"required\":[\"message\"]},{\"required\":[\"gift\"]},{\"type\":64,\"not\":17,\"properties\":{\"a\":16,\"b\":15}},{\"type\":4},{\"type\":4},{\"required\":[\"a\",\"b\"]}]")
}
