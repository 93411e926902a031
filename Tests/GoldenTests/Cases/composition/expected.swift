// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// What all have.
public struct Base: JSONCodable, Equatable {
  public let id: Int

  public init(id: Int) {
    self.id = id
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Base? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var keys = json.keys("id")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    guard let id else { return nil }
    return Base(id: id)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("id", self.id, min: 1)
  }
}

public struct Named: JSONCodable, Equatable {
  public let name: String

  public init(name: String) {
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Named? {
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
    return Named(name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.endObject()
  }
}

/// Two records and a property of its own.
public struct AllOf: JSONCodable, Equatable {
  public let own: Bool?
  public let id: Int
  public let name: String

  public init(own: Bool? = nil, id: Int, name: String) {
    self.own = own
    self.id = id
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AllOf? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var own: Bool?
    var id: Int?
    var name: String?
    var keys = json.keys("own,id,name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("own", &own)
      case 1: try json.field("id", &id)
      case 2: try json.field("name", &name)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(name, "name", since: mark)
    guard let id, let name else {
      Self.validate(&json.violations, id)
      return nil
    }
    return AllOf(own: own, id: id, name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("own", self.own)
    json.field("id", self.id)
    json.field("name", self.name)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.id)
  }

  private static func validate(_ check: inout Violations, _ id: Int?) {
    check.range("id", id, min: 1)
  }
}

/// A bound of the base made narrower.
public struct AllOfNarrowed: JSONCodable, Equatable {
  public let id: Int

  public init(id: Int) {
    self.id = id
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AllOfNarrowed? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var keys = json.keys("id")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    guard let id else { return nil }
    return AllOfNarrowed(id: id)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("id", self.id, min: 1)
    check.range("id", self.id, max: 9)
  }
}

/// A record, and one of two.
public enum AllOfWithChoice: JSONCodable, Equatable {
  /// ByMail
  case byMail(AllOfWithChoiceByMail)
  /// ByPhone
  case byPhone(AllOfWithChoiceByPhone)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AllOfWithChoice? {
    switch try json.branch(Schemas.program, 0) {
    case 0: return try AllOfWithChoiceByMail.decode(&json).map { .byMail($0) }
    case 1: return try AllOfWithChoiceByPhone.decode(&json).map { .byPhone($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .byMail(let value): value.encode(&json)
    case .byPhone(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 0)
    switch self {
    case .byMail(let value): value.validate(&check)
    case .byPhone(let value): value.validate(&check)
    }
  }
}

/// ByMail
public struct AllOfWithChoiceByMail: JSONCodable, Equatable {
  public let id: Int
  public let mail: String

  public init(id: Int, mail: String) {
    self.id = id
    self.mail = mail
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AllOfWithChoiceByMail? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var mail: String?
    var keys = json.keys("id,mail")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("mail", &mail)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(mail, "mail", since: mark)
    guard let id, let mail else {
      Self.validate(&json.violations, id, mail)
      return nil
    }
    return AllOfWithChoiceByMail(id: id, mail: mail)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("mail", self.mail)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.id, self.mail)
  }

  private static func validate(_ check: inout Violations, _ id: Int?, _ mail: String?) {
    check.range("id", id, min: 1)
    check.length("mail", mail, min: 3)
  }
}

/// ByPhone
public struct AllOfWithChoiceByPhone: JSONCodable, Equatable {
  public let id: Int
  public let phone: String

  public init(id: Int, phone: String) {
    self.id = id
    self.phone = phone
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AllOfWithChoiceByPhone? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var phone: String?
    var keys = json.keys("id,phone")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("phone", &phone)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(phone, "phone", since: mark)
    guard let id, let phone else {
      Self.validate(&json.violations, id)
      return nil
    }
    return AllOfWithChoiceByPhone(id: id, phone: phone)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("phone", self.phone)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.id)
  }

  private static func validate(_ check: inout Violations, _ id: Int?) {
    check.range("id", id, min: 1)
  }
}

/// A text or an integer.
public struct OneOfByType: JSONCodable, Equatable {
  public let value: OneOfByTypeValue?

  public init(value: OneOfByTypeValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfByType? {
    guard try json.beginObject() else { return nil }
    var value: OneOfByTypeValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return OneOfByType(value: value)
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

public enum OneOfByTypeValue: JSONCodable, Equatable {
  case string(String)
  case integer(Int)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfByTypeValue? {
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

  public func validate(_ check: inout Violations) {
    switch self {
    case .string(let value): check.length("", value, min: 2)
    case .integer(let value): check.range("", value, min: 5)
    }
  }
}

/// Told apart by a constant.
public enum OneOfByProperty: JSONCodable, Equatable {
  /// Cat
  case cat(OneOfByPropertyCat)
  /// Dog
  case dog(OneOfByPropertyDog)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfByProperty? {
    switch try json.peek("kind") {
    case "cat"?: return try OneOfByPropertyCat.decode(&json).map { .cat($0) }
    case "dog"?: return try OneOfByPropertyDog.decode(&json).map { .dog($0) }
    default: return try json.refuse("oneOf", "cat, dog")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .cat(let value): value.encode(&json)
    case .dog(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .cat(let value): value.validate(&check)
    case .dog(let value): value.validate(&check)
    }
  }
}

/// Cat
public struct OneOfByPropertyCat: JSONCodable, Equatable {
  public let kind: OneOfByPropertyCatKind
  public let lives: Int?

  public init(kind: OneOfByPropertyCatKind, lives: Int? = nil) {
    self.kind = kind
    self.lives = lives
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfByPropertyCat? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var kind: OneOfByPropertyCatKind?
    var lives: Int?
    var keys = json.keys("kind,lives")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("kind", &kind)
      case 1: try json.field("lives", &lives)
      default: try json.skip()
      }
    }
    json.require(kind, "kind", since: mark)
    guard let kind else {
      Self.validate(&json.violations, lives)
      return nil
    }
    return OneOfByPropertyCat(kind: kind, lives: lives)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("kind", self.kind)
    json.field("lives", self.lives)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.lives)
  }

  private static func validate(_ check: inout Violations, _ lives: Int?) {
    check.range("lives", lives, max: 9)
  }
}

/// Dog
public struct OneOfByPropertyDog: JSONCodable, Equatable {
  public let kind: OneOfByPropertyDogKind
  public let name: String

  public init(kind: OneOfByPropertyDogKind, name: String) {
    self.kind = kind
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfByPropertyDog? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var kind: OneOfByPropertyDogKind?
    var name: String?
    var keys = json.keys("kind,name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("kind", &kind)
      case 1: try json.field("name", &name)
      default: try json.skip()
      }
    }
    json.require(kind, "kind", since: mark)
    json.require(name, "name", since: mark)
    guard let kind, let name else { return nil }
    return OneOfByPropertyDog(kind: kind, name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("kind", self.kind)
    json.field("name", self.name)
    json.endObject()
  }
}

public enum OneOfByPropertyCatKind: StringEnum {
  case cat

  public static var brokenRule: String { "const" }
  public static var brokenTypeRule: String { "const" }

  public var rawValue: String {
    switch self {
    case .cat: "cat"
    }
  }
}

public enum OneOfByPropertyDogKind: StringEnum {
  case dog

  public static var brokenRule: String { "const" }
  public static var brokenTypeRule: String { "const" }

  public var rawValue: String {
    switch self {
    case .dog: "dog"
    }
  }
}

/// Told apart by lists of constants.
public enum OneOfByEnumProperty: JSONCodable, Equatable {
  /// Wheeled
  case wheeled(OneOfByEnumPropertyWheeled)
  /// Floating
  case floating(OneOfByEnumPropertyFloating)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfByEnumProperty? {
    switch try json.peek("kind") {
    case "car"?, "bike"?: return try OneOfByEnumPropertyWheeled.decode(&json).map { .wheeled($0) }
    case "boat"?: return try OneOfByEnumPropertyFloating.decode(&json).map { .floating($0) }
    default: return try json.refuse("oneOf", "car, bike, boat")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .wheeled(let value): value.encode(&json)
    case .floating(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .wheeled(let value): value.validate(&check)
    case .floating(let value): value.validate(&check)
    }
  }
}

/// Wheeled
public struct OneOfByEnumPropertyWheeled: JSONCodable, Equatable {
  public let kind: OneOfByEnumPropertyWheeledKind
  public let wheels: Int?

  public init(kind: OneOfByEnumPropertyWheeledKind, wheels: Int? = nil) {
    self.kind = kind
    self.wheels = wheels
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfByEnumPropertyWheeled? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var kind: OneOfByEnumPropertyWheeledKind?
    var wheels: Int?
    var keys = json.keys("kind,wheels")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("kind", &kind)
      case 1: try json.field("wheels", &wheels)
      default: try json.skip()
      }
    }
    json.require(kind, "kind", since: mark)
    guard let kind else {
      Self.validate(&json.violations, wheels)
      return nil
    }
    return OneOfByEnumPropertyWheeled(kind: kind, wheels: wheels)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("kind", self.kind)
    json.field("wheels", self.wheels)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.wheels)
  }

  private static func validate(_ check: inout Violations, _ wheels: Int?) {
    check.range("wheels", wheels, min: 2)
  }
}

/// Floating
public struct OneOfByEnumPropertyFloating: JSONCodable, Equatable {
  public let kind: OneOfByEnumPropertyFloatingKind
  public let masts: Int?

  public init(kind: OneOfByEnumPropertyFloatingKind, masts: Int? = nil) {
    self.kind = kind
    self.masts = masts
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfByEnumPropertyFloating? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var kind: OneOfByEnumPropertyFloatingKind?
    var masts: Int?
    var keys = json.keys("kind,masts")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("kind", &kind)
      case 1: try json.field("masts", &masts)
      default: try json.skip()
      }
    }
    json.require(kind, "kind", since: mark)
    guard let kind else { return nil }
    return OneOfByEnumPropertyFloating(kind: kind, masts: masts)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("kind", self.kind)
    json.field("masts", self.masts)
    json.endObject()
  }
}

public enum OneOfByEnumPropertyWheeledKind: StringEnum {
  case car
  case bike

  public var rawValue: String {
    switch self {
    case .car: "car"
    case .bike: "bike"
    }
  }
}

public enum OneOfByEnumPropertyFloatingKind: StringEnum {
  case boat

  public var rawValue: String {
    switch self {
    case .boat: "boat"
    }
  }
}

/// Told apart by what they need.
public enum OneOfByRequired: JSONCodable, Equatable {
  /// Circle
  case circle(OneOfByRequiredCircle)
  /// Square
  case square(OneOfByRequiredSquare)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfByRequired? {
    switch try json.branch(Schemas.program, 5) {
    case 0: return try OneOfByRequiredCircle.decode(&json).map { .circle($0) }
    case 1: return try OneOfByRequiredSquare.decode(&json).map { .square($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .circle(let value): value.encode(&json)
    case .square(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 5)
    switch self {
    case .circle(let value): value.validate(&check)
    case .square(let value): value.validate(&check)
    }
  }
}

/// Circle
public struct OneOfByRequiredCircle: JSONCodable, Equatable {
  public let radius: Double

  public init(radius: Double) {
    self.radius = radius
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfByRequiredCircle? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var radius: Double?
    var keys = json.keys("radius")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("radius", &radius)
      default: try json.skip()
      }
    }
    json.require(radius, "radius", since: mark)
    guard let radius else { return nil }
    return OneOfByRequiredCircle(radius: radius)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("radius", self.radius)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("radius", self.radius, min: 0)
  }
}

/// Square
public struct OneOfByRequiredSquare: JSONCodable, Equatable {
  public let side: Double

  public init(side: Double) {
    self.side = side
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfByRequiredSquare? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var side: Double?
    var keys = json.keys("side")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("side", &side)
      default: try json.skip()
      }
    }
    json.require(side, "side", since: mark)
    guard let side else { return nil }
    return OneOfByRequiredSquare(side: side)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("side", self.side)
    json.endObject()
  }
}

/// A choice below the value.
public struct OneOfInside: JSONCodable, Equatable {
  public let shape: OneOfInsideShape

  public init(shape: OneOfInsideShape) {
    self.shape = shape
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfInside? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var shape: OneOfInsideShape?
    var keys = json.keys("shape")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("shape", &shape)
      default: try json.skip()
      }
    }
    json.require(shape, "shape", since: mark)
    guard let shape else { return nil }
    return OneOfInside(shape: shape)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("shape", self.shape)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("shape", self.shape)
  }
}

public enum OneOfInsideShape: JSONCodable, Equatable {
  /// Round
  case round(OneOfInsideShapeRound)
  /// Straight
  case straight(OneOfInsideShapeStraight)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfInsideShape? {
    switch try json.branch(Schemas.program, 10) {
    case 0: return try OneOfInsideShapeRound.decode(&json).map { .round($0) }
    case 1: return try OneOfInsideShapeStraight.decode(&json).map { .straight($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .round(let value): value.encode(&json)
    case .straight(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 10)
    switch self {
    case .round(let value): value.validate(&check)
    case .straight(let value): value.validate(&check)
    }
  }
}

/// Round
public struct OneOfInsideShapeRound: JSONCodable, Equatable {
  public let radius: Double

  public init(radius: Double) {
    self.radius = radius
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfInsideShapeRound? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var radius: Double?
    var keys = json.keys("radius")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("radius", &radius)
      default: try json.skip()
      }
    }
    json.require(radius, "radius", since: mark)
    guard let radius else { return nil }
    return OneOfInsideShapeRound(radius: radius)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("radius", self.radius)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("radius", self.radius, min: 0)
  }
}

/// Straight
public struct OneOfInsideShapeStraight: JSONCodable, Equatable {
  public let side: Double

  public init(side: Double) {
    self.side = side
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfInsideShapeStraight? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var side: Double?
    var keys = json.keys("side")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("side", &side)
      default: try json.skip()
      }
    }
    json.require(side, "side", since: mark)
    guard let side else { return nil }
    return OneOfInsideShapeStraight(side: side)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("side", self.side)
    json.endObject()
  }
}

/// Just one of the two.
public struct OneOfUndecidable: JSONCodable, Equatable {
  public let value: OneOfUndecidableValue?

  public init(value: OneOfUndecidableValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfUndecidable? {
    guard try json.beginObject() else { return nil }
    var value: OneOfUndecidableValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return OneOfUndecidable(value: value)
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

public enum OneOfUndecidableValue: JSONCodable, Equatable {
  case integer(Int)
  case integer2(Int)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfUndecidableValue? {
    switch try json.branch(Schemas.program, 15) {
    case 0: return try Int.decode(&json).map { .integer($0) }
    case 1: return try Int.decode(&json).map { .integer2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .integer2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 15)
    switch self {
    case .integer(let value): check.multiple("", value, of: 3)
    case .integer2(let value): check.multiple("", value, of: 5)
    }
  }
}

/// What is shared, and one of two.
public enum OneOfBesideProperties: JSONCodable, Equatable {
  /// Mail
  case mail(OneOfBesidePropertiesMail)
  /// Phone
  case phone(OneOfBesidePropertiesPhone)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfBesideProperties? {
    switch try json.branch(Schemas.program, 18) {
    case 0: return try OneOfBesidePropertiesMail.decode(&json).map { .mail($0) }
    case 1: return try OneOfBesidePropertiesPhone.decode(&json).map { .phone($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .mail(let value): value.encode(&json)
    case .phone(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 18)
    switch self {
    case .mail(let value): value.validate(&check)
    case .phone(let value): value.validate(&check)
    }
  }
}

/// Mail
public struct OneOfBesidePropertiesMail: JSONCodable, Equatable {
  public let id: Int
  public let mail: String

  public init(id: Int, mail: String) {
    self.id = id
    self.mail = mail
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfBesidePropertiesMail? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var mail: String?
    var keys = json.keys("id,mail")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("mail", &mail)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(mail, "mail", since: mark)
    guard let id, let mail else {
      Self.validate(&json.violations, mail)
      return nil
    }
    return OneOfBesidePropertiesMail(id: id, mail: mail)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("mail", self.mail)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.mail)
  }

  private static func validate(_ check: inout Violations, _ mail: String?) {
    check.length("mail", mail, min: 3)
  }
}

/// Phone
public struct OneOfBesidePropertiesPhone: JSONCodable, Equatable {
  public let id: Int
  public let phone: String

  public init(id: Int, phone: String) {
    self.id = id
    self.phone = phone
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfBesidePropertiesPhone? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var phone: String?
    var keys = json.keys("id,phone")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("phone", &phone)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(phone, "phone", since: mark)
    guard let id, let phone else { return nil }
    return OneOfBesidePropertiesPhone(id: id, phone: phone)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("phone", self.phone)
    json.endObject()
  }
}

/// One enum of several constants.
public struct OneOfConstants: JSONCodable, Equatable {
  public let value: OneOfConstantsValue?

  public init(value: OneOfConstantsValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OneOfConstants? {
    guard try json.beginObject() else { return nil }
    var value: OneOfConstantsValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return OneOfConstants(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

public enum OneOfConstantsValue: StringEnum {
  case a
  case b

  public static var brokenRule: String { "oneOf" }
  public static var brokenTypeRule: String { "oneOf" }

  public var rawValue: String {
    switch self {
    case .a: "a"
    case .b: "b"
    }
  }
}

public struct Car: JSONCodable, Equatable {
  public let type: String
  public let doors: Int?

  public init(type: String, doors: Int? = nil) {
    self.type = type
    self.doors = doors
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Car? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var type: String?
    var doors: Int?
    var keys = json.keys("type,doors")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("type", &type)
      case 1: try json.field("doors", &doors)
      default: try json.skip()
      }
    }
    json.require(type, "type", since: mark)
    guard let type else {
      Self.validate(&json.violations, doors)
      return nil
    }
    return Car(type: type, doors: doors)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("type", self.type)
    json.field("doors", self.doors)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.doors)
  }

  private static func validate(_ check: inout Violations, _ doors: Int?) {
    check.range("doors", doors, min: 2)
  }
}

public struct Bike: JSONCodable, Equatable {
  public let type: String
  public let gears: Int?

  public init(type: String, gears: Int? = nil) {
    self.type = type
    self.gears = gears
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Bike? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var type: String?
    var gears: Int?
    var keys = json.keys("type,gears")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("type", &type)
      case 1: try json.field("gears", &gears)
      default: try json.skip()
      }
    }
    json.require(type, "type", since: mark)
    guard let type else { return nil }
    return Bike(type: type, gears: gears)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("type", self.type)
    json.field("gears", self.gears)
    json.endObject()
  }
}

/// Named by a property.
public enum Discriminated: JSONCodable, Equatable {
  case car(Car)
  case bike(Bike)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Discriminated? {
    switch try json.peek("type") {
    case "Car"?, "auto"?: return try Car.decode(&json).map { .car($0) }
    case "Bike"?, "velo"?: return try Bike.decode(&json).map { .bike($0) }
    default: return try json.refuse("discriminator", "Car, Bike, auto, velo", property: "type")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .car(let value): value.encode(&json)
    case .bike(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .car(let value): value.validate(&check)
    case .bike(let value): value.validate(&check)
    }
  }
}

/// Named by a property, by the names of the components alone.
public enum DiscriminatedByName: JSONCodable, Equatable {
  case car(Car)
  case bike(Bike)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DiscriminatedByName? {
    switch try json.peek("type") {
    case "Car"?: return try Car.decode(&json).map { .car($0) }
    case "Bike"?: return try Bike.decode(&json).map { .bike($0) }
    default: return try json.refuse("discriminator", "Car, Bike", property: "type")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .car(let value): value.encode(&json)
    case .bike(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .car(let value): value.validate(&check)
    case .bike(let value): value.validate(&check)
    }
  }
}

/// A number or a list.
public struct AnyOfTypes: JSONCodable, Equatable {
  public let value: AnyOfTypesValue?

  public init(value: AnyOfTypesValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AnyOfTypes? {
    guard try json.beginObject() else { return nil }
    var value: AnyOfTypesValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return AnyOfTypes(value: value)
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

public enum AnyOfTypesValue: JSONCodable, Equatable {
  case integer(Int)
  case array([Int])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AnyOfTypesValue? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .array: return try [Int].decode(&json).map { .array($0) }
    default: return try json.refuse("type", "number, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }
}

/// Far enough up, or down.
public struct AnyOfUndecidable: JSONCodable, Equatable {
  public let value: AnyOfUndecidableValue?

  public init(value: AnyOfUndecidableValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AnyOfUndecidable? {
    guard try json.beginObject() else { return nil }
    var value: AnyOfUndecidableValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return AnyOfUndecidable(value: value)
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

public enum AnyOfUndecidableValue: JSONCodable, Equatable {
  case integer(Int)
  case integer2(Int)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AnyOfUndecidableValue? {
    switch try json.branch(Schemas.program, 23) {
    case 0: return try Int.decode(&json).map { .integer($0) }
    case 1: return try Int.decode(&json).map { .integer2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .integer2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 23)
    switch self {
    case .integer(let value): check.range("", value, min: 10)
    case .integer2(let value): check.range("", value, max: 0)
    }
  }
}

/// One, the other, or both.
public struct AnyOfObjects: JSONCodable, Equatable {
  public let a: Int?
  public let b: Int?
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(a: Int? = nil, b: Int? = nil, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.a = a
    self.b = b
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AnyOfObjects? {
    guard try json.satisfies(Schemas.program, 26) else { return nil }
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
    return AnyOfObjects(a: a, b: b, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("b", self.b)
    json.members(self.additionalProperties, besides: "a", "b")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 26)
  }
}

/// Known texts, and others.
public struct OpenEnum: JSONCodable, Equatable {
  public let value: OpenEnumValue?

  public init(value: OpenEnumValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OpenEnum? {
    guard try json.beginObject() else { return nil }
    var value: OpenEnumValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return OpenEnum(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

public enum OpenEnumValue: OpenStringEnum {
  case x
  case y
  /// A value that the contract does not list.
  case other(String)

  public static let known: [(value: String, item: OpenEnumValue)] = [("x", .x), ("y", .y)]

  public static var brokenRule: String { "anyOf" }
  public static var brokenTypeRule: String { "anyOf" }

  public var rawValue: String {
    switch self {
    case .x: "x"
    case .y: "y"
    case .other(let value): value
    }
  }
}

/// Anything but an empty text.
public struct Not: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Not? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 31)
      default: try json.skip()
      }
    }
    return Not(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 31)
  }
}

/// Anything but a text.
public struct NotText: JSONCodable, Equatable {
  public let value: JSONValue?

  public init(value: JSONValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NotText? {
    guard try json.beginObject() else { return nil }
    var value: JSONValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 33)
      default: try json.skip()
      }
    }
    return NotText(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 33)
  }
}

/// A choice below items of a choice.
public struct NestedChoice: JSONCodable, Equatable {
  public let value: NestedChoiceValue?

  public init(value: NestedChoiceValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NestedChoice? {
    guard try json.beginObject() else { return nil }
    var value: NestedChoiceValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return NestedChoice(value: value)
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

public enum NestedChoiceValue: JSONCodable, Equatable {
  case integer(Int)
  case array([NestedChoiceValueArrayItem])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NestedChoiceValue? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .array: return try [NestedChoiceValueArrayItem].decode(&json).map { .array($0) }
    default: return try json.refuse("type", "number, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .array(let value) = self {
      check.value("", value)
    }
  }
}

public enum NestedChoiceValueArrayItem: JSONCodable, Equatable {
  case integer(Int)
  case boolean(Bool)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NestedChoiceValueArrayItem? {
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
}

/// A choice below what is not allowed.
public struct NotNestedChoice: JSONCodable, Equatable {
  public let value: [JSONValue]?

  public init(value: [JSONValue]? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NotNestedChoice? {
    guard try json.beginObject() else { return nil }
    var value: [JSONValue]?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 35)
      default: try json.skip()
      }
    }
    return NotNestedChoice(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 35)
  }
}

/// A branch that no type stands for, told apart by its type.
public struct CheckedBranch: JSONCodable, Equatable {
  public let value: CheckedBranchValue?

  public init(value: CheckedBranchValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> CheckedBranch? {
    guard try json.beginObject() else { return nil }
    var value: CheckedBranchValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return CheckedBranch(value: value)
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

public enum CheckedBranchValue: JSONCodable, Equatable {
  case string(String)
  case array([Int])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> CheckedBranchValue? {
    switch try json.kind() {
    case .string: return try String.decode(&json).map { .string($0) }
    case .array: return try json.satisfies(Schemas.program, 40) ? [Int].decode(&json).map { .array($0) } : nil
    default: return try json.refuse("type", "string, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .array(let value) = self {
      check.satisfies("", value, Schemas.program, 40)
    }
  }
}

/// Closed, whichever of the two it is, or both.
public enum ClosedAlternatives: JSONCodable, Equatable {
  case object(ClosedAlternativesObject)
  case object2(ClosedAlternativesObject2)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ClosedAlternatives? {
    guard try json.satisfies(Schemas.program, 43) else { return nil }
    switch try json.branch(Schemas.program, 50) {
    case 0: return try ClosedAlternativesObject.decode(&json).map { .object($0) }
    case 1: return try ClosedAlternativesObject2.decode(&json).map { .object2($0) }
    default: return nil
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .object(let value): value.encode(&json)
    case .object2(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 43)
  }
}

public struct ClosedAlternativesObject: JSONCodable, Equatable {
  public let a: String?
  public let c: Int

  public init(a: String? = nil, c: Int) {
    self.a = a
    self.c = c
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ClosedAlternativesObject? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: String?
    var c: Int?
    var keys = json.keys("a,c")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("c", &c)
      default: try json.skip()
      }
    }
    json.require(c, "c", since: mark)
    guard let c else { return nil }
    return ClosedAlternativesObject(a: a, c: c)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("c", self.c)
    json.endObject()
  }
}

public struct ClosedAlternativesObject2: JSONCodable, Equatable {
  public let a: String?
  public let d: Int

  public init(a: String? = nil, d: Int) {
    self.a = a
    self.d = d
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ClosedAlternativesObject2? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var a: String?
    var d: Int?
    var keys = json.keys("a,d")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("a", &a)
      case 1: try json.field("d", &d)
      default: try json.skip()
      }
    }
    json.require(d, "d", since: mark)
    guard let d else { return nil }
    return ClosedAlternativesObject2(a: a, d: d)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("a", self.a)
    json.field("d", self.d)
    json.endObject()
  }
}

/// Two choices at once, beside properties.
public struct TwoChoices: JSONCodable, Equatable {
  public let name: String
  /// The properties that the contract does not list.
  public let additionalProperties: JSONObject<JSONValue>

  public init(name: String, additionalProperties: JSONObject<JSONValue> = [:]) {
    self.name = name
    self.additionalProperties = additionalProperties
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TwoChoices? {
    guard try json.satisfies(Schemas.program, 51) else { return nil }
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var additionalProperties = JSONObject<JSONValue>()
    var keys = json.keys("name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      default: _ = try json.member(json.unknownKey, into: &additionalProperties)
      }
    }
    json.require(name, "name", since: mark)
    guard let name else { return nil }
    return TwoChoices(name: name, additionalProperties: additionalProperties)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.members(self.additionalProperties, besides: "name")
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("", self, Schemas.program, 51)
  }
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(
    checked: """
      [{"oneOf":[3,1],"dispatch":{"required":[["mail"],["phone"]]}},{"type":64,"properties":{"phone":2},\
      "required":["phone"]},{"type":16},{"type":64,"properties":{"mail":4},"required":["mail"]},{"type":16,\
      "minLength":3},{"oneOf":[8,6],"dispatch":{"required":[["radius"],["side"]]}},{"type":64,"properties":{"side":7},\
      "required":["side"]},{"type":12},{"type":64,"properties":{"radius":9},"required":["radius"]},{"type":12,\
      "minimum":0},{"oneOf":[13,11],"dispatch":{"required":[["radius"],["side"]]}},{"type":64,"properties":{"side":12},\
      "required":["side"]},{"type":12},{"type":64,"properties":{"radius":14},"required":["radius"]},{"type":12,\
      "minimum":0},{"oneOf":[17,16]},{"type":4,"multipleOf":5},{"type":4,"multipleOf":3},{"oneOf":[21,19],\
      "dispatch":{"required":[["mail"],["phone"]]}},{"type":64,"properties":{"phone":20},"required":["phone"]},\
      {"type":16},{"type":64,"properties":{"mail":22},"required":["mail"]},{"type":16,"minLength":3},{"anyOf":[25,24]},\
      {"type":4,"maximum":0},{"type":4,"minimum":10},{"type":64,"anyOf":[30,29],"properties":{"a":28,"b":27}},\
      {"type":4},{"type":4},{"required":["b"]},{"required":["a"]},{"type":16,"not":32},{"const":""},{"not":34},\
      {"type":16},{"type":32,"not":36},{"items":37},{"anyOf":[39,38],"dispatch":{"types":[16,4]}},{"type":4},\
      {"type":16},{"type":32,"items":42,"contains":41},{"const":1},{"type":4},{"type":64,"unevaluatedProperties":45,\
      "anyOf":[48,46],"properties":{"a":44},"dispatch":{"required":[["c"],["d"]]}},{"type":16},false,{"type":64,\
      "properties":{"d":47},"required":["d"]},{"type":4},{"type":64,"properties":{"c":49},"required":["c"]},{"type":4},\
      {"anyOf":[48,46],"dispatch":{"required":[["c"],["d"]]}},{"type":64,"allOf":[58,53],"properties":{"name":52},\
      "required":["name"]},{"type":16},{"oneOf":[56,54],"dispatch":{"required":[["c"],["d"]]}},{"type":64,\
      "properties":{"d":55},"required":["d"]},{"type":4},{"type":64,"properties":{"c":57},"required":["c"]},{"type":4},\
      {"oneOf":[61,59],"dispatch":{"required":[["a"],["b"]]}},{"type":64,"properties":{"b":60},"required":["b"]},\
      {"type":4},{"type":64,"properties":{"a":62},"required":["a"]},{"type":4}]
      """)
}
