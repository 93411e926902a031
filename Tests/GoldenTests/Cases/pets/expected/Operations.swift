// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

/// List pets
public enum ListPets: ContractOperation {
  public struct Input: Sendable {
    /// Only these.
    public let kind: Kind?
    public let minAge: Int
    public let since: Timestamp?
    public let pageSize: Int

    public init(kind: Kind? = nil, minAge: Int, since: Timestamp? = nil, pageSize: Int = 10) {
      self.kind = kind
      self.minAge = minAge
      self.since = since
      self.pageSize = pageSize
    }
  }

  public enum Output: Sendable {
    /// Pets.
    case ok([Pet], xTotal: Int?)
    /// It did not work.
    case other(status: Int, Failure)

    /// The answer that means success; any other is thrown.
    public func get() throws -> [Pet] {
      guard case .ok(let body, _) = self else { throw ClientError.unexpected(descriptor, encode(self)) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "listPets",
    method: "GET",
    path: [.literal("v1"), .literal("pets")],
    statuses: [200],
    hasDefault: true)
}

public enum PutPet: ContractOperation {
  public struct Input: Sendable {
    public let id: Uuid
    public let body: Pet

    public init(id: Uuid, body: Pet) {
      self.id = id
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// The pet.
    case ok(Pet)
    /// It did not work.
    case notFound(Failure)
    /// It did not work.
    case other(status: Int, Failure)

    /// The answer that means success; any other is thrown.
    public func get() throws -> Pet {
      guard case .ok(let body) = self else { throw ClientError.unexpected(descriptor, encode(self)) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "putPet",
    method: "PUT",
    path: [.literal("v1"), .literal("pets"), .parameter("id")],
    hasBody: true,
    statuses: [200, 404],
    hasDefault: true)
}

public enum DeletePet: ContractOperation {
  public struct Input: Sendable {
    public let id: Uuid

    public init(id: Uuid) {
      self.id = id
    }
  }

  public enum Output: Sendable {
    /// Gone.
    case noContent
    /// It did not work.
    case other(status: Int, Failure)

    /// The answer that means success; any other is thrown.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(descriptor, encode(self)) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "deletePet",
    method: "DELETE",
    path: [.literal("v1"), .literal("pets"), .parameter("id")],
    isInternal: true,
    statuses: [204],
    hasDefault: true)
}

public enum PayForPet: ContractOperation {
  public struct Input: Sendable {
    public let id: Uuid
    public let body: PayForPetBody
    /// Makes it safe to send the request again: it is executed once.
    public let idempotencyKey: String

    public init(id: Uuid, body: PayForPetBody, idempotencyKey: String) {
      self.id = id
      self.body = body
      self.idempotencyKey = idempotencyKey
    }
  }

  public enum Output: Sendable {
    /// Paid.
    case created(Receipt, location: String)
    /// It did not work.
    case other(status: Int, Failure)

    /// The answer that means success; any other is thrown.
    public func get() throws -> Receipt {
      guard case .created(let body, _) = self else { throw ClientError.unexpected(descriptor, encode(self)) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "payForPet",
    method: "POST",
    path: [.literal("v1"), .literal("pets"), .parameter("id"), .literal("payments")],
    hasBody: true,
    idempotencyKey: .required,
    statuses: [201],
    hasDefault: true)
}
