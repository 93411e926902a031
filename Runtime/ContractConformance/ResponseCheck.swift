import ContractOutline
import ContractValues
import ServiceCore

/// A way in which a response breaks its contract.
package struct Breach: Sendable {
  let check: ConformanceCheck
  /// The file and line of the contract.
  package let at: String
  package let message: String
}

/// Holds a response against what its operation declares.
package struct ResponseCheck {
  let outline: Outline
  let operation: OutlinedOperation
  package private(set) var breaches: [Breach] = []
  /// The body as a value, where it has one.
  private(set) var value: JSONValue?

  /// - Parameter method: of the request, if that may be HEAD where the operation is GET.
  package init(_ outline: Outline, _ operation: OutlinedOperation, _ response: HTTPResponse, method: String? = nil) {
    (self.outline, self.operation) = (outline, operation)
    guard let declared = operation.response(response.status) else {
      add(.statusUndeclared, operation.at, "the status is \(response.status), which the contract does not declare")
      return
    }
    checkHeaders(response, declared)
    let isHead = (method ?? operation.method) == "HEAD"
    if isHead || response.status == 204 || response.status == 304 || response.status < 200 {
      if !response.body.isEmpty {
        add(.body, declared.at, "a response \(isHead ? "to HEAD" : "with the status \(response.status)") has no body")
      }
    } else {
      checkBody(response, declared)
    }
  }

  private mutating func add(_ check: ConformanceCheck, _ at: String, _ message: String) {
    breaches.append(Breach(check: check, at: at, message: message))
  }

  private mutating func checkHeaders(_ response: HTTPResponse, _ declared: OutlinedResponse) {
    for header in declared.headers {
      for violation in header.read(response.headers, outline.program).violations {
        add(.header, header.at, "\(response.status): the header \(violation.name) \(violation.message)")
      }
    }
  }

  private mutating func checkBody(_ response: HTTPResponse, _ declared: OutlinedResponse) {
    guard !declared.content.isEmpty else {
      if declared.isDescribed, response.status < 300, !response.body.isEmpty {
        add(.body, declared.at, "\(response.status): it has a body, and the contract declares none")
      }
      return
    }
    guard let type = response.headers["content-type"] else {
      add(.mediaType, declared.at, "\(response.status): it has no Content-Type")
      return
    }
    guard let index = MediaRange.index(of: type, in: declared.content.map(\.mediaType)) else {
      let names = declared.content.map(\.mediaType).joined(separator: ", ")
      add(.mediaType, declared.at, "\(response.status): it is \(type.prefix(100)), and the contract declares \(names)")
      return
    }
    let content = declared.content[index]
    let (value, violations) = content.read(response.body, mediaType: type, outline.program)
    for violation in violations.lazy.filter({ !$0.isOfReader }).prefix(5) {
      let place = violation.name.isEmpty ? "the body" : violation.name
      add(
        .body, outline.position(of: violation.name, in: content) ?? content.at,
        "\(response.status): \(place) \(violation.message) (\(violation.rule))")
    }
    checkHidden(value ?? response.json.map { .json($0) }, content)
    if case .json(let json)? = value { self.value = json }
  }

  /// Reports write-only properties in a response.
  private mutating func checkHidden(_ value: BodyValues.Value?, _ content: OutlinedContent) {
    guard let schema = content.data ?? content.schema else { return }
    let values: [JSONValue] =
      switch value {
      case .json(let json): [json]
      case .items(let items): items
      default: []
      }
    for value in values {
      for leak in outline.hiddenProperties(of: value, schema: schema) {
        add(.hiddenProperty, leak.at, "\(leak.pointer) is write-only, and it is in the response")
      }
    }
  }
}

extension HTTPResponse {
  /// The body as JSON; nil where it is none.
  package var json: JSONValue? {
    var reader = JSONReader(body)
    return try? JSONValue.decode(&reader)
  }
}

extension Violation {
  /// Whether it is of a limit of the reader here, not of the contract: U+0000, and nesting.
  fileprivate var isOfReader: Bool { message.hasPrefix("U+0000") || message.contains("nested deeper than") }
}

extension Outline {
  /// The properties of a value that do not belong to the direction which its schema is seen in.
  func hiddenProperties(of value: JSONValue, schema: Int) -> [(pointer: String, at: String)] {
    var found: [(pointer: String, at: String)] = []
    walk(value, schema) { pointer, value, schema in
      guard schemas.indices.contains(schema), case .object(let members) = value else { return }
      for name in schemas[schema].hidden where members[name] != nil {
        found.append((pointer + "/" + Violations.escaped(name), schemas[schema].at))
      }
    }
    return found
  }

  /// The line of the schema that applies to the value at a pointer, as far as it is known.
  package func position(of pointer: String, in content: OutlinedContent) -> String? {
    guard var schema = content.data ?? content.schema else { return nil }
    let keys = pointer.utf8.split(separator: UInt8(ascii: "/")).map {
      String(Substring($0)).replacing("~1", with: "/").replacing("~0", with: "~")
    }
    for key in content.kind == .json ? keys[...] : keys.dropFirst() {
      guard let next = child(key, of: schema) else { break }
      schema = next
    }
    return schemas.indices.contains(schema) ? schemas[schema].at : nil
  }

  /// The schema of a member or an item.
  func child(_ key: String, of schema: Int) -> Int? {
    var (pending, seen) = ([schema], Set<Int>())
    while let next = pending.popLast() {
      guard seen.insert(next).inserted, let keywords = program.keywords(next) else { continue }
      if let own = keywords.properties[key] { return own }
      if Int(key) != nil, let items = keywords.items { return items }
      pending += ([keywords.reference].compactMap(\.self) + keywords.allOf + keywords.oneOf + keywords.anyOf).reversed()
    }
    return nil
  }

  /// Visits each value inside a value together with each schema that applies to it, up to a number of visits: a server
  /// chooses the values.
  func walk(
    _ value: JSONValue, _ schema: Int, _ visit: (_ pointer: String, _ value: JSONValue, _ schema: Int) -> Void
  ) {
    struct Place: Hashable {
      let pointer: ByteKey
      let schema: Int
    }
    var pending = [(pointer: "", value: value, schema: schema)]
    var seen: Set<Place> = []
    while let (pointer, value, schema) = pending.popLast(), seen.count < 20_000 {
      guard seen.insert(Place(pointer: ByteKey(pointer), schema: schema)).inserted,
        let keywords = program.keywords(schema)
      else { continue }
      visit(pointer, value, schema)
      let branches = (keywords.oneOf + keywords.anyOf).filter { program.admits(value, schema: $0) }
      for part in [keywords.reference].compactMap(\.self) + keywords.allOf + branches {
        pending.append((pointer, value, part))
      }
      switch value {
      case .object(let members):
        for member in members {
          guard let child = keywords.properties[member.key] ?? keywords.additionalProperties else { continue }
          pending.append((pointer + "/" + Violations.escaped(member.key), member.value, child))
        }
      case .array(let items):
        for (index, item) in items.enumerated() {
          let first = index < keywords.prefixItems.count ? keywords.prefixItems[index] : nil
          guard let child = first ?? keywords.items else { break }
          pending.append(("\(pointer)/\(index)", item, child))
        }
      default: break
      }
    }
  }
}
