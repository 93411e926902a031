import Foundation
import Glibc
import ServiceClient
import ServiceCore
import Synchronization
import TestProcesses
import Testing

/// A server that does with each connection what a test says, on a thread for each.
final class ScriptedServer: Sendable {
  /// One connection, blocking. It is closed when the script returns.
  struct Peer: Sendable {
    let server: ScriptedServer
    let descriptor: Int32

    /// The next request, body included; nil when there is none any more.
    func request() -> String? {
      guard var text = head() else { return nil }
      let length = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length: ") }.flatMap {
        Int($0.dropFirst(16))
      }
      var left = length ?? 0
      while left > 0, let more = Raw.receive(descriptor), !more.isEmpty {
        text += String(decoding: more, as: UTF8.self)
        left -= more.count
      }
      server.seen.withLock { $0.append(text) }
      return text
    }

    /// The next request's head, read byte by byte, so that the body stays where it is.
    func head() -> String? {
      var bytes: [UInt8] = []
      var byte: UInt8 = 0
      while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) {
        guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
        bytes.append(byte)
      }
      return String(decoding: bytes, as: UTF8.self)
    }

    func send(_ text: String) { Raw.send(descriptor, Array(text.utf8)) }

    /// Waits until the client closes.
    func waitForEnd() { while let more = Raw.receive(descriptor), !more.isEmpty {} }

    /// Has the client's next read fail instead of ending.
    func reset() { Raw.set(descriptor, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0)) }
  }

  let port: Int
  private let listener: Int32
  fileprivate let seen = Mutex<[String]>([])
  private let opened = Mutex(0)
  private let ended = Mutex(0)

  init(_ script: @escaping @Sendable (Peer) -> Void) throws {
    (listener, port) = try Raw.listen()
    Thread.detachNewThread { [self] in
      while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
        opened.withLock { $0 += 1 }
        Thread.detachNewThread { [self] in
          script(Peer(server: self, descriptor: descriptor))
          close(descriptor)
          ended.withLock { $0 += 1 }
        }
      }
      close(listener)
    }
  }

  /// Answers every request in the same way, for as long as the connection lasts.
  convenience init(answering text: String) throws {
    try self.init { peer in while peer.request() != nil { peer.send(text) } }
  }

  var origin: String { "http://127.0.0.1:\(port)" }
  /// The requests that were read whole.
  var requests: [String] { seen.withLock { $0 } }
  var connections: Int { opened.withLock { $0 } }
  var endedConnections: Int { ended.withLock { $0 } }

  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}

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
