// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// An empty list.
public struct FalseItems: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FalseItems? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    while let key = try json.nextKey() {
      switch key {
      case "value": value = try json.field("value", value, Schemas.program, 2)
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
    if let value = self.value {
      check.satisfies("value", value, Schemas.program, 2)
    }
  }
}

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
    while let key = try json.nextKey() {
      switch key {
      case "anything": anything = try json.field("anything", anything)
      case "nothing": nothing = try json.field("nothing", nothing, Schemas.program, 0)
      case "free": free = try json.field("free", free)
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
    if let value = self.nothing {
      check.satisfies("nothing", value, Schemas.program, 0)
    }
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
    while let key = try json.nextKey() {
      switch key {
      case "value": value = try json.field("value", value)
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

/// What is checked by the schemas themselves, where no type can stand for them.
enum Schemas {
  static let program = SchemaProgram(checked: "[false,false,{\"type\":32,\"items\":1}]")
}
