import ContractOutline
import ServiceCore
import ServiceHTTP
import Synchronization

/// Forwards requests to a real server, and reports what of them and of their responses breaks the contract.
///
/// The client receives what the server answered.
public final class ContractProxy: Sendable {
  /// Sends a request to the server.
  public typealias Forward = @Sendable (HTTPRequest, OperationDescriptor) async throws -> HTTPResponse

  private let outline: Outline
  private let operations: [OutlinedOperation]
  private let router: Router
  private let forward: Forward
  private let report: @Sendable (String) -> Void
  /// For requests that the contract does not have.
  private let unknown = OperationDescriptor(
    service: "proxy", id: "unknown", method: "GET", path: [], responses: .init([], hasDefault: true))

  /// The largest body of a request, and the largest part of a streamed response that is validated, in bytes.
  private static let bodyLimit = 67_108_864
  private static let validatedLimit = 16_777_216

  /// - Parameter report: receives each breach, as one line.
  public init(_ outline: Outline, forward: @escaping Forward, report: @escaping @Sendable (String) -> Void) {
    (self.outline, self.forward, self.report) = (outline, forward, report)
    operations = outline.routes
    var router = Router()
    for operation in operations { router.add(operation.descriptor) }
    self.router = router
  }

  /// Every request is forwarded, whatever it is.
  public func receive(_ request: HTTPRequest) -> RequestDisposition {
    .receive(limit: Self.bodyLimit) { [self] request in await respond(to: request) }
  }

  public func respond(to request: HTTPRequest) async -> HTTPResponse {
    let subject = "\(request.method) \(request.path)"
    let operation = await check(request, subject)
    var forwarded = request
    // What is compressed cannot be validated.
    forwarded.headers["accept-encoding"] = nil
    do {
      var response = try await forward(forwarded, operation?.descriptor ?? unknown)
      for name in ["connection", "content-length", "keep-alive", "transfer-encoding"] { response.headers[name] = nil }
      guard let operation else { return response }
      return check(response, to: request, of: operation, subject)
    } catch {
      report("\(subject): the server cannot be reached: \(error)")
      return ProblemDetails(502, "The server cannot be reached.").response(
        instance: request.path, requestID: request.id)
    }
  }

  /// Reports what is wrong with a request, and returns its operation.
  private func check(_ request: HTTPRequest, _ subject: String) async -> OutlinedOperation? {
    let files = outline.contracts.map(\.file).joined(separator: ", ")
    switch router.match(method: request.method, path: request.path) {
    case .found(let index, let pathValues):
      let operation = operations[index]
      let routed = RoutedRequest(request: request, pathValues: pathValues)
      for breach in await operation.breaches(of: routed, outline) { report("\(subject): \(breach)") }
      return operation
    case .methodNotAllowed where request.method == "OPTIONS": break
    case .methodNotAllowed(let methods):
      report("\(subject): request: the contract has \(methods.joined(separator: ", ")) here (\(files))")
    case .notFound: report("\(subject): request: the contract has no such path (\(files))")
    case .malformed(let reason): report("\(subject): request: the path cannot be read: \(reason) (\(files))")
    }
    return nil
  }

  /// Reports what is wrong with a response: at once, or when its body has been sent.
  private func check(
    _ response: HTTPResponse, to request: HTTPRequest, of operation: OutlinedOperation, _ subject: String
  ) -> HTTPResponse {
    let isReadable = response.headers["content-encoding"] == nil
    let method = request.method
    let check: @Sendable (HTTPResponse, Bool) -> Void = { [outline, report] response, isWhole in
      for breach in operation.breaches(of: response, method, isWhole: isWhole && isReadable, outline) {
        report("\(subject): \(breach)")
      }
    }
    guard let stream = response.stream else {
      check(response, true)
      return response
    }
    var copied = response
    copied.stream = nil
    let whole = copied
    let copy = StreamCopy(limit: Self.validatedLimit) { body in
      var response = whole
      response.body = body ?? []
      check(response, body != nil)
    }
    var streamed = response
    streamed.stream = ByteStream(length: stream.length) {
      let piece = try await stream.makeAsyncIterator().next()
      copy.add(piece)
      return piece
    }
    return streamed
  }
}

/// A copy of a body on its way.
private final class StreamCopy: Sendable {
  /// Nil once there was more than the limit.
  private let bytes = Mutex<[UInt8]?>([])
  private let limit: Int
  private let finish: @Sendable ([UInt8]?) -> Void

  init(limit: Int, finish: @escaping @Sendable ([UInt8]?) -> Void) { (self.limit, self.finish) = (limit, finish) }

  /// - Parameter piece: nil at the end.
  func add(_ piece: [UInt8]?) {
    guard let piece else { return finish(bytes.withLock { $0 }) }
    bytes.withLock { bytes in
      guard let old = bytes else { return }
      if old.count + piece.count > limit { bytes = nil } else { bytes?.append(contentsOf: piece) }
    }
  }
}
