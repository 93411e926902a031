// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// A text of the format date.
public struct FormatDate: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatDate? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatDate(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .date)
  }
}

/// A text of the format date-time.
public struct FormatDateTime: JSONCodable, Equatable {
  public let value: Timestamp?

  public init(value: Timestamp? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatDateTime? {
    guard try json.beginObject() else { return nil }
    var value: Timestamp?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatDateTime(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// A text of the format time.
public struct FormatTime: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatTime? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatTime(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .time)
  }
}

/// A text of the format duration.
public struct FormatDuration: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatDuration? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatDuration(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .duration)
  }
}

/// A text of the format uuid.
public struct FormatUuid: JSONCodable, Equatable {
  public let value: Uuid?

  public init(value: Uuid? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatUuid? {
    guard try json.beginObject() else { return nil }
    var value: Uuid?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatUuid(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// A text of the format email.
public struct FormatEmail: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatEmail? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatEmail(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .email)
  }
}

/// A text of the format uri.
public struct FormatUri: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatUri? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatUri(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .uri)
  }
}

/// A text of the format uri-reference.
public struct FormatUriReference: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatUriReference? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatUriReference(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .uriReference)
  }
}

/// A text of the format hostname.
public struct FormatHostname: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatHostname? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatHostname(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .hostname)
  }
}

/// A text of the format ipv4.
public struct FormatIpv4: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatIpv4? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatIpv4(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .ipv4)
  }
}

/// A text of the format ipv6.
public struct FormatIpv6: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatIpv6? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatIpv6(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .ipv6)
  }
}

/// A text of the format byte.
public struct FormatByte: JSONCodable, Equatable {
  public let value: Base64?

  public init(value: Base64? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatByte? {
    guard try json.beginObject() else { return nil }
    var value: Base64?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatByte(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// A text of the format regex.
public struct FormatRegex: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatRegex? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatRegex(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .regex)
  }
}

/// A text of the format json-pointer.
public struct FormatJsonPointer: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatJsonPointer? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatJsonPointer(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .jsonPointer)
  }
}

/// A format and a length.
public struct FormatAndLength: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatAndLength? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatAndLength(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("value", self.value, min: 36)
    check.pattern("value", self.value, Patterns.p0)
    check.format("value", self.value, .uuid)
  }
}

/// An annotation in JSON.
public struct FormatBinary: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatBinary? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatBinary(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// An annotation.
public struct FormatUnknown: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatUnknown? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatUnknown(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// 32 bits.
public struct FormatInt32: JSONCodable, Equatable {
  public let value: Int?

  public init(value: Int? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatInt32? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatInt32(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .int32)
  }
}

/// 64 bits.
public struct FormatInt64: JSONCodable, Equatable {
  public let value: Int?

  public init(value: Int? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatInt64? {
    guard try json.beginObject() else { return nil }
    var value: Int?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatInt64(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// From zero up.
public struct FormatUint64: JSONCodable, Equatable {
  public let value: UInt?

  public init(value: UInt? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatUint64? {
    guard try json.beginObject() else { return nil }
    var value: UInt?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatUint64(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// 32 bits of floating point.
public struct FormatFloat: JSONCodable, Equatable {
  public let value: Double?

  public init(value: Double? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatFloat? {
    guard try json.beginObject() else { return nil }
    var value: Double?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value, Schemas.program, 0)
      default: try json.skip()
      }
    }
    return FormatFloat(value: value)
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

/// 64 bits of floating point.
public struct FormatDouble: JSONCodable, Equatable {
  public let value: Double?

  public init(value: Double? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatDouble? {
    guard try json.beginObject() else { return nil }
    var value: Double?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatDouble(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }
}

/// Exact.
public struct FormatDecimal: JSONCodable, Equatable {
  public let value: ExactDecimal?

  public init(value: ExactDecimal? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatDecimal? {
    guard try json.beginObject() else { return nil }
    var value: ExactDecimal?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatDecimal(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value, scale: 0)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("value", self.value, max: ExactDecimal(scaled: 3, exponent: -1))
  }
}

/// A text of the format relative-json-pointer.
public struct FormatRelativeJsonPointer: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatRelativeJsonPointer? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatRelativeJsonPointer(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .relativeJSONPointer)
  }
}

/// A text of the format uri-template.
public struct FormatUriTemplate: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatUriTemplate? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatUriTemplate(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .uriTemplate)
  }
}

/// A text of the format iri.
public struct FormatIri: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatIri? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatIri(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .iri)
  }
}

/// A text of the format iri-reference.
public struct FormatIriReference: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatIriReference? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatIriReference(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .iriReference)
  }
}

/// A text of the format idn-hostname.
public struct FormatIdnHostname: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatIdnHostname? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatIdnHostname(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .idnHostname)
  }
}

/// A text of the format idn-email.
public struct FormatIdnEmail: JSONCodable, Equatable {
  public let value: String?

  public init(value: String? = nil) {
    self.value = value
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> FormatIdnEmail? {
    guard try json.beginObject() else { return nil }
    var value: String?
    var keys = json.keys("value")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("value", &value)
      default: try json.skip()
      }
    }
    return FormatIdnEmail(value: value)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("value", self.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("value", self.value, .idnEmail)
  }
}

enum Patterns {
  static let p0 = Pattern(checked: "^0")
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(checked: "[{\"type\":12,\"format\":\"float\"}]")
}
