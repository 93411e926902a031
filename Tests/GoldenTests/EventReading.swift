import ContractModel
import ContractSource

/// Documents that were read together, from texts by path.
struct EventReading {
  let diagnostics = Diagnostics(keepsLedger: true)
  let events: EventContractReader
  let contracts: ContractReader

  init(_ files: [String: String]) {
    var documents: [String: Node] = [:]
    for (path, text) in files {
      documents[path] = DocumentReader.read(SourceFile(path: path, bytes: Array(text.utf8)), diagnostics)
    }
    contracts = ContractReader(
      source: SourceReader(documents: documents, diagnostics: diagnostics), diagnostics: diagnostics)
    events = EventContractReader(beside: contracts)
  }

  /// Reads one document of AsyncAPI 3: what follows its `info`.
  init(_ text: String, version: String = "3.0.0") { self.init(["events.yaml": Self.document(text, version)]) }

  static func document(_ text: String, _ version: String = "3.0.0") -> String {
    "asyncapi: \(version)\ninfo: { title: T, version: '1' }\n" + text
  }

  func read() -> EventContract? { events.read("events.yaml") }

  /// The messages of all diagnostics, with their severities and lines.
  var faults: [String] { diagnostics.sorted.map { "\($0.position.line): \($0.severity.rawValue): \($0.message)" } }

  /// The names of a schema's properties, in order.
  func properties(_ schema: Int?) -> [String] {
    schema.map { index in
      let set = contracts.schemaSet
      return set.keywords(set.resolved(index)).properties.keys.map { $0 }
    } ?? []
  }
}

extension Message {
  /// Its payload's schema; nil where it has none.
  var schema: Int? { if case .schema(let index) = payload { index } else { nil } }
}
