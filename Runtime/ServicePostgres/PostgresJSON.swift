import ServiceCore

/// A value in a column of the type json or jsonb, through the JSON codec that is generated from its contract.
///
/// A value must satisfy the contract when it is read, and is limited in depth and size like a request (``JSONReader``).
public struct PostgresJSON<Value: JSONCodable>: Sendable {
  public let value: Value

  public init(_ value: Value) { self.value = value }

  /// Reads JSON; when it breaks the contract, the violations are in the reader, and the value is nil.
  private static func read(_ json: inout JSONReader) throws(JSONSyntaxError) -> Value? {
    let value = try Value.decode(&json)
    try json.finish()
    value?.validate(&json.violations)
    return json.violations.isEmpty ? value : nil
  }

  private static func reader(_ bytes: Span<UInt8>, _ type: UInt32) -> JSONReader? {
    switch type {
    case PostgresType.json: return JSONReader(bytes.withUnsafeBufferPointer { Array($0) })
    // The binary format begins with its version; only version 1 exists.
    case PostgresType.jsonb where !bytes.isEmpty && bytes[0] == 1:
      return JSONReader(bytes.withUnsafeBufferPointer { Array($0.dropFirst()) })
    default: return nil
    }
  }
}

extension PostgresJSON: PostgresDecodable {
  public static func isRead(from type: UInt32) -> Bool { type == PostgresType.jsonb || type == PostgresType.json }

  public init?(postgres bytes: Span<UInt8>, type: UInt32) {
    guard var json = Self.reader(bytes, type), let value = try? Self.read(&json) else { return nil }
    self.init(value)
  }

  public static func fault(postgres bytes: Span<UInt8>, type: UInt32) -> String? {
    guard var json = reader(bytes, type) else { return nil }
    do throws(JSONSyntaxError) {
      _ = try read(&json)
    } catch {
      return "it is not readable JSON: \(error)"
    }
    let faults = json.violations.list.prefix(5).map { violation in
      (violation.name.isEmpty ? "" : violation.name + ": ") + "\(violation.rule): \(violation.message)"
    }
    return "it breaks its contract: " + faults.joined(separator: "; ")
  }
}

extension PostgresJSON: PostgresEncodable {
  public var postgresText: String? { String(decoding: value.json, as: UTF8.self) }
  public static func isWritten(to type: UInt32) -> Bool { isRead(from: type) }
}
