// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// At least.
public struct Minimum: JSONCodable, Equatable {
  public let value: Int?

  public init(value: Int? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Minimum? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return Minimum(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, min: 3)
  }
}

/// At most.
public struct Maximum: JSONCodable, Equatable {
  public let value: Double?

  public init(value: Double? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Maximum? {
    guard try json.beginObject() else { return nil }
    var value: Double?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return Maximum(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, max: 2.5)
  }
}

/// Above.
public struct ExclusiveMinimum: JSONCodable, Equatable {
  public let value: Int?

  public init(value: Int? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ExclusiveMinimum? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return ExclusiveMinimum(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, above: 3)
  }
}

/// Below.
public struct ExclusiveMaximum: JSONCodable, Equatable {
  public let value: Double?

  public init(value: Double? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ExclusiveMaximum? {
    guard try json.beginObject() else { return nil }
    var value: Double?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return ExclusiveMaximum(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, below: 2.5)
  }
}

/// A bound between two integers.
public struct FractionBound: JSONCodable, Equatable {
  public let value: Int?

  public init(value: Int? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FractionBound? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 0)
      default: try json.skip()
      }
    }
    return FractionBound(value: value)
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

/// Steps of seven.
public struct MultipleOfInteger: JSONCodable, Equatable {
  public let value: Int?

  public init(value: Int? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MultipleOfInteger? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return MultipleOfInteger(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.multiple("value", self.value, of: 7)
  }
}

/// Exact steps of binary numbers.
public struct MultipleOfCent: JSONCodable, Equatable {
  public let value: Double?

  public init(value: Double? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MultipleOfCent? {
    guard try json.beginObject() else { return nil }
    var value: Double?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return MultipleOfCent(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.multiple("value", self.value, of: ExactDecimal(scaled: 1, exponent: -2))
  }
}

/// Halves that are whole.
public struct MultipleOfHalf: JSONCodable, Equatable {
  public let value: Int?

  public init(value: Int? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MultipleOfHalf? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 1)
      default: try json.skip()
      }
    }
    return MultipleOfHalf(value: value)
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

/// Money.
public struct MultipleOfDecimal: JSONCodable, Equatable {
  public let value: ExactDecimal?

  public init(value: ExactDecimal? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MultipleOfDecimal? {
    guard try json.beginObject() else { return nil }
    var value: ExactDecimal?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return MultipleOfDecimal(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value, scale: 2)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.multiple("value", self.value, of: ExactDecimal(scaled: 5, exponent: -2))
  }
}

/// Money in whole cents.
public struct MultipleOfDecimalCent: JSONCodable, Equatable {
  public let value: ExactDecimal?

  public init(value: ExactDecimal? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MultipleOfDecimalCent? {
    guard try json.beginObject() else { return nil }
    var value: ExactDecimal?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return MultipleOfDecimalCent(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value, scale: 2)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.multiple("value", self.value, of: ExactDecimal(scaled: 1, exponent: -2))
  }
}

/// Two places.
public struct DecimalPlaces: JSONCodable, Equatable {
  public let value: ExactDecimal?

  public init(value: ExactDecimal? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DecimalPlaces? {
    guard try json.beginObject() else { return nil }
    var value: ExactDecimal?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return DecimalPlaces(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value, scale: 2)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.scale("value", self.value, max: 2)
  }
}

/// Whole.
public struct TypeInteger: JSONCodable, Equatable {
  public let value: Int?

  public init(value: Int? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TypeInteger? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return TypeInteger(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// Any number.
public struct TypeNumber: JSONCodable, Equatable {
  public let value: Double?

  public init(value: Double? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TypeNumber? {
    guard try json.beginObject() else { return nil }
    var value: Double?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return TypeNumber(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// True or false.
public struct TypeBoolean: JSONCodable, Equatable {
  public let value: Bool?

  public init(value: Bool? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TypeBoolean? {
    guard try json.beginObject() else { return nil }
    var value: Bool?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return TypeBoolean(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// One of three.
public struct EnumOfIntegers: JSONCodable, Equatable {
  public let value: EnumOfIntegersValue?

  public init(value: EnumOfIntegersValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> EnumOfIntegers? {
    guard try json.beginObject() else { return nil }
    var value: EnumOfIntegersValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return EnumOfIntegers(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

public enum EnumOfIntegersValue: Int, IntegerEnum {
  case value1 = 1
  case value2 = 2
  case valueMinus3 = -3
}

/// Just this.
public struct ConstInteger: JSONCodable, Equatable {
  public let value: ConstIntegerValue?

  public init(value: ConstIntegerValue? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ConstInteger? {
    guard try json.beginObject() else { return nil }
    var value: ConstIntegerValue?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return ConstInteger(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

public enum ConstIntegerValue: Int, IntegerEnum {
  case value42 = 42

  public static var brokenRule: String { "const" }
  public static var brokenTypeRule: String { "const" }
}

/// One of two.
public struct EnumOfNumbers: JSONCodable, Equatable {
  public let value: Double?

  public init(value: Double? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> EnumOfNumbers? {
    guard try json.beginObject() else { return nil }
    var value: Double?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 2)
      default: try json.skip()
      }
    }
    return EnumOfNumbers(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 2)
  }
}

/// Always true.
public struct ConstBoolean: JSONCodable, Equatable {
  public let value: Bool?

  public init(value: Bool? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ConstBoolean? {
    guard try json.beginObject() else { return nil }
    var value: Bool?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 3)
      default: try json.skip()
      }
    }
    return ConstBoolean(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 3)
  }
}

/// What is absent is ten.
public struct DefaultNumber: JSONCodable, Equatable {
  public let value: Int

  public init(value: Int = 10) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DefaultNumber? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return DefaultNumber(value: value ?? 10)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, max: 20)
  }
}

/// What lies between a bound and the next number of 64 bits.
public struct FineBound: JSONCodable, Equatable {
  public let value: Double?
  public let positive: Double?

  public init(value: Double? = nil, positive: Double? = nil) {
    self.value = value
    self.positive = positive
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FineBound? {
    guard try json.beginObject() else { return nil }
    var value: Double?
    var positive: Double?
    var keys = json.keys("value,positive")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      case 1: try json.field("positive", &positive)
      default: try json.skip()
      }
    }
    return FineBound(value: value, positive: positive)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.field("positive", self.positive)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, max: 0.1)
    check.range("positive", self.positive, above: 0)
  }
}

/// Integers that 64 bits hold only without a sign.
public struct BeyondInt: JSONCodable, Equatable {
  public let value: UInt?

  public init(value: UInt? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> BeyondInt? {
    guard try json.beginObject() else { return nil }
    var value: UInt?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 4)
      default: try json.skip()
      }
    }
    return BeyondInt(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.satisfies("value", self.value, Schemas.program, 4)
  }
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(
    checked: """
      [{"type":4,"minimum":1.5},{"type":4,"multipleOf":1.5},{"type":12,"enum":[0.5,1.5]},{"type":2,"const":true},\
      {"type":4,"minimum":9223372036854775808}]
      """)
}
