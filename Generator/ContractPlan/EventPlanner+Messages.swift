import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// Messages and channels in Swift.
extension EventPlanner {
  // MARK: messages

  func message(_ message: Message, _ types: inout TypePlanner) -> MessagePlan {
    let word = SwiftName.type(message.name)
    let suffix = "Message"
    // `Message` alone would be what generic code calls its message.
    let base = word.hasSuffix(suffix) && word != suffix ? String(word.dropLast(suffix.count)) : word
    let typeName = types.claim(base + suffix)
    let (codec, payload) = payload(of: message, named: base, &types)
    return MessagePlan(
      key: message.key, typeName: typeName, name: message.name, contentType: message.contentType, codec: codec,
      payload: payload, headers: message.headers.map { headers($0, of: typeName, &types) } ?? [],
      correlationID: message.correlationID, isDeprecated: message.isDeprecated,
      doc: DocComment.lines(message.title, message.summary, message.description))
  }

  /// A message is what its sender writes, in whichever module it is read: properties that are only written are left out.
  private func payload(
    of message: Message, named name: String, _ types: inout TypePlanner
  ) -> (MessagePlan.Codec, UsePlan) {
    let bytes = UsePlan(type: .named("[UInt8]"), rules: [])
    switch (message.payload, message.kind) {
    case (.foreign, _): return (.bytes, bytes)
    case (.any, .json): return (.json, UsePlan(type: .json, rules: []))
    case (.any, .text): return (.text, UsePlan(type: .string, rules: []))
    case (.any, _): return (.bytes, bytes)
    case (.schema(let schema), .json): return (.json, types.use(schema, .response, named: name))
    case (.schema(let schema), let kind):
      if kind == .text {
        let use = types.use(schema, .response, named: name)
        if types.isText(use.type, schema) { return (.text, use) }
      }
      if !types.set.isBinary(schema) {
        diagnostics.warning(
          .noEffect, "'\(message.contentType)' is passed as bytes: the schema of the payload is ignored",
          at: types.set[schema].position)
      }
      return (.bytes, bytes)
    }
  }

  /// The headers that the schema lists; others are passed over.
  private func headers(_ schema: Int, of message: String, _ types: inout TypePlanner) -> [HeaderPlan] {
    let shape = types.analysis.shape(types.set.resolved(schema))
    // The names that the codecs use are not those of headers.
    var seen: Set<String> = ["check", "content", "event", "message", "payload"]
    return shape.properties.map { property in
      let value = types.analysis.joined(property.value)
      var field = types.field(
        property.key, value, isRequired: shape.requires(property.key), .response, owner: message, index: nil
      ).present
      while !seen.insert(field.name.unquoted).inserted { field.name = field.name.unquoted + "Header" }
      let isText = types.isText(field.type, value)
      return HeaderPlan(field: isText ? field.written : field, isJSON: !isText)
    }
  }

  // MARK: channels

  func channel(_ channel: Channel, named name: String, _ types: inout TypePlanner) -> ChannelPlan {
    let pieces = channel.pieces
    var seen: Set<String> = ["event"]
    var parameters: [FieldPlan] = []
    for case .parameter(let parameter) in pieces where !parameters.contains(where: { $0.wireName == parameter }) {
      var field = input(parameter, of: channel, named: name, &types)
      while !seen.insert(field.name.unquoted).inserted { field.name = field.name.unquoted + "InAddress" }
      parameters.append(field)
    }
    return ChannelPlan(
      key: channel.key, name: name, wireName: channel.name, address: pieces, parameters: parameters,
      orderingKey: channel.orderingKey, partitions: channel.bindings.partitions,
      doc: DocComment.lines(channel.title, channel.summary, channel.description))
  }

  /// The input for a parameter of an address: any text, or one of the listed ones.
  private func input(
    _ name: String, of channel: Channel, named owner: String, _ types: inout TypePlanner
  ) -> FieldPlan {
    let parameter = channel.parameters.first { $0.name.utf8.elementsEqual(name.utf8) }
    let place = parameter?.location.map { "Messages have it at `$message.\($0.part.rawValue)#\($0.pointer)`." }
    let doc = DocComment.lines(parameter?.description, place)
    let usual = parameter?.usual
    var (type, literal) = (TypePlan.string, usual.map(SwiftName.literal))
    if let choices = parameter?.choices, !choices.isEmpty {
      let choice = types.declareChoice(of: choices, named: SwiftName.type(owner.unquoted) + SwiftName.type(name), doc)
      type = .named(choice.name)
      literal = choice.cases.first { $0.value == literal }.map { ".\($0.name.unquoted)" }
    }
    return FieldPlan(
      name: SwiftName.member(name), wireName: name, type: type, presence: literal.map { .defaulted($0) } ?? .required,
      rules: [], doc: doc)
  }
}

extension TypePlanner {
  /// Declares an enum of texts that no schema lists.
  fileprivate mutating func declareChoice(of texts: [String], named name: String, _ doc: [String]) -> EnumPlan {
    var members = MemberNames(besides: ["brokenRule", "brokenTypeRule"])
    var seen: Set<String> = []
    let plan = EnumPlan(
      name: claim(name), doc: doc, isDeprecated: false,
      cases: texts.filter { seen.insert($0).inserted }.map {
        EnumPlan.Case(name: members.claim(SwiftName.enumCase($0)), value: SwiftName.literal($0))
      }, isInteger: false, isOpen: false, rule: .enumeration, typeRule: .enumeration)
    declarations.append(.enumeration(plan))
    return plan
  }

  /// Whether a value can be written as one text.
  mutating func isText(_ type: TypePlan, _ schema: Int) -> Bool {
    switch type {
    case .string, .integer, .double, .boolean, .uuid, .timestamp, .decimal: return true
    case .named:
      if case .enumeration = analysis.form(of: set.resolved(schema)) { return true }
      return false
    default: return false
    }
  }
}
