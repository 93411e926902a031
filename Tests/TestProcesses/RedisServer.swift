import Foundation
import Synchronization

/// A Redis of a test's own, in memory.
public final class RedisServer: Sendable {
  private static let program = "/usr/bin/redis-server"
  public static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

  public let port: Int
  private let process = Mutex<TestProcess?>(nil)
  private let options: [String]

  /// - Parameter options: further ones of its command line.
  public init(_ options: [String] = []) throws { (port, self.options) = (try FreePorts.take(), options) }

  public var url: String { "redis://127.0.0.1:\(port)" }

  public func start() throws {
    let command = [
      Self.program, "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
      "--enable-debug-command", "local", "--dir", NSTemporaryDirectory(),
    ]
    let started = try TestProcess(command + options)
    process.withLock { $0 = started }
  }

  public func send(_ signal: Int32) { process.withLock { $0?.send(signal) } }

  public func end() { process.withLock { $0?.stop() } }

  /// Sends a command on a connection of its own, and waits for its reply, on a thread of its own; nil where it does not
  /// listen.
  @discardableResult public func command(_ text: String) async -> String? {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [self] in continuation.resume(returning: reply(to: text)) }
    }
  }

  private func reply(to text: String) -> String? {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { Glibc.close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    let code = withUnsafeBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { connect(descriptor, $0.baseAddress, socklen_t(bytes.count)) }
    }
    let bytes = Array((text + "\r\n").utf8)
    guard code == 0, Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return nil }
    var buffer = [UInt8](repeating: 0, count: 1_024)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
