import Glibc

/// A kind of request whose work is counted.
struct RequestKind: Sendable {
  let name: String
  /// The request of a number from 0 on.
  let request: @Sendable (_ number: Int) -> [UInt8]
  let status: Int
  /// Whether the counted process is a gateway, and the service runs in another.
  var isRemote = false

  static let all = [
    RequestKind(name: "greeting", request: { _ in BenchmarkClient.request("GET", "/api/bench/greeting") }, status: 200),
    RequestKind(
      name: "order of 10",
      request: { _ in BenchmarkClient.request("POST", "/api/bench/orders", body: order(email: "ada@example.com")) },
      status: 200),
    RequestKind(
      name: "row by key", request: { BenchmarkClient.request("GET", "/api/bench/items/\($0 % 10_000 + 1)") },
      status: 200),
    RequestKind(
      name: "refused order",
      request: { _ in BenchmarkClient.request("POST", "/api/bench/orders", body: order(email: "ada")) },
      status: 400),
    RequestKind(
      name: "no such path", request: { _ in BenchmarkClient.request("GET", "/api/bench/nothing") }, status: 404),
    RequestKind(
      name: "greeting by gateway", request: { _ in BenchmarkClient.request("GET", "/api/bench/greeting") }, status: 200,
      isRemote: true),
  ]

  /// The order that `Load/orders.lua` sends.
  private static func order(email: String) -> String {
    let lines = (1...10).map { number in
      #"{"product_id":"0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d","name":"Wool scarf number \#(number)","#
        + #""quantity":\#(number),"unit_price":19.99,"note":"please wrap it"}"#
    }
    return #"{"customer_name":"Ada Lovelace","customer_email":"\#(email)","items":[\#(lines.joined(separator: ","))]}"#
  }
}

/// Counts the work of requests, by the difference between two runs of Charter's host under Valgrind.
struct RequestCounter {
  let session: BenchmarkSession
  let database: BenchmarkDatabase
  /// How many requests each run sends; what the first ones cost more does not count.
  private static let counts = (300, 1_300)

  /// Creates the tables, so that no run counts that.
  func migrate() throws {
    try BenchmarkServer(ServeBenchmark.charter(session, database), session).stop()
  }

  /// What one request of a kind costs.
  func count(_ kind: RequestKind) throws -> InstructionTable.Cost {
    let remote = kind.isRemote ? try BenchmarkServer(remoteService, session) : nil
    defer { remote?.stop() }
    let requests = Double(Self.counts.1 - Self.counts.0)
    let instructions = try [Self.counts.0, Self.counts.1].map { try self.instructions(kind, $0) }
    let allocations = try [Self.counts.0, Self.counts.1].map { try self.allocations(kind, $0) }
    return InstructionTable.Cost(
      instructions: Double(instructions[1] - instructions[0]) / requests,
      allocations: Double(allocations[1].count - allocations[0].count) / requests,
      bytes: Double(allocations[1].bytes - allocations[0].bytes) / requests)
  }

  private static let remotePort = 18_081

  private var remoteService: BenchmarkServer.Program {
    get throws {
      let environment = ["CHARTER_ACCESS_LOG=off"]
      var program = try ServeBenchmark.charter(
        session, database, cores: "\(Machine.loadCore)", port: Self.remotePort, environment)
      program.command += ["--only", "bench"]
      return program
    }
  }

  private func instructions(_ kind: RequestKind, _ count: Int) throws -> Int {
    let output = session.folder + "/callgrind.out"
    try send(count, of: kind, to: ["--tool=callgrind", "--callgrind-out-file=" + output])
    let lines = String(decoding: try readFile(output), as: UTF8.self).split(separator: "\n")
    let total = lines.last { $0.hasPrefix("totals:") || $0.hasPrefix("summary:") }?.split(separator: " ").dropFirst()
      .first
    guard let total = total.flatMap({ Int($0) }) else { throw Failure("callgrind wrote no total to \(output)") }
    return total
  }

  private func allocations(_ kind: RequestKind, _ count: Int) throws -> (bytes: Int, count: Int) {
    let log = session.folder + "/dhat.log"
    unlink(log)
    try send(count, of: kind, to: ["--tool=dhat", "--dhat-out-file=/dev/null", "--log-file=" + log])
    // ==1== Total:     1,079,036 bytes in 5,334 blocks
    let lines = String(decoding: try readFile(log), as: UTF8.self).split(separator: "\n")
    let words = lines.first { $0.contains(" Total: ") }?.split(separator: " ").map { $0.filter { $0 != "," } } ?? []
    guard words.count == 7, let bytes = Int(words[2]), let count = Int(words[5]) else {
      throw Failure("dhat wrote no total to \(log)")
    }
    return (bytes, count)
  }

  /// Runs the host under Valgrind, and sends it requests on one connection.
  private func send(_ count: Int, of kind: RequestKind, to tool: [String]) throws {
    let remote = ["BENCH_URL=http://127.0.0.1:\(Self.remotePort)"]
    var program = try ServeBenchmark.charter(session, database, kind.isRemote ? remote : [])
    if kind.isRemote { program.command += ["--only", "gateway"] }
    // With random seeds, dictionaries would differ from run to run.
    program.command.insert("SWIFT_DETERMINISTIC_HASHING=1", at: 0)
    let host = try CommandLineTool.tool("bench-host")
    guard let place = program.command.firstIndex(of: host) else { return }
    program.command.insert(contentsOf: ["valgrind"] + tool, at: place)
    let server = try BenchmarkServer(program, session)
    defer { server.stop() }
    guard var client = BenchmarkClient(port: BenchmarkSession.port) else { throw Failure("the host ended") }
    for number in 0..<count {
      let status = try client.send(kind.request(number))
      guard status == kind.status else { throw Failure("\(kind.name): the status is \(status), not \(kind.status)") }
    }
  }
}
