import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// The schemas of an outline, each as seen in one direction where directions differ.
struct OutlineSchemas {
  private let set: SchemaSet
  private var analysis: SchemaAnalysis
  private var numbers: [DirectedSchema: Int] = [:]
  private var order: [DirectedSchema?] = []
  private var anything: Int?

  init(_ set: SchemaSet) {
    self.set = set
    analysis = SchemaAnalysis(set, diagnostics: Diagnostics())
  }

  private mutating func key(_ index: Int, _ direction: Direction) -> DirectedSchema {
    DirectedSchema(index: index, direction: analysis.differsByDirection(index) ? direction : .response)
  }

  /// The number of a schema in the outline, to which it is added with everything that it refers to.
  mutating func number(of index: Int, _ direction: Direction) -> JSONValue {
    var pending = [index]
    while let next = pending.popLast() {
      let key = key(next, direction)
      guard numbers[key] == nil else { continue }
      numbers[key] = order.count
      order.append(key)
      let keywords = set.keywords(next)
      pending += keywords.children
      if set.hasDynamicReferences {
        pending += [keywords.resource] + set.keywords(keywords.resource).dynamicAnchors.map(\.value)
      }
      if anything == nil, !hidden(key).isEmpty {
        anything = order.count
        order.append(nil)
      }
    }
    return .number(ExactDecimal(numbers[key(index, direction)] ?? 0))
  }

  /// The names of properties that the direction omits.
  private func hidden(_ key: DirectedSchema) -> [String] {
    set.keywords(key.index).properties.filter { set.isSkipped([$0.value], key.direction) }.map(\.key)
  }

  var json: JSONValue {
    // What takes the place of a hidden property belongs to neither direction.
    mutating get {
      .array(order.map { key in key.map { schema($0) } ?? ["keywords": true, "readOnly": true, "writeOnly": true] })
    }
  }

  private mutating func schema(_ key: DirectedSchema) -> JSONValue {
    let own = set[key.index]
    let renumber = { [self] (index: Int) in
      var analysis = analysis
      return numbers[
        DirectedSchema(index: index, direction: analysis.differsByDirection(index) ? key.direction : .response)] ?? 0
    }
    var keywords = own.keywords.renumbered(renumber)
    let hidden = hidden(key)
    for name in hidden {
      // It is ignored: nothing is checked, and it is not required.
      keywords.properties[name] = anything ?? 0
      keywords.required.removeAll { $0.utf8.elementsEqual(name.utf8) }
    }
    keywords.resource = set.hasDynamicReferences ? renumber(keywords.resource) : 0
    keywords.dynamicAnchors =
      set.hasDynamicReferences ? JSONObject(keywords.dynamicAnchors.map { ($0.key, renumber($0.value)) }) : [:]
    var outline: JSONObject<JSONValue> = ["keywords": keywords.json, "at": OutlineExporter.position(own.position)]
    if !hidden.isEmpty { outline["hidden"] = .array(hidden.map { .string($0) }) }
    let values = ([own.defaultValue].compactMap(\.self) + own.examples).compactMap(\.json)
    if !values.isEmpty { outline["values"] = .array(values) }
    if own.isReadOnly { outline["readOnly"] = true }
    if own.isWriteOnly { outline["writeOnly"] = true }
    return .object(outline)
  }
}
