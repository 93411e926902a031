import ContractModel
import ContractSource
import Glibc

/// `vendor`: fetches copies of the documents that contracts refer to by URL, into the folder `vendor` beside them.
struct Vendor {
  /// The maximum number of documents that one call fetches.
  private static let limit = 256

  let call: Arguments

  /// 0 every remote reference has its copy, 1 a contract is faulty or a document cannot be fetched, 2 a file cannot be
  /// read or written.
  ///
  /// - Throws: ``UsageError`` before anything is fetched.
  func run() throws(UsageError) -> Int32 {
    guard let first = call.values.first else {
      throw UsageError(message: "a contract is needed", help: "vendor CONTRACT... [--root DIR] [--update] [--insecure]")
    }
    let faults = call.values.compactMap(readingFault)
    guard faults.isEmpty else {
      for fault in faults { report(fault.text) }
      return 2
    }
    try Command.checkRoot(call, of: call.values[...])
    let located = call.values.map { Command.locate($0, root: call.options["root"]) }
    for (path, location) in zip(call.values, located) where resolved(location.root) != resolved(located[0].root) {
      throw UsageError(
        message: "\(path) is not in the same folder of contracts as \(first)",
        help: "name a folder that holds them: --root DIR")
    }
    return fetch(located.map(\.file), root: located[0].root)
  }

  /// Reads the contracts and fetches what they lack, until they lack nothing: a copy may refer to further documents.
  private func fetch(_ files: [String], root: String) -> Int32 {
    let display = { (path: String) in root == "." ? path : path.isEmpty ? root : root + "/" + path }
    guard var lock = storedLock(root, display) else { return 1 }
    // What is to be updated is unknown until it has been fetched.
    var known = call.flags.contains("update") ? VendorLock() : lock
    var count = 0
    while true {
      let diagnostics = Diagnostics()
      let source = SourceReader(root: root, diagnostics: diagnostics, lock: known, display: display)
      _ = LoadedContracts(files, source, diagnostics)
      guard !source.missingCopies.isEmpty else {
        report(diagnostics.sorted.filter { $0.severity == .error })
        if call.flags.contains("update"), !diagnostics.hasErrors {
          guard drop(lock.copies.values.filter { known.copies[$0.url] == nil }, from: &lock, root, display) else {
            return Command.unwritable(display(VendorLock.path))
          }
        }
        report("\(display(VendorLock.path)): \(counted(count, "copy", "copies")) fetched, \(lock.copies.count) listed")
        return diagnostics.hasErrors ? 1 : 0
      }
      let faults = Diagnostics()
      for (url, position) in source.missingCopies {
        count += 1
        do throws(Download.Failure) {
          guard count <= Self.limit else {
            throw Download.Failure(message: "these contracts refer to more than \(Self.limit) documents")
          }
          let copy = try store(url, among: lock, root: root)
          lock.add(copy)
          known.add(copy)
        } catch {
          let isPlain = !call.flags.contains("insecure") && !url.lowercased().hasPrefix("https:")
          faults.error(
            .unreadable, "'\(url)' cannot be fetched: \(error.message)", at: position,
            help: isPlain ? "refer to it by https, or fetch it without TLS: --insecure" : nil)
        }
      }
      report(faults.sorted)
      guard lock.copies.isEmpty || writeIfChanged(root + "/" + VendorLock.path, lock.text) else {
        return Command.unwritable(display(VendorLock.path))
      }
      if faults.hasErrors { return 1 }
    }
  }

  /// Drops the copies that no contract of the folder uses, if they are known: those that were not updated may belong to
  /// contracts that were not named. False when the lock file cannot be written.
  private func drop(
    _ others: [VendorLock.Copy], from lock: inout VendorLock, _ root: String, _ display: @escaping (String) -> String
  ) -> Bool {
    guard !others.isEmpty else { return true }
    let diagnostics = Diagnostics()
    let source = SourceReader(root: root, diagnostics: diagnostics, lock: lock, display: display)
    let contracts = files(below: root).map { inside(root, $0) }.filter { path in
      [".yaml", ".yml", ".json"].contains(where: path.hasSuffix) && !path.hasPrefix(VendorLock.folder + "/")
        && readFile(root + "/" + path).map { SourceFile(path: path, bytes: $0).mentions("openapi") } ?? false
    }
    _ = LoadedContracts(contracts, source, diagnostics)
    // What a contract that cannot be read refers to is unknown.
    if let fault = diagnostics.sorted.first(where: { [.syntax, .unreadable].contains($0.code) }) {
      report("\(fault.position.file.path) cannot be read: no copy is dropped")
      return true
    }
    for copy in others.sorted(by: { $0.url < $1.url }) where !source.usedCopies.contains(copy.url) {
      lock.remove(copy.url)
      let path = root + "/" + VendorLock.folder + "/" + copy.file
      // Only what was fetched is removed, not what somebody has put in its place.
      let isOurs = leadsInside(root, folder(of: path)) && readFile(path).flatMap(sha256) == copy.sha256
      if isOurs, !lock.copies.values.contains(where: { $0.file == copy.file }) { unlink(path) }
      report("\(copy.url): no longer used, dropped")
    }
    return writeIfChanged(root + "/" + VendorLock.path, lock.text)
  }

  /// The lock file; nil, with the faults reported, for one that cannot be read: writing it anew would lose what it pins.
  private func storedLock(_ root: String, _ display: @escaping (String) -> String) -> VendorLock? {
    let path = root + "/" + VendorLock.path
    guard let bytes = readFile(path) else { return VendorLock() }
    let diagnostics = Diagnostics()
    let node = DocumentReader.read(SourceFile(path: display(VendorLock.path), bytes: bytes), diagnostics)
    let lock = node.map { VendorLock($0, diagnostics) }
    report(diagnostics.sorted)
    return diagnostics.hasErrors ? nil : lock
  }

  /// Fetches a document and writes it into the folder of copies.
  private func store(_ url: String, among lock: VendorLock, root: String) throws(Download.Failure) -> VendorLock.Copy {
    guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
      throw Download.Failure(message: "a URL has no spaces and no control characters")
    }
    let download = try Download(url, allowsHTTP: call.flags.contains("insecure"))
    let file = lock.copies[url]?.file ?? Self.file(for: url, download.bytes, Set(lock.copies.values.map(\.file)))
    let path = root + "/" + VendorLock.folder + "/" + file
    guard let hash = sha256(download.bytes) else { throw Download.Failure(message: "OpenSSL lacks SHA-256") }
    guard makeFolder(folder(of: path)), leadsInside(root, folder(of: path)) else {
      throw Download.Failure(message: "\(folder(of: path)) is a link that leads out of \(root)/\(VendorLock.folder)")
    }
    // A link in place of a copy is not followed.
    guard writeFile(path, download.bytes, followsLinks: false) else {
      throw Download.Failure(message: "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    report("\(url): \(VendorLock.folder)/\(file)")
    return VendorLock.Copy(url: url, location: download.location, sha256: hash, file: file)
  }

  /// Whether a folder of copies is where its path says, without links that lead elsewhere.
  private func leadsInside(_ root: String, _ folder: String) -> Bool {
    let own = resolved(root) + "/" + VendorLock.folder
    let real = resolved(folder)
    return real == own || real.hasPrefix(own + "/")
  }

  /// `example.com/schemas/pet.yaml` for a URL, with a suffix that the build takes for a contract's and a number where
  /// another URL has that file.
  private static func file(for url: String, _ bytes: [UInt8], _ taken: Set<String>) -> String {
    let rest = url.drop { $0 != ":" }.drop { $0 == ":" || $0 == "/" }
    let segments = rest.split(separator: "/").map { segment in
      let isPlain = { (byte: UInt8) in
        (48...57).contains(byte) || (97...122).contains(byte | 0x20) || "._-".utf8.contains(byte)
      }
      let name = String(decoding: segment.utf8.prefix(100).map { isPlain($0) ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
      // Hidden files are no contracts, and `..` leads out of the folder.
      return name.hasPrefix(".") ? "-" + name.dropFirst() : name
    }
    var base = segments.joined(separator: "/")
    let isJSON = bytes.first { !" \t\r\n".utf8.contains($0) }.map { "{[".utf8.contains($0) } ?? false
    var suffix = isJSON ? ".json" : ".yaml"
    if let known = [".json", ".yaml", ".yml"].first(where: base.hasSuffix) {
      base = String(base.dropLast(known.utf8.count))
      suffix = known
    }
    var (file, number) = (base + suffix, 2)
    while taken.contains(file) || file == "lock.yaml" {
      file = "\(base)-\(number)\(suffix)"
      number += 1
    }
    return file
  }
}
