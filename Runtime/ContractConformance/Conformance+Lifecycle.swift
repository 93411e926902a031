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
    // A new one: what was replaced may have nothing left to remove.
    if let patcher = collection.patcher, let reader = collection.reader, mayCall(patcher),
      let (other, _, creation) = await created(in: collection)
    {
      await checkRemoved(other, reader, patcher, creation)
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
    if let writer = writer ?? collection.creator { compare(values, by: writer, to: body, of: reader, exchanges) }
    return body
  }

  /// Follows the `Location` of what was created.
  mutating func checkLocation(_ creation: Exchange, _ creator: OutlinedOperation) async {
    guard let response = creation.response, response.status == 201, let location = response.headers["location"] else {
      return
    }
    let path = Self.path(of: location, from: creation.request)
    let there = outline.operations(matching: path)
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
    guard let (request, response) = await exchange(reader, values) else { return nil }
    let read = Exchange(request: request, response: response)
    fail(ResponseCheck(outline, reader, response).breaches, reader, [read])
    return read
  }

  mutating func checkListed(
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

  mutating func checkDeleted(_ collection: Collection) async {
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
