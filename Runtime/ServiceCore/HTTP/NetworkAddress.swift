import Glibc

/// An IP address, and whether it is on the public Internet.
public struct NetworkAddress: Sendable, Equatable, CustomStringConvertible {
  /// Four of IPv4, sixteen of IPv6; of an IPv4 address in IPv6 (RFC 4291, section 2.5.5.2; RFC 6052) its own four.
  private let bytes: [UInt8]
  /// Made once: each request of a connection is counted and passed on by it.
  public let description: String

  /// - Parameter bytes: 4 or 16, as they are on the wire; nil for another number.
  public init?(bytes given: some Collection<UInt8>) {
    let bytes = Array(given)
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    let embedding: [[UInt8]] = [
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
    let isEmbedded = bytes.count == 16 && embedding.contains { bytes.starts(with: $0) }
    self.bytes = isEmbedded ? Array(bytes.suffix(4)) : bytes
    description = Self.text(self.bytes)
  }

  /// An address as a URL writes it, an IPv6 address without its brackets: `192.0.2.1`, `2001:db8::1`. Nil for anything
  /// else, including numbers that only some programs read as an address, such as `127.1`.
  public init?(_ text: String) {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard !text.utf8.contains(0) else { return nil }
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self.init(bytes: bytes.prefix(4))
    } else if inet_pton(AF_INET6, text, &bytes) == 1 {
      self.init(bytes: bytes)
    } else {
      return nil
    }
  }

  /// Whether it can belong to any host of the Internet: not to this host, its networks, a group, the metadata of a cloud,
  /// or what is reserved (RFC 6890 and the registries of IANA that it refers to).
  public var isPublic: Bool {
    bytes.count == 4 ? !Self.reserved.contains { contains($0) } : contains(Self.global) && !isReservedGlobal
  }

  private var isReservedGlobal: Bool { Self.reservedGlobal.contains { contains($0) } }

  /// What one subscriber has: an address of IPv4, or the first 64 bits of one of IPv6 (RFC 6177).
  public var network: String {
    guard bytes.count == 16 else { return description }
    return NetworkAddress(bytes: bytes.prefix(8) + [UInt8](repeating: 0, count: 8))?.description ?? description
  }

  private static func text(_ bytes: [UInt8]) -> String {
    guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
      .joined(separator: ":")
  }

  // MARK: ranges

  private typealias Range = (prefix: [UInt8], bits: Int)

  private func contains(_ range: Range) -> Bool {
    let whole = range.bits / 8
    guard bytes.starts(with: range.prefix.prefix(whole)) else { return false }
    guard range.bits % 8 > 0 else { return true }
    return (bytes[whole] ^ range.prefix[whole]) >> (8 - range.bits % 8) == 0
  }

  private static let reserved: [Range] = [
    ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24),
    ([192, 0, 2], 24), ([192, 88, 99], 24), ([192, 168], 16), ([198, 18], 15), ([198, 51, 100], 24),
    ([203, 0, 113], 24), ([224], 4), ([240], 4),
    // Metadata of Azure, at an address that looks public.
    ([168, 63, 129, 16], 32),
  ]

  /// The unicast addresses that are given out. Unique local, link-local and group addresses are outside.
  private static let global: Range = ([0x20], 3)

  /// Tunnels and special purposes, documentation, 6to4, and documentation again.
  private static let reservedGlobal: [Range] = [
    ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x20, 0x02], 16), ([0x3F, 0xFF, 0x00], 20),
  ]
}
