import ContractOutline
import ContractValues
import ServiceCore

/// Creates the things that other requests are about.
extension Conformance {
  /// Creates a thing in each collection, so that later requests have ids to give. A second round creates what needed
  /// things of a collection that comes later.
  mutating func prepare() async {
    for round in 0..<2 {
      for collection in world.collections {
        guard let creator = collection.creator, mayCall(creator) else { continue }
        if round == 1, world.newest(of: collection) != nil { continue }
        _ = await created(in: collection)
      }
    }
  }

  /// Creates a thing; nil where no request succeeds.
  ///
  /// - Parameter depth: how many things may be created for it that it belongs to.
  mutating func created(
    in collection: Collection, depth: Int = 2
  ) async -> (thing: World.Thing, values: RequestValues, exchange: Exchange)? {
    guard let creator = collection.creator, mayCall(creator), !isOver else { return nil }
    var isRenewed = false
    // The richest first: there is the most to look for later. What is taken is not created twice: new ones follow.
    let all = valid(creator, count: 12).map { (values: $0, size: $0.body?.size ?? 0) }
    var pending = all.sorted(by: { $0.size > $1.size }).map(\.values)[...]
    var isExtended = false
    while true {
      if pending.isEmpty, !isExtended { (pending, isExtended) = (unsent(creator), true) }
      guard let values = pending.popFirst() else { return nil }
      let filled = world.filled(renewed(values, creator), for: creator, outline.program)
      guard let (request, response) = await exchange(creator, filled) else { continue }
      if response.status >= 300 {
        refusals[ObjectIdentifier(creator)] = "\(response.status): \(response.summary)"
        // What it belongs to may be taken.
        if !isRenewed, [404, 409, 422].contains(response.status) { await renewParents(of: creator, depth: depth) }
        isRenewed = true
        continue
      }
      let exchange = Exchange(request: request, response: response)
      guard let thing = thing(of: exchange, filled, collection) else { continue }
      world.add(thing, to: collection)
      return (thing, filled, exchange)
    }
  }

  /// Creates new things of the collections that a request of an operation refers to.
  mutating func renewParents(of operation: OutlinedOperation, depth: Int = 2) async {
    guard depth > 0 else { return }
    var names = Set(operation.parameters.map { World.plain($0.name) })
    for content in operation.body?.content ?? [] {
      names.formUnion(content.schema.map { outline.propertyNames(of: $0).map(World.plain) } ?? [])
    }
    for parent in world.collections where parent.creator !== operation {
      if operation.isBelow(parent) || !parent.names.isDisjoint(with: names) {
        _ = await created(in: parent, depth: depth - 1)
      }
    }
  }

  /// What a response says was created: by its `Location`, by a link, or by its body.
  func thing(of exchange: Exchange, _ values: RequestValues, _ collection: Collection) -> World.Thing? {
    guard let response = exchange.response, let creator = collection.creator else { return nil }
    var parameters: [String: JSONValue] = [:]
    for (index, parameter) in creator.parameters.enumerated() where parameter.location == .path {
      parameters[parameter.name] = values.parameters[index]
    }
    guard let id = location(response, collection) ?? linked(exchange, collection) ?? identity(response.json, collection)
    else { return nil }
    parameters[collection.parameter] = id
    return World.Thing(parameters: parameters, id: id)
  }

  private func location(_ response: HTTPResponse, _ collection: Collection) -> JSONValue? {
    guard let location = response.headers["location"],
      let item = collection.reader ?? collection.deleter ?? collection.replacer
    else { return nil }
    let request = HTTPRequest(
      method: item.method, path: Self.path(of: location, from: HTTPRequest(method: "POST", path: collection.path)))
    guard let routed = RoutedRequest(request, for: item.descriptor), let value = routed.pathValues.last else {
      return nil
    }
    return .string(value)
  }

  private func linked(_ exchange: Exchange, _ collection: Collection) -> JSONValue? {
    guard let response = exchange.response, let creator = collection.creator, let reader = collection.reader else {
      return nil
    }
    let links = creator.response(response.status)?.links ?? []
    guard let link = links.first(where: { $0.operation.utf8.elementsEqual(reader.id.utf8) }),
      let value = link.parameters.first(where: { $0.name.hasSuffix(collection.parameter) })?.value.text
    else { return nil }
    let context = ExpressionContext(exchange.request, creator.descriptor, response: response)
    return LinkedExchange(context).value(value, JSONValue.self)
  }

  private func identity(_ body: JSONValue?, _ collection: Collection) -> JSONValue? {
    guard case .object(let members)? = body else { return nil }
    let names = collection.names.union([World.plain(collection.parameter), "id"])
    let own =
      members.first { $0.key.utf8.elementsEqual(collection.parameter.utf8) }
      ?? members.first { names.contains(World.plain($0.key)) }
    switch own?.value {
    case .string(let text)?: return text.isEmpty ? nil : .string(text)
    case .number(let number)?: return .number(number)
    default: return nil
    }
  }
}
