import ContractAnalysis
import ContractModel

/// The messages and channels of AsyncAPI documents, shared by TypeScript and Python.
struct EventsExport {
  /// The documents' files, each with its title and version.
  var sources: [(path: String, title: String)] = []
  var messages: [MessageExport] = []
  /// The channels, then what operations do with them.
  var channels: [ChannelExport] = []
  /// The indices of messages and channels, by where they are defined.
  var messageIndices: [SchemaKey: Int] = [:]
  var channelIndices: [SchemaKey: Int] = [:]
}

struct MessageExport {
  /// The name on the wire: the `type` of CloudEvents.
  let name: String
  let typeName: String
  let contentType: String
  let kind: MediaKind
  /// What the payload is validated against; nil for bytes, and for any value.
  let schema: Int?
  let type: ExportType
  let textKind: TextKind
  /// The headers that the schema lists, and what they are validated against together.
  let headers: [MessageHeaderExport]
  let headersSchema: Int?
  /// Nil for a message without headers.
  let headersName: String?
  let correlationID: MessageExpression?
  let doc: Doc
}

struct MessageHeaderExport {
  let name: String
  let kind: TextKind
}

/// A channel with its messages, or with those of an operation.
struct ChannelExport {
  /// What an application does there; nil for the channel itself.
  enum Use {
    case send(id: String), receive(id: String)
    /// The reply to the operation `id`.
    case reply(id: String)
  }

  let typeName: String
  /// The union of its messages.
  let eventName: String
  let name: String
  let use: Use?
  let pieces: [AddressPiece]
  let parameters: [AddressParameter]
  /// Nil where the address has no parameters.
  let parametersName: String?
  let orderingKey: String?
  /// Indices of messages.
  let messages: [Int]
  /// Where a request says where its reply goes.
  let replyAddress: MessageExpression?
  let doc: Doc

  /// What the contract says of it, or else what it is.
  var documentation: Doc {
    var doc = doc
    if doc.text.isEmpty { doc.text = [summary] }
    return doc
  }

  /// What it is.
  var summary: String {
    switch use {
    case .send(let id): "What `\(id)` sends."
    case .receive(let id): "What `\(id)` receives."
    case .reply(let id): "The reply to `\(id)`."
    case nil: "The messages of the channel `\(name)`."
    }
  }

  /// The id of what is sent or received; nil for a channel and for a reply.
  var operation: String? {
    switch use {
    case .send(let id), .receive(let id): id
    case .reply, nil: nil
    }
  }
}

/// A parameter of a channel's address: always a text.
struct AddressParameter {
  let name: String
  var description: String?
  var choices: [String] = []
  var usual: String?
}
