import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization

/// A path that an old system serves to a part of the callers, with what is counted of it.
struct MigratedPath: Sendable {
  let entry: MigrationEntry
  let segments: [[UInt8]]
  let lenientSegments: [[UInt8]]
  let caller: CallerField?
  let ignored: [PointerPattern]
  let counts: MigrationCounts
  let origin: MigrationOrigin
  let route: ServiceRoute

  /// The same path and origin, under another version of the file: it counts on, over the same connections.
  func with(_ entry: MigrationEntry) -> MigratedPath {
    MigratedPath(entry, counts: counts, origin: origin, route: route)
  }

  init(_ entry: MigrationEntry, counts: MigrationCounts, origin: MigrationOrigin, route: ServiceRoute) {
    (self.entry, self.counts, self.origin, self.route) = (entry, counts, origin, route)
    segments = MigrationPath.segments(ofPrefix: entry.path)
    lenientSegments = MigrationPath.lenient(segments)
    caller = entry.by.flatMap(CallerField.init)
    ignored = entry.ignored.compactMap(PointerPattern.init)
  }
}

/// The migration from old systems at the gateway: which requests they serve is in the file that CHARTER_MIGRATION
/// names, as it is now.
final class SystemMigration: Sendable {
  /// The service that the host's own paths belong to, such as `/health`: no old system serves these.
  static let host = "host"

  let file: String
  let logger: Logger
  let sleep: Host.Sleep
  let report = MigrationReport()
  /// Responses that wait for what the other system responds.
  let shadows: AsyncStream<Shadow>
  let shadowSource: AsyncStream<Shadow>.Continuation
  /// How many responses are being recorded or compared.
  let shadowCount = Mutex(0)
  /// Compares, one after another: the values of long bodies take much memory.
  let comparisons = BlockingPool(threads: 1)
  /// What the calls of all paths share.
  let call: Call
  let loops: [Loop]
  private let scheme: String
  private let tls: ClientTLS?
  /// Whether pages of other origins may call the gateway.
  private let permitsOrigins: Bool
  private let paths = Mutex<[MigratedPath]>([])

  init(
    _ file: String, settings: Settings, loops: [Loop], logger: Logger, metrics: Metrics, sleep: @escaping Host.Sleep
  ) {
    (self.file, self.logger, self.loops, self.sleep) = (file, logger, loops, sleep)
    scheme = settings.publicURL.hasPrefix("https:") ? "https" : "http"
    tls = settings.tls
    permitsOrigins = !settings.http.origins.isEmpty
    call = Call(requestID: "", logger: logger, observers: { [metrics.of($0)] })
    (shadows, shadowSource) = AsyncStream.makeStream()
  }

  /// The paths of the file, the longest first.
  var current: [MigratedPath] { paths.withLock(\.self) }

  /// Has requests that come from now on served as these entries say.
  func take(_ entries: [MigrationEntry]) throws {
    let old = current
    let new = try entries.map { entry in
      let known = old.first { $0.entry.path == entry.path && $0.entry.origin == entry.origin }
      return try known?.with(entry) ?? path(entry)
    }
    paths.withLock { $0 = new }
  }

  private func path(_ entry: MigrationEntry) throws -> MigratedPath {
    let origin = try MigrationOrigin(entry, scheme: scheme, loops: loops, tls: tls, sleep: sleep)
    let route = ServiceRoute(Pipeline(origin.operation, at: [], of: call), by: origin, at: 0, call)
    return MigratedPath(entry, counts: MigrationCounts(), origin: origin, route: route)
  }

  // MARK: requests

  /// Decides on requests as the gateway does, except for those that an old system serves.
  ///
  /// The gateway is asked first, for all: it removes the header fields that nobody outside may set.
  func handler(over gateway: @escaping HTTPHandler) -> HTTPHandler {
    { [self] request in
      let own = gateway(&request)
      guard let path = path(of: request, own) else { return own }
      // It comes without credentials, and so perhaps to the other system than the request will: the gateway decides.
      if permitsOrigins, request.isPreflight {
        return .answer(HTTPResponse(status: 204, headers: ["allow": Self.methods]))
      }
      let isOld = MigrationPath.share(of: request, by: path.caller) < path.entry.percent
      path.counts.add(isOld ? .old : .new)
      // The origin's own time limit comes first: it says in the log what took too long.
      let disposition =
        isOld ? .route(path.route, pathValues: [], timeout: MigrationOrigin.timeout + 1_000) : own
      guard path.entry.compares else { return disposition }
      guard Shadow.isComparable(request) else {
        if request.method == "GET" || request.method == "HEAD" { path.counts.add(.skipped) }
        return disposition
      }
      return comparing(disposition, own, request, path, isOld: isOld, gateway)
    }
  }

  /// The migrated path that a request belongs to.
  private func path(of request: HTTPRequest, _ own: RequestDisposition) -> MigratedPath? {
    if case .route(let route, _, _) = own, route.operation.service == Self.host { return nil }
    // The old system has no way to answer these: one makes a tunnel, the other shows the fields that are added here.
    if request.method == "CONNECT" || request.method == "TRACE" { return nil }
    let paths = current
    guard !paths.isEmpty, let segments = MigrationPath.segments(request.path), let first = segments.first,
      segments.count > 1 || !Self.hostPaths.contains(first), first != Self.health
    else { return nil }
    let found = paths.first { segments.starts(with: $0.segments) }
    // A path that the old system could read as one of another entry is passed on to nobody.
    let lenient = MigrationPath.lenient(segments)
    let other = paths.first { lenient.starts(with: $0.lenientSegments) }
    return found?.entry.path == other?.entry.path ? found : nil
  }

  private static let health = Array("health".utf8)
  /// The host's own paths of one segment.
  private static let hostPaths = ["ready", "version", "metrics", "openapi.json", "docs"].map { Array($0.utf8) }

  private static let methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
}

extension Host {
  /// The migration that the settings ask for; nil for none.
  ///
  /// - Throws: ``ConfigurationError`` for a file that cannot be read, or is invalid.
  func systemMigration() async throws -> SystemMigration? {
    guard let file = settings.migrationFile else { return nil }
    let migration = SystemMigration(
      file, settings: settings, loops: loops, logger: logger, metrics: metrics, sleep: sleep)
    try await migration.start()
    return migration
  }

  /// Has a migration follow its file, and compare responses, until the host stops.
  func follow(_ migration: SystemMigration) {
    let task = Task(executorPreference: mainLoop) { await migration.run() }
    state.withLock { $0.background.append(task) }
  }
}
