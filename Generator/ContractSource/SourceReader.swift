import Glibc

/// Reads contract files, each once, from inside one folder.
///
/// Nothing outside `root` is opened, whatever a `$ref` says: no absolute path, no `..` beyond it, no network.
public final class SourceReader {
  private let root: String
  private let diagnostics: Diagnostics
  private var documents: [String: Node?] = [:]
  private let display: (String) -> String

  /// - Parameters:
  ///   - root: the folder that files may be read from.
  ///   - display: turns a path inside the root into the one that diagnostics print.
  public init(root: String, diagnostics: Diagnostics, display: @escaping (String) -> String) {
    self.root = root
    self.diagnostics = diagnostics
    self.display = display
  }

  /// Reads nothing but documents that are known already.
  public init(documents: [String: Node], diagnostics: Diagnostics) {
    root = "/nonexistent"
    self.diagnostics = diagnostics
    display = { $0 }
    self.documents = documents.mapValues { $0 }
  }

  /// The document in the file at `path`, counted from the root; nil when it cannot be read, which is told.
  public func document(at path: String, referredFrom place: Place? = nil) -> Node? {
    if let known = documents[path] { return known }
    guard isInside(path) else {
      let file = SourceFile(path: display(path), bytes: [])
      diagnostics.error(
        .referenceOutside, "\(display(path)) is a link that leads out of the contracts' folder",
        at: place ?? Place(file: file, line: 1, column: 1), help: "put the file itself into the folder")
      documents[path] = .some(nil)
      return nil
    }
    guard let bytes = readFile(root + "/" + path) else {
      let file = SourceFile(path: display(path), bytes: [])
      diagnostics.error(
        .unreadable, "there is no file \(display(path)) that can be read",
        at: place ?? Place(file: file, line: 1, column: 1))
      documents[path] = .some(nil)
      return nil
    }
    let node = DocumentReader.read(SourceFile(path: display(path), bytes: bytes), diagnostics)
    documents[path] = .some(node)
    return node
  }

  /// Whether a file lies inside the root once symbolic links are followed.
  private func isInside(_ path: String) -> Bool {
    guard let real = realpath(root + "/" + path, nil), let realRoot = realpath(root, nil) else { return true }
    defer {
      free(real)
      free(realRoot)
    }
    return String(cString: real).hasPrefix(String(cString: realRoot) + "/")
  }
}

/// Reads a document by what it is: JSON where it begins as JSON does, otherwise YAML.
public enum DocumentReader {
  public static func read(_ file: SourceFile, _ diagnostics: Diagnostics, isContract: Bool = true) -> Node? {
    file.isJSON
      ? JSONDocumentReader.read(file, diagnostics, isContract: isContract) : YAMLReader.read(file, diagnostics)
  }
}

extension SourceFile {
  /// Its name says so, or it has none that says YAML and begins as JSON does.
  fileprivate var isJSON: Bool {
    if path.hasSuffix(".json") { return true }
    if path.hasSuffix(".yaml") || path.hasSuffix(".yml") { return false }
    return bytes.first.map { "{[\"".utf8.contains($0) } ?? false
  }
}
