import ContractSource
import Glibc

/// An invalid command line: what is wrong with it, and what to write instead.
struct UsageError: Error {
  let message: String
  var help: String?

  var text: String { "error: \(message)" + (help.map { "\n  help: \($0)" } ?? "") }
}

/// `--name value` pairs, flags, and positional arguments.
struct Arguments {
  private(set) var flags: Set<String> = []
  private(set) var options: [String: String] = [:]
  /// The values of options that can be repeated.
  private(set) var lists: [String: [String]] = [:]
  private(set) var values: [String] = []

  /// - Throws: ``UsageError`` for an unknown option, one without a value, and a duplicate.
  init(
    _ arguments: ArraySlice<String>, flags: [String] = [], options: [String], lists: [String] = []
  ) throws(UsageError) {
    var rest = arguments
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("--") else {
        values.append(argument)
        continue
      }
      let name = String(argument.dropFirst(2))
      if flags.contains(name) {
        self.flags.insert(name)
        continue
      }
      guard (options + lists).contains(name) else {
        throw Self.unknown("option", argument, (options + flags).map { "--" + $0 })
      }
      guard let value = rest.popFirst(), !value.hasPrefix("--") else {
        throw UsageError(message: "the option '\(argument)' needs a value", help: "write '\(argument) VALUE'")
      }
      if lists.contains(name) {
        self.lists[name, default: []].append(value)
        continue
      }
      guard self.options.updateValue(value, forKey: name) == nil else {
        throw UsageError(message: "the option '\(argument)' is given twice", help: "give it once")
      }
    }
  }

  /// An error for a word that is not one of the valid ones.
  static func unknown(_ kind: String, _ word: String, _ valid: [String]) -> UsageError {
    UsageError(
      message: "there is no \(kind) '\(word)' here",
      help: nearest(word, among: valid).map { "did you mean '\($0)'?" }
        ?? "valid \(kind)s: \(valid.joined(separator: ", "))")
  }
}

// MARK: files that a call names

/// Why a named file cannot be read; nil for one that can.
func readingFault(_ path: String) -> UsageError? {
  var info = stat()
  guard stat(path, &info) == 0 else {
    let reason = errno
    guard reason == ENOENT else { return UsageError(message: "\(path) cannot be read: \(words(reason))") }
    let missing = isFolder(folder(of: path)) ? "file \(path)" : "folder \(folder(of: path))"
    return UsageError(message: "there is no \(missing)", help: "paths begin at the current folder")
  }
  if info.st_mode & S_IFMT == S_IFDIR {
    return UsageError(message: "\(path) is a folder, and a file is needed", help: "name the files in it")
  }
  return access(path, R_OK) == 0 ? nil : UsageError(message: "\(path) cannot be read: \(words(errno))")
}

/// Why the file of `--output` cannot be written; nil where no reason is known.
func writingFault(_ path: String) -> UsageError? {
  if isFolder(path) {
    return UsageError(message: "--output \(path) is a folder, and one file is written", help: "name a file in it")
  }
  if isFolder(folder(of: path)) { return nil }
  return UsageError(
    message: "there is no folder \(folder(of: path)) to write --output \(path) in", help: "make the folder first")
}

func isFolder(_ path: String) -> Bool {
  var info = stat()
  return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
}

/// All files below a folder, in the order of their paths.
func files(below folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names.sorted().flatMap { name in
    isFolder(folder + "/" + name) ? files(below: folder + "/" + name) : [folder + "/" + name]
  }
}

/// The path up to its last component; `.` for a name alone.
func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A path relative to a folder, where it is inside it.
func inside(_ folder: String, _ path: String) -> String {
  path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
}

/// The path without links and `..`; the path itself where no file exists.
func resolved(_ path: String) -> String {
  guard let real = realpath(path, nil) else { return path }
  defer { free(real) }
  return String(cString: real)
}

private func words(_ code: Int32) -> String { String(cString: strerror(code)) }
