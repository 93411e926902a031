import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// A default value to be written as Swift once all types are known.
struct PendingDefault {
  let record: String
  let field: Int
  let node: Node
  let schema: Int
}

/// The types of schemas.
extension Planner {
  mutating func declare(_ target: DirectedSchema, _ form: Form, as name: String) {
    let direction = target.direction
    switch form {
    case .record where direction == .patch: declarePatch(target.index, as: name)
    case .record: declareRecord(target.index, direction, as: name)
    case .enumeration(let values, let isOpen): declareEnum(target.index, values, isOpen: isOpen, as: name)
    case .choice(let branches, let keyword, let owner):
      declareChoice(target.index, branches, keyword, owner, direction, as: name)
    default: break
    }
  }

  private mutating func declareRecord(_ index: Int, _ direction: Direction, as name: String) {
    let shape = shape(index)
    var members = MemberNames()
    var fields: [FieldPlan] = []
    var skipped: [String] = []
    for property in shape.properties {
      if isSkipped(property.value, direction) {
        skipped.append(property.key)
        continue
      }
      let isRequired = shape.required.contains { $0.utf8.elementsEqual(property.key.utf8) }
      var field = field(
        property.key, joined(property.value), isRequired: isRequired, direction, owner: name, index: fields.count)
      field.name = members.claim(field.name)
      fields.append(field)
    }
    for required in shape.required where shape.properties[required] == nil {
      // It is required, and may be any value.
      fields.append(
        FieldPlan(
          name: members.claim(SwiftName.member(required)), wireName: required, type: .json, presence: .required,
          rules: [], doc: []))
    }
    var rest = rest(shape, direction, named: name, &members)
    var schema: Int?
    let parts = shape.parts.map(set.keywords)
    if shape.needsProgram || parts.contains(where: { $0.minProperties != nil || $0.maxProperties != nil }),
      case .schema(let number) = schemaRule(index, direction)
    {
      schema = number
      // A value that is validated against its schema must be complete.
      if case .ignored = rest { rest = kept(.json, [], &members) }
    }
    declarations.append(
      .record(
        RecordPlan(
          name: name, doc: doc(index), isDeprecated: set[index].isDeprecated, fields: fields, skipped: skipped,
          rest: rest, schema: schema, patched: nil)))
  }

  /// A merge patch of a record: each property may be absent, null or a value. Rules of the whole apply to the value
  /// that results from the patch, not to the patch.
  private mutating func declarePatch(_ index: Int, as name: String) {
    let shape = shape(index)
    var members = MemberNames()
    var fields: [FieldPlan] = []
    var skipped: [String] = []
    for property in shape.properties {
      if isSkipped(property.value, .request) {
        skipped.append(property.key)
        continue
      }
      let schema = joined(property.value)
      let use = use(schema, isRecord(schema) ? .patch : .request, named: name + SwiftName.type(property.key))
      let isRequired = shape.required.contains { $0.utf8.elementsEqual(property.key.utf8) }
      let rules = use.rules.flattened(when: true)
      fields.append(
        FieldPlan(
          name: members.claim(SwiftName.member(property.key)), wireName: property.key, type: use.type.present,
          presence: .nullable, rules: (isRequired ? [.kept] : []) + rules, doc: doc(schema)))
    }
    var rest = rest(shape, .request, named: name, &members)
    if case .kept(let name, let type, _) = rest { rest = .kept(name: name, type: .optional(type.present), rules: []) }
    let form = form(of: index)
    declarations.append(
      .record(
        RecordPlan(
          name: name, doc: doc(index), isDeprecated: set[index].isDeprecated, fields: fields, skipped: skipped,
          rest: rest, schema: nil, patched: typeName(index, form, .request, named: name))))
  }

  private mutating func isRecord(_ index: Int) -> Bool {
    var index = index
    while case .alias(let next) = form(of: index) { index = next }
    if case .record = form(of: index) { return true }
    return false
  }

  private mutating func rest(
    _ shape: Shape, _ direction: Direction, named name: String, _ members: inout MemberNames
  ) -> RecordPlan.Rest {
    var kept: [Int] = []
    for keywords in shape.parts.map(set.keywords) {
      for (rule, schema) in [
        ("additionalProperties", keywords.additionalProperties),
        ("unevaluatedProperties", keywords.unevaluatedProperties),
      ] {
        guard let schema else { continue }
        guard set.keywords(schema).always != false else {
          return keywords.patternProperties.isEmpty ? .refused(rule) : self.kept(.json, [], &members)
        }
        kept.append(schema)
      }
    }
    let hasPatterns = shape.parts.contains { !set.keywords($0).patternProperties.isEmpty }
    if hasPatterns { return self.kept(.json, [], &members) }
    guard !kept.isEmpty else { return .ignored }
    let value =
      shape.parts.count > 1 && kept.count > 1
      ? UsePlan(type: .json, rules: []) : use(kept[0], direction, named: name + "Value")
    return self.kept(value.type, value.rules.isEmpty ? [] : [.each(value.rules)], &members)
  }

  private func kept(_ type: TypePlan, _ rules: [RulePlan], _ members: inout MemberNames) -> RecordPlan.Rest {
    .kept(name: members.claim("additionalProperties"), type: type, rules: rules)
  }

  /// A property or parameter; its default, if any, is filled in later.
  mutating func field(
    _ wireName: String, _ schema: Int, isRequired: Bool, _ direction: Direction, owner: String, index: Int?
  ) -> FieldPlan {
    let use = use(schema, direction, named: owner + SwiftName.type(wireName))
    var type = use.type
    var presence = isRequired ? Presence.required : .optional
    if !isRequired, case .optional(let value) = type { (type, presence) = (value, .nullable) }
    if !isRequired, let node = defaultValue(schema), let index {
      if case .nullable = presence { type = use.type }
      // Optional until the default is known to be valid.
      defaults.append(PendingDefault(record: owner, field: index, node: node, schema: schema))
    }
    var field = FieldPlan(
      name: SwiftName.member(wireName), wireName: wireName, type: presence == .nullable ? type.present : type,
      presence: presence, rules: use.rules.flattened(when: presence == .nullable), doc: doc(schema))
    field.isDeprecated = set[schema].isDeprecated
    return field
  }

  /// The default of a schema: its own, or the first one of those that it is composed of.
  private mutating func defaultValue(_ schema: Int) -> Node? {
    let parts = [schema, set.resolved(schema)] + shape(schema).parts
    let all = parts.compactMap { set[$0].defaultValue }
    if let first = all.first, let other = all.first(where: { $0.json != first.json }) {
      diagnostics.warning(
        .contradiction, "this default is not applied: the same property has another one", at: other.position,
        help: "remove one of the two")
    }
    return all.first
  }

  private mutating func declareEnum(_ index: Int, _ values: [JSONValue], isOpen: Bool, as name: String) {
    var members = MemberNames()
    for name in ["brokenRule", "brokenTypeRule"] { _ = members.claim(name) }
    if isOpen { for name in ["other", "known", "rawValue"] { _ = members.claim(name) } }
    let texts = values.compactMap(\.text)
    let isInteger = texts.count < values.count
    let cases = values.map { value -> (name: String, value: String) in
      if let text = value.text { return (members.claim(SwiftName.enumCase(text)), SwiftName.literal(text)) }
      let digits = String(decoding: value.json, as: UTF8.self)
      return (members.claim("value" + digits.replacingMinus), digits)
    }
    let shape = shape(index)
    let parts = shape.parts.map(set.keywords)
    let rule =
      shape.choices.first?.rule
      ?? (parts.contains { $0.enumeration != nil } || shape.knownValues != nil ? "enum" : "const")
    let isTyped = parts.contains { $0.types != nil }
    declarations.append(
      .enumeration(
        EnumPlan(
          name: name, doc: doc(index), isDeprecated: set[index].isDeprecated, cases: cases, isInteger: isInteger,
          isOpen: isOpen, rule: rule, typeRule: isTyped ? "type" : rule)))
  }

  private mutating func declareChoice(
    _ index: Int, _ given: [Int], _ keyword: String, _ owner: Int, _ direction: Direction, as name: String
  ) {
    var members = MemberNames()
    var branches: [ChoicePlan.Branch] = []
    var constants: [String?] = given.map { _ in nil }
    if case .property(_, let values)? = set.dispatch(given) { constants = values.map { $0.first?.text } }
    for (number, branch) in given.enumerated() {
      let label = branchName(branch, number, constants[number])
      let use = use(branch, direction, named: name + SwiftName.type(label))
      let type: TypePlan = if case .optional(let value) = use.type { value } else { use.type }
      branches.append(
        ChoicePlan.Branch(
          name: members.claim(SwiftName.member(label)), type: type,
          rules: type == use.type ? use.rules : use.rules.flattened(when: true), doc: doc(branch)))
    }
    let (dispatch, schema) = self.dispatch(index, given, keyword, owner, direction)
    if keyword == "anyOf", case .tried = dispatch { tellOverlap(given, owner) }
    declarations.append(
      .choice(
        ChoicePlan(
          name: name, doc: doc(index), isDeprecated: set[index].isDeprecated, rule: keyword, branches: branches,
          dispatch: dispatch, isDiscriminated: set.keywords(owner).discriminator != nil, schema: schema)))
  }

  /// A value that fits two branches is read as one of them, and properties that only the other lists are dropped where
  /// unlisted properties are.
  private mutating func tellOverlap(_ branches: [Int], _ owner: Int) {
    let objects = branches.filter { set.types($0).contains(.object) }
    let isLossy = objects.contains { branch in
      shape(branch).parts.allSatisfy {
        let keywords = set.keywords($0)
        return keywords.additionalProperties == nil && keywords.unevaluatedProperties == nil
      }
    }
    guard objects.count > 1, isLossy else { return }
    diagnostics.warning(
      .untyped,
      "a value may fit several of these: it is read as the one that lists most of its properties, and loses the others'",
      at: set[owner].position(of: "anyOf"),
      help: "make it one object of optional properties, or say 'oneOf', or 'additionalProperties: true' to retain them")
  }

  /// A name for a branch: that of its component, its title, or the constant or type that identifies it.
  private func branchName(_ branch: Int, _ number: Int, _ constant: String?) -> String {
    let keywords = set.keywords(branch)
    // A merged branch is last in its list.
    let own = set[branch].isMerged ? keywords.allOf.last ?? branch : branch
    let target = set.resolved(own)
    let segments = set[target].key.segments
    if target != own, segments.count <= 3, let last = segments.last { return last }
    if let title = set[own].title, !SwiftName.member(title).isEmpty { return title }
    if let text = constant { return text }
    let types = set.types(branch)
    let named: [(JSONTypes, String)] = [
      (.string, "string"), (.integer, "integer"), ([.integer, .number], "number"), (.boolean, "boolean"),
      (.array, "array"), (.object, "object"),
    ]
    if let match = named.first(where: { $0.0 == types.subtracting(.null) }), match.0 != .object { return match.1 }
    return types.subtracting(.null) == .object ? "object" : "option \(number + 1)"
  }

  private mutating func dispatch(
    _ index: Int, _ branches: [Int], _ keyword: String, _ owner: Int, _ direction: Direction
  ) -> (ChoicePlan.Dispatch, Int?) {
    let shape = shape(index)
    let whole = shape.needsProgram ? number(schemaRule(index, direction)) : nil
    if keyword == "type" { return (.kinds(branches.map { kinds(set.types($0).subtracting(.null)) }), whole) }
    let keywords = set.keywords(owner)
    let all = keyword == "oneOf" ? keywords.oneOf : keywords.anyOf
    let kept = all.filter { set.types($0) != .null }
    let hasNull = kept.count < all.count
    let tried = { (self: inout Planner) in
      (
        ChoicePlan.Dispatch.tried(
          self.number(self.schemaRule(self.choiceSchema(owner, kept, keyword), direction)) ?? 0), whole
      )
    }
    if let discriminator = keywords.discriminator {
      let index = { (branch: Int) in kept.firstIndex(of: all[branch]) }
      let values = discriminator.branches.compactMap { entry in
        index(entry.value).map { (value: entry.key, branch: $0) }
      }
      return (
        .property(name: discriminator.property, values: values, fallback: discriminator.fallback.flatMap(index)), whole
      )
    }
    // A branch that admits null too makes two branches fit.
    if hasNull && kept.contains(where: { set.types($0).contains(.null) }) { return tried(&self) }
    switch set.dispatch(kept) {
    case .types(let types)?:
      let kinds = types.map { self.kinds($0.subtracting(.null)) }
      let flat = kinds.flatMap { $0 }
      return Set(flat).count == flat.count ? (.kinds(kinds), whole) : tried(&self)
    case .property(let name, let values)?:
      let texts = values.enumerated().flatMap { branch, values in values.map { (value: $0.text, branch: branch) } }
      guard texts.allSatisfy({ $0.value != nil }) else { return tried(&self) }
      return (.property(name: name, values: texts.map { ($0.value ?? "", $0.branch) }, fallback: nil), whole)
    default: return tried(&self)
    }
  }

  private func number(_ rule: RulePlan) -> Int? {
    if case .schema(let number) = rule { number } else { nil }
  }

  /// The choice alone, without the keywords beside it and without null.
  private func choiceSchema(_ owner: Int, _ branches: [Int], _ keyword: String) -> Int {
    var keywords = SchemaKeywords()
    if keyword == "oneOf" { keywords.oneOf = branches } else { keywords.anyOf = branches }
    keywords.dispatch = set.dispatch(branches)
    return set.add(keywords, like: owner)
  }

  private func kinds(_ types: JSONTypes) -> [String] {
    var kinds = types.names.filter { $0 != "integer" && $0 != "number" }
    if !types.isDisjoint(with: [.integer, .number]) { kinds.append("number") }
    return kinds
  }
}

/// The unique names of the members of one type.
struct MemberNames {
  private var taken: Set<String>

  init(besides taken: Set<String> = []) { self.taken = taken }

  mutating func claim(_ name: String) -> String {
    var candidate = name
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = name.unquoted + (name.unquoted.last?.isNumber == true ? "_" : "") + String(number)
      number += 1
    }
    return candidate
  }
}

extension String {
  /// The name without backticks, as it can be written after a dot.
  public var unquoted: String { hasPrefix("`") ? String(dropFirst().dropLast()) : self }

  fileprivate var replacingMinus: String { hasPrefix("-") ? "Minus" + dropFirst() : self }
}

extension TypePlan {
  /// The type of a value that is not null.
  var present: TypePlan { if case .optional(let value) = self { value } else { self } }
}

extension [RulePlan] {
  /// The rules of a value that is known not to be null.
  func flattened(when isPresent: Bool) -> [RulePlan] {
    guard isPresent else { return self }
    return flatMap { rule in if case .present(let rules) = rule { rules } else { [rule] } }
  }
}
