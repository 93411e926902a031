import ContractOutline
import ServiceCore

extension OutlinedOperation {
  /// The values of a request, read and validated as generated code does it.
  ///
  /// - Throws: the same problem as generated code: 400, 406 or 415.
  package func read(_ routed: RoutedRequest, _ program: SchemaProgram) throws(RequestFault) -> RequestValues {
    try descriptor.checkAccept(routed.request.headers)
    var reader = RequestReader(routed, descriptor)
    var values = RequestValues()
    for (index, parameter) in parameters.enumerated() {
      values.parameters[index] = reader.read(parameter, program)
    }
    reader.closeQuery(besides: parameters.filter { $0.location == .query }.compactMap(\.style))
    for (index, parameter) in parameters.enumerated() where parameter.isRequired {
      if let style = parameter.style { reader.require(values.parameters[index], style) }
    }
    if descriptor.policy.idempotencyKey != .none { values.idempotencyKey = reader.idempotencyKey() }
    if let body { values.body = try reader.read(body, program) }
    guard reader.violations.isEmpty else { throw RequestFault(.badRequest(reader.violations.list)) }
    return values
  }
}

extension RequestReader {
  fileprivate mutating func read(_ parameter: OutlinedParameter, _ program: SchemaProgram) -> JSONValue? {
    guard let style = parameter.style, !parameter.mayBeEmpty || !isEmpty(parameter.name) else { return nil }
    return read(style, JSONValue.self, program, parameter.schema)
  }

  /// Whether the query has the name without a value.
  private func isEmpty(_ name: String) -> Bool {
    let pairs = (try? request.query.map { try FormEncoding.pairs($0) }) ?? []
    return pairs.contains { pair in
      pair.value.isEmpty
        && PercentCoding.decode(pair.name, plusIsSpace: true).map { ByteKey($0) == ByteKey(name) } ?? false
    }
  }

  fileprivate mutating func read(
    _ body: OutlinedBody, _ program: SchemaProgram
  ) throws(RequestFault) -> BodyValues? {
    if !body.isRequired, isBodyAbsent { return nil }
    let index = try expected(body.content.map(\.mediaType))
    guard body.content.indices.contains(index) else { return nil }
    let type = request.headers["content-type"] ?? ""
    let content = body.content[index]
    let (value, found) = content.read(request.body, mediaType: type, program)
    for violation in found { violations.add(violation) }
    if content.isPatch, let schema = content.schema, case .json(let patch)? = value {
      violations.addViolations(ofPatch: patch, schema, SchemaShape(program: program))
    }
    return value.map { BodyValues(content: index, $0, mediaType: type) }
  }
}

extension Violations {
  /// The violations of a merge patch (RFC 7396): each of its members is a value of the property that it changes, and
  /// null removes an optional one.
  fileprivate mutating func addViolations(ofPatch patch: JSONValue, _ schema: Int, _ shape: SchemaShape) {
    guard case .object(let changes) = patch else {
      for violation in shape.program.violations(of: patch, schema: schema) { add(violation) }
      return
    }
    let properties = shape.properties(of: schema)
    for change in changes where !isFull {
      let mark = count
      let property = properties[change.key]
      switch change.value {
      case .null where shape.requires(change.key, schema):
        add("required", "must be there, and cannot be removed")
      case .null: break
      case .object where property.map(shape.isObject) ?? false:
        addViolations(ofPatch: change.value, property ?? schema, shape)
      default:
        if let property {
          for violation in shape.program.violations(of: change.value, schema: property) { add(violation) }
        } else if let keyword = shape.closingKeyword(schema) {
          add(keyword, "is not a property of the schema")
        }
      }
      prefix(since: mark, segment: change.key)
    }
  }
}
