import ContractConformance
import ContractOutline
import Foundation
import ServiceClient
import ServiceCore
import ServiceSecurity
import TestProcesses
import Testing

/// A lending library in Python, right by itself, and wrong in one way by each name of `faults.tsv`.
@Suite(.serialized) struct LibraryTests {
  @Test func `a server that keeps its contract has no failures`() async throws {
    for seed in Contracts.seeds.prefix(3) {
      let report = try await Library.report(seed: seed)
      #expect(report.failures.map { $0.text(origin: "") } == [])
      #expect(report.called.count == report.operations && report.skipped == [])
    }
  }

  /// A fault of each kind, and what names it. The first ones, of kinds far from each other, are always planted.
  private static let named: [(fault: String, check: ConformanceCheck)] = [
    ("title-long", .invalidAccepted), ("password-leaked", .hiddenProperty), ("put-lost", .notStored),
    ("books-page-skips", .paging), ("key-second-effect", .idempotency), ("open-writes", .authentication),
    ("notice-unsigned", .callback), ("return-404", .link),
    ("created-200", .mediaType), ("location-missing", .header), ("unicode-crash", .serverError),
    ("pages-most", .validRefused), ("patch-null-ignored", .notStored), ("delete-kept", .notDeleted),
    ("genre-ignored", .filter), ("key-twin", .idempotency), ("if-match-ignored", .conditional),
    ("range-bytes", .range), ("csv-is-json", .notAcceptable), ("scope-unchecked", .authorization),
    ("allow-missing", .methodNotAllowed), ("type-any", .unsupportedMediaType), ("id-taken", .readOnlyTaken),
    ("news-third", .body),
  ]

  @Test(arguments: Contracts.seeds.count > 1 ? named : Array(named.prefix(8)))
  func `a planted fault is found and named`(fault: String, check: ConformanceCheck) async throws {
    let report = try await Library.report(fault: fault)
    #expect(report.failures.contains { $0.check == check }, "\(report.text(origin: ""))")
    for failure in report.failures {
      #expect(failure.at.contains("contract.yaml:") && !failure.exchanges.isEmpty)
    }
  }

  /// What a contract does not say, what never reaches a client, and what no request has met yet.
  private static let unseen: Set = [
    "tag-first", "pages-ignored", "lent-twice", "return-twice", "loans-repeated", "wish-one-genre", "wish-plus",
    "not-modified-body", "head-body", "outline-deep", "price-rounded", "label-null-kept",
  ]

  @Test(.enabled(if: Contracts.seeds.count > 1)) func `every planted fault is found`() async throws {
    var found: [String] = []
    let names = try Library.faults()
    for name in names {
      let report = try await Library.report(fault: name)
      if !report.failures.isEmpty { found.append(name) }
    }
    #expect(Set(names).subtracting(found).subtracting(Self.unseen) == [])
    print("↳ \(found.count) of \(names.count) faults found")
  }

  @Test func `a request that fails is made as small as it can be`() async throws {
    let report = try await Library.report(fault: "unicode-crash", only: ["createBook"])
    let failure = try #require(report.failures.first { $0.check == .serverError })
    let body = try #require(failure.exchanges.last?.request.body)
    let sent = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    // What the contract requires, and nothing else.
    #expect(Set(sent.keys) == ["title", "isbn", "genre", "pages", "authors"], "\(sent)")
  }

  /// Somebody else's server, where FastAPI is there.
  @Test(.enabled(if: Library.hasFastAPI)) func `faults of a FastAPI program are found`() async throws {
    #expect(
      try await Library.report(program: "fastapi_program.py", only: Library.shared).failures.map { $0.text(origin: "") }
        == [])
    let faults: [(String, ConformanceCheck)] = [("1", .invalidAccepted), ("2", .hiddenProperty), ("3", .notStored)]
    for (fault, check) in faults {
      let report = try await Library.report(program: "fastapi_program.py", fault: fault, only: Library.shared)
      #expect(report.failures.contains { $0.check == check }, "\(fault): \(report.text(origin: ""))")
    }
  }

  @Test func `a report is text, JSON, JUnit and SARIF`() async throws {
    let report = try await Library.report(fault: "password-leaked", only: ["getMember", "createMember"])
    let text = report.text(origin: "http://127.0.0.1:1")
    #expect(text.contains("/password is write-only") && text.contains("curl -i"))
    #expect(!text.contains("token-read-write") && !text.contains("reader-key-4711"))
    let junit = report.junit(origin: "http://127.0.0.1:1")
    #expect(junit.contains("<testcase classname=\"getMember\" name=\"hidden-property\">"))
    let check = "import sys, xml.etree.ElementTree as tree; print(tree.fromstring(sys.argv[1]).tag)"
    #expect(try TestProcess.run(["python3", "-c", check, junit]).output == "testsuite\n")
    let sarif = try #require(try JSONSerialization.jsonObject(with: Data(report.sarif(origin: ""))) as? [String: Any])
    #expect(sarif["version"] as? String == "2.1.0")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json(origin: ""))) as? [String: Any])
    let failures = try #require(json["failures"] as? [[String: Any]])
    #expect(failures.contains { $0["check"] as? String == "hidden-property" && $0["line"] is Int })
    #expect(report.called == ["getMember", "createMember"])
  }

  @Test func `the command says by its exit code whether a server conforms`() async throws {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let server = try Library.Server(fault: "news-many")
    defer { server.stop() }
    func run(_ arguments: String...) throws -> (code: Int32, output: String, errors: String) {
      try TestProcess.run([programs + "/charter", "conform"] + arguments)
    }
    let contract = Library.folder.appending(path: "contract.yaml").path
    let credentials = ["--credentials", Library.folder.appending(path: "credentials.json").path]
    let bad = try run(contract, server.origin, "--only", "readNews", "--json", credentials[0], credentials[1])
    #expect(bad.code == 1 && bad.output.contains("invalid-accepted"))
    let good = try run(contract, server.origin, "--only", "whoAmI", credentials[0], credentials[1])
    #expect(good.code == 0 && good.output.contains("no failures in what was checked"))
    #expect(try run(contract, server.origin, "--rate", "no").code == 2)
    #expect(try run(server.origin).code == 2)
    #expect(try run(contract + ".none", server.origin).code == 2)
    #expect(try run(contract, server.origin, "--only", "nothing").code == 2)
  }
}

/// The library, and what a run finds of it.
enum Library {
  static var folder: URL { URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Library") }

  static func faults() throws -> [String] {
    try String(contentsOf: folder.appending(path: "faults.tsv"), encoding: .utf8).split(separator: "\n").map {
      String($0.prefix { $0 != "\t" })
    }
  }

  static let hasFastAPI = (try? TestProcess.run(["python3", "-c", "import fastapi, uvicorn"]).code) == 0

  /// The operations that the FastAPI program has.
  static let shared: Set = [
    "listBooks", "createBook", "getBook", "replaceBook", "changeBook", "deleteBook", "listMembers", "createMember",
    "getMember", "replaceMember", "deleteMember",
  ]

  final class Server: Sendable {
    private let process: TestProcess
    let origin: String

    init(_ program: String = "server.py", fault: String?) throws {
      var environment = ProcessInfo.processInfo.environment
      environment["FAULT"] = fault
      process = try TestProcess(
        ["python3", "-u", folder.appending(path: program).path, "0"], environment: environment)
      var line = ""
      while !line.contains("\n") {
        let data = process.output.availableData
        try #require(!data.isEmpty, "the library did not start: \(line)")
        line += String(decoding: data, as: UTF8.self)
      }
      origin = String(try #require(line.split(separator: "\n").first?.split(separator: " ").last))
    }

    func stop() { process.stop() }
  }

  static func report(
    program: String = "server.py", fault: String? = nil, seed: UInt64 = 1, only: Set<String> = []
  ) async throws -> ConformanceReport {
    let outline = try Contracts.outline([folder.appending(path: "contract.yaml").path])
    let server = try Server(program, fault: fault)
    defer { server.stop() }
    var limits = CurlTransport.Options()
    limits.retries.count = 0
    var options = ConformanceOptions()
    (options.seed, options.only, options.requests) = (seed, only, 12)
    options.credentials = ["readerKey": .apiKey("reader-key-4711"), "librarian": .bearer("token-read-write")]
    options.insufficient = ["librarian": .bearer("token-without-scopes")]
    options.verifier = StandardWebhookVerifier(try WebhookSecret("whsec_bGlicmFyeS1saWJyYXJ5LWxpYnJhcnktbGlicmFyeQ=="))
    let receiver = try await CallbackServer()
    var conformance = Conformance(
      outline, try CurlTransport(origin: server.origin, options: limits), options, receiver: receiver)
    let report = await conformance.run()
    await receiver.stop()
    return report
  }
}
