import ContractModel
import ContractValues

/// What is exported as a client, in words that TypeScript and Python share: every name but members' is decided.
struct ExportPlan {
  var declarations: [Declaration] = []
  var clients: [ClientPlan] = []
  var schemas: [JSONTree] = []

  struct Declaration {
    let name: String
    let doc: Doc
    let type: ExportType
  }
}

/// What documents a declaration, a member or an operation.
struct Doc {
  var text: [String] = []
  var isDeprecated = false
  /// What the type does not say, and `validate` checks.
  var limits: [String] = []
  /// The format of a number, where a language must say how exact it is.
  var numberFormat: String?
  /// What an exporter cannot express.
  var notes: [String] = []
}

/// The shape of a value.
indirect enum ExportType {
  case any, never, null, boolean, integer, number, text
  /// Bytes as they are: given whole or as a stream where they are sent, as they come where they are answered.
  case bytes(isSent: Bool)
  /// A file among the parts of a multipart body.
  case file
  /// What comes one after the other.
  case items(ExportType, isSent: Bool)
  /// An event of an event stream, and what its data is.
  case event(ExportType)
  /// One of several media types, or one of a range: what is said with the value.
  case media([(name: String, type: ExportType)], isSent: Bool)
  case literals([JSONValue])
  /// Known texts, and any other.
  case open([String])
  case list(ExportType)
  /// The first items, how many must be there, and what the rest is; without a rest there is none.
  case tuple([ExportType], rest: ExportType?, isShort: Bool)
  case map(ExportType)
  case record([ExportField], rest: ExportType?)
  case union([ExportType])
  /// A union told apart by a member: the values that name each branch.
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
  /// Where the contract was read from, and which version of it.
  let source: String
  let title: String
  /// The origin that the contract names; nil where a caller must give one.
  let server: String?
  /// The type of what callers prove themselves by; nil where nobody has to.
  let credentials: String?
  let operations: [OperationExport]
  /// What the contract says and the client does not do.
  let missing: [String]
}

struct OperationExport {
  let id: String
  /// The types of the parameters and of what it answers.
  let parametersName: String
  let resultName: String
  let method: String
  /// What stands behind the origin, percent-encoded but for its parameters in braces.
  let path: String
  /// The origin, where a contract names one.
  let server: String?
  let doc: Doc
  /// What a caller proves: one of these lists. An empty one means that nothing is to be proven.
  let security: [[SchemeExport]]
  let parameters: [ParameterExport]
  let key: Operation.KeyUse?
  let timeout: Int?
  let body: BodyExport?
  let responses: [ResponseExport]
  /// Whether a caller may say behind which event an event stream goes on.
  let resumes: Bool

  /// Whether a caller chooses among media types.
  var hasChoice: Bool { responses.contains { $0.content.count > 1 } }

  /// Whether a call can say more than every call can.
  var hasParameters: Bool { !parameters.isEmpty || key != nil || hasChoice || resumes }
}

/// Where the credential of a security scheme goes.
struct SchemeExport {
  let name: String
  /// `header`, `query`, `cookie`, or `connection` for what the transport proves.
  let place: String
  /// The name of the header, the parameter or the cookie.
  let key: String
  /// What stands before the credential: `Bearer`.
  let prefix: String?
}

struct ParameterExport {
  let name: String
  let location: Parameter.Location
  let isRequired: Bool
  let style: String
  let explodes: Bool
  let isJSON: Bool
  /// Whether an empty text stands for no value.
  let mayBeEmpty: Bool
  let schema: Int
  let type: ExportType
  let doc: Doc
}

/// How the bytes of a body are made and read.
enum BodyKind: String {
  case json, text, form, multipart, bytes, events, lines, sequence
}

struct ContentExport {
  let mediaType: String
  let kind: BodyKind
  /// What the value, or each item of a stream, is held against.
  var schema: Int?
  var type: ExportType
  /// How the text is read: see ``MemberExport/kind``. Of events, `json` where their data is.
  var textKind = ""
  var members: [MemberExport] = []

  /// Whether a caller must be told which media type it is.
  var isRange: Bool { BodyKind.base(mediaType).hasSuffix("/*") && kind != .json }
}

/// How a member of a form, or a part, is written.
struct MemberExport {
  let name: String
  /// `integer`, `number`, `boolean`, `json`; others are texts.
  var kind = ""
  var isList = false
  /// The style of a parameter, where the contract names one.
  var style: String?
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
  let doc: Doc
  let content: [ContentExport]
  let headers: [HeaderExport]

  /// The status as the result tells it: `200`, `4XX`, `default`.
  var label: JSONTree {
    switch status {
    case .code(let code): .number(String(code))
    case .range(let digit): .string("\(digit)XX")
    case .other: "default"
    }
  }
}

extension [ContentExport] {
  /// Whether a value is given and got with its media type.
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
  /// As of ``MemberExport/kind``.
  let kind: String
  let doc: Doc
}
