// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct List: JSONCodable, Equatable {
  public let value: [List]

  public init(_ value: [List]) { self.value = value }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> List? {
    return try [List].decode(&json).map { List($0) }
  }

  public func encode(_ json: inout JSONWriter) { self.value.encode(&json) }

  public func validate(_ check: inout Violations) {
    check.value("", self.value)
  }
}

public struct Tree: JSONCodable, Equatable {
  public var left: Tree? { _left.value }
  let _left: Indirect<Tree?>

  public init(left: Tree? = nil) {
    self._left = Indirect(left)
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Tree? {
    guard try json.beginObject() else { return nil }
    var left: Tree?
    var keys = json.keys("left")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("left", &left)
      default: try json.skip()
      }
    }
    return Tree(left: left)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("left", self._left.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("left", self._left.value)
  }
}

public struct Even: JSONCodable, Equatable {
  public let odd: Odd?

  public init(odd: Odd? = nil) {
    self.odd = odd
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Even? {
    guard try json.beginObject() else { return nil }
    var odd: Odd?
    var keys = json.keys("odd")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("odd", &odd)
      default: try json.skip()
      }
    }
    return Even(odd: odd)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("odd", self.odd)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("odd", self.odd)
  }
}

public struct Odd: JSONCodable, Equatable {
  public var even: Even? { _even.value }
  let _even: Indirect<Even?>

  public init(even: Even? = nil) {
    self._even = Indirect(even)
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Odd? {
    guard try json.beginObject() else { return nil }
    var even: Even?
    var keys = json.keys("even")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("even", &even)
      default: try json.skip()
      }
    }
    return Odd(even: even)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("even", self._even.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("even", self._even.value)
  }
}

public struct Fine: JSONCodable, Equatable {
  public let children: [Fine]?

  public init(children: [Fine]? = nil) {
    self.children = children
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Fine? {
    guard try json.beginObject() else { return nil }
    var children: [Fine]?
    var keys = json.keys("children")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("children", &children)
      default: try json.skip()
      }
    }
    return Fine(children: children)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("children", self.children)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("children", self.children)
  }
}
