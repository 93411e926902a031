import ContractAnalysis
import ContractModel
import ContractSource

/// The events of an API: its channels and messages, what it sends, and what it receives.
public struct EventsPlan: Sendable {
  /// The names of the documents as diagnostics print them; empty for an API without events.
  public var sources: [String] = []
  public var title = ""
  public var doc: [String] = []
  public var channels: [ChannelPlan] = []
  public var messages: [MessagePlan] = []
  public var sends: [SendPlan] = []
  /// The operations that receive, where their handlers are declared in the API's module.
  public var receives: [ReceivePlan] = []
  /// The same where they receive messages of other APIs: their handlers are declared in the service's module.
  public var foreign: [ReceivePlan] = []
  /// The replies that senders wait for.
  public var replies: [ReplyPlan] = []

  public init() {}

  public var isEmpty: Bool { sources.isEmpty }

  /// The expressions for the channels that it sends to, each once: those with an address.
  public var sentTo: [String] {
    var seen: Set<String> = []
    return sends.filter { !$0.isAddressed }.map(\.channel).filter { seen.insert($0).inserted }
  }
}

/// A channel of the table of channels.
public struct ChannelPlan: Sendable {
  /// Where the contract defines it.
  public let key: SchemaKey
  /// The name in the table.
  public let name: String
  public let wireName: String
  /// Empty where only a message says it.
  public let address: [AddressPiece]
  /// The inputs that replace the parameters.
  public let parameters: [FieldPlan]
  public let orderingKey: String?
  public let partitions: Int?
  public let doc: [String]

  /// The inputs of an operation that sends to it: the address itself where only a message says it.
  public var inputs: [FieldPlan] {
    guard address.isEmpty else { return parameters }
    return [
      FieldPlan(
        name: "address", wireName: "", type: .string, presence: .required, rules: [],
        doc: ["The address of the channel."])
    ]
  }
}

/// A message: its type, payload and headers.
public struct MessagePlan: Sendable {
  /// How a payload is written.
  public enum Codec: Sendable { case json, text, bytes }

  /// Where the contract defines it.
  public let key: SchemaKey
  public let typeName: String
  /// The name on the wire.
  public let name: String
  public let contentType: String
  public let codec: Codec
  public let payload: UsePlan
  public let headers: [HeaderPlan]
  let correlationID: MessageExpression?
  /// What its correlation id is in an event.
  public internal(set) var correlation: MessageValue?
  public let isDeprecated: Bool
  public let doc: [String]

  /// The rules of the payload: a text was not validated against its schema as it was read.
  public var rules: [RulePlan] {
    codec == .json
      ? payload.rules : payload.rules.map { if case .schema(let index) = $0 { .written(index) } else { $0 } }
  }
}

/// A text in a message, as an expression with the event's name before it.
public struct MessageValue: Sendable {
  public let expression: String
  public let isOptional: Bool
}

/// A header of a message.
public struct HeaderPlan: Sendable {
  public let field: FieldPlan
  /// Whether its text is JSON.
  public let isJSON: Bool
}

/// A message among those of an operation.
public struct MessageCasePlan: Sendable {
  public let key: SchemaKey
  public let caseName: String
  /// The message's type, with its module where that is another one.
  public internal(set) var type: String
  public let doc: [String]
}

/// An operation that sends.
public struct SendPlan: Sendable {
  public let typeName: String
  public let methodName: String
  public let id: String
  /// The expression for its channel.
  public let channel: String
  public let messages: [MessageCasePlan]
  /// What replaces the parameters in the channel's address, or that address.
  public let inputs: [FieldPlan]
  /// Whether the one input is the address.
  public let isAddressed: Bool
  public let isDeprecated: Bool
  public let doc: [String]

  /// Whether what it sends is an event alone.
  public var isPlain: Bool { messages.count == 1 && inputs.isEmpty }

  /// The type of what it sends.
  public var outgoing: String { isPlain ? "Event<\(messages[0].type)>" : "\(typeName).Outgoing" }
}

/// The reply to what an operation sends.
public struct ReplyPlan: Sendable {
  public let typeName: String
  /// The expression for its channel; nil where only the request says where the reply goes.
  public let channel: String?
  /// What the request is, where it is one message.
  public let request: MessageCasePlan?
  /// Where the request says where the reply goes.
  let address: MessageExpression?
  public internal(set) var addressInRequest: MessageValue?
  public let messages: [MessageCasePlan]
  public let doc: [String]
}

/// An operation that receives.
public struct ReceivePlan: Sendable {
  public let position: SourcePosition
  public let typeName: String
  public let methodName: String
  public let id: String
  public let channelKey: SchemaKey
  /// The expression for its channel.
  public internal(set) var channel: String
  public internal(set) var messages: [MessageCasePlan]
  /// The settings of the runtime's `ReceiveDescriptor` that the contract says: times are in milliseconds.
  public let retry: (attempts: Int, delay: Int, longestDelay: Int)?
  public let deadLetter: String?
  public let deduplicationWindow: Int?
  public let batch: Int?
  public let timeout: Int?
  public let isDeprecated: Bool
  public let effect: EffectPlan?
  public let doc: [String]
}

/// The events that an operation may emit.
public struct EffectPlan: Sendable {
  public struct Emitted: Sendable {
    /// The name of the argument.
    public let name: String
    public let send: SendPlan
    public let isRequired: Bool
  }

  /// The names of the other members of an effect.
  static let taken: Set<String> = ["events", "operation", "output"]

  /// The operation's name, `orders.placeOrder`; nil for the work of no operation.
  public let operation: String?
  public let events: [Emitted]
}

extension APIPlan {
  /// The events that a task of the service may emit: all; nil where there are none.
  public var serviceEffect: EffectPlan? {
    guard !events.sends.isEmpty else { return nil }
    var members = MemberNames(besides: EffectPlan.taken)
    return EffectPlan(
      operation: nil,
      events: events.sends.map { send in
        EffectPlan.Emitted(name: members.claim(send.methodName), send: send, isRequired: false)
      })
  }
}
