import ContractAnalysis
import ContractModel
import ContractValues

/// An operation: its input, its responses, and their form on the wire.
public struct OperationPlan: Sendable {
  public let typeName: String
  public let methodName: String
  public let operationID: String
  public let method: String
  /// The whole path, including the base path.
  public let path: [PathSegment]
  public let doc: [String]
  public let policy: PolicyPlan
  /// The protocol of its group of handlers; nil where there is only one.
  public var group: String?
  /// The type of the caller's identity; nil where no credentials are required.
  public let principal: String?
  public let servers: [ServerPlan]
  public var parameters: [ParameterPlan]
  public let body: BodyPlan?
  /// The choice among the media types of its responses; nil where there is none.
  public let accepted: AcceptedPlan?
  /// Whether a stream of events can be resumed where it broke off.
  public let resumes: Bool
  public let responses: [ResponsePlan]
  /// Whether a gateway passes WebSockets through, to a service that is not Swift.
  public let upgrades: Bool
  /// The failures that a handler may throw.
  public var failures: [FailurePlan] = []
  public var links: [LinkPlan]
  /// The pagination of its list, where the contract declares one.
  public var paging: PagingPlan?
  /// The events that its handler may emit; nil for one that emits none.
  public var effect: EffectPlan?
  /// The operation of a request that contains the address of this one, and the address.
  public let address: (request: String, template: RuntimeTemplate)?

  /// Whether a response can only come out of a transaction.
  public var isCommitted: Bool { policy.idempotencyKey != nil || effect != nil }

  /// A text of a request's path, percent-encoded, or the value of a parameter.
  public enum TargetPiece { case text(String), value(FieldPlan) }

  /// The path of its requests.
  public var target: [TargetPiece] {
    let fields = fields(in: .path)
    return path.flatMap { segment in [.text("/")] + pieces(segment, fields) }
  }

  private func pieces(_ segment: PathSegment, _ fields: [FieldPlan]) -> [TargetPiece] {
    switch segment {
    case .literal(let text): [.text(PathSegment.encoded(text))]
    case .parameter(let name): fields.first { $0.wireName == name }.map { [.value($0)] } ?? []
    case .mixed(let segments): segments.flatMap { pieces($0, fields) }
    }
  }

  /// The responses in the order in which a status is looked up: its own before its range (OpenAPI 3.1, section 4.8.16).
  public var responsesByPrecedence: [ResponsePlan] {
    let rank = { (response: ResponsePlan) in response.status ?? response.range.map { $0 + 1_000 } ?? .max }
    return responses.sorted { rank($0) < rank($1) }
  }

  /// The success response, where there is one alone.
  public var onlySuccess: ResponsePlan? {
    let successes = responses.filter(\.isSuccess)
    return successes.count == 1 ? successes[0] : nil
  }

  public var fields: [FieldPlan] { parameters.map(\.field) }

  public func fields(in location: Parameter.Location) -> [FieldPlan] {
    parameters.filter { $0.location == location }.map(\.field)
  }

  /// All inputs, in the order of the initializer: path, body, query, headers, cookies, key.
  public var inputFields: [FieldPlan] {
    var fields = fields(in: .path)
    if let body {
      fields.append(
        FieldPlan(
          name: "body", wireName: "", type: body.type, presence: body.presence, rules: body.rules, doc: []))
    }
    fields += parameters.filter { $0.location != .path }.map(\.field)
    if let accepted {
      fields.append(
        FieldPlan(
          name: "accept", wireName: "", type: .array(.named(accepted.name)),
          presence: .defaulted("\(accepted.name).allCases"), rules: [],
          doc: ["The accepted media types of the response, best first."]))
    }
    if resumes {
      fields.append(
        FieldPlan(
          name: "lastEventID", wireName: "Last-Event-ID", type: .string, presence: .optional, rules: [],
          doc: ["The id of the last event that was received: the stream resumes after it."]))
    }
    if let use = policy.idempotencyKey {
      fields.append(
        FieldPlan(
          name: "idempotencyKey", wireName: "Idempotency-Key", type: .string,
          presence: use == .required ? .required : .optional, rules: [],
          doc: ["The key by which a request that is sent again is executed only once."]))
    }
    return fields
  }

  /// The same with unique input names: of two parameters with one name, the later is named after its location.
  var distinct: OperationPlan {
    var operation = self
    operation.parameters = []
    var taken = Set(operation.inputFields.map(\.name))
    operation.parameters = parameters.map { parameter in
      var parameter = parameter
      while !taken.insert(parameter.field.name).inserted {
        parameter.field.name =
          parameter.field.name.unquoted + "In" + SwiftName.type(parameter.location.rawValue)
      }
      return parameter
    }
    return operation
  }

  /// Whether a body of its requests, or of its responses, is passed in chunks.
  public var streamsBody: Bool { body?.isStreamed ?? false }
  public var streamsAnswer: Bool { responses.contains { $0.body?.isStreamed ?? false } }
}

public struct ParameterPlan: Sendable {
  public let location: Parameter.Location
  public var field: FieldPlan
}

public struct ResponsePlan: Sendable {
  public let caseName: String
  /// The statuses that it is for.
  public let answers: Response.Status
  public let doc: [String]
  public let headers: [FieldPlan]
  public let body: BodyPlan?

  /// Nil for a range, and for the default response.
  public var status: Int? { answers.code }
  /// The first digit of a status range: `2XX`.
  public var range: Int? { answers.range }
  public var isSuccess: Bool { answers.isSuccess }
  public var isFailure: Bool { answers.isFailure }
  /// Whether it is for every status without a response of its own.
  public var isDefault: Bool { answers == .other }
}

/// The media types that a client can choose from.
public struct AcceptedPlan: Sendable {
  public let name: String
  public let cases: [(name: String, mediaType: String)]
}

/// A body: of one media type, or of one among several, and then an enum.
public struct BodyPlan: Sendable {
  public let choice: String?
  public let contents: [ContentPlan]
  public let isRequired: Bool

  /// The only content, where that is JSON under a name of its own, as in most bodies.
  public var plainJSON: ContentPlan? {
    guard choice == nil, let only = contents.first, only.codec == .json, !only.mediaType.contains("*") else {
      return nil
    }
    return only
  }

  /// The same for a value that is present and not null.
  public var present: BodyPlan { BodyPlan(choice: choice, contents: contents.map(\.present), isRequired: true) }

  public var type: TypePlan {
    guard choice == nil, let only = contents.first else { return .named(choice ?? "") }
    if case .optional(let value) = only.type, !isRequired { return value }
    return only.type
  }

  /// An absent body and a null body are distinct.
  public var presence: Presence {
    if isRequired { return .required }
    if choice == nil, case .optional? = contents.first?.type { return .nullable }
    return .optional
  }

  public var rules: [RulePlan] { choice == nil ? contents.first?.rules ?? [] : [] }
  public var isStreamed: Bool { contents.contains(where: \.isStreamed) }
}

/// The content of one media type in Swift, and its form on the wire.
public struct ContentPlan: Sendable {
  public enum Codec: Sendable, Equatable {
    case json, text, form, bytes
    /// Bytes of any type in a range such as `image/*`.
    case typedBytes
    case multipart
    /// A sequence of values.
    case items(ItemFormat)
  }

  /// How a sequence is written: events are untyped, or have a type as a whole, or data with a type.
  public enum ItemFormat: String, Sendable { case lines, sequence, rawEvents, events, typedEvents }

  public let caseName: String
  public let mediaType: String
  public let codec: Codec
  /// The type of the value, or of each item.
  public let use: UsePlan
  /// The members of a form, and the types of the texts of all others.
  public let form: [(name: String, style: StylePlan)]
  public let otherTypes: JSONTypes?
  /// The maximum size in bytes, where the contract sets one.
  public let limit: Int?

  /// The type of the whole.
  public var type: TypePlan {
    switch codec {
    case .json, .text, .form: use.type
    case .bytes: .named("ByteStream")
    case .typedBytes: .named("ServiceCore.Blob")
    case .multipart: .named("ItemStream<\(use.type.swift)>")
    case .items(.rawEvents): .named("ItemStream<ServerSentEvent>")
    case .items(.typedEvents): .named("ItemStream<TypedEvent<\(use.type.swift)>>")
    case .items: .named("ItemStream<\(use.type.swift)>")
    }
  }

  /// The media type that it is sent with: a range cannot be sent.
  public var sentMediaType: String {
    guard mediaType.contains("*") else { return mediaType }
    return switch codec {
    case .json: "application/json"
    case .text: "text/plain"
    default: mediaType
    }
  }

  var present: ContentPlan {
    ContentPlan(
      caseName: caseName, mediaType: mediaType, codec: codec,
      use: use.present, form: form,
      otherTypes: otherTypes, limit: limit)
  }

  /// The rules of the whole; those of items are checked for each item.
  public var rules: [RulePlan] {
    switch codec {
    case .json, .form: use.rules
    // It was read from text, and not validated against its schema there.
    case .text: use.rules.map { if case .schema(let index) = $0 { .written(index) } else { $0 } }
    default: []
    }
  }

  public var isStreamed: Bool {
    switch codec {
    case .json, .text, .form: false
    default: true
    }
  }
}

/// The parts of a multipart body: an enum with a case for each.
public struct MultipartPlan: Sendable {
  public struct Part: Sendable {
    public let caseName: String
    public let wireName: String
    public let doc: [String]
    public let codec: ContentPlan.Codec
    public let use: UsePlan
    /// The types of the values that its text can be of.
    public let types: JSONTypes
    /// The media type that it is sent with, and those that are accepted.
    public let contentTypes: [String]
    public var sentMediaType: String { contentTypes.first { !$0.contains("*") } ?? "application/octet-stream" }
    public let headers: [FieldPlan]
    public let min: Int
    public let max: Int?
    public let limit: Int?

    /// The type of the value: a stream where the part has parts itself.
    public var type: TypePlan { codec == .multipart ? .named("ItemStream<\(use.type.swift)>") : use.type }
  }

  public let name: String
  public let subtype: String
  public let parts: [Part]
  /// Whether parts are distinguished by position: each of the first ones has a case, and the last case is for all
  /// others.
  public let isPositional: Bool
  /// Whether other parts are rejected.
  public let isClosed: Bool
  /// The index of the part for all further positions.
  public let restIndex: Int?

  /// How many parts by position there may be.
  public var count: (least: Int, most: Int?) {
    let fixed = restIndex ?? parts.count
    let most = restIndex.map { index in parts[index].max.map { fixed + $0 } } ?? (isClosed ? fixed : nil)
    return (parts.reduce(0) { $0 + $1.min }, most)
  }
}

/// A server address of the API.
public struct ServerPlan: Sendable {
  public struct Variable: Sendable {
    public let name: String
    public let wireName: String
    /// The enum of its values, where the contract lists them.
    public let type: String?
    public let choices: [(name: String, value: String)]
    public let defaultValue: String
    public let doc: [String]
  }

  public let name: String
  /// The address split at its variables: texts alternating with the names of variables on the wire.
  public let pieces: [(text: String, variable: String?)]
  public let doc: [String]
  public let variables: [Variable]
}

/// A security scheme.
public struct SchemePlan: Sendable {
  public let name: String
  public let wireName: String
  public let doc: [String]
  public let kind: Kind

  public enum Kind: Sendable {
    case apiKey(in: String, name: String)
    case http(scheme: String)
    case oauth2([Flow])
    case openIDConnect(url: String)
    case mutualTLS
  }

  public struct Flow: Sendable {
    public let name: String
    /// The addresses, by the names that the runtime has for them.
    public let urls: [(field: String, url: String)]
    public let scopes: [String]
  }
}

/// The type of a caller's identity: a case for each alternative set of schemes.
public struct PrincipalPlan: Sendable {
  public struct Case: Sendable {
    public let name: String
    /// The names of the schemes, in order, with backticks where needed.
    public let schemes: [String]
  }

  public let name: String
  public let cases: [Case]
  /// The case of each alternative.
  public let alternatives: [Int]
}

/// The inputs and properties of a paginated list.
public struct PagingPlan: Sendable {
  /// The size of a page where neither the contract nor the caller sets one.
  public static let defaultLimit = 20

  public let cursor: FieldPlan
  public let limit: FieldPlan
  /// The record of a page, and its properties for the items and the next page's cursor, in the record's order.
  public let page: String
  public let members: [FieldPlan]
  public let items: FieldPlan
  public let item: TypePlan
  public let next: FieldPlan
}

/// A follow-up operation of a response.
public struct LinkPlan: Sendable {
  public let name: String
  public let doc: [String]
  public let target: String
  /// Each input of the other operation: its field, and the expressions or JSON that it is taken from.
  public let inputs: [(field: FieldPlan, source: Source)]

  public enum Source: Sendable {
    case template(RuntimeTemplate)
    case constant(String)
    /// The code that follows the link provides it.
    case given
  }
}
