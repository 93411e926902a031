import ContractModel
import ContractSource
import ContractValues

/// The objects that references of a bundle point to, and where each is in the bundle.
struct BundleParts {
  struct Part {
    let at: Location
    let kind: BundleKind
    /// The dialect of a schema; of another object, that of the schemas in it.
    let dialect: Dialect
    /// Where it is, by the index of the contract: objects that mean the same in each contract have one place.
    var places: [Int: Place] = [:]
  }

  enum Place {
    case pointer(String)
    /// In place of a reference to it: before OpenAPI 3.1 a path item cannot be a component.
    case insertion(SchemaKey)
    /// A component that has no name yet.
    case component
  }

  private(set) var all: [SchemaKey: Part] = [:]
  /// In the order in which they were found.
  private(set) var order: [SchemaKey] = []
  /// The URIs of the schemas that have one in the bundle.
  private(set) var ids: [SchemaKey: String] = [:]

  /// Adds a part, or a place of it in another contract.
  mutating func add(_ at: Location, _ kind: BundleKind, _ dialect: Dialect, in contract: Int, _ place: Place) {
    if all[at.key] == nil {
      all[at.key] = Part(at: at, kind: kind, dialect: dialect)
      order.append(at.key)
    }
    let contract = kind.dependsOnContract ? contract : 0
    if all[at.key]?.places[contract] == nil { all[at.key]?.places[contract] = place }
  }

  mutating func identify(_ key: SchemaKey, as uri: String) { ids[key] = ids[key] ?? uri }

  /// Gives the components that are in no other part their names.
  ///
  /// - Parameter taken: the names of the components that the bundle has already.
  /// - Returns: the components, with the contract in which each is read.
  mutating func name(besides taken: [BundleKind: [String]]) -> [(name: String, part: Part, contract: Int)] {
    var tables: [BundleKind: ExportNameTable] = [:]
    var named: [(name: String, part: Part, contract: Int)] = []
    for key in order where outermost(key) == key {
      guard let part = all[key] else { continue }
      for contract in part.places.keys.sorted() {
        guard case .component? = part.places[contract] else { continue }
        let kind = part.kind
        let name = tables[kind, default: ExportNameTable(taken: taken[kind] ?? [])].claim(Self.name(for: key, kind))
        all[key]?.places[contract] = .pointer("/components/\(kind.rawValue)/" + Violations.escaped(name))
        named.append((name, part, contract))
      }
    }
    return named
  }

  /// The last word of a pointer or of a file's name, in the characters that OpenAPI allows in the name of a component
  /// (3.1, section 4.8.7.1); where there is none, the name of the kind.
  private static func name(for key: SchemaKey, _ kind: BundleKind) -> String {
    let name = (key.segments.last ?? key.fileName).map {
      $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_"
    }
    return name.isEmpty ? kind.rawValue : String(name)
  }

  /// The part that holds a position and is in no other part.
  func outermost(_ key: SchemaKey) -> SchemaKey? {
    let root = SchemaKey(path: key.path, pointer: "")
    if all[root] != nil { return root }
    return prefixes(of: key.pointer).lazy.map { SchemaKey(path: key.path, pointer: $0) }.first { all[$0] != nil }
  }

  /// The pointer to a position in the bundle; nil where the bundle does not have it.
  func pointer(to key: SchemaKey, in contract: Int, depth: Int = 0) -> String? {
    // A longer chain of path items in each other is considered circular.
    guard depth < 32, let outer = outermost(key), let places = all[outer]?.places,
      let place = places[contract] ?? places[0] ?? places.min(by: { $0.key < $1.key })?.value
    else { return nil }
    let rest = Substring(key.pointer.utf8.dropFirst(outer.pointer.utf8.count))
    switch place {
    case .pointer(let pointer): return pointer + rest
    case .insertion(let position): return pointer(to: position, in: contract, depth: depth + 1).map { $0 + rest }
    case .component: return nil
    }
  }

  /// The innermost schema with a URI of its own that holds a position, and the pointer from it.
  func resource(of key: SchemaKey) -> (uri: String, rest: String)? {
    guard !ids.isEmpty else { return nil }
    for pointer in prefixes(of: key.pointer).reversed() + [""] {
      if let uri = ids[SchemaKey(path: key.path, pointer: pointer)] {
        return (uri, String(Substring(key.pointer.utf8.dropFirst(pointer.utf8.count))))
      }
    }
    return nil
  }

  /// The pointers to what a position is in, from the outermost below the root, and to the position itself.
  private func prefixes(of pointer: String) -> [String] {
    let slashes = pointer.utf8.indices.dropFirst().filter { pointer.utf8[$0] == UInt8(ascii: "/") }
    return pointer.isEmpty ? [] : slashes.map { String(pointer[..<$0]) } + [pointer]
  }
}
