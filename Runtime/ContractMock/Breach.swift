import ContractOutline
import ServiceCore

/// What of a request or a response breaks the contract.
public struct Breach: Sendable, Equatable, CustomStringConvertible {
  /// Such as `response 200: body /name: minLength: has 0 characters, at least 1 are needed`.
  public let what: String
  /// The contract's file and line.
  public let at: String

  public var description: String { "\(what) (\(at))" }
}

extension Breach {
  init(_ subject: String, _ violation: Violation, at position: String) {
    let name = violation.name.isEmpty ? "" : " " + violation.name
    what = "\(subject): \(violation.location.rawValue)\(name): \(violation.rule): \(violation.message)"
    at = position
  }
}

extension OutlinedOperation {
  /// What of a response breaks the contract.
  ///
  /// - Parameter hasBody: false for a response to HEAD, or one whose body is not known.
  public func breaches(of response: HTTPResponse, hasBody: Bool = true, _ outline: Outline) -> [Breach] {
    let subject = "response \(response.status)"
    guard let declared = self.response(response.status) else {
      return [Breach(what: "\(subject): the contract declares \(statuses.joined(separator: ", "))", at: at)]
    }
    guard declared.isDescribed else { return [] }
    var breaches: [Breach] = []
    for header in declared.headers where header.name.lowercased() != "content-type" {
      breaches += header.read(response.headers, outline.program).violations.map {
        Breach(subject, $0, at: header.at)
      }
    }
    return hasBody ? breaches + self.breaches(ofBody: response, declared, subject, outline) : breaches
  }

  private func breaches(
    ofBody response: HTTPResponse, _ declared: OutlinedResponse, _ subject: String, _ outline: Outline
  ) -> [Breach] {
    guard !declared.content.isEmpty else {
      return response.body.isEmpty
        ? [] : [Breach(what: "\(subject): has a body, and the contract describes none", at: declared.at)]
    }
    let type = response.headers["content-type"] ?? ""
    let types = declared.content.map(\.mediaType)
    guard let index = MediaRange.index(of: type, in: types), declared.content.indices.contains(index) else {
      // Whatever has no body, has no type either.
      if response.body.isEmpty, [204, 205, 304].contains(response.status) { return [] }
      let given = type.isEmpty ? "no content type" : "the content type \(type)"
      return [Breach(what: "\(subject): has \(given); declared: \(types.joined(separator: ", "))", at: declared.at)]
    }
    let content = declared.content[index]
    return content.read(response.body, mediaType: type, outline.program).violations.map { violation in
      Breach(subject, violation, at: outline.position(of: violation.name, in: content))
    }
  }

  /// What of a request breaks the contract.
  func breaches(of routed: RoutedRequest, _ outline: Outline) async -> [Breach] {
    var breaches: [Breach] = []
    do {
      _ = try await SecurityRequirement.prove(
        descriptor.policy.security, by: AnyCredentialVerifier([descriptor]), routed.request, realm: "")
    } catch {
      breaches.append(Breach(what: "request: \((error as? RequestFault)?.problem.detail ?? "\(error)")", at: at))
    }
    do throws(RequestFault) {
      _ = try read(routed, outline.program)
    } catch {
      let violations = error.problem.violations
      if violations.isEmpty { breaches.append(Breach(what: "request: \(error.problem.detail)", at: at)) }
      breaches += violations.map { Breach("request", $0, at: position(of: $0, routed.request, outline)) }
    }
    return breaches
  }

  private func position(of violation: Violation, _ request: HTTPRequest, _ outline: Outline) -> String {
    if violation.location != .body {
      let own = parameters.first {
        $0.location == violation.location && violation.name.utf8.starts(with: $0.name.utf8)
      }
      return own?.at ?? at
    }
    let contents = body?.content ?? []
    let index = MediaRange.index(of: request.headers["content-type"] ?? "", in: contents.map(\.mediaType))
    return index.map { outline.position(of: violation.name, in: contents[$0]) } ?? at
  }
}

extension Outline {
  /// The position of the schema that a value's part is described by, as far as that is certain.
  func position(of pointer: String, in content: OutlinedContent) -> String {
    let shape = SchemaShape(program: program)
    guard var schema = content.data ?? content.schema else { return content.at }
    var isFirst = [.events, .lines, .sequence].contains(content.kind)
    for segment in pointer.split(separator: "/") {
      let name = String(segment.replacing("~1", with: "/").replacing("~0", with: "~"))
      // The number of an item, and the data of an event.
      if isFirst || content.data != nil && name == "data" {
        isFirst = false
        continue
      }
      guard let next = shape.properties(of: schema)[name] ?? (Int(name) == nil ? nil : shape.items(of: schema)) else {
        break
      }
      schema = next
    }
    let last = shape.chain(schema).last ?? schema
    return schemas.indices.contains(last) ? schemas[last].at : content.at
  }
}
