/// What a generated file holds, in the order in which the compiler is given the files.
enum FileKind: String, CaseIterable {
  case types = "Types"
  case schemas = "Schemas"
  case operations = "Operations"
  case operationCodecs = "OperationCodecs"
  case server = "Server"
  case client = "Client"
  case events = "Events"

  /// The number of files that declarations of this kind are distributed over. A changed schema recompiles its file and
  /// those that use it, all cores have work, and a file without declarations costs the compiler about a millisecond.
  /// ContractPlugin has the same numbers.
  var fileCount: Int {
    switch self {
    case .types: 32
    case .operations, .operationCodecs: 16
    case .events: 8
    case .server, .client: 4
    case .schemas: 1
    }
  }

  var fileNames: [String] {
    fileCount == 1 ? ["\(rawValue).swift"] : (1...fileCount).map { "\(rawValue)-\($0).swift" }
  }
}

/// The files of one kind, which declarations are distributed over by name.
struct ShardedFiles {
  private var files: [SwiftWriter]

  init(count: Int) { files = [SwiftWriter](repeating: SwiftWriter(), count: count) }

  var texts: [String] { files.map(\.text) }

  /// The file for what there is one of.
  var first: SwiftWriter {
    get { files[0] }
    _modify { yield &files[0] }
  }

  /// The file for a declaration, by an FNV-1a hash of its name, so that other declarations do not move it.
  subscript(name: String) -> SwiftWriter {
    get { files[index(of: name)] }
    _modify { yield &files[index(of: name)] }
  }

  private func index(of name: String) -> Int {
    let hash = name.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return Int(hash % UInt64(files.count))
  }
}
