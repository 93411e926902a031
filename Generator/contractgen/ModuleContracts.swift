import ContractModel
import ContractSource

/// The contracts of a module in a package: where they are, and what the target's settings say of them.
struct ModuleContracts {
  let module: String
  /// The folder that they may refer into.
  let root: String
  /// Their paths in it.
  let files: [String]
  /// The folder of the contracts that have a module of their own, and that module; nil for this module itself.
  let shared: (folder: String, module: String)?
  let selection: Selection
  /// Converts a path in the root into the one that diagnostics print.
  let display: (String) -> String
  private let all: [String]

  /// The API's name: `FooBar` for `FooBarAPI`.
  var name: String { String(module.dropLast("API".count)) }

  /// - Parameters:
  ///   - paths: all contracts of the package.
  ///   - contracts: the folder `Contracts` of the package.
  ///   - settings: the file `api.yaml` of the target; nil for a target without one.
  init(
    _ module: String, among paths: ArraySlice<String>, contracts: String, settings: String?,
    _ diagnostics: Diagnostics
  ) {
    let package = folder(of: contracts)
    var read = TargetSettings()
    if let settings {
      read = TargetSettings(
        SourceFile(path: inside(package, settings), bytes: readFile(settings) ?? []), diagnostics)
    }
    self.module = module
    selection = read.selection
    all = paths.map { inside(contracts, $0) }
    guard let wanted = read.root else {
      (root, files) = (contracts, LoadedContracts.files(of: module, among: all))
      shared = module == "SharedAPI" ? nil : ("shared", "SharedAPI")
      display = { "Contracts/" + $0 }
      return
    }
    root = package + "/" + wanted.text
    let prefix = inside(resolved(root), resolved(contracts)) + "/"
    if !isFolder(root) || prefix.hasPrefix("/") {
      diagnostics.error(
        .badValue, "'\(wanted.text)' is not a folder that holds the folder Contracts", at: wanted.position,
        help: "name one relative to the package, such as '.' or '..'")
    }
    files = LoadedContracts.files(of: module, among: all).map { prefix + $0 }
    shared = module == "SharedAPI" ? nil : (prefix + "shared", "SharedAPI")
    let own = String(prefix.dropLast("Contracts/".count))
    display = { $0.hasPrefix(own) ? String($0.dropFirst(own.utf8.count)) : wanted.text + "/" + $0 }
  }

  /// Whether the module has a contract, and no more than one but for `SharedAPI`.
  var hasOneContract: Bool { files.count == 1 || name == "Shared" }

  /// Reports at the module's file that it has no contract, or several.
  func reportMissing(moduleFile: String, _ diagnostics: Diagnostics) {
    let wanted = LoadedContracts.fileName(of: name)
    let position = SourcePosition(
      file: SourceFile(path: moduleFile, bytes: readFile(moduleFile) ?? []), line: 1, column: 1)
    if files.isEmpty {
      let names = all.compactMap { $0.split(separator: "/").last.map(String.init) }
      diagnostics.error(
        .unreadable, "the module \(module) needs a contract \(wanted) below Contracts, and there is none",
        at: position, help: nearest(wanted, among: names).map { "did you mean to name it for \($0)?" })
    } else {
      diagnostics.error(
        .duplicate, "there are \(files.count) contracts \(wanted) below Contracts", at: position,
        help: files.map(display).joined(separator: ", "))
    }
  }
}
