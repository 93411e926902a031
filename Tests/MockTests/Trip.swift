import ContractMock
import ContractOutline
import Foundation
import ServiceCore

/// A call that an exported client makes of a mock: made values, and the response that it asks for.
struct Trip: Sendable {
  let number: Int
  let golden: MockedCase
  let operation: OutlinedOperation
  let values: RequestValues
  /// The status that the mock is asked for; nil for the one that it chooses.
  let code: Int?
  let accept: String?

  /// Another one by hand: CHARTER_SAMPLE_SEED.
  static let seed = ProcessInfo.processInfo.environment["CHARTER_SAMPLE_SEED"].flatMap(UInt64.init) ?? 11

  /// Calls of all operations of a case: with several made values, and for every declared response and media type.
  static func all(of golden: MockedCase, from first: Int) -> [Trip] {
    var sampler = RequestSampler(golden.contract, seed: seed)
    var trips: [Trip] = []
    for operation in golden.contract.routes {
      let made = sampler.valid(operation, count: 10)
      let wishes = operation.wishes
      for turn in 0..<max(made.count, made.isEmpty ? 0 : wishes.count) {
        let number = first + trips.count
        var values = made[turn % made.count]
        // Each is a request of its own.
        if values.idempotencyKey != nil { values.idempotencyKey = "key-\(number)" }
        let wish = wishes[turn % wishes.count]
        trips.append(
          Trip(
            number: number, golden: golden, operation: operation, values: values, code: wish.code,
            accept: wish.accept))
      }
    }
    return trips
  }

  /// What a client in this language does not support, by its documentation; nil for what it does.
  func limit(of language: ClientLanguage) -> String? {
    if values.body != nil, ["GET", "HEAD", "TRACE"].contains(operation.method) { return "the body of a GET or HEAD" }
    if case .parts(let parts)? = values.body?.value, let layout, !layout.isPositional,
      parts.contains(where: { !$0.headers.isEmpty && !layout.isFile($0) })
    {
      return "headers of a part that is no file"
    }
    switch language {
    case .python:
      let isNull = values.parameters.values.contains(.null) || values.body?.value == .json(.null)
      return isNull ? "a parameter or body null: None is an absent one" : nil
    case .typescript:
      if operation.method == "TRACE" { return "TRACE" }
      return values.hasOnlyDoubles ? nil : "numbers that JavaScript does not have"
    }
  }

  private var content: OutlinedContent? { values.body.flatMap { operation.body?.content[$0.content] } }
  private var layout: OutlinedParts? { content?.parts }

  // MARK: for the driver

  /// The call as a driver reads it.
  func json(origin: String) throws -> JSONValue {
    var headers: JSONObject<JSONValue> = ["x-trip": .string(String(number))]
    headers["prefer"] = .string((code.map { "code=\($0), " } ?? "") + "dynamic=true")
    var members: JSONObject<JSONValue> = [
      "trip": .number(ExactDecimal(number)), "case": .string(golden.module), "origin": .string(origin),
      "operation": .string(operation.id), "headers": .object(headers),
    ]
    members["parameters"] = .array(
      values.parameters.sorted { $0.key < $1.key }.map { index, value in
        let parameter = operation.parameters[index]
        return ["name": .string(parameter.name), "in": .string(parameter.location.rawValue), "value": value]
      })
    members["key"] = values.idempotencyKey.map { .string($0) }
    members["accept"] = accept.map { .string($0) }
    if let body = values.body, let content { members["body"] = try json(body, content) }
    return .object(members)
  }

  private func json(_ body: BodyValues, _ content: OutlinedContent) throws -> JSONValue {
    let bytes = try content.write(body.value)
    var members: JSONObject<JSONValue> = [
      "content": .number(ExactDecimal(body.content)), "type": .string(body.mediaType ?? content.sentMediaType),
      // For a client that passes this content as bytes.
      "bytes": .base64(bytes), "contentType": .string(content.contentType(of: body)),
    ]
    switch body.value {
    case .json(let value): members["value"] = value
    case .items(let items): members["value"] = .array(items)
    case .parts(let parts): members["parts"] = .array(try entries(parts, bytes))
    case .bytes: break
    }
    return .object(members)
  }

  /// The members of a multipart body: the parts of each name, with those that are files as bytes.
  private func entries(_ parts: [PartValues], _ bytes: [UInt8]) throws -> [JSONValue] {
    guard let layout, !layout.isPositional else { return [] }
    var entries: [(name: String, isList: Bool, parts: [JSONValue])] = []
    for (part, written) in zip(parts, try Self.split(bytes)) {
      let isList = layout.parts.indices.contains(part.part) && layout.parts[part.part].max != 1
      let json = layout.json(part, written.headers, written.content)
      let name = try MultipartPart(headers: written.headers, content: ByteStream([])).name ?? ""
      if let index = entries.firstIndex(where: { $0.name == name }) {
        entries[index].parts.append(json)
      } else {
        entries.append((name, isList, [json]))
      }
    }
    return entries.map { ["name": .string($0.name), "isList": .boolean($0.isList), "parts": .array($0.parts)] }
  }

  private static func split(_ bytes: [UInt8]) throws -> [(headers: HTTPFields, content: [UInt8])] {
    var parser = try MultipartParser(boundary: OutlinedContent.boundary)
    parser.append(bytes)
    var parts: [(headers: HTTPFields, content: [UInt8])] = []
    while let event = try parser.next() {
      switch event {
      case .part(let headers): parts.append((headers, []))
      case .data(let data): parts[parts.count - 1].content += data
      case .partEnd, .end: break
      }
    }
    return parts
  }
}

extension OutlinedParts {
  /// Whether clients pass a part as a file: a part that is itself multipart is one, with its boundary in its type.
  fileprivate func isFile(_ part: PartValues) -> Bool {
    parts.indices.contains(part.part) && [.bytes, .multipart].contains(parts[part.part].kind)
  }

  fileprivate func json(_ part: PartValues, _ headers: HTTPFields, _ content: [UInt8]) -> JSONValue {
    if !isFile(part), case .json(let value) = part.value { return ["value": value] }
    let own = headers.list.filter { !["content-disposition", "content-type"].contains($0.name) }
    return [
      "bytes": .base64(content), "type": .string(headers["content-type"] ?? "application/octet-stream"),
      "headers": .object(JSONObject(own.map { ($0.name, .string($0.value)) })),
    ]
  }
}

extension OutlinedOperation {
  /// The responses that may be asked for: the usual one, then each with each of its media types.
  fileprivate var wishes: [(code: Int?, accept: String?)] {
    let hasChoice = responses.contains { $0.content.count > 1 }
    return [(nil, nil)]
      + responses.flatMap { response -> [(Int?, String?)] in
        let code =
          switch response.status {
          case .code(let code): code
          case .range(let digit): digit * 100 + 18
          case .other: 599
          }
        if code < 200 { return [] }
        return [(code, nil)]
          + (hasChoice ? response.content.dropFirst().map { (code, "\($0.mediaType), */*;q=0.1") } : [])
      }
  }
}

extension JSONValue {
  fileprivate static func base64(_ bytes: [UInt8]) -> JSONValue { .string(Data(bytes).base64EncodedString()) }

  /// Whether all its numbers are numbers of JavaScript.
  var hasOnlyDoubles: Bool {
    switch self {
    case .number(let number): Double(number.description).flatMap { ExactDecimal("\($0)") } == number
    case .array(let items): items.allSatisfy(\.hasOnlyDoubles)
    case .object(let members): members.allSatisfy(\.value.hasOnlyDoubles)
    default: true
    }
  }
}

extension RequestValues {
  fileprivate var hasOnlyDoubles: Bool {
    parameters.values.allSatisfy(\.hasOnlyDoubles) && body?.value.hasOnlyDoubles ?? true
  }
}

extension BodyValues.Value {
  var hasOnlyDoubles: Bool {
    switch self {
    case .json(let value): value.hasOnlyDoubles
    case .items(let items): items.allSatisfy(\.hasOnlyDoubles)
    case .parts(let parts): parts.allSatisfy(\.value.hasOnlyDoubles)
    case .bytes: true
    }
  }
}
