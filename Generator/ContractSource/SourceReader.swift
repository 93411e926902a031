import Glibc

/// Reads contract files from one folder, each once.
///
/// Never opens anything outside `root`, whatever a `$ref` contains: no absolute path, no `..` beyond it, no network.
public final class SourceReader {
  private let root: String
  private let diagnostics: Diagnostics
  private var documents: [String: Node?] = [:]
  private let display: (String) -> String

  /// - Parameters:
  ///   - root: the folder that files may be read from.
  ///   - display: converts a path inside the root to the one that diagnostics print.
  public init(root: String, diagnostics: Diagnostics, display: @escaping (String) -> String) {
    self.root = root
    self.diagnostics = diagnostics
    self.display = display
  }

  /// Creates a reader of the given documents only, without file access.
  public init(documents: [String: Node], diagnostics: Diagnostics) {
    root = "/nonexistent"
    self.diagnostics = diagnostics
    display = { $0 }
    self.documents = documents.mapValues { $0 }
  }

  /// The document in the file at `path`, relative to the root; nil, with a diagnostic, when it cannot be read.
  public func document(at path: String, referredFrom position: SourcePosition? = nil) -> Node? {
    if let known = documents[path] { return known }
    guard isInside(path) else {
      let file = SourceFile(path: display(path), bytes: [])
      diagnostics.error(
        .referenceOutside, "\(display(path)) is a link that leads out of the contracts' folder",
        at: position ?? SourcePosition(file: file, line: 1, column: 1), help: "put the file itself into the folder")
      documents[path] = .some(nil)
      return nil
    }
    guard let bytes = readFile(root + "/" + path) else {
      let file = SourceFile(path: display(path), bytes: [])
      diagnostics.error(
        .unreadable, "there is no file \(display(path)) that can be read",
        at: position ?? SourcePosition(file: file, line: 1, column: 1))
      documents[path] = .some(nil)
      return nil
    }
    let node = DocumentReader.read(SourceFile(path: display(path), bytes: bytes), diagnostics)
    documents[path] = .some(node)
    return node
  }

  /// Whether a file is inside the root after symbolic links are resolved.
  private func isInside(_ path: String) -> Bool {
    guard let real = realpath(root + "/" + path, nil), let realRoot = realpath(root, nil) else { return true }
    defer {
      free(real)
      free(realRoot)
    }
    return String(cString: real).hasPrefix(String(cString: realRoot) + "/")
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
