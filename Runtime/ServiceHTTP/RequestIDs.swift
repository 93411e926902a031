import ServiceCore

/// Assigns request ids: the caller's, or a generated one.
///
/// Ids serve to find log lines, not for security, so a fast generator replaces the system's randomness, which costs a
/// system call each time. It is seeded from the system once per connection.
struct RequestIDs: Sendable {
  private var random: Wyrand

  init() { random = Wyrand(state: UInt64.random(in: 0 ... .max)) }

  /// The caller's id when it is safe to log, otherwise a new one.
  mutating func id(_ headers: HTTPFields, at now: Timestamp) -> String {
    if let id = headers["x-request-id"], (1...64).contains(id.utf8.count), id.utf8.allSatisfy(Self.isAllowed) {
      return id
    }
    return Uuid.v7(at: now, using: &random).description
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 45, 95: true
    default: false
    }
  }

  /// Wang Yi's wyrand: one multiplication per number.
  private struct Wyrand: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0xA076_1D64_78BD_642F
      let product = state.multipliedFullWidth(by: state ^ 0xE703_7ED1_A0B4_28DB)
      return product.high ^ product.low
    }
  }
}
