import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

enum RouteCheck {
  /// Reports routes that are the same for the router: with base paths, decoded, and without the names of parameters.
  static func report(_ contracts: [Contract], _ diagnostics: Diagnostics) {
    var seen: [ByteKey: Operation] = [:]
    for contract in contracts {
      for operation in contract.operations where operation.kind == .route {
        let shape = operation.route(in: contract).map(shape).joined(separator: "/")
        guard let other = seen.updateValue(operation, forKey: ByteKey(operation.method + " " + shape)) else { continue }
        diagnostics.error(
          .duplicate,
          "\(operation.method) \(operation.path) and \(other.path) are the same route",
          at: operation.position, help: "the other is in line \(other.position.line)")
      }
    }
  }

  private static func shape(_ segment: PathSegment) -> String {
    switch segment {
    case .literal(let text): text
    // No path contains this in a text.
    case .parameter: "\0"
    case .mixed(let pieces): pieces.map(shape).joined()
    }
  }
}
