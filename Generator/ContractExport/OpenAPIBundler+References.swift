import ContractModel
import ContractSource
import ContractValues

/// References in a bundle, and what they point to.
extension OpenAPIBundler {
  /// Notes what a reference points to.
  mutating func note(_ target: Location, _ given: BundleKind, from at: Location, _ context: Context) {
    let segments = target.key.segments
    let declared = segments.count == 3 && segments[0] == "components" ? BundleKind(rawValue: segments[1]) : nil
    let kind = declared.flatMap { $0.isComponent ? $0 : nil } ?? given
    var context = context
    if kind == .schemas { context.dialect = resolver.dialect(of: target, referrer: context.dialect) }
    let isKnown = parts.all[target.key].map { !kind.dependsOnContract || $0.places[context.contract] != nil } ?? false
    parts.add(
      target, kind, context.dialect, in: context.contract, kind == .pathItems ? .insertion(at.key) : .component)
    if context.resource != nil {
      // A resource can refer only to other resources.
      guard parts.resource(of: target.key) == nil else { return }
      if let anchor = documentAnchors[ByteKey(target.base)] { return refuse(anchor) }
      divided.insert(ByteKey(target.base))
      identify(target, as: Reference.file(target.path + target.pointer))
      context.resource = parts.ids[target.key]
    } else if isKnown {
      return
    }
    pending.append((target, kind, context))
  }

  /// Lets a schema have a URI in the bundle.
  mutating func identify(_ at: Location, as uri: String) {
    let dialect = parts.all[at.key]?.dialect ?? ownDialect
    guard at.node.entries != nil, !(dialect.ignoresSiblings && at.node["$ref"] != nil) else {
      diagnostics.error(
        .unsupported, "a schema with a '$dynamicRef' refers to this one, which can have no URI in one document",
        at: at.node.position, help: "write an object without '$ref', such as 'allOf: [...]'")
      return
    }
    parts.identify(at.key, as: uri)
  }

  /// A reference as it is written in the bundle.
  mutating func reference(
    _ text: String, _ position: SourcePosition, from at: Location, _ kind: BundleKind, _ context: Context
  ) -> String {
    guard let target = resolver.resolve(text, from: at, at: position) else { return text }
    guard !isWriting else {
      let uri = uri(of: target, context)
      return text.hasPrefix("#") && Reference.decoded(text) == Reference.decoded(uri) ? text : uri
    }
    checkVersion(of: target.path, position)
    note(target, kind, from: at, context)
    return text
  }

  /// The reference to a position that the bundle has.
  func uri(of target: Location, _ context: Context) -> String {
    if let (uri, rest) = parts.resource(of: target.key) {
      return (uri == context.resource ? "#" : rest.isEmpty ? uri : uri + "#") + Reference.encoded(rest)
    }
    return "#" + Reference.encoded(parts.pointer(to: target.key, in: context.contract) ?? "")
  }

  /// A URI that need not lead to anything in the bundle, which is in the folder of its first contract.
  mutating func uri(_ text: String, from at: Location, _ context: Context) -> String {
    if let known = resolver.known(text, from: at), let pointer = parts.pointer(to: known.key, in: context.contract) {
      return "#" + Reference.encoded(pointer)
    }
    let (resource, fragment) = Reference.split(text)
    guard at.path != contracts[0].path, let uri = Reference.resolve(resource, against: at.base) else { return text }
    let ending = fragment.isEmpty ? "" : "#" + fragment
    guard Reference.name(of: uri) != nil else { return uri + ending }
    guard let relative = Reference.relative(uri, to: contracts[0].base) else {
      diagnostics.error(
        .unsupported, "'\(text)' has no URI relative to that of the bundle, '\(contracts[0].base)'",
        at: at.node.position)
      return text
    }
    return relative + ending
  }

  /// Reports a document of the other kind of schemas: one document is either of OpenAPI 3.0 or of a later version.
  mutating func checkVersion(of path: String, _ position: SourcePosition?) {
    let own = contracts[0].node["openapi"]?.string ?? ""
    guard path != contracts[0].path, let root = resolver.document(path)?.node, let other = root["openapi"]?.string,
      own.hasPrefix("3.0") != other.hasPrefix("3.0")
    else { return }
    diagnostics.error(
      .unsupported,
      "'\(path)' is of OpenAPI \(other), and '\(contracts[0].path)' of \(own): they cannot be one document",
      at: position ?? root.position)
  }

  // MARK: security

  /// Requirements, by the names that schemes have in the bundle.
  mutating func security(_ node: Node, _ at: Location, _ context: Context) -> JSONTree {
    guard let items = node.items else { return JSONTree(node) }
    var requirements: [JSONTree] = []
    for item in items {
      let members = (item.entries ?? []).map { (scheme($0, at, context), JSONTree($0.value)) }
      requirements.append(.object(members))
    }
    return .array(requirements)
  }

  private mutating func scheme(_ entry: Node.Entry, _ at: Location, _ context: Context) -> String {
    let root = contracts[context.contract]
    let isURI = entry.key.utf8.contains { "/#.:".utf8.contains($0) }
    let target: Location?
    if let components = root.node["components"], let schemes = components["securitySchemes"],
      let scheme = schemes[entry.key]
    {
      target = root.child(scheme, "components", "securitySchemes", entry.key)
    } else if isURI, root.node["openapi"]?.string?.hasPrefix("3.2") == true {
      target = resolver.resolve(entry.key, from: at, at: entry.keyPosition)
    } else {
      target = nil
    }
    guard let target else { return entry.key }
    guard isWriting else {
      note(target, .securitySchemes, from: at, context)
      return entry.key
    }
    let pointer = parts.pointer(to: target.key, in: context.contract) ?? ""
    let segments = SchemaKey(path: "", pointer: pointer).segments
    return segments.count == 3 && segments[1] == "securitySchemes" ? segments[2] : uri(of: target, context)
  }
}
