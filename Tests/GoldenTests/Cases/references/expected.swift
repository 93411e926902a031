// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// Schemas of its own.
public struct Defs: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Defs? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return Defs(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("value", self.value, max: 2)
  }
}

/// Names that a pointer writes in another way.
public struct EscapedReference: JSONCodable, Equatable {
  public let slash: String?
  public let space: Int?

  public init(slash: String? = nil, space: Int? = nil) {
    self.slash = slash
    self.space = space
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> EscapedReference? {
    guard try json.beginObject() else { return nil }
    var slash: String?
    var space: Int?
    var keys = json.keys("slash,space")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("slash", &slash)
      case 1: try json.field("space", &space)
      default: try json.skip()
      }
    }
    return EscapedReference(slash: slash, space: space)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("slash", self.slash)
    json.field("space", self.space)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("slash", self.slash, max: 2)
    check.range("space", self.space, max: 5)
  }
}

/// A reference to a reference.
public struct ReferenceChain: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ReferenceChain? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return ReferenceChain(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("value", self.value, max: 2)
  }
}

/// By a name.
public struct Anchored: JSONCodable, Equatable {
  public let value: Int?

  public init(value: Int? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Anchored? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return Anchored(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, max: 5)
  }
}

/// A resource with an address of its own.
public struct Resource: JSONCodable, Equatable {
  public let value: Int?
  public let again: String?

  public init(value: Int? = nil, again: String? = nil) {
    self.value = value
    self.again = again
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Resource? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var again: String?
    var keys = json.keys("value,again")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      case 1: try json.field("again", &again)
      default: try json.skip()
      }
    }
    return Resource(value: value, again: again)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.field("again", self.again)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, min: 3)
    check.length("again", self.again, min: 1)
  }
}

/// A reference is resolved against the address beside it.
public struct BesideAddress: JSONCodable, Equatable {
  public let value: Int?

  public init(value: Int? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> BesideAddress? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return BesideAddress(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, max: 3)
  }
}

/// A list that goes on.
public struct ListNode: JSONCodable, Equatable {
  public let value: Int
  /// A list that goes on.
  public var next: ListNode? { _next.value }
  let _next: Indirect<ListNode?>

  public init(value: Int, next: ListNode? = nil) {
    self.value = value
    self._next = Indirect(next)
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ListNode? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var value: Int?
    var next: ListNode?
    var keys = json.keys("value,next")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      case 1: try json.field("next", &next)
      default: try json.skip()
      }
    }
    json.require(value, "value", since: mark)
    guard let value else {
      Self.validate(&json.violations, next)
      return nil
    }
    return ListNode(value: value, next: next)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.field("next", self._next.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self._next.value)
  }

  private static func validate(_ check: inout Violations, _ next: ListNode?) {
    check.value("next", next)
  }
}

/// A tree.
public struct TreeNode: JSONCodable, Equatable {
  public let name: String
  public let children: [TreeNode]?

  public init(name: String, children: [TreeNode]? = nil) {
    self.name = name
    self.children = children
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TreeNode? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var children: [TreeNode]?
    var keys = json.keys("name,children")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1: try json.field("children", &children)
      default: try json.skip()
      }
    }
    json.require(name, "name", since: mark)
    guard let name else {
      Self.validate(&json.violations, name, children)
      return nil
    }
    return TreeNode(name: name, children: children)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("children", self.children)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.name, self.children)
  }

  private static func validate(_ check: inout Violations, _ name: String?, _ children: [TreeNode]?) {
    check.length("name", name, min: 1)
    check.value("children", children)
  }
}

/// One of two that hold each other.
public struct Left: JSONCodable, Equatable {
  public let right: Right?
  public let x: Int?

  public init(right: Right? = nil, x: Int? = nil) {
    self.right = right
    self.x = x
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Left? {
    guard try json.beginObject() else { return nil }
    var right: Right?
    var x: Int?
    var keys = json.keys("right,x")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("right", &right)
      case 1: try json.field("x", &x)
      default: try json.skip()
      }
    }
    return Left(right: right, x: x)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("right", self.right)
    json.field("x", self.x)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("right", self.right)
  }
}

public struct Right: JSONCodable, Equatable {
  /// One of two that hold each other.
  public var left: Left? { _left.value }
  let _left: Indirect<Left?>
  public let y: Int

  public init(left: Left? = nil, y: Int) {
    self._left = Indirect(left)
    self.y = y
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Right? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var left: Left?
    var y: Int?
    var keys = json.keys("left,y")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("left", &left)
      case 1: try json.field("y", &y)
      default: try json.skip()
      }
    }
    json.require(y, "y", since: mark)
    guard let y else {
      Self.validate(&json.violations, left)
      return nil
    }
    return Right(left: left, y: y)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("left", self._left.value)
    json.field("y", self.y)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self._left.value)
  }

  private static func validate(_ check: inout Violations, _ left: Left?) {
    check.value("left", left)
  }
}

/// From other files, YAML and JSON.
public struct External: JSONCodable, Equatable {
  public let price: Money?
  public let amount: ExactDecimal?

  public init(price: Money? = nil, amount: ExactDecimal? = nil) {
    self.price = price
    self.amount = amount
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> External? {
    guard try json.beginObject() else { return nil }
    var price: Money?
    var amount: ExactDecimal?
    var keys = json.keys("price,amount")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("price", &price)
      case 1: try json.field("amount", &amount)
      default: try json.skip()
      }
    }
    return External(price: price, amount: amount)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("price", self.price)
    json.field("amount", self.amount, scale: 0)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("price", self.price)
    check.range("amount", self.amount, min: ExactDecimal(0))
  }
}

public struct Money: JSONCodable, Equatable {
  public let currency: String

  public init(currency: String) {
    self.currency = currency
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Money? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var currency: String?
    var keys = json.keys("currency")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("currency", &currency)
      default: try json.skip()
      }
    }
    json.require(currency, "currency", since: mark)
    guard let currency else { return nil }
    return Money(currency: currency)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("currency", self.currency)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("currency", self.currency, max: 3)
  }
}

/// A reference and a bound beside it.
public struct Siblings: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Siblings? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return Siblings(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("value", self.value, min: 1)
    check.length("value", self.value, max: 2)
  }
}

/// A tree whose nodes are all closed.
public struct ClosedTree: JSONCodable, Equatable {
  public let data: Int?
  public let children: [JSONValue]?

  public init(data: Int? = nil, children: [JSONValue]? = nil) {
    self.data = data
    self.children = children
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ClosedTree? {
    guard try json.satisfies(Schemas.program, 4) else { return nil }
    guard try json.beginObject() else { return nil }
    var data: Int?
    var children: [JSONValue]?
    var keys = json.keys("data,children")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("data", &data)
      case 1: try json.field("children", &children, Schemas.program, 2)
      default: try json.unknownField(json.unknownKey, known: "data, children", rule: "unevaluatedProperties")
      }
    }
    return ClosedTree(data: data, children: children)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("data", self.data)
    json.field("children", self.children)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 4)
  }
}

public struct Lists: JSONCodable, Equatable {
  public let value: [Lists]

  public init(_ value: [Lists]) { self.value = value }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Lists? {
    return try [Lists].decode(&json).map { Lists($0) }
  }

  public func encode(_ json: inout JSONWriter) { self.value.encode(&json) }

  public func validate(_ check: inout Violations) {
    check.count("", self.value.count, max: 2)
    check.value("", self.value)
  }
}

/// Lists of lists of lists.
public struct NestedLists: JSONCodable, Equatable {
  public let value: Lists?

  public init(value: Lists? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NestedLists? {
    guard try json.beginObject() else { return nil }
    var value: Lists?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return NestedLists(value: value)
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

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(
    checked: """
      [{"$dynamicRef":["node",1],"$resource":1},{"type":64,"properties":{"data":3,"children":2},\
      "$dynamicAnchors":{"node":1},"$resource":1},{"type":32,"items":0,"$resource":1},{"type":4,"$resource":1},\
      {"type":64,"unevaluatedProperties":5,"allOf":[6],"$dynamicAnchors":{"node":4},"$resource":4},false,{"$ref":1,\
      "$resource":4}]
      """)
}
