extension Sequence where Element == UInt8 {
  /// The 64 bits of FNV-1a: the same in every process, unlike Swift's hashes, and no protection against those who
  /// choose the bytes.
  @inlinable package var fnv1a: UInt64 {
    reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
