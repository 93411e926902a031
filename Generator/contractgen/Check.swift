import ContractModel
import ContractSource
import ContractValues

/// `check`: the diagnostics of a generation, the ledger, and values validated against schemas.
struct Check {
  let call: Arguments

  /// 0 no faults, 1 faults, 2 a file cannot be read; every contract is checked.
  ///
  /// - Throws: ``UsageError`` before any contract is read.
  func run() throws(UsageError) -> Int32 {
    guard !call.values.isEmpty else {
      throw UsageError(message: "a contract is needed", help: "check CONTRACT... [--ledger] [--json] [--strict]")
    }
    try Command.checkRoot(call, of: call.values.filter { readingFault($0) == nil }[...])
    if call.options.contains(where: { $0.key != "root" }) { return try checkData() }
    var code: Int32 = 0
    var diagnostics: [Diagnostic] = []
    var ledger: [LedgerEntry] = []
    for contract in call.values {
      let isReadable = readingFault(contract) == nil
      let found = check(contract)
      if found.hasErrors { code = isReadable ? max(code, 1) : 2 }
      diagnostics += found.sorted
      ledger += found.settledLedger
    }
    if isForPrograms {
      Self.printJSON(diagnostics, call.flags.contains("ledger") ? ["ledger": .array(ledger.map(\.json))] : [:])
    } else {
      report(diagnostics)
      if call.flags.contains("ledger") { for entry in ledger { print(entry.line) } }
      if code == 0 { report(summary(diagnostics, ledger)) }
    }
    guard code == 0, call.flags.contains("strict"), let line = strictLine(diagnostics, called) else { return code }
    report(line)
    return 1
  }

  private var isForPrograms: Bool { call.flags.contains("json") }

  private var called: String { call.values.count == 1 ? call.values[0] : "\(call.values.count) contracts" }

  private func summary(_ diagnostics: [Diagnostic], _ ledger: [LedgerEntry]) -> String {
    let counts = LedgerEntry.Fate.allCases.map { fate in "\(ledger.count { $0.fate == fate }) \(fate.rawValue)" }
    return "\(called): no errors, "
      + "\(counted(diagnostics.count, "warning")); keywords: \(counts.joined(separator: ", "))"
  }

  private func check(_ contract: String) -> Diagnostics {
    let diagnostics = Diagnostics(keepsLedger: true)
    guard isReadable(contract, diagnostics) else { return diagnostics }
    let (root, file, display) = Command.locate(contract, root: call.options["root"])
    let contracts = LoadedContracts([file], root: root, display: display, diagnostics)
    guard !contracts.documents.isEmpty || !contracts.events.isEmpty, contracts.isSound else { return diagnostics }
    contracts.checks.runSamples(contracts.documents, contracts.events)
    _ = contracts.plan(name: Command.name(of: contract), shared: nil, typesOnly: call.flags.contains("types"))
    return diagnostics
  }

  /// Whether a named file can be read; if not, that is reported like other faults.
  private func isReadable(_ path: String, _ diagnostics: Diagnostics) -> Bool {
    guard let fault = readingFault(path) else { return true }
    let position = SourcePosition(file: SourceFile(path: path, bytes: []), line: 1, column: 1)
    diagnostics.error(.unreadable, fault.message, at: position, help: fault.help)
    return false
  }

  /// One object on standard output: `diagnostics`, and the further output.
  static func printJSON(_ diagnostics: [Diagnostic], _ others: JSONObject<JSONValue> = [:]) {
    var object: JSONObject<JSONValue> = ["diagnostics": .array(diagnostics.map(\.json))]
    for member in others { object[member.key] = member.value }
    print(String(decoding: JSONValue.object(object).json, as: UTF8.self))
  }

  // MARK: values

  /// 0 the value is valid, 1 it is not, 2 this cannot be determined.
  private func checkData() throws(UsageError) -> Int32 {
    guard let data = call.options["data"], let pointer = call.options["schema"], call.values.count == 1 else {
      throw UsageError(
        message: "a value, a schema and one contract are needed together",
        help: "check --data FILE --schema POINTER [--format annotation] CONTRACT")
    }
    let format = call.options["format"] ?? "assertion"
    guard ["assertion", "annotation"].contains(format) else {
      throw Arguments.unknown("format", format, ["assertion", "annotation"])
    }
    let diagnostics = Diagnostics()
    guard isReadable(call.values[0], diagnostics), isReadable(data, diagnostics),
      let violations = violations(call.values[0], data, pointer, format, diagnostics)
    else {
      let errors = diagnostics.sorted.filter { $0.severity == .error }
      if isForPrograms { Self.printJSON(errors) } else { report(errors) }
      return 2
    }
    if isForPrograms {
      Self.printJSON([], ["violations": .array(violations.map(\.jsonValue))])
    } else {
      for violation in violations {
        print("\(violation.name.isEmpty ? "/" : violation.name): \(violation.rule): \(violation.message)")
      }
    }
    return violations.isEmpty ? 0 : 1
  }

  /// The violations of a schema by the value in a file; nil, and reported, where there is no such value or schema.
  private func violations(
    _ contract: String, _ data: String, _ pointer: String, _ format: String, _ diagnostics: Diagnostics
  ) -> [Violation]? {
    let (root, file, display) = Command.locate(contract, root: call.options["root"])
    let source = SourceReader(root: root, diagnostics: diagnostics, display: display)
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    let schema = reader.readSchema(file, pointer: pointer)
    _ = SchemaChecks(reader.schemaSet, diagnostics).run()
    let value = readValue(data, diagnostics)
    guard !diagnostics.hasErrors, let schema, let value else { return nil }
    let target = reader.schemaSet[schema]
    guard isSchema(target.key, of: file, source) else {
      diagnostics.error(
        .brokenReference, "there is no schema at '\(pointer)'", at: target.position,
        help: "name a schema, such as /components/schemas/NAME")
      return nil
    }
    return reader.schemaSet.program.violations(of: value, schema: schema, assertsFormat: format == "assertion")
  }

  /// Whether a contract has a schema there; in a file that is not a contract, any value may be one.
  private func isSchema(_ key: SchemaKey, of file: String, _ source: SourceReader) -> Bool {
    let reader = ContractReader(source: source, diagnostics: Diagnostics())
    let isContract =
      source.isAboutEvents(file) ? EventContractReader(beside: reader).read(file) != nil : reader.read(file) != nil
    return !isContract || reader.schemaSet.all.contains { $0.key == key }
  }

  private func readValue(_ path: String, _ diagnostics: Diagnostics) -> JSONValue? {
    guard let bytes = readFile(path),
      let node = DocumentReader.read(SourceFile(path: path, bytes: bytes), diagnostics, isContract: false)
    else { return nil }
    if let value = node.json { return value }
    diagnostics.error(
      .limit, "a number in it has more than \(ExactDecimal.digitLimit) significant digits", at: node.position)
    return nil
  }
}

extension Violation {
  fileprivate var jsonValue: JSONValue {
    ["pointer": .string(name), "rule": .string(rule), "message": .string(message)]
  }
}

extension Diagnostic {
  fileprivate var json: JSONValue {
    var object: JSONObject<JSONValue> = [
      "severity": .string(severity.rawValue), "code": .string(code.rawValue), "message": .string(message),
      "file": .string(position.file.path), "line": .number(ExactDecimal(position.line)),
      "column": .number(ExactDecimal(position.column)),
    ]
    object["help"] = help.map { .string($0) }
    return .object(object)
  }
}

extension LedgerEntry {
  fileprivate var line: String {
    "\(position.file.path):\(position.line):\(position.column): \(keyword): \(fate.rawValue)"
      + (reason.map { " (\($0))" } ?? "")
  }

  fileprivate var json: JSONValue {
    var object: JSONObject<JSONValue> = [
      "keyword": .string(keyword), "fate": .string(fate.rawValue), "file": .string(position.file.path),
      "line": .number(ExactDecimal(position.line)), "column": .number(ExactDecimal(position.column)),
    ]
    object["reason"] = reason.map { .string($0) }
    return .object(object)
  }
}
