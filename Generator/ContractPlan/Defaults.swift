import ContractAnalysis
import ContractSource
import ContractValues

/// A default value to be written as Swift once all types are known.
struct PendingDefault {
  let record: String
  let field: Int
  let node: Node
  let schema: Int
}

extension Declarations {
  /// The same with the defaults of records, which need the cases and fields of all types.
  func applying(_ defaults: [PendingDefault], _ analysis: SchemaAnalysis, _ diagnostics: Diagnostics) -> Declarations {
    var (declarations, analysis) = (self, analysis)
    for item in defaults {
      // An invalid default was reported with its schema.
      if let value = item.node.json, !analysis.admits(value, schema: item.schema) { continue }
      guard let index = index(of: item.record), case .record(var record) = declarations[index] else { continue }
      let field = record.fields[item.field]
      let type: TypePlan = field.presence == .nullable ? .optional(field.type) : field.type
      guard let text = declarations.literal(item.node, type) else {
        diagnostics.reportDefault(item.node)
        continue
      }
      record.fields[item.field] = field.defaulted(text, type)
      declarations[index] = .record(record)
    }
    return declarations
  }
}

extension Diagnostics {
  func reportDefault(_ node: Node) {
    warning(
      .badValue, "this default is not a value that can be written in Swift, and is not applied", at: node.position)
  }
}

extension FieldPlan {
  func defaulted(_ text: String, _ type: TypePlan) -> FieldPlan {
    let rules = presence == .nullable ? self.rules.ifPresent : self.rules
    var field = FieldPlan(
      name: name, wireName: wireName, type: type, presence: .defaulted(text), rules: rules, doc: doc)
    (field.isDeprecated, field.place) = (isDeprecated, place)
    return field
  }
}
