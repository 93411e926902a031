import ContractOutline
import ContractValues
import ServiceCore

/// Changes: what is written is what is read.
extension Conformance {
  /// Whether a property means the same where it is written and where it is read: it does where both have the same schema.
  func isStored(_ name: String, writer: OutlinedContent, _ reader: OutlinedOperation) -> Bool {
    guard let written = writer.schema.flatMap({ outline.child(name, of: $0) }) else { return false }
    return outline.child(name, ofResponses: reader).map { outline.isSame(written, $0) } ?? false
  }

  /// Reports the properties that were sent with other values than an operation then answers.
  mutating func compare(
    _ values: RequestValues, by writer: OutlinedOperation, to body: JSONValue, of reader: OutlinedOperation,
    _ exchanges: [Exchange]
  ) {
    guard case .json(let sent)? = values.body?.value,
      let content = writer.body?.content[checked: values.body?.content ?? 0]
    else { return }
    let verb = writer === reader ? "answered" : "read"
    for difference in sent.differences(from: body) where isStored(difference.name, writer: content, reader) {
      fail(
        .notStored, writer, content.at,
        "'\(difference.name)' was sent as \(difference.sent.short), and is \(verb) as \(difference.read.short)",
        exchanges)
    }
  }

  /// What is put at a path without an id of its own is what is read there.
  mutating func checkStored(_ writer: OutlinedOperation) async {
    guard writer.itemParameter == nil,
      let reader = outline.operation("GET", at: writer),
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
      case .json?:
        guard let body = ResponseCheck(outline, reader, read).value else { continue }
        compare(values, by: writer, to: body, of: reader, exchanges)
      default: break
      }
    }
  }

  mutating func readBack(
    _ reader: OutlinedOperation, _ values: RequestValues, _ writer: OutlinedOperation
  ) async -> (request: HTTPRequest, response: HTTPResponse)? {
    guard let sample = valid(reader, count: 1).first else { return nil }
    return await exchange(reader, sample.withPath(of: writer, values, for: reader))
  }

  mutating func checkChange(
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
  mutating func checkReplaced(
    _ values: RequestValues, _ before: Exchange?, _ after: JSONValue?, _ replacer: OutlinedOperation,
    _ exchanges: [Exchange]
  ) {
    guard case .json(.object(let sent))? = values.body?.value, case .object(let read)? = after,
      let reader = outline.operation("GET", at: replacer),
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
  mutating func checkRemoved(
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
    // What is inside an object first, which is more often forgotten.
    for (pointer, patch) in patches.sorted(by: { $0.pointer.count > $1.pointer.count }).prefix(12) {
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
  mutating func checkPatched(
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

  /// Sends read-only properties, which must be ignored or refused.
  mutating func checkReadOnly(_ collection: Collection, by creator: OutlinedOperation) async {
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
}
