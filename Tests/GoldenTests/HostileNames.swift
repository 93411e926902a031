import ContractValues
import Foundation
import Testing

/// Names and texts that try to become code, and what is asked of the Swift that comes of them.
enum HostileNames {
  private static let keywords = """
    associatedtype class deinit enum extension fileprivate func import init inout internal let open operator private
    precedencegroup protocol public rethrows static struct subscript typealias var break case catch continue default
    defer do else fallthrough for guard if in repeat return throw switch where while any as await false is nil self
    Self super throws true try Type Protocol Any actor async borrowing consuming convenience didSet dynamic final get
    indirect infix isolated lazy left mutating none nonisolated nonmutating optional override package postfix
    precedence prefix required right sending set some unowned weak willSet macro each discard _ __ $0 $ + - * / == !
    ? . .. ... 0 1st 9 123abc
    """

  private static let own = [
    "", " ", "foo-bar", "foo_bar", "fooBar", "FooBar", "FOO_BAR", "foo bar", "foo.bar", "foo/bar", "foo~bar", "`", "``",
    "`self`", "\u{e9}", "e\u{301}", "ñandú", "日本", "😀", "\u{202e}gnp", "\u{200b}", "a\u{200b}b",
    String(repeating: "x", count: 10_000), "json", "key", "keys", "mark", "check", "request", "response", "input",
    "output", "path", "query", "reader", "value", "item", "program", "rest", "additionalProperties", "decode", "encode",
    "validate", "hashValue", "description", "rawValue", "allCases", "other", "known", "rule", "init(", "\"", "\\",
    "\\(exit(1))", "\"; fatalError() //", "*/", "/*", "#\"", "\"\"\"", "line\nbreak", "tab\there", "nul\0", "cr\r",
    "\u{2028}", "String", "Int", "Bool", "Optional", "Array", "Error", "Result", "Task", "JSONValue", "JSONReader",
    "Violations", "Schemas", "Patterns", "Swift", "ServiceCore", "Equatable", "Sendable", "Nullable", "Indirect",
    "Foundation", "CON", "id", "ID", "Id", "url", "URL",
  ]

  /// What the Swift of operations uses itself.
  private static let operations = """
    Input Output Principal Links Servers Handlers Part1 Part2 Composition Contract Endpoint API ServiceContract ServiceEndpoint operations endpoint Client Webhooks Call VerifiedIdentity
    HTTPRequest HTTPResponse CaseIterable ByteStream ItemStream MultipartPart ServerSentEvent TypedEvent Blob Serving
    Committed RequestReader ContractOperation Placement layout body status accept lastEventID idempotencyKey call
    principal part undeclared exchange handlers sender placement service address descriptor headers anonymous error
    operation index text bytes form events requestForm okForm styledA e9 proof alternative version all respond name max
    """

  static let all: [String] = {
    let words = { (text: String) in text.split(whereSeparator: \.isWhitespace).map(String.init) }
    var seen: Set<ByteKey> = []
    return (words(keywords) + own + words(operations)).filter { seen.insert(ByteKey($0)).inserted }
  }()

  /// Those that HTTP takes for the name of a header (RFC 9110, section 5.1), no two but for their case.
  static let tokens: [String] = {
    var seen: Set<String> = []
    return all.filter { name in
      let isToken = name.utf8.allSatisfy {
        (48...57).contains($0) || (97...122).contains($0 | 0x20) || "!#$%&'*+-.^_`|~".utf8.contains($0)
      }
      return isToken && !name.isEmpty && seen.insert(name.lowercased()).inserted
    }
  }()

  /// Those of which no two are canonically one: Swift could not tell what they would be called.
  static let unique: [String] = {
    var seen: Set<String> = []
    return all.filter { seen.insert($0).inserted }
  }()

  /// Those that can stand in an address, or in a path between its slashes.
  static let segments = unique.filter { name in
    !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"{}?#\\/".utf8.contains($0) }
  }

  static let texts = [
    "*/ fatalError() /*", "/// doc", "\"\"\"", "#\"", "\\(exit(1))", "\n}\nfatalError()\n{", "\r fatalError()",
    "\u{2028}fatalError()", "\u{202e}", "\u{0}", "%s",
  ]
}

extension Sandbox {
  /// The Swift of a contract that is taken.
  func swift(_ contract: JSONObject<JSONValue>) throws -> String {
    let path = folder.appending(path: "contract.json")
    try Data(JSONValue.object(contract).json).write(to: path)
    let run = try run([path.path])
    #expect(run.code == 0, "\(run.errors.prefix(2_000))")
    // Nothing was written but what a test writes itself.
    let written = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      !$0.hasSuffix(".swift")
    }
    #expect(written == ["contract.json"])
    return run.output
  }

  /// Swift that compiles without a warning, and holds nothing of the contract but in names, literals and comments.
  func expectSound(_ swift: String) throws {
    let output = try write(swift)
    // By grep, which reads megabytes in a hundredth of the time that a test without optimization takes.
    let code = #"^ *(fatalError|exit)\(|[\x00-\x09\x0B-\x1F]|\xE2\x80[\xA8\xAE]"#
    let found = try run("env", ["LC_ALL=C", "grep", "--text", "--perl-regexp", code, output])
    #expect(found.code == 1, "\(found.output.prefix(2_000)) \(found.errors)")
    try typecheck([output])
  }

  /// Expects the compiler to accept the files of a module without a warning.
  func typecheck(_ files: [String]) throws {
    let compiled = try run(
      "swiftc", ["-swift-version", "6", "-typecheck", "-warnings-as-errors", "-I", try Self.modules()] + files)
    #expect(compiled.code == 0, "\(compiled.errors.prefix(2_000))")
  }

  /// The folder of the built modules: that of the programs, or one in it, by the build system.
  static func modules() throws -> String {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    return try #require(
      [programs, programs + "/Modules"].first {
        FileManager.default.fileExists(atPath: $0 + "/ServiceCore.swiftmodule")
      }, "no ServiceCore.swiftmodule in \(programs) or its folder Modules; build with tests first")
  }

  /// What Swift declares, as the compiler parses it: a line of kind and name for each, as deep as it is nested.
  func declarations(_ swift: String) throws -> String {
    // Up to 30 MB are printed, which sed reads in a hundredth of the time that a test without optimization takes.
    let lines = #"s/^( *)(\([a-z_]+_decl) ([^"]*("[^ ]*))?.*/\1\2 \4/p"#
    let dump = #"swiftc -frontend -dump-parse -swift-version 6 "$1" | LC_ALL=C sed -nE "$2""#
    let parsed = try run("bash", ["-o", "pipefail", "-c", dump, "bash", try write(swift), lines])
    #expect(parsed.code == 0, "\(parsed.errors.prefix(2_000))")
    return parsed.output
  }

  /// Writes Swift to a file, and returns its path.
  func write(_ swift: String, to name: String = "Output.swift") throws -> String {
    let output = folder.appending(path: name)
    try swift.write(to: output, atomically: true, encoding: .utf8)
    return output.path
  }
}
