import ContractValues
import Glibc

/// Reads contract files from one folder, each once.
///
/// Never opens anything outside `root`, whatever a `$ref` contains: no absolute path, no `..` beyond it, no network.
public final class SourceReader {
  private let root: String
  private let diagnostics: Diagnostics
  private var documents: [ByteKey: Node?] = [:]
  private let display: (String) -> String
  private let givenLock: VendorLock?
  private lazy var lock = givenLock ?? readLock()
  /// The paths in the folder of the copies that were compared with the lock file.
  private var checkedCopies: Set<ByteKey> = []
  /// The URLs that contracts refer to and that have no copy, in the order of the first reference to each.
  public private(set) var missingCopies: [(url: String, position: SourcePosition)] = []

  /// The URLs that contracts refer to and that have a copy.
  public private(set) var usedCopies: Set<String> = []

  /// - Parameters:
  ///   - root: the folder that files may be read from.
  ///   - lock: the copies of remote documents; nil for those of the folder's lock file.
  ///   - display: converts a path inside the root to the one that diagnostics print.
  public init(
    root: String, diagnostics: Diagnostics, lock: VendorLock? = nil, display: @escaping (String) -> String
  ) {
    self.root = root
    self.diagnostics = diagnostics
    givenLock = lock
    self.display = display
  }

  /// Creates a reader of the given documents only, without file access.
  public init(documents: [String: Node], diagnostics: Diagnostics) {
    root = "/nonexistent"
    self.diagnostics = diagnostics
    givenLock = VendorLock()
    display = { $0 }
    for (path, node) in documents { self.documents[ByteKey(path)] = .some(node) }
  }

  /// The root, as diagnostics print it.
  public var rootName: String {
    let name = display("")
    return name.isEmpty ? "." : name.utf8.count > 1 && name.hasSuffix("/") ? String(name.dropLast()) : name
  }

  /// The document in the file at `path`, relative to the root; nil, with a diagnostic, when it cannot be read.
  public func document(at path: String, referredFrom position: SourcePosition? = nil) -> Node? {
    if let known = documents[ByteKey(path)] { return known }
    let file = SourceFile(path: display(path), bytes: [])
    let position = position ?? SourcePosition(file: file, line: 1, column: 1)
    documents[ByteKey(path)] = .some(nil)
    guard isInside(path) else {
      diagnostics.error(
        .referenceOutside, "\(display(path)) is a link that leads out of the contracts' folder '\(rootName)'",
        at: position, help: "put the file itself into the folder")
      return nil
    }
    guard let bytes = readFile(root + "/" + path) else {
      diagnostics.error(.unreadable, "there is no file \(display(path)) that can be read", at: position)
      return nil
    }
    let node = DocumentReader.read(SourceFile(path: display(path), bytes: bytes), diagnostics)
    documents[ByteKey(path)] = .some(node)
    return node
  }

  /// Whether there is a file at `path`, relative to the root.
  public func hasFile(_ path: String) -> Bool {
    documents[ByteKey(path)].map { $0 != nil } ?? (access(root + "/" + path, F_OK) == 0)
  }

  /// Whether the document at `path` is an AsyncAPI document.
  public func isAboutEvents(_ path: String) -> Bool { document(at: path)?["asyncapi"] != nil }

  // MARK: copies of remote documents

  /// The copy of the document at a URL: its path relative to the root, and the URL that its own references are resolved
  /// against; nil, with a diagnostic, when there is none that can be used.
  public func copy(of url: String, referredFrom position: SourcePosition) -> (path: String, location: String)? {
    guard let copy = lock.copies[url] else {
      if !missingCopies.contains(where: { $0.url == url }) { missingCopies.append((url, position)) }
      diagnostics.error(
        .referenceOutside, "there is no copy of '\(url)', and nothing is fetched while contracts are read",
        at: position,
        help: "fetch one into \(display(VendorLock.folder)): ./charter vendor CONTRACT")
      return nil
    }
    usedCopies.insert(url)
    let path = VendorLock.folder + "/" + copy.file
    if checkedCopies.insert(ByteKey(path)).inserted, let bytes = isInside(path) ? readFile(root + "/" + path) : nil,
      sha256(bytes) != copy.sha256
    {
      diagnostics.error(
        .referenceOutside, "\(display(path)) is not the copy of '\(url)' that \(display(VendorLock.path)) lists",
        at: position, help: "restore the file, or fetch it anew: ./charter vendor --update CONTRACT")
      return nil
    }
    return (path, copy.location)
  }

  /// Whether the lock file lists a copy of the document at a URL.
  public func hasCopy(of url: String) -> Bool { lock.copies[url] != nil }

  private func readLock() -> VendorLock {
    guard access(root + "/" + VendorLock.path, F_OK) == 0, let node = document(at: VendorLock.path) else {
      return VendorLock()
    }
    return VendorLock(node, diagnostics)
  }

  /// Whether a file is inside the root after symbolic links are resolved.
  private func isInside(_ path: String) -> Bool {
    guard let real = realpath(root + "/" + path, nil), let realRoot = realpath(root, nil) else { return true }
    defer {
      free(real)
      free(realRoot)
    }
    let folder = String(cString: realRoot)
    return String(cString: real).utf8.starts(with: (folder == "/" ? folder : folder + "/").utf8)
  }
}

/// Reads a document as JSON if it begins as JSON does, otherwise as YAML.
public enum DocumentReader {
  public static func read(_ file: SourceFile, _ diagnostics: Diagnostics, isContract: Bool = true) -> Node? {
    file.isJSON
      ? JSONDocumentReader.read(file, diagnostics, isContract: isContract) : YAMLReader.read(file, diagnostics)
  }
}

extension SourceFile {
  /// Decided by the file name's extension; without a known one, by the first byte.
  fileprivate var isJSON: Bool {
    if path.hasSuffix(".json") { return true }
    if path.hasSuffix(".yaml") || path.hasSuffix(".yml") { return false }
    return bytes.first.map { "{[\"".utf8.contains($0) } ?? false
  }
}
