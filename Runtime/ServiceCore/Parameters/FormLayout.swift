/// The layout of a form (`application/x-www-form-urlencoded`). A form is the object of its members, each written like a
/// query parameter: its pairs become JSON, which its type then reads like any other body.
public struct FormLayout: Sendable {
  private let members: [StyledParameter]
  private let others: JSONTypes?

  /// - Parameters:
  ///   - members: the members that the contract names, with the location `body`.
  ///   - others: the kinds of all other members; nil where no others are allowed: they then become texts, which the
  ///     type rejects.
  public init(_ members: [StyledParameter], others: JSONTypes? = nil) {
    self.members = members
    self.others = others
  }

  /// The JSON object that a form stands for, without the members that could not be read, and what is wrong with those.
  package struct Object {
    package let json: [UInt8]
    package let violations: [Violation]
  }

  /// The JSON object of a form's pairs. A member without pairs is absent.
  ///
  /// - Throws: for a form that is not UTF-8 or has too many pairs.
  package func object(_ body: [UInt8]) throws(CodecError) -> Object {
    var own: [[RawPair]] = Array(repeating: [], count: members.count)
    var rest: [(name: String, value: String)] = []
    var violations: [Violation] = []
    for pair in try FormEncoding.pairs(body) {
      guard let name = try? FormEncoding.decode(pair.name) else {
        violations.append(CodecError.notEncoded.violation(.body, ""))
        continue
      }
      if let owner = owner(of: name) {
        own[owner].append(pair)
      } else if let value = try? FormEncoding.decode(pair.value) {
        rest.append((name, value))
      } else {
        violations.append(CodecError.notEncoded.below(name).violation(.body, ""))
      }
    }
    var writer = JSONWriter()
    writer.beginObject()
    for (member, pairs) in zip(members, own) {
      do throws(CodecError) {
        guard let value = try Self.json(of: member, pairs) else { continue }
        writer.key(escaping: member.codec.name)
        writer.raw(value)
      } catch {
        violations.append(error.below(member.codec.name).violation(.body, ""))
      }
    }
    for (name, value) in rest {
      writer.key(escaping: name)
      StyledParameter.Shape.write(value, others ?? .string, &writer)
    }
    writer.endObject()
    return Object(json: writer.bytes, violations: violations)
  }

  /// The member that a pair belongs to: a member with the pair's name takes precedence over an object that has it as a
  /// key.
  private func owner(of name: String) -> Int? {
    members.firstIndex { $0.codec.takes(decoded: name) } ?? members.firstIndex { $0.takes(decoded: name) }
  }

  private static func json(of member: StyledParameter, _ pairs: [RawPair]) throws(CodecError) -> [UInt8]? {
    guard let json = try member.json(pairs: pairs) else { return nil }
    // The text of a JSON member is not validated yet: it could close the object that it is inserted into.
    if member.shape.isJSON {
      var reader = JSONReader(json)
      do {
        try reader.skip()
        try reader.finish()
      } catch {
        throw CodecError("is not JSON: \(error)", rule: "json")
      }
    }
    return json
  }

  /// The form of a value that is written as a JSON object. Null members are omitted.
  ///
  /// - Throws: for a value that a form, or a member's style, cannot express.
  public func written(_ value: some JSONCodable) throws(CodecError) -> [UInt8] {
    var reader = JSONReader(value.json)
    guard case .object(let object)? = try? JSONValue.decode(&reader) else { throw CodecError("a form is an object") }
    var pairs: [String] = []
    for member in object where member.value != .null {
      let text = try Self.telling(member.key) { () throws(CodecError) in try written(member.key, member.value) }
      if !text.isEmpty { pairs.append(text) }
    }
    return Array(pairs.joined(separator: "&").utf8)
  }

  private func written(_ name: String, _ value: JSONValue) throws(CodecError) -> String {
    if let member = members.first(where: { $0.codec.name.utf8.elementsEqual(name.utf8) }) {
      return try member.written(json: value.json)
    }
    let codec = ParameterCodec(name, in: .body, style: .form, explode: true)
    return try codec.write(.primitive(try StyledParameter.text(value)))
  }

  /// Prepends a member's name to the reason of an error.
  private static func telling<Value>(
    _ name: String, _ body: () throws(CodecError) -> Value
  ) throws(CodecError) -> Value {
    do { return try body() } catch { throw CodecError("'\(name)' \(error.reason)") }
  }
}
