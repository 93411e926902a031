import Foundation
import Synchronization

/// A server that treats each connection by the script of a test, on a thread for each.
public final class ScriptedServer: Sendable {
  /// One connection, blocking. It is closed when the script returns.
  public struct Peer: Sendable {
    /// The server that accepted it.
    public let server: ScriptedServer
    /// Its socket.
    public let descriptor: Int32

    /// The next request, body included; nil when there is none any more.
    public func request() -> String? {
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
    public func head() -> String? {
      var bytes: [UInt8] = []
      var byte: UInt8 = 0
      while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) {
        guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
        bytes.append(byte)
      }
      return String(decoding: bytes, as: UTF8.self)
    }

    /// Sends a text as UTF-8.
    public func send(_ text: String) { Raw.send(descriptor, Array(text.utf8)) }

    /// Waits until the client closes.
    public func waitForEnd() { while let more = Raw.receive(descriptor), !more.isEmpty {} }

    /// Has the client's next read fail instead of ending.
    public func reset() { Raw.set(descriptor, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0)) }
  }

  /// The port of 127.0.0.1 that it listens on.
  public let port: Int
  private let listener: Int32
  fileprivate let seen = Mutex<[String]>([])
  private let opened = Mutex(0)
  private let ended = Mutex(0)

  /// Starts to listen.
  ///
  /// - Parameter script: runs on a thread of its own for each connection, which it blocks.
  public init(_ script: @escaping @Sendable (Peer) -> Void) throws {
    (listener, port) = try Raw.listen(backlog: SOMAXCONN)
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
  public convenience init(answering text: String) throws {
    try self.init { peer in while peer.request() != nil { peer.send(text) } }
  }

  /// Such as `http://127.0.0.1:8081`.
  public var origin: String { "http://127.0.0.1:\(port)" }
  /// The requests that were read whole.
  public var requests: [String] { seen.withLock { $0 } }
  /// How many connections it has accepted.
  public var connections: Int { opened.withLock { $0 } }
  /// How many of them it has closed.
  public var endedConnections: Int { ended.withLock { $0 } }

  /// Accepts no more connections. Those that are open end by their scripts.
  public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}
