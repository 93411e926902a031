import ContractSamples
import ContractValues
import ServiceCore

/// Makes requests of operations: valid ones, and ones that are invalid by a single change.
///
/// The same seed makes the same requests on every machine.
public struct RequestSampler: Sendable {
  let outline: Outline
  var bodies: BodySampler

  /// The values that could not be made so far.
  public var failures: [SamplingFailure] { bodies.failures }

  public init(_ outline: Outline, seed: UInt64) {
    self.outline = outline
    bodies = BodySampler(outline, seed: seed, direction: .request)
  }

  /// The values from which the requests of an operation are put together.
  struct Choices {
    /// By the index of the parameter: the smallest first.
    var parameters: [[JSONValue]] = []
    var bodies: [BodyValues] = []
    /// With what is required, and nothing else.
    var smallest = RequestValues()
  }

  private static let choiceLimit = 24

  /// Up to `count` valid requests: the smallest, then edges, then random ones, which may be repeated. None where a value
  /// that is required cannot be made.
  public mutating func valid(_ operation: OutlinedOperation, count: Int) -> [RequestValues] {
    guard count > 0, let choices = choices(operation, count) else { return [] }
    var requests: [RequestValues] = []
    func add(_ values: RequestValues) {
      guard requests.count < count, accepts(values, operation), !requests.contains(values) else { return }
      requests.append(values)
    }
    add(choices.smallest)
    for values in edges(operation, choices) { add(values) }
    guard !requests.isEmpty, choices.parameters.contains(where: { !$0.isEmpty }) || !choices.bodies.isEmpty else {
      return requests
    }
    var misses = 0
    while requests.count < count, misses < 2 * count + 32 {
      let values = random(operation, choices)
      if accepts(values, operation) { requests.append(values) } else { misses += 1 }
    }
    return requests
  }

  /// Whether a service would find nothing wrong with a request.
  func accepts(_ values: RequestValues, _ operation: OutlinedOperation) -> Bool {
    guard let request = try? operation.write(values) else { return false }
    return operation.violations(of: request, values.body, outline.program)?.isEmpty ?? false
  }

  // MARK: choices

  mutating func choices(_ operation: OutlinedOperation, _ count: Int) -> Choices? {
    var choices = Choices()
    for (index, parameter) in operation.parameters.enumerated() {
      let values = values(of: parameter, at: index, operation, min(max(count, 8), Self.choiceLimit))
      choices.parameters.append(values)
      if parameter.isRequired {
        guard let first = values.first else { return nil }
        choices.smallest.parameters[index] = first
      }
    }
    if let body = operation.body {
      let own = bodies.valid(body.content, count: min(max(count, 8), 4 * Self.choiceLimit))
      choices.bodies = own.filter { fits($0, operation, choices.smallest) }
      if body.isRequired {
        guard let first = choices.bodies.first else { return nil }
        choices.smallest.body = first
      }
    }
    if operation.descriptor.policy.idempotencyKey == .required { choices.smallest.idempotencyKey = bodies.key() }
    return choices
  }

  /// The values of a parameter that can be written, and are read as what they are.
  private mutating func values(
    of parameter: OutlinedParameter, at index: Int, _ operation: OutlinedOperation, _ count: Int
  ) -> [JSONValue] {
    // Only a response can say what a cursor is.
    if parameter.location == .query, let own = operation.pagination?.cursor,
      own.utf8.elementsEqual(parameter.name.utf8)
    {
      return []
    }
    let (made, failure) = bodies.values(parameter.schema, count: count, examples: parameter.examples)
    let fitting = made.filter { operation.reads($0, at: index, outline.program) }
    if fitting.isEmpty {
      bodies.add(SamplingFailure(at: parameter.at, name: parameter.name, reason: made.isEmpty ? failure : nil))
    }
    return fitting
  }

  private func fits(_ body: BodyValues, _ operation: OutlinedOperation, _ smallest: RequestValues) -> Bool {
    var values = smallest
    values.body = body
    guard let request = try? operation.write(values) else { return false }
    let found = operation.violations(of: request, body, outline.program)
    return !(found?.contains { $0.location == .body } ?? true)
  }

  // MARK: putting together

  private mutating func edges(_ operation: OutlinedOperation, _ choices: Choices) -> [RequestValues] {
    let optional = choices.parameters.indices.filter { choices.smallest.parameters[$0] == nil }
    var edges = optional.compactMap { changed(choices, parameter: $0, to: 0) }
    if choices.smallest.body == nil { edges += [changed(choices, body: 0)].compactMap(\.self) }
    var full = choices.smallest
    for index in optional { full.parameters[index] = choices.parameters[index].last }
    full.body = full.body ?? choices.bodies.first
    if operation.descriptor.policy.idempotencyKey != .none { full.idempotencyKey = bodies.key() }
    edges.append(full)
    let most = max(choices.parameters.map(\.count).max() ?? 0, choices.bodies.count)
    for number in 0..<most {
      edges += choices.parameters.indices.compactMap { changed(choices, parameter: $0, to: number) }
      edges += [changed(choices, body: number)].compactMap(\.self)
    }
    return edges
  }

  private func changed(_ choices: Choices, parameter: Int, to number: Int) -> RequestValues? {
    guard choices.parameters[parameter].indices.contains(number) else { return nil }
    var values = choices.smallest
    values.parameters[parameter] = choices.parameters[parameter][number]
    return values
  }

  private func changed(_ choices: Choices, body: Int) -> RequestValues? {
    guard choices.bodies.indices.contains(body) else { return nil }
    var values = choices.smallest
    values.body = choices.bodies[body]
    return values
  }

  private mutating func random(_ operation: OutlinedOperation, _ choices: Choices) -> RequestValues {
    var values = RequestValues()
    for (index, own) in choices.parameters.enumerated() where !own.isEmpty {
      if operation.parameters[index].isRequired || bodies.random.once(in: 2) {
        values.parameters[index] = bodies.random.element(own)
      }
    }
    if operation.body?.isRequired ?? false || bodies.random.once(in: 2) {
      values.body = bodies.random.element(choices.bodies)
    }
    let policy = operation.descriptor.policy.idempotencyKey
    if policy == .required || policy == .optional && bodies.random.once(in: 2) { values.idempotencyKey = bodies.key() }
    return values
  }
}

extension OutlinedOperation {
  /// Whether a value of a parameter, alone in a request, is read as a value of its schema.
  fileprivate func reads(_ value: JSONValue, at index: Int, _ program: SchemaProgram) -> Bool {
    guard parameters.indices.contains(index), let style = parameters[index].style else { return false }
    var values = RequestValues(parameters: [index: value])
    for (other, parameter) in parameters.enumerated() where parameter.location == .path && other != index {
      values.parameters[other] = parameter.placeholder
    }
    guard let request = try? write(values), let routed = RoutedRequest(request, for: descriptor) else { return false }
    var reader = RequestReader(routed, descriptor)
    let read = reader.read(style, JSONValue.self, program, parameters[index].schema)
    return read != nil && reader.violations.isEmpty
  }
}

extension OutlinedParameter {
  /// A value that fits its style, perhaps not its schema.
  private static let placeholders: [JSONValue] = [1, [1], ["a": 1]]

  fileprivate var placeholder: JSONValue? {
    Self.placeholders.first { (try? style?.written($0)) != nil }
  }
}
