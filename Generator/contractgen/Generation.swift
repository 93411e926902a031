import ContractEmit
import ContractModel
import ContractPlan
import ContractSource
import Glibc

/// The pipeline: contracts in, Swift files or diagnostics out.
struct Generation {
  let root: String
  var typesOnly = false
  var selection = Selection()
  /// Whether a warning is a fault too.
  var isStrict = false
  let display: (String) -> String

  /// Reads, plans and prints; an output of `-` is standard output.
  func run(
    name: String, contracts: [String], shared: (folder: String, module: String)?, output: String,
    diagnostics: Diagnostics = Diagnostics()
  ) -> Int32 {
    let contracts = LoadedContracts(contracts, root: root, display: display, diagnostics)
    let plan = contracts.plan(name: name, shared: shared, selection: selection, typesOnly: typesOnly)
    report(diagnostics.sorted)
    guard let plan, !diagnostics.hasErrors else { return 1 }
    if isStrict, let line = strictLine(diagnostics.list, name) {
      report(line)
      return 1
    }
    if output == "-" {
      print(Emitter.emitWhole(plan), terminator: "")
      return 0
    }
    for file in Emitter.emit(plan) {
      let path = output + "/" + file.name
      guard writeIfChanged(path, file.text) else { return Command.unwritable(path) }
    }
    return 0
  }
}

/// Prints diagnostics to standard error.
func report(_ diagnostics: [Diagnostic]) {
  if !diagnostics.isEmpty { report(diagnostics.rendered()) }
}

/// The last line of a run that fails for its warnings alone; nil without any.
func strictLine(_ diagnostics: [Diagnostic], _ name: String) -> String? {
  let count = diagnostics.count { $0.severity == .warning }
  return count == 0 ? nil : "error: \(name): \(counted(count, "warning")), and --strict allows none"
}

/// Prints a line to standard error.
func report(_ text: String) {
  let line = Array((text + "\n").utf8)
  _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}

/// Writes a file unless its content is unchanged, so that its dependents are not rebuilt.
func writeIfChanged(_ path: String, _ text: String) -> Bool {
  let bytes = Array(text.utf8)
  if let old = readFile(path), old == bytes { return true }
  return writeFile(path, bytes)
}

/// Writes a whole file.
func writeFile(_ path: String, _ bytes: [UInt8], followsLinks: Bool = true) -> Bool {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | (followsLinks ? 0 : O_NOFOLLOW), 0o666)
  guard descriptor >= 0 else { return false }
  guard let file = fdopen(descriptor, "wb") else {
    close(descriptor)
    return false
  }
  let written = fwrite(bytes, 1, bytes.count, file)
  return fclose(file) == 0 && written == bytes.count
}

/// Creates a folder and its parents.
func makeFolder(_ path: String) -> Bool {
  var prefix = path.hasPrefix("/") ? "/" : ""
  for segment in path.split(separator: "/") {
    prefix += segment + "/"
    if mkdir(prefix, 0o777) != 0 && errno != EEXIST { return false }
  }
  return true
}
