import ContractModel

/// Parameters that have no effect.
extension Parameter {
  /// Whether it is a header whose definition as a parameter is ignored (OpenAPI 3.1, section 4.8.12.1).
  public var isReserved: Bool {
    location == .header && ["accept", "content-type", "authorization"].contains(name.lowercased())
  }

  /// Whether it is a path parameter that the path does not contain.
  public func isAstray(of operation: Operation) -> Bool {
    location == .path && !PathSegment.split(operation.path).contains { $0.names.contains(name) }
  }
}
