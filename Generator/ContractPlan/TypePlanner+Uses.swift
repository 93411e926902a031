import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// A schema where it is used: a Swift type, and the constraints to check there.
extension TypePlanner {
  mutating func use(_ given: Int, _ direction: Direction, named inlineName: String) -> UsePlan {
    var (index, name) = (given, inlineName)
    var steps = 0
    while case .alias(let next) = analysis.form(of: index), steps < 10_000 {
      if let component = SwiftName.component(set[next].key.segments, path: set[next].key.path), !set[next].isMerged {
        name = component
      }
      index = next
      steps += 1
    }
    let form = analysis.form(of: index)
    var use = use(index, form, direction, named: name)
    if case .alias = form { use = UsePlan(type: .json, rules: [schemaRule(given, direction)]) }
    guard use.type != .json, analysis.admitsNull(given) else { return use }
    if use.type.isOptional { return use }
    return UsePlan(type: .optional(use.type), rules: use.rules.ifPresent)
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
    .schema(schemaNumber(index, direction))
  }

  /// The number of a schema in the program.
  mutating func schemaNumber(_ index: Int, _ direction: Direction) -> Int {
    embedded.number(of: index, direction, analysis.set)
  }

  private mutating func enumeration(
    _ index: Int, _ form: Form, _ direction: Direction, named name: String
  ) -> UsePlan {
    let shape = analysis.shape(index)
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
    _ index: Int, _ direction: Direction, named name: String, _ plan: (inout TypePlanner) -> UsePlan
  ) -> UsePlan {
    if let wrapper = containers.wrappers[index] { return UsePlan(type: .named(wrapper), rules: [.value]) }
    guard containers.open.insert(index).inserted, containers.open.count < 48 else {
      let wrapper = claim(name)
      containers.wrappers[index] = wrapper
      return UsePlan(type: .named(wrapper), rules: [.value])
    }
    let use = plan(&self)
    containers.open.remove(index)
    guard let wrapper = containers.wrappers[index], containers.wrapped.insert(index).inserted else { return use }
    declarations.append(.wrapper(WrapperPlan(name: wrapper, doc: set.doc(index), type: use.type, rules: use.rules)))
    return UsePlan(type: .named(wrapper), rules: [.value])
  }

  private mutating func list(_ index: Int, _ items: [Int], _ direction: Direction, named name: String) -> UsePlan {
    let shape = analysis.shape(index)
    let element =
      items.isEmpty ? UsePlan(type: .json, rules: []) : use(analysis.joined(items), direction, named: name + "Item")
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
    let shape = analysis.shape(index)
    let value =
      values.isEmpty ? UsePlan(type: .json, rules: []) : use(analysis.joined(values), direction, named: name + "Value")
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
}
