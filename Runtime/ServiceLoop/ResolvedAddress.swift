import Glibc

/// A host's address, as returned by the system's resolver.
package struct ResolvedAddress: Sendable {
  package let family: Int32
  /// A `sockaddr`, with the port.
  package let bytes: [UInt8]

  /// Asks the resolver. It blocks, perhaps for seconds: call it on a ``BlockingPool``.
  package static func resolve(host: String, port: Int) -> ResolvedAddress? {
    lookUp(host, port, AF_UNSPEC) { first in
      // IPv4 is preferred: Charter's own servers listen on it.
      let entries = sequence(first: first, next: \.pointee.ai_next)
      let best = entries.first { $0.pointee.ai_family == AF_INET } ?? first
      let bytes = UnsafeRawBufferPointer(start: best.pointee.ai_addr, count: Int(best.pointee.ai_addrlen))
      return ResolvedAddress(family: best.pointee.ai_family, bytes: Array(bytes))
    }
  }

  /// All IPv4 addresses of a name, as texts in their order; empty where there are none. It blocks as
  /// ``resolve(host:port:)`` does.
  package static func texts(host: String) -> [String] {
    let texts = lookUp(host, nil, AF_INET) { first in
      sequence(first: first, next: \.pointee.ai_next).compactMap { entry in
        text(entry.pointee.ai_addr, entry.pointee.ai_addrlen)
      }
    }
    return texts?.sorted() ?? []
  }

  /// The address without its port, in numbers, such as `10.0.0.7`.
  package var text: String? {
    bytes.withUnsafeBytes { bytes in
      Self.text(bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
    }
  }

  private static func text(_ address: UnsafePointer<sockaddr>?, _ length: socklen_t) -> String? {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// What `read` finds in the resolver's list of addresses, given its first entry; nil where there is none.
  private static func lookUp<Value>(
    _ host: String, _ port: Int?, _ family: Int32, _ read: (UnsafeMutablePointer<addrinfo>) -> Value
  ) -> Value? {
    var hints = addrinfo()
    hints.ai_family = family
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, port.map(String.init), &hints, &list) == 0, let first = list else { return nil }
    defer { freeaddrinfo(first) }
    return read(first)
  }
}
