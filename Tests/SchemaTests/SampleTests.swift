import ContractModel
import ContractSamples
import ContractSource
import ContractValues
import Foundation
import Testing

/// Values made from schemas, each validated here again.
@Suite struct SampleTests {
  @Test(arguments: ((SuiteTests.files ?? []) + (SuiteTests.formats ?? [])).sorted())
  func `every schema of the suite that admits a value has as many as asked for`(_ file: String) throws {
    let bytes = [UInt8](try Data(contentsOf: SuiteTests.folder.appending(path: file)))
    let root = try #require(JSONDocumentReader.read(SourceFile(path: file, bytes: bytes), Diagnostics()))
    let assertsFormat = file.hasPrefix("format/")
    for group in root.items ?? [] {
      let name = "\(file): \(group["description"]?.string ?? "")"
      guard let schema = group["schema"], let (program, index) = SuiteTests.program(schema, Diagnostics()) else {
        continue
      }
      var sampler = SchemaSampler(program, seed: 1, assertsFormat: assertsFormat)
      let (values, failure) = sampler.valid(index, count: 12)
      for value in values { #expect(program.admits(value, schema: index, assertsFormat: assertsFormat), "\(name)") }
      let isSatisfiable = (group["tests"]?.items ?? []).contains {
        if case .bool(true)? = $0["valid"]?.value { true } else { false }
      }
      if isSatisfiable {
        #expect(values.count == 12 && failure == nil, "\(name): \(values.count), \(String(describing: failure))")
      } else if values.isEmpty {
        #expect(failure?.reason == .unsatisfiable, "\(name): \(String(describing: failure))")
      }
      try checkInvalid(&sampler, program, index, assertsFormat, name)
    }
  }

  /// Invalid samples report what they say, each another keyword.
  private func checkInvalid(
    _ sampler: inout SchemaSampler, _ program: SchemaProgram, _ index: Int, _ assertsFormat: Bool, _ name: String
  ) throws {
    let (samples, unbroken) = sampler.invalid(index)
    for sample in samples {
      let found = program.violations(of: sample.value, schema: index, assertsFormat: assertsFormat)
      #expect(
        found.map { [$0.name, $0.rule] } == sample.reports.map { [$0.pointer, $0.rule] }, "\(name): \(sample.keyword)")
      #expect(!found.isEmpty && (!sample.isExact || found.count == 1), "\(name): \(sample.keyword)")
    }
    let places = samples.map(\.keyword.pointer) + unbroken.map(\.pointer)
    #expect(
      Set(places).count == Set(samples.map(\.keyword.pointer)).count + Set(unbroken.map(\.pointer)).count, "\(name)")
  }

  @Test func `the schemas of golden cases have values, and their keywords can be violated`() throws {
    let cases = SuiteTests.folder.deletingLastPathComponent().deletingLastPathComponent().appending(
      path: "GoldenTests/Cases")
    var (schemas, hard, samples, exact, unbroken) = (0, 0, 0, 0, 0)
    for name in [
      "arrays", "composition", "conditionals", "numbers", "objects", "pets", "recursion", "strings", "random",
    ] {
      let path = cases.appending(path: name).appending(path: "contract.yaml")
      let source = SourceFile(path: "contract.yaml", bytes: [UInt8](try Data(contentsOf: path)))
      let diagnostics = Diagnostics()
      let node = try #require(DocumentReader.read(source, diagnostics))
      let reader = ContractReader(
        source: SourceReader(documents: ["contract.yaml": node], diagnostics: diagnostics), diagnostics: diagnostics)
      let contract = try #require(reader.read("contract.yaml"))
      let program = reader.schemaSet.program
      var sampler = SchemaSampler(program, seed: 2)
      for component in contract.components {
        let (values, failure) = sampler.valid(component.schema, count: 4)
        #expect(values.allSatisfy { program.admits($0, schema: component.schema) })
        #expect(values.count == 4 || failure != nil, "\(name): \(component.name)")
        let invalid = sampler.invalid(component.schema)
        for sample in invalid.samples {
          let found = program.violations(of: sample.value, schema: component.schema)
          #expect(
            found.map { [$0.name, $0.rule] } == sample.reports.map { [$0.pointer, $0.rule] },
            "\(name): \(sample.keyword)")
        }
        // Many schemas of this case admit no value, or have keywords that imply each other.
        if name == "random" { continue }
        schemas += 1
        if failure?.reason == .tooHard { hard += 1 }
        samples += invalid.samples.count
        exact += invalid.samples.count(where: \.isExact)
        unbroken += invalid.unbroken.count
      }
    }
    #expect(schemas > 100 && hard == 0, "\(hard) of \(schemas) schemas are too hard")
    #expect(
      exact * 100 > samples * 90 && unbroken * 20 < samples, "\(exact) of \(samples), and \(unbroken) without one")
  }

  @Test(arguments: [
    #"^[a-z]+$"#, #"^\d{3}-\d{4}$"#, #"^(?:[A-Z]{2}|x+)\d*$"#, #"b$"#, #"[^a-z]{3}"#, #"^.{0,4}$"#, #"^\p{Lu}\p{Ll}+$"#,
    #"^(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{8,}$"#, #"^(?!admin)[a-z]{3,10}$"#, #"\bword\b"#, #"^[\u4e00-\u9fa5]{2,4}$"#,
    #"^(([a-z]{2,5}-){2,3}|\d{7})$"#, #"^\p{Co}\p{Cn}\p{VS}$"#, #"^[^\x00-\x7F]$"#, #"^(?i:abc)$"#, #"^a{200}$"#,
    #"^(a|bc|def){4}$"#, "", "^$",
    #"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$"#, #"^#[0-9a-fA-F]{6}$"#, #"^(?<year>\d{4})$"#, #"x.*y.*z"#,
  ])
  func `texts are made that match a pattern, and one that does not`(_ pattern: String) throws {
    var schema = SchemaKeywords()
    (schema.types, schema.pattern) = (.string, try Pattern(pattern))
    var sampler = SchemaSampler(SchemaProgram([schema]), seed: 3)
    let (values, failure) = sampler.valid(0, count: 30)
    #expect(values.count == 30, "\(String(describing: failure))")
    #expect(values.allSatisfy { schema.pattern?.matches($0.text ?? "") ?? false })
    let broken = sampler.invalid(0).samples.first { $0.keyword.keyword == "pattern" }
    #expect(broken?.isExact ?? pattern.isEmpty)
  }

  @Test func `several patterns and lengths are satisfied at once`() throws {
    var (whole, other) = (SchemaKeywords(), SchemaKeywords())
    (whole.pattern, whole.minLength, whole.maxLength, whole.allOf) = (try Pattern("^a"), 7, 9, [1])
    (whole.types, other.pattern) = (.string, try Pattern("z$"))
    var sampler = SchemaSampler(SchemaProgram([whole, other]), seed: 3)
    #expect(sampler.valid(0, count: 10).values.count == 10)
  }

  @Test(arguments: Format.allCases)
  func `texts of each format are made in any length that it has, and texts without it`(_ format: Format) {
    for (least, most) in [(0, Int.max), (0, 12), (30, 60)] as [(Int, Int)] {
      var schema = SchemaKeywords()
      (schema.types, schema.format) = (.string, format.rawValue)
      (schema.minLength, schema.maxLength) = (least, most == .max ? nil : most)
      let (values, failure) = {
        var sampler = SchemaSampler(SchemaProgram([schema]), seed: 4); return sampler.valid(0, count: 10)
      }()
      let isFixed = [.date, .uuid, .ipv4].contains(format) || format == .ipv6 && least > 0
      #expect(
        values.count == 10 || isFixed || format == .dateTime && most == 12, "\(least): \(String(describing: failure))")
    }
    var schema = SchemaKeywords()
    (schema.types, schema.format) = (.string, format.rawValue)
    var sampler = SchemaSampler(SchemaProgram([schema]), seed: 4)
    #expect(sampler.invalid(0).samples.contains { $0.keyword.keyword == "format" && $0.isExact })
  }
}
