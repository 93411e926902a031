/// The keywords for arrays and objects.
extension SchemaCheck {
  mutating func checkItems(
    _ keywords: SchemaKeywords, _ items: [JSONValue], _ evaluated: inout Evaluated
  ) -> Bool {
    let failures = violations.failures
    violations.count("", items.count, min: keywords.minItems ?? 0, max: keywords.maxItems ?? .max)
    if keywords.uniqueItems && Set(items).count < items.count {
      violations.fail("", "uniqueItems", "an item is duplicated")
    }
    for (index, item) in items.enumerated() where index < keywords.prefixItems.count {
      _ = inside(index, of: items.count) { $0.apply(keywords.prefixItems[index], to: item, at: String(index)) }
    }
    evaluated.items = max(evaluated.items, min(keywords.prefixItems.count, items.count))
    if let rest = keywords.items {
      applyRest(rest, "items", items, from: keywords.prefixItems.count)
      evaluated.allItems = true
    }
    checkContains(keywords, items, &evaluated)
    if let rest = keywords.unevaluatedItems, !evaluated.allItems {
      for index in items.indices.dropFirst(evaluated.items) where !evaluated.contained.contains(index) {
        applyRest(rest, "unevaluatedItems", items, from: index, to: index + 1)
      }
      evaluated.allItems = true
    }
    return violations.failures == failures
  }

  private mutating func applyRest(
    _ schema: Int, _ rule: String, _ items: [JSONValue], from start: Int, to end: Int = .max
  ) {
    guard start < items.count else { return }
    let isForbidden = program.keywords(schema)?.always == false
    for index in start..<min(end, items.count) {
      if isQuiet && violations.failures > 0 && isForbidden { break }
      if isForbidden {
        failBelow(String(index), rule, "no such item here")
      } else {
        _ = inside(index, of: items.count) { $0.apply(schema, to: items[index], at: String(index)) }
      }
    }
  }

  private mutating func failBelow(_ segment: String, _ rule: String, _ message: String) {
    let mark = violations.count
    violations.fail("", rule, message)
    violations.prefix(since: mark, segment: segment)
  }

  private mutating func checkContains(
    _ keywords: SchemaKeywords, _ items: [JSONValue], _ evaluated: inout Evaluated
  ) {
    guard let schema = keywords.contains else { return }
    var count = 0
    for (index, item) in items.enumerated() {
      var ignored = Evaluated()
      guard inside(index, of: items.count, { $0.admits(schema, item, &ignored) }) else { continue }
      count += 1
      evaluated.contained.insert(index)
    }
    let least = keywords.minContains ?? 1
    if count < least {
      let rule = keywords.minContains == nil ? "contains" : "minContains"
      violations.fail("", rule, "\(count) items match 'contains', at least \(least) are needed")
    }
    if let most = keywords.maxContains, count > most {
      violations.fail("", "maxContains", "\(count) items match 'contains', at most \(most) are allowed")
    }
  }

  mutating func checkMembers(
    _ keywords: SchemaKeywords, _ object: JSONObject<JSONValue>, _ evaluated: inout Evaluated
  ) -> Bool {
    let failures = violations.failures
    violations.members("", object.count, min: keywords.minProperties ?? 0, max: keywords.maxProperties ?? .max)
    for name in keywords.required where object[name] == nil { failBelow(name, "required", "is required") }
    for dependency in keywords.dependentRequired where object[dependency.key] != nil {
      for name in dependency.value where object[name] == nil {
        violations.fail("", "dependentRequired", "'\(dependency.key)' needs '\(name)' beside it")
      }
    }
    for (position, member) in object.enumerated() {
      inside(position, of: object.count) { $0.checkMember(keywords, member, &evaluated) }
    }
    return violations.failures == failures
  }

  private mutating func checkMember(
    _ keywords: SchemaKeywords, _ member: JSONObject<JSONValue>.Member, _ evaluated: inout Evaluated
  ) {
    let (key, value) = (member.key, member.value)
    if let names = keywords.propertyNames {
      var ignored = Evaluated()
      if !admits(names, .string(key), &ignored) { failBelow(key, "propertyNames", "is no name for a property here") }
    }
    var isKnown = false
    if let schema = keywords.properties[key] {
      isKnown = true
      _ = apply(schema, to: value, at: key)
    }
    for (pattern, schema) in keywords.patternProperties where pattern.matches(key) {
      isKnown = true
      _ = apply(schema, to: value, at: key)
    }
    if !isKnown, let schema = keywords.additionalProperties {
      isKnown = true
      checkOther(schema, "additionalProperties", keywords, member)
    }
    if let schema = keywords.unevaluatedProperties, !isKnown, !evaluated.properties.contains(ByteKey(key)) {
      isKnown = true
      checkOther(schema, "unevaluatedProperties", keywords, member)
    }
    if isKnown && tracksEvaluation { evaluated.properties.insert(ByteKey(key)) }
  }

  private mutating func checkOther(
    _ schema: Int, _ rule: String, _ keywords: SchemaKeywords, _ member: JSONObject<JSONValue>.Member
  ) {
    if program.keywords(schema)?.always == false {
      let known = keywords.properties.keys.joined(separator: ", ")
      failBelow(member.key, rule, "no such property here; valid properties: \(known.isEmpty ? "none" : known)")
    } else {
      _ = apply(schema, to: member.value, at: member.key)
    }
  }
}
