import ContractConformance
import ContractOutline
import ContractValues
import Glibc
import ServiceClient
import ServiceCore
import ServiceLoop
import ServiceSecurity

/// `./charter conform`: holds a running server against its contracts.
struct Conform {
  private let contracts: [String]
  private let origin: String?
  private let root: String?
  private let formats: [(option: String, path: String)]
  private let printsJSON: Bool
  private var options = ConformanceOptions()
  private let listens: Bool
  /// The names of the schemes that credentials are given for.
  private var given: Set<String> = []

  init(_ call: Command.Call) throws {
    contracts = call.operands.filter { !Self.isURL($0) }
    let urls = call.operands.filter(Self.isURL)
    guard !contracts.isEmpty, urls.count < 2 else {
      throw UsageError(description: "contracts and at most one URL are needed: conform CONTRACT... [URL]")
    }
    origin = urls.first
    root = call.values["--root"]
    formats = ["--junit", "--sarif"].compactMap { name in call.values[name].map { (name, $0) } }
    printsJSON = call.flags.contains("--json")
    listens = !call.flags.contains("--no-callbacks")
    try readLimits(call)
    try readCredentials(call)
  }

  private static func isURL(_ text: String) -> Bool { text.hasPrefix("http://") || text.hasPrefix("https://") }

  private mutating func readLimits(_ call: Command.Call) throws {
    func number(_ name: String) throws -> Double? {
      guard let text = call.values[name] else { return nil }
      guard let number = Double(text), (0.001...1e6).contains(number) else {
        throw UsageError(description: "\(name) is '\(text)', which is not a number from 0.001 to 1000000")
      }
      return number
    }
    if let text = call.values["--seed"] {
      guard let seed = UInt64(text) else {
        throw UsageError(description: "--seed is '\(text)', which is not an integer from 0 on")
      }
      options.seed = seed
    }
    options.rate = try number("--rate")
    if let seconds = try number("--time") { options.time = .seconds(seconds) }
    if let count = try number("--requests") { options.requests = Int(min(count, 10_000)) }
    options.only = Self.names(call.values["--only"])
    options.except = Self.names(call.values["--except"])
    options.callsUnsafe = call.flags.contains("--unsafe")
    options.callsInternal = call.flags.contains("--internal")
  }

  private static func names(_ list: String?) -> Set<String> {
    Set((list ?? "").split(separator: ",").map(String.init))
  }

  /// Reads the file of `--credentials`, or what the program of `--credentials-command` prints.
  private mutating func readCredentials(_ call: Command.Call) throws {
    let text: [UInt8]
    if let path = call.values["--credentials"] {
      guard let read = try? readFile(path) else { throw UsageError(description: "\(path) cannot be read") }
      text = read
    } else if let command = call.values["--credentials-command"] {
      let printed = try Child.printed("/bin/sh", ["-c", command])
      guard printed.code == 0 else { throw UsageError(description: "'\(command)' failed with \(printed.code)") }
      text = Array(printed.text.utf8)
    } else {
      return
    }
    var reader = JSONReader(text)
    guard case .object(let members)? = try? JSONValue.decode(&reader) else {
      throw UsageError(
        description: "the credentials are not a JSON object: { \"scheme\": \"secret\", \"insufficient\": { … } }")
    }
    options.secrets = members.filter { $0.key != "known" }.flatMap { Self.texts($0.value) }
    for member in members {
      switch (member.key, member.value) {
      case ("insufficient", .object(let others)):
        var insufficient = Credentials()
        given.formUnion(others.map(\.key))
        for other in others { insufficient[other.key] = Self.credential(other.value) }
        options.insufficient = insufficient
      case ("webhook", .string(let secret)):
        options.verifier = StandardWebhookVerifier(try WebhookSecret(secret))
      case ("known", .object(let values)): options.known = values.map { ($0.key, $0.value) }
      default:
        given.insert(member.key)
        options.credentials[member.key] = Self.credential(member.value)
      }
    }
  }

  private static func texts(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .object(let members): members.flatMap { texts($0.value) }
    default: []
    }
  }

  /// A user and a password, or a secret: its scheme in the contract says what it is.
  private static func credential(_ value: JSONValue) -> Credential? {
    if let user = value["user"]?.text { return .basic(user: user, password: value["password"]?.text ?? "") }
    if let key = value["key"]?.text { return .apiKey(key) }
    return value.text.map { .bearer($0) }
  }

  func run() throws -> Int32 {
    let outline = try Outline.read(contracts, root: root)
    let named = outline.contracts.compactMap(\.server).first
    guard let origin = origin ?? named.flatMap({ Self.isLocal($0) ? $0 : nil }) else {
      throw UsageError(
        description: "which server? Give its URL, such as \(named ?? "http://127.0.0.1:8080"): it will be written to")
    }
    try checkNames(outline)
    var transportOptions = CurlTransport.Options()
    transportOptions.retries.count = 0
    transportOptions.connections = 4
    let (seconds, _) = options.time.components
    transportOptions.answerTimeout = Int(min(max(seconds, 1), 30)) * 1_000
    let transport: CurlTransport
    do { transport = try CurlTransport(origin: origin, options: transportOptions) } catch {
      throw UsageError(description: "\(error); a path before those of the contract belongs into its 'servers'")
    }
    let options = options.adapted(to: outline)
    // A server elsewhere cannot reach this machine's loopback address.
    let receives = listens && Self.isLocal(origin) && outline.routes.contains { !$0.callbacks.isEmpty }
    complain("charter: holding \(origin) against \(contracts.joined(separator: ", "))")
    let report = try BlockingResult.wait {
      await Result {
        let receiver = receives ? try await CallbackServer() : nil
        var conformance = Conformance(outline, transport, options, receiver: receiver)
        let report = await conformance.run()
        await receiver?.stop()
        return report
      }
    }.get()
    if report.failures.count == 1, let only = report.failures.first, only.check == .unreachable,
      report.called.count == 1
    {
      throw UsageError(description: "nothing answers at \(origin): \(only.message)")
    }
    for (option, path) in formats {
      try write(option == "--junit" ? Array(report.junit(origin: origin).utf8) : report.sarif(origin: origin), to: path)
    }
    if printsJSON {
      put((report.json(origin: origin) + [10])[...], 1)
    } else {
      put(Array(report.text(origin: origin).utf8)[...], 1)
    }
    return report.failures.isEmpty ? 0 : 1
  }

  private static func isLocal(_ origin: String) -> Bool {
    ["://127.", "://localhost", "://[::1]"].contains { origin.contains($0) }
  }

  /// Names that mean nothing would let a run pass that has checked nothing.
  private func checkNames(_ outline: Outline) throws(UsageError) {
    let ids = outline.routes.map(\.id)
    for name in options.only.union(options.except).sorted() where !ids.contains(name) {
      throw UsageError(
        description: "there is no operation '\(name)'; there are \(ids.sorted().joined(separator: ", "))")
    }
    let schemes = outline.contracts.flatMap(\.schemes).map(\.name)
    for name in given.sorted() where !schemes.contains(name) {
      let all = schemes.isEmpty ? "none" : schemes.sorted().joined(separator: ", ")
      throw UsageError(description: "there is no security scheme '\(name)' in the contracts; there are \(all)")
    }
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "w") else { throw Failure("\(path) cannot be written: \(lastError())") }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw Failure("\(path) cannot be written: \(lastError())")
    }
  }
}

extension ConformanceOptions {
  /// A secret that was given as a text becomes what its scheme takes.
  fileprivate func adapted(to outline: Outline) -> ConformanceOptions {
    var options = self
    let schemes = outline.routes.flatMap(\.descriptor.policy.security).flatMap(\.schemes).map(\.scheme)
    for scheme in schemes {
      if let own = options.credentials[scheme.name] { options.credentials[scheme.name] = scheme.adapted(own) }
      if let own = options.insufficient?[scheme.name] { options.insufficient?[scheme.name] = scheme.adapted(own) }
    }
    return options
  }
}

extension SecurityScheme {
  fileprivate func adapted(_ credential: Credential) -> Credential {
    guard case .bearer(let secret) = credential else { return credential }
    return switch kind {
    case .apiKey: .apiKey(secret)
    case .http("bearer"), .oauth2, .openIDConnect, .mutualTLS: credential
    case .http("basic"):
      .basic(
        user: String(secret.prefix { $0 != ":" }), password: String(secret.drop { $0 != ":" }.dropFirst()))
    case .http(let scheme): .other(scheme: scheme, secret)
    }
  }
}

extension Outline {
  /// The outline of contracts, which the generator writes.
  ///
  /// - Throws: ``UsageError`` for a file that cannot be read and ``Failure`` for contracts with errors, which the
  ///   generator has printed.
  static func read(_ contracts: [String], root: String?) throws -> Outline {
    let generator = getenv("CHARTER_GENERATOR").map { String(cString: $0) }
    let arguments = ["export", "outline"] + contracts + (root.map { ["--root", $0] } ?? [])
    let printed = try Child.printed(try generator ?? CommandLineTool.tool("contractgen"), arguments)
    guard printed.code != 2 else { throw UsageError(description: "a contract cannot be read") }
    guard printed.code == 0 else { throw Failure("the contracts have errors") }
    do {
      return try Outline(Array(printed.text.utf8))
    } catch {
      throw Failure(error.description)
    }
  }
}
