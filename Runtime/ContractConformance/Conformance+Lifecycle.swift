import ContractOutline
import ContractValues
import ServiceCore

/// The life of a thing: created, read, listed, changed, deleted, gone.
extension Conformance {
  mutating func checkLifecycle(of collection: Collection) async {
    guard !isOver, let (thing, values, creation) = await created(in: collection) else {
      if !isOver, let creator = collection.creator, mayCall(creator) {
        skip(
          creator,
          "no valid request created anything"
            + (refusals[ObjectIdentifier(creator)].map { "; the last was answered with \($0)" } ?? ""))
      }
      return
    }
    var exchanges = [creation]
    let first = await checkRead(thing, collection, written: values, &exchanges)
    if let first { await checkListed(thing, collection, first, exchanges) }
    await checkLinks(creation, collection)
    for writer in [collection.creator, collection.replacer].compactMap(\.self) {
      await checkReadOnly(collection, by: writer)
    }
    if let replacer = collection.replacer { await checkChange(thing, collection, replacer, creation) }
    if let patcher = collection.patcher { await checkChange(thing, collection, patcher, creation) }
    if let patcher = collection.patcher, let reader = collection.reader, mayCall(patcher) {
      await checkRemoved(thing, reader, patcher, creation)
    }
    await checkDeleted(collection)
  }

  /// Reads a thing that must be there; its body.
  mutating func checkRead(
    _ thing: World.Thing, _ collection: Collection, written values: RequestValues, by writer: OutlinedOperation? = nil,
    _ exchanges: inout [Exchange]
  ) async -> JSONValue? {
    guard let reader = collection.reader, mayCall(reader) else { return nil }
    guard let exchange = await read(thing, reader), let response = exchange.response else { return nil }
    exchanges.append(exchange)
    guard response.status < 300 else {
      if response.status < 500, !response.isRefusedCaller {
        fail(.createdNotFound, reader, reader.at, "what was created is answered with \(response.status)", exchanges)
      }
      return nil
    }
    guard let body = ResponseCheck(outline, reader, response).value else { return nil }
    guard let writer = writer ?? collection.creator, case .json(let sent)? = values.body?.value,
      let content = writer.body?.content[checked: values.body?.content ?? 0]
    else { return body }
    for difference in sent.differences(from: body) where isStored(difference.name, writer: content, reader) {
      fail(
        .notStored, writer, content.at,
        "'\(difference.name)' was sent as \(difference.sent.short), and is read as \(difference.read.short)", exchanges)
    }
    return body
  }

  /// Follows the `Location` of what was created.
  mutating func checkLocation(_ creation: Exchange, _ creator: OutlinedOperation) async {
    guard let response = creation.response, response.status == 201, let location = response.headers["location"] else {
      return
    }
    let path = Self.path(of: location, from: creation.request)
    let there = outline.routes.filter {
      RoutedRequest(HTTPRequest(method: $0.method, path: path), for: $0.descriptor) != nil
    }
    guard let reader = there.first(where: { $0.method == "GET" }) else {
      if there.isEmpty {
        fail(
          .createdNotFound, creator, creator.at, "Location is '\(location.prefix(200))', where there is no operation",
          [creation])
      }
      return
    }
    guard mayCall(reader), let sample = valid(reader, count: 1).first,
      let (sent, answer) = await exchange(reader, sample, { $0.path = path })
    else { return }
    if answer.status == 404 || answer.status == 410 {
      fail(
        .createdNotFound, creator, creator.at,
        "Location is '\(location.prefix(200))', which is answered with \(answer.status)",
        [creation, Exchange(request: sent, response: answer)])
    }
  }

  /// The path of a URI reference (RFC 3986, section 5.2).
  static func path(of reference: String, from request: HTTPRequest) -> String {
    var text = reference
    if let scheme = text.firstRange(of: "://") {
      text = text[scheme.upperBound...].firstIndex(of: "/").map { String(text[$0...]) } ?? "/"
    }
    text = String(text.prefix { $0 != "?" && $0 != "#" })
    if text.hasPrefix("/") { return text }
    let folder = request.path.lastIndex(of: "/").map { String(request.path[...$0]) } ?? "/"
    return folder + text
  }

  mutating func read(_ thing: World.Thing, _ reader: OutlinedOperation) async -> Exchange? {
    guard let sample = valid(reader, count: 1).first else { return nil }
    let values = world.filled(sample, for: reader, outline.program, with: thing)
    return await exchange(reader, values).map { Exchange(request: $0.request, response: $0.response) }
  }

  /// Whether a property means the same where it is written and where it is read: it does where both have the same schema.
  func isStored(_ name: String, writer: OutlinedContent, _ reader: OutlinedOperation) -> Bool {
    guard let written = writer.schema.flatMap({ outline.child(name, of: $0) }) else { return false }
    return outline.child(name, ofResponses: reader).map { outline.isSame(written, $0) } ?? false
  }

  /// What is put at a path without an id of its own is what is read there.
  mutating func checkStored(_ writer: OutlinedOperation) async {
    guard writer.itemParameter == nil,
      let reader = outline.routes.first(where: { $0.method == "GET" && World.key($0.path) == World.key(writer.path) }),
      mayCall(reader)
    else { return }
    for sample in valid(writer, count: 8).reversed() {
      let values = world.filled(renewed(sample, writer), for: writer, outline.program)
      guard let (request, response) = await exchange(writer, values), response.status < 300,
        let (again, read) = await readBack(reader, values, writer)
      else { continue }
      let exchanges = [Exchange(request: request, response: response), Exchange(request: again, response: read)]
      guard read.status < 300 else {
        fail(.createdNotFound, reader, reader.at, "what was put is answered with \(read.status)", exchanges)
        continue
      }
      switch values.body?.value {
      case .bytes(let bytes)? where bytes != read.body:
        fail(.notStored, writer, writer.at, "\(bytes.count) bytes were put, and other ones are read", exchanges)
      case .json(let sent)?:
        guard let body = ResponseCheck(outline, reader, read).value,
          let content = writer.body?.content[checked: values.body?.content ?? 0]
        else { continue }
        for difference in sent.differences(from: body) where isStored(difference.name, writer: content, reader) {
          fail(
            .notStored, writer, content.at,
            "'\(difference.name)' was sent as \(difference.sent.short), and is read as \(difference.read.short)",
            exchanges)
        }
      default: break
      }
    }
  }

  private mutating func readBack(
    _ reader: OutlinedOperation, _ values: RequestValues, _ writer: OutlinedOperation
  ) async -> (request: HTTPRequest, response: HTTPResponse)? {
    guard let sample = valid(reader, count: 1).first else { return nil }
    return await exchange(reader, sample.withPath(of: writer, values, for: reader))
  }

  // MARK: lists

  private mutating func checkListed(
    _ thing: World.Thing, _ collection: Collection, _ body: JSONValue, _ exchanges: [Exchange]
  ) async {
    guard let lister = collection.lister, mayCall(lister), let list = await items(of: lister, limit: nil) else {
      return
    }
    let isThere = list.items.contains { $0.isKnown(by: thing.id, collection) }
    if !isThere, list.isWhole, list.items.allSatisfy({ if case .object = $0 { true } else { false } }) {
      fail(.notListed, lister, lister.at, "what was created is not in the list", exchanges + list.exchanges)
    }
    if isThere { await checkFilters(of: lister, by: body) }
  }

  // MARK: changes

  private mutating func checkChange(
    _ thing: World.Thing, _ collection: Collection, _ changer: OutlinedOperation, _ creation: Exchange
  ) async {
    guard mayCall(changer), let reader = collection.reader else { return }
    for sample in valid(changer, count: 6).dropFirst() {
      var values = world.filled(renewed(sample, changer), for: changer, outline.program, with: thing)
      let before = await read(thing, reader)
      if let etag = before?.response?.headers["etag"] { values = values.matching(etag, changer) }
      guard let (request, response) = await exchange(changer, values), response.status < 300 else { continue }
      var exchanges = [creation, Exchange(request: request, response: response)]
      let content = changer.body?.content[checked: values.body?.content ?? 0]
      if content?.isPatch == true {
        await checkPatched(thing, reader, values, before, changer, &exchanges)
      } else {
        let body = await checkRead(thing, collection, written: values, by: changer, &exchanges)
        if changer.method == "PUT" { checkReplaced(values, before, body, changer, exchanges) }
      }
      guard let after = exchanges.last?.response, let old = before?.response, after.status < 300 else { continue }
      if let tag = after.headers["etag"], tag == old.headers["etag"], after.body != old.body {
        fail(.conditional, reader, reader.at, "the ETag is \(tag) before and after a change", exchanges)
      }
    }
  }

  /// What a replacement leaves out does not stay (RFC 9110, section 9.3.4).
  private mutating func checkReplaced(
    _ values: RequestValues, _ before: Exchange?, _ after: JSONValue?, _ replacer: OutlinedOperation,
    _ exchanges: [Exchange]
  ) {
    guard case .json(.object(let sent))? = values.body?.value, case .object(let read)? = after,
      let reader = outline.routes.first(where: { $0.method == "GET" && World.key($0.path) == World.key(replacer.path) }
      ),
      let old = before?.response, case .object(let earlier)? = ResponseCheck(outline, reader, old).value,
      let content = replacer.body?.content[checked: values.body?.content ?? 0], let schema = content.schema
    else { return }
    let declared = Set(outline.propertyNames(of: schema))
    for member in earlier where sent[member.key] == nil && declared.contains(member.key) && member.value.isTelling {
      guard read[member.key] == member.value, isStored(member.key, writer: content, reader) else { continue }
      fail(
        .notStored, replacer, content.at,
        "'\(member.key)' is not in the replacement, and is still \(member.value.short)", exchanges)
    }
  }

  /// Removes members of a thing by a patch: those that are null in it go, in objects too.
  private mutating func checkRemoved(
    _ thing: World.Thing, _ reader: OutlinedOperation, _ patcher: OutlinedOperation, _ creation: Exchange
  ) async {
    guard let index = patcher.body?.content.firstIndex(where: \.isPatch), let content = patcher.body?.content[index],
      let schema = content.schema, let sample = valid(patcher, count: 1).first,
      let before = await read(thing, reader), let old = before.response,
      case .object(let earlier)? = ResponseCheck(outline, reader, old).value
    else { return }
    var patches: [(pointer: [String], patch: JSONValue)] = []
    for member in earlier where member.value != .null && outline.child(member.key, of: schema) != nil {
      if !outline.isRequired(member.key, of: schema) { patches.append(([member.key], [member.key: .null])) }
      if case .object(let inner) = member.value, let first = inner.first {
        patches.append(([member.key, first.key], [member.key: .object([first.key: .null])]))
      }
    }
    for (pointer, patch) in patches.prefix(8) {
      var values = world.filled(renewed(sample, patcher), for: patcher, outline.program, with: thing)
      values.body = BodyValues(content: index, .json(patch))
      if let etag = await read(thing, reader)?.response?.headers["etag"] { values = values.matching(etag, patcher) }
      guard let (request, response) = await exchange(patcher, values), response.status < 300,
        let exchange = await read(thing, reader), let got = exchange.response, got.status < 300
      else { continue }
      let left = pointer.reduce(ResponseCheck(outline, reader, got).value) { $0?[$1] }
      let was = pointer.reduce(JSONValue.object(earlier)) { $0[$1] ?? .null }
      if let left, left != .null, left == was, left.isTelling {
        fail(
          .notStored, patcher, content.at,
          "'\(pointer.joined(separator: "/"))' was patched to null, and is still \(left.short) (RFC 7396)",
          [creation, Exchange(request: request, response: response), exchange])
      }
    }
  }

  /// A merge patch changes its members, removes those that are null, and leaves all others (RFC 7396).
  private mutating func checkPatched(
    _ thing: World.Thing, _ reader: OutlinedOperation, _ values: RequestValues, _ before: Exchange?,
    _ patcher: OutlinedOperation, _ exchanges: inout [Exchange]
  ) async {
    guard case .json(.object(let patch))? = values.body?.value, let exchange = await read(thing, reader) else { return }
    exchanges.append(exchange)
    guard let response = exchange.response, response.status < 300,
      case .object(let after)? = ResponseCheck(outline, reader, response).value,
      let old = before?.response, case .object(let earlier)? = ResponseCheck(outline, reader, old).value,
      let content = patcher.body?.content[checked: values.body?.content ?? 0]
    else { return }
    for member in patch where isStored(member.key, writer: content, reader) {
      let read = after[member.key]
      let isRight =
        member.value == .null
        ? read == nil || read == .null || read != earlier[member.key]
        : read.map { member.value.differences(from: $0).isEmpty && member.value.isEqual(to: $0) } ?? false
      if !isRight {
        fail(
          .notStored, patcher, content.at,
          "'\(member.key)' was patched to \(member.value.short), and is read as \(read?.short ?? "absent")", exchanges)
      }
    }
    for member in earlier
    where patch[member.key] == nil && isStored(member.key, writer: content, reader) && after[member.key] != member.value
    {
      fail(
        .notStored, patcher, content.at,
        "'\(member.key)' is not in the patch, and was changed from \(member.value.short) to \(after[member.key]?.short ?? "absent")",
        exchanges)
    }
  }

  // MARK: read-only properties

  /// Sends read-only properties, which must be ignored or refused.
  private mutating func checkReadOnly(_ collection: Collection, by creator: OutlinedOperation) async {
    guard mayCall(creator), let reader = collection.reader,
      let content = creator.body?.content.first(where: { $0.kind == .json }), let schema = content.schema
    else { return }
    let hidden = outline.hiddenNames(of: schema)
    guard !hidden.isEmpty, let sample = valid(creator, count: 1).first,
      case .json(.object(var body))? = sample.body?.value
    else { return }
    var sent: [(name: String, value: JSONValue)] = []
    var responses = outline.sampler(seed: options.seed &+ 7, direction: .response)
    for name in hidden {
      guard
        let own = outline.child(name, ofResponses: reader),
        let value = responses.valid(own, count: 3).values.last
      else { continue }
      body[name] = value
      sent.append((name, value))
    }
    var values = world.filled(renewed(sample, creator), for: creator, outline.program)
    values.body?.value = .json(.object(body))
    guard let (request, response) = await exchange(creator, values), response.status < 300 else { return }
    let creation = Exchange(request: request, response: response)
    let written = creator.itemParameter == nil ? thing(of: creation, values, collection) : world.newest(of: collection)
    guard let thing = written, let exchange = await read(thing, reader),
      let got = exchange.response, got.status < 300, let stored = ResponseCheck(outline, reader, got).value
    else { return }
    if creator.itemParameter == nil { world.add(thing, to: collection) }
    for (name, value) in sent where stored[name] == value && value.isTelling {
      fail(
        .readOnlyTaken, creator, content.at, "'\(name)' is read-only, and the sent \(value.short) is what is read",
        [creation, exchange])
    }
  }

  // MARK: the end

  private mutating func checkDeleted(_ collection: Collection) async {
    guard let deleter = collection.deleter, mayCall(deleter), let (thing, _, creation) = await created(in: collection),
      let sample = valid(deleter, count: 1).first
    else { return }
    var values = world.filled(renewed(sample, deleter), for: deleter, outline.program, with: thing)
    if let reader = collection.reader, let etag = await read(thing, reader)?.response?.headers["etag"] {
      values = values.matching(etag, deleter)
    }
    guard let (request, response) = await exchange(deleter, values) else { return }
    var exchanges = [creation, Exchange(request: request, response: response)]
    if response.status == 404 {
      fail(.createdNotFound, deleter, deleter.at, "what was created cannot be deleted: 404", exchanges)
    }
    guard response.status < 300 else { return }
    world.remove(thing, from: collection)
    // A thing that is answered as it is now was changed, such as cancelled.
    if let reader = collection.reader, outline.answersThing(deleter, of: reader, response.status) { return }
    if let reader = collection.reader, let exchange = await read(thing, reader), let gone = exchange.response {
      exchanges.append(exchange)
      if gone.status < 400 {
        fail(.notDeleted, reader, deleter.at, "what was deleted is answered with \(gone.status)", exchanges)
      }
    }
    if let lister = collection.lister, mayCall(lister), let list = await items(of: lister, limit: nil),
      list.items.contains(where: { $0.isKnown(by: thing.id, collection) })
    {
      fail(.notDeleted, lister, deleter.at, "what was deleted is still listed", exchanges + list.exchanges)
    }
  }

  // MARK: links

  mutating func checkLinks(_ exchange: Exchange, _ collection: Collection) async {
    guard let creator = collection.creator, let response = exchange.response else { return }
    let context = LinkedExchange(ExpressionContext(exchange.request, creator.descriptor, response: response))
    for link in creator.response(response.status)?.links ?? [] {
      guard let target = outline.routes.first(where: { $0.id.utf8.elementsEqual(link.operation.utf8) }),
        mayCall(target),
        target.method != "DELETE", let sample = valid(target, count: 1).first
      else { continue }
      var values = world.filled(sample, for: target, outline.program)
      var missing: String?
      for (name, value) in link.parameters {
        let plain = name.split(separator: ".").last.map(String.init) ?? name
        guard let index = target.parameters.firstIndex(where: { $0.name == plain || $0.name == name }) else { continue }
        values.parameters[index] = value.text.map { context.value($0, JSONValue.self) } ?? value
        if values.parameters[index] == nil { missing = value.text }
      }
      if let missing {
        fail(.link, creator, link.at, "the response has no value for '\(missing)'", [exchange])
        continue
      }
      guard let (request, answer) = await self.exchange(target, renewed(values, target)) else { continue }
      if answer.status == 404 || answer.status == 400 || answer.status == 410 {
        fail(
          .link, creator, link.at, "the link '\(link.name)' leads to \(answer.status)",
          [exchange, Exchange(request: request, response: answer)])
      }
    }
  }
}

extension Outline {
  /// Whether an operation answers with what another one reads.
  func answersThing(_ operation: OutlinedOperation, of reader: OutlinedOperation, _ status: Int) -> Bool {
    guard let own = operation.response(status)?.content.first?.schema,
      let read = reader.response(200)?.content.first?.schema
    else { return false }
    return isSame(own, read)
  }

  /// The schema of a property of what an operation answers.
  func child(_ name: String, ofResponses operation: OutlinedOperation) -> Int? {
    for content in operation.responses.flatMap(\.content) {
      if let found = content.schema.flatMap({ child(name, of: $0) }) { return found }
    }
    return nil
  }

  /// The schemas that apply to the same values as a schema, itself first.
  ///
  /// - Parameter withBranches: also those of which one applies.
  private func together(with schema: Int, withBranches: Bool = false) -> [Int] {
    var (pending, all, seen) = ([schema], [Int](), Set<Int>())
    while let next = pending.popLast() {
      guard seen.insert(next).inserted, let keywords = program.keywords(next) else { continue }
      all.append(next)
      pending += [keywords.reference].compactMap(\.self) + keywords.allOf
      if withBranches { pending += keywords.oneOf + keywords.anyOf }
    }
    return all
  }

  /// The names of the properties that the direction of a schema omits.
  func hiddenNames(of schema: Int) -> [String] { together(with: schema).flatMap { schemas[checked: $0]?.hidden ?? [] } }

  /// The names of the properties of a schema.
  func propertyNames(of schema: Int) -> [String] {
    together(with: schema, withBranches: true).flatMap { program.keywords($0)?.properties.map(\.key) ?? [] }
  }

  /// Whether a property is required by a schema.
  func isRequired(_ name: String, of schema: Int) -> Bool {
    together(with: schema).contains { part in
      program.keywords(part)?.required.contains { $0.utf8.elementsEqual(name.utf8) } ?? false
    }
  }

  /// Whether two schemas say the same, as far as it matters here.
  func isSame(_ one: Int, _ other: Int) -> Bool {
    let (one, other) = (target(one), target(other))
    if one == other { return true }
    guard schemas.indices.contains(one), schemas.indices.contains(other) else { return false }
    if schemas[one].at.utf8.elementsEqual(schemas[other].at.utf8) { return true }
    guard let own = program.keywords(one), let others = program.keywords(other) else { return false }
    return own.types?.subtracting(.null) == others.types?.subtracting(.null) && own.format == others.format
      && own.types?.isDisjoint(with: [.object, .array]) ?? false
  }

  private func target(_ schema: Int) -> Int {
    var (schema, steps) = (schema, 0)
    while steps < 64, let keywords = program.keywords(schema), let next = keywords.reference {
      (schema, steps) = (next, steps + 1)
    }
    return schema
  }
}

extension JSONValue {
  /// The members of this object that another one has with another value.
  func differences(from other: JSONValue) -> [(name: String, sent: JSONValue, read: JSONValue)] {
    guard case .object(let own) = self, case .object(let others) = other else { return [] }
    return own.compactMap { member in
      guard let read = others[member.key], !member.value.isEqual(to: read) else { return nil }
      return (member.key, member.value, read)
    }
  }

  /// Whether a value that was read is one that was sent: what a service adds to an object is not a difference, nor how a
  /// text is spaced or written in capitals, nor the notation of a time.
  func isEqual(to read: JSONValue) -> Bool {
    switch (self, read) {
    case (.object(let own), .object(let others)):
      own.allSatisfy { member in others[member.key].map { member.value.isEqual(to: $0) } ?? true }
    case (.array(let own), .array(let others)):
      own.count == others.count && zip(own, others).allSatisfy { $0.isEqual(to: $1) }
    case (.string(let own), .string(let other)):
      own.utf8.elementsEqual(other.utf8) || own.plainWords == other.plainWords
        || Timestamp(parameter: own).map { $0 == Timestamp(parameter: other) } ?? false
    // A reader may keep a number as a double (RFC 8259, section 6).
    case (.number(let own), .number(let other)):
      own == other || Double(own.description).map { $0 == Double(other.description) } ?? false
    default: self == read
    }
  }

  /// Whether it can be told from what a service would have chosen by itself.
  var isTelling: Bool {
    switch self {
    case .null, .boolean: false
    case .number(let number): number != .zero && number != ExactDecimal(1)
    case .string(let text): text.utf8.count > 2
    case .array(let items): !items.isEmpty
    case .object(let members): !members.isEmpty
    }
  }

  /// Whether an item is the thing with an id.
  func isKnown(by id: JSONValue, _ collection: Collection) -> Bool {
    guard case .object(let members) = self else { return self.plainText == id.plainText }
    return members.contains { member in
      (member.key == "id" || collection.names.contains(World.plain(member.key)) || member.key == collection.parameter)
        && member.value.plainText == id.plainText
    }
  }

  private var plainText: String? {
    switch self {
    case .string(let text): text
    case .number: String(decoding: json, as: UTF8.self)
    default: nil
    }
  }
}

extension String {
  fileprivate var plainWords: String { lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
