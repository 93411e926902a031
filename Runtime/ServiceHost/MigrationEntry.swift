import ServiceCore
import ServiceHTTP

/// A path that an old system serves to a part of the callers: one entry of the file that CHARTER_MIGRATION names.
package struct MigrationEntry: Sendable, Equatable {
  /// The beginning of the paths, by whole segments; `/` for all paths.
  package let path: String
  /// Where the old system is, such as `http://old.internal:9000`.
  package let origin: String
  /// How many of a hundred callers the old system serves.
  package let percent: Int
  /// What says who calls, such as `cookie:uid`; nil for the credentials or the address.
  package let by: String?
  /// Whether the other system is asked for the same, and its response compared.
  package let compares: Bool
  /// JSON pointers to what is not compared.
  package let ignored: [String]

  /// Reads all entries of a file; those with longer paths come first.
  ///
  /// - Throws: ``ConfigurationError`` that names the file, the entries and what is valid.
  package static func read(_ bytes: [UInt8], from file: String) throws(ConfigurationError) -> [MigrationEntry] {
    var json = JSONReader(bytes)
    let given: MigrationEntries?
    do throws(JSONSyntaxError) {
      given = try MigrationEntries.decode(&json)
      try json.finish()
    } catch {
      throw ConfigurationError("CHARTER_MIGRATION: \(file) is not valid JSON: \(error)")
    }
    var violations = json.violations
    if violations.isEmpty { given?.validate(&violations) }
    guard violations.isEmpty, let given else {
      throw ConfigurationError("CHARTER_MIGRATION: \(file): \(violations.list.summary)")
    }
    return given.paths.sorted { $0.path.utf8.count > $1.path.utf8.count }
  }
}

/// The content of the file.
private struct MigrationEntries: JSONCodable {
  let paths: [MigrationEntry]

  static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MigrationEntries? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var keys = json.keys("paths")
    var paths: [MigrationEntry]?
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("paths", &paths)
      default: try json.unknownField(json.unknownKey, known: "paths", rule: "additionalProperties")
      }
    }
    json.require(paths, "paths", since: mark)
    return paths.map { MigrationEntries(paths: $0) }
  }

  func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("paths", paths)
    json.endObject()
  }

  func validate(_ check: inout Violations) {
    let mark = check.count
    paths.validate(&check)
    for (index, entry) in paths.enumerated() {
      guard let first = paths[..<index].firstIndex(where: { $0.path == entry.path }) else { continue }
      let mark = check.count
      check.fail("path", "unique", "is '\(entry.path)', as that of /paths/\(first): give each path one entry")
      check.prefix(since: mark, index)
    }
    check.prefix(since: mark, "paths")
  }
}

extension MigrationEntry: JSONCodable {
  package static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> MigrationEntry? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var keys = json.keys("path,origin,percent,by,compare,ignore")
    var (path, origin, percent, by): (String?, String?, Int?, String?)
    var (compares, ignored): (Bool?, [String]?)
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("path", &path)
      case 1: try json.field("origin", &origin)
      case 2: try json.field("percent", &percent)
      case 3: try json.field("by", &by)
      case 4: try json.field("compare", &compares)
      case 5: try json.field("ignore", &ignored)
      default:
        try json.unknownField(
          json.unknownKey, known: "path, origin, percent, by, compare, ignore", rule: "additionalProperties")
      }
    }
    json.require(path, "path", since: mark)
    json.require(origin, "origin", since: mark)
    guard let path, let origin, json.violations.count == mark else { return nil }
    return MigrationEntry(
      path: path, origin: origin, percent: percent ?? 100, by: by, compares: compares ?? false, ignored: ignored ?? [])
  }

  package func encode(_ json: inout JSONWriter) {
    json.beginObject()
    encodeMembers(&json)
    json.field("origin", origin)
    if let by { json.field("by", by) }
    json.field("ignore", ignored)
    json.endObject()
  }

  /// Writes what the report shows of it: anybody may ask for that, and where the old system is concerns nobody outside.
  func encodeMembers(_ json: inout JSONWriter) {
    json.field("path", path)
    json.field("percent", percent)
    json.field("compare", compares)
  }

  package func validate(_ check: inout Violations) {
    if !MigrationPath.isPrefix(path) {
      check.fail(
        "path", "path",
        "is '\(path)'; valid values: a path such as /api/products, which begins with '/' and does not end with it, "
          + "without empty segments, '.', '..', '%', '?' and other characters that a path has only encoded; or / for "
          + "all paths")
    }
    if !Self.isOrigin(origin) {
      check.fail(
        "origin", "origin",
        "is '\(origin)'; valid values: an origin such as http://old.internal:9000 or https://old.example, without a "
          + "path"
      )
    }
    if !(0...100).contains(percent) {
      check.fail("percent", "percent", "is \(percent); valid values: whole numbers from 0 to 100")
    }
    if let by, CallerField(by) == nil {
      check.fail(
        "by", "by", "is '\(by)'; valid values: cookie:NAME or header:NAME, such as cookie:uid or header:X-Tenant")
    }
    let mark = check.count
    for (index, pointer) in ignored.enumerated() where PointerPattern(pointer) == nil {
      let mark = check.count
      check.add("pointer", "is '\(pointer)'; valid values: JSON pointers such as /updatedAt or /items/*/etag")
      check.prefix(since: mark, index)
    }
    check.prefix(since: mark, "ignore")
  }

  private static func isOrigin(_ text: String) -> Bool {
    guard let address = try? ServerAddress(text), address.text == address.origin else { return false }
    return HTTPClient.isOrigin(text)
  }
}
