/// The copies of remote documents that contracts may refer to, as `vendor/lock.yaml` in the contracts' folder lists
/// them.
///
/// `./charter vendor` writes it. Nothing else accesses the network: a reference to a URL is a reference to its copy.
public struct VendorLock {
  /// A copy of one document.
  public struct Copy {
    /// The URL that contracts refer to.
    public let url: String
    /// The URL after redirects, against which references in the document are resolved (RFC 3986, section 5.1.3).
    public let location: String
    public let sha256: String
    /// Its path in the folder of copies.
    public let file: String

    public init(url: String, location: String, sha256: String, file: String) {
      (self.url, self.location, self.sha256, self.file) = (url, location, sha256, file)
    }
  }

  /// The folder of the copies, in the contracts' folder.
  public static let folder = "vendor"
  public static let path = folder + "/lock.yaml"

  public private(set) var copies: [String: Copy] = [:]

  public init() {}

  /// Reads the lock file; every problem is reported.
  public init(_ node: Node, _ diagnostics: Diagnostics) {
    guard let items = node.items else {
      diagnostics.error(.wrongType, "the lock file is a list of copies, and this is \(node.kind)", at: node.position)
      return
    }
    for item in items {
      let texts = ["url", "sha256", "file"].map { item[$0]?.string }
      guard let url = texts[0], let sha256 = texts[1], let file = texts[2] else {
        diagnostics.error(
          .missingField, "a copy has the fields url, sha256 and file, which are texts", at: item.position,
          help: "./charter vendor --update CONTRACT writes the file anew")
        continue
      }
      guard Self.isInside(file) else {
        diagnostics.error(
          .badValue, "'\(file)' is not the path of a copy in the folder '\(Self.folder)'", at: item.position,
          help:
            "a path has no empty parts, no '.' and no '..'; without the entry ./charter vendor fetches the copy anew")
        continue
      }
      add(Copy(url: url, location: item["location"]?.string ?? url, sha256: sha256, file: file))
    }
  }

  /// Whether a path leads to a file in the folder of copies, as far as its text says.
  private static func isInside(_ file: String) -> Bool {
    !file.utf8.contains { $0 < 0x20 || $0 == UInt8(ascii: "\\") }
      && file.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
        !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
      }
  }

  /// Adds a copy, in place of an earlier one of its URL.
  public mutating func add(_ copy: Copy) { copies[copy.url] = copy }

  /// Removes the copy of a URL.
  public mutating func remove(_ url: String) { copies[url] = nil }

  /// The lock file's text, sorted by URL.
  public var text: String {
    let rows = copies.values.sorted { $0.url < $1.url }.map { copy in
      let location = copy.location == copy.url ? "" : "\n  location: \(Self.quoted(copy.location))"
      return "- url: \(Self.quoted(copy.url))\(location)\n  sha256: \(copy.sha256)\n  file: \(Self.quoted(copy.file))\n"
    }
    return "# Written by ./charter vendor: copies of what contracts refer to by URL. Commit it with the copies.\n"
      + (rows.isEmpty ? "[]\n" : rows.joined())
  }

  /// A text in double quotes, as JSON and YAML read it; a URL has no control characters.
  private static func quoted(_ text: String) -> String {
    "\"" + text.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : String($1) } + "\""
  }
}
