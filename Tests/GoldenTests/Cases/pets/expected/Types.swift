// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Failure: JSONCodable, Equatable {
  public let status: Int
  public let detail: String?

  public init(status: Int, detail: String? = nil) {
    self.status = status
    self.detail = detail
  }
}

public struct PetOwner: JSONCodable, Equatable {
  public let email: String
  public let homeURL: String?

  public init(email: String, homeURL: String? = nil) {
    self.email = email
    self.homeURL = homeURL
  }
}

/// A pet.
///
/// With a second paragraph.
public struct Pet: JSONCodable, Equatable {
  public let name: String
  /// What it is.
  public let kind: Kind
  public let bornOn: String?
  public let weight: Double?
  public let isHouseTrained: Bool
  /// A name that is a keyword.
  public let `default`: String?
  public let tags: [String]
  public let parents: [Pet]?
  public let owner: PetOwner?

  public init(
    name: String,
    kind: Kind,
    bornOn: String? = nil,
    weight: Double? = nil,
    isHouseTrained: Bool = false,
    default: String? = nil,
    tags: [String] = [],
    parents: [Pet]? = nil,
    owner: PetOwner? = nil
  ) {
    self.name = name
    self.kind = kind
    self.bornOn = bornOn
    self.weight = weight
    self.isHouseTrained = isHouseTrained
    self.default = `default`
    self.tags = tags
    self.parents = parents
    self.owner = owner
  }
}

public struct Receipt: JSONCodable, Equatable {
  public let id: Uuid
  public let amount: ExactDecimal
  public let paidAt: Timestamp

  public init(id: Uuid, amount: ExactDecimal, paidAt: Timestamp) {
    self.id = id
    self.amount = amount
    self.paidAt = paidAt
  }
}

public struct PayForPetBody: JSONCodable, Equatable {
  public let amount: ExactDecimal
  public let `in`: String

  public init(amount: ExactDecimal, in: String = "EUR") {
    self.amount = amount
    self.in = `in`
  }
}

/// What it is.
public enum Kind: String, StringEnum {
  case cat = "CAT"
  case dog = "DOG"
  case guineaPig = "guinea-pig"
}
