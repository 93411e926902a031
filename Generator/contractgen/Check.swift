import ContractModel
import ContractPlan
import ContractSource
import ContractValues

/// `check`: what a generation would say, the ledger, and values held against schemas.
struct Check {
  let call: Arguments

  /// 0 all is well, 1 there are faults, 2 wrong usage.
  func run() -> Int32? {
    guard !call.values.isEmpty else { return nil }
    if call.options["data"] != nil || call.options["schema"] != nil { return checkData() }
    var code: Int32 = 0
    var diagnostics: [Diagnostic] = []
    var ledger: [LedgerEntry] = []
    for contract in call.values {
      let found = check(contract)
      if found.hasErrors { code = 1 }
      diagnostics += found.sorted
      ledger += found.settledLedger
    }
    if call.flags.contains("json") {
      printJSON(diagnostics, ledger)
    } else {
      for diagnostic in diagnostics { report(diagnostic.rendered()) }
      if call.flags.contains("ledger") { for entry in ledger { print(entry.line) } }
      if code == 0 { report(summary(diagnostics, ledger)) }
    }
    return code
  }

  private func summary(_ diagnostics: [Diagnostic], _ ledger: [LedgerEntry]) -> String {
    let counts = LedgerEntry.Fate.allCases.map { fate in "\(ledger.count { $0.fate == fate }) \(fate.rawValue)" }
    return "\(call.values.count == 1 ? call.values[0] : "\(call.values.count) contracts"): no errors, "
      + "\(diagnostics.count) warnings; keywords: \(counts.joined(separator: ", "))"
  }

  private func check(_ contract: String) -> Diagnostics {
    let diagnostics = Diagnostics(keepsLedger: true)
    let (root, file, display) = Command.place(contract)
    let source = SourceReader(root: root, diagnostics: diagnostics, display: display)
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    guard let document = reader.read(file) else { return diagnostics }
    let checks = SchemaChecks(reader.schemaSet, diagnostics)
    guard checks.run() else { return diagnostics }
    checks.runSamples(document)
    _ = Planner.plan(
      name: Command.name(of: contract), contracts: [document], schemas: reader.schemaSet, shared: nil,
      typesOnly: call.flags.contains("types"), diagnostics: diagnostics)
    return diagnostics
  }

  private func printJSON(_ diagnostics: [Diagnostic], _ ledger: [LedgerEntry]) {
    var object: JSONObject<JSONValue> = ["diagnostics": .array(diagnostics.map(\.json))]
    if call.flags.contains("ledger") { object["ledger"] = .array(ledger.map(\.json)) }
    print(String(decoding: JSONValue.object(object).json, as: UTF8.self))
  }

  // MARK: values

  private func checkData() -> Int32? {
    guard let data = call.options["data"], let pointer = call.options["schema"], call.values.count == 1,
      ["assertion", "annotation"].contains(call.options["format"] ?? "assertion")
    else { return nil }
    let diagnostics = Diagnostics()
    let (root, file, display) = Command.place(call.values[0])
    let source = SourceReader(root: root, diagnostics: diagnostics, display: display)
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    let schema = reader.readSchema(file, pointer: pointer)
    _ = SchemaChecks(reader.schemaSet, diagnostics).run()
    let value = readValue(data, diagnostics)
    for diagnostic in diagnostics.sorted where diagnostic.severity == .error { report(diagnostic.rendered()) }
    guard !diagnostics.hasErrors, let schema, let value else { return 2 }
    guard isSchema(reader.schemaSet[schema].key, of: file, source) else {
      report("error: what stands at '\(pointer)' in \(call.values[0]) is no schema")
      return 2
    }
    let violations = reader.schemaSet.program.violations(
      of: value, schema: schema, assertsFormat: call.options["format"] != "annotation")
    if call.flags.contains("json") {
      print(String(decoding: JSONValue.array(violations.map(\.jsonValue)).json, as: UTF8.self))
    } else {
      for violation in violations {
        print("\(violation.location.isEmpty ? "/" : violation.location): \(violation.rule): \(violation.message)")
      }
    }
    return violations.isEmpty ? 0 : 1
  }

  /// Whether a contract has a schema there; of a file that is no contract, any place may be one.
  private func isSchema(_ key: SchemaKey, of file: String, _ source: SourceReader) -> Bool {
    let reader = ContractReader(source: source, diagnostics: Diagnostics())
    return reader.read(file) == nil || reader.schemaSet.all.contains { $0.key == key }
  }

  private func readValue(_ path: String, _ diagnostics: Diagnostics) -> JSONValue? {
    guard let bytes = readFile(path) else {
      report("error: there is no file \(path) that can be read")
      return nil
    }
    guard let node = DocumentReader.read(SourceFile(path: path, bytes: bytes), diagnostics, isContract: false) else {
      return nil
    }
    if let value = node.json { return value }
    report("\(path):1:1: error: a number in it has more than \(ExactDecimal.digitLimit) significant digits")
    return nil
  }
}

extension Violation {
  fileprivate var jsonValue: JSONValue {
    ["pointer": .string(location), "rule": .string(rule), "message": .string(message)]
  }
}

extension Diagnostic {
  fileprivate var json: JSONValue {
    var object: JSONObject<JSONValue> = [
      "severity": .string(severity.rawValue), "code": .string(code.rawValue), "message": .string(message),
      "file": .string(place.file.path), "line": .number(ExactDecimal(place.line)),
      "column": .number(ExactDecimal(place.column)),
    ]
    object["help"] = help.map { .string($0) }
    return .object(object)
  }
}

extension LedgerEntry {
  fileprivate var line: String {
    "\(place.file.path):\(place.line):\(place.column): \(keyword): \(fate.rawValue)" + (reason.map { " (\($0))" } ?? "")
  }

  fileprivate var json: JSONValue {
    var object: JSONObject<JSONValue> = [
      "keyword": .string(keyword), "fate": .string(fate.rawValue), "file": .string(place.file.path),
      "line": .number(ExactDecimal(place.line)), "column": .number(ExactDecimal(place.column)),
    ]
    object["reason"] = reason.map { .string($0) }
    return .object(object)
  }
}
