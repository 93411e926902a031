import ArraysGolden
import CompositionGolden
import ConditionalsGolden
import FormatsGolden
import MergePatchGolden
import NumbersGolden
import ObjectsGolden
import OrdersAPI
import PetsGolden
import ProductsAPI
import RecursionGolden
import ServiceCore
import StringsGolden

/// Each kind of schema with each kind of value: at the top level, and in the given property.
let schemaCases: [Case] = types.flatMap { name, type, property in
  Inputs.values.map { value -> Case in
    let make = value.make
    return ("\(name): \(value.name)", { read(type, property.map { "{\"\($0)\":" }, make($0)) })
  }
}

private let types: [(String, any JSONCodable.Type, property: String?)] = [
  ("a record", OrderDraft.self, "items"),
  ("a closed record", Pet.self, nil),
  ("a list of records", Pet.self, "parents"),
  ("a list of texts", ProductDraft.self, "tags"),
  ("a list of lists", ArraysGolden.ItemsOfItems.self, "value"),
  ("unique items", ArraysGolden.UniqueObjects.self, "value"),
  ("contained items", ArraysGolden.Contains.self, "value"),
  ("unevaluated items", ArraysGolden.UnevaluatedItems.self, "value"),
  ("a map", ObjectsGolden.MapOfIntegers.self, "map"),
  ("a map of records", ObjectsGolden.MapOfRecords.self, nil),
  ("other members", ObjectsGolden.AdditionalSchema.self, nil),
  ("members by pattern", ObjectsGolden.PatternProperties.self, nil),
  ("names of members", ObjectsGolden.PropertyNames.self, nil),
  ("a choice by kind", CompositionGolden.OneOfByType.self, "value"),
  ("a choice by property", CompositionGolden.OneOfByProperty.self, nil),
  ("an undecidable choice", CompositionGolden.OneOfUndecidable.self, nil),
  ("not", CompositionGolden.Not.self, nil),
  ("a condition", ConditionalsGolden.IfThenElse.self, nil),
  ("a tree", RecursionGolden.Tree.self, nil),
  ("a patch", User.self, nil),
  ("any value", JSONValue.self, nil),
  ("money", NumbersGolden.MultipleOfDecimalCent.self, "value"),
  ("an address", FormatsGolden.FormatEmail.self, "value"),
  ("a reference", FormatsGolden.FormatUri.self, "value"),
  ("a host", FormatsGolden.FormatHostname.self, "value"),
]

private func read(_ type: any JSONCodable.Type, _ head: String?, _ value: String) -> () -> Void {
  let bytes = Array((head.map { $0 + value + "}" } ?? value).utf8)
  return { decode(bytes, as: type) }
}

/// The server's work for a body: decoding, validation and the error response.
private func decode<Value: JSONCodable>(_ bytes: [UInt8], as type: Value.Type) {
  var json = JSONReader(bytes)
  var check = Violations(isChecked: true)
  let value = try? Value.decode(&json)
  value?.validate(&check)
  _ = ProblemDetails.badRequest(json.violations.list + check.list).response(instance: nil, requestID: nil)
  if json.violations.isEmpty { _ = value?.json }
}
