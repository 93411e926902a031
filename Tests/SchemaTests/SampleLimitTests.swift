import ContractModel
import ContractSamples
import ContractSource
import ContractValues
import Testing

/// What samples are made of, and schemas that would take for ever.
@Suite struct SampleLimitTests {
  private func sampler(
    _ text: String, seed: UInt64 = 5, _ change: (inout SchemaSampler.Limits) -> Void = { _ in }
  ) throws -> (SchemaSampler, SchemaProgram, Int) {
    let diagnostics = Diagnostics()
    let node = try #require(
      JSONDocumentReader.read(SourceFile(path: "schema.json", bytes: Array(text.utf8)), diagnostics))
    let (program, index) = try #require(SuiteTests.program(node, diagnostics), "\(diagnostics.list)")
    var limits = SchemaSampler.Limits()
    change(&limits)
    return (SchemaSampler(program, seed: seed, limits: limits), program, index)
  }

  private func texts(_ schema: String, _ count: Int, seed: UInt64 = 5) throws -> [String] {
    var (sampler, _, index) = try sampler(schema, seed: seed)
    return sampler.valid(index, count: count).values.map { String(decoding: $0.json, as: UTF8.self) }
  }

  private static let pet = """
    { "type": "object", "required": ["name", "price"], "additionalProperties": false, "properties": {
      "name": { "type": "string" }, "price": { "type": "number", "minimum": 0, "multipleOf": 0.01 },
      "email": { "type": "string", "format": "email" }, "kind": { "enum": ["cat", "dog"] },
      "tags": { "type": "array", "items": { "type": "string", "pattern": "^[a-z]{2,4}$" }, "uniqueItems": true } } }
    """

  @Test func `a seed makes the same values everywhere`() throws {
    let made = [
      #"{"name":"Alan Turing","price":1}"#,
      #"{"name":"","price":0,"email":"summit+23@mail.example.org","kind":"cat","tags":["jznl"]}"#,
      #"{"name":"kettle delta","price":0.01,"kind":"dog","tags":[]}"#,
      #"{"name":"","price":1,"email":"umber45@example.com","tags":["vlel","zew","sydl","hfzk","sjld","nq","hqtf","dkmb"]}"#,
      #"{"name":"summit valley","price":0.5,"email":"kettle40@example.com","kind":"dog"}"#,
    ]
    #expect(try texts(Self.pet, 5) == made)
    #expect(try texts(Self.pet, 40).starts(with: texts(Self.pet, 10)))
    #expect(try texts(Self.pet, 40) != texts(Self.pet, 40, seed: 6))
  }

  @Test(arguments: [
    (#"{"type":"integer","minimum":3,"maximum":5}"#, ["3", "5", "4"]),
    (#"{"type":"number","exclusiveMinimum":0.1,"exclusiveMaximum":0.2,"multipleOf":0.05}"#, ["0.15"]),
    (#"{"type":"number","multipleOf":0.3,"allOf":[{"multipleOf":0.2}],"minimum":0.1,"maximum":1.3}"#, ["0.6", "1.2"]),
    (
      #"{"type":"number","exclusiveMinimum":1e-30,"maximum":2e-30,"multipleOf":1e-30}"#,
      ["0.000000000000000000000000000002"]
    ),
    (#"{"enum":[1,"a",null]}"#, ["1", "\"a\"", "null"]), (#"{"type":["boolean","null"]}"#, ["true", "false", "null"]),
    (#"{"type":"string","minLength":2,"maxLength":3}"#, ["\"😀é\"", "\"😀é中\""]),
    (#"{"type":"array","minItems":1,"maxItems":2,"items":{"const":0}}"#, ["[0]", "[0,0]"]),
    (#"{"type":"object","properties":{"a":{"const":1}},"additionalProperties":false}"#, ["{}", "{\"a\":1}"]),
    (#"{"oneOf":[{"const":1},{"const":2},{"const":1}]}"#, ["2"]),
    (#"{"if":{"const":1},"then":true,"else":{"enum":[1,2]}}"#, ["1", "2"]),
    (#"{"type":"integer","not":{"maximum":9},"maximum":10}"#, ["10"]),
  ])
  func `edges come first`(_ schema: String, _ edges: [String]) throws {
    let found = try texts(schema, 40)
    for edge in edges { #expect(found.contains(edge), "\(schema): \(found.prefix(12))") }
  }

  @Test(arguments: [
    (#"{"allOf":[{"type":"string"},{"type":"object"}]}"#, "/allOf/1/type"),
    (
      #"{"type":"object","required":["a"],"properties":{"a":{"type":"integer","minimum":2,"maximum":1}}}"#,
      "/properties/a/type"
    ),
    (#"{"type":"object","required":["a"],"additionalProperties":false}"#, "/additionalProperties/false"),
    (##"{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}"##, ""),
  ])
  func `a schema without values says where`(_ schema: String, _ pointer: String) throws {
    var (sampler, _, index) = try sampler(schema)
    let (values, failure) = sampler.valid(index, count: 3)
    #expect(values.isEmpty && failure?.reason == .unsatisfiable, "\(String(describing: failure))")
    #expect(failure?.location.pointer == pointer)
  }

  @Test(arguments: [
    #"{"type":"array","minItems":1000000000}"#, #"{"type":"string","minLength":1000000000}"#,
    #"{"type":"object","minProperties":1000000000}"#, #"{"type":"string","pattern":"^a{1000000}$"}"#,
    #"{"type":"string","pattern":"^a$","allOf":[{"pattern":"^b$"}]}"#,
    #"{"type":"string","pattern":"^(?=a{1000000000}b)a"}"#,
    ##"{"type":"array","minItems":3,"items":{"type":"array","minItems":9,"items":{"$ref":"#"}}}"##,
  ])
  func `what would take too long is given up`(_ schema: String) throws {
    var (sampler, _, index) = try sampler(schema)
    let (values, failure) = sampler.valid(index, count: 3)
    #expect(values.isEmpty && failure != nil)
    _ = sampler.invalid(index)
  }

  @Test func `schemas within schemas, and limits that no number exceeds, do no harm`() throws {
    var (integer, largest, most) = (SchemaKeywords(), SchemaKeywords(), SchemaKeywords())
    integer.types = .integer
    (largest.maxItems, largest.maxLength, largest.maxProperties) = (.max, .max, .max)
    (largest.contains, largest.minContains, largest.maxContains) = (0, 0, .max)
    (most.types, most.contains, most.minContains, most.minItems, most.minLength) = (.array, 0, .max, .max, .max)
    let nested = { (count: Int, link: (inout SchemaKeywords, Int) -> Void) in
      (1...count).map { next in
        var schema = SchemaKeywords()
        link(&schema, next)
        return schema
      } + [integer]
    }
    let arrays = nested(60) { ($0.types, $0.minItems, $0.items) = (.array, 1, $1) }
    let references = nested(400) { $0.reference = $1 }
    let choices = nested(200) { ($0.anyOf, $0.oneOf) = ([$1, $1], [$1]) }
    for schemas in [arrays, references, choices, [largest, integer], [most, integer]] {
      let program = SchemaProgram(schemas)
      var limits = SchemaSampler.Limits()
      limits.steps = 5_000
      var sampler = SchemaSampler(program, seed: 1, limits: limits)
      let (values, failure) = sampler.valid(0, count: 5)
      #expect(values.allSatisfy { program.admits($0, schema: 0) } && (values.count == 5 || failure != nil))
      for sample in sampler.invalid(0).samples { #expect(!program.admits(sample.value, schema: 0)) }
    }
  }

  @Test func `choices that multiply, and trees that branch, end`() throws {
    let choice = #"{"anyOf":[{"required":["a"],"not":{"required":["b"]}},{"required":["b"],"not":{"required":["a"]}}]}"#
    let exclusive = (0..<40).map { #"{"oneOf":[{"required":["a\#($0)"]},{"required":["b\#($0)"]}]}"# }
    let impossible = exclusive + [#"{"maxProperties":39}"#]
    let tree =
      ##"{"type":"object","required":["l","r"],"properties":{"l":{"$ref":"#/$defs/n"},"r":{"$ref":"#/$defs/n"}},"##
      + ##""$defs":{"n":{"oneOf":[{"$ref":"#"},{"type":"null"}]}}}"##
    let wide =
      ##"{"type":"object","additionalProperties":{"$ref":"#"},"##
      + ##""properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"}}}"##
    for (schema, isPossible) in [
      (#"{"type":"object","allOf":[\#(repeatElement(choice, count: 40).joined(separator: ","))]}"#, true),
      (#"{"type":"object","allOf":[\#(exclusive.joined(separator: ","))]}"#, true),
      (#"{"type":"object","allOf":[\#(impossible.joined(separator: ","))]}"#, false), (tree, true), (wide, true),
    ] {
      var (sampler, program, index) = try sampler(schema) { $0.steps = 4_000 }
      let (values, failure) = sampler.valid(index, count: 10)
      #expect(values.count == (isPossible ? 10 : 0), "\(schema.prefix(80)): \(String(describing: failure))")
      #expect(values.allSatisfy { $0.json.count < 200_000 && program.admits($0, schema: index) })
    }
  }

  @Test func `examples are among the first values, and directions leave out what is not sent`() throws {
    var (name, id, pet) = (SchemaKeywords(), SchemaKeywords(), SchemaKeywords())
    (name.types, id.types, pet.types) = (.string, .string, .object)
    (pet.properties, pet.additionalProperties) = (["name": 1, "id": 2], nil)
    var sampler = SchemaSampler(
      SchemaProgram([pet, name, id]), seed: 1,
      annotations: [1: .init(values: ["Rex"]), 2: .init(isReadOnly: true)], direction: .request)
    let values = sampler.valid(0, count: 20).values
    #expect(values.prefix(8).contains { $0["name"] == "Rex" })
    #expect(values.allSatisfy { $0["id"] == nil })
  }

  @Test func `an invalid sample names its keyword, and what is reported`() throws {
    var (sampler, _, index) = try sampler(Self.pet)
    let (samples, unbroken) = sampler.invalid(index)
    #expect(unbroken.isEmpty)
    // A type and a format are violated in several ways.
    let all = samples.map { sample in
      (sample.keyword.pointer + ":" + (sample.isExact ? "" : " not alone"))
        + sample.reports.map { " \($0.pointer) \($0.rule)" }.joined()
    }
    let found = all.enumerated().filter { $0.offset == 0 || all[$0.offset - 1] != $0.element }.map(\.element)
    #expect(all.count { $0 == "/properties/name/type: /name type" } == 5)
    let expected = [
      "/type:  type",
      "/required/0: /name required",
      "/required/1: /price required",
      "/properties/name/type: /name type",
      "/properties/price/type: /price type",
      "/properties/price/minimum: /price minimum",
      "/properties/price/multipleOf: /price multipleOf",
      "/properties/email/type: /email type",
      "/properties/email/format: /email format",
      "/properties/kind/enum: /kind enum",
      "/properties/tags/type: /tags type",
      "/properties/tags/uniqueItems: /tags uniqueItems",
      "/additionalProperties: /extra additionalProperties",
      "/properties/tags/items/type: /tags/0 type",
      "/properties/tags/items/pattern: /tags/0 pattern",
    ]
    #expect(found == expected)
  }
}
