import ContractMock
import ContractOutline
import Foundation
import ServiceCore

extension Trip {
  /// How a call differs from what its values and the mock's response say.
  func differences(_ outcome: JSONValue, _ exchange: TripServer.Exchange?) -> [String] {
    guard let exchange else { return ["no request arrived: \(outcome["error"]?.text ?? "")"] }
    let (request, response) = (exchange.request, exchange.response)
    let line = "\(request.method) \(request.target) \(String(decoding: request.body.prefix(500), as: UTF8.self))"
    guard code.map({ $0 == response.status }) ?? (response.status < 400) else {
      return ["\(line): \(response.status) \(response.text.prefix(500))"]
    }
    let arrived = arrivalDifference(request).map { "\(line): \($0)" }
    if let error = outcome["error"]?.text {
      return [arrived, "\(line): \(error): \(response.text.prefix(500))"].compactMap(\.self)
    }
    let returned = returnDifference(outcome, response).map { "\(line): \($0): \(response.text.prefix(500))" }
    return [arrived, returned].compactMap(\.self)
  }

  // MARK: the request

  /// The values are those that arrive by a request of the outline's own: a style may write two values alike.
  private func arrivalDifference(_ request: HTTPRequest) -> String? {
    do {
      let made = try arriving(try operation.write(values))
      let arrived = try arriving(request)
      return made == arrived ? nil : "made \(made), arrived \(arrived)"
    } catch {
      return "\(error)"
    }
  }

  private func arriving(_ request: HTTPRequest) throws -> RequestValues {
    guard let routed = RoutedRequest(request, for: operation.descriptor) else { throw CodecError("no such path") }
    var values = try operation.read(routed, golden.contract.program)
    if case .parts(let parts)? = values.body?.value {
      // Clients write the parts of one name after one another; media types have the boundary of each writer.
      let sorted = parts.enumerated().sorted { ($0.element.part, $0.offset) < ($1.element.part, $1.offset) }
      values.body?.value = .parts(sorted.map(\.element))
    }
    let type = values.body?.mediaType?.split(separator: ";").first
    values.body?.mediaType = type?.lowercased()
    return values
  }

  // MARK: the response

  private func returnDifference(_ outcome: JSONValue, _ response: HTTPResponse) -> String? {
    guard outcome["code"] == .number(ExactDecimal(response.status)), outcome["status"] != "unexpected" else {
      return "status \(response.status), read as \(outcome["status"].map { "\($0)" } ?? "nothing")"
    }
    if let header = headerDifference(outcome, response) { return header }
    if let bytes = outcome["bytes"]?.text {
      return Data(base64Encoded: bytes) == Data(response.body) ? nil : "other bytes were read"
    }
    let value = outcome["value"] ?? .null
    switch sent(response) {
    case nil: return response.body.isEmpty && [.null, .array([])].contains(value) ? nil : "read \(value)"
    case .json(let json): return json == value ? nil : "sent \(json), read \(value)"
    case .items(let items):
      return value == .array(items) || value.items?.map(\.data) == items ? nil : "sent \(items), read \(value)"
    case .bytes, .parts: return "read \(value)"
    }
  }

  /// The value of a response; nil where it has no body.
  func sent(_ response: HTTPResponse) -> BodyValues.Value? {
    let type = response.headers["content-type"] ?? ""
    let contents = operation.response(response.status)?.content ?? []
    guard let index = MediaRange.index(of: type, in: contents.map(\.mediaType)), operation.method != "HEAD" else {
      return nil
    }
    return contents[index].read(response.body, mediaType: type, golden.contract.program).value
  }

  func hasOnlyDoubles(_ response: HTTPResponse) -> Bool {
    let headers = operation.response(response.status)?.headers ?? []
    return sent(response)?.hasOnlyDoubles ?? true
      && headers.allSatisfy { $0.read(response.headers, golden.contract.program).value?.hasOnlyDoubles ?? true }
  }

  /// Lists and objects are returned as the text that they are written as.
  private func headerDifference(_ outcome: JSONValue, _ response: HTTPResponse) -> String? {
    for header in operation.response(response.status)?.headers ?? [] {
      guard let text = response.headers[header.name.lowercased()] else { continue }
      let value = header.read(response.headers, golden.contract.program).value
      let read = outcome["headers"]?[header.name]
      if read != .string(text), read != value {
        return "header \(header.name): \(text), read \(String(describing: read))"
      }
    }
    return nil
  }
}

extension JSONValue {
  fileprivate var items: [JSONValue]? {
    if case .array(let items) = self { items } else { nil }
  }

  /// The data of an event.
  fileprivate var data: JSONValue { self["data"] ?? .null }
}
