import ServiceCore
import ServiceDefinition
import ServicePostgres

/// The same service under other names: `bench-2`, `bench-3` and so on.
enum ServiceCopies {
  /// The copies from the second to the last number.
  static func all<Original: Service>(of original: Original.Type, upTo last: Int) -> [any Service.Type] {
    list(of: original, Second.self, upTo: last)
  }

  private static func list<Original: Service, Number: CopyNumber>(
    of original: Original.Type, _ number: Number.Type, upTo last: Int
  ) -> [any Service.Type] {
    guard Number.value <= last else { return [] }
    return [ServiceCopy<Original, Number>.self] + list(of: original, Next<Number>.self, upTo: last)
  }
}

/// A number as a type: a service is a type, and so each copy must be one.
private protocol CopyNumber: SendableMetatype {
  static var value: Int { get }
}

private enum Second: CopyNumber {
  static var value: Int { 2 }
}

private enum Next<Number: CopyNumber>: CopyNumber {
  static var value: Int { Number.value + 1 }
}

private struct ServiceCopy<Original: Service, Number: CopyNumber>: Service {
  typealias API = ContractCopy<Original.API, Number>
  private let original: Original

  static var database: ServiceDatabase? { Original.database }

  init(_ resources: Resources) throws { original = try Original(resources) }

  var endpoint: any ServiceEndpoint { original.endpoint }
}

private enum ContractCopy<Original: ServiceContract, Number: CopyNumber>: ServiceContract {
  static var name: String { "\(Original.name)-\(Number.value)" }
  static var version: String { Original.version }

  static var operations: [OperationDescriptor] {
    Original.operations.map { operation in
      OperationDescriptor(
        service: name, id: operation.id, method: operation.method,
        path: operation.path.map { $0 == .literal(Original.name) ? .literal(name) : $0 }, body: operation.body,
        responses: operation.responses, policy: operation.policy)
    }
  }
}
