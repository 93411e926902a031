import ContractAnalysis
import ContractModel
import ContractValues

extension ExportPlanner {
  /// The shape that a schema describes.
  mutating func build(_ index: Int, _ direction: Direction, owner: String) -> ExportType {
    let keywords = set.keywords(index)
    if let always = keywords.always { return always ? .any : .never }
    if let constant = keywords.constant { return .literals([constant]) }
    if let values = keywords.enumeration { return .literals(values) }
    if let known = set[index].knownValues { return known.isEmpty ? .text : .open(known) }
    let shape = analysis.shape(index)
    let isObject =
      shape.isRecord(set)
      || (shape.properties.isEmpty && shape.isObject && shape.types == .object && shape.others(set) != nil)
    if isObject, !set.isPlainReference(index) { return record(shape, direction, owner: owner) }
    var parts: [ExportType] = []
    if let target = keywords.reference { parts.append(reference(target, direction)) }
    if let target = keywords.dynamicReference?.target { parts.append(reference(target, direction)) }
    for (number, part) in keywords.allOf.enumerated() {
      parts.append(use(part, direction, named: owner + "Part\(number + 1)"))
    }
    parts += choices(index, keywords, direction, owner: owner)
    if let own = own(index, keywords, direction, owner: owner, isAlone: parts.isEmpty) { parts.append(own) }
    parts.removeAll { if case .any = $0 { true } else { false } }
    return parts.count > 1 ? .all(parts) : parts.first ?? .any
  }

  private mutating func record(_ shape: Shape, _ direction: Direction, owner: String) -> ExportType {
    var fields: [ExportField] = []
    let required = Set(shape.required.map(ByteKey.init))
    for property in shape.properties where !set.isSkipped(property.value, direction) {
      let (name, schemas) = (property.key, property.value)
      let types = schemas.map { use($0, direction, named: owner + ExportName.type(name)) }
      fields.append(
        ExportField(
          name: name, type: types.count == 1 ? types[0] : .all(types),
          isRequired: required.contains(ByteKey(name)), doc: doc(schemas[0])))
    }
    for name in shape.required.sorted() where shape.properties[name] == nil {
      fields.append(ExportField(name: name, type: .any, isRequired: true, doc: Doc()))
    }
    let rest = shape.others(set).flatMap { set.keywords($0).always == false ? nil : $0 }
      .map { use($0, direction, named: owner + "Value") }
    if fields.isEmpty, let rest { return .map(rest) }
    return .record(fields, rest: rest)
  }

  private mutating func choices(
    _ index: Int, _ keywords: SchemaKeywords, _ direction: Direction, owner: String
  ) -> [ExportType] {
    var parts: [ExportType] = []
    for branches in [keywords.oneOf, keywords.anyOf] where !branches.isEmpty {
      let types = branches.enumerated().map { number, branch in
        use(branch, direction, named: owner + ExportName.type(set[branch].title ?? "Choice\(number + 1)"))
      }
      if let discriminator = keywords.discriminator {
        let tagged = types.enumerated().map { number, type in
          (discriminator.branches.filter { $0.value == number }.map(\.key), type)
        }
        parts.append(.tagged(discriminator.property, tagged.map { (names: $0.0, type: $0.1) }))
      } else {
        parts.append(.union(types))
      }
    }
    return parts
  }

  /// The keywords of the schema itself; nil where they add nothing to its parts.
  private mutating func own(
    _ index: Int, _ keywords: SchemaKeywords, _ direction: Direction, owner: String, isAlone: Bool
  ) -> ExportType? {
    let types = keywords.types ?? implied(keywords)
    guard let types else { return isAlone ? .any : nil }
    // Where a part already describes an object or a list, `type` adds nothing.
    if !isAlone, keywords.properties.isEmpty, keywords.items == nil, keywords.prefixItems.isEmpty { return nil }
    var result: [ExportType] = []
    if types.contains(.string) { result.append(hasClients && set.hasBinaryFormat(index) ? .file : .text) }
    if types.contains(.number) { result.append(.number) } else if types.contains(.integer) { result.append(.integer) }
    if types.contains(.boolean) { result.append(.boolean) }
    if types.contains(.array) { result.append(list(keywords, direction, owner: owner)) }
    if types.contains(.object) { result.append(object(index, keywords, direction, owner: owner)) }
    if types.contains(.null) { result.append(.null) }
    return result.count == 1 ? result[0] : .union(result)
  }

  private func implied(_ keywords: SchemaKeywords) -> JSONTypes? {
    if !keywords.properties.isEmpty { return .object }
    return keywords.items != nil || !keywords.prefixItems.isEmpty ? .array : nil
  }

  private mutating func list(_ keywords: SchemaKeywords, _ direction: Direction, owner: String) -> ExportType {
    let rest = keywords.items.map { use($0, direction, named: owner + "Item") }
    guard !keywords.prefixItems.isEmpty else { return .list(rest ?? .any) }
    let first = keywords.prefixItems.enumerated().map { use($1, direction, named: owner + "Item\($0 + 1)") }
    let isClosed = keywords.items.map { set.keywords($0).always == false } ?? (keywords.maxItems == first.count)
    return .tuple(first, rest: isClosed ? nil : rest ?? .any, isShort: (keywords.minItems ?? 0) < first.count)
  }

  private mutating func object(
    _ index: Int, _ keywords: SchemaKeywords, _ direction: Direction, owner: String
  ) -> ExportType {
    // One type among several, as in `type: [object, "null"]`: its members without the other types.
    guard !keywords.properties.isEmpty else {
      let rest = keywords.additionalProperties.map { use($0, direction, named: owner + "Value") }
      if case .never? = rest { return .record([], rest: nil) }
      return .map(rest ?? .any)
    }
    var fields: [ExportField] = []
    let required = Set(keywords.required.map(ByteKey.init))
    for member in keywords.properties where !set.isSkipped([member.value], direction) {
      let type = use(member.value, direction, named: owner + ExportName.type(member.key))
      fields.append(
        ExportField(
          name: member.key, type: type, isRequired: required.contains(ByteKey(member.key)), doc: doc(member.value)))
    }
    return .record(fields, rest: nil)
  }

  /// The documentation of a schema, and the constraints that its type does not express.
  func doc(_ index: Int) -> Doc {
    let schema = set[index]
    let keywords = schema.keywords
    var doc = Doc(isDeprecated: schema.isDeprecated)
    doc.text = [schema.title, schema.description].compactMap { $0 }
    let numeric: JSONTypes = [.integer, .number]
    if keywords.types.map({ !$0.isDisjoint(with: numeric) }) ?? false { doc.numberFormat = keywords.format }
    doc.limits = limits(keywords)
    if let node = schema.defaultValue { doc.limits.append("default " + JSONTree(node).inline()) }
    if let format = keywords.format, doc.numberFormat == nil { doc.limits.insert("format " + format, at: 0) }
    return doc
  }

  private func limits(_ keywords: SchemaKeywords) -> [String] {
    let numbers = [
      ("minimum", keywords.minimum), ("maximum", keywords.maximum), ("exclusiveMinimum", keywords.exclusiveMinimum),
      ("exclusiveMaximum", keywords.exclusiveMaximum), ("multipleOf", keywords.multipleOf),
    ]
    let counts = [
      ("minLength", keywords.minLength), ("maxLength", keywords.maxLength), ("minItems", keywords.minItems),
      ("maxItems", keywords.maxItems), ("minProperties", keywords.minProperties),
      ("maxProperties", keywords.maxProperties),
    ]
    let flags = [
      ("uniqueItems", keywords.uniqueItems), ("contains", keywords.contains != nil), ("not", keywords.not != nil),
      ("if", keywords.condition != nil), ("patternProperties", !keywords.patternProperties.isEmpty),
      ("propertyNames", keywords.propertyNames != nil), ("dependentRequired", !keywords.dependentRequired.isEmpty),
      ("dependentSchemas", !keywords.dependentSchemas.isEmpty),
    ]
    return numbers.compactMap { name, value in value.map { "\(name) \($0.description)" } }
      + counts.compactMap { name, value in value.map { "\(name) \($0)" } }
      + (keywords.pattern.map { ["pattern " + $0.source] } ?? []) + flags.filter(\.1).map(\.0)
  }
}
