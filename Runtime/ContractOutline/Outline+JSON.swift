import ContractValues
import ServiceCore

/// A text that is not an outline.
public struct OutlineError: Error, CustomStringConvertible {
  public let description: String
}

extension Outline {
  /// Reads what the generator wrote.
  ///
  /// - Throws: ``OutlineError`` for any other text.
  public init(_ text: [UInt8]) throws(OutlineError) {
    var reader = JSONReader(text)
    guard let json = try? JSONValue.decode(&reader), json["contracts"] != nil, json["schemas"] != nil else {
      throw OutlineError(description: "this is not the outline of a contract")
    }
    var keywords: [SchemaKeywords] = []
    var known: [OutlinedSchema] = []
    for schema in json.list("schemas") {
      guard let own = schema["keywords"].flatMap(SchemaKeywords.init(json:)) else {
        throw OutlineError(description: "schema \(keywords.count) of the outline cannot be read")
      }
      keywords.append(own)
      known.append(OutlinedSchema(schema))
    }
    program = SchemaProgram(keywords)
    schemas = known
    contracts = json.list("contracts").map(OutlinedContract.init)
  }
}

extension JSONValue {
  fileprivate func list(_ name: String) -> [JSONValue] { if case .array(let items)? = self[name] { items } else { [] } }

  fileprivate func members(_ name: String) -> [(key: String, value: JSONValue)] {
    if case .object(let members)? = self[name] { members.map { ($0.key, $0.value) } } else { [] }
  }

  fileprivate func flag(_ name: String) -> Bool { self[name] == .boolean(true) }
  fileprivate func word(_ name: String) -> String { self[name]?.text ?? "" }
  fileprivate func number(_ name: String) -> Int? { self[name]?.integer }
  fileprivate func types(_ name: String) -> JSONTypes {
    JSONTypes(rawValue: UInt8(truncatingIfNeeded: number(name) ?? 0))
  }

  fileprivate var integer: Int? { if case .number(let number) = self { number.integer } else { nil } }
}

extension OutlinedSchema {
  fileprivate init(_ json: JSONValue) {
    self.init(
      at: json.word("at"), hidden: json.list("hidden").compactMap(\.text), values: json.list("values"),
      isReadOnly: json.flag("readOnly"), isWriteOnly: json.flag("writeOnly"))
  }
}

extension OutlinedContract {
  fileprivate init(_ json: JSONValue) {
    (name, title, version) = (json.word("name"), json.word("title"), json.word("version"))
    (file, server) = (json.word("file"), json["server"]?.text)
    let own = json.members("schemes").map { SecurityScheme(name: $0.key, $0.value) }
    let service = name.lowercased()
    operations = json.list("operations").map { OutlinedOperation($0, of: service, own) }
    schemes = own
  }
}

// MARK: operations

extension OutlinedOperation {
  fileprivate convenience init(_ json: JSONValue, of service: String, _ schemes: [SecurityScheme]) {
    let own = json.list("parameters")
    let names = own.map { OutlinedParameter.names(of: $0) }
    let parameters = own.enumerated().map { index, parameter in
      OutlinedParameter(parameter, besides: names.enumerated().filter { $0.offset != index }.flatMap(\.element))
    }
    let body = json["body"].map(OutlinedBody.init)
    let responses = json.list("responses").map(OutlinedResponse.init)
    let pagination = json["pagination"].map(Pagination.init)
    self.init(
      kind: Kind(rawValue: json.word("kind")) ?? .route, at: json.word("at"), path: json.word("path"),
      tags: json.list("tags").compactMap(\.text), parameters: parameters, body: body, responses: responses,
      pagination: pagination,
      callbacks: json.list("callbacks").compactMap { callback in
        callback["operation"].map { (callback.word("name"), OutlinedOperation($0, of: service, schemes)) }
      },
      descriptor: OperationDescriptor(
        service: service, id: json.word("id"), method: json.word("method"),
        path: json.list("segments").map(OperationDescriptor.PathSegment.init),
        body: body.map { OperationDescriptor.RequestBody($0) },
        fields: parameters.filter { $0.location == .header }.map { $0.name.lowercased() },
        cursor: pagination?.cursor, responses: OperationDescriptor.Responses(responses),
        policy: OperationPolicy(json["policy"] ?? .null, schemes)))
  }
}

extension OutlinedOperation.Pagination {
  fileprivate init(_ json: JSONValue) {
    self.init(
      cursor: json.word("cursor"), limit: json.word("limit"), items: json.word("items"), next: json.word("next"),
      at: json.word("at"))
  }
}

extension OperationDescriptor.PathSegment {
  fileprivate init(_ json: JSONValue) {
    if case .array(let pieces) = json {
      self = .mixed(
        pieces.map { piece in piece["parameter"]?.text.map { .parameter($0) } ?? .literal(piece.text ?? "") })
    } else {
      self = json["parameter"]?.text.map { .parameter($0) } ?? .literal(json.text ?? "")
    }
  }
}

extension OperationDescriptor.RequestBody {
  /// Content without a codec may declare its own limit, as the generated code has it.
  fileprivate init(_ body: OutlinedBody) {
    let limits = body.content.map { $0.limit ?? 1_048_576 }
    self.init(limit: limits.max() ?? 1_048_576)
  }
}

extension OperationDescriptor.Responses {
  fileprivate init(_ responses: [OutlinedResponse]) {
    var codes: [Int] = []
    var ranges: [Int] = []
    var types: [String] = []
    for response in responses {
      switch response.status {
      case .code(let code):
        codes.append(code)
        if code < 300 { types += response.content.map(\.mediaType) }
      case .range(let digit):
        ranges.append(digit)
        if digit == 2 { types += response.content.map(\.mediaType) }
      case .other: break
      }
    }
    self.init(
      codes, ranges: ranges, hasDefault: responses.contains { $0.status == .other || !$0.isDescribed },
      mediaTypes: types)
  }
}

// MARK: policy

extension OperationPolicy {
  fileprivate init(_ json: JSONValue, _ schemes: [SecurityScheme]) {
    let requirements = json.list("security").map { requirement -> SecurityRequirement in
      guard case .array(let items) = requirement else { return SecurityRequirement(schemes: []) }
      return SecurityRequirement(
        schemes: items.compactMap { item in
          schemes.first { $0.name.utf8.elementsEqual(item.word("scheme").utf8) }.map {
            (scheme: $0, scopes: item.list("scopes").compactMap(\.text))
          }
        })
    }
    self.init(
      isInternal: json.flag("isInternal"), isUnsafe: json.flag("isUnsafe"), isDeprecated: json.flag("isDeprecated"),
      signature: json["signature"].map { WebhookSignature(window: $0.number("window") ?? 300_000) },
      security: requirements, rateLimit: json["rateLimit"].map { RateLimit($0) },
      timeout: json.number("timeout") ?? Self.standardTimeout,
      idempotencyKey: json.word("idempotencyKey") == "required"
        ? .required : json["idempotencyKey"] == nil ? .none : .optional)
  }
}

extension RateLimit {
  fileprivate init(_ json: JSONValue) {
    self.init(
      name: json.word("name"), requests: json.number("requests") ?? 1, window: json.number("window") ?? 1,
      burst: json.number("burst"),
      caller: json.word("caller") == "user" ? .user : json.word("caller") == "key" ? .key : .client)
  }
}

extension SecurityScheme {
  fileprivate init(name: String, _ json: JSONValue) {
    let kind: Kind =
      switch json.word("type") {
      case "apiKey": .apiKey(in: Location(rawValue: json.word("in")) ?? .header, name: json.word("name"))
      case "http": .http(scheme: json.word("scheme").lowercased())
      case "oauth2":
        .oauth2([OAuthFlow(kind: .clientCredentials, scopes: json.list("scopes").compactMap(\.text))])
      case "openIdConnect": .openIDConnect(url: json.word("url"))
      default: .mutualTLS
      }
    self.init(name: name, kind: kind)
  }
}

// MARK: parameters

extension OutlinedParameter {
  /// The names that the pairs of a parameter have; one that ends in `[` is the beginning of names.
  fileprivate static func names(of json: JSONValue) -> [String] {
    let (name, style) = (json.word("name"), json["style"])
    if style?.word("style") == "deepObject" { return [name, name + "["] }
    guard style?.word("style") == "form", style?.flag("explode") == true else { return [name] }
    return [name] + (style?["shape"]?.members("members").map(\.key) ?? [])
  }

  fileprivate init(_ json: JSONValue, besides others: [String]) {
    let isWhole = json.word("in") == "querystring"
    let location = isWhole ? .query : Violation.Location(rawValue: json.word("in")) ?? .query
    self.init(
      name: json.word("name"), location: location, isRequired: json.flag("required"), at: json.word("at"),
      schema: json.number("schema") ?? 0,
      style: json["style"].flatMap {
        StyledParameter(json.word("name"), in: location, $0, isWhole: isWhole, besides: others)
      },
      mayBeEmpty: json.flag("empty"), examples: json.list("examples").map(OutlinedExample.init))
  }
}

extension StyledParameter {
  fileprivate init?(
    _ name: String, in location: Violation.Location, _ json: JSONValue, isWhole: Bool = false,
    besides others: [String] = []
  ) {
    guard let style = ParameterStyle(rawValue: json.word("style")), let shape = json["shape"] else { return nil }
    self.init(
      name, in: location, style: style, explode: json.flag("explode"), allowReserved: json.flag("reserved"),
      isWhole: isWhole, besides: json.flag("others") ? others : [], Shape(outline: shape))
  }
}

extension StyledParameter.Shape {
  fileprivate init(outline json: JSONValue) {
    if case .array(let shapes) = json {
      self = .either(shapes.map(Self.init(outline:)))
    } else if let items = json["items"] {
      self = .array(of: Self(outline: items))
    } else if json["members"] != nil {
      self = .object(
        of: json.members("members").map { ($0.key, Self(outline: $0.value)) },
        others: json["others"].map(Self.init(outline:)))
    } else {
      self = json["texts"] == nil ? .json : .primitive(json.types("texts"))
    }
  }
}

extension OutlinedExample {
  fileprivate init(_ json: JSONValue) { self.init(name: json.word("name"), value: json["value"] ?? .null) }
}

// MARK: content

extension OutlinedBody {
  fileprivate init(_ json: JSONValue) {
    self.init(isRequired: json.flag("required"), content: json.list("content").map(OutlinedContent.init))
  }
}

extension OutlinedContent {
  fileprivate init(_ json: JSONValue) {
    let members = json.members("members").compactMap { StyledParameter($0.key, in: .body, $0.value) }
    self.init(
      mediaType: json.word("mediaType"), kind: Kind(rawValue: json.word("kind")) ?? .bytes, at: json.word("at"),
      schema: json.number("schema"), data: json.number("data"), isPatch: json.flag("patch"),
      texts: json["texts"] == nil ? .string : json.types("texts"),
      form: FormLayout(members, others: json["others"] == nil ? nil : json.types("others")),
      parts: json["parts"] == nil ? nil : OutlinedParts(json), limit: json.number("limit"),
      examples: json.list("examples").map(OutlinedExample.init))
  }
}

extension OutlinedParts {
  fileprivate init(_ json: JSONValue) {
    self.init(
      parts: json.list("parts").map(OutlinedPart.init), isPositional: json.flag("positional"),
      isClosed: json.flag("closed"))
  }
}

extension OutlinedPart {
  fileprivate init(_ json: JSONValue) {
    self.init(
      name: json["name"]?.text, kind: OutlinedContent.Kind(rawValue: json.word("kind")) ?? .bytes, at: json.word("at"),
      schema: json.number("schema") ?? 0, texts: json["texts"] == nil ? .string : json.types("texts"),
      min: json.number("min") ?? 0, max: json.number("max"), contentTypes: json.list("contentTypes").compactMap(\.text),
      limit: json.number("limit"), headers: json.list("headers").map(OutlinedHeader.init),
      nested: json["body"].map(OutlinedParts.init))
  }
}

// MARK: responses

extension OutlinedResponse {
  fileprivate init(_ json: JSONValue) {
    let text = json.word("status")
    let status: Status =
      if let code = Int(text) { .code(code) } else if let digit = text.first?.wholeNumberValue { .range(digit) } else {
        .other
      }
    self.init(
      status: status, at: json.word("at"), isDescribed: json["described"] == nil,
      content: json.list("content").map(OutlinedContent.init), headers: json.list("headers").map(OutlinedHeader.init),
      links: json.list("links").map(OutlinedLink.init))
  }
}

extension OutlinedHeader {
  fileprivate init(_ json: JSONValue) {
    self.init(
      name: json.word("name"), isRequired: json.flag("required"), at: json.word("at"),
      schema: json.number("schema") ?? 0,
      style: json["style"].flatMap { StyledParameter(json.word("name"), in: .header, $0) })
  }
}

extension OutlinedLink {
  fileprivate init(_ json: JSONValue) {
    self.init(
      name: json.word("name"), operation: json.word("operation"), at: json.word("at"),
      parameters: json.members("parameters").map { (name: $0.key, value: $0.value) }, body: json["body"])
  }
}
