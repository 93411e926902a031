import ContractPlan
import ContractSource

/// The APIs that a service's target depends on, planned from their contracts: what a plugin has written for another
/// target is never read.
struct PlannedAPIs {
  /// The folder of contracts, and all contracts.
  let root: String
  let contracts: [String]
  /// The files of the settings of the targets, by module.
  let settings: [String: String]
  /// Whether no contract was invalid: the command of its own API reports it.
  private(set) var isSound = true

  init(root: String, contracts: [String], settings: [String: String]) {
    (self.root, self.contracts, self.settings) = (root, contracts, settings)
  }

  /// Those of a command line, which names the settings as `--settings MODULE=FILE`.
  init(root: String, _ call: Arguments) {
    let pairs = (call.lists["settings"] ?? []).compactMap { pair in
      pair.firstIndex(of: "=").map { (String(pair[..<$0]), String(pair[pair.index(after: $0)...])) }
    }
    self.init(
      root: root, contracts: Array(call.values.dropFirst()), settings: Dictionary(pairs, uniquingKeysWith: { $1 }))
  }

  /// The plan of a module's API; nil for one whose contract is not here.
  mutating func plan(_ module: String) -> APIPlan? {
    let diagnostics = Diagnostics()
    let found = ModuleContracts(
      module, among: contracts[...], contracts: root, settings: settings[module], diagnostics)
    guard !found.files.isEmpty else { return nil }
    let loaded = LoadedContracts(found.files, root: found.root, display: found.display, diagnostics)
    let plan = loaded.plan(name: found.name, shared: found.shared, selection: found.selection)
    if plan == nil || diagnostics.hasErrors || !found.hasOneContract { isSound = false }
    return plan
  }
}
