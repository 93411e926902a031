import ContractAnalysis
import ContractModel
import ContractValues

/// The schemas embedded in generated code, each as seen in one direction, and the patterns.
struct EmbeddedProgram {
  private var schemas: [SchemaKeywords] = []
  private var numbers: [Key: Int] = [:]
  private(set) var patterns: [String] = []
  private var patternNumbers: [ByteKey: Int] = [:]

  private struct Key: Hashable {
    let index: Int
    let isRequest: Bool
  }

  /// The schemas as JSON; empty when there are none.
  var json: String {
    schemas.isEmpty ? "" : String(decoding: JSONValue.array(schemas.map(\.json)).json, as: UTF8.self)
  }

  /// The index of a schema in the program; everything that it refers to is added too.
  mutating func number(of index: Int, _ direction: Direction, _ set: SchemaSet) -> Int {
    let isRequest = direction != .response
    var pending = [index]
    let isDynamic = set.hasDynamicReferences
    var reached: [Int] = []
    while let next = pending.popLast() {
      guard numbers[Key(index: next, isRequest: isRequest)] == nil else { continue }
      numbers[Key(index: next, isRequest: isRequest)] = schemas.count
      schemas.append(set.keywords(next))
      reached.append(next)
      pending += set.keywords(next).children
      if isDynamic {
        let resource = set.keywords(next).resource
        pending += [resource] + set.keywords(resource).dynamicAnchors.map(\.value)
      }
    }
    for original in reached {
      guard let own = numbers[Key(index: original, isRequest: isRequest)] else { continue }
      let known = numbers
      let index = { (index: Int) in known[Key(index: index, isRequest: isRequest)] ?? 0 }
      var keywords = schemas[own].renumbered(index)
      let skipped = set.keywords(original).properties.filter { set.isSkipped([$0.value], direction) }
      for property in skipped {
        // It is ignored: nothing is checked, and it is not required.
        keywords.properties[property.key] = anything()
        keywords.required.removeAll { $0.utf8.elementsEqual(property.key.utf8) }
      }
      keywords.resource = isDynamic ? index(keywords.resource) : 0
      keywords.dynamicAnchors =
        isDynamic ? JSONObject(keywords.dynamicAnchors.map { ($0.key, index($0.value)) }) : [:]
      schemas[own] = keywords
    }
    return numbers[Key(index: index, isRequest: isRequest)] ?? 0
  }

  /// The index of a pattern.
  mutating func number(of pattern: String) -> Int {
    if let known = patternNumbers[ByteKey(pattern)] { return known }
    patterns.append(pattern)
    patternNumbers[ByteKey(pattern)] = patterns.count - 1
    return patterns.count - 1
  }

  private mutating func anything() -> Int {
    let key = Key(index: -1, isRequest: false)
    if let known = numbers[key] { return known }
    var keywords = SchemaKeywords()
    keywords.always = true
    schemas.append(keywords)
    numbers[key] = schemas.count - 1
    return schemas.count - 1
  }
}
