import ServiceCore
import Synchronization

/// What became of the requests of one migrated path.
final class MigrationCounts: Sendable {
  enum Kind: Int, CaseIterable {
    /// Requests that the old system served, and those that it did not.
    case old, new
    /// Comparisons without a difference, and with one.
    case equal, different
    /// Comparisons for which the system that was asked for it gave no response, and requests that were not compared.
    case failed, skipped
  }

  private let numbers = Mutex([Int](repeating: 0, count: Kind.allCases.count))

  func add(_ kind: Kind) { numbers.withLock { $0[kind.rawValue] += 1 } }

  func encode(_ json: inout JSONWriter) {
    let numbers = numbers.withLock(\.self)
    func number(_ kind: Kind) -> Int { numbers[kind.rawValue] }
    json.beginObject()
    json.field("old", number(.old))
    json.field("new", number(.new))
    json.field("compared", number(.equal) + number(.different))
    json.field("equal", number(.equal))
    json.field("different", number(.different))
    json.field("failed", number(.failed))
    json.field("skipped", number(.skipped))
    json.endObject()
  }
}

/// The last differences between responses of the old system and of the services here.
///
/// It has no value of a request or a response, which may be personal or secret: paths are those of contracts.
final class MigrationReport: Sendable {
  private struct Entry: Sendable {
    let method: String
    let path: String
    let requestID: String
    let time: Timestamp
    let difference: MigrationDifference
  }

  /// The newest ones first.
  private let entries = Mutex<[Entry]>([])
  private static let limit = 100

  func add(_ differences: [MigrationDifference], method: String, path: String, requestID: String, at time: Timestamp) {
    let new = differences.map {
      Entry(method: method, path: path, requestID: requestID, time: time, difference: $0)
    }
    entries.withLock { $0 = Array((new + $0).prefix(Self.limit)) }
  }

  func encode(_ json: inout JSONWriter) {
    json.beginArray()
    for entry in entries.withLock(\.self) { Self.encode(entry, &json) }
    json.endArray()
  }

  private static func encode(_ entry: Entry, _ json: inout JSONWriter) {
    let difference = entry.difference
    json.beginObject()
    json.field("method", entry.method)
    json.field("path", entry.path)
    json.field("at", entry.time)
    json.field("request_id", entry.requestID)
    json.field("what", difference.what.rawValue)
    if difference.what == .body { json.field("pointer", difference.pointer) }
    json.field("old", difference.old)
    json.field("new", difference.new)
    json.endObject()
  }
}

extension SystemMigration {
  /// `/health/migration`, at the gateway.
  var reportRoute: ServiceRoute {
    let operation = OperationDescriptor(
      service: Self.host, id: "getMigrationReport", method: "GET", path: [.literal("health"), .literal("migration")],
      body: .init(limit: 1_024), responses: .init([200]))
    return ServiceRoute(operation) { [self] _ in
      HTTPResponse(
        status: 200, headers: ["content-type": "application/json", "cache-control": "no-store"], body: reportJSON)
    }
  }

  private var reportJSON: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("paths")
    json.beginArray()
    for path in current {
      json.beginObject()
      path.entry.encodeMembers(&json)
      json.key("counts")
      path.counts.encode(&json)
      json.endObject()
    }
    json.endArray()
    json.key("differences")
    report.encode(&json)
    json.field("timestamp", logger.clock.now())
    json.endObject()
    return json.bytes
  }
}
