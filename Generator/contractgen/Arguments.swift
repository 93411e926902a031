import ContractSource
import Glibc

/// A call that cannot be carried out: what is wrong with it, and what to write instead.
struct UsageError: Error {
  let message: String
  var help: String?

  var text: String { "error: \(message)" + (help.map { "\n  help: \($0)" } ?? "") }
}

/// `--name value` pairs, flags, and what is left.
struct Arguments {
  private(set) var flags: Set<String> = []
  private(set) var options: [String: String] = [:]
  private(set) var values: [String] = []

  /// - Throws: ``UsageError`` for an option that is not one of these, has no value, or is given twice.
  init(_ arguments: ArraySlice<String>, flags: [String] = [], options: [String]) throws(UsageError) {
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
      guard options.contains(name) else { throw Self.unknown("option", argument, (options + flags).map { "--" + $0 }) }
      guard let value = rest.popFirst(), !value.hasPrefix("--") else {
        throw UsageError(message: "the option '\(argument)' needs a value", help: "write '\(argument) VALUE'")
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

/// Why a file that a call names cannot be read; nil for one that can.
func readingFault(_ path: String) -> UsageError? {
  var info = stat()
  guard stat(path, &info) == 0 else {
    let reason = errno
    guard reason == ENOENT else { return UsageError(message: "\(path) cannot be read: \(words(reason))") }
    let missing = isFolder(folder(of: path)) ? "file \(path)" : "folder \(folder(of: path))"
    return UsageError(message: "there is no \(missing)", help: "paths begin at the current folder")
  }
  if info.st_mode & S_IFMT == S_IFDIR {
    return UsageError(message: "\(path) is a folder, and a file is needed", help: "name the files that are in it")
  }
  return access(path, R_OK) == 0 ? nil : UsageError(message: "\(path) cannot be read: \(words(errno))")
}

/// Why the file of `--output` cannot be written; nil for one that perhaps can.
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

/// The path up to its last component; `.` for a name alone.
func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The path without links and `..` in it; the path itself where nothing is there.
func resolved(_ path: String) -> String {
  guard let real = realpath(path, nil) else { return path }
  defer { free(real) }
  return String(cString: real)
}

private func words(_ code: Int32) -> String { String(cString: strerror(code)) }
