import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// Plans the links from responses, once all operations are planned.
struct LinkPlanner {
  let diagnostics: Diagnostics

  /// The links of all operations, once their target operations are planned.
  func linked(_ plans: [OperationPlan], _ operations: [Operation]) -> [OperationPlan] {
    plans.map { plan in
      guard let operation = operations.first(where: { $0.id == plan.operationID && $0.kind == .route }) else {
        return plan
      }
      var members = MemberNames()
      let links = operation.responses.flatMap(\.links)
      guard !links.isEmpty else { return plan }
      var seen: [String: Link] = [:]
      var plan = plan
      plan.links = links.filter { isFirst($0, &seen) }.compactMap { link in
        target(of: link, plans, operations).flatMap { self.plan(link, to: $0, &members) }
      }
      return plan
    }
  }

  /// Whether a link is the first with its name; one with another target than the first is reported.
  private func isFirst(_ link: Link, _ seen: inout [String: Link]) -> Bool {
    guard let first = seen[link.name] else {
      seen[link.name] = link
      return true
    }
    let isSame =
      first.operationID == link.operationID && first.operationReference == link.operationReference
      && first.body?.json == link.body?.json
      && first.parameters.map { [.string($0.name), $0.value.json] }
        == link.parameters.map { [.string($0.name), $0.value.json] }
    if !isSame {
      diagnostics.warning(
        .noEffect, "another response has a different link '\(link.name)': this one has no effect",
        at: link.position, help: "give one of the two another name: the other is in line \(first.position.line)")
    }
    return false
  }

  private func target(of link: Link, _ plans: [OperationPlan], _ operations: [Operation]) -> OperationPlan? {
    if let id = link.operationID {
      if let plan = plans.first(where: { $0.operationID == id }) { return plan }
      diagnostics.error(
        .brokenReference, "there is no operation '\(id)'", at: link.position,
        help: nearest(id, among: plans.map(\.operationID)).map { "did you mean '\($0)'?" })
      return nil
    }
    let reference = link.operationReference ?? ""
    // An operation of another contract has types of its own: its client is used instead.
    guard reference.hasPrefix("#/paths/") else {
      diagnostics.warning(
        .noEffect, "a link to an operation of another contract is not generated", at: link.position)
      return nil
    }
    if let found = link.referenced(among: operations),
      let plan = plans.first(where: { $0.operationID == found.id })
    {
      return plan
    }
    diagnostics.error(.brokenReference, "there is no operation at '\(reference)'", at: link.position)
    return nil
  }

  private func plan(_ link: Link, to target: OperationPlan, _ members: inout MemberNames) -> LinkPlan? {
    var sources: [String: LinkPlan.Source] = [:]
    for (name, position, value) in link.parameters {
      // `path.id` selects one of two parameters with the same name.
      let named = target.parameters.first { $0.field.wireName == name || "\($0.location).\($0.field.wireName)" == name }
      guard let named else {
        diagnostics.error(
          .badValue, "the operation '\(target.operationID)' has no parameter '\(name)'", at: position,
          help: nearest(name, among: target.fields.map(\.wireName)).map { "did you mean '\($0)'?" })
        continue
      }
      sources[named.field.name] = source(value)
    }
    if let body = link.body {
      let source = source(body)
      if let planned = target.body, planned.choice == nil, !planned.isStreamed {
        sources["body"] = source
      } else {
        diagnostics.warning(
          .noEffect,
          "a link can have a body of JSON, of text or of a form, and '\(target.operationID)' has none of these",
          at: body.position, help: target.body == nil ? nil : "the code that follows the link provides it")
      }
    }
    let inputs = target.inputFields.compactMap { field -> (field: FieldPlan, source: LinkPlan.Source)? in
      if let source = sources[field.name] { return (field, source) }
      return field.presence == .required ? (field, .given) : nil
    }
    return LinkPlan(
      name: members.claim(SwiftName.member(link.name)), doc: DocComment.lines(link.description),
      target: target.typeName,
      inputs: inputs)
  }

  private func source(_ value: Node) -> LinkPlan.Source {
    if let text = value.string, RuntimeTemplate.isTemplate(text) {
      return .template(RuntimeTemplate(text, at: value.position, diagnostics))
    }
    return .constant(value.json.map { String(decoding: $0.json, as: UTF8.self) } ?? "null")
  }
}
