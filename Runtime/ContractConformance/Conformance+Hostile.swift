import ContractOutline
import ContractValues
import ServiceCore

/// Bodies that no client means to send: whatever the server makes of them, it does not fail.
extension Conformance {
  mutating func checkHostile(_ operation: OutlinedOperation) async {
    await checkLarge(operation)
    guard let index = operation.body?.content.firstIndex(where: { $0.kind == .json && !$0.isPatch }),
      let content = operation.body?.content[index],
      let sample = valid(operation, count: 12).last(where: { $0.body?.content == index }),
      case .json(let body)? = sample.body?.value
    else { return }
    var texts = Self.malformed + Self.oddTexts
    for (pointer, value) in body.leaves {
      for odd in Self.odd(value) {
        texts.append(body.replacing(pointer[...], by: .string(Self.mark)).map { $0.text(with: odd) } ?? "")
      }
    }
    for text in texts where !text.isEmpty {
      if isOver { return }
      var values = world.filled(renewed(sample, operation), for: operation, outline.program)
      values.body = BodyValues(content: index, .bytes(Array(text.utf8)))
      guard let (request, response) = await exchange(operation, values) else { continue }
      let exchanges = [Exchange(request: request, response: response)]
      if response.status >= 500 {
        fail(.serverError, operation, content.at, "an unusual body was answered with \(response.status)", exchanges)
      } else if response.status < 300, Self.malformed.contains(text) {
        fail(
          .invalidAccepted, operation, content.at, "a body that is not JSON was answered with \(response.status)",
          exchanges)
      }
    }
  }

  /// Sends one byte more than raw content, or a part of it, may have.
  private mutating func checkLarge(_ operation: OutlinedOperation) async {
    for (index, content) in (operation.body?.content ?? []).enumerated() {
      guard let sample = valid(operation, count: 12).first(where: { $0.body?.content == index }) else { continue }
      var bodies: [BodyValues.Value] = []
      if let limit = content.limit, limit < 4_194_304 { bodies.append(.bytes(Array(repeating: 65, count: limit + 1))) }
      if case .parts(let parts)? = sample.body?.value {
        for (position, part) in parts.enumerated() {
          guard let limit = content.parts?.parts[checked: part.part]?.limit, limit < 1_000_000 else { continue }
          var larger = parts
          larger[position].value = .bytes(Array(repeating: 65, count: limit + 1))
          bodies.append(.parts(larger))
        }
      }
      for body in bodies {
        var values = world.filled(renewed(sample, operation), for: operation, outline.program)
        values.body?.value = body
        guard let (request, response) = await exchange(operation, values) else { continue }
        if response.status < 400 {
          fail(
            .invalidAccepted, operation, content.at,
            "one byte more than the maximum was answered with \(response.status)",
            [Exchange(request: request, response: response)])
        }
      }
    }
  }

  /// Stands for a piece of JSON that no value can express.
  static let mark = "\u{1}charter\u{1}"

  private static let malformed = ["{", "{\"a\":1,}", "NaN", "'a'"]
  private static let oddTexts: [String] = [
    "null", "[]", "0", "\"\"", "\u{FEFF}{}", "{\"a\":1,\"a\":2}",
    String(repeating: "[", count: 2_000) + String(repeating: "]", count: 2_000),
  ]

  private static func odd(_ value: JSONValue) -> [String] {
    switch value {
    case .number: ["1e400", "123456789012345678901234567890", "-0.0", "1e-400", "0.1e1"]
    case .string:
      [
        "\"\\u0000\"", "\"\\ud800\"", "\"😀e\u{301}\u{202E}ﷺ\"", "\"" + String(repeating: "é", count: 5_000) + "\"",
        "\"' OR 1=1 --\"",
        "\"\\n\\r\"", "\"\"",
      ]
    default: []
    }
  }
}

extension JSONValue {
  /// The numbers and texts in a value, each with its path of members.
  fileprivate var leaves: [(pointer: [String], value: JSONValue)] {
    guard case .object(let members) = self else { return [] }
    return members.flatMap { member -> [(pointer: [String], value: JSONValue)] in
      switch member.value {
      case .number, .string: [([member.key], member.value)]
      case .object: member.value.leaves.map { ([member.key] + $0.pointer, $0.value) }
      default: []
      }
    }
  }

  /// The value as JSON, with a piece of text in place of the mark.
  fileprivate func text(with piece: String) -> String {
    let mark = String(decoding: JSONValue.string(Conformance.mark).json, as: UTF8.self)
    return String(decoding: json, as: UTF8.self).replacing(mark, with: piece)
  }
}
