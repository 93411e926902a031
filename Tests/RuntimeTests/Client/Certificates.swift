import Foundation
import TestProcesses
import Testing

/// Certificates in a folder of their own, which a test removes.
struct Certificates {
  let folder = FileManager.default.temporaryDirectory.appending(path: "certificates-\(UUID().uuidString)")

  /// - Parameter name: what the server's certificate is for, as openssl writes it: `IP:127.0.0.1`.
  init(for name: String) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test"
    for file in ["server", "client"] {
      let made = try TestProcess.run(
        ["openssl"] + words.split(separator: " ").map(String.init) + [
          "-addext", "subjectAltName=\(name)", "-keyout", path("\(file).key"), "-out", path("\(file).pem"),
        ])
      try #require(made.code == 0, "\(made.errors)")
    }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Starts a server with these certificates; it says on its first line where it listens.
  func serve(_ further: [String] = []) throws -> (process: TestProcess, origin: String) {
    let process = try TestProcess(
      [
        "openssl", "s_server", "-www", "-accept", "127.0.0.1:0", "-cert", path("server.pem"), "-key",
        path("server.key"),
      ] + further)
    var text = ""
    while !text.contains("\n") || !text.contains("ACCEPT"), case let more = process.output.availableData, !more.isEmpty
    {
      text += String(decoding: more, as: UTF8.self)
    }
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }, "\(text)")
    return (process, "https://" + line.dropFirst("ACCEPT ".count).trimmingCharacters(in: .whitespaces))
  }
}
