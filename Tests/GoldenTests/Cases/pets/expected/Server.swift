// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// Pets
/// public let injected = 1 //.
///
/// One of everything. */ " \(x)
public protocol PetsHandlers: Sendable {
  /// List pets
  func listPets(_ input: ListPets.Input, _ call: Call) async throws -> ListPets.Output
  func putPet(_ input: PutPet.Input, _ call: Call) async throws -> PutPet.Output
  func deletePet(_ input: DeletePet.Input, _ call: Call) async throws -> DeletePet.Output
  func payForPet(_ input: PayForPet.Input, _ call: Call) async throws -> Committed<PayForPet.Output>
}

/// The routes of the contract, in its order.
public enum PetsRoutes {
  public static let version = "2.1.0"
  public static let all: [OperationDescriptor] = [
    ListPets.descriptor,
    PutPet.descriptor,
    DeletePet.descriptor,
    PayForPet.descriptor,
  ]
}

/// Serves the contract's routes by handlers.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0:
      return await Serving.respond(ListPets.self, request, call) {
        try await handlers.listPets($0, $1)
      }
    case 1:
      return await Serving.respond(PutPet.self, request, call) {
        try await handlers.putPet($0, $1)
      }
    case 2:
      return await Serving.respond(DeletePet.self, request, call) {
        try await handlers.deletePet($0, $1)
      }
    case 3:
      return await Serving.respond(PayForPet.self, request, call) {
        try await handlers.payForPet($0, $1).value
      }
    default: return HTTPResponse(status: 404)
    }
  }
}
