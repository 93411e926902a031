import Foundation
import Glibc
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestSockets
import Testing

/// What a server answers its first request with, and what is to come of it.
struct Hostile: Sendable, CustomTestStringConvertible {
  enum Ending: Sendable { case staysOpen, closes, resets }

  let name: String
  let text: String
  let ending: Ending
  /// The body that is to be had; nil when there is none.
  let body: String?
  let isReusable: Bool
  let method: String
  let isStreamed: Bool

  init(
    _ name: String, _ text: String, _ ending: Ending = .staysOpen, body: String? = nil, isReusable: Bool = false,
    method: String = "GET", isStreamed: Bool = false
  ) {
    self.name = name
    self.text = text
    self.ending = ending
    self.body = body
    self.isReusable = isReusable
    self.method = method
    self.isStreamed = isStreamed
  }

  var testDescription: String { name }
}

/// Answers its first request as it is told to, and all others soundly, on a thread of its own.
final class Upstream: Sendable {
  struct Request: Sendable {
    /// The connection it came on, in the order in which they came.
    let connection: Int
    let text: String
  }

  let port: Int
  let listener: Int32
  let requests = Mutex<[Request]>([])

  init(_ answer: Hostile) throws {
    (listener, port) = try Raw.listen()
    Thread.detachNewThread { [self] in serve(answer) }
  }

  var seen: [Request] { requests.withLock { $0 } }

  /// Ends the thread, and with it all connections.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  func serve(_ answer: Hostile) {
    var sockets: [(descriptor: Int32, number: Int)] = []
    var accepted = 0
    defer { for descriptor in sockets.map(\.descriptor) + [listener] { close(descriptor) } }
    while true {
      var polled = ([listener] + sockets.map(\.descriptor)).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&polled, nfds_t(polled.count), -1) > 0 else { return }
      if polled[0].revents != 0 {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        Raw.set(descriptor, SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: 5, tv_usec: 0))
        sockets.append((descriptor, accepted))
        accepted += 1
      }
      for ready in polled.dropFirst() where ready.revents != 0 {
        guard let index = sockets.firstIndex(where: { $0.descriptor == ready.fd }) else { continue }
        if !serveOne(sockets[index].descriptor, sockets[index].number, answer) {
          close(sockets.remove(at: index).descriptor)
        }
      }
    }
  }

  /// Reads what came, which is a request since the client writes each at once, and answers it.
  ///
  /// - Returns: whether the connection stays.
  func serveOne(_ descriptor: Int32, _ number: Int, _ answer: Hostile) -> Bool {
    guard let received = Raw.receive(descriptor), !received.isEmpty else { return false }
    let count = requests.withLock { requests in
      requests.append(Request(connection: number, text: String(decoding: received, as: UTF8.self)))
      return requests.count
    }
    guard count == 1 else {
      Raw.send(descriptor, bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
      return true
    }
    Raw.send(descriptor, bytes(answer.text))
    if answer.ending == .resets { Raw.set(descriptor, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0)) }
    return answer.ending == .staysOpen
  }
}
