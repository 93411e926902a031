import ContractModel
import ContractSource

/// The kinds of objects in an OpenAPI document, as the bundler sees them.
enum BundleKind: String, CaseIterable {
  // Those that are components.
  case schemas, responses, parameters, examples, requestBodies, headers, securitySchemes, links, callbacks, pathItems
  case mediaTypes
  // The others.
  case document, components, operations, encodings

  /// Whether an object of this kind may be a component of a document.
  var isComponent: Bool { ![.document, .components, .operations, .encodings].contains(self) }

  /// Whether an object of this kind has another meaning in each contract that refers to it: its security requirements
  /// are names of that contract.
  var dependsOnContract: Bool { self == .pathItems || self == .callbacks }

  /// What a field of an object holds, as far as references may be in it.
  enum Content {
    case one(BundleKind)
    case list(BundleKind)
    /// An object whose keys are names.
    case map(BundleKind)
    /// An object whose keys are names, except those that begin with `x-`.
    case extensibleMap(BundleKind)
    /// Security requirements.
    case security
    /// A URI that may lead out of the document.
    case uri
  }

  /// What a field holds; nil for a value without references.
  func content(of key: String) -> Content? {
    switch (self, key) {
    case (.document, "components"): .one(.components)
    case (.document, "paths"): .extensibleMap(.pathItems)
    case (.document, "webhooks"): .map(.pathItems)
    case (.document, "security"), (.operations, "security"): .security
    case (.components, _): BundleKind(rawValue: key).flatMap { $0.isComponent ? .map($0) : nil }
    case (.callbacks, _): key.hasPrefix("x-") ? nil : .one(.pathItems)
    case (.pathItems, _) where Operation.methods.contains(key): .one(.operations)
    case (.pathItems, "additionalOperations"): .map(.operations)
    case (.pathItems, "parameters"), (.operations, "parameters"): .list(.parameters)
    case (.operations, "requestBody"): .one(.requestBodies)
    case (.operations, "responses"): .extensibleMap(.responses)
    case (.operations, "callbacks"): .map(.callbacks)
    case (.responses, "links"): .map(.links)
    case (.responses, "headers"), (.encodings, "headers"): .map(.headers)
    case (.responses, "content"), (.requestBodies, "content"), (.parameters, "content"), (.headers, "content"):
      .map(.mediaTypes)
    case (.parameters, "schema"), (.headers, "schema"), (.mediaTypes, "schema"), (.mediaTypes, "itemSchema"):
      .one(.schemas)
    case (.parameters, "examples"), (.headers, "examples"), (.mediaTypes, "examples"): .map(.examples)
    case (.mediaTypes, "encoding"), (.encodings, "encoding"): .map(.encodings)
    case (.mediaTypes, "prefixEncoding"), (.encodings, "prefixEncoding"): .list(.encodings)
    case (.mediaTypes, "itemEncoding"), (.encodings, "itemEncoding"): .one(.encodings)
    case (.links, "operationRef"), (.examples, "externalValue"): .uri
    default: nil
    }
  }
}
