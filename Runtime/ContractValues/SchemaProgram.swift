/// A list of schemas that refer to each other by index, ready to validate values.
public struct SchemaProgram: Sendable {
  /// Boxes a schema: the struct is large and is read often.
  private final class Cell: Sendable {
    let keywords: SchemaKeywords
    init(_ keywords: SchemaKeywords) { self.keywords = keywords }
  }

  private var cells: [Cell] = []
  /// Whether any schema has an `unevaluated…` keyword.
  private(set) var tracksEvaluation = false
  package private(set) var hasDynamicReferences = false

  public init(_ schemas: [SchemaKeywords]) { append(schemas) }

  public var count: Int { cells.count }

  /// Appends schemas; indices continue after the existing ones.
  public mutating func append(_ schemas: some Sequence<SchemaKeywords>) {
    for schema in schemas {
      cells.append(Cell(schema))
      if schema.unevaluatedItems != nil || schema.unevaluatedProperties != nil { tracksEvaluation = true }
      if schema.dynamicReference != nil { hasDynamicReferences = true }
    }
  }

  /// Removes the last schemas, so that `count` are left.
  package mutating func truncate(to count: Int) { cells.removeLast(max(0, cells.count - count)) }

  /// Whether a schema is `false`.
  package func isNever(_ index: Int) -> Bool { cells.indices.contains(index) && cells[index].keywords.always == false }

  package func keywords(_ index: Int) -> SchemaKeywords? { cells.indices.contains(index) ? cells[index].keywords : nil }

  /// Validates a value against a schema and returns its violations.
  ///
  /// - Parameter assertsFormat: false treats `format` and Charter's limits on numbers as annotations (JSON Schema
  ///   validation, section 7.2.1).
  public func violations(of value: JSONValue, schema index: Int, assertsFormat: Bool = true) -> [Violation] {
    var check = SchemaCheck(self, assertsFormat: assertsFormat)
    _ = check.apply(index, to: value)
    return check.violations.list
  }

  /// Whether a schema admits a value.
  public func admits(_ value: JSONValue, schema index: Int, assertsFormat: Bool = true) -> Bool {
    var check = SchemaCheck(self, assertsFormat: assertsFormat, isQuiet: true)
    return check.apply(index, to: value)
  }
}

extension JSONReader {
  /// Validates the next value against a schema without consuming it. An invalid value is skipped, and its violations
  /// are recorded.
  public mutating func satisfies(_ program: SchemaProgram, _ index: Int) throws(JSONSyntaxError) -> Bool {
    // A value inside one that was validated as a whole was validated with it.
    if position < checkedEnd { return true }
    guard let (value, end) = try peekValue() else { return false }
    let found = program.violations(of: value, schema: index)
    guard found.isEmpty else {
      for violation in found { violations.add(violation) }
      try skip()
      return false
    }
    checkedEnd = end
    return true
  }

  /// The branch of a schema's `oneOf` or `anyOf` that the next value matches. When none matches, or two of a `oneOf`
  /// do, a violation is recorded, the value is skipped, and nil is returned.
  public mutating func branch(_ program: SchemaProgram, _ index: Int) throws(JSONSyntaxError) -> Int? {
    guard let (value, _) = try peekValue() else { return nil }
    var check = SchemaCheck(program, assertsFormat: true)
    if let branch = check.choose(index, value) { return branch }
    for violation in check.violations.list { violations.add(violation) }
    try skip()
    return nil
  }

  /// The text of a member of the next object, without consuming the object: it selects one of a choice's alternatives.
  public mutating func peek(_ name: StaticString) throws(JSONSyntaxError) -> JSONKey? {
    guard try kind() == .object else { return nil }
    var ahead = self
    guard try ahead.beginObject() else { return nil }
    while let key = try ahead.nextKey() {
      if name ~= key {
        try lookedAhead(to: ahead.position)
        return try ahead.kind() == .string ? try ahead.scanKey() : nil
      }
      try ahead.skip()
    }
    try lookedAhead(to: ahead.position)
    return nil
  }

  private mutating func peekValue() throws(JSONSyntaxError) -> (value: JSONValue, end: Int)? {
    var ahead = self
    ahead.violations = Violations()
    let value = try JSONValue.decode(&ahead)
    try lookedAhead(to: ahead.position)
    if let value { return (value, ahead.position) }
    for violation in ahead.violations.list { violations.add(violation) }
    try skip()
    return nil
  }
}

extension Violations {
  /// Validates a value against a schema by its JSON form, unless it was just read from JSON.
  public mutating func satisfies(
    _ key: StaticString, _ value: (some JSONCodable)?, _ program: SchemaProgram, _ index: Int
  ) {
    // A value read from JSON was validated while reading, together with members that it may not retain.
    if !isChecked { written(key, value, program, index) }
  }

  /// Validates a value against a schema by its JSON form.
  public mutating func written(
    _ key: StaticString, _ value: (some JSONCodable)?, _ program: SchemaProgram, _ index: Int
  ) {
    guard let value else { return }
    var json = JSONReader(value.json)
    guard let written = try? JSONValue.decode(&json) else {
      return fail(key, "type", "cannot be written as JSON")
    }
    let mark = count
    for violation in program.violations(of: written, schema: index) { add(violation) }
    prefix(since: mark, key)
  }
}
