import ContractSource
import ContractValues

/// A statement as PostgreSQL's parser understands it.
struct StatementTree {
  /// `SelectStmt`, `InsertStmt`…, and what it has.
  let kind: String
  let body: JSONValue

  init?(_ tree: JSONValue?) {
    guard case .object(let statement)? = tree?["stmts"].list.first?["stmt"], let first = statement.first else {
      return nil
    }
    (kind, body) = (first.key, first.value)
  }

  /// What it gives: the list of a SELECT, or of RETURNING.
  private var targets: [JSONValue] {
    guard kind == "SelectStmt" else { return body["returningList"].list }
    // Of a UNION the first part names the columns.
    var select = body
    while let left = select["larg"] { select = left }
    return select["targetList"].list
  }

  /// Whether it is one that gives rows; true of what is not known here.
  var givesRows: Bool {
    ["InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"].contains(kind) ? !targets.isEmpty : true
  }

  var columnCount: Int { targets.count }

  /// Tables and columns that the migrations do not make, each with its offset in the text.
  func faults(_ schema: SchemaTables, columns: [Range<Int>]) -> [(message: String, offset: Int, help: String?)] {
    guard schema.isWhole, !schema.tables.isEmpty else { return [] }
    var walk = SchemaWalk(schema: schema, columns: columns)
    walk.collectNames(body)
    walk.visit(kind, body)
    return walk.faults
  }
}

/// Goes through a statement, and compares what it names with the schema.
private struct SchemaWalk {
  let schema: SchemaTables
  /// Where in the text columns of a record stand.
  let columns: [Range<Int>]
  var faults: [(message: String, offset: Int, help: String?)] = []
  private var ownNames: Set<String> = []

  init(schema: SchemaTables, columns: [Range<Int>]) { (self.schema, self.columns) = (schema, columns) }

  /// The names that the statement gives queries of its own by WITH.
  mutating func collectNames(_ node: JSONValue) {
    switch node {
    case .array(let items): for item in items { collectNames(item) }
    case .object(let object):
      for member in object {
        if member.key == "CommonTableExpr", let name = member.value["ctename"]?.text { ownNames.insert(name) }
        collectNames(member.value)
      }
    default: break
    }
  }

  mutating func visit(_ key: String, _ node: JSONValue) {
    switch node {
    case .array(let items): for item in items { visit(key, item) }
    case .object(let object):
      switch key {
      // FOR UPDATE OF names a table by its alias.
      case "LockingClause": return
      case "RangeVar", "relation": checkTable(node)
      case "InsertStmt": check(names: node["cols"].list, node["relation"], node["returningList"].list)
      case "UpdateStmt":
        let list = node["fromClause"] == nil ? node["returningList"].list : []
        check(names: node["targetList"].list, node["relation"], list)
      case "DeleteStmt":
        if node["usingClause"] == nil { check(names: [], node["relation"], node["returningList"].list) }
      case "SelectStmt":
        let from = node["fromClause"].list
        if from.count == 1, let table = from[0]["RangeVar"] { check(names: [], table, node["targetList"].list) }
      default: break
      }
      for member in object { visit(member.key, member.value) }
    default: break
    }
  }

  private mutating func checkTable(_ node: JSONValue) {
    guard let name = node["relname"]?.text, node["schemaname"] == nil, !ownNames.contains(name),
      !name.hasPrefix("pg_"), schema.tables[name] == nil
    else { return }
    let known = schema.tables.keys.sorted()
    faults.append(
      (
        "the migrations make no table '\(name)'", node.location,
        nearest(name, among: known).map { "did you mean '\($0)'?" } ?? "they make \(known.joined(separator: ", "))"
      ))
  }

  /// Columns that are written, and those of a record that are read from one table.
  private mutating func check(names targets: [JSONValue], _ table: JSONValue?, _ list: [JSONValue]) {
    guard let table, let name = table["relname"]?.text, table["schemaname"] == nil, !ownNames.contains(name),
      let found = schema.tables[name], let known = found
    else { return }
    for target in targets {
      guard let target = target["ResTarget"], let column = target["name"]?.text else { continue }
      check(column, of: name, known, target.location)
    }
    let alias = table["alias"]
    for target in list where alias?["colnames"] == nil {
      guard let reference = target["ResTarget"]?["val"]?["ColumnRef"], isOfRecord(reference.location) else { continue }
      let path = reference["fields"].list.map { $0["String"]?["sval"]?.text }
      // A name may be of a table around this query.
      guard path.count == 1 || path.count == 2 && path[0] == alias?["aliasname"]?.text ?? name,
        let column = path.last ?? nil
      else { continue }
      check(column, of: name, known, reference.location)
    }
  }

  private func isOfRecord(_ offset: Int) -> Bool {
    var (low, high) = (0, columns.count)
    while low < high {
      let middle = (low + high) / 2
      if columns[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low < columns.count && columns[low].contains(offset)
  }

  private mutating func check(_ column: String, of table: String, _ known: [String], _ offset: Int) {
    guard !known.contains(column) else { return }
    faults.append(
      (
        "the table '\(table)' has no column '\(column)'", offset,
        nearest(column, among: known).map { "did you mean '\($0)'?" } ?? "it has \(known.joined(separator: ", "))"
      ))
  }
}
