import ContractAnalysis
import ContractModel
import ContractSource

/// The inputs of operations.
extension OperationPlanner {
  /// The parameters, those of the path first, then by location.
  mutating func parameters(_ operation: Operation, owner: String) -> [ParameterPlan] {
    let wholes = operation.parameters.filter { $0.location == .querystring }
    let pairs = operation.parameters.filter { $0.location == .query }
    if let whole = wholes.first, wholes.count > 1 || !pairs.isEmpty {
      diagnostics.error(
        .contradiction, "'\(whole.name)' is the whole query: there can be no other parameter in it", at: whole.position)
    }
    var open: Parameter?
    var result: [ParameterPlan] = []
    for location in [Parameter.Location.path, .query, .querystring, .header, .cookie] {
      for parameter in operation.parameters where parameter.location == location {
        if parameter.isAstray(of: operation) || isReserved(parameter) { continue }
        let plan = ParameterPlan(location: location, field: self.parameter(parameter, owner: owner))
        result.append(plan)
        guard location == .query, plan.field.style?.takesOthers ?? false else { continue }
        if let open {
          diagnostics.warning(
            .untyped, "every parameter that is not declared is one of '\(open.name)' and of '\(parameter.name)'",
            at: parameter.position, help: "list its properties, or write 'style: deepObject'")
        }
        open = open ?? parameter
      }
    }
    return result
  }

  /// Headers whose definitions as parameters must be ignored (OpenAPI 3.1, section 4.8.12.1).
  private mutating func isReserved(_ parameter: Parameter) -> Bool {
    guard parameter.isReserved else { return false }
    diagnostics.warning(
      .noEffect,
      "the header '\(parameter.name)' is not a parameter (OpenAPI 3.1, section 4.8.12.1), and has no effect here",
      at: parameter.position, help: "media types and 'security' determine its value")
    return true
  }

  private mutating func parameter(_ parameter: Parameter, owner: String) -> FieldPlan {
    var plan = types.field(
      parameter.name, parameter.schema, isRequired: parameter.isRequired, .request, owner: owner, index: nil
    ).present
    let style = style(of: parameter, plan.type)
    let target = set.resolved(parameter.schema)
    if !parameter.isRequired, let node = set[parameter.schema].defaultValue ?? set[target].defaultValue {
      // The default needs an enum's cases before all types are declared.
      types.drain()
      if let text = types.declarations.literal(node, plan.type) {
        plan = plan.defaulted(text, plan.type)
      } else {
        diagnostics.reportDefault(node)
      }
    }
    var field = FieldPlan(
      name: plan.name, wireName: plan.wireName, type: plan.type, presence: plan.presence,
      rules: plan.rules,
      doc: parameter.description.map { DocComment.lines($0) } ?? plan.doc)
    field.style = style
    if style == nil { field = field.written }
    field.allowsEmpty = parameter.allowsEmpty
    return field
  }
}
