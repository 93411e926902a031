import ContractOutline
import ContractSamples
import ContractValues
import Synchronization

/// Makes values of schemas that a server sends, and fits values to other schemas.
final class ValueMaker: Sendable {
  let program: SchemaProgram
  let shape: SchemaShape
  private let schemas: [OutlinedSchema]
  private let seed: UInt64
  private let state: Mutex<State>

  private struct Key: Hashable {
    let schema: Int
    let variation: UInt64
  }

  private struct State: Sendable {
    var sampler: SchemaSampler
    /// The last values: the same request is often repeated.
    var recent: [Key: JSONValue] = [:]
  }

  private static let recentLimit = 256

  init(_ outline: Outline, seed: UInt64) {
    (program, schemas, self.seed) = (outline.program, outline.schemas, seed)
    shape = SchemaShape(program: outline.program)
    var limits = SchemaSampler.Limits()
    (limits.items, limits.text, limits.parts, limits.steps) = (3, 500, 200, 20_000)
    state = Mutex(State(sampler: outline.sampler(seed: seed, limits: limits, direction: .response)))
  }

  /// A valid value, always the same of a schema and a variation; nil where none is found.
  func value(_ schema: Int, _ variation: UInt64) -> JSONValue? {
    let key = Key(schema: schema, variation: variation)
    return state.withLock { state in
      if let value = state.recent[key] { return value }
      guard let value = state.sampler.one(schema, seed: seed ^ variation) else { return nil }
      if state.recent.count >= Self.recentLimit { state.recent.removeAll(keepingCapacity: true) }
      state.recent[key] = value
      return value
    }
  }

  func admits(_ value: JSONValue, _ schema: Int) -> Bool { program.admits(value, schema: schema) }

  /// The default and the examples of a schema, or of what it refers to.
  func examples(of schema: Int) -> [JSONValue] {
    shape.chain(schema).lazy.map { self.schemas.indices.contains($0) ? self.schemas[$0].values : [] }
      .first { !$0.isEmpty } ?? []
  }

  /// The properties that a server does not send.
  private func hidden(_ schema: Int) -> [String] {
    shape.schemas(of: schema).flatMap { schemas.indices.contains($0) ? schemas[$0].hidden : [] }
  }

  /// A value without what a server does not send.
  func shown(_ value: JSONValue, _ schema: Int?) -> JSONValue {
    guard let schema else { return value }
    switch value {
    case .object(let members):
      let hidden = Set(hidden(schema).map { ByteKey($0) })
      let properties = shape.properties(of: schema)
      return .object(
        JSONObject(
          members.filter { !hidden.contains(ByteKey($0.key)) }.map { ($0.key, shown($0.value, properties[$0.key])) }))
    case .array(let items): return .array(items.map { shown($0, shape.items(of: schema)) })
    default: return value
    }
  }

  // MARK: fitting

  /// The object with a member set, if it is valid then; the first of several forms of the value that is.
  func setting(_ name: String, _ values: [JSONValue], in object: JSONObject<JSONValue>, _ schema: Int) -> JSONObject<
    JSONValue
  >? {
    for value in values {
      if object[name] == value { return object }
      var changed = object
      changed[name] = value
      if admits(.object(changed), schema) { return changed }
    }
    return nil
  }

  /// A valid object with as many of the members as a schema admits. What it requires besides is made; what it only
  /// allows is left out, unless `keeps` a made member of the name.
  func fitted(
    _ members: JSONObject<JSONValue>, to schema: Int, _ variation: UInt64, keeps: (String) -> Bool = { _ in false }
  ) -> JSONObject<JSONValue>? {
    let wanted = declared(members, schema)
    if admits(.object(wanted), schema), !adds(wanted, schema, keeps) { return wanted }
    guard case .object(let made)? = value(schema, variation) else {
      return admits(.object(wanted), schema) ? wanted : nil
    }
    return merged(wanted, into: made, schema, keeps)
  }

  /// Whether something is to be made that the members lack.
  private func adds(_ members: JSONObject<JSONValue>, _ schema: Int, _ keeps: (String) -> Bool) -> Bool {
    shape.properties(of: schema).contains { members[$0.key] == nil && keeps($0.key) }
  }

  /// Without what the schema hides, or does not know.
  private func declared(_ members: JSONObject<JSONValue>, _ schema: Int) -> JSONObject<JSONValue> {
    let names = shape.takesOthers(schema) ? nil : shape.properties(of: schema)
    let hidden = Set(hidden(schema).map { ByteKey($0) })
    return JSONObject(
      members.filter { !hidden.contains(ByteKey($0.key)) && (names == nil || names?[$0.key] != nil) }.map {
        ($0.key, $0.value)
      })
  }

  private func merged(
    _ members: JSONObject<JSONValue>, into made: JSONObject<JSONValue>, _ schema: Int, _ keeps: (String) -> Bool
  ) -> JSONObject<JSONValue> {
    var whole = JSONObject(made.filter { members[$0.key] != nil || keeps($0.key) }.map { ($0.key, $0.value) })
    for member in members { whole[member.key] = member.value }
    if admits(.object(whole), schema) { return whole }
    // One by one: as many as there are valid ones.
    var result = made
    for member in members.prefix(Self.memberLimit) {
      if let changed = setting(member.key, [member.value], in: result, schema) { result = changed }
    }
    for member in made.prefix(Self.memberLimit) where members[member.key] == nil && !keeps(member.key) {
      var changed = result
      changed[member.key] = nil
      if admits(.object(changed), schema) { result = changed }
    }
    return result
  }

  /// Each of them costs a validation of the whole object.
  private static let memberLimit = 100
}

/// The 64-bit FNV-1a hash, the same on every machine and in every run.
func stableHash(_ texts: String...) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for text in texts {
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ 0xFF) &* 0x100_0000_01B3
  }
  return hash
}
