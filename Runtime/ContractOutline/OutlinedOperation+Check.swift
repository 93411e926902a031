import ContractValues
import ServiceCore

extension OutlinedOperation {
  /// What a service reports of a request's parameters, and of a body that is a form or a text. Nil for a path that is
  /// not the operation's.
  func violations(of request: HTTPRequest, _ body: BodyValues?, _ program: SchemaProgram) -> [Violation]? {
    guard let routed = RoutedRequest(request, for: descriptor) else { return nil }
    var reader = RequestReader(routed, descriptor)
    for parameter in parameters {
      guard let style = parameter.style, !parameter.isEmpty(in: request) else { continue }
      let value = reader.read(style, JSONValue.self, program, parameter.schema)
      if parameter.isRequired { reader.require(value, style) }
    }
    reader.closeQuery(besides: parameters.filter { $0.location == .query }.compactMap(\.style))
    if descriptor.policy.idempotencyKey != .none { _ = reader.idempotencyKey() }
    if let body, let contents = self.body?.content, contents.indices.contains(body.content) {
      contents[body.content].check(&reader, program)
    }
    return reader.violations.list
  }
}

extension OutlinedParameter {
  /// Whether it is a name without a value, which means that there is no value.
  fileprivate func isEmpty(in request: HTTPRequest) -> Bool {
    guard mayBeEmpty, location == .query, !isRequired, let query = request.query,
      let pairs = try? FormEncoding.pairs(query)
    else { return false }
    let own = pairs.filter { PercentCoding.decode($0.name)?.utf8.elementsEqual(name.utf8) ?? false }
    return own.count == 1 && own[0].value.isEmpty
  }
}

extension OutlinedContent {
  fileprivate func check(_ reader: inout RequestReader, _ program: SchemaProgram) {
    switch kind {
    case .form:
      do throws(RequestFault) {
        _ = try reader.form(JSONValue.self, form, schema == nil ? nil : program, schema ?? 0)
      } catch { reader.violations.add("form", "is no form") }
    case .text:
      do throws(RequestFault) {
        guard let text = try reader.text(String.self) else { return }
        for violation in schema.map({ texts.violations(of: text, program, $0) }) ?? [] {
          reader.violations.add(violation)
        }
      } catch { reader.violations.add("encoding", "is no text") }
    default: break
    }
  }
}

extension JSONTypes {
  /// The violations of a text that stands for a value of the first of these types that it can be read as.
  func violations(of text: String, _ program: SchemaProgram, _ schema: Int) -> [Violation] {
    var writer = JSONWriter()
    StyledParameter.Shape.write(text, self, &writer)
    var reader = JSONReader(writer.bytes)
    guard let value = try? JSONValue.decode(&reader) else { return [Violation(rule: "json", message: "is no value")] }
    return program.violations(of: value, schema: schema)
  }
}
