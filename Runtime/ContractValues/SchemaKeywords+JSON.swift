/// Schemas as JSON, the form in which generated code embeds them.
extension SchemaKeywords {
  /// The keywords by name, with subschemas as numbers.
  public var json: JSONValue {
    if let always { return .boolean(always) }
    var object = JSONObject<JSONValue>()
    object["type"] = types.map { .number(ExactDecimal(Int($0.rawValue))) }
    object["enum"] = enumeration.map { .array($0) }
    object["const"] = constant
    for (name, path) in Self.decimals { object[name] = self[keyPath: path].map { .number($0) } }
    for (name, path) in Self.counts { object[name] = self[keyPath: path].map { .number(ExactDecimal($0)) } }
    for (name, path) in Self.lists where !self[keyPath: path].isEmpty {
      object[name] = Self.numbers(self[keyPath: path])
    }
    for (name, path) in Self.maps where !self[keyPath: path].isEmpty {
      object[name] = .object(JSONObject(self[keyPath: path].map { ($0.key, .number(ExactDecimal($0.value))) }))
    }
    object["pattern"] = pattern.map { .string($0.source) }
    object["format"] = format.map { .string($0) }
    object["contentEncoding"] = encoding.map { .string($0) }
    if uniqueItems { object["uniqueItems"] = .boolean(true) }
    if !patternProperties.isEmpty {
      object["patternProperties"] = .array(
        patternProperties.map { [.string($0.pattern.source), .number(ExactDecimal($0.schema))] })
    }
    if !required.isEmpty { object["required"] = .array(required.map { .string($0) }) }
    if !dependentRequired.isEmpty {
      object["dependentRequired"] = .object(
        JSONObject(dependentRequired.map { ($0.key, .array($0.value.map { .string($0) })) }))
    }
    object["$dynamicRef"] = dynamicReference.map { [.string($0.anchor), .number(ExactDecimal($0.target))] }
    if resource != 0 { object["$resource"] = .number(ExactDecimal(resource)) }
    object["discriminator"] = discriminator?.json
    object["dispatch"] = dispatch?.json
    return .object(object)
  }

  /// Reads what ``json`` writes; nil for anything else.
  public init?(json: JSONValue) {
    self.init()
    if case .boolean(let always) = json {
      self.always = always
      return
    }
    guard case .object(let object) = json else { return nil }
    types = Self.count(object["type"]).map { JSONTypes(rawValue: UInt8(truncatingIfNeeded: $0)) }
    if case .array(let values)? = object["enum"] { enumeration = values }
    constant = object["const"]
    for (name, path) in Self.decimals { if case .number(let value)? = object[name] { self[keyPath: path] = value } }
    for (name, path) in Self.counts { self[keyPath: path] = Self.count(object[name]) }
    for (name, path) in Self.lists {
      if case .array(let values)? = object[name] { self[keyPath: path] = values.compactMap(Self.count) }
    }
    for (name, path) in Self.maps {
      guard case .object(let members)? = object[name] else { continue }
      self[keyPath: path] = JSONObject(
        members.compactMap { member in Self.count(member.value).map { (member.key, $0) } })
    }
    pattern = object["pattern"]?.text.flatMap { try? Pattern($0) }
    format = object["format"]?.text
    encoding = object["contentEncoding"]?.text
    uniqueItems = object["uniqueItems"] == .boolean(true)
    for case .array(let pair) in Self.array(object["patternProperties"]) {
      guard pair.count == 2, let source = pair[0].text, let pattern = try? Pattern(source),
        let schema = Self.count(pair[1])
      else { return nil }
      patternProperties.append((pattern, schema))
    }
    required = Self.array(object["required"]).compactMap(\.text)
    if case .object(let members)? = object["dependentRequired"] {
      dependentRequired = JSONObject(members.map { ($0.key, Self.array($0.value).compactMap(\.text)) })
    }
    let dynamic = Self.array(object["$dynamicRef"])
    if dynamic.count == 2, let anchor = dynamic[0].text, let target = Self.count(dynamic[1]) {
      dynamicReference = DynamicReference(anchor: anchor, target: target)
    }
    resource = Self.count(object["$resource"]) ?? 0
    discriminator = object["discriminator"].flatMap(Discriminator.init)
    dispatch = object["dispatch"].flatMap(Dispatch.init)
  }

  private static var decimals: [(String, WritableKeyPath<SchemaKeywords, ExactDecimal?>)] {
    [
      ("minimum", \.minimum), ("maximum", \.maximum), ("exclusiveMinimum", \.exclusiveMinimum),
      ("exclusiveMaximum", \.exclusiveMaximum), ("multipleOf", \.multipleOf),
    ]
  }

  private static var counts: [(String, WritableKeyPath<SchemaKeywords, Int?>)] {
    [
      ("x-decimal-places", \.decimalPlaces), ("minLength", \.minLength), ("maxLength", \.maxLength), ("items", \.items),
      ("contains", \.contains), ("minContains", \.minContains), ("maxContains", \.maxContains),
      ("minItems", \.minItems), ("maxItems", \.maxItems), ("unevaluatedItems", \.unevaluatedItems),
      ("additionalProperties", \.additionalProperties), ("unevaluatedProperties", \.unevaluatedProperties),
      ("propertyNames", \.propertyNames), ("minProperties", \.minProperties), ("maxProperties", \.maxProperties),
      ("not", \.not), ("if", \.condition), ("then", \.then), ("else", \.otherwise), ("$ref", \.reference),
    ]
  }

  private static var lists: [(String, WritableKeyPath<SchemaKeywords, [Int]>)] {
    [("prefixItems", \.prefixItems), ("allOf", \.allOf), ("anyOf", \.anyOf), ("oneOf", \.oneOf)]
  }

  private static var maps: [(String, WritableKeyPath<SchemaKeywords, JSONObject<Int>>)] {
    [("properties", \.properties), ("dependentSchemas", \.dependentSchemas), ("$dynamicAnchors", \.dynamicAnchors)]
  }

  fileprivate static func numbers(_ values: [Int]) -> JSONValue { .array(values.map { .number(ExactDecimal($0)) }) }

  fileprivate static func count(_ value: JSONValue?) -> Int? {
    if case .number(let number)? = value { number.integer } else { nil }
  }

  fileprivate static func array(_ value: JSONValue?) -> [JSONValue] {
    if case .array(let items)? = value { items } else { [] }
  }
}

extension SchemaKeywords.Discriminator {
  fileprivate var json: JSONValue {
    var object: JSONObject<JSONValue> = ["property": .string(property)]
    object["branches"] = .object(JSONObject(branches.map { ($0.key, .number(ExactDecimal($0.value))) }))
    object["fallback"] = fallback.map { .number(ExactDecimal($0)) }
    return .object(object)
  }

  fileprivate init?(_ json: JSONValue) {
    guard let property = json["property"]?.text, case .object(let members)? = json["branches"] else { return nil }
    self.init(
      property: property,
      branches: JSONObject(
        members.compactMap { member in SchemaKeywords.count(member.value).map { (member.key, $0) } }),
      fallback: SchemaKeywords.count(json["fallback"]))
  }
}

extension SchemaKeywords.Dispatch {
  fileprivate var json: JSONValue {
    switch self {
    case .types(let types): ["types": SchemaKeywords.numbers(types.map { Int($0.rawValue) })]
    case .property(let name, let values): ["property": .string(name), "values": .array(values.map { .array($0) })]
    case .required(let names): ["required": .array(names.map { .array($0.map { .string($0) }) })]
    }
  }

  fileprivate init?(_ json: JSONValue) {
    if let name = json["property"]?.text {
      self = .property(name, SchemaKeywords.array(json["values"]).map(SchemaKeywords.array))
    } else if case .array(let names)? = json["required"] {
      self = .required(names.map { SchemaKeywords.array($0).compactMap(\.text) })
    } else if case .array(let types)? = json["types"] {
      self = .types(types.compactMap(SchemaKeywords.count).map { JSONTypes(rawValue: UInt8(truncatingIfNeeded: $0)) })
    } else {
      return nil
    }
  }
}

extension SchemaProgram {
  /// Parses schemas written by the generator; malformed text refuses every value.
  public init(checked literal: StaticString) {
    var json = JSONReader(literal.withUTF8Buffer { Array($0) })
    var schemas: [SchemaKeywords] = []
    if case .array(let items)? = try? JSONValue.decode(&json) { schemas = items.compactMap(SchemaKeywords.init(json:)) }
    self.init(schemas)
  }
}
