import ContractSamples
import ContractValues
import ServiceCore

extension RequestSampler {
  /// Requests that are each invalid by one change of a valid one. None where there is no valid one.
  public mutating func invalid(_ operation: OutlinedOperation) -> [InvalidRequest] {
    guard let choices = choices(operation, 8), accepts(choices.smallest, operation) else { return [] }
    var requests = parameters(of: operation, choices.smallest)
    if operation.descriptor.policy.idempotencyKey == .required {
      var values = choices.smallest
      values.idempotencyKey = nil
      requests.append(
        InvalidRequest(
          values: values, location: .header, name: "Idempotency-Key", rule: "required", at: operation.at,
          words: "without the header Idempotency-Key"))
    }
    guard let body = operation.body else { return requests }
    if body.isRequired, let first = body.content.first {
      var values = choices.smallest
      values.body = nil
      requests.append(
        InvalidRequest(
          values: values, location: .body, name: "", rule: "required", at: first.at, words: "without the body"))
    }
    return requests + bodies(of: operation, choices)
  }

  // MARK: parameters

  private mutating func parameters(of operation: OutlinedOperation, _ smallest: RequestValues) -> [InvalidRequest] {
    var requests: [InvalidRequest] = []
    for (index, parameter) in operation.parameters.enumerated() {
      if parameter.isRequired, parameter.location != .path {
        var values = smallest
        values.parameters[index] = nil
        add(values, index, "required", parameter.at, "without the parameter '\(parameter.name)'", operation, &requests)
      }
      for sample in bodies.invalid(parameter.schema) {
        var values = smallest
        values.parameters[index] = sample.value
        let at = bodies.position(of: sample.keyword.schema) ?? parameter.at
        let rule = sample.reports.first?.rule ?? sample.keyword.keyword
        add(
          values, index, rule, at, "the parameter '\(parameter.name)' violates \(sample.keyword.keyword)", operation,
          &requests)
      }
      for wrong in Self.wrongTypes {
        var values = smallest
        values.parameters[index] = wrong
        let at = bodies.position(of: parameter.schema) ?? parameter.at
        if add(
          values, index, "type", at, "the parameter '\(parameter.name)' is a text of another type", operation, &requests
        ) {
          break
        }
      }
    }
    return requests
  }

  /// Values of which one is wrong for most parameters.
  private static let wrongTypes: [JSONValue] = [
    "not-a-value", true, .number(ExactDecimal("1.5") ?? ExactDecimal(1)), ["not-a-value"],
  ]

  /// Adds a request if a service would refuse it because of its parameter, for a rule if that is among the reasons.
  @discardableResult
  private func add(
    _ values: RequestValues, _ index: Int, _ rule: String, _ at: String, _ words: String,
    _ operation: OutlinedOperation, _ requests: inout [InvalidRequest]
  ) -> Bool {
    let parameter = operation.parameters[index]
    guard let request = try? operation.write(values), !requests.contains(where: { $0.values == values }),
      let found = operation.violations(of: request, values.body, outline.program),
      found.allSatisfy({ $0.location == parameter.location && $0.concerns(parameter.name) })
    else { return false }
    let isType = rule == "type" && words.hasSuffix("type")
    guard let reported = found.first(where: { $0.rule == rule }) ?? (isType ? nil : found.first) else { return false }
    requests.append(
      InvalidRequest(
        values: values, location: reported.location, name: reported.name, rule: reported.rule, at: at, words: words))
    return true
  }

  // MARK: bodies

  private mutating func bodies(of operation: OutlinedOperation, _ choices: Choices) -> [InvalidRequest] {
    guard let contents = operation.body?.content else { return [] }
    return bodies.invalid(contents).compactMap { invalid in
      var values = choices.smallest
      values.body = invalid.body
      guard let request = try? operation.write(values), contents.indices.contains(invalid.body.content),
        // A body without bytes is an absent one.
        operation.body?.isRequired ?? false || !request.body.isEmpty
      else { return nil }
      var (name, rule) = (invalid.name, invalid.rule)
      let kind = contents[invalid.body.content].kind
      if kind == .form || kind == .text {
        // What a form or a text can express decides what is read.
        let found = operation.violations(of: request, invalid.body, outline.program) ?? []
        guard let reported = found.first(where: { $0.rule == rule }) ?? found.first else { return nil }
        (name, rule) = (reported.name, reported.rule)
      }
      return InvalidRequest(
        values: values, location: .body, name: name, rule: rule, at: invalid.at, words: invalid.words)
    }
  }
}

extension Violation {
  /// Whether it is of a parameter, or a member of it.
  fileprivate func concerns(_ parameter: String) -> Bool {
    name.utf8.elementsEqual(parameter.utf8) || name.utf8.starts(with: (parameter + "/").utf8)
  }
}
