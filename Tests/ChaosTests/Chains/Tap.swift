import Foundation
import Synchronization
import TestSockets

/// Passes bytes between a front and the gateway, and records what the front sent.
final class Tap: Sendable {
  private let server: ScriptedServer
  /// What each connection of the front brought.
  private let recorded: Recorded

  private final class Recorded: Sendable {
    let streams = Mutex<[[UInt8]]>([])
  }

  /// - Parameter gateway: the port that it connects to, once for each connection that it accepts.
  init(to gateway: Int) throws {
    let recorded = Recorded()
    self.recorded = recorded
    server = try ScriptedServer { peer in
      guard let descriptor = try? Raw.socket() else { return }
      defer { close(descriptor) }
      guard (try? Raw.withLoopback(gateway) { connect(descriptor, $0, $1) }) != nil else { return }
      for socket in [peer.descriptor, descriptor] { Raw.set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1)) }
      let index = recorded.streams.withLock { streams in
        streams.append([])
        return streams.count - 1
      }
      let isAnswered = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        Self.pass(from: descriptor, to: peer.descriptor)
        isAnswered.signal()
      }
      Self.pass(from: peer.descriptor, to: descriptor) { piece in recorded.streams.withLock { $0[index] += piece } }
      isAnswered.wait()
    }
  }

  var port: Int { server.port }

  /// Passes bytes on until one side ends, which the other is then shown.
  private static func pass(from source: Int32, to target: Int32, _ record: ([UInt8]) -> Void = { _ in }) {
    while let piece = Raw.receive(source), !piece.isEmpty {
      record(piece)
      Raw.send(target, piece)
    }
    shutdown(target, Int32(SHUT_WR))
  }

  /// The requests that were sent to the gateway, read strictly: of a connection none behind what is no request.
  var requests: [SeenRequest] {
    recorded.streams.withLock { $0 }.flatMap { bytes in
      var reader = StrictReader()
      return reader.read(bytes)
    }
  }

  func stop() { server.stop() }
}
