import ContractValues

extension SchemaSampler {
  /// A random valid value that depends on nothing but the schema and `seed`; the smallest one where the search for
  /// others is too hard, and nil where it finds none.
  public mutating func one(_ schema: Int, seed: UInt64) -> JSONValue? {
    search.random = SplitMix64(seed ^ UInt64(truncatingIfNeeded: schema) << 32)
    for mode in [Search.Mode.random, .random, .minimal] {
      search.steps = search.limits.steps
      if let value = made(schema, mode, 0),
        search.program.admits(value, schema: schema, assertsFormat: search.assertsFormat)
      {
        return value
      }
    }
    return nil
  }
}
