import ContractSource
import ContractValues

/// Resolves references to nodes in the files of the contracts' folder, by `$id`s and anchors. It never accesses the
/// network: the target of a remote reference is its copy in that folder.
public final class ReferenceResolver {
  private let source: SourceReader
  let diagnostics: Diagnostics
  /// Whether a file has any `$schema` or `schemaFormat`, by path.
  private var mentions: [ByteKey: Bool] = [:]
  private var indexes: [ByteKey: DocumentIndex] = [:]
  /// All resources and anchors found so far, by URI.
  private var resources: [ByteKey: Location] = [:]
  private var anchors: [ByteKey: Location] = [:]
  /// The ends of chains of references that pointers lead through, by the first of each.
  private var ends: [ObjectIdentifier: Location?] = [:]
  /// How many pointers lead through the reference that is being followed.
  private var depth = 0

  public init(source: SourceReader, diagnostics: Diagnostics) {
    self.source = source
    self.diagnostics = diagnostics
  }

  /// The root of the document in a file; nil, with a diagnostic, when it cannot be read.
  ///
  /// - Parameter location: the URL of a copy of a remote document.
  public func document(_ path: String, referredFrom position: SourcePosition? = nil, location: String? = nil)
    -> Location?
  {
    let file = ByteKey(Reference.file(path))
    if let known = indexes[ByteKey(path)] { return known.resources[file] ?? resources[file] }
    guard let node = source.document(at: path, referredFrom: position) else { return nil }
    // `$self` is the document's own URI (OpenAPI 3.2, section 4.1.2).
    let base = location ?? file.text
    let own = node["$self"]?.string.flatMap { Reference.resolve($0, against: base) }
    let root = Location(node: node, path: path, pointer: "", base: own ?? base)
    let index = DocumentIndex(root)
    indexes[ByteKey(path)] = index
    resources.merge(index.resources) { first, _ in first }
    anchors.merge(index.anchors) { first, _ in first }
    resources[file] = resources[file] ?? root
    return root
  }

  /// The name under which `$recursiveAnchor` (2019-09) is a dynamic anchor: no `$dynamicAnchor` has it.
  public static let recursiveAnchor = ""

  /// The anchor by which a `$dynamicRef` or `$recursiveRef` uses the dynamic scope; nil when its target has none, and
  /// it is a plain reference (core, section 8.2.3.2; 2019-09 core, section 8.2.4.2.1).
  public static func dynamicAnchor(of keyword: Keyword, _ text: String, to target: Location) -> String? {
    if keyword == .recursiveRef {
      guard case .bool(true)? = target.node["$recursiveAnchor"]?.value else { return nil }
      return recursiveAnchor
    }
    let name = Reference.split(text).fragment
    return target.node["$dynamicAnchor"]?.string == name ? name : nil
  }

  /// The dynamic anchors of the resource that a location belongs to.
  public func dynamicAnchors(of at: Location) -> [(name: String, location: Location)] {
    indexes[ByteKey(at.path)]?.dynamicAnchors[ByteKey(at.base)] ?? []
  }

  /// The root of the resource that a location belongs to.
  public func resource(of at: Location) -> Location? { resources[ByteKey(at.base)] }

  private static let helpForPaths =
    "a $ref may name a file inside that folder by a relative path, such as ../shared/problem.yaml"

  /// Resolves a reference in the node `at`; nil, with a diagnostic, when its target does not exist.
  public func resolve(_ reference: String, from given: Location, at position: SourcePosition) -> Location? {
    let (text, fragment) = Reference.split(reference)
    let at = relocated(given, for: reference, at: position)
    guard !text.contains("\\"), let uri = Reference.resolve(text, against: at.base),
      let root = root(uri, reference, position)
    else {
      if !text.contains("\\"), Reference.resolve(text, against: at.base) != nil { return nil }
      let isRelative = !text.hasPrefix("/") && !text.contains("\\")
      diagnostics.error(
        .referenceOutside, "'\(reference)' leads out of the contracts' folder '\(source.rootName)'", at: position,
        help: isRelative
          ? "name a folder that holds both files: --root DIR, or 'root: DIR' in a target's api.yaml"
          : Self.helpForPaths)
      return nil
    }
    if fragment.isEmpty { return root }
    let decoded = Reference.decoded(fragment)
    if decoded.hasPrefix("/") {
      if let target = walk(root, decoded) { return target }
      diagnostics.error(
        .brokenReference, "there is nothing at '\(reference)'", at: position,
        help: text.isEmpty
          ? local(decoded, at) ?? suggestion(decoded, in: root.node) : suggestion(decoded, in: root.node))
    } else {
      if let target = anchors[ByteKey(root.base + "#" + decoded)] { return target }
      let prefix = root.base + "#"
      let names = anchors.keys.map(\.text.utf8).filter { $0.starts(with: prefix.utf8) }
        .map { String(Substring($0.dropFirst(prefix.utf8.count))) }
      diagnostics.error(
        .brokenReference, "there is no anchor '\(decoded)'", at: position,
        help: diagnostics.nearest(decoded, among: names).map { "did you mean '#\($0)'?" }
          ?? "a pointer begins with '#/'")
    }
    return nil
  }

  /// An `$id` is often only a name: a relative reference that leads nowhere by it is relative to the document, as it is for
  /// other tools. In files of schemas that is so where there is such a file, and no copy of what the `$id` says.
  private func relocated(_ at: Location, for reference: String, at position: SourcePosition) -> Location {
    guard Reference.scheme(of: reference) == nil, let root = document(at.path), ByteKey(root.base) != ByteKey(at.base),
      known(reference, from: at) == nil
    else { return at }
    if root.node["asyncapi"] != nil { return at.with(base: root.base) }
    let text = Reference.split(reference).resource
    guard !text.isEmpty, let uri = Reference.resolve(text, against: at.base), Reference.isRemote(uri),
      !source.hasCopy(of: uri), let file = Reference.resolve(text, against: root.base).flatMap(Reference.path(of:)),
      source.hasFile(file)
    else { return at }
    diagnostics.warning(
      .contradiction, "'\(text)' is read beside this file: by the $id here it is '\(uri)', of which there is no copy",
      at: position, help: "remove the $id, or fetch a copy: ./charter vendor CONTRACT")
    return at.with(base: root.base)
  }

  /// The target of a reference in a document that was read; nil where it is in another, or nowhere.
  public func known(_ reference: String, from at: Location) -> Location? {
    let (text, fragment) = Reference.split(reference)
    guard let root = Reference.resolve(text, against: at.base).flatMap({ resources[ByteKey($0)] }) else { return nil }
    let decoded = Reference.decoded(fragment)
    return decoded.isEmpty
      ? root : decoded.hasPrefix("/") ? walk(root, decoded) : anchors[ByteKey(root.base + "#" + decoded)]
  }

  /// The dialect of a target: its own, its document's, or in a file that does not specify one that of the referrer.
  public func dialect(of target: Location, referrer: Dialect) -> Dialect {
    guard let root = document(target.path)?.node else { return referrer }
    if let version = root["openapi"]?.string {
      if version.hasPrefix("3.0") { return .openAPI30 }
      return declared(in: root, target)
        ?? root["jsonSchemaDialect"]?.string.flatMap(Dialect.init(uri:)) ?? .draft2020
    }
    if root["asyncapi"] != nil { return declared(in: root, target) ?? .asyncAPI }
    return declared(in: root, target) ?? referrer
  }

  private func declared(in root: Node, _ target: Location) -> Dialect? {
    let file = root.position.file
    let isAny = mentions[ByteKey(target.path)] ?? (file.mentions("$schema") || file.mentions("schemaFormat"))
    mentions[ByteKey(target.path)] = isAny
    return isAny ? Dialect.declared(in: root, at: target.pointer) : nil
  }

  private func root(_ uri: String, _ reference: String, _ position: SourcePosition) -> Location? {
    if let known = resources[ByteKey(uri)] { return known }
    if let path = Reference.path(of: uri) { return document(path, referredFrom: position) }
    guard Reference.name(of: uri) == nil else {
      diagnostics.error(
        .referenceOutside, "'\(reference)' is not the path of a file in the contracts' folder '\(source.rootName)'",
        at: position, help: Self.helpForPaths)
      return nil
    }
    guard Reference.isRemote(uri) else {
      diagnostics.error(
        .referenceOutside, "'\(uri)' is not in these contracts", at: position,
        help: "put a copy into the contracts' folder and refer to it by a relative path")
      return nil
    }
    guard let copy = source.copy(of: uri, referredFrom: position) else { return nil }
    let root = document(copy.path, referredFrom: position, location: copy.location)
    resources[ByteKey(uri)] = root
    return root
  }

  /// Follows a JSON pointer. An `$id` on the way changes the base for the nodes below it. In AsyncAPI documents a pointer
  /// may lead through a reference: `#/channels/a/messages/b`, where `#/channels/a` is one.
  private func walk(_ root: Location, _ pointer: String) -> Location? {
    let isThroughReferences = root.node["asyncapi"] != nil
    var at = root
    for segment in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      let name = Node.unescaped(segment)
      if isThroughReferences, at.node["$ref"] != nil, at.node.child(name) == nil { at = end(of: at) ?? at }
      guard let next = at.node.child(name) else { return nil }
      at = at.child(next, name)
      for id in [next["$id"], next["id"]] {
        guard let id = id?.string, let uri = Reference.resolve(Reference.split(id).resource, against: at.base),
          resources[ByteKey(uri)]?.node === next
        else { continue }
        at = at.with(base: uri)
        break
      }
    }
    return at
  }

  /// The end of a chain of references in the course of a pointer; nil where it leads nowhere, or around.
  private func end(of start: Location) -> Location? {
    if let known = ends[ObjectIdentifier(start.node)] { return known }
    guard depth < 32 else { return nil }
    depth += 1
    defer { depth -= 1 }
    var at = start
    for _ in 0..<32 {
      guard let reference = at.node["$ref"] else { break }
      guard let text = reference.string, let next = resolve(text, from: at, at: reference.position) else { break }
      at = next
    }
    let end = at.node["$ref"] == nil ? at : nil
    ends[ObjectIdentifier(start.node)] = .some(end)
    return end
  }

  /// Where a pointer leads from an object around its reference, as in a schema that was pasted with its `definitions`.
  private func local(_ pointer: String, _ at: Location) -> String? {
    guard let document = document(at.path)?.node else { return nil }
    var around = at.pointer
    while !around.isEmpty, let slash = around.lastIndex(of: "/") {
      if document.at(pointer: around + pointer) != nil {
        return "'#' is the whole document: write '#\(around)\(pointer)'"
      }
      around = String(around[..<slash])
    }
    return nil
  }

  private func suggestion(_ pointer: String, in document: Node) -> String? {
    guard let slash = pointer.lastIndex(of: "/") else { return "a pointer begins with '#/'" }
    let parent = String(pointer[..<slash])
    guard let entries = document.at(pointer: parent)?.entries else { return "there is nothing at '#\(parent)' either" }
    let name = String(pointer[pointer.index(after: slash)...])
    return diagnostics.nearest(name, among: entries.lazy.map(\.key)).map { "did you mean '#\(parent)/\($0)'?" }
  }
}
