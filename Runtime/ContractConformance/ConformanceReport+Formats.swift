import ContractOutline
import ContractValues
import ServiceCore

/// A report as text and in the formats of other tools.
extension ConformanceReport {
  /// What people read: each failure with what was sent and what came.
  ///
  /// - Parameter origin: of the server, for lines that can be pasted into a shell.
  public func text(origin: String) -> String {
    let counted = failures.count == 1 ? "1 failure" : "\(failures.count) failures"
    let verdict = !failures.isEmpty ? counted : isWhole ? "conforms" : "no failures in what was checked"
    return masked(
      failures.enumerated().map { "\($0 + 1). \($1.text(origin: origin))\n" }.joined(separator: "\n")
        + (failures.isEmpty ? "" : "\n") + skipped.map { "not checked: \($0)\n" }.joined()
        + "\(verdict): \(requests) requests to \(called.count) of \(operations) operations, seed \(seed)\n")
  }

  /// One object, for scripts.
  public func json(origin: String) -> [UInt8] {
    let object: JSONValue = [
      "failures": .array(failures.map { $0.json(origin: origin) }),
      "skipped": .array(skipped.map { .string($0) }), "requests": .number(ExactDecimal(requests)),
      "operations": .number(ExactDecimal(operations)), "called": .number(ExactDecimal(called.count)),
      "seed": .string(String(seed)),
    ]
    return Array(masked(String(decoding: object.json, as: UTF8.self)).utf8)
  }

  /// JUnit's XML: a test case for each check of each operation that failed, and one for all that passed.
  public func junit(origin: String) -> String {
    let cases = failures.map { failure in
      """
        <testcase classname="\(Self.escaped(failure.operation))" name="\(failure.check.rawValue)">
          <failure message="\(Self.escaped(failure.message))">\(Self.escaped(failure.text(origin: origin)))</failure>
        </testcase>

      """
    }
    let failed = Set(failures.map(\.operation))
    let passed = called.subtracting(failed).sorted().map {
      "  <testcase classname=\"\(Self.escaped($0))\" name=\"conforms\"/>\n"
    }
    return
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"conformance\" tests=\"\(cases.count + passed.count)\""
      + " failures=\"\(cases.count)\">\n" + cases.joined() + passed.joined() + "</testsuite>\n"
  }

  /// SARIF 2.1.0, which code reviews show at the lines of the contract.
  public func sarif(origin: String) -> [UInt8] {
    let rules = ConformanceCheck.allCases.map { check -> JSONValue in
      ["id": .string(check.rawValue), "shortDescription": ["text": .string(check.summary)]]
    }
    let results = failures.map { failure -> JSONValue in
      let (file, line) = failure.place
      return [
        "ruleId": .string(failure.check.rawValue), "level": "error",
        "message": ["text": .string("\(failure.operation): \(failure.message)\n\(failure.commands(origin: origin))")],
        "locations": [
          [
            "physicalLocation": [
              "artifactLocation": ["uri": .string(file)], "region": ["startLine": .number(ExactDecimal(line))],
            ]
          ]
        ],
      ]
    }
    let log: JSONValue = [
      "version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "runs": [
        ["tool": ["driver": ["name": "charter conform", "rules": .array(rules)]], "results": .array(results)]
      ],
    ]
    return Array(masked(String(decoding: log.json, as: UTF8.self)).utf8)
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      // Other control characters cannot be in XML.
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "?"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension ConformanceFailure {
  /// The file and the line of the contract.
  var place: (file: String, line: Int) {
    guard let colon = at.lastIndex(of: ":"), let line = Int(at[at.index(after: colon)...]) else { return (at, 1) }
    return (String(at[..<colon]), line)
  }

  /// One curl line a request.
  func commands(origin: String) -> String {
    exchanges.map { $0.request.command(origin: origin) }.joined(separator: "\n")
  }

  public func text(origin: String) -> String {
    var lines = ["\(operation): \(message) [\(check.rawValue)]", "   contract: \(at)"]
    // What led there, and the last of it.
    for exchange in exchanges.suffix(6) {
      lines.append("   sent: \(exchange.request.command(origin: origin))")
      lines.append("   came: " + (exchange.response.map { "\($0.status) \($0.summary)" } ?? "nothing"))
    }
    if count > 1 { lines.append("   seen \(count) times") }
    return lines.joined(separator: "\n")
  }

  func json(origin: String) -> JSONValue {
    let (file, line) = place
    return [
      "check": .string(check.rawValue), "operation": .string(operation), "message": .string(message),
      "file": .string(file), "line": .number(ExactDecimal(line)), "count": .number(ExactDecimal(count)),
      "exchanges": .array(
        exchanges.map { exchange in
          var object: JSONObject<JSONValue> = ["request": .string(exchange.request.command(origin: origin))]
          object["status"] = exchange.response.map { .number(ExactDecimal($0.status)) }
          object["response"] = exchange.response.map { .string($0.summary) }
          return .object(object)
        }),
    ]
  }
}

extension HTTPRequest {
  /// The request as a line for a shell. Credentials are not in it.
  func command(origin: String) -> String {
    var words = ["curl", "-i"]
    if method == "HEAD" { words = ["curl", "-I"] } else if method != "GET" { words += ["-X", method] }
    words.append(Self.quoted((origin.hasSuffix("/") ? String(origin.dropLast()) : origin) + target))
    for (name, value) in headers.list {
      let isSecret = ["authorization", "cookie"].contains(name) || name.contains("key") && name != "idempotency-key"
      words += ["-H", Self.quoted("\(name): \(isSecret ? "…" : value)")]
    }
    if !body.isEmpty { words += ["--data-raw", Self.quoted(body)] }
    return words.joined(separator: " ")
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }

  private static func quoted(_ body: [UInt8]) -> String {
    if body.count <= 4_096, let text = String(validating: body, as: UTF8.self), !text.utf8.contains(0) {
      return quoted(text)
    }
    let bytes = body.prefix(1_024).map { byte -> String in
      if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "'"), byte != UInt8(ascii: "\\") {
        return String(UnicodeScalar(byte))
      }
      let digits = String(byte, radix: 16)
      return "\\x" + (digits.utf8.count == 1 ? "0" : "") + digits
    }
    return "$'\(bytes.joined())'" + (body.count > 1_024 ? " # and \(body.count - 1_024) bytes more" : "")
  }
}
