import ContractEmit
import ContractModel
import ContractPlan
import ContractSource
import Glibc

/// The pipeline: contracts in, Swift files or diagnostics out.
struct Generation {
  let root: String
  let display: (String) -> String

  func run(name: String, contracts: [String], shared: (folder: String, module: String)?, output: String) -> Int32 {
    let diagnostics = Diagnostics()
    let source = SourceReader(root: root, diagnostics: diagnostics, display: display)
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    let documents = contracts.compactMap { reader.read($0) }
    let plan = Planner.plan(name: name, contracts: documents, shared: shared, diagnostics: diagnostics)
    for diagnostic in diagnostics.sorted { report(diagnostic.rendered()) }
    if diagnostics.hasErrors { return 1 }
    for file in Emitter.emit(plan) {
      let path = output + "/" + file.name
      guard writeIfChanged(path, file.text) else { return Command.unwritable(path) }
    }
    return 0
  }
}

/// Prints a line to standard error.
func report(_ text: String) {
  let line = Array((text + "\n").utf8)
  _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}

/// Writes a file unless it holds just that already, so that what depends on it is not built again.
func writeIfChanged(_ path: String, _ text: String) -> Bool {
  let bytes = Array(text.utf8)
  if let old = readFile(path), old == bytes { return true }
  guard let file = fopen(path, "wb") else { return false }
  let written = fwrite(bytes, 1, bytes.count, file)
  return fclose(file) == 0 && written == bytes.count
}

/// Makes a folder and those above it.
func makeFolder(_ path: String) -> Bool {
  var prefix = path.hasPrefix("/") ? "/" : ""
  for segment in path.split(separator: "/") {
    prefix += segment + "/"
    if mkdir(prefix, 0o777) != 0 && errno != EEXIST { return false }
  }
  return true
}
