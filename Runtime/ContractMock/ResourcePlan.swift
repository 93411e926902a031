import ContractOutline
import ServiceCore

/// Which operations are about which resources: `POST /pets` creates what `GET /pets` lists and `/pets/{id}` is one of.
struct ResourcePlan: Sendable {
  enum Role: Sendable {
    case create, read, replace, change, remove
    /// Does something with a resource, and shows it: `POST /orders/{id}/cancellation`.
    case act
    case list(ListLayout)
  }

  struct Collection: Sendable {
    /// Distinguishes collections with the same values in their paths.
    let name: String
    /// The schema that a resource is stored by: that of reading one, or of its creation.
    let schema: Int
    /// The property that is the id; nil where resources do not show theirs.
    let identifier: String?
    /// What an id must satisfy: the schemas of the property and of the path's parameters.
    let identifierSchemas: [Int]
    /// Whether `PUT` creates what is not there.
    let takesNew: Bool
    /// Whether there are operations on a single resource, so that it has an address.
    let hasItems: Bool
  }

  private(set) var collections: [Collection] = []
  private(set) var roles: [Int: (collection: Int, role: Role)] = [:]

  init(_ operations: [OutlinedOperation], _ shape: SchemaShape) {
    var paths: [String: [String: Int]] = [:]
    var below: [String: [Int]] = [:]
    var order: [String] = []
    for (index, operation) in operations.enumerated() {
      let key = Self.key(operation.descriptor.path[...])
      if case .literal? = operation.descriptor.path.last, !["GET", "HEAD", "DELETE"].contains(operation.method) {
        below[Self.key(operation.descriptor.path.dropLast()), default: []].append(index)
      }
      if paths[key] == nil { order.append(key) }
      // Of two operations with one path and method, the router knows the first.
      if paths[key]?[operation.method] == nil { paths[key, default: [:]][operation.method] = index }
    }
    let parents = order.filter { paths[$0 + "/{}"] != nil || paths[$0]?["POST"] != nil && paths[$0]?["GET"] != nil }
    let orphans = order.filter { $0.hasSuffix("/{}") }.map { String($0.dropLast(3)) }.filter { paths[$0] == nil }
    for path in parents + orphans {
      let count = collections.count
      add(path, paths[path] ?? [:], paths[path + "/{}"] ?? [:], operations, shape)
      guard let added = collections.dropFirst(count).first else { continue }
      for index in below[path + "/{}"] ?? [] where roles[index] == nil {
        let shown = operations[index].object(shape).flatMap { shape.chain($0).last }
        if shown == shape.chain(added.schema).last { roles[index] = (count, .act) }
      }
    }
  }

  private static func key(_ path: ArraySlice<OperationDescriptor.PathSegment>) -> String {
    path.map { segment in
      switch segment {
      case .literal(let text): "/" + text
      case .parameter: "/{}"
      case .mixed(let pieces):
        "/" + pieces.map { if case .literal(let text) = $0 { text } else { "{.}" } }.joined()
      }
    }.joined()
  }

  private mutating func add(
    _ path: String, _ whole: [String: Int], _ item: [String: Int], _ operations: [OutlinedOperation],
    _ shape: SchemaShape
  ) {
    let creating = whole["POST"].flatMap { operations[$0].creates(shape) ? $0 : nil }
    let replacing = item["PUT"].flatMap { operations[$0].takesObject(shape) ? $0 : nil }
    guard creating != nil || replacing != nil else { return }
    let listing = whole["GET"].flatMap { index in
      ListLayout(operations[index], shape).map { (index: index, layout: $0) }
    }
    guard !item.isEmpty || listing != nil else { return }
    let schema =
      item["GET"].flatMap { operations[$0].object(shape) } ?? creating.flatMap { operations[$0].object(shape) }
      ?? replacing.flatMap { operations[$0].object(shape) } ?? listing?.layout.item
      ?? (creating ?? replacing).flatMap { operations[$0].requestObject(shape) }
    // A response that is no object, such as a file, is not what was sent.
    guard let schema, item["GET"].map({ operations[$0].object(shape) != nil }) ?? true else { return }
    let properties = shape.properties(of: schema)
    let parameters = item.values.sorted().compactMap { operations[$0].lastParameter }
    let identifier = IdentifierName.candidates(parameters.first?.name ?? "id").first { properties[$0] != nil }
    let collection = collections.count
    collections.append(
      Collection(
        name: path, schema: schema, identifier: identifier,
        identifierSchemas: (identifier.flatMap { properties[$0] }.map { [$0] } ?? []) + parameters.map(\.schema),
        takesNew: replacing.map { creating == nil || operations[$0].declaresCreation } ?? false,
        hasItems: !item.isEmpty))
    if let creating { roles[creating] = (collection, .create) }
    if let listing { roles[listing.index] = (collection, .list(listing.layout)) }
    if let reading = item["GET"] { roles[reading] = (collection, .read) }
    if let replacing { roles[replacing] = (collection, .replace) }
    if let changing = item["PATCH"], operations[changing].takesObject(shape) { roles[changing] = (collection, .change) }
    if let removing = item["DELETE"] { roles[removing] = (collection, .remove) }
  }
}

extension OutlinedOperation {
  /// The response that a success has.
  var successResponse: OutlinedResponse? { success.flatMap(response) }

  /// The schema of the object that a success has; nil for another body or none.
  func object(_ shape: SchemaShape) -> Int? {
    successResponse?.content.first { $0.kind == .json }?.schema.flatMap { shape.isObject($0) ? $0 : nil }
  }

  /// The schema of the object that a request has.
  func requestObject(_ shape: SchemaShape) -> Int? {
    body?.content.first { ($0.kind == .json || $0.kind == .form) && !$0.isList(shape) }?.schema
  }

  fileprivate func takesObject(_ shape: SchemaShape) -> Bool {
    requestObject(shape).map(shape.isObject) ?? body?.content.contains { $0.kind == .json && $0.schema == nil } ?? false
  }

  /// Whether a success says that something new is there: by its status, or by a body that is the new thing.
  fileprivate func creates(_ shape: SchemaShape) -> Bool {
    guard takesObject(shape), let success else { return false }
    return success == 201 || success == 200 && object(shape) != nil
  }

  fileprivate var declaresCreation: Bool {
    responses.contains { $0.status == .code(201) } || !responses.contains { $0.status == .code(404) }
  }

  /// The parameter that ends the path.
  var lastParameter: OutlinedParameter? {
    guard case .parameter(let name)? = descriptor.path.last else { return nil }
    return parameters.first { $0.location == .path && $0.name.utf8.elementsEqual(name.utf8) }
  }
}

extension OutlinedContent {
  fileprivate func isList(_ shape: SchemaShape) -> Bool { schema.map { shape.types(of: $0) == .array } ?? false }
}
