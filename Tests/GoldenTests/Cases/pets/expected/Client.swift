// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// Calls the API wherever it is: in this process or over HTTP.
public struct PetsClient: ServiceClient {
  public static let service = "contract"
  private let placement: Placement

  public init(_ placement: Placement) { self.placement = placement }

  /// List pets
  public func listPets(_ input: ListPets.Input, _ call: Call) async throws -> ListPets.Output {
    try await placement.call(ListPets.self, input, call) {
      try await ($0 as? any PetsHandlers)?.listPets($1, $2)
    }
  }

  public func putPet(_ input: PutPet.Input, _ call: Call) async throws -> PutPet.Output {
    try await placement.call(PutPet.self, input, call) {
      try await ($0 as? any PetsHandlers)?.putPet($1, $2)
    }
  }

  public func deletePet(_ input: DeletePet.Input, _ call: Call) async throws -> DeletePet.Output {
    try await placement.call(DeletePet.self, input, call) {
      try await ($0 as? any PetsHandlers)?.deletePet($1, $2)
    }
  }

  public func payForPet(_ input: PayForPet.Input, _ call: Call) async throws -> PayForPet.Output {
    try await placement.call(PayForPet.self, input, call) {
      try await ($0 as? any PetsHandlers)?.payForPet($1, $2).value
    }
  }
}
