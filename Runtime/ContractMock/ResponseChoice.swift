import ContractOutline
import ServiceCore

/// The declared response that answers a request: its status, and which of its contents.
struct ResponseChoice: Sendable {
  let response: OutlinedResponse
  let status: Int
  /// Nil for a response without a body.
  let content: OutlinedContent?
  let mediaType: String?
  /// The example that the client asked for.
  var example: OutlinedExample?

  /// The media type of the body is the best that the request accepts, or else the first.
  init(_ response: OutlinedResponse, _ status: Int, _ headers: HTTPFields, example: String? = nil) {
    (self.response, self.status) = (response, status)
    var contents = response.content
    if let example { contents = contents.filter { $0.example(example) != nil } }
    // These have no body (RFC 9110, section 15).
    if [204, 205, 304].contains(status) { contents = [] }
    let accepted = headers.values("accept").joined(separator: ",")
    let ranges = MediaRange.list(accepted)
    let ranked = contents.map { ranges.isEmpty ? 1 : MediaRange.quality(of: $0.mediaType, in: ranges) }
    content = ranked.max().flatMap { best in ranked.firstIndex(of: best) }.map { contents[$0] }
    mediaType = content.map { Self.mediaType($0, accepted) }
    self.example = example.flatMap { content?.example($0) }
  }

  /// The accepted type of a range, or one of it.
  private static func mediaType(_ content: OutlinedContent, _ accepted: String) -> String {
    guard content.mediaType.utf8.contains(UInt8(ascii: "*")) else { return content.mediaType }
    let wanted = FieldSyntax.list(accepted).first { MediaRange.index(of: String($0), in: [content.mediaType]) != nil }
    return wanted.map { String($0.prefix { $0 != ";" }).lowercased() } ?? content.sentMediaType
  }
}

extension OutlinedContent {
  func example(_ name: String) -> OutlinedExample? { examples.first { $0.name.utf8.elementsEqual(name.utf8) } }
}

extension OutlinedOperation {
  /// The response to a request that fails for no reason: what is preferred, or the first success.
  ///
  /// - Throws: 400 for a preference that no response meets.
  func choice(_ preference: Preference, _ headers: HTTPFields) throws(RequestFault) -> ResponseChoice {
    var candidates = ranked
    if let code = preference.code {
      guard let response = response(code) else {
        throw Preference.refused("code=\(code)", statuses.joined(separator: ", "))
      }
      candidates = [(response, code)]
    }
    guard let name = preference.example else {
      guard let first = candidates.first else { throw RequestFault(501, "The contract declares no response.") }
      return ResponseChoice(first.response, first.status, headers)
    }
    let found = candidates.first { $0.response.content.contains { $0.example(name) != nil } }
    guard let found else {
      let names = candidates.flatMap(\.response.content).flatMap(\.examples).map(\.name).filter { !$0.isEmpty }
      throw Preference.refused(
        "example=\(name)", names.isEmpty ? "no example here has a name" : names.joined(separator: ", "))
    }
    return ResponseChoice(found.response, found.status, headers, example: name)
  }

  /// The declared response of a status.
  func choice(of status: Int, _ headers: HTTPFields) -> ResponseChoice? {
    response(status).map { ResponseChoice($0, status, headers) }
  }

  /// The status of the success that a request without preferences is answered with; nil where none is declared.
  var success: Int? { ranked.first.flatMap { $0.status < 300 ? $0.status : nil } }

  /// All responses: success by number, by range, the default, and then others by number.
  private var ranked: [(response: OutlinedResponse, status: Int)] {
    let all = responses.map { response -> (rank: Int, response: OutlinedResponse, status: Int) in
      switch response.status {
      case .code(let code): (code / 100 == 2 ? code : 2_000 + code, response, code)
      case .range(2): (1_000, response, 200)
      case .range(let digit): (2_000 + digit * 100 + 99, response, digit * 100)
      case .other: (1_500, response, 200)
      }
    }
    // Informational responses precede the one that counts.
    return all.filter { $0.status >= 200 }.sorted { $0.rank < $1.rank }.map { ($0.response, $0.status) }
  }

  /// The statuses of the declared failures. Beside others, the default is one of them.
  var failures: [Int] {
    let codes = ranked.map(\.status).filter { $0 >= 400 }
    return responses.count > 1 && responses.contains { $0.status == .other } ? codes + [500] : codes
  }

  /// The declared statuses, for messages.
  var statuses: [String] {
    responses.map { response in
      switch response.status {
      case .code(let code): String(code)
      case .range(let digit): "\(digit)XX"
      case .other: "any, by default"
      }
    }
  }
}
