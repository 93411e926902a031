import ContractSource

/// What a target says of the code that is generated for it, in a file `api.yaml` beside its Swift file.
public struct TargetSettings {
  /// The folder that contracts may refer into, relative to the package's folder; nil for the folder of contracts.
  public private(set) var root: (text: String, position: SourcePosition)?
  public private(set) var selection = Selection()

  public init() {}

  /// Reads a file; every problem is reported.
  public init(_ file: SourceFile, _ diagnostics: Diagnostics) {
    guard let node = DocumentReader.read(file, diagnostics), var fields = Fields(node, "target's settings", diagnostics)
    else { return }
    if let node = fields.take("root") { root = fields.text(node, "root").map { ($0, node.position) } }
    selection.included = Self.names(fields.take("include"), "include", diagnostics)
    selection.excluded = Self.names(fields.take("exclude"), "exclude", diagnostics)
    fields.finish()
  }

  private static func names(_ node: Node?, _ name: String, _ diagnostics: Diagnostics) -> [Selection.Name] {
    guard let node, var fields = Fields(node, "field '\(name)'", diagnostics) else { return [] }
    let names = Selection.Kind.allCases.flatMap { kind in
      fields.strings(kind.field).map { Selection.Name(kind, $0.text, at: $0.position) }
    }
    fields.finish()
    if names.isEmpty, node.entries?.allSatisfy({ $0.value.items?.isEmpty == true }) == true {
      diagnostics.error(
        .missingField, "'\(name)' names nothing", at: node.position,
        help: "list what it means under tags, operations or schemas, or leave it out")
    }
    return names
  }
}
