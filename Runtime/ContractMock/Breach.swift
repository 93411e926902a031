import ContractConformance
import ContractOutline
import ServiceCore

extension OutlinedOperation {
  /// What of a response breaks the contract, with its line; only its head where the body is not known.
  func breaches(of response: HTTPResponse, _ method: String, isWhole: Bool, _ outline: Outline) -> [String] {
    ResponseCheck(outline, self, response, method: isWhole ? method : "HEAD").breaches.map {
      "response \($0.message) (\($0.at))"
    }
  }

  /// What of a request breaks the contract, with its line.
  func breaches(of routed: RoutedRequest, _ outline: Outline) async -> [String] {
    var breaches: [String] = []
    do {
      _ = try await SecurityRequirement.prove(
        descriptor.policy.security, by: AnyCredentialVerifier([descriptor]), routed.request, realm: "")
    } catch {
      breaches.append("request: \((error as? RequestFault)?.problem.detail ?? "\(error)") (\(at))")
    }
    do throws(RequestFault) {
      _ = try read(routed, outline.program)
    } catch {
      let violations = error.problem.violations
      if violations.isEmpty { breaches.append("request: \(error.problem.detail) (\(at))") }
      breaches += violations.map { violation in
        let name = violation.name.isEmpty ? "" : " " + violation.name
        return "request: the \(violation.location.rawValue)\(name) \(violation.message) (\(violation.rule)) "
          + "(\(position(of: violation, routed.request, outline)))"
      }
    }
    return breaches
  }

  private func position(of violation: Violation, _ request: HTTPRequest, _ outline: Outline) -> String {
    if violation.location != .body {
      let own = parameters.first {
        $0.location == violation.location && violation.name.utf8.starts(with: $0.name.utf8)
      }
      return own?.at ?? at
    }
    let contents = body?.content ?? []
    let index = MediaRange.index(of: request.headers["content-type"] ?? "", in: contents.map(\.mediaType))
    guard let index, contents.indices.contains(index) else { return at }
    return outline.position(of: violation.name, in: contents[index]) ?? contents[index].at
  }
}
