/// The names that generated code has for a field besides that of its property.
extension FieldPlan {
  /// The stored property.
  public var stored: String { place == .heap || isDeprecated ? "_" + name.unquoted : name.unquoted }

  /// Where an instance holds the value.
  public var held: String {
    switch place {
    case .inline: stored
    case .heap: stored + ".value"
    case .parts: "_parts.value." + name.unquoted
    }
  }

  /// The expression for the value in an instance, which avoids deprecation warnings.
  public func value(of owner: String) -> String { "\(owner).\(held)" }

  /// The variable that holds the field while it is read.
  public var local: String { SwiftName.local(name) }

  /// The type of the property.
  public var declared: String {
    switch presence {
    case .optional: type.swift + "?"
    case .nullable: "Nullable<\(type.swift)>"
    case .required, .defaulted: type.swift
    }
  }

  /// The constant for the style of a parameter.
  public var constant: String { "styled" + SwiftName.type(name.unquoted) }

  /// The name as the runtime compares names of headers.
  public var headerName: String { wireName.lowercased() }

  /// The name as it is written in JSON, without quotes.
  public var jsonName: String {
    var result = ""
    for scalar in wireName.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<" ": result += Self.jsonCode(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  fileprivate static func jsonCode(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }
}

extension RecordPlan {
  /// The names of the keys in the order in which they are expected.
  public var keys: [String] { fields.map(\.wireName) + skipped }

  /// The keys as the runtime compares them with those of a text.
  public var keyList: String {
    keys.map { name in
      name.unicodeScalars.map { scalar in
        "\"\\,".unicodeScalars.contains(scalar) || scalar < " " ? FieldPlan.jsonCode(scalar) : String(scalar)
      }.joined()
    }.joined(separator: ",")
  }
}

extension ResponsePlan {
  /// The constant for the style of a header.
  public func constant(_ header: FieldPlan) -> String {
    "header" + SwiftName.type(caseName) + SwiftName.type(header.name.unquoted)
  }

  /// The constant for the layout of a form.
  public var formConstant: String { caseName.unquoted + "Form" }
}

extension SwiftName {
  /// The name of a variable for something of a contract; never one that the function itself uses.
  public static func local(_ name: String) -> String {
    let own = [
      "json", "key", "keys", "mark", "check", "request", "response", "input", "output", "path", "query", "reader",
      "exchange",
    ]
    // These prefixes and suffixes belong to the constants for the styles of parameters and forms.
    // A letter that has no case begins the names of types too, which a variable would hide.
    let isCaseless = name.unicodeScalars.first.map { !$0.isASCII && !$0.properties.isLowercase } ?? false
    return isCaseless || own.contains(name) || name.hasPrefix("styled") || name.hasPrefix("header")
      || name.hasSuffix("Form")
      ? "_" + name : name
  }
}
