/// An operation: what its caller gives, what comes of it, and how both go over the wire.
public struct OperationPlan: Sendable {
  public let typeName: String
  public let methodName: String
  public let operationID: String
  public let method: String
  /// The whole path, with the base path before it.
  public let path: [PathSegment]
  public let doc: [String]
  public let isDeprecated: Bool
  public let isInternal: Bool
  /// `optional` or `required` where a key makes a repeated request safe.
  public let idempotencyKey: String?
  /// How long it may take, in milliseconds, where the contract says so.
  public let timeout: Int?
  /// For how long its signature holds, in milliseconds, where it has one.
  public let replayWindow: Int?
  /// The protocol of the handlers it is among; empty where there is but one.
  public var group: String
  /// The type of what its caller proved; nil where nothing is to be proven.
  public let principal: String?
  public let security: [[(scheme: String, scopes: [String])]]
  public let servers: [ServerPlan]
  public var parameters: [ParameterPlan]
  public let body: BodyPlan?
  /// What chooses among the media types of its answers; nil where there is nothing to choose.
  public let accepted: AcceptedPlan?
  /// Whether a stream of events can be taken up again where it broke off.
  public let resumes: Bool
  public let responses: [ResponsePlan]
  public var links: [LinkPlan]
  /// The operation of a request that names the address of this one, and the address as a template.
  public let address: (request: String, template: String)?

  public enum PathSegment: Sendable, Equatable {
    case literal(String)
    case parameter(String)
    /// Texts and parameters in turn.
    case mixed([PathSegment])
  }

  /// Whether an answer can only come out of a transaction.
  public var isCommitted: Bool { idempotencyKey != nil }

  public var fields: [FieldPlan] { parameters.map(\.field) }

  public func fields(in place: String) -> [FieldPlan] { parameters.filter { $0.place == place }.map(\.field) }

  /// All that a caller gives, in the order of the initializer: path, body, query, headers, cookies, key.
  public var inputFields: [FieldPlan] {
    var fields = fields(in: "path")
    if let body {
      fields.append(
        FieldPlan(
          name: "body", wireName: "", type: body.type, presence: body.presence, rules: body.rules, doc: []))
    }
    fields += parameters.filter { $0.place != "path" }.map(\.field)
    if let accepted {
      fields.append(
        FieldPlan(
          name: "accept", wireName: "", type: .array(.named(accepted.name)),
          presence: .defaulted("\(accepted.name).allCases"), rules: [],
          doc: ["What the caller takes for an answer, best first."]))
    }
    if resumes {
      fields.append(
        FieldPlan(
          name: "lastEventID", wireName: "Last-Event-ID", type: .string, presence: .optional, rules: [],
          doc: ["The id of the last event that was seen: the stream goes on behind it."]))
    }
    if let idempotencyKey {
      fields.append(
        FieldPlan(
          name: "idempotencyKey", wireName: "Idempotency-Key", type: .string,
          presence: idempotencyKey == "required" ? .required : .optional, rules: [],
          doc: ["Makes it safe to send the request again: it is executed once."]))
    }
    return fields
  }

  /// The same with no two inputs of one name: of two parameters the later is called for its place.
  var distinct: OperationPlan {
    var operation = self
    operation.parameters = []
    var taken = Set(operation.inputFields.map(\.name))
    operation.parameters = parameters.map { parameter in
      var parameter = parameter
      while !taken.insert(parameter.field.name).inserted {
        parameter.field.name =
          parameter.field.name.unquoted + "In" + parameter.place.prefix(1).uppercased() + parameter.place.dropFirst()
      }
      return parameter
    }
    return operation
  }

  /// Whether a body of its requests, or of its answers, is handed over piece by piece.
  public var streamsBody: Bool { body?.isStreamed ?? false }
  public var streamsAnswer: Bool { responses.contains { $0.body?.isStreamed ?? false } }
}

public struct ParameterPlan: Sendable {
  /// `path`, `query`, `querystring`, `header` or `cookie`.
  public let place: String
  public var field: FieldPlan
}

public struct ResponsePlan: Sendable {
  public let caseName: String
  /// Nil for a range, and for the answer of any other status.
  public let status: Int?
  /// The first digit of the statuses of a range: `2XX`.
  public let range: Int?
  public let doc: [String]
  public let headers: [FieldPlan]
  public let body: BodyPlan?

  public var isSuccess: Bool { status.map { $0 < 300 } ?? (range == 2) }
  /// Whether it stands for every status that nothing else stands for.
  public var isDefault: Bool { status == nil && range == nil }
}

/// The media types among which a caller chooses.
public struct AcceptedPlan: Sendable {
  public let name: String
  public let cases: [(name: String, mediaType: String)]
}

/// A body: of one media type, or of one among several, and then an enum.
public struct BodyPlan: Sendable {
  public let choice: String?
  public let contents: [ContentPlan]
  public let isRequired: Bool

  /// The one content where that is JSON under a name of its own, as most bodies are.
  public var plainJSON: ContentPlan? {
    guard choice == nil, let only = contents.first, only.codec == .json, !only.mediaType.contains("*") else {
      return nil
    }
    return only
  }

  /// The same of a value that is there, and not null.
  public var present: BodyPlan { BodyPlan(choice: choice, contents: contents.map(\.present), isRequired: true) }

  public var type: TypePlan {
    guard choice == nil, let only = contents.first else { return .named(choice ?? "") }
    if case .optional(let value) = only.type, !isRequired { return value }
    return only.type
  }

  /// A body that is not sent and one that is null are two things.
  public var presence: Presence {
    if isRequired { return .required }
    if choice == nil, case .optional? = contents.first?.type { return .nullable }
    return .optional
  }

  public var rules: [RulePlan] { choice == nil ? contents.first?.rules ?? [] : [] }
  public var isStreamed: Bool { contents.contains(where: \.isStreamed) }
}

/// What content of one media type is in Swift, and how it goes over the wire.
public struct ContentPlan: Sendable {
  public enum Codec: Sendable, Equatable {
    case json, text, form, bytes
    /// Bytes of any type that a range such as `image/*` allows.
    case typedBytes
    case multipart
    /// One value behind the other: `lines`, `sequence`, `events`, or the bare `rawEvents` and those of typed data.
    case items(String)
  }

  public let caseName: String
  public let mediaType: String
  public let codec: Codec
  /// The value, or each of the items.
  public let use: UsePlan
  /// The members of a form, and the kinds of all others.
  public let form: [(name: String, style: StylePlan)]
  public let otherKinds: [String]?
  /// The largest size in bytes, where the contract says so.
  public let limit: Int?

  /// The type of the whole.
  public var type: TypePlan {
    switch codec {
    case .json, .text, .form: use.type
    case .bytes: .named("ByteStream")
    case .typedBytes: .named("ServiceCore.Blob")
    case .multipart: .named("ItemStream<\(use.type.swift)>")
    case .items("rawEvents"): .named("ItemStream<ServerSentEvent>")
    case .items("typedEvents"): .named("ItemStream<TypedEvent<\(use.type.swift)>>")
    case .items: .named("ItemStream<\(use.type.swift)>")
    }
  }

  var present: ContentPlan {
    ContentPlan(
      caseName: caseName, mediaType: mediaType, codec: codec,
      use: use.present, form: form,
      otherKinds: otherKinds, limit: limit)
  }

  /// The rules of the whole; those of items are held by each of them.
  public var rules: [RulePlan] {
    switch codec {
    case .json, .form: use.rules
    // It was read from text, and not held against its schema there.
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
    /// The kinds of JSON value that its text may be.
    public let kinds: [String]
    /// What it says it is when it is sent, and what it may be.
    public let contentTypes: [String]
    public let headers: [FieldPlan]
    public let min: Int
    public let max: Int?
    public let limit: Int?
  }

  public let name: String
  public let subtype: String
  public let parts: [Part]
  /// Whether parts are told apart by their place: the first ones each by its own, the last stands for all others.
  public let isPositional: Bool
  /// Whether there may be no others.
  public let isClosed: Bool
}

/// An address that the API is at.
public struct ServerPlan: Sendable {
  public struct Variable: Sendable {
    public let name: String
    public let wireName: String
    /// The enum of its values, where they are listed.
    public let type: String?
    public let choices: [(name: String, value: String)]
    public let usual: String
    public let doc: [String]
  }

  public let name: String
  /// The address cut at its variables: texts, and the names of variables on the wire between them.
  public let pieces: [(text: String, variable: String?)]
  public let doc: [String]
  public let variables: [Variable]
}

/// A way to prove who calls.
public struct SchemePlan: Sendable {
  public let name: String
  public let wireName: String
  public let doc: [String]
  /// The Swift expression of its kind.
  public let kind: String
}

/// The type of what a caller proved: a case for each set of schemes.
public struct PrincipalPlan: Sendable {
  public struct Case: Sendable {
    public let name: String
    /// The names of the schemes, in their order, with backticks where needed.
    public let schemes: [String]
  }

  public let name: String
  public let cases: [Case]
  /// The case of each alternative.
  public let alternatives: [Int]
}

/// How to go on from an answer.
public struct LinkPlan: Sendable {
  public let name: String
  public let doc: [String]
  public let target: String
  /// Each input of the other operation: its field, and the expression or JSON that it is taken from.
  public let inputs: [(field: FieldPlan, source: Source)]

  public enum Source: Sendable {
    case expression(String)
    case constant(String)
    /// Whoever follows the link gives it.
    case given
  }
}
