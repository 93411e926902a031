import ContractModel
import ContractSamples
import ContractSource
import ContractValues
import Foundation
import RandomGolden
import Testing

/// The case `random` holds schemas that were made at random, once. Values that are made for them here, from a seed
/// that is printed, get the same verdict from generated code and from the dynamic validator.
@Suite struct AgreementTests {
  @Test func `generated code and the dynamic validator agree`() throws {
    let valid = try randomTypes.keys.map { try compare($0) }
    #expect(valid.count { $0 > 10 } > randomTypes.count / 2, "too few of the values are valid: the test proves little")
  }

  /// Compares the verdicts on values for one schema, and returns how many were valid.
  private func compare(_ name: String) throws -> Int {
    let seed = UInt64(name.utf8.reduce(17) { $0 &* 31 &+ Int($1) })
    var random = SplitMix(seed)
    let diagnostics = Diagnostics()
    let folder = GoldenTests.folder.appending(path: "random").path
    let source = SourceReader(root: folder, diagnostics: diagnostics, display: { $0 })
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    let schema = try #require(reader.readSchema("contract.yaml", pointer: "/components/schemas/" + name))
    let document = try #require(source.document(at: "contract.yaml"))
    let node = try #require(document.at(pointer: "/components/schemas/" + name))
    let program = reader.schemaSet.program
    let type = try #require(randomTypes[name])
    var valid = 0
    for _ in 0..<300 {
      let value = ValueMaker(document: document).value(node, &random, depth: 4)
      let found = program.violations(of: value, schema: schema)
      let generated = ValuesTests.violations(of: value.json, as: type)
      let text = String(decoding: value.json, as: UTF8.self)
      #expect(found.isEmpty == generated.isEmpty, "seed \(seed), \(name): \(text): \(found) \(generated)")
      for violation in found {
        #expect(
          generated.contains { reports($0, violation) },
          "seed \(seed), \(name): \(text): \(violation) is not among \(generated)")
      }
      if found.isEmpty { valid += 1 }
    }
    return valid
  }
}

/// Whether a violation is covered by another: one at the same pointer, or above it, where a list is not read beyond the
/// items it may have. How many items a list in a list has, and whether they are unique, is known where each can be read.
private func reports(_ generated: Violation, _ dynamic: Violation) -> Bool {
  let (own, other) = (generated.name, dynamic.name)
  let isOfItems = ["uniqueItems", "minItems", "maxItems"].contains(dynamic.rule)
  return own == other || other.hasPrefix(own + "/") || isOfItems && own.hasPrefix(other + "/")
}

/// Makes values that a schema may admit: most parts fit, some do not.
private struct ValueMaker {
  let document: Node

  func value(_ schema: Node, _ random: inout SplitMix, depth: Int) -> JSONValue {
    if depth == 0 || random.chance(6) { return anything(&random, depth: depth) }
    if let reference = schema["$ref"]?.string, let target = document.at(pointer: String(reference.dropFirst())) {
      return value(target, &random, depth: depth)
    }
    for keyword in ["oneOf", "anyOf"] {
      if let branches = schema[keyword]?.items, schema["properties"] == nil {
        return value(branches[random.below(branches.count)], &random, depth: depth)
      }
    }
    if let parts = schema["allOf"]?.items {
      var object = JSONObject<JSONValue>()
      for part in parts {
        if case .object(let members) = value(part, &random, depth: depth) {
          for member in members { object[member.key] = member.value }
        }
      }
      return .object(object)
    }
    if let values = schema["enum"]?.items { return values[random.below(values.count)].json ?? .null }
    let types = schema["type"]?.items?.compactMap(\.string) ?? schema["type"]?.string.map { [$0] } ?? []
    guard !types.isEmpty else { return anything(&random, depth: depth) }
    return value(schema, of: types[random.below(types.count)], &random, depth: depth)
  }

  private func value(_ schema: Node, of type: String, _ random: inout SplitMix, depth: Int) -> JSONValue {
    switch type {
    case "object":
      var object = JSONObject<JSONValue>()
      for entry in schema["properties"]?.entries ?? [] where !random.chance(4) {
        object[entry.key] = value(entry.value, &random, depth: depth - 1)
      }
      if random.chance(5) { object[["a", "b", "c", "g", "x"][random.below(5)]] = anything(&random, depth: 1) }
      return .object(object)
    case "array":
      return .array(
        (0..<random.below(4)).map { _ in
          schema["items"].map { value($0, &random, depth: depth - 1) } ?? anything(&random, depth: 1)
        })
    case "string":
      let formats: [String: String] = [
        "date": "2026-02-28", "uuid": "0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d", "ipv4": "127.0.0.1",
        "email": "a@b.example", "byte": "aGk=", "date-time": "2026-02-28T10:00:00Z",
      ]
      if let text = schema["format"]?.string.flatMap({ formats[$0] }), !random.chance(5) { return .string(text) }
      return .string(["", "a", "ab", "a1b", "abc", "abcdef", "b", "é"][random.below(8)])
    case "integer": return .number(ExactDecimal(random.below(16) - 5))
    case "number": return .number(ExactDecimal("\(Double(random.below(40) - 10) / 4)") ?? .zero)
    case "boolean": return .boolean(random.chance(2))
    default: return .null
    }
  }

  private func anything(_ random: inout SplitMix, depth: Int) -> JSONValue {
    switch random.below(depth > 0 ? 8 : 6) {
    case 0: .null
    case 1: .boolean(true)
    case 2: .number(ExactDecimal(random.below(9)))
    case 3: .number(ExactDecimal("1.5") ?? .zero)
    case 4: .string("abc")
    case 5: .string("")
    case 6: .array([anything(&random, depth: depth - 1)])
    default: .object(["a": anything(&random, depth: depth - 1)])
    }
  }
}

/// A run can be made again from its seed.
typealias SplitMix = SplitMix64

extension SplitMix64 {
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

  /// True once in `count` times.
  mutating func chance(_ count: Int) -> Bool { below(count) == 0 }
}

/// The Swift types of the case.
let randomTypes: [String: any JSONCodable.Type] = [
  "S0": RandomGolden.S0.self,
  "S1": RandomGolden.S1.self,
  "S2": RandomGolden.S2.self,
  "S3": RandomGolden.S3.self,
  "S4": RandomGolden.S4.self,
  "S5": RandomGolden.S5.self,
  "S6": RandomGolden.S6.self,
  "S7": RandomGolden.S7.self,
  "S8": RandomGolden.S8.self,
  "S9": RandomGolden.S9.self,
  "S10": RandomGolden.S10.self,
  "S11": RandomGolden.S11.self,
  "S12": RandomGolden.S12.self,
  "S13": RandomGolden.S13.self,
  "S14": RandomGolden.S14.self,
  "S15": RandomGolden.S15.self,
  "S16": RandomGolden.S16.self,
  "S17": RandomGolden.S17.self,
  "S18": RandomGolden.S18.self,
  "S19": RandomGolden.S19.self,
  "S20": RandomGolden.S20.self,
  "S21": RandomGolden.S21.self,
  "S22": RandomGolden.S22.self,
  "S23": RandomGolden.S23.self,
  "S24": RandomGolden.S24.self,
  "S25": RandomGolden.S25.self,
  "S26": RandomGolden.S26.self,
  "S27": RandomGolden.S27.self,
  "S28": RandomGolden.S28.self,
  "S29": RandomGolden.S29.self,
  "S30": RandomGolden.S30.self,
  "S31": RandomGolden.S31.self,
  "S32": RandomGolden.S32.self,
  "S33": RandomGolden.S33.self,
  "S34": RandomGolden.S34.self,
  "S35": RandomGolden.S35.self,
  "S36": RandomGolden.S36.self,
  "S37": RandomGolden.S37.self,
  "S38": RandomGolden.S38.self,
  "S39": RandomGolden.S39.self,
]
