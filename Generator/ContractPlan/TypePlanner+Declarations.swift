import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// The types of schemas.
extension TypePlanner {
  mutating func declare(_ target: DirectedSchema, _ form: Form, as name: String) {
    let direction = target.direction
    switch form {
    case .record where direction == .patch: declarePatch(target.index, as: name)
    case .record: declareRecord(target.index, direction, as: name)
    case .enumeration(let values, let isOpen): declareEnum(target.index, values, isOpen: isOpen, as: name)
    case .choice(let branches, let rule, let owner):
      declareChoice(target.index, branches, rule, owner, direction, as: name)
    default: break
    }
  }

  private mutating func declareRecord(_ index: Int, _ direction: Direction, as name: String) {
    let shape = analysis.shape(index)
    var members = MemberNames()
    var fields: [FieldPlan] = []
    var skipped: [String] = []
    for property in shape.properties {
      if set.isSkipped(property.value, direction) {
        skipped.append(property.key)
        continue
      }
      let isRequired = shape.requires(property.key)
      var field = field(
        property.key, analysis.joined(property.value), isRequired: isRequired, direction, owner: name,
        index: fields.count)
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
    if shape.needsProgram || parts.contains(where: { $0.minProperties != nil || $0.maxProperties != nil }) {
      schema = schemaNumber(index, direction)
      // A value that is validated against its schema must be complete.
      if case .ignored = rest { rest = kept(.json, [], &members) }
    }
    declarations.append(
      .record(
        RecordPlan(
          name: name, doc: set.doc(index), isDeprecated: set[index].isDeprecated, fields: fields, skipped: skipped,
          rest: rest, schema: schema, patched: nil)))
  }

  /// A merge patch of a record: each property may be absent, null or a value. Rules of the whole apply to the value
  /// that results from the patch, not to the patch.
  private mutating func declarePatch(_ index: Int, as name: String) {
    let shape = analysis.shape(index)
    var members = MemberNames()
    var fields: [FieldPlan] = []
    var skipped: [String] = []
    for property in shape.properties {
      if set.isSkipped(property.value, .request) {
        skipped.append(property.key)
        continue
      }
      let schema = analysis.joined(property.value)
      let use = use(schema, analysis.isRecord(schema) ? .patch : .request, named: name + SwiftName.type(property.key))
      let isRequired = shape.requires(property.key)
      let rules = use.rules.flattened(when: true)
      fields.append(
        FieldPlan(
          name: members.claim(SwiftName.member(property.key)), wireName: property.key, type: use.type.present,
          presence: .nullable, rules: (isRequired ? [.kept] : []) + rules, doc: set.doc(schema)))
    }
    var rest = rest(shape, .request, named: name, &members)
    if case .kept(let name, let type, _) = rest { rest = .kept(name: name, type: .optional(type.present), rules: []) }
    let form = analysis.form(of: index)
    declarations.append(
      .record(
        RecordPlan(
          name: name, doc: set.doc(index), isDeprecated: set[index].isDeprecated, fields: fields, skipped: skipped,
          rest: rest, schema: nil, patched: typeName(index, form, .request, named: name))))
  }

  private mutating func rest(
    _ shape: Shape, _ direction: Direction, named name: String, _ members: inout MemberNames
  ) -> RecordPlan.Rest {
    var kept: [Int] = []
    for keywords in shape.parts.map(set.keywords) {
      for (rule, schema) in [
        (RuleName.additionalProperties, keywords.additionalProperties),
        (.unevaluatedProperties, keywords.unevaluatedProperties),
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
    if !isRequired, let node = analysis.defaultValue(schema), let index {
      if case .nullable = presence { type = use.type }
      // Optional until the default is known to be valid.
      defaults.append(PendingDefault(record: owner, field: index, node: node, schema: schema))
    }
    var field = FieldPlan(
      name: SwiftName.member(wireName), wireName: wireName, type: presence == .nullable ? type.present : type,
      presence: presence, rules: use.rules.flattened(when: presence == .nullable), doc: set.doc(schema))
    field.isDeprecated = set[schema].isDeprecated
    return field
  }

  private mutating func declareEnum(_ index: Int, _ values: [JSONValue], isOpen: Bool, as name: String) {
    var members = MemberNames()
    for name in ["brokenRule", "brokenTypeRule"] { _ = members.claim(name) }
    if isOpen { for name in ["other", "known", "rawValue"] { _ = members.claim(name) } }
    let texts = values.compactMap(\.text)
    let isInteger = texts.count < values.count
    let cases = values.map { value in
      if let text = value.text {
        return EnumPlan.Case(name: members.claim(SwiftName.enumCase(text)), value: SwiftName.literal(text))
      }
      let digits = String(decoding: value.json, as: UTF8.self)
      return EnumPlan.Case(name: members.claim("value" + digits.replacingMinus), value: digits)
    }
    let shape = analysis.shape(index)
    let parts = shape.parts.map(set.keywords)
    let rule =
      shape.choices.first.map { RuleName($0.rule) }
      ?? (parts.contains { $0.enumeration != nil } || shape.knownValues != nil ? .enumeration : .const)
    let isTyped = parts.contains { $0.types != nil }
    declarations.append(
      .enumeration(
        EnumPlan(
          name: name, doc: set.doc(index), isDeprecated: set[index].isDeprecated, cases: cases, isInteger: isInteger,
          isOpen: isOpen, rule: rule, typeRule: isTyped ? .type : rule)))
  }
}

extension String {
  fileprivate var replacingMinus: String { hasPrefix("-") ? "Minus" + dropFirst() : self }
}

extension TypePlan {
  /// The type of a value that is not null.
  var present: TypePlan { if case .optional(let value) = self { value } else { self } }
}

extension [RulePlan] {
  /// The rules of a value that may be null instead.
  var ifPresent: [RulePlan] {
    // A schema of the program admits null itself where the contract does.
    let schemas = filter { if case .schema = $0 { true } else { false } }
    let others = filter { if case .schema = $0 { false } else { true } }
    return schemas + (others.isEmpty ? [] : others == [.value] ? others : [.present(others)])
  }

  /// The rules of a value that is known not to be null.
  func flattened(when isPresent: Bool) -> [RulePlan] {
    guard isPresent else { return self }
    return flatMap { rule in if case .present(let rules) = rule { rules } else { [rule] } }
  }
}
