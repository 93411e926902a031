import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// Plans the links from responses, once all operations are planned.
struct LinkPlanner {
  private let plans: [OperationPlan]
  private let diagnostics: Diagnostics
  private let targets: LinkTargets
  /// The links of each operation, and the index of its plan, by its id.
  private var links: [ByteKey: [Link]] = [:]
  private var numbers: [ByteKey: Int] = [:]

  init(_ plans: [OperationPlan], _ routes: [Operation], _ diagnostics: Diagnostics) {
    (self.plans, self.diagnostics, targets) = (plans, diagnostics, LinkTargets(routes))
    for route in routes.reversed() { links[ByteKey(route.id)] = route.responses.flatMap(\.links) }
    for (index, plan) in plans.enumerated().reversed() { numbers[ByteKey(plan.operationID)] = index }
  }

  /// The operations with their links.
  func linked() -> [OperationPlan] {
    plans.map { plan in
      guard let links = links[ByteKey(plan.operationID)], !links.isEmpty else { return plan }
      var members = MemberNames()
      var seen: [ByteKey: Link] = [:]
      var plan = plan
      plan.links = links.filter { isFirst($0, &seen) }.compactMap { link in
        target(of: link).flatMap { self.plan(link, to: $0, &members) }
      }
      return plan
    }
  }

  /// Whether a link is the first with its name; one with another target than the first is reported.
  private func isFirst(_ link: Link, _ seen: inout [ByteKey: Link]) -> Bool {
    guard let first = seen[ByteKey(link.name)] else {
      seen[ByteKey(link.name)] = link
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

  private func target(of link: Link) -> OperationPlan? {
    if let index = targets[link].flatMap({ numbers[ByteKey($0.id)] }) { return plans[index] }
    if let id = link.operationID {
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
    diagnostics.error(.brokenReference, "there is no operation at '\(reference)'", at: link.position)
    return nil
  }

  private func plan(_ link: Link, to target: OperationPlan, _ members: inout MemberNames) -> LinkPlan? {
    var sources: [String: LinkPlan.Source] = [:]
    for (name, position, value) in link.parameters {
      // `path.id` selects one of two parameters with the same name.
      let named = target.parameters.first { $0.field.wireName == name || "\($0.location).\($0.field.wireName)" == name }
      guard let named else {
        diagnostics.warning(
          .noEffect, "the operation '\(target.operationID)' has no parameter '\(name)': it has no effect", at: position,
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
