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

  /// The document in the file at `path`, counted from the root; nil when it cannot be read, which is told.
  public func document(at path: String, referredFrom place: Place? = nil) -> Node? {
    if let known = documents[path] { return known }
    guard let bytes = readFile(root + "/" + path) else {
      let file = SourceFile(path: display(path), bytes: [])
      diagnostics.error(
        .unreadable, "there is no file \(display(path)) that can be read",
        at: place ?? Place(file: file, line: 1, column: 1))
      documents[path] = .some(nil)
      return nil
    }
    let node = YAMLReader.read(SourceFile(path: display(path), bytes: bytes), diagnostics)
    documents[path] = .some(node)
    return node
  }

  /// The path, counted from the root, that `reference` means when it stands in the file at `path`.
  public func resolve(_ reference: String, from path: String, at place: Place) -> String? {
    var segments = path.split(separator: "/").dropLast().map(String.init)
    guard !reference.hasPrefix("/"), !reference.contains("://"), !reference.contains("\\") else {
      diagnostics.error(
        .referenceOutside, "'\(reference)' is not a relative path", at: place,
        help: "a $ref may name a file inside the contracts' folder, such as ../shared/problem.yaml")
      return nil
    }
    for segment in reference.split(separator: "/") where segment != "." {
      if segment != ".." {
        segments.append(String(segment))
      } else if segments.popLast() == nil {
        diagnostics.error(
          .referenceOutside, "'\(reference)' leads out of the contracts' folder", at: place,
          help: "keep what contracts share inside that folder")
        return nil
      }
    }
    return segments.joined(separator: "/")
  }
}
