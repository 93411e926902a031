import ContractOutline
import ServiceCore
import Synchronization

/// Makes responses that are valid by the contract: from its examples, from its schemas, or with a given body.
final class ResponseMaker: Sendable {
  let values: ValueMaker
  private let contents: ContentMaker
  private let report: @Sendable (String) -> Void
  /// The locations of what was reported.
  private let reported = Mutex<Set<String>>([])

  init(_ values: ValueMaker, report: @escaping @Sendable (String) -> Void) {
    (self.values, self.report) = (values, report)
    contents = ContentMaker(values)
  }

  private static let tries: UInt64 = 6

  /// - Parameters:
  ///   - body: the value of the body where it is known.
  ///   - detail: what happened, for problem details.
  /// - Throws: 501 where no valid response is found.
  func response(
    _ choice: ResponseChoice, to request: MockedRequest, body: JSONValue? = nil, detail: String? = nil
  ) throws(RequestFault) -> HTTPResponse {
    var response = HTTPResponse(status: choice.status)
    if let content = choice.content {
      var values = BodyValues(content: 0, .json(.null), mediaType: choice.mediaType)
      var bytes: [UInt8]?
      for turn in 0..<Self.tries where bytes == nil {
        let value = body.map { .json($0) } ?? self.body(content, choice, request, detail, turn)
        guard let value else { continue }
        values.value = value
        bytes = written(content, values)
        if body != nil { break }
      }
      guard let bytes else { throw Self.unable("the body", content.at) }
      response.headers["content-type"] = content.contentType(of: values)
      if content.kind == .events { response.headers["cache-control"] = "no-store" }
      response.body = request.operation.method == "HEAD" ? [] : bytes
    }
    try addHeaders(choice.response, request, &response)
    if let applied = request.preference.applied { response.headers["preference-applied"] = applied }
    return response
  }

  private static func unable(_ part: String, _ position: String) -> RequestFault {
    RequestFault(501, "The mock finds no value for \(part) that is valid by \(position).")
  }

  /// Nil for what the media type cannot express.
  private func written(_ content: OutlinedContent, _ values: BodyValues) -> [UInt8]? {
    guard let bytes = try? content.write(values.value) else { return nil }
    // What a sampler made was validated as JSON; other formats may change it.
    if content.kind == .json { return bytes }
    let type = content.contentType(of: values)
    return content.read(bytes, mediaType: type, self.values.program).violations.isEmpty ? bytes : nil
  }

  // MARK: bodies

  private func body(
    _ content: OutlinedContent, _ choice: ResponseChoice, _ request: MockedRequest, _ detail: String?, _ turn: UInt64
  ) -> BodyValues.Value? {
    if turn == 0, detail == nil, let value = example(content, choice, request) {
      return identified(value, content, request)
    }
    if turn < 2, choice.status >= 400, let problem = problem(content, choice.status, request, detail) { return problem }
    return contents.value(content, request.variation &+ turn).map {
      identified(linked($0, content, choice.response, request), content, request)
    }
  }

  /// The example that the client asked for, or the first one that is valid.
  private func example(
    _ content: OutlinedContent, _ choice: ResponseChoice, _ request: MockedRequest
  ) -> BodyValues.Value? {
    if request.preference.isDynamic, choice.example == nil { return nil }
    let own = choice.example.map { [$0] } ?? content.examples
    for example in own {
      if let value = contents.value(content, example: example.value) { return value }
      let name = example.name.isEmpty ? "the example" : "the example '\(example.name)'"
      if reported.withLock({ $0.insert(content.at + name).inserted }) {
        report("\(content.at): \(name) is not valid by its schema, and is not sent")
      }
    }
    guard choice.example == nil, let schema = content.schema, content.kind == .json || content.kind == .text else {
      return nil
    }
    return values.examples(of: schema).lazy.compactMap { self.contents.value(content, example: $0) }.first
  }

  /// Problem details (RFC 9457), as a service sends them.
  private func problem(
    _ content: OutlinedContent, _ status: Int, _ request: MockedRequest, _ detail: String?
  ) -> BodyValues.Value? {
    guard content.kind == .json, content.mediaType.utf8.starts(with: "application/problem+json".utf8) else {
      return nil
    }
    let details = ProblemDetails(status, detail ?? "The mock was asked for this response.")
    let id = request.routed.request.id
    var reader = JSONReader(details.response(instance: request.path, requestID: id.isEmpty ? nil : id).body)
    guard case .object(let members)? = try? JSONValue.decode(&reader) else { return nil }
    guard let schema = content.schema else { return .json(.object(members)) }
    return values.fitted(members, to: schema, request.variation).map { .json(.object($0)) }
  }

  /// The value with the ids that the request's path has.
  private func identified(
    _ value: BodyValues.Value, _ content: OutlinedContent, _ request: MockedRequest
  ) -> BodyValues.Value {
    guard content.kind == .json, let schema = content.schema, case .json(.object(var members)) = value else {
      return value
    }
    let path = request.pathValues
    for (index, parameter) in path.enumerated() {
      let isOwn = index == path.count - 1 && request.operation.endsInParameter || path.count == 1
      let names = isOwn ? IdentifierName.candidates(parameter.name) : [parameter.name]
      let name = names.first { members[$0] != nil }
      let changed = name.flatMap { values.setting($0, parameter.value.asIdentifiers, in: members, schema) }
      if let changed { members = changed }
    }
    return .json(.object(members))
  }

  /// The value with the members that links lead on with.
  private func linked(
    _ value: BodyValues.Value, _ content: OutlinedContent, _ response: OutlinedResponse, _ request: MockedRequest
  ) -> BodyValues.Value {
    guard content.kind == .json, let schema = content.schema, case .json(.object(var members)) = value else {
      return value
    }
    let properties = values.shape.properties(of: schema)
    for text in response.links.flatMap(\.parameters).compactMap(\.value.text) {
      guard text.utf8.starts(with: Self.bodyExpression.utf8) else { continue }
      let name = String(text.dropFirst(Self.bodyExpression.utf8.count))
      guard members[name] == nil, let property = properties[name],
        let made = values.value(property, request.variation),
        let changed = values.setting(name, [made], in: members, schema)
      else { continue }
      members = changed
    }
    return .json(.object(paged(members, schema, request)))
  }

  private static let bodyExpression = "$response.body#/"

  /// A page of the made list, which is the same for all its pages.
  private func paged(
    _ members: JSONObject<JSONValue>, _ schema: Int, _ request: MockedRequest
  ) -> JSONObject<JSONValue> {
    guard let paging = request.operation.pagination, case .array(let items)? = members[paging.items] else {
      return members
    }
    func index(_ name: String) -> Int? {
      request.operation.parameters.firstIndex { $0.location == .query && $0.name.utf8.elementsEqual(name.utf8) }
    }
    func given(_ name: String) -> JSONValue? { index(name).flatMap { request.values.parameters[$0] } }
    let cursor = given(paging.cursor)
    let offset = cursor.flatMap { ListPage.number(ofCursor: $0.plainText) } ?? (cursor == nil ? 0 : items.count)
    var size = items.count
    if case .number(let limit)? = given(paging.limit) { size = min(size, max(0, limit.integer ?? .max)) }
    let rest = items.dropFirst(max(0, offset))
    var page = members
    page[paging.items] = .array(Array(rest.prefix(size)))
    page[paging.next] = rest.count > size ? .string(ListPage.cursor(offset + size)) : nil
    if !values.admits(.object(page), schema) { page[paging.next] = .null }
    return values.admits(.object(page), schema) ? page : members
  }

  // MARK: headers

  /// Set by the server, or by the content.
  private static let reserved: Set<String> = [
    "connection", "content-length", "content-type", "content-encoding", "date", "transfer-encoding",
  ]

  private func addHeaders(
    _ declared: OutlinedResponse, _ request: MockedRequest, _ response: inout HTTPResponse
  ) throws(RequestFault) {
    for header in declared.headers where !Self.reserved.contains(header.name.lowercased()) {
      var isWritten = false
      for turn in 0..<Self.tries where !isWritten {
        guard let style = header.style, let value = values.value(header.schema, request.variation &+ turn) else {
          continue
        }
        var changed = response
        guard (try? changed.add(style, value)) != nil,
          header.read(changed.headers, values.program).violations.isEmpty
        else { continue }
        (response, isWritten) = (changed, true)
      }
      if !isWritten, header.isRequired { throw Self.unable("the header \(header.name)", header.at) }
    }
  }
}

extension OutlinedOperation {
  /// Whether its path ends in a parameter: it is about one resource.
  var endsInParameter: Bool {
    if case .parameter? = descriptor.path.last { true } else { false }
  }
}
