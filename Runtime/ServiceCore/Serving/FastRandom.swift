/// Wang Yi's wyrand: one multiplication per number. Its numbers identify requests and are no secrets; the system's
/// randomness would cost a system call each.
package struct FastRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Seeded from the system.
  package init() { state = UInt64.random(in: 0 ... .max) }

  package mutating func next() -> UInt64 {
    state &+= 0xA076_1D64_78BD_642F
    let product = state.multipliedFullWidth(by: state ^ 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
  }

  package mutating func nextNonzero() -> UInt64 {
    let number = next()
    return number == 0 ? 1 : number
  }
}
