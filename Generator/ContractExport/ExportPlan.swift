import ContractAnalysis
import ContractModel
import ContractValues

/// The plan of an exported client, shared by TypeScript and Python: every name is decided, except those of members.
struct ExportPlan {
  var declarations: [Declaration] = []
  var clients: [ClientPlan] = []
  /// Nil without AsyncAPI documents.
  var events: EventsExport?
  var schemas: [JSONTree] = []

  /// What the head of a file says of its contracts.
  var sources: [String] {
    clients.map { "From \($0.source): \($0.title)." } + (events?.sources ?? []).map { "From \($0.path): \($0.title)." }
  }

  /// What the head of a file says of validation.
  var validation: [String] {
    let words = "values are held against their schemas, but for `format` and `contentEncoding`."
    return (clients.isEmpty ? [] : ["With `validate`, \(words)"])
      + (events == nil ? [] : ["In messages, \(words)"])
  }

  struct Declaration {
    let name: String
    let doc: Doc
    let type: ExportType
  }
}

/// The documentation of a declaration, a member or an operation.
struct Doc {
  var text: [String] = []
  var isDeprecated = false
  /// Constraints that the type does not express, and `validate` checks.
  var limits: [String] = []
  /// The format of a number, where a language needs to know its precision.
  var numberFormat: String?
  /// A contract's feature that an exporter does not support.
  var notes: [String] = []
}

/// The shape of a value.
indirect enum ExportType {
  case any, never, null, boolean, integer, number, text
  /// Raw bytes: sent whole or as a stream, and received as they arrive.
  case bytes(isSent: Bool)
  /// All bytes of a body.
  case octets
  /// A file among the parts of a multipart body.
  case file
  /// A sequence of values.
  case items(ExportType, isSent: Bool)
  /// An event of an event stream, and the type of its data.
  case event(ExportType)
  /// One of several media types, or of a range: the value carries its media type.
  case media([(name: String, type: ExportType)], isSent: Bool)
  case literals([JSONValue])
  /// Known texts, and any other.
  case open([String])
  case list(ExportType)
  /// The first items, how many are required, and the type of further ones; nil where further ones are not allowed.
  case tuple([ExportType], rest: ExportType?, isShort: Bool)
  case map(ExportType)
  case record([ExportField], rest: ExportType?)
  case union([ExportType])
  /// A union distinguished by a member: the values that select each branch.
  case tagged(String, [(names: [String], type: ExportType)])
  case all([ExportType])
  case patch(ExportType)
  case named(String)
}

struct ExportField {
  let name: String
  let type: ExportType
  let isRequired: Bool
  let doc: Doc
}

struct ClientPlan {
  let name: String
  let doc: Doc
  /// The contract's file, and its version.
  let source: String
  let title: String
  /// The origin in the contract; nil where a caller must provide one.
  let server: String?
  /// The type of callers' credentials; nil where none are required.
  let credentials: String?
  let operations: [OperationExport]
  /// What the contract declares and the client does not support.
  let missing: [String]
  /// What does not work everywhere, or not as the contract has it.
  let limits: [String]
}

struct OperationExport {
  let id: String
  /// The types of the parameters and of the result.
  let parametersName: String
  let resultName: String
  let method: String
  /// The path, percent-encoded except for its parameters in braces.
  let path: String
  /// The origin, where the contract has one.
  let server: String?
  let doc: Doc
  /// The required credentials: one of these lists. An empty one means that no credential is needed.
  let security: [[SchemeExport]]
  let parameters: [ParameterExport]
  let key: Operation.Policy.KeyUse?
  let timeout: Int?
  let body: BodyExport?
  let responses: [ResponseExport]
  /// Whether a caller may name the event after which an event stream resumes.
  let resumes: Bool
  /// How its list is paginated; nil for any other operation.
  let paging: PagingExport?

  /// Whether a caller chooses among media types.
  var hasChoice: Bool { responses.contains { $0.content.count > 1 } }

  /// Whether a call has options beyond those of every call.
  var hasParameters: Bool { !parameters.isEmpty || key != nil || hasChoice || resumes }
}

/// How a client iterates over all items of a list (`x-pagination`).
struct PagingExport {
  /// The index of the cursor among the parameters.
  let cursor: Int
  /// The status of a page, and its members.
  let status: JSONTree
  let items: String
  let next: String
  let item: ExportType
}

/// The location of a security scheme's credential.
struct SchemeExport {
  let name: String
  /// `header`, `query`, `cookie`, or `connection` for a client certificate.
  let location: String
  /// The name of the header, the parameter or the cookie.
  let key: String
  /// The prefix of the credential: `Bearer`.
  let prefix: String?
}

struct ParameterExport {
  let name: String
  let location: Parameter.Location
  let isRequired: Bool
  let style: ParameterStyle
  let explodes: Bool
  let isJSON: Bool
  /// Whether an empty text means no value.
  let mayBeEmpty: Bool
  let schema: Int
  let type: ExportType
  let doc: Doc
}

struct ContentExport {
  let mediaType: String
  let kind: MediaKind
  /// The schema that the value, or each item of a stream, is validated against.
  var schema: Int?
  var type: ExportType
  /// How the text is read. For events, `json` where their data is JSON.
  var textKind = TextKind.text
  var members: [MemberExport] = []

  /// Whether a caller needs to know the media type.
  var isRange: Bool { MediaTypeName(mediaType).isRange && kind != .json }
}

/// How a member of a form, or a part, is written.
struct MemberExport {
  let name: String
  var kind = TextKind.text
  var isList = false
  /// The style of a parameter, where the contract declares one.
  var style: ParameterStyle?
  var explodes = true
  /// The media type of a part.
  var contentType: String?
}

struct BodyExport {
  let isRequired: Bool
  let content: [ContentExport]
}

struct ResponseExport {
  let status: Response.Status
  /// Whether the contract describes it; otherwise its body is returned as bytes.
  let isDescribed: Bool
  let doc: Doc
  let content: [ContentExport]
  let headers: [HeaderExport]

  /// The status in the result: `200`, `4XX`, `default`.
  var label: JSONTree {
    status.code == nil ? .string(status.text) : .number(status.text)
  }

  /// The type of its body; nil where there is none.
  var type: ExportType? { isDescribed ? content.type() : .octets }
}

extension [ContentExport] {
  /// Whether a value is passed and returned with its media type.
  var isTagged: Bool { count > 1 || contains(where: \.isRange) }

  /// The type of the value; nil where there is no body.
  func type(isSent: Bool = false) -> ExportType? {
    isTagged ? .media(map { ($0.mediaType, $0.type) }, isSent: isSent) : first?.type
  }
}

struct HeaderExport {
  let name: String
  let isRequired: Bool
  let type: ExportType
  let kind: TextKind
  let doc: Doc
}
