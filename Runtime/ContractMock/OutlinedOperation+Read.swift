import ContractOutline
import ServiceCore

extension OutlinedOperation {
  /// The values of a request, read and validated as generated code does it.
  ///
  /// - Throws: the same problem as generated code: 400, 406 or 415.
  func read(_ routed: RoutedRequest, _ program: SchemaProgram) throws(RequestFault) -> RequestValues {
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
    let (value, found) = body.content[index].read(request.body, mediaType: type, program)
    for violation in found { violations.add(violation) }
    return value.map { BodyValues(content: index, $0, mediaType: type) }
  }
}
