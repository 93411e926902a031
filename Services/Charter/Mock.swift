import ContractMock
import ContractOutline
import Glibc
import ServiceClient
import ServiceCore
import ServiceHTTP
import ServiceLoop

/// `mock`: a server that stands in for another, from its contracts alone, or checks what passes between it and its
/// clients.
struct MockServer {
  private let contracts: [String]
  private let root: String?
  private let port: Int
  private let settings: Mock.Settings
  /// The server to forward to.
  private let origin: String?

  init(_ call: Command.Call) throws(UsageError) {
    contracts = call.operands
    guard !contracts.isEmpty else {
      throw UsageError(description: "mock needs a contract: ./charter mock CONTRACT... [--port N]")
    }
    root = call.values["--root"]
    origin = call.values["--proxy"]
    port = try Self.number(call, "--port", 0...65_535, "a port from 0 to 65535") ?? 4_010
    var settings = Mock.Settings()
    settings.isStateful = call.flags.contains("--stateful")
    settings.seed = UInt64(try Self.number(call, "--seed", 0...Int.max, "a number") ?? 1)
    if let text = call.values["--chaos-rate"] {
      guard let rate = Double(text), (0...1).contains(rate) else {
        throw UsageError(description: "--chaos-rate needs a share from 0 to 1, such as 0.1")
      }
      settings.chaosRate = rate
    }
    settings.report = { complain("charter: \($0)") }
    self.settings = settings
    if origin != nil, let name = ["--stateful", "--chaos-rate", "--seed"].first(where: call.has) {
      throw UsageError(description: "\(name) has no effect with --proxy: the server answers")
    }
  }

  private static func number(
    _ call: Command.Call, _ name: String, _ range: ClosedRange<Int>, _ what: String
  ) throws(UsageError) -> Int? {
    guard let text = call.values[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(description: "\(name) needs \(what)")
    }
    return number
  }

  /// Serves until a signal arrives.
  func run() throws -> Int32 {
    let signals = Signals()
    let outline = try Outline.read(contracts, root: root)
    let loop = try Loop()
    let server = try server(outline, loop)
    Task(executorPreference: loop) { await server.start() }
    let operations = outline.routes.count
    say("ready http://127.0.0.1:\(server.port)  \(operations) operation\(operations == 1 ? "" : "s")")
    while signals.received(within: 60_000) == nil {}
    return 0
  }

  private func server(_ outline: Outline, _ loop: Loop) throws -> HTTPServer {
    let logger = Logger(level: .error)
    guard let origin else {
      let mock = Mock(outline, settings)
      return try HTTPServer(loops: [loop], address: "127.0.0.1", port: port, logger: logger) { mock.receive($0) }
    }
    var options = CurlTransport.Options()
    options.retries.count = 0
    let transport: CurlTransport
    do { transport = try CurlTransport(origin: origin, options: options) } catch {
      throw UsageError(description: "--proxy: \(error)")
    }
    let proxy = ContractProxy(
      outline, forward: { try await transport.forward($0, $1) }, report: { complain("charter: \($0)") })
    return try HTTPServer(loops: [loop], address: "127.0.0.1", port: port, logger: logger) { proxy.receive($0) }
  }
}

extension Command.Call {
  fileprivate func has(_ name: String) -> Bool { flags.contains(name) || values[name] != nil }
}
