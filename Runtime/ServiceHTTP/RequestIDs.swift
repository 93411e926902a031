import ServiceCore

/// Gives requests their ids: the caller's own, or one that is made.
///
/// Ids are for finding lines in logs. They guard nothing, so a generator that is quick stands in for the system's
/// randomness, which costs a call of the system each; it is seeded from there once a connection.
struct RequestIDs: Sendable {
  private var random: Wyrand

  init() { random = Wyrand(state: UInt64.random(in: 0 ... .max)) }

  /// The caller's id for the request when it is one that can stand in a log, otherwise a new one.
  mutating func id(_ headers: HTTPFields, at now: Timestamp) -> String {
    if let id = headers["x-request-id"], (1...64).contains(id.utf8.count), id.utf8.allSatisfy(Self.isSound) {
      return id
    }
    return Uuid.v7(at: now, using: &random).description
  }

  private static func isSound(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 45, 95: true
    default: false
    }
  }

  /// Wang Yi's wyrand: one multiplication a number.
  private struct Wyrand: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0xA076_1D64_78BD_642F
      let product = state.multipliedFullWidth(by: state ^ 0xE703_7ED1_A0B4_28DB)
      return product.high ^ product.low
    }
  }
}
