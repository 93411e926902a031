import ContractValues

/// The tables that migrations make, as far as every statement of them is understood.
struct SchemaTables {
  /// The columns of each table; nil for a view, or a table whose columns come from elsewhere.
  private(set) var tables: [String: [String]?] = [:]
  /// Whether there is no statement that could do what is not seen here.
  private(set) var isWhole = true

  init(_ migrations: [[UInt8]]) {
    for migration in migrations {
      guard !migration.contains(0), let tree = try? PostgresParser.parse(migration),
        case .array(let list)? = tree["stmts"]
      else {
        isWhole = false
        return
      }
      for statement in list { apply(statement["stmt"] ?? .null) }
    }
  }

  private static let harmless: Set<String> = [
    "IndexStmt", "CreateFunctionStmt", "CreateTrigStmt", "CommentStmt", "GrantStmt", "InsertStmt", "UpdateStmt",
    "DeleteStmt", "CreateEnumStmt", "AlterEnumStmt", "CreateDomainStmt", "CreateSchemaStmt", "AlterSeqStmt",
    "CreateStatsStmt", "CreatePolicyStmt", "AlterOwnerStmt", "AlterFunctionStmt", "CreateCastStmt",
    "AlterDefaultPrivilegesStmt", "LockStmt", "TruncateStmt", "VacuumStmt", "CompositeTypeStmt", "DefineStmt",
  ]

  private mutating func apply(_ statement: JSONValue) {
    guard case .object(let object) = statement, let (kind, body) = object.first.map({ ($0.key, $0.value) }) else {
      isWhole = false
      return
    }
    switch kind {
    case "CreateStmt": create(body)
    case "ViewStmt": tables[Self.name(body["view"])] = .some(nil)
    case "CreateSeqStmt": tables[Self.name(body["sequence"])] = .some(nil)
    case "CreateTableAsStmt": tables[Self.name(body["into"]?["rel"])] = .some(nil)
    case "AlterTableStmt": alter(body)
    case "RenameStmt": rename(body)
    case "DropStmt": drop(body)
    case _ where Self.harmless.contains(kind): break
    default: isWhole = false
    }
  }

  private static func name(_ relation: JSONValue?) -> String { relation?["relname"]?.text ?? "" }

  private mutating func create(_ body: JSONValue) {
    var columns: [String]? = []
    // Columns of a parent, of a type or of another table are not listed here, and of two schemas' tables one is meant.
    if body["inhRelations"] != nil || body["ofTypename"] != nil || body["relation"]?["schemaname"] != nil {
      columns = nil
    }
    for element in body["tableElts"].list {
      if let name = element["ColumnDef"]?["colname"]?.text { columns?.append(name) }
      if element["TableLikeClause"] != nil { columns = nil }
    }
    let name = Self.name(body["relation"])
    // `IF NOT EXISTS` of one that is there changes nothing.
    if tables[name] == nil || columns == nil { tables[name] = .some(columns) }
  }

  private mutating func alter(_ body: JSONValue) {
    let name = Self.name(body["relation"])
    guard let known = tables[name], var columns = known else { return }
    for command in body["cmds"].list {
      switch command["AlterTableCmd"]?["subtype"]?.text {
      case "AT_AddColumn":
        columns += [command["AlterTableCmd"]?["def"]?["ColumnDef"]?["colname"]?.text].compactMap { $0 }
      case "AT_DropColumn": columns.removeAll { $0 == command["AlterTableCmd"]?["name"]?.text }
      case "AT_AddInherit", "AT_AddOf": isWhole = false
      default: break
      }
    }
    tables[name] = columns
  }

  private mutating func rename(_ body: JSONValue) {
    let (name, new) = (Self.name(body["relation"]), body["newname"]?.text ?? "")
    switch body["renameType"]?.text {
    case "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_SEQUENCE":
      if let columns = tables.removeValue(forKey: name) { tables[new] = columns }
    case "OBJECT_COLUMN":
      guard let known = tables[name], let columns = known else { return }
      tables[name] = columns.map { $0 == body["subname"]?.text ? new : $0 }
    default: break
    }
  }

  private mutating func drop(_ body: JSONValue) {
    if body["removeType"]?.text == "OBJECT_SCHEMA" { isWhole = false }
    guard ["OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_SEQUENCE"].contains(body["removeType"]?.text) else { return }
    for object in body["objects"].list {
      if let name = object["List"]?["items"].list.last?["String"]?["sval"]?.text { tables[name] = nil }
    }
  }
}

extension JSONValue? {
  /// The elements of a list; none where there is none.
  var list: [JSONValue] { if case .array(let items)? = self { items } else { [] } }
}

extension JSONValue {
  /// The offset in the text at which a node of a parse tree stands.
  var location: Int {
    if case .number(let number)? = self["location"] { number.integer ?? 0 } else { 0 }
  }
}
