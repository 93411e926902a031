import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import TestProcesses
import TestSockets
import Testing

/// A server with TLS, by `peer.py`, and the certificates of a test in a folder of its own.
struct TLSScene: Sendable {
  /// `root.pem` has issued, by way of an authority below it, `named.pem` (localhost), `addressed.pem` (127.0.0.1),
  /// `other.pem` and `expired.pem`, all for `server.key`; `stranger.pem` has issued none. The common name is localhost in all.
  private static let makeCertificates = """
    new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    issue="openssl x509 -req -CAkey"
    openssl req -x509 $new -days 2 -subj /CN=root -keyout root.key -out root.pem
    openssl req -x509 $new -days 2 -subj /CN=stranger -keyout stranger.key -out stranger.pem
    openssl req $new -subj /CN=issuing -keyout issuing.key -out issuing.csr
    echo basicConstraints=critical,CA:TRUE >authority
    $issue root.key -CA root.pem -in issuing.csr -set_serial 2 -days 2 -extfile authority -out issuing.pem
    openssl req $new -subj /CN=localhost -keyout server.key -out server.csr
    certify() {
      echo "subjectAltName=$3" >names
      $issue issuing.key -CA issuing.pem -in server.csr -set_serial 3 -days "$2" -extfile names -out "$1.leaf"
      cat "$1.leaf" issuing.pem >"$1.pem"
    }
    certify named 2 DNS:localhost
    certify addressed 2 IP:127.0.0.1
    certify other 2 DNS:other.example,DNS:localhost.example,IP:192.0.2.1
    certify expired -1 DNS:localhost
    """

  let folder: URL
  let port: Int
  let loop: Loop

  func path(_ file: String) -> String { folder.appending(path: file).path }

  /// Runs `body` beside a server with a certificate, and with options of `peer.py`, in which `FOLDER` stands for that of the
  /// certificates.
  static func run(
    _ certificate: String = "named", _ options: [String] = [], _ body: (TLSScene) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let made = try await onThread { try TestProcess.run(["sh", "-ec", makeCertificates], in: folder) }
    try #require(made.code == 0, "\(made.errors)")
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "peer.py").path
    let process = try await onThread {
      try TestProcess(
        ["python3", "-W", "ignore", script, "\(certificate).pem", "server.key"]
          + options.map { $0.replacing("FOLDER", with: folder.path) }, in: folder, errors: .inherited)
    }
    let loop = try Loop()
    let result: Result<Void, any Error>
    do {
      let line = try await onThread { firstLine(of: process) }
      result = .success(try await body(TLSScene(folder: folder, port: try #require(Int(line)), loop: loop)))
    } catch {
      result = .failure(error)
    }
    loop.stop()
    process.send(SIGTERM)
    await process.end()
    try result.get()
  }

  /// The first line of a program's output.
  private static func firstLine(of process: TestProcess) -> String {
    var text = ""
    while !text.hasSuffix("\n"), case let more = process.output.availableData, !more.isEmpty {
      text += String(decoding: more, as: UTF8.self)
    }
    return text.trimmingCharacters(in: .newlines)
  }

  /// Runs what blocks: the threads of tasks are shared by all tests.
  private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }

  /// A client of the server that trusts the authority in a file, besides the system's.
  func client(_ host: String = "localhost", trusting file: String? = "root.pem") throws -> HTTPClient {
    let tls = try ClientTLS(authorities: file.map(path))
    return try HTTPClient(origin: "https://\(host):\(port)", loops: [loop], limits: .patient, tls: tls)
  }
}
