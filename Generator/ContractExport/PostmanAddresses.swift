import ContractModel

/// The servers of contracts as variables of a Postman collection.
struct PostmanAddresses {
  /// The collection's variables with their values, in their order.
  private(set) var variables: [(name: String, value: String)] = []
  private var origins: [String] = []

  init(_ contracts: [Contract], secrets: [String]) {
    for secret in secrets where value(of: secret) == nil { variables.append((secret, "")) }
    for contract in contracts {
      let servers = [contract.servers] + contract.operations.filter { $0.kind == .route }.map(\.servers)
      for variable in servers.flatMap({ $0 }).flatMap(\.variables) where value(of: Self.name(variable)) == nil {
        variables.append((Self.name(variable), variable.usual))
      }
      for case let origin? in servers.map(origin) where !origins.contains(origin) { origins.append(origin) }
    }
    let values = origins.isEmpty ? ["http://localhost:8080"] : origins
    variables.insert(contentsOf: values.enumerated().map { (Self.name($0), $1) }, at: 0)
  }

  /// The location of an operation: the variable of its origin, and its base path.
  func address(of operation: Operation, in contract: Contract) -> (base: String, path: String) {
    let servers = operation.servers.isEmpty ? contract.servers : operation.servers
    let origin = origin(servers) ?? origin(contract.servers)
    let number = origin.flatMap(origins.firstIndex) ?? 0
    return ("{{\(Self.name(number))}}", servers.first.map { $0.parts(text).path } ?? "")
  }

  private func origin(_ servers: [Server]) -> String? {
    servers.lazy.filter { $0.basePath == servers.first?.basePath }.compactMap { $0.parts(text).origin }.first
  }

  /// A variable, or its value where another variable of that name has another value.
  private func text(_ variable: Server.Variable) -> String {
    let name = Self.name(variable)
    return value(of: name) == variable.usual ? "{{\(name)}}" : variable.usual
  }

  private func value(of name: String) -> String? { variables.first { $0.name == name }?.value }

  private static func name(_ variable: Server.Variable) -> String { ExportName.camel(variable.name) }

  private static func name(_ origin: Int) -> String { origin == 0 ? "baseUrl" : "baseUrl\(origin + 1)" }
}
