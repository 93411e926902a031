// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// What documents
///
/// Carried to readers, and nothing else.
public struct Annotated: JSONCodable, Equatable {
  /// A text.
  public let text: String?

  public init(text: String? = nil) {
    self.text = text
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Annotated? {
    guard try json.beginObject() else { return nil }
    var text: String?
    var keys = json.keys("text")
    while let key = try json.next(&keys) {
      switch key {
      case 0: text = try json.field("text", text)
      default: try json.skip()
      }
    }
    return Annotated(text: text)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("text", self.text)
    json.endObject()
  }
}
