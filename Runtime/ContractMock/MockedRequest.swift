import ContractOutline
import ServiceCore

/// A request that is valid by its contract, and what its client prefers.
struct MockedRequest: Sendable {
  let operation: OutlinedOperation
  /// The operation's index among the mock's.
  let index: Int
  let routed: RoutedRequest
  let values: RequestValues
  let preference: Preference
  /// Distinguishes its response from others: the same request has the same.
  let variation: UInt64

  var headers: HTTPFields { routed.request.headers }
  var path: String { routed.request.path }

  /// The values of the path's parameters, in the contract's order.
  var pathValues: [(name: String, value: JSONValue)] {
    operation.parameters.enumerated().compactMap { index, parameter in
      guard parameter.location == .path, let value = values.parameters[index] else { return nil }
      return (parameter.name, value)
    }
  }
}

/// The names of the property that a path's parameter is the id in: `pet_id` and `petId` are the `id` of a pet.
enum IdentifierName {
  /// The likeliest name first.
  static func candidates(_ parameter: String) -> [String] {
    var names = [parameter]
    let bytes = Array(parameter.utf8)
    for (index, byte) in bytes.enumerated().dropFirst() {
      switch byte {
      case UInt8(ascii: "_"), UInt8(ascii: "-"): names.append(String(decoding: bytes[(index + 1)...], as: UTF8.self))
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        let word = String(decoding: bytes[index...], as: UTF8.self)
        names += [word.prefix(1).lowercased() + word.dropFirst(), word.lowercased()]
      default: break
      }
    }
    return names + ["id"]
  }
}

extension JSONValue {
  /// The text of a string, or of any other value as JSON.
  var plainText: String { text ?? String(decoding: json, as: UTF8.self) }

  /// The value, and the same as a text or a number: a path has only texts.
  var asIdentifiers: [JSONValue] {
    switch self {
    case .string(let text):
      return [self] + (ExactDecimal(text).map { [.number($0)] } ?? [])
    case .number: return [self, .string(plainText)]
    default: return [self]
    }
  }
}
