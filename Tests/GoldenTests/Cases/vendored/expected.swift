// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Pet: JSONCodable, Equatable {
  public let age: Int
  public let owner: Owner

  public init(age: Int, owner: Owner) {
    self.age = age
    self.owner = owner
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Pet? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var age: Int?
    var owner: Owner?
    var keys = json.keys("age,owner")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("age", &age)
      case 1: try json.field("owner", &owner)
      default: try json.skip()
      }
    }
    json.require(age, "age", since: mark)
    json.require(owner, "owner", since: mark)
    guard let age, let owner else {
      Self.validate(&json.violations, age, owner)
      return nil
    }
    return Pet(age: age, owner: owner)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("age", self.age)
    json.field("owner", self.owner)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.age, self.owner)
  }

  private static func validate(_ check: inout Violations, _ age: Int?, _ owner: Owner?) {
    check.range("age", age, min: 0, max: 40)
    check.value("owner", owner)
  }
}

public struct Owner: JSONCodable, Equatable {
  public let name: String
  public let pets: [Int]?

  public init(name: String, pets: [Int]? = nil) {
    self.name = name
    self.pets = pets
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Owner? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var pets: [Int]?
    var keys = json.keys("name,pets")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1:
        try json.items("pets", &pets) { check, item in
          check.range("", item, min: 0, max: 40)
        }
      default: try json.skip()
      }
    }
    json.require(name, "name", since: mark)
    guard let name else {
      Self.validate(&json.violations, name, pets)
      return nil
    }
    return Owner(name: name, pets: pets)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("pets", self.pets)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.name, self.pets)
  }

  private static func validate(_ check: inout Violations, _ name: String?, _ pets: [Int]?) {
    check.length("name", name, min: 1)
    check.each("pets", pets) { check, item in
      check.range("", item, min: 0, max: 40)
    }
  }
}
