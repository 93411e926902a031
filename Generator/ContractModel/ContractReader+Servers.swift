import ContractSource
import ContractValues

/// Servers and tags.
extension ContractReader {
  func readServers(_ fields: inout Fields) -> [Server] {
    fields.list("servers").compactMap { node in
      guard var server = Fields(node, "Server Object", diagnostics) else { return nil }
      let description = server.documentation("description")
      let name = version == .v32 ? server.documentation("name") : nil
      let url = server.require("url").flatMap { node in server.text(node, "url").map { ($0, node.position) } }
      let variables = server.map("variables").compactMap(variable)
      server.finish()
      guard let (text, position) = url, check(text, variables, at: position) else { return nil }
      return Server(position: position, url: text, name: name, description: description, variables: variables)
    }
  }

  private func variable(_ entry: Node.Entry) -> Server.Variable? {
    guard var fields = Fields(entry.value, "Server Variable Object", diagnostics) else { return nil }
    let hasChoices = fields.node["enum"] != nil
    var choices = self.choices(&fields)
    let usual = fields.requiredString("default")
    let description = fields.documentation("description")
    fields.finish()
    guard let usual else { return nil }
    // It becomes part of every path, where braces would denote a parameter.
    if usual.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F || "{}?#\\".utf8.contains($0) }) {
      diagnostics.error(
        .badValue, "the default of a server variable must not have braces, a query, a fragment or spaces",
        at: entry.value.position, help: "write it as in the address, such as v1 or api.example.com")
    }
    if hasChoices, !choices.contains(usual), version == .v30 {
      diagnostics.warning(
        .badValue,
        "the default '\(usual)' should be one of the values that 'enum' lists (OpenAPI 3.0.4, section 4.7.6)",
        at: entry.value.position, help: "it is one more of them")
      choices.append(usual)
    }
    if hasChoices, !choices.contains(usual) {
      diagnostics.error(
        .badValue, "the default '\(usual)' is not one of the values that 'enum' lists", at: entry.value.position,
        help: choices.isEmpty ? "'enum' may not be empty" : "valid values: \(choices.joined(separator: ", "))")
      return nil
    }
    return Server.Variable(
      position: entry.keyPosition, name: entry.key, choices: choices, usual: usual, description: description)
  }

  /// Whether the address is valid and every variable in it is declared.
  private func check(_ url: String, _ variables: [Server.Variable], at position: SourcePosition) -> Bool {
    guard let names = Self.templateNames(url[...]) else {
      diagnostics.error(.badValue, "the braces of '\(url)' do not match", at: position)
      return false
    }
    guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") })
    else {
      diagnostics.error(
        .badValue, "the address of a server must not have a query, a fragment or spaces", at: position,
        help: "write it as https://api.example.com/v1, or as a path such as /v1")
      return false
    }
    for name in names where !variables.contains(where: { $0.name == name }) {
      diagnostics.error(
        .missingField, "the variable '\(name)' is not declared", at: position,
        help: nearest(name, among: variables.map(\.name)).map { "did you mean '\($0)'?" }
          ?? "declare it under 'variables' with its default")
      return false
    }
    for variable in variables where !names.contains(variable.name) {
      diagnostics.warning(
        .noEffect, "'\(variable.name)' is not used in the address \(url), and has no effect", at: variable.position)
    }
    return true
  }

  func readTags(_ fields: inout Fields) -> [Tag] {
    var tags: [(tag: Tag, position: SourcePosition)] = []
    for node in fields.list("tags") {
      guard var tag = Fields(node, "Tag Object", diagnostics) else { continue }
      let name = tag.requiredString("name")
      let description = tag.documentation("description")
      tag.externalDocs()
      let parent = version == .v32 ? tag.string("parent") : nil
      if version == .v32 { tag.document("summary", "kind") }
      tag.finish()
      guard let name else { continue }
      if let first = tags.first(where: { ByteKey($0.tag.name) == ByteKey(name) }) {
        diagnostics.error(
          .duplicate, "the tag '\(name)' is duplicated", at: node.position,
          help: "its first occurrence is in line \(first.position.line)")
        continue
      }
      tags.append((Tag(name: name, description: description, parent: parent), node.position))
    }
    checkParents(tags)
    return tags.map(\.tag)
  }

  /// Checks that a parent is a tag of the document, and that no tag is its own ancestor (OpenAPI 3.2, section 4.22).
  private func checkParents(_ tags: [(tag: Tag, position: SourcePosition)]) {
    let parents = Dictionary(tags.map { (ByteKey($0.tag.name), $0.tag.parent) }) { first, _ in first }
    // The tags from which the way up was found to end.
    var ended: Set<ByteKey> = []
    for (tag, position) in tags {
      if let parent = tag.parent, parents[ByteKey(parent)] == nil {
        diagnostics.error(
          .brokenReference, "there is no tag '\(parent)'", at: position,
          help: nearest(parent, among: tags.map(\.tag.name)).map { "did you mean '\($0)'?" })
      }
      var passed: Set<ByteKey> = []
      var next: ByteKey? = ByteKey(tag.name)
      while let current = next, !ended.contains(current), passed.insert(current).inserted {
        next = parents[current].flatMap { $0 }.map { ByteKey($0) }
      }
      if let current = next, !ended.contains(current), passed.contains(current) {
        diagnostics.error(.contradiction, "the tag '\(tag.name)' is its own ancestor", at: position)
      } else {
        ended.formUnion(passed)
      }
    }
  }
}

extension Contract {
  /// The path that precedes every operation's: that of the first server, with its variables at their defaults.
  public var basePath: String { servers.first?.basePath ?? "" }
}

extension Server {
  /// The address split at its variables: texts, and the variables between them.
  public var pieces: [(text: String, variable: Variable?)] {
    var pieces: [(text: String, variable: Variable?)] = []
    // By scalars: a combining mark after a brace would form another Character with it.
    var rest = url.unicodeScalars[...]
    while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
      let name = String(rest[start..<end].dropFirst())
      pieces.append((String(rest[..<start]), nil))
      pieces.append(("", variables.first { $0.name == name }))
      rest = rest[end...].dropFirst()
    }
    return pieces + [(String(rest), nil)]
  }

  /// The path of the address without a trailing slash, with its variables at their defaults.
  public var basePath: String {
    var text = pieces.map { piece in piece.variable?.usual ?? piece.text }.joined()[...]
    if let scheme = text.firstRange(of: "://") {
      text = text[scheme.upperBound...].drop { $0 != "/" }
    } else if text.hasPrefix("//") {
      text = text.dropFirst(2).drop { $0 != "/" }
    }
    while text.hasSuffix("/") { text = text.dropLast() }
    return text.isEmpty || text.hasPrefix("/") ? String(text) : "/" + text
  }
}
