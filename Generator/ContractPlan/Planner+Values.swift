import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// A schema where it is used: a Swift type, and the constraints to check there.
extension Planner {
  mutating func use(_ given: Int, _ direction: Direction, named inlineName: String) -> UsePlan {
    var (index, name) = (given, inlineName)
    var steps = 0
    while case .alias(let next) = form(of: index), steps < 10_000 {
      if let component = SwiftName.component(set[next].key.segments, path: set[next].key.path), !set[next].isMerged {
        name = component
      }
      index = next
      steps += 1
    }
    let form = form(of: index)
    var use = use(index, form, direction, named: name)
    if case .alias = form { use = UsePlan(type: .json, rules: [schemaRule(given, direction)]) }
    guard use.type != .json, admitsNull(given) else { return use }
    if case .optional = use.type { return use }
    return UsePlan(type: .optional(use.type), rules: use.rules.isEmpty ? [] : presentRules(use.rules))
  }

  /// Whether a schema admits null, which only an optional can express.
  private mutating func admitsNull(_ index: Int) -> Bool {
    guard set.types(index).contains(.null), set.types(index) != .all else { return false }
    program.append(set.all.dropFirst(program.count).map(\.keywords))
    return program.admits(.null, schema: index)
  }

  private func presentRules(_ rules: [RulePlan]) -> [RulePlan] {
    // A schema of the program admits null itself where the contract does.
    let (schemas, others) = (
      rules.filter { if case .schema = $0 { true } else { false } },
      rules.filter { if case .schema = $0 { false } else { true } }
    )
    return schemas + (others.isEmpty ? [] : others == [.value] ? others : [.present(others)])
  }

  private mutating func use(_ index: Int, _ form: Form, _ direction: Direction, named name: String) -> UsePlan {
    switch form {
    // A patch of a value that is not a record replaces the whole value.
    case .choice where direction == .patch: return self.use(index, form, .request, named: name)
    case .record, .choice: return UsePlan(type: .named(typeName(index, form, direction, named: name)), rules: [.value])
    case .enumeration: return enumeration(index, form, direction, named: name)
    case .list(let items):
      return container(index, direction, named: name) { $0.list(index, items, direction, named: name) }
    case .map(let values):
      return container(index, direction, named: name) { $0.map(index, values, direction, named: name) }
    case .scalar: return scalar(index, direction)
    case .any, .alias:
      let isFree = set.keywords(index).always == true || set[index].node.entries?.isEmpty == true
      return UsePlan(type: .json, rules: isFree ? [] : [schemaRule(index, direction)])
    }
  }

  mutating func schemaRule(_ index: Int, _ direction: Direction) -> RulePlan {
    let set = set
    let planner = self
    return .schema(embedded.number(of: index, direction, set) { planner.isSkipped([$0], direction) })
  }

  private mutating func enumeration(
    _ index: Int, _ form: Form, _ direction: Direction, named name: String
  ) -> UsePlan {
    let shape = shape(index)
    let type = TypePlan.named(typeName(index, form, .response, named: name))
    // Constraints beside the list of values exclude some of them: the program checks that.
    let isBare = shape.parts.allSatisfy { part in
      let keywords = set.keywords(part)
      return keywords.minLength == nil && keywords.maxLength == nil && keywords.pattern == nil && keywords.format == nil
        && keywords.minimum == nil && keywords.maximum == nil && keywords.multipleOf == nil
    }
    return UsePlan(type: type, rules: isBare && !shape.needsProgram ? [] : [schemaRule(index, direction)])
  }

  /// A list or a map; one that contains itself becomes a type of its own.
  private mutating func container(
    _ index: Int, _ direction: Direction, named name: String, _ plan: (inout Planner) -> UsePlan
  ) -> UsePlan {
    if let wrapper = wrappers[index] { return UsePlan(type: .named(wrapper), rules: [.value]) }
    guard open.insert(index).inserted, open.count < 48 else {
      let wrapper = claim(name)
      wrappers[index] = wrapper
      return UsePlan(type: .named(wrapper), rules: [.value])
    }
    let use = plan(&self)
    open.remove(index)
    guard let wrapper = wrappers[index], wrapped.insert(index).inserted else { return use }
    declarations.append(.wrapper(WrapperPlan(name: wrapper, doc: doc(index), type: use.type, rules: use.rules)))
    return UsePlan(type: .named(wrapper), rules: [.value])
  }

  private mutating func list(_ index: Int, _ items: [Int], _ direction: Direction, named name: String) -> UsePlan {
    let shape = shape(index)
    let element = items.isEmpty ? UsePlan(type: .json, rules: []) : use(joined(items), direction, named: name + "Item")
    let parts = shape.parts.map(set.keywords)
    let isUnique = parts.contains(where: \.uniqueItems)
    if shape.needsProgram || element.schema != nil || (isUnique && !element.type.isExact) {
      return UsePlan(type: .array(element.type), rules: [schemaRule(index, direction)])
    }
    var rules: [RulePlan] = []
    let (least, most) = (parts.compactMap(\.minItems).max(), parts.compactMap(\.maxItems).min())
    if least != nil || most != nil { rules.append(.count(min: least, max: most)) }
    if isUnique { rules.append(.unique) }
    if !element.rules.isEmpty { rules.append(.each(element.rules)) }
    return UsePlan(type: .array(element.type), rules: rules)
  }

  private mutating func map(_ index: Int, _ values: [Int], _ direction: Direction, named name: String) -> UsePlan {
    let shape = shape(index)
    let value = values.isEmpty ? UsePlan(type: .json, rules: []) : use(joined(values), direction, named: name + "Value")
    if shape.needsProgram || value.schema != nil {
      return UsePlan(type: .map(value.type), rules: [schemaRule(index, direction)])
    }
    let parts = shape.parts.map(set.keywords)
    var rules: [RulePlan] = []
    let (least, most) = (parts.compactMap(\.minProperties).max(), parts.compactMap(\.maxProperties).min())
    if least != nil || most != nil { rules.append(.members(min: least, max: most)) }
    if !value.rules.isEmpty { rules.append(.each(value.rules)) }
    return UsePlan(type: .map(value.type), rules: rules)
  }

  /// One schema for several that all apply.
  mutating func joined(_ schemas: [Int]) -> Int {
    guard schemas.count > 1 else { return schemas[0] }
    var targets: [Int] = []
    for schema in schemas where !targets.contains(set.resolved(schema)) { targets.append(set.resolved(schema)) }
    if targets.count == 1 { return schemas[0] }
    if let known = joins[schemas] { return known }
    var keywords = SchemaKeywords()
    keywords.allOf = schemas
    let index = set.add(keywords, like: schemas[0])
    joins[schemas] = index
    return index
  }

  // MARK: scalars

  private mutating func scalar(_ index: Int, _ direction: Direction) -> UsePlan {
    let shape = shape(index)
    let parts = shape.parts.map(set.keywords)
    let types = shape.isTyped ? shape.types.subtracting(.null) : .all
    if shape.needsProgram || shape.values != nil || parts.contains(where: { $0.encoding != nil }) {
      let type = plainType(types, parts)
      return UsePlan(type: type, rules: [schemaRule(index, direction)])
    }
    let type = plainType(types, parts)
    if type == .unsigned, !parts.contains(where: { $0.format == "uint64" }) {
      return UsePlan(type: type, rules: [schemaRule(index, direction)])
    }
    var rules: [RulePlan] = []
    for part in shape.parts {
      guard let own = self.rules(set.keywords(part), type) else {
        return UsePlan(type: type, rules: [schemaRule(index, direction)])
      }
      rules += own.filter { !rules.contains($0) }
    }
    return UsePlan(type: type, rules: rules)
  }

  private func plainType(_ types: JSONTypes, _ parts: [SchemaKeywords]) -> TypePlan {
    let formats = Set(parts.compactMap(\.format))
    switch types {
    case .boolean: return .boolean
    case .string:
      let isPlain = parts.allSatisfy { $0.minLength == nil && $0.maxLength == nil && $0.pattern == nil }
      let isBase64 = formats.contains("byte") || parts.contains { $0.encoding == "base64" }
      if formats.count > 1 { return .string }
      if formats.contains("uuid") { return isPlain ? .uuid : .string }
      if formats.contains("date-time") { return isPlain ? .timestamp : .string }
      return isBase64 && isPlain ? .base64 : .string
    default:
      let integers = parts.filter { $0.types == .integer }
      if formats.contains("uint64") || !integers.isEmpty && integers.allSatisfy(\.isUnsigned) { return .unsigned }
      if types == .integer || formats.contains("int32") || formats.contains("int64") { return .integer }
      guard formats.contains("decimal") else { return .double }
      // A step of 0.01 means two decimal places, like the extension.
      return .decimal(scale: parts.compactMap { $0.decimalPlaces ?? $0.multipleOf?.scale }.max() ?? 0)
    }
  }

  /// The constraints of one schema's own keywords; nil when one of them cannot be a typed check.
  private mutating func rules(_ keywords: SchemaKeywords, _ type: TypePlan) -> [RulePlan]? {
    switch type {
    case .boolean, .uuid, .timestamp, .base64: return []
    case .string: return textRules(keywords)
    default: return numberRules(keywords, type)
    }
  }

  private mutating func textRules(_ keywords: SchemaKeywords) -> [RulePlan]? {
    var rules: [RulePlan] = []
    if keywords.minLength != nil || keywords.maxLength != nil {
      rules.append(.length(min: keywords.minLength, max: keywords.maxLength))
    }
    if let pattern = keywords.pattern { rules.append(.pattern(patternNumber(pattern.source), max: keywords.maxLength)) }
    if let format = keywords.format.flatMap(Format.init) { rules.append(.format("\(format)")) }
    return keywords.encoding == nil ? rules : nil
  }

  private func numberRules(_ keywords: SchemaKeywords, _ type: TypePlan) -> [RulePlan]? {
    var rules: [RulePlan] = []
    if keywords.format == "float" { return nil }
    let bounds = [keywords.minimum, keywords.maximum, keywords.exclusiveMinimum, keywords.exclusiveMaximum]
    let literals = bounds.map { $0.flatMap { literal($0, type) } }
    // A bound that the Swift type cannot express cannot be written.
    guard zip(bounds, literals).allSatisfy({ ($0 == nil) == ($1 == nil) }) else { return nil }
    if bounds.contains(where: { $0 != nil }) {
      rules.append(.range(min: literals[0], max: literals[1], above: literals[2], below: literals[3]))
    }
    if keywords.format == "int32" { rules.append(.format("int32")) }
    if let scale = keywords.decimalPlaces {
      guard case .decimal = type else { return nil }
      rules.append(.scale(scale))
    }
    if let step = keywords.multipleOf {
      guard let literal = literal(step, type == .double ? .decimal(scale: 0) : type) else { return nil }
      rules.append(.multiple(of: literal))
    }
    return rules
  }

  /// A number as Swift writes it; nil when the type has no such value.
  func literal(_ value: ExactDecimal, _ type: TypePlan) -> String? {
    switch type {
    case .integer: value.integer.map(String.init)
    case .unsigned: value.unsigned.map { String($0) }
    case .double:
      Double(value.description).flatMap { $0.isFinite && value.description.utf8.count < 40 ? value.description : nil }
    default:
      value.integer.map { "ExactDecimal(\($0))" }
        ?? "ExactDecimal(scaled: \(value.significand), exponent: \(value.exponent))"
    }
  }
}
