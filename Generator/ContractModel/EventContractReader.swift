import ContractSource
import ContractValues

/// Reads AsyncAPI documents into ``EventContract``. Every problem is reported, and reading continues after it.
public final class EventContractReader: DescriptionReader {
  public let diagnostics: Diagnostics
  let resolver: ReferenceResolver
  let schemas: SchemaReader
  var version = EventContract.Version.v30
  var securitySchemes = SecuritySchemes()
  var brokenSchemes: Set<ByteKey> = []
  /// The media type of the messages that do not name theirs.
  var defaultContentType: String?
  var samples: [(node: Node, schema: Int)] = []
  /// The schemas that were referred to from outside of schemas.
  private var usedSchemas: Set<Int> = []
  /// Whether schemas are read that nothing has referred to.
  var isReadingComponents = false
  /// What was read already, by where it is: many references may lead to one.
  var messages: [SchemaKey: Message] = [:]
  var channels: [SchemaKey: Channel] = [:]
  var bindings: [ObjectIdentifier: Bindings] = [:]
  var operations: [SchemaKey: EventOperation] = [:]
  var replies: [SchemaKey: EventOperation.Reply] = [:]
  var parameters: [SchemaKey: ChannelParameter] = [:]
  /// The messages of a channel, by the channel.
  var messageLists: [SchemaKey: MessageList] = [:]
  /// The channels of AsyncAPI 2.
  var channelItems: [SchemaKey: ChannelItem] = [:]
  /// The texts that a list of choices has, by the list.
  private var choiceLists: [ObjectIdentifier: [String]] = [:]
  /// The messages in the order in which they were read.
  var messageOrder: [SchemaKey] = []
  /// The channels in the root of the document.
  var rootChannels: [Channel] = []
  /// The ordering keys of channels, which are checked once the schemas are complete.
  var orderingKeys: [(channel: Channel, position: SourcePosition)] = []
  /// The messages of a list of choices in AsyncAPI 2; nil while it is being read.
  var messageChoices: [SchemaKey: [Message]?] = [:]
  /// Where each operationId and each messageId of AsyncAPI 2 is.
  var operationIDs: [ByteKey: SourcePosition] = [:]
  var messageIDs: [ByteKey: SourcePosition] = [:]
  /// The names of the document's servers.
  var serverNames: [String] = []
  var traits: TraitMerge
  /// The traits that were checked as they are.
  var checkedTraits: Set<SchemaKey> = []
  /// The document that is being read.
  var root: Location?

  /// A reader that shares the files and schemas of a reader of OpenAPI documents.
  public init(beside reader: ContractReader) {
    (diagnostics, resolver, schemas) = (reader.diagnostics, reader.resolver, reader.schemas)
    traits = TraitMerge(diagnostics)
  }

  let hasScopesOfOAuthOnly = false
  let hasSchemesByURI = false

  /// The name of the specification, for messages.
  static let specification = "AsyncAPI 3.0"

  /// The contract in the file at `path`, relative to the contracts' folder; nil when it is not a contract.
  public func read(_ path: String) -> EventContract? {
    guard let root = resolver.document(path), var fields = Fields(root.node, "AsyncAPI Object", diagnostics) else {
      return nil
    }
    clear()
    self.root = root
    guard readVersion(&fields) else { return nil }
    let id = fields.string("id")
    let info = readInfo(&fields, root)
    defaultContentType = contentType(&fields, "defaultContentType")
    readSecuritySchemes(root)
    let rootTags = version == .v2 ? tags(&fields, root) : []
    if version == .v2 { externalDocs(&fields, root) }
    let servers = readServers(&fields, root)
    serverNames = root.node["servers"]?.entries?.map(\.key) ?? []
    var parts = fields.take("components").flatMap { Fields($0, "Components Object", diagnostics) }
    let components = readComponents(&parts, root)
    if version != .v2 { readChannels(&fields, root) }
    if version != .v2 { readOperationComponents(&parts, root) }
    let operations = version == .v2 ? readChannelItems(&fields, root) : readOperations(&fields, root)
    parts?.finish()
    fields.finish()
    schemas.finish()
    checkHeaders()
    for (channel, position) in orderingKeys { checkOrderingKey(of: channel, at: position) }
    return EventContract(
      path: path, position: root.node.position, specification: version, id: id, title: info.title,
      version: info.version, description: info.description, servers: servers, tags: info.tags + rootTags,
      channels: channels(of: operations), operations: operations,
      messages: messageOrder.compactMap { messages[$0] }, components: components,
      schemas: usedSchemas.sorted(), securitySchemes: securitySchemes.all, samples: samples)
  }

  private func clear() {
    (operations, replies, parameters, messageLists, channelItems, choiceLists) = ([:], [:], [:], [:], [:], [:])
    (version, usedSchemas) = (.v30, [])
    (securitySchemes, brokenSchemes, samples, serverNames) = (SecuritySchemes(), [], [], [])
    (messages, channels, bindings, messageOrder) = ([:], [:], [:], [])
    (rootChannels, orderingKeys, checkedTraits) = ([], [], [])
    (messageChoices, operationIDs, messageIDs) = ([:], [:], [:])
    traits = TraitMerge(diagnostics)
  }

  /// False for a document of objects that are not known.
  private func readVersion(_ fields: inout Fields) -> Bool {
    guard let node = fields.require("asyncapi"), let text = fields.text(node, "asyncapi") else { return true }
    let minor = text.split(separator: ".").prefix(2).joined(separator: ".")
    let versions: [String: EventContract.Version] = ["3.0": .v30, "3.1": .v31]
    if let known = versions[minor] ?? ((0...6).contains { minor == "2.\($0)" } ? .v2 : nil) {
      version = known
      return true
    }
    if text.hasPrefix("2.") { version = .v2 }
    let isOld = text.hasPrefix("0.") || text.hasPrefix("1.")
    diagnostics.error(
      .unsupported, "AsyncAPI \(text) is not a version that Charter reads", at: node.position,
      help: "supported versions: 2.0 to 2.6, 3.0, 3.1; "
        + (isOld ? "convert the document to one of them" : "write 'asyncapi: 3.0.0'"))
    return !isOld
  }

  private func readInfo(
    _ fields: inout Fields, _ root: Location
  ) -> (title: String, version: String, description: String?, tags: [Tag]) {
    guard let node = fields.require("info"), var info = Fields(node, "Info Object", diagnostics) else {
      return ("", "", nil, [])
    }
    let at = root.child(node, "info")
    let title = info.requiredString("title") ?? ""
    let version = info.requiredString("version") ?? ""
    let description = info.documentation("description")
    info.address("termsOfService")
    info.contact()
    info.license(hasIdentifier: false)
    let tags = self.version == .v2 ? [] : self.tags(&info, at)
    if self.version != .v2 { externalDocs(&info, at) }
    info.finish()
    return (title, version, description, tags)
  }

  /// The index of a schema outside of others.
  ///
  /// - Parameter dialect: what its `schemaFormat` selects; nil for that of its document.
  func schema(_ at: Location, _ dialect: Dialect? = nil) -> Int {
    let index = schemas.schema(at, dialect ?? resolver.dialect(of: at, referrer: .asyncAPI))
    if !isReadingComponents { usedSchemas.insert(index) }
    return index
  }

  func readSiblings(_ reference: inout Fields) {
    for entry in reference.node.entries ?? [] where entry.key != "$ref" {
      reference.ignore(entry.key, because: "\(Self.specification), Reference Object: siblings of $ref")
      if entry.key.hasPrefix("x-") || ["title", "summary", "description", "name"].contains(entry.key) { continue }
      diagnostics.warning(
        .noEffect, "'\(entry.key)' has no effect beside '$ref' (\(Self.specification), Reference Object)",
        at: entry.keyPosition, help: "move it into what is referred to")
    }
  }

  // MARK: what many objects have

  /// The choices of a parameter or a variable, listed once for all that refer to it.
  func listedChoices(_ fields: inout Fields) -> [String] {
    let node = fields.node["enum"]
    if let known = node.flatMap({ choiceLists[ObjectIdentifier($0)] }) {
      _ = fields.take("enum")
      return known
    }
    let list = choices(&fields)
    if let node { choiceLists[ObjectIdentifier(node)] = list }
    return list
  }

  /// The texts in the `enum` of a schema.
  func listedChoices(_ node: Node?) -> [String] {
    guard let node else { return [] }
    let list = choiceLists[ObjectIdentifier(node)] ?? node.items?.compactMap(\.string) ?? []
    choiceLists[ObjectIdentifier(node)] = list
    return list
  }

  /// The tags of an object; each may be a reference.
  func tags(_ fields: inout Fields, _ at: Location) -> [Tag] {
    var seen: Set<ByteKey> = []
    return fields.list("tags").enumerated().compactMap { index, node -> Tag? in
      guard let tag = tag(at.child(node, "tags", String(index))) else { return nil }
      if seen.insert(ByteKey(tag.name)).inserted { return tag }
      diagnostics.warning(.duplicate, "the tag '\(tag.name)' is duplicated", at: node.position)
      return nil
    }
  }

  func tag(_ given: Location) -> Tag? {
    guard case (var tag, let at)? = referenced(given, "Tag Object") else { return nil }
    let name = tag.requiredString("name")
    let description = tag.documentation("description")
    externalDocs(&tag, at)
    tag.finish()
    return name.map { Tag(name: $0, description: description, parent: nil) }
  }

  /// An External Documentation Object, or a reference to one.
  func externalDocs(_ fields: inout Fields, _ at: Location) {
    guard let node = fields.take("externalDocs", as: .documentation) else { return }
    externalDocs(at.child(node, "externalDocs"))
  }

  func externalDocs(_ given: Location) {
    guard let (_, at) = referenced(given, "External Documentation Object") else { return }
    Fields.checkExternalDocs(at.node, diagnostics)
  }

  /// A media type, such as `application/json` (RFC 9110, section 8.3.1).
  func contentType(_ fields: inout Fields, _ name: String) -> String? {
    guard let node = fields.take(name), let text = fields.text(node, name) else { return nil }
    let type = text.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    let parts = type.split(separator: "/", omittingEmptySubsequences: false)
    let isToken = { (part: Substring) in
      !part.isEmpty && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"(),/:;<=>?@[\\]".utf8.contains($0) }
    }
    guard parts.count == 2, isToken(parts[0]), isToken(parts[1].prefix { $0 != " " }) else {
      diagnostics.error(
        .badValue, "'\(text)' is not a media type", at: node.position, help: "write it as application/json")
      return nil
    }
    return text
  }
}
