/// Validates what a gateway passes on; what is passed on are the bytes that came.
extension Serving {
  /// Validates a request. A body that is streamed is the service's to read.
  ///
  /// - Throws: what the service itself would refuse it with.
  package static func check<O: ContractOperation>(_ operation: O.Type, _ routed: RoutedRequest) async throws {
    if O.descriptor.streamsBody { return }
    _ = try await input(operation, routed)
  }

  /// Validates a response. What is still being sent is not validated.
  ///
  /// - Parameter isHead: whether it has no body, since it answers HEAD.
  /// - Throws: an error that says how it breaks the contract.
  package static func check<O: ContractOperation>(
    _ operation: O.Type, _ response: HTTPResponse, isHead: Bool
  ) async throws {
    guard response.stream == nil, !isHead else { return }
    // Problems that any service may answer with need no line in its contract.
    if !O.descriptor.responses.declare(response.status), response.isProblem { return }
    do {
      _ = try checked(operation, try await decoded(operation, response))
    } catch let error as ClientError {
      guard case .unexpected(_, let response) = error else { throw error }
      let type = response.headers["content-type"] ?? "none"
      throw BrokenAnswer(
        O.descriptor, CodecError("the status \(response.status) with the content type '\(type)' is not declared"))
    } catch let error as BrokenAnswer {
      throw error
    } catch {
      throw BrokenAnswer(O.descriptor, error)
    }
  }
}

extension HTTPResponse {
  fileprivate var isProblem: Bool {
    (400..<600).contains(status) && headers["content-type"]?.hasPrefix("application/problem+json") == true
  }
}
