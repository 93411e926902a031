import Foundation
import TestProcesses
import Testing

extension EndToEnd {
  /// What `./charter up` says and does around its host, with a host of a few lines in the place of the real one.
  @Suite struct CommandLineTests {
    @Test func `a host that crashes at once is started as seldom as was announced`() async throws {
      let tool = try Tool(host: "kill -SEGV $$")
      defer { tool.remove() }
      let clock = ContinuousClock()
      let began = clock.now
      let run = try tool.start()
      let isThird = try await eventually(within: 60) { try tool.starts() >= 3 }
      #expect(isThird)
      // A second, and then two.
      #expect(clock.now - began >= .milliseconds(2_900))
      run.send(SIGINT)
      let said = await tool.end(run).text
      #expect(said.contains("signal 11; restarting it in 1 s"))
      #expect(said.contains("signal 11; restarting it in 2 s"))
    }

    @Test func `a host that says what is wrong has said it alone, and migrations are done once`() async throws {
      let tool = try Tool(host: "echo 'error: it is wrong' >&2; exit 1")
      defer { tool.remove() }
      let (code, text) = await tool.end(try tool.start())
      #expect(code == 1)
      #expect(text.split(separator: "\n") == ["error: it is wrong", "stopped"])
      #expect(try tool.calls().filter { $0.contains("--migrate") }.count == 1)
    }

    @Test func `migrations that fail keep the host from starting`() async throws {
      let tool = try Tool(host: "exit 0", migration: "echo 'error: no' >&2; exit 1")
      defer { tool.remove() }
      let (code, text) = await tool.end(try tool.start())
      #expect(code == 1 && text.contains("error: no"))
      #expect(try tool.starts() == 0)
    }

    @Test func `the address is passed on, and no owner's password`() async throws {
      let tool = try Tool(host: "env >> $CHARTER_ROOT/calls; exit 0")
      defer { tool.remove() }
      _ = await tool.end(
        try tool.start(
          ["--address", "127.0.0.2"],
          ["ORDERS_DB_OWNER": "secret", "PGPASSWORD": "secret", "CHARTER_ADDRESS": "0.0.0.0"]))
      #expect(try tool.calls().contains { $0.hasPrefix("call") && $0.contains("--address 127.0.0.2") })
      #expect(try tool.calls().filter { $0.contains("secret") || $0.hasPrefix("CHARTER_ADDRESS") } == [])
      let other = try Tool(host: "exit 0")
      defer { other.remove() }
      _ = await other.end(try other.start([], ["CHARTER_ADDRESS": "0.0.0.0"]))
      #expect(try other.calls().last?.contains("--address 0.0.0.0") == true)
      _ = await other.end(try other.start())
      #expect(try other.calls().last?.contains("--address 127.0.0.1") == true)
    }

    @Test func `a reader that goes away does not keep it from stopping in order`() async throws {
      let tool = try Tool(
        host: "grep SigIgn /proc/$$/status >> $CHARTER_ROOT/calls; trap 'exit 0' TERM; while :; do sleep 0.05; done")
      defer { tool.remove() }
      let process = try tool.start()
      let isUp = try await eventually(within: 60) { try tool.calls().contains { $0.hasPrefix("SigIgn") } }
      #expect(isUp)
      try process.output.close()
      process.send(SIGINT)
      #expect(process.wait() == 0)
      // Bit 12 is SIGPIPE: what this program ignores its children do not.
      let mask = try tool.calls().first { $0.hasPrefix("SigIgn") }?.split(separator: "\t").last
      #expect(UInt64(mask ?? "f", radix: 16).map { $0 & 1 << 12 } == 0)
    }

    @Test(arguments: [
      (["foo"], "'foo' is not an option of up"), (["--port"], "--port needs a value"),
      (["--port", "70000"], "not a port"), (["--only", ""], "--only names no service; valid names: products, gateway"),
      (["--only", "nope"], "valid names: products, gateway"), (["--data", ""], "--data needs the path of a folder"),
      (["--address", "localhost"], "not an IPv4 address; use a local one such as 127.0.0.1"),
      (["--address", "::1"], "0.0.0.0"),
    ])
    func `wrong usage is refused before anything is started`(arguments: [String], words: String) async throws {
      let tool = try Tool(host: "exit 0")
      defer { tool.remove() }
      let (code, text) = await tool.end(try tool.start(arguments, ["DB_CONNECTION": nil]))
      #expect(code == 2 && text.contains(words) && !text.contains("PostgreSQL"), "\(text)")
      #expect(!FileManager.default.fileExists(atPath: tool.data))
    }

    @Test(arguments: [
      (
        ["serve", "--with-peers", "nope"],
        "'nope'; valid names: all, nginx, hyper, fasthttp, netty, go, fastapi, express"
      ),
      (["serve", "--with-peers", ","], "--with-peers names no peer; valid names: all"),
      (["serve", "--rounds", "0"], "--rounds is '0', which is not a number from 1 to 100"),
      (["growth", "--seconds", "601"], "--seconds is '601', which is not a number from 1 to 600"),
      (["instructions", "greeting"], "'greeting' is not an option of bench instructions; valid options: --record"),
      (["nope"], "unknown command 'bench nope'"),
    ])
    func `wrong usage of a benchmark is refused before anything is started`(
      arguments: [String], words: String
    ) async throws {
      let tool = try Tool(host: "exit 0")
      defer { tool.remove() }
      let (code, text) = await tool.end(try tool.start(command: ["bench"] + arguments))
      #expect(code == 2 && text.contains(words) && !text.contains("PostgreSQL"), "\(text)")
    }

    @Test func `a port that is taken, or an address of another machine, is reported before anything is started`()
      async throws
    {
      let tool = try Tool(host: "exit 0")
      defer { tool.remove() }
      let taken = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(taken) }
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutablePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = bind(taken, $0, size) == 0 && listen(taken, 1) == 0 && getsockname(taken, $0, &size) == 0
        }
      }
      let port = "\(in_port_t(bigEndian: name.sin_port))"
      let (code, text) = await tool.end(try tool.start(["--port", port], ["DB_CONNECTION": nil]))
      #expect(code == 1 && text.contains("port \(port) of 127.0.0.1 is in use"), "\(text)")
      #expect(!text.contains("PostgreSQL"))
      let far = await tool.end(
        try tool.start(["--port", "18080", "--address", "192.0.2.1"], ["DB_CONNECTION": nil]))
      #expect(far.code == 1 && far.text.contains("192.0.2.1 is not an address of this machine"), "\(far.text)")
      #expect(try tool.calls() == [])
    }

    @Test func `a folder that cannot be made is reported with the system's reason, and what to do`() async throws {
      let tool = try Tool(host: "exit 0")
      defer { tool.remove() }
      let path = tool.folder + "/host/data"
      let (code, text) = await tool.end(try tool.start(["--data", path]))
      #expect(code == 1 && text.contains("cannot create \(path): Not a directory"), "\(text)")
      #expect(text.contains("use --data DIR"))
    }

    @Test func `doctor says what of a moved checkout has to go, and whose the data folder is`() throws {
      let folder = NSTemporaryDirectory() + "charter-doctor-\(UUID())"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try FileManager.default.createDirectory(atPath: folder + "/.build", withIntermediateDirectories: true)
      let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "charter").path
      try FileManager.default.copyItem(atPath: script, toPath: folder + "/charter")
      try #"{"path": "/somewhere/else/Tests"}"#.write(
        toFile: folder + "/.build/manifest.pif", atomically: true, encoding: .utf8)
      let ended = try TestProcess.run(
        [folder + "/charter", "doctor"],
        environment: ProcessInfo.processInfo.environment.merging(["CHARTER_DATA": "/proc/1"]) { $1 })
      let text = ended.output
      #expect(ended.code == 1)
      #expect(text.contains("the checkout was moved or copied: rm -rf \(folder)/.build"), "\(text)")
      #expect(text.contains("missing  the data folder /proc/1: "), "\(text)")
      #expect(text.split(separator: "\n").contains { $0.hasPrefix("ok       PostgreSQL") }, "\(text)")
    }

    @Test func `a data folder of another user is refused`() async throws {
      guard getuid() == 0 else { return }
      let tool = try Tool(host: "exit 0")
      defer { tool.remove() }
      try FileManager.default.createDirectory(atPath: tool.data, withIntermediateDirectories: false)
      try FileManager.default.setAttributes([.ownerAccountName: "nobody"], ofItemAtPath: tool.data)
      let (code, text) = await tool.end(try tool.start())
      #expect(
        code == 1 && text.contains("\(tool.data) belongs to the user nobody: run ./charter as that user"), "\(text)")
    }
  }
}

/// The program `charter` in a folder of its own, beside a script in the place of `host`.
///
/// It runs no service and is given a database that it does not ask for, so that no PostgreSQL is started.
private struct Tool {
  let folder: String
  var data: String { folder + "/data" }

  /// - Parameters:
  ///   - host: what the host does when it is to serve.
  ///   - migration: what it does when it is to migrate.
  init(host: String, migration: String = "exit 0") throws {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    folder = NSTemporaryDirectory() + "charter-tool-\(UUID())"
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: false)
    try files.copyItem(atPath: programs + "/charter", toPath: folder + "/charter")
    let script = """
      #!/bin/sh
      [ "$1" != --list ] || { echo products database; exit; }
      echo "call $*" >> "$CHARTER_ROOT/calls"
      case "$*" in *--migrate*) \(migration) ;; esac
      \(host)
      """
    try script.write(toFile: folder + "/host", atomically: true, encoding: .utf8)
    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/host")
    _ = files.createFile(atPath: folder + "/calls", contents: nil, attributes: [.posixPermissions: 0o666])
    try files.setAttributes([.posixPermissions: 0o666], ofItemAtPath: folder + "/calls")
  }

  func start(_ arguments: [String] = [], _ environment: [String: String?] = [:]) throws -> TestProcess {
    let only = arguments.contains("--only") ? [] : ["--only", "gateway"]
    let place = arguments.contains("--data") ? [] : ["--data", data]
    let port = arguments.contains("--port") ? [] : ["--port", "0"]
    return try start(command: ["up"] + arguments + only + place + port, environment)
  }

  /// Starts the program with exactly these arguments.
  func start(command: [String], _ environment: [String: String?] = [:]) throws -> TestProcess {
    var merged = ProcessInfo.processInfo.environment
    merged["DB_CONNECTION"] = "host=/nowhere"
    merged["CHARTER_ROOT"] = folder
    for (name, value) in environment { merged[name] = value }
    return try TestProcess(
      [folder + "/charter"] + command, in: URL(filePath: folder), environment: merged, deathSignal: "TERM")
  }

  /// Waits for its end; its exit code, and what it printed.
  func end(_ process: TestProcess) async -> (code: Int32, text: String) {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let text = String(decoding: process.output.readDataToEndOfFile(), as: UTF8.self)
        continuation.resume(returning: (process.wait(), text))
      }
    }
  }

  /// How the host was called, a line a call.
  func calls() throws -> [String] {
    try String(contentsOfFile: folder + "/calls", encoding: .utf8).split(separator: "\n").map(String.init)
  }

  func starts() throws -> Int { try calls().filter { $0.hasPrefix("call") && !$0.contains("--migrate") }.count }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
