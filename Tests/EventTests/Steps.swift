import ContractValues
import ServiceCore
import ServiceDefinition
import ServicePostgres

/// A service whose contract has one channel, `steps`: it emits steps, each the next number of a key, and hears them.
struct Steps: Service, EventReceiver {
  enum API: ServiceContract {
    static let name = "steps"
    static let version = "1.0.0"
    static let operations: [OperationDescriptor] = []
    static let channels = [Step.channel, Step.unordered]
  }

  static let database: ServiceDatabase? = ServiceDatabase(migrations: [
    Migration(
      name: "0001-steps.sql",
      sql: """
        CREATE TABLE counters (key text PRIMARY KEY, n integer NOT NULL);
        -- Without a unique key: whatever is handled twice is here twice.
        CREATE TABLE effects (id bigint GENERATED ALWAYS AS IDENTITY, consumer text, event text, key text, n integer);
        CREATE TABLE state (key text PRIMARY KEY, n integer NOT NULL, trail text NOT NULL);
        """)
  ])

  let endpoint: any ServiceEndpoint = NoOperations()
  let eventEndpoint: any EventEndpoint = StepEndpoint(handle: Step.standard)

  init(_ resources: Resources) throws {}

  struct NoOperations: ServiceEndpoint {
    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      HTTPResponse(status: 404)
    }
  }
}

/// The message of the channel.
struct Step: Sendable, Equatable {
  let key: String
  let n: Int

  static let channel = ChannelDescriptor(name: "steps", address: [.literal("steps")], orderingKey: "/key")
  static let unordered = ChannelDescriptor(name: "free", address: [.literal("free")])

  enum Message: ContractMessage {
    typealias Payload = Step
    static let descriptor = MessageDescriptor(name: "step")

    static func decode(_ message: inout MessageReader) -> Event<Message>? {
      guard let json = message.json(JSONValue.self) else { return nil }
      guard let key = json["key"]?.text, case .number(let number)? = json["n"], let n = number.integer else {
        message.violations.fail("n", "type", "must be a whole number")
        return nil
      }
      return Event(Step(key: key, n: n))
    }

    static func validate(_ event: Event<Message>, _ check: inout Violations) {
      check.range("n", event.payload.n, min: 0)
    }

    static func encode(_ event: Event<Message>) throws -> MessageContent {
      var json = JSONWriter()
      json.beginObject()
      json.field("key", event.payload.key)
      json.field("n", event.payload.n)
      json.endObject()
      return MessageContent(data: json.bytes)
    }
  }

  /// The effect that every step has: a row, and the state of its key.
  @Sendable static func standard(_ steps: [ReceivedEvent<Message>], _ call: Call) async throws -> Committed<Void> {
    try await call.sqlTransaction { try await write(steps, $0) }
  }

  static func write(_ steps: [ReceivedEvent<Message>], _ transaction: PostgresTransaction) async throws {
    for step in steps {
      let (key, n) = (step.payload.key, step.payload.n)
      try await transaction.execute(
        "INSERT INTO effects (consumer, event, key, n) VALUES ('steps', \(step.id), \(key), \(n))")
      try await transaction.execute(
        """
        INSERT INTO state (key, n, trail) VALUES (\(key), \(n), \(String(n)))
        ON CONFLICT (key) DO UPDATE SET n = excluded.n, trail = state.trail || ' ' || excluded.trail
        """)
    }
  }
}

/// What a service's tasks emit.
struct StepEffect: EventEffect {
  static let operation: String? = nil
  let output: Int
  let steps: [Event<Step.Message>]
  var channel = Step.channel

  func events() throws -> [OutgoingEvent] {
    try steps.map { step in
      var check = Violations()
      Step.Message.validate(step, &check)
      guard check.isEmpty else { throw RequestFault(400, "The event breaks its contract.", violations: check.list) }
      return OutgoingEvent(
        channel: channel, address: channel.template, message: Step.Message.descriptor,
        content: try Step.Message.encode(step), notBefore: step.notBefore)
    }
  }
}

/// The receive operations: one at a time, and up to 100 at once.
struct StepEndpoint: EventEndpoint {
  static let operations = [OnStep.descriptor, OnSteps.descriptor]
  let handle: @Sendable ([ReceivedEvent<Step.Message>], Call) async throws -> Committed<Void>

  func receive(_ events: [DeliveredEvent], operation index: Int, call: Call) async throws {
    switch index {
    case 0:
      try await Receiving.handle(OnStep.self, events, call) { (step: OnStep.Incoming, call) in
        try await handle([step], call)
      }
    default:
      try await Receiving.handle(OnSteps.self, events, call) { (steps: [OnSteps.Incoming], call) in
        try await handle(steps, call)
      }
    }
  }
}

enum OnStep: ReceiveOperation {
  static let descriptor = ReceiveDescriptor(
    operation: OperationDescriptor(
      service: "steps", id: "onStep", method: "RECEIVE", path: [.literal("steps")], responses: .init([]),
      policy: OperationPolicy(timeout: 20_000)),
    channel: Step.channel, messages: [Step.Message.descriptor], others: ["step-noted"])

  static func decode(_ event: DeliveredEvent, _ violations: inout Violations) -> ReceivedEvent<Step.Message>? {
    guard event.record.type == Step.Message.descriptor.name else { return nil }
    var reader = MessageReader(event.record)
    let read = Step.Message.decode(&reader)
    if let read { Step.Message.validate(read, &reader.violations) }
    violations = reader.violations
    return read.map { ReceivedEvent($0, of: event) }
  }
}

enum OnSteps: ReceiveOperation {
  static let descriptor = ReceiveDescriptor(
    operation: OperationDescriptor(
      service: "steps", id: "onSteps", method: "RECEIVE", path: [.literal("steps")], responses: .init([])),
    channel: Step.channel, messages: [Step.Message.descriptor], batch: 100)

  static func decode(_ event: DeliveredEvent, _ violations: inout Violations) -> ReceivedEvent<Step.Message>? {
    OnStep.decode(event, &violations)
  }
}
