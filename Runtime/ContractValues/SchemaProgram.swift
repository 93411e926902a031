/// Schemas that refer to each other by number, ready to be applied to values.
public struct SchemaProgram: Sendable {
  /// Behind a reference: a schema is looked at often and its struct is large.
  private final class Cell: Sendable {
    let keywords: SchemaKeywords
    init(_ keywords: SchemaKeywords) { self.keywords = keywords }
  }

  private var cells: [Cell] = []
  /// Whether any schema asks which parts of a value were evaluated.
  private(set) var tracksEvaluation = false
  private(set) var hasDynamicReferences = false

  public init(_ schemas: [SchemaKeywords]) { append(schemas) }

  public var count: Int { cells.count }

  /// Adds the schemas that come after those it has.
  public mutating func append(_ schemas: some Sequence<SchemaKeywords>) {
    for schema in schemas {
      cells.append(Cell(schema))
      if schema.unevaluatedItems != nil || schema.unevaluatedProperties != nil { tracksEvaluation = true }
      if schema.dynamicReference != nil { hasDynamicReferences = true }
    }
  }

  func keywords(_ index: Int) -> SchemaKeywords? { cells.indices.contains(index) ? cells[index].keywords : nil }

  /// Applies a schema to a value and returns what the value breaks.
  ///
  /// - Parameter assertsFormat: false makes `format` and Charter's limits on numbers mere annotations
  ///   (JSON Schema validation, section 7.2.1).
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
  /// Whether the value that comes next satisfies a schema. If so it is still to be read; if not it is skipped,
  /// and what it breaks is recorded.
  public mutating func satisfies(_ program: SchemaProgram, _ index: Int) throws(JSONSyntaxError) -> Bool {
    // A value inside one that was checked as a whole has been checked with it.
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

  /// The branch of a schema's `oneOf` or `anyOf` that the value that comes next is of; nil, recorded and skipped,
  /// when it is of none, or of two where only one may be.
  public mutating func branch(_ program: SchemaProgram, _ index: Int) throws(JSONSyntaxError) -> Int? {
    guard let (value, _) = try peekValue() else { return nil }
    var check = SchemaCheck(program, assertsFormat: true)
    if let branch = check.choose(index, value) { return branch }
    for violation in check.violations.list { violations.add(violation) }
    try skip()
    return nil
  }

  /// The text of a member of the object that comes next, which is still to be read: what tells a choice's
  /// alternatives apart.
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
  /// Checks a value against a schema by what it is written as.
  public mutating func satisfies(
    _ key: StaticString, _ value: some JSONCodable, _ program: SchemaProgram, _ index: Int
  ) {
    // What was read was checked while it was read, with members that the value may not even keep.
    if !isChecked { written(key, value, program, index) }
  }

  /// Checks a value that was not read from JSON.
  public mutating func written(
    _ key: StaticString, _ value: some JSONCodable, _ program: SchemaProgram, _ index: Int
  ) {
    var json = JSONReader(value.json)
    guard let written = try? JSONValue.decode(&json) else {
      return fail(key, "type", "cannot be written as JSON")
    }
    let mark = count
    for violation in program.violations(of: written, schema: index) { add(violation) }
    prefix(since: mark, key)
  }
}
