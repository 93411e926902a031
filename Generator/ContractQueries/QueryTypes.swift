import ContractPlan
import ContractSource

/// A contract's API, as the queries of a service may name its types.
public struct QueryAPI: Sendable {
  /// The module of its types: `ProductsAPI`.
  public let module: String
  /// Nil for one whose contract is not here.
  public let plan: APIPlan?

  public init(module: String, plan: APIPlan?) { (self.module, self.plan) = (module, plan) }
}

/// A type that a query's head names, or a property of one has.
indirect enum QueryType {
  case scalar(String, sql: String)
  case enumeration(EnumPlan, String)
  case record(QueryRecord)
  /// What has no columns of its own: it is kept as JSON.
  case json(String)
  /// What PostgreSQL has no value for, such as a body that comes piece by piece.
  case stream(String)
  case array(QueryType)
  case optional(QueryType)
  /// Absent, null or a value.
  case nullable(QueryType)

  var swift: String {
    switch self {
    case .scalar(let name, _), .enumeration(_, let name), .json(let name), .stream(let name): name
    case .record(let record): record.swift
    case .array(let element): "[\(element.swift)]"
    case .optional(let value): value.swift + "?"
    case .nullable(let value): "Nullable<\(value.swift)>"
    }
  }

  /// The type of a value that is there.
  var present: QueryType {
    switch self {
    case .optional(let value), .nullable(let value): value.present
    default: self
    }
  }

  var isOptional: Bool {
    switch self {
    case .optional, .nullable: true
    default: false
    }
  }

  /// Whether there is a JSON codec of it.
  private var isJSON: Bool {
    switch self {
    case .scalar(let name, _): name != "Bytes"
    case .enumeration, .json: true
    case .record(let record): !record.isInput
    case .stream, .optional, .nullable: false
    case .array(let element): element.isJSON
    }
  }

  /// How PostgreSQL holds it; nil for what is no value.
  var value: SQLValuePlan? {
    switch self {
    case .scalar(let name, let sql): return .plain(name, sql: sql)
    case .enumeration(let plan, let name):
      return plan.isInteger ? .integerEnumeration(name) : plan.isOpen ? .openEnumeration(name) : .enumeration(name)
    case .record(let record): return record.isInput ? nil : .json(record.swift)
    case .json(let name): return .json(name)
    case .stream: return nil
    case .array(let element):
      guard let value = element.value else { return nil }
      switch value.present {
      case .plain, .enumeration, .integerEnumeration, .openEnumeration: return .array(value)
      default: return element.isJSON ? .json(swift) : nil
      }
    case .optional(let value), .nullable(let value): return value.present.value.map { .optional($0) }
    }
  }
}

/// A record of a contract, or the input of an operation.
struct QueryRecord {
  let swift: String
  let fields: [FieldPlan]
  let isPatch: Bool
  let isInput: Bool
  /// Which of the APIs it is of.
  let api: Int

  /// What SQL calls a property: its name on the wire.
  static func name(of field: FieldPlan) -> String {
    let wire = field.wireName
    let isWord = wire.utf8.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) }
    return isWord && !wire.isEmpty ? wire : field.name.unquoted
  }

  func field(_ name: String) -> FieldPlan? { fields.first { Self.name(of: $0) == name } }
}

/// All types that heads can name.
struct QueryTypes {
  /// Those of the target's own dependencies first, then those that their types are made of.
  private let apis: [QueryAPI]
  private let directCount: Int
  private(set) var usedModules: Set<String> = []

  init(_ apis: [QueryAPI], shared: [QueryAPI]) {
    self.apis = apis + shared.filter { shared in !apis.contains { $0.module == shared.module } }
    directCount = apis.count
  }

  static let scalars: [(name: String, sql: String)] = [
    ("String", "text"), ("Int", "bigint"), ("Bool", "boolean"), ("Double", "double precision"), ("Uuid", "uuid"),
    ("Timestamp", "timestamptz"), ("ExactDecimal", "numeric"), ("Base64", "bytea"), ("Bytes", "bytea"),
  ]

  /// Why a name is no type, and what to write instead.
  struct Unknown: Error {
    let message: String
    var help: String?
  }

  /// The type of a name as a head has it: `Product`, `ListProducts.Input`, `ProductsAPI.Product`.
  mutating func type(named path: [String]) throws(Unknown) -> QueryType {
    let name = path.joined(separator: ".")
    if let scalar = Self.scalars.first(where: { $0.name == name }) { return .scalar(scalar.name, sql: scalar.sql) }
    if name == "JSONValue" { return .json(name) }
    var (searched, rest) = (Array(apis.indices.prefix(directCount)), path[...])
    if path.count > 1, let module = apis.firstIndex(where: { $0.module == path[0] }) {
      (searched, rest) = ([module], path.dropFirst())
      if apis[module].plan == nil { throw missing(path[0]) }
    } else if path.count > 1, path[0].hasSuffix("API") {
      throw Unknown(
        message: "\(path[0]) is no dependency of this target", help: "add it to the target's row in Package.swift")
    }
    let local = rest.joined(separator: ".")
    let found = searched.filter { has(local, $0) }
    guard let api = found.first else { throw unknown(local, searched) }
    guard found.count == 1 else {
      let choices = found.map { "'\(apis[$0].module).\(local)'" }.joined(separator: " or ")
      throw Unknown(message: "'\(local)' is a type of two contracts", help: "write \(choices)")
    }
    guard let type = declared(local, api) else { throw unknown(local, searched) }
    return type
  }

  /// The type of a record's property.
  mutating func type(of field: FieldPlan, in record: QueryRecord) -> QueryType {
    let type = convert(field.type, record.api)
    switch field.presence {
    case .required, .defaulted: return type
    case .optional: return .optional(type)
    case .nullable: return .nullable(type)
    }
  }

  // MARK: looking names up

  /// What is generated for queries, and has the name of a type of a contract's, by the whole name of each.
  var shadowed: [String] {
    QueriesPlan.runtimeNames.filter { name in apis.indices.contains { has(name.key, $0) } }
      .map { "\($0.value).\($0.key)" }.sorted()
  }

  private func has(_ name: String, _ api: Int) -> Bool {
    guard let plan = apis[api].plan else { return false }
    if name.hasSuffix(".Input") { return plan.operations.contains { $0.typeName + ".Input" == name } }
    return plan.types.contains { $0.name == name }
  }

  private mutating func declared(_ name: String, _ api: Int) -> QueryType? {
    guard let plan = apis[api].plan else { return nil }
    // One type has one initializer from a row, by whichever of its names it is called.
    let name = plan.alike[name] ?? name
    usedModules.insert(apis[api].module)
    let isShadowed = QueriesPlan.runtimeNames[name] != nil || apis.indices.contains { $0 != api && has(name, $0) }
    let swift = isShadowed ? "\(apis[api].module).\(name)" : name
    if let operation = plan.operations.first(where: { $0.typeName + ".Input" == name }) {
      return .record(
        QueryRecord(swift: swift, fields: operation.inputFields, isPatch: false, isInput: true, api: api))
    }
    switch plan.types.first(where: { $0.name == name }) {
    case .record(let record)?:
      return .record(
        QueryRecord(swift: swift, fields: record.fields, isPatch: record.patched != nil, isInput: false, api: api))
    case .enumeration(let plan)?: return .enumeration(plan, swift)
    case .choice?, .wrapper?: return .json(swift)
    case nil: return nil
    }
  }

  private mutating func convert(_ type: TypePlan, _ api: Int) -> QueryType {
    switch type {
    case .string: return .scalar("String", sql: "text")
    case .integer: return .scalar("Int", sql: "bigint")
    // No type of PostgreSQL's holds 64 bits without a sign.
    case .unsigned: return .stream("UInt")
    case .double: return .scalar("Double", sql: "double precision")
    case .boolean: return .scalar("Bool", sql: "boolean")
    case .uuid: return .scalar("Uuid", sql: "uuid")
    case .timestamp: return .scalar("Timestamp", sql: "timestamptz")
    case .decimal: return .scalar("ExactDecimal", sql: "numeric")
    case .base64: return .scalar("Base64", sql: "bytea")
    case .json: return .json("JSONValue")
    case .map(let value): return .json("JSONObject<\(convert(value, api).swift)>")
    case .array(let element): return .array(convert(element, api))
    case .optional(let value): return .optional(convert(value, api))
    case .named(let name):
      // What is not the API's own is of a module that it imports.
      let imported = apis.indices.filter { apis[api].plan?.imports.contains(apis[$0].module) == true }
      for index in [api] + imported where has(name, index) {
        if let type = declared(name, index) { return type }
      }
      return .stream(name)
    }
  }

  // MARK: faults

  private func missing(_ module: String) -> Unknown {
    Unknown(
      message: "the types of \(module) cannot be named here: its contract is in another package",
      help: "name types of contracts below Contracts/, or the runtime's")
  }

  private func unknown(_ name: String, _ searched: [Int]) -> Unknown {
    for api in searched {
      if let type = apis[api].plan?.aliases[name] {
        return Unknown(message: "'\(name)' has no Swift type of its own", help: "write '\(type.swift)'")
      }
    }
    let plans = searched.compactMap { apis[$0].plan }
    let names =
      plans.flatMap { $0.types.map(\.name) + $0.operations.map { $0.typeName + ".Input" } }
      + Self.scalars.map(\.name) + ["JSONValue"]
    let help = nearest(name, among: names).map { "did you mean '\($0)'?" }
    if help == nil, let absent = searched.first(where: { apis[$0].plan == nil }) {
      return Unknown(
        message: "there is no type '\(name)'",
        help: "a type of \(apis[absent].module) cannot be named: its contract is in another package")
    }
    return Unknown(
      message: "there is no type '\(name)'",
      help: help ?? "types are those of \(searched.map { apis[$0].module }.joined(separator: ", ")) and the runtime's: "
        + (Self.scalars.map(\.name) + ["JSONValue"]).joined(separator: ", "))
  }
}
