// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// Each item.
public struct Items: JSONCodable, Equatable {
  public let value: [String]?

  public init(value: [String]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Items? {
    guard try json.beginObject() else { return nil }
    var value: [String]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0:
        try json.items("value", &value) { check, item in
          check.length("", item, min: 2)
        }
      default: try json.skip()
      }
    }
    return Items(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.each("value", self.value) { check, item in
      check.length("", item, min: 2)
    }
  }
}

/// Lists of lists.
public struct ItemsOfItems: JSONCodable, Equatable {
  public let value: [[Int]]?

  public init(value: [[Int]]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ItemsOfItems? {
    guard try json.beginObject() else { return nil }
    var value: [[Int]]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0:
        try json.items("value", &value) { check, item in
          check.each("", item) { check, item in
            check.range("", item, max: 9)
          }
        }
      default: try json.skip()
      }
    }
    return ItemsOfItems(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.each("value", self.value) { check, item in
      check.each("", item) { check, item in
        check.range("", item, max: 9)
      }
    }
  }
}

/// At least one.
public struct MinItems: JSONCodable, Equatable {
  public let value: [Int]?

  public init(value: [Int]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MinItems? {
    guard try json.beginObject() else { return nil }
    var value: [Int]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.items("value", &value, min: 1)
      default: try json.skip()
      }
    }
    return MinItems(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.count("value", self.value?.count, min: 1)
  }
}

/// At most two.
public struct MaxItems: JSONCodable, Equatable {
  public let value: [Int]?

  public init(value: [Int]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MaxItems? {
    guard try json.beginObject() else { return nil }
    var value: [Int]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.items("value", &value, max: 2)
      default: try json.skip()
      }
    }
    return MaxItems(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.count("value", self.value?.count, max: 2)
  }
}

/// No item twice.
public struct UniqueItems: JSONCodable, Equatable {
  public let value: [String]?

  public init(value: [String]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> UniqueItems? {
    guard try json.beginObject() else { return nil }
    var value: [String]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return UniqueItems(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.unique("value", self.value)
  }
}

/// Whatever the order of their keys.
public struct UniqueObjects: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> UniqueObjects? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 0)
      default: try json.skip()
      }
    }
    return UniqueObjects(value: value)
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

/// A pair, and more.
public struct PrefixItems: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PrefixItems? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 1)
      default: try json.skip()
      }
    }
    return PrefixItems(value: value)
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

/// Just a pair.
public struct PrefixClosed: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PrefixClosed? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 5)
      default: try json.skip()
      }
    }
    return PrefixClosed(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 5)
  }
}

/// One of them at least.
public struct Contains: JSONCodable, Equatable {
  public let value: [Int]?

  public init(value: [Int]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Contains? {
    guard try json.beginObject() else { return nil }
    var value: [Int]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 9)
      default: try json.skip()
      }
    }
    return Contains(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 9)
  }
}

/// Two of them at least.
public struct MinContains: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MinContains? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 12)
      default: try json.skip()
      }
    }
    return MinContains(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 12)
  }
}

/// None is enough, and one is all.
public struct MinContainsZero: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MinContainsZero? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 14)
      default: try json.skip()
      }
    }
    return MinContainsZero(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 14)
  }
}

/// Two of them at most.
public struct MaxContains: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MaxContains? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 16)
      default: try json.skip()
      }
    }
    return MaxContains(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 16)
  }
}

/// Nothing beyond what was looked at.
public struct UnevaluatedItems: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> UnevaluatedItems? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 18)
      default: try json.skip()
      }
    }
    return UnevaluatedItems(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 18)
  }
}

/// What was not looked at is an integer.
public struct UnevaluatedItemsSchema: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> UnevaluatedItemsSchema? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 22)
      default: try json.skip()
      }
    }
    return UnevaluatedItemsSchema(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 22)
  }
}

/// An item that was found has been looked at.
public struct ContainsEvaluates: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ContainsEvaluates? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 26)
      default: try json.skip()
      }
    }
    return ContainsEvaluates(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 26)
  }
}

/// What is absent is empty.
public struct DefaultList: JSONCodable, Equatable {
  public let value: [String]

  public init(value: [String] = []) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DefaultList? {
    guard try json.beginObject() else { return nil }
    var value: [String]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return DefaultList(value: value ?? [])
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// Items with constraints of their own.
public struct ItemsOfRecords: JSONCodable, Equatable {
  public let list: [ItemsOfRecordsListItem]

  public init(list: [ItemsOfRecordsListItem]) {
    self.list = list
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ItemsOfRecords? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var list: [ItemsOfRecordsListItem]?
    var keys = json.keys("list")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("list", &list)
      default: try json.skip()
      }
    }
    json.require(list, "list", since: mark)
    guard let list else { return nil }
    return ItemsOfRecords(list: list)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("list", self.list)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("list", self.list)
  }
}

public struct ItemsOfRecordsListItem: JSONCodable, Equatable {
  public let name: String

  public init(name: String) {
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ItemsOfRecordsListItem? {
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
    return ItemsOfRecordsListItem(name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("name", self.name, max: 3)
  }
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(
    checked: """
      [{"type":32,"uniqueItems":true},{"type":32,"items":2,"prefixItems":[4,3]},{"type":2},{"type":4},{"type":16},\
      {"type":32,"items":6,"prefixItems":[8,7]},false,{"type":4},{"type":16},{"type":32,"items":11,"contains":10},\
      {"minimum":5},{"type":4},{"type":32,"contains":13,"minContains":2},{"type":4},{"type":32,"contains":15,\
      "minContains":0,"maxContains":1},{"type":4},{"type":32,"contains":17,"maxContains":2},{"type":4},{"type":32,\
      "unevaluatedItems":19,"allOf":[20]},false,{"prefixItems":[21]},{"type":16},{"type":32,"unevaluatedItems":23,\
      "allOf":[24]},{"type":4},{"prefixItems":[25]},{"type":16},{"type":32,"contains":28,"unevaluatedItems":27},false,\
      {"type":16}]
      """)
}
