import ContractOutline
import ContractValues
import ServiceCore

/// What the checks ask of operations.
extension Outline {
  /// The operations at the path of an operation.
  func operations(at operation: OutlinedOperation) -> [OutlinedOperation] {
    let key = World.key(operation.path)
    return routes.filter { World.key($0.path) == key }
  }

  /// The operation of a method at the path of another one.
  func operation(_ method: String, at other: OutlinedOperation) -> OutlinedOperation? {
    operations(at: other).first { $0.method == method }
  }

  /// The operations that a request with a path could be of, each with its own method.
  func operations(matching path: String) -> [OutlinedOperation] {
    routes.filter { RoutedRequest(HTTPRequest(method: $0.method, path: path), for: $0.descriptor) != nil }
  }
}

/// What the checks ask of schemas.
extension Outline {
  /// Whether an operation answers with what another one reads.
  func answersThing(_ operation: OutlinedOperation, of reader: OutlinedOperation, _ status: Int) -> Bool {
    guard let own = operation.response(status)?.content.first?.schema,
      let read = reader.response(200)?.content.first?.schema
    else { return false }
    return isSame(own, read)
  }

  /// The schema of a property of what an operation answers.
  func child(_ name: String, ofResponses operation: OutlinedOperation) -> Int? {
    for content in operation.responses.flatMap(\.content) {
      if let found = content.schema.flatMap({ child(name, of: $0) }) { return found }
    }
    return nil
  }

  /// The schemas that apply to the same values as a schema, itself first.
  ///
  /// - Parameter withBranches: also those of which one applies.
  private func together(with schema: Int, withBranches: Bool = false) -> [Int] {
    var (pending, all, seen) = ([schema], [Int](), Set<Int>())
    while let next = pending.popLast() {
      guard seen.insert(next).inserted, let keywords = program.keywords(next) else { continue }
      all.append(next)
      pending += [keywords.reference].compactMap(\.self) + keywords.allOf
      if withBranches { pending += keywords.oneOf + keywords.anyOf }
    }
    return all
  }

  /// The names of the properties that the direction of a schema omits.
  func hiddenNames(of schema: Int) -> [String] { together(with: schema).flatMap { schemas[checked: $0]?.hidden ?? [] } }

  /// The names of the properties of a schema.
  func propertyNames(of schema: Int) -> [String] {
    together(with: schema, withBranches: true).flatMap { program.keywords($0)?.properties.map(\.key) ?? [] }
  }

  /// Whether a property is required by a schema.
  func isRequired(_ name: String, of schema: Int) -> Bool {
    together(with: schema).contains { part in
      program.keywords(part)?.required.contains { $0.utf8.elementsEqual(name.utf8) } ?? false
    }
  }

  /// Whether two schemas say the same, as far as it matters here.
  func isSame(_ one: Int, _ other: Int) -> Bool {
    let (one, other) = (target(one), target(other))
    if one == other { return true }
    guard schemas.indices.contains(one), schemas.indices.contains(other) else { return false }
    if schemas[one].at.utf8.elementsEqual(schemas[other].at.utf8) { return true }
    guard let own = program.keywords(one), let others = program.keywords(other) else { return false }
    return own.types?.subtracting(.null) == others.types?.subtracting(.null) && own.format == others.format
      && own.types?.isDisjoint(with: [.object, .array]) ?? false
  }

  private func target(_ schema: Int) -> Int {
    var (schema, steps) = (schema, 0)
    while steps < 64, let keywords = program.keywords(schema), let next = keywords.reference {
      (schema, steps) = (next, steps + 1)
    }
    return schema
  }
}
