import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// Plans channels, messages, and what is sent and received. It continues ``TypePlanner``, as ``OperationPlanner`` does:
/// a schema that documents of both kinds refer to is one type.
struct EventPlanner {
  /// The name of the API, and its name in settings.
  let name: String
  let service: String
  /// The module of another API that a file's messages are in; nil for messages of this one.
  let owner: (_ path: String) -> String?
  let diagnostics: Diagnostics
  private(set) var plan = EventsPlan()
  private var channels: [SchemaKey: ChannelPlan] = [:]
  private var messages: [SchemaKey: MessagePlan] = [:]
  private var channelNames = MemberNames()
  private var sendNames = MemberNames(besides: ["sink"])
  private var receiveNames = MemberNames(besides: ["eventEndpoint"])
  /// The operations by their ids.
  private var operations: [ByteKey: EventOperation] = [:]
  private var sends: [ByteKey: SendPlan] = [:]

  init(name: String, service: String, owner: @escaping (_ path: String) -> String?, diagnostics: Diagnostics) {
    (self.name, self.service, self.owner, self.diagnostics) = (name, service, owner, diagnostics)
  }

  mutating func plan(_ contracts: [EventContract], _ types: inout TypePlanner) {
    guard let first = contracts.first, isAffordable(contracts) else { return }
    (plan.sources, plan.title) = (contracts.map(\.position.file.path), first.title)
    plan.doc = DocComment.lines(first.description)
    let all = contracts.flatMap(\.operations).filter(hasMessages)
    for operation in all { operations[ByteKey(operation.id)] = operation }
    let isOwn = { [owner] (key: SchemaKey) in owner(key.path) == nil }
    for channel in contracts.flatMap(\.channels) where isOwn(channel.key) { add(channel, &types) }
    let messages = contracts.flatMap { $0.channels.flatMap(\.messages).map(\.message) + $0.messages }
    for message in messages where isOwn(message.key) { add(message, &types) }
    for operation in all where operation.action == .send { addSend(operation, &types) }
    for operation in all where operation.action == .receive { addReply(to: operation, &types) }
    let received = all.filter { $0.action == .receive }.map { receive($0, &types) }
    // All of them are in one place: with a message of another API, in the module of the service.
    let isForeign = received.contains { $0.messages.contains { !isOwn($0.key) } }
    if isForeign { plan.foreign = received } else { plan.receives = received }
  }

  /// The messages of all operations and channels, and the choices of their parameters, that an API may have: each use of
  /// one is code, also where all of them are written once and referred to.
  private static let most = 100_000

  private func isAffordable(_ contracts: [EventContract]) -> Bool {
    var left = Self.most
    func take(_ count: Int, at position: SourcePosition) -> Bool {
      left -= count
      guard left < 0 else { return true }
      diagnostics.error(
        .limit, "the operations and channels have more than \(Self.most) messages and choices of parameters in all",
        at: position, help: "list under 'messages' those that an operation needs, or divide the document")
      return false
    }
    for contract in contracts {
      for channel in contract.channels {
        let choices = channel.parameters.reduce(0) { $0 + $1.choices.count }
        guard take(channel.messages.count + choices, at: channel.position) else { return false }
      }
      for operation in contract.operations {
        let count = operation.messages.count + (operation.reply?.messages.count ?? 0)
        guard take(count, at: operation.position) else { return false }
      }
    }
    return true
  }

  /// Whether there is anything to send or receive.
  private func hasMessages(_ operation: EventOperation) -> Bool {
    if operation.messages.isEmpty {
      diagnostics.warning(
        .noEffect, "'\(operation.id)' has no messages: nothing is generated for it", at: operation.position,
        help: "list the messages of the channel '\(operation.channel.name)'")
    }
    return !operation.messages.isEmpty
  }

  // MARK: channels and messages

  private mutating func add(_ channel: Channel, _ types: inout TypePlanner) {
    guard channels[channel.key] == nil else { return }
    let planned = self.channel(channel, named: channelNames.claim(SwiftName.member(channel.name)), &types)
    channels[channel.key] = planned
    plan.channels.append(planned)
  }

  private mutating func add(_ message: Message, _ types: inout TypePlanner) {
    guard messages[message.key] == nil else { return }
    let planned = self.message(message, &types)
    messages[message.key] = planned
    plan.messages.append(planned)
  }

  /// The messages of an operation with the names of their cases; the type of one of another API is found later.
  private func cases(_ given: [Message]) -> [MessageCasePlan] {
    var members = MemberNames()
    return given.map { message in
      let planned = messages[message.key]
      return MessageCasePlan(
        key: message.key, caseName: members.claim(SwiftName.enumCase(message.name)), type: planned?.typeName ?? "",
        doc: planned?.doc ?? [])
    }
  }

  private func reference(_ channel: ChannelPlan) -> String { "\(name)Channels.\(channel.name)" }

  // MARK: operations

  private mutating func addSend(_ operation: EventOperation, _ types: inout TypePlanner) {
    let send = send(operation.messages, to: operation.channel, of: operation, id: operation.id, &types)
    sends[ByteKey(operation.id)] = send
    guard let reply = operation.reply else { return }
    for message in reply.messages { add(message, &types) }
    if let channel = reply.channel { add(channel, &types) }
    plan.replies.append(
      ReplyPlan(
        typeName: types.claim(SwiftName.type(operation.id) + "Reply"),
        channel: reply.channel.flatMap { channels[$0.key] }.map(reference),
        request: send.messages.count == 1 ? send.messages[0] : nil, address: reply.address,
        messages: cases(reply.messages), doc: ["The reply to `\(send.typeName)`."]))
  }

  private mutating func send(
    _ messages: [Message], to channel: Channel?, of operation: EventOperation, id: String, _ types: inout TypePlanner
  ) -> SendPlan {
    for message in messages { add(message, &types) }
    if let channel { add(channel, &types) }
    let target = channel.flatMap { channels[$0.key] } ?? unknownChannel(of: operation)
    let send = SendPlan(
      typeName: types.claim(SwiftName.type(id) + "Send"), methodName: sendNames.claim(SwiftName.member(id)), id: id,
      channel: reference(target), messages: cases(messages), inputs: target.inputs,
      isAddressed: target.address.isEmpty, isDeprecated: operation.policy.isDeprecated,
      doc: DocComment.lines(operation.title, operation.summary, operation.description))
    plan.sends.append(send)
    return send
  }

  /// A channel that only a request names, for the reply to it.
  private mutating func unknownChannel(of operation: EventOperation) -> ChannelPlan {
    let name = operation.id + "Reply"
    let planned = ChannelPlan(
      key: operation.channel.key, name: channelNames.claim(SwiftName.member(name)), wireName: name, address: [],
      parameters: [], orderingKey: nil, partitions: nil, doc: ["Its address is in the request."])
    plan.channels.append(planned)
    return planned
  }

  /// What an operation replies to a message is sent by an operation of its own.
  private mutating func addReply(to operation: EventOperation, _ types: inout TypePlanner) {
    guard let reply = operation.reply, !reply.messages.isEmpty else { return }
    let id = operation.id + "Reply"
    sends[ByteKey(id)] =
      sends[ByteKey(id)] ?? send(reply.messages, to: reply.channel, of: operation, id: id, &types)
  }

  private mutating func receive(_ operation: EventOperation, _ types: inout TypePlanner) -> ReceivePlan {
    let (type, policy) = (SwiftName.type(operation.id), operation.policy)
    return ReceivePlan(
      position: operation.position,
      typeName: types.claim(types.names.isTaken(type) ? type + "Receive" : type),
      methodName: receiveNames.claim(SwiftName.member(operation.id)), id: operation.id,
      channelKey: operation.channel.key, channel: channels[operation.channel.key].map(reference) ?? "",
      messages: cases(operation.messages),
      others: operation.others,
      retry: policy.retry.map { ($0.attempts, $0.delay, $0.longestDelay) }, deadLetter: policy.deadLetter,
      deduplicationWindow: policy.deduplicationWindow, batch: policy.batch, timeout: policy.timeout,
      isDeprecated: policy.isDeprecated,
      effect: effect(operation.policy.emits, of: operation.id, repliesTo: operation),
      doc: DocComment.lines(operation.title, operation.summary, operation.description))
  }

  // MARK: effects

  /// The events that an operation may emit; nil for one that emits none.
  func effect(_ emissions: [Emission], of operation: String, repliesTo request: EventOperation? = nil) -> EffectPlan? {
    var members = MemberNames(besides: EffectPlan.taken)
    var events = emissions.compactMap { emission -> EffectPlan.Emitted? in
      guard let send = sends[ByteKey(emission.operation)] else {
        report(emission)
        return nil
      }
      return EffectPlan.Emitted(name: members.claim(send.methodName), send: send, isRequired: emission.isRequired)
    }
    if request?.reply != nil, let reply = sends[ByteKey(operation + "Reply")] {
      events.append(EffectPlan.Emitted(name: members.claim("reply"), send: reply, isRequired: false))
    }
    return events.isEmpty ? nil : EffectPlan(operation: "\(service).\(operation)", events: events)
  }

  private func report(_ emission: Emission) {
    if operations[ByteKey(emission.operation)] != nil {
      diagnostics.error(
        .brokenReference, "'\(emission.operation)' receives, and only what an operation sends is emitted",
        at: emission.position)
      return
    }
    let known = operations.values.filter { $0.action == .send }.map(\.id).sorted()
    let meant = nearest(emission.operation, among: known).map { "did you mean '\($0)'?" }
    let file = "\(service).events.yaml"
    diagnostics.error(
      .brokenReference,
      plan.isEmpty
        ? "'x-emits' needs the events of this API, and there is no \(file) beside it"
        : "no operation '\(emission.operation)' of this API sends", at: emission.position,
      help: plan.isEmpty
        ? "declare the operation '\(emission.operation)' there, with 'action: send'"
        : meant ?? (known.isEmpty ? nil : "operations that send: \(known.joined(separator: ", "))"))
  }
}

extension EventPlanner {
  /// Plans only the types that messages use.
  mutating func planTypes(_ contracts: [EventContract], _ types: inout TypePlanner) {
    for contract in contracts {
      for message in contract.channels.flatMap(\.messages).map(\.message) + contract.messages
      where owner(message.key.path) == nil { add(message, &types) }
    }
    plan = EventsPlan()
  }

  /// The operations of an OpenAPI document with the events that they may emit.
  func applied(to planned: [OperationPlan], _ operations: [Operation]) -> [OperationPlan] {
    zip(planned, operations).map { planned, operation in
      var planned = planned
      planned.effect = effect(operation.policy.emits, of: planned.operationID)
      return planned
    }
  }
}
