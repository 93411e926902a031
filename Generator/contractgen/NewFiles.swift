import ContractSource
import Glibc

/// A file that `new` writes.
struct NewFile {
  /// From the checkout's root on.
  let path: String
  let text: String
  /// What a file that is changed had in it; nil for one that must not exist yet.
  let old: String?

  init(_ path: String, _ text: String, replacing old: String? = nil) {
    (self.path, self.text, self.old) = (path, text, old)
  }
}

/// The checkout that `new` writes to.
struct CheckoutTree {
  let root: String

  /// The files below a folder, by their paths from the root on.
  func files(below folder: String) -> [String] {
    contractgen.files(below: root + "/" + folder).map { inside(root, $0) }
  }

  /// - Throws: ``UsageError`` for a file that cannot be read.
  func text(_ path: String) throws(UsageError) -> String {
    if let fault = readingFault(root + "/" + path) { throw fault }
    guard let bytes = readFile(root + "/" + path), let text = String(validating: bytes, as: UTF8.self) else {
      throw UsageError(message: "\(path) is not UTF-8")
    }
    return text
  }

  /// The services of the checkout: the rows of the table `services` in Package.swift.
  func services() throws(UsageError) -> [(name: String, system: String)] {
    try services(in: text("Package.swift")).rows
  }

  /// The rows of the table, and the number of the line that ends it.
  func services(in manifest: String) throws(UsageError) -> (rows: [(name: String, system: String)], end: Int) {
    let lines = manifest.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("let services:") }),
      let end = lines[start...].firstIndex(where: { $0.hasPrefix("]") })
    else {
      throw UsageError(
        message: "Package.swift has no table of services",
        help: "it begins with 'let services:', has a row on each line, and ends with ']'")
    }
    let rows = lines[start + 1..<end].compactMap { line -> (String, String)? in
      let texts = line.split(separator: "\"", omittingEmptySubsequences: false)
      return texts.count > 3 ? (String(texts[1]), String(texts[3])) : nil
    }
    return (rows, end)
  }

  /// The service that is called `reviews` or `shop/reviews`.
  ///
  /// - Throws: ``UsageError`` where there is none.
  func service(_ word: String) throws(UsageError) -> (name: NewName, type: String, folder: String) {
    let name = try NewName(String(word.split(separator: "/").last ?? ""), "a service")
    let all = try services()
    guard let row = all.first(where: { $0.name == name.type }) else {
      let names = all.map { LoadedContracts.word(of: $0.name) }
      throw Arguments.unknown("service", name.kebab, names)
    }
    return (name, row.name, "Services/\(row.system)/\(row.name)")
  }

  // MARK: writing

  /// Writes all files or none, and prints what was written.
  ///
  /// - Throws: ``UsageError`` for a file that exists and is not to be changed, and when a file cannot be written.
  func write(_ files: [NewFile], next: String) throws(UsageError) -> Int32 {
    for file in files where file.old == nil && access(root + "/" + file.path, F_OK) == 0 {
      throw UsageError(message: "\(file.path) exists already", help: "nothing was written")
    }
    var made: [String] = []
    var done: [NewFile] = []
    for file in files {
      guard makeFolders(above: file.path, &made), put(file, file.text) else {
        let reason = String(cString: strerror(errno))
        for file in done.reversed() { undo(file) }
        for folder in made.reversed() { rmdir(folder) }
        throw UsageError(message: "\(file.path) cannot be written: \(reason)", help: "nothing was written")
      }
      done.append(file)
    }
    for file in files { print(file.old == nil ? "wrote   " : "changed ", file.path) }
    print("next:   ", next)
    return 0
  }

  private func makeFolders(above path: String, _ made: inout [String]) -> Bool {
    var prefix = root
    for segment in path.split(separator: "/").dropLast() {
      prefix += "/" + segment
      if mkdir(prefix, 0o777) == 0 { made.append(prefix) } else if errno != EEXIST { return false }
    }
    return true
  }

  /// Writes a file beside its name first, so that it is never seen half-written, and no file that exists is lost.
  private func put(_ file: NewFile, _ text: String) -> Bool {
    let path = root + "/" + file.path
    let draft = "\(folder(of: path))/.charter-new-\(getpid())"
    defer {
      let reason = errno
      unlink(draft)
      errno = reason
    }
    var info = stat()
    let mode = stat(path, &info) == 0 ? info.st_mode & 0o777 : nil
    guard writeIfChanged(draft, text) else { return false }
    if let mode { chmod(draft, mode) }
    return file.old == nil ? link(draft, path) == 0 : rename(draft, path) == 0
  }

  private func undo(_ file: NewFile) {
    if let old = file.old { _ = put(file, old) } else { unlink(root + "/" + file.path) }
  }
}
