import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization

/// A request whose response is recorded, and compared with what the other system responds to it.
///
/// It is counted when it ends, however it ends: as skipped where the response was not recorded to its end.
final class Shadow: Sendable {
  let request: HTTPRequest
  let path: MigratedPath
  /// Whether the old system serves the caller.
  let isOld: Bool
  let gateway: HTTPHandler
  /// The path as the report shows it: that of the operation, or else the beginning of it.
  let shownPath: String
  let loop: Loop
  private let migration: SystemMigration
  private let response = Mutex<ComparedResponse?>(nil)
  private let outcome = Mutex(MigrationCounts.Kind.skipped)

  init(
    _ request: HTTPRequest, _ path: MigratedPath, isOld: Bool, shownPath: String, _ gateway: @escaping HTTPHandler,
    of migration: SystemMigration
  ) {
    (self.request, self.path, self.isOld, self.shownPath) = (request, path, isOld, shownPath)
    (self.gateway, self.migration, loop) = (gateway, migration, Loop.running ?? migration.loops[0])
  }

  deinit {
    migration.shadowCount.withLock { $0 -= 1 }
    path.counts.add(outcome.withLock(\.self))
  }

  /// Whether both systems can be asked for the same: it changes nothing, and asks neither for a part nor for a change
  /// since an earlier response, which the two mark differently.
  static func isComparable(_ request: HTTPRequest) -> Bool {
    (request.method == "GET" || request.method == "HEAD") && !request.hasHeader("transfer-encoding")
      && (request.headers["content-length"] ?? "0") == "0" && !request.hasHeader("range")
      && !request.hasHeader("if-none-match") && !request.hasHeader("if-modified-since") && !request.hasHeader("upgrade")
  }

  /// Ends the comparison.
  func end(_ kind: MigrationCounts.Kind) { outcome.withLock { $0 = kind } }

  // MARK: recording

  /// The same response, which is recorded while it is sent.
  func recording(_ given: HTTPResponse) -> HTTPResponse {
    guard request.method != "HEAD" else {
      record(given, nil)
      return given
    }
    guard ComparedResponse.isComparable(given) else { return given }
    guard let stream = given.stream else {
      record(given, given.body)
      return given
    }
    var response = given
    response.stream = recording(stream, of: given)
    return response
  }

  private func recording(_ stream: ByteStream, of response: HTTPResponse) -> ByteStream {
    let (iterator, body) = (stream.makeAsyncIterator(), RecordedBody())
    return ByteStream(length: stream.length) { [self] in
      let piece = try await iterator.next()
      if let piece { body.add(piece) } else if let bytes = body.take() { record(response, bytes) }
      return piece
    }
  }

  private func record(_ response: HTTPResponse, _ body: [UInt8]?) {
    self.response.withLock { $0 = ComparedResponse(response, body: body) }
    migration.shadowSource.yield(self)
  }

  var recorded: ComparedResponse? { response.withLock(\.self) }
}

/// A body that is recorded up to the size that is compared.
private final class RecordedBody: Sendable {
  private let bytes = Mutex<[UInt8]?>([])

  func add(_ piece: [UInt8]) {
    bytes.withLock { bytes in
      let isWhole = (bytes?.count ?? .max) <= ComparedResponse.limit - piece.count
      if isWhole { bytes? += piece } else { bytes = nil }
    }
  }

  /// All of it; nil where it was too large.
  func take() -> [UInt8]? { bytes.withLock { $0.take() } }
}

/// Serves a request as its route does, and has the response recorded.
struct RecordingEndpoint: ServiceEndpoint {
  let shadow: Shadow
  let route: ServiceRoute

  func respond(to routed: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    guard shadow.isOld else { return shadow.recording(await route.respond(to: routed)) }
    let (response, isGiven) = await shadow.path.origin.response(to: routed.request, call)
    if isGiven { return shadow.recording(response) }
    shadow.end(.failed)
    return response
  }
}
