// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

enum Patterns {
  static let p0 = Pattern(checked: "^([A-Z]\\w*)?$")
}

extension Failure {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Failure? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var status: Int?
    var detail: String?
    while let key = try json.nextKey() {
      switch key {
      case "status": status = try json.field("status", status)
      case "detail": detail = try json.field("detail", detail)
      default: try json.skip()
      }
    }
    json.require(status, "status", since: mark)
    guard let status else { return nil }
    return Failure(status: status, detail: detail)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("status", self.status)
    json.field("detail", self.detail)
    json.endObject()
  }
}

extension PetOwner {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PetOwner? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var email: String?
    var homeURL: String?
    while let key = try json.nextKey() {
      switch key {
      case "email": email = try json.field("email", email)
      case "home_url": homeURL = try json.field("home_url", homeURL)
      default: try json.skip()
      }
    }
    json.require(email, "email", since: mark)
    guard let email else { return nil }
    return PetOwner(email: email, homeURL: homeURL)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("email", self.email)
    json.field("home_url", self.homeURL)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.format("email", self.email, .email)
    if let value = self.homeURL {
      check.format("home_url", value, .uri)
    }
  }
}

extension Pet {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Pet? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var kind: Kind?
    var bornOn: String?
    var weight: Double?
    var isHouseTrained: Bool?
    var `default`: String?
    var tags: [String]?
    var parents: [Pet]?
    var owner: PetOwner?
    while let key = try json.nextKey() {
      switch key {
      case "name": name = try json.field("name", name)
      case "kind": kind = try json.field("kind", kind)
      case "born_on": bornOn = try json.field("born_on", bornOn)
      case "weight": weight = try json.field("weight", weight)
      case "is_house_trained": isHouseTrained = try json.field("is_house_trained", isHouseTrained)
      case "default": `default` = try json.field("default", `default`)
      case "tags": tags = try json.field("tags", tags)
      case "parents": parents = try json.field("parents", parents)
      case "owner": owner = try json.field("owner", owner)
      default: try json.unknownField(key, known: "name, kind, born_on, weight, is_house_trained, default, tags, parents, owner")
      }
    }
    json.require(name, "name", since: mark)
    json.require(kind, "kind", since: mark)
    guard let name, let kind else { return nil }
    return Pet(
      name: name,
      kind: kind,
      bornOn: bornOn,
      weight: weight,
      isHouseTrained: isHouseTrained ?? false,
      default: `default`,
      tags: tags ?? [],
      parents: parents,
      owner: owner)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("kind", self.kind)
    json.field("born_on", self.bornOn)
    json.field("weight", self.weight)
    json.field("is_house_trained", self.isHouseTrained)
    json.field("default", self.default)
    json.field("tags", self.tags)
    json.field("parents", self.parents)
    json.field("owner", self.owner)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("name", self.name, min: 1, max: 20)
    check.pattern("name", self.name, Patterns.p0)
    if let value = self.bornOn {
      check.format("born_on", value, .date)
    }
    if let value = self.weight {
      check.range("weight", value, min: 0.5, below: 100)
    }
    check.count("tags", self.tags.count, max: 3)
    check.unique("tags", self.tags)
    check.each("tags", self.tags) { check, item in
      check.length("", item, min: 2)
    }
    if let value = self.parents {
      check.count("parents", value.count, max: 2)
      check.value("parents", value)
    }
    if let value = self.owner {
      check.value("owner", value)
    }
  }
}

extension Receipt {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Receipt? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Uuid?
    var amount: ExactDecimal?
    var paidAt: Timestamp?
    while let key = try json.nextKey() {
      switch key {
      case "id": id = try json.field("id", id)
      case "amount": amount = try json.field("amount", amount)
      case "paid_at": paidAt = try json.field("paid_at", paidAt)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(amount, "amount", since: mark)
    json.require(paidAt, "paid_at", since: mark)
    guard let id, let amount, let paidAt else { return nil }
    return Receipt(id: id, amount: amount, paidAt: paidAt)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("amount", self.amount, places: 2)
    json.field("paid_at", self.paidAt)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.places("amount", self.amount, max: 2)
  }
}

extension PayForPetBody {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PayForPetBody? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var amount: ExactDecimal?
    var `in`: String?
    while let key = try json.nextKey() {
      switch key {
      case "amount": amount = try json.field("amount", amount)
      case "in": `in` = try json.field("in", `in`)
      default: try json.unknownField(key, known: "amount, in")
      }
    }
    json.require(amount, "amount", since: mark)
    guard let amount else { return nil }
    return PayForPetBody(amount: amount, in: `in` ?? "EUR")
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("amount", self.amount, places: 2)
    json.field("in", self.in)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("amount", self.amount, max: ExactDecimal(checked: "99.95"), above: ExactDecimal(0))
    check.multiple("amount", self.amount, of: ExactDecimal(checked: "0.05"))
    check.length("in", self.in, min: 3, max: 3)
  }
}
