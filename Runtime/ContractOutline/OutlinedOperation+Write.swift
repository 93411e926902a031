import ContractValues
import ServiceCore

extension OutlinedOperation {
  /// The request that a generated client would send for these values.
  ///
  /// - Throws: ``CodecError`` or ``RequestFault`` for a value that its style, its location or its media type cannot
  ///   express.
  public func write(_ values: RequestValues) throws -> HTTPRequest {
    var request = HTTPRequest(method: method, path: try path(values))
    for (index, parameter) in parameters.enumerated() where parameter.location != .path {
      guard let value = values.parameters[index] else { continue }
      try request.add(try parameter.written, value)
    }
    request.headers["idempotency-key"] = values.idempotencyKey
    if let body = values.body {
      guard let contents = self.body?.content, contents.indices.contains(body.content) else {
        throw CodecError("the operation has no such body")
      }
      let content = contents[body.content]
      request.headers["content-type"] = content.contentType(of: body)
      request.body = try content.write(body.value)
    }
    return request
  }

  private func path(_ values: RequestValues) throws -> String {
    var path = ""
    for segment in descriptor.path {
      let text = try text(of: segment, values)
      // Whatever reads a path removes these, percent-encoded or not (RFC 3986, section 5.2.4).
      if !segment.parameters.isEmpty, let own = PercentCoding.decode(text[...]), ["", ".", ".."].contains(own) {
        throw CodecError("makes a segment of the path empty, '.' or '..'")
      }
      path += "/" + text
    }
    return path
  }

  private func text(of segment: OperationDescriptor.PathSegment, _ values: RequestValues) throws -> String {
    switch segment {
    case .literal(let text): Self.encoded(text)
    case .parameter(let name): try text(ofParameter: name, values)
    case .mixed(let pieces):
      try pieces.map { piece in
        switch piece {
        case .literal(let text): Self.encoded(text)
        case .parameter(let name): try text(ofParameter: name, values)
        }
      }.joined()
    }
  }

  private func text(ofParameter name: String, _ values: RequestValues) throws -> String {
    let index = parameters.firstIndex { $0.location == .path && $0.name.utf8.elementsEqual(name.utf8) }
    guard let index, let value = values.parameters[index] else { throw CodecError("the path needs '\(name)'") }
    return try parameters[index].written.written(value)
  }

  /// A text of the path, without percent-encoding what a segment may contain (RFC 3986, section 3.3).
  private static func encoded(_ text: String) -> String {
    PercentCoding.encode(text) { PercentCoding.isUnreserved($0) || "!$&'()*+,;=:@".utf8.contains($0) }
  }
}

extension OutlinedParameter {
  fileprivate var written: StyledParameter {
    get throws {
      guard let style else { throw CodecError("'\(name)' cannot be written") }
      return style
    }
  }
}
