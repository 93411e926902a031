import ContractOutline
import ContractValues
import ServiceCore

/// Invalid requests: each must be refused, and by a server of Charter's with the violation.
extension Conformance {
  mutating func checkInvalid(_ operation: OutlinedOperation) async {
    guard !isOver else { return }
    var renewals = 0
    for sample in sampler.invalid(operation) {
      if isOver { return }
      guard var exchange = await send(sample, operation) else { continue }
      if sample.location != .path, renewals < 3, [404, 409].contains(exchange.response?.status) {
        // The state refused it, so nothing is known of the rule.
        renewals += 1
        await renewParents(of: operation)
        exchange = await send(sample, operation) ?? exchange
      }
      check(sample, operation, exchange)
    }
  }

  private mutating func send(_ sample: InvalidRequest, _ operation: OutlinedOperation) async -> Exchange? {
    var values = world.filled(sample.values, for: operation, outline.program)
    // What is invalid stays as it was made.
    for (index, parameter) in operation.parameters.enumerated()
    where parameter.location == sample.location && sample.name.utf8.starts(with: parameter.name.utf8) {
      values.parameters[index] = sample.values.parameters[index]
    }
    if sample.location == .body { values.body = sample.values.body }
    if sample.name != "Idempotency-Key" { values = renewed(values, operation) }
    return await exchange(operation, values).map { Exchange(request: $0.request, response: $0.response) }
  }

  private mutating func check(
    _ sample: InvalidRequest, _ operation: OutlinedOperation, _ exchange: Exchange
  ) {
    guard let response = exchange.response else { return }
    let what = "\(sample.location.rawValue) \(sample.name.isEmpty ? "" : sample.name + " ")(\(sample.words))"
    // How often a part may be there, and its own media type, are no keywords of a contract.
    let isOfParts =
      sample.location == .body && ["contentType", "maxItems"].contains(sample.rule) && exchange.request.isMultipart
    switch response.status {
    case ..<400 where isOfParts && !isCharters: break
    case ..<400: fail(.invalidAccepted, operation, sample.at, "\(what): answered with \(response.status)", [exchange])
    case 500...: fail(.serverError, operation, sample.at, "\(what): answered with \(response.status)", [exchange])
    case 400:
      guard let reported = Self.reports(of: response) else { break }
      if !reported.contains(where: { $0.matches(sample) }) {
        let names = reported.map { "\($0.location) \($0.name) \($0.rule)" }.joined(separator: "; ")
        fail(
          .violationReport, operation, sample.at,
          "\(what): '\(sample.rule)' at '\(sample.name)' is not among what is reported: \(names)", [exchange])
      }
    default: break
    }
    fail(ResponseCheck(outline, operation, response).breaches, operation, [exchange])
  }

  private struct Reported {
    let location: String
    let name: String
    let rule: String

    func matches(_ sample: InvalidRequest) -> Bool {
      location.utf8.elementsEqual(sample.location.rawValue.utf8) && name.utf8.elementsEqual(sample.name.utf8)
        && rule.utf8.elementsEqual(sample.rule.utf8)
    }
  }

  /// The violations in problem details as Charter's services write them; nil where a server reports none.
  private static func reports(of response: HTTPResponse) -> [Reported]? {
    guard case .array(let errors)? = response.json?["errors"] else { return nil }
    let reports = errors.compactMap { error -> Reported? in
      guard let location = error["in"]?.text, let name = (error["pointer"] ?? error["name"])?.text,
        let rule = error["rule"]?.text
      else { return nil }
      return Reported(location: location, name: name, rule: rule)
    }
    return reports.isEmpty ? nil : reports
  }
}

/// What HTTP demands besides: methods and media types.
extension Conformance {
  /// A media type that no contract declares.
  private static let unknownType = "application/x-charter-conform"

  mutating func checkMediaTypes(of operation: OutlinedOperation) async {
    guard let values = valid(operation, count: 2).last else { return }
    var filled = world.filled(renewed(values, operation), for: operation, outline.program)
    if let tag = await currentTag(for: operation, filled) { filled = filled.matching(tag, operation) }
    if let body = operation.body,
      !body.content.contains(where: { $0.mediaType.hasPrefix("*/") || $0.mediaType.hasPrefix("application/*") }),
      filled.body != nil
    {
      var types = [Self.unknownType]
      // What is declared as a patch is not to be read from plain JSON.
      if !body.content.contains(where: { $0.mediaType == "application/json" }) { types.append("application/json") }
      for type in types { await checkContentType(operation, filled, type) }
    }
    let types = operation.descriptor.responses.mediaTypes
    guard !types.isEmpty, !types.contains(where: { $0.contains("*") }), operation.method == "GET" else { return }
    await checkAccept(operation, filled)
  }

  private mutating func checkContentType(
    _ operation: OutlinedOperation, _ values: RequestValues, _ type: String
  ) async {
    guard
      let (request, response) = await exchange(
        operation, renewed(values, operation), { $0.headers["content-type"] = type })
    else { return }
    let exchanges = [Exchange(request: request, response: response)]
    let isDeclared = operation.responses.contains { $0.status == .code(415) } || response.isCharters
    if response.status < 400 || response.status >= 500
      || isDeclared && response.status != 415 && !response.isRefusedCaller
    {
      fail(
        .unsupportedMediaType, operation, operation.body?.content.first?.at ?? operation.at,
        "a body of the type \(type) was answered with \(response.status)", exchanges)
    }
  }

  private mutating func checkAccept(_ operation: OutlinedOperation, _ values: RequestValues) async {
    guard let (request, response) = await exchange(operation, values, { $0.headers["accept"] = Self.unknownType })
    else { return }
    let exchanges = [Exchange(request: request, response: response)]
    let isDeclared = operation.responses.contains { $0.status == .code(406) } || response.isCharters
    if response.status >= 500
      || isDeclared && response.status != 406 && !response.isRefusedCaller && response.status != 404
    {
      fail(
        .notAcceptable, operation, operation.at,
        "a request that accepts only \(Self.unknownType) was answered with \(response.status)", exchanges)
    }
    for type in operation.descriptor.responses.mediaTypes where operation.descriptor.responses.mediaTypes.count > 1 {
      guard let (request, response) = await exchange(operation, values, { $0.headers["accept"] = type }) else {
        continue
      }
      guard response.status < 300, let given = response.headers["content-type"],
        MediaRange.index(of: given, in: [type]) == nil
      else { continue }
      fail(
        .notAcceptable, operation, operation.at, "a request that accepts only \(type) was answered with \(given)",
        [Exchange(request: request, response: response)])
    }
  }

  /// Sends a method that no operation of a path has to each path.
  mutating func checkMethods() async {
    var seen: Set<String> = []
    for operation in callable where seen.insert(World.key(operation.path)).inserted {
      if isOver { return }
      await checkMethod(onPathOf: operation)
    }
  }

  private mutating func checkMethod(onPathOf operation: OutlinedOperation) async {
    guard let values = valid(operation, count: 1).first, var request = try? operation.write(values) else { return }
    let matching = outline.operations(matching: request.path).map(\.method)
    // Of several paths that match, the one with the fewest parameters is meant (OpenAPI 3.1, section 4.8.8).
    let declared = Set(outline.operations(at: operation).map(\.method))
    guard
      let method = ["PATCH", "PUT", "DELETE", "POST", "GET"].first(where: {
        !matching.contains($0) && !($0 == "GET" && declared.contains("HEAD"))
      })
    else { return }
    (request.method, request.query, request.body) = (method, nil, [])
    request.headers = [:]
    try? request.authorize(operation.descriptor.policy.security, with: options.credentials)
    guard let response = await send(operation, request) else { return }
    let exchanges = [Exchange(request: request, response: response)]
    switch response.status {
    case 405:
      let allowed = Set(
        response.headers.values("allow").joined(separator: ",").split(separator: ",").map { $0.filter { $0 != " " } })
      if !declared.isSubset(of: allowed) || allowed.contains(method) {
        let given = response.headers["allow"] ?? "no Allow"
        fail(
          .methodNotAllowed, operation, operation.at,
          "\(method) is refused with \(given), and the contract declares \(declared.sorted().joined(separator: ", "))",
          exchanges)
      }
    case 404, 501:
      fail(
        .methodNotAllowed, operation, operation.at, "\(method) was answered with \(response.status), not 405", exchanges
      )
    case 401, 403, 429: break
    default:
      fail(
        .methodNotAllowed, operation, operation.at,
        "\(method), which the contract does not declare, was answered with \(response.status)", exchanges)
    }
  }
}

extension HTTPRequest {
  fileprivate var isMultipart: Bool { headers["content-type"]?.hasPrefix("multipart/") ?? false }
}

extension HTTPResponse {
  /// Whether it has the form of problem details of Charter's own services.
  var isCharters: Bool {
    guard headers["content-type"]?.hasPrefix("application/problem+json") == true else { return false }
    return json?["request_id"] != nil && json?["type"]?.text == "about:blank"
  }

  /// Whether it refuses the caller, not the request.
  var isRefusedCaller: Bool { [401, 403, 429].contains(status) }
}
