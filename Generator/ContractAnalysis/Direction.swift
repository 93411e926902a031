/// The direction of a value: read-only properties do not belong to a request, write-only ones not to a response. A patch
/// is a request that describes changes (RFC 7396).
public enum Direction: String, Sendable {
  case request = "Input"
  case response = ""
  case patch = "Patch"
}

/// A schema as seen in one direction, where directions differ.
public struct DirectedSchema: Hashable, Sendable {
  public let index: Int
  public let direction: Direction

  public init(index: Int, direction: Direction) {
    self.index = index
    self.direction = direction
  }
}
