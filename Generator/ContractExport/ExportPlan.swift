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
  case any, never, null, boolean, integer, number, text, binary
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
  let operations: [OperationExport]
  /// What the contract says and the client does not do.
  let missing: [String]
}

struct OperationExport {
  let id: String
  /// `ListProducts`: what the operation's own types begin with.
  let typeName: String
  let method: String
  let path: String
  let doc: Doc
  let parameters: [ParameterExport]
  let key: Operation.KeyUse?
  let timeout: Int?
  let body: BodyExport?
  let responses: [ResponseExport]
}

struct ParameterExport {
  let name: String
  let location: Parameter.Location
  let isRequired: Bool
  let style: String
  let explodes: Bool
  let isJSON: Bool
  let schema: Int
  let type: ExportType
  let doc: Doc
}

/// How the bytes of a body are made and read.
enum BodyKind: String { case json, text, form, multipart, binary }

struct ContentExport {
  let mediaType: String
  let kind: BodyKind
  let schema: Int?
  let type: ExportType
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

struct HeaderExport {
  let name: String
  let isRequired: Bool
  let type: ExportType
  /// `number`, `integer`, `boolean`; others are given as text.
  let kind: String
  let doc: Doc
}
