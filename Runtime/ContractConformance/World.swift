import ContractOutline
import ContractValues
import ServiceCore

/// What is known of the server's state: its collections, and the things that were created in them.
struct World {
  private(set) var collections: [Collection] = []
  /// The things that are there, by the path of their collection, each by its path parameters; the newest is the last.
  private(set) var things: [String: [Thing]] = [:]
  /// Values to give where a parameter or property of the name asks for one.
  private let known: [(name: String, value: JSONValue)]

  /// The values of the path parameters of a thing, and of the property that it is known by.
  struct Thing: Sendable {
    var parameters: [String: JSONValue]
    /// The last path parameter's value.
    var id: JSONValue
  }

  init(_ outline: Outline, known: [(name: String, value: JSONValue)]) {
    let operations = outline.routes
    self.known = known
    var items: [String: [OutlinedOperation]] = [:]
    for operation in operations where operation.itemParameter != nil {
      items[operation.collectionPath, default: []].append(operation)
    }
    for path in items.keys.sorted() {
      let own = operations.filter { Self.key($0.path) == Self.key(path) }
      guard let all = items[path], let name = all.first?.itemParameter else { continue }
      let reader = all.first { $0.method == "GET" }
      collections.append(
        Collection(
          path: path, parameter: name, names: Collection.names(of: path, name),
          creator: own.first { $0.method == "POST" } ?? reader.flatMap { outline.creator(of: $0) },
          lister: own.first { $0.method == "GET" }, reader: reader,
          replacer: all.first { $0.method == "PUT" }, patcher: all.first { $0.method == "PATCH" },
          deleter: all.first { $0.method == "DELETE" }))
    }
  }

  /// A path without the names of its parameters.
  static func key(_ path: String) -> String {
    var (key, isInside) = ("", false)
    for scalar in path.unicodeScalars {
      if scalar == "{" { isInside = true }
      if !isInside { key.unicodeScalars.append(scalar) }
      if scalar == "}" {
        isInside = false
        key += "{}"
      }
    }
    return key
  }

  mutating func add(_ thing: Thing, to collection: Collection) {
    let key = Self.key(collection.path)
    if things[key, default: []].contains(where: { $0.parameters == thing.parameters }) { return }
    things[key, default: []].append(thing)
  }

  mutating func remove(_ thing: Thing, from collection: Collection) {
    things[Self.key(collection.path)]?.removeAll { $0.parameters == thing.parameters }
  }

  func newest(of collection: Collection) -> Thing? { things[Self.key(collection.path)]?.last }

  /// One of the things that an operation's path leads to.
  func thing(for operation: OutlinedOperation, turn: Int) -> Thing? {
    guard
      let collection = collections.filter({ operation.isBelow($0) }).max(by: { $0.path.utf8.count < $1.path.utf8.count }
      ),
      let all = things[Self.key(collection.path)], !all.isEmpty
    else { return nil }
    return all[all.count - 1 - turn % all.count]
  }

  // MARK: filling in

  /// The request with the ids of things that are there.
  ///
  /// - Parameter thing: the one that the path leads to; else the newest.
  func filled(
    _ values: RequestValues, for operation: OutlinedOperation, _ program: SchemaProgram, with thing: Thing? = nil
  ) -> RequestValues {
    var values = values
    var chosen = thing?.parameters ?? [:]
    for collection in collections.sorted(by: { $0.path.utf8.count > $1.path.utf8.count }) {
      guard operation.isBelow(collection), let last = newest(of: collection) else { continue }
      for (name, value) in last.parameters where chosen[name] == nil { chosen[name] = value }
    }
    for (index, parameter) in operation.parameters.enumerated() {
      let isPath = parameter.location == .path
      guard isPath || values.parameters[index] != nil || parameter.isRequired else { continue }
      let other = reference(parameter.name, for: operation)
      let own = isPath ? chosen[parameter.name] ?? other : other
      for value in [own, own.flatMap(Self.retyped)].compactMap(\.self)
      where program.admits(value, schema: parameter.schema) {
        values.parameters[index] = value
        break
      }
    }
    if let body = values.body, let content = operation.body?.content[checked: body.content],
      case .json(let json) = body.value, let schema = content.schema, !content.isPatch
    {
      let linked = linked(json, for: operation)
      if linked != json, program.admits(linked, schema: schema) { values.body?.value = .json(linked) }
    }
    return values
  }

  /// A number as a text, and the other way round.
  private static func retyped(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .number: return .string(String(decoding: value.json, as: UTF8.self))
    case .string(let text): return ExactDecimal(text).map { .number($0) }
    default: return nil
    }
  }

  /// A body with the ids of things that are there in place of made ones.
  private func linked(_ value: JSONValue, for operation: OutlinedOperation) -> JSONValue {
    switch value {
    case .object(let members):
      .object(
        JSONObject(
          members.map { member in
            if let id = reference(member.key, for: operation), id.isText == member.value.isText {
              return (member.key, id)
            }
            return (member.key, linked(member.value, for: operation))
          }))
    case .array(let items): .array(items.map { linked($0, for: operation) })
    default: value
    }
  }

  /// The value that a name stands for: one that is known, or the id of a thing, as `product_id` of `/products/{id}`.
  /// What an operation creates has an id of its own.
  func reference(_ name: String, for operation: OutlinedOperation) -> JSONValue? {
    if let own = known.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) { return own.value }
    let wanted = Self.plain(name)
    for collection in collections where collection.creator !== operation && collection.names.contains(wanted) {
      if let thing = newest(of: collection) { return thing.id }
    }
    return nil
  }

  /// `product_id`, `productId` and `product-id` are one name.
  static func plain(_ name: String) -> String {
    String(
      decoding: name.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }, as: UTF8.self)
  }
}

/// A collection: a path, and the operations on it and on the things below it.
struct Collection {
  let path: String
  /// The path parameter that tells its things apart.
  let parameter: String
  /// The names by which other operations refer to its things.
  let names: Set<String>
  let creator: OutlinedOperation?
  let lister: OutlinedOperation?
  let reader: OutlinedOperation?
  let replacer: OutlinedOperation?
  let patcher: OutlinedOperation?
  let deleter: OutlinedOperation?

  static func names(of path: String, _ parameter: String) -> Set<String> {
    let last = path.split(separator: "/").last { !$0.contains("{") }.map(String.init) ?? ""
    let plural = World.plain(last)
    var singulars = [plural]
    if plural.hasSuffix("ies") { singulars.append(plural.dropLast(3) + "y") }
    if plural.hasSuffix("es") { singulars.append(String(plural.dropLast(2))) }
    if plural.hasSuffix("s") { singulars.append(String(plural.dropLast())) }
    var names = Set(singulars.map { $0 + "id" })
    if World.plain(parameter) != "id" { names.insert(World.plain(parameter)) }
    return names
  }
}

extension Outline {
  /// The operation elsewhere that creates what an operation reads: it links to it, or answers 201 with the same.
  fileprivate func creator(of reader: OutlinedOperation) -> OutlinedOperation? {
    let posts = routes.filter { $0.method == "POST" }
    if let linked = posts.first(where: { post in
      post.responses.flatMap(\.links).contains { $0.operation.utf8.elementsEqual(reader.id.utf8) }
    }) {
      return linked
    }
    guard let read = reader.response(200)?.content.first?.schema else { return nil }
    return posts.first { post in
      post.responses.contains { $0.status == .code(201) && $0.content.first?.schema.map { isSame($0, read) } ?? false }
    }
  }
}

extension OutlinedOperation {
  /// The parameter that is the whole last segment of the path.
  var itemParameter: String? {
    if case .parameter(let name)? = descriptor.path.last { name } else { nil }
  }

  /// The path without its last segment.
  var collectionPath: String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
  }

  /// Whether its path has the id of a thing of the collection.
  func isBelow(_ collection: Collection) -> Bool {
    let prefix = World.key(collection.path) + "/{}"
    let own = World.key(path)
    return own.hasPrefix(prefix) && (own.utf8.count == prefix.utf8.count || own.dropFirst(prefix.count).first == "/")
  }
}

extension JSONValue {
  var isText: Bool { if case .string = self { true } else { false } }
}

extension Array {
  /// The element at an index that may be out of range.
  subscript(checked index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
