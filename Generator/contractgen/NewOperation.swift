import ContractModel
import ContractPlan
import ContractSource

/// `new operation`: an operation in a service's contract, and its handler.
struct NewOperation {
  private let tree: CheckoutTree
  private let service: (name: NewName, type: String, folder: String)
  private let method: String
  private let path: String
  private let name: String

  private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]

  /// - Throws: ``UsageError`` for a call that names no service, or no operation.
  init(call: Arguments, tree: CheckoutTree) throws(UsageError) {
    guard call.values.count == 4 else {
      throw UsageError(
        message: "a service, a method, a path and the operation's name are needed",
        help: "new operation reviews GET /reviews/{review_id} getReview")
    }
    self.tree = tree
    service = try tree.service(call.values[0])
    (method, path, name) = (call.values[1].uppercased(), call.values[2], call.values[3])
    guard Self.methods.contains(method) else { throw Arguments.unknown("method", method, Self.methods) }
    guard path.hasPrefix("/"), !path.hasSuffix("/"), Self.segments(path).allSatisfy(Self.isSegment) else {
      throw UsageError(
        message: "'\(path)' is not a path",
        help: "begin it with '/', and write parameters as '{review_id}', such as /reviews/{review_id}")
    }
    guard let first = name.utf8.first, (97...122).contains(first), name.utf8.allSatisfy(Self.isWord),
      name.utf8.count <= 60
    else {
      throw UsageError(
        message: "'\(name)' is not a name of an operation",
        help: "write letters and digits, the first one in lower case, such as listReviews")
    }
  }

  private static func segments(_ path: String) -> [Substring] {
    path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
  }

  private static func isSegment(_ text: Substring) -> Bool {
    let inner = isParameter(text) ? text.dropFirst().dropLast() : text
    return !inner.isEmpty && inner.utf8.allSatisfy { isWord($0) || $0 == 95 || $0 == 45 }
  }

  private static func isParameter(_ text: Substring) -> Bool { text.hasPrefix("{") && text.hasSuffix("}") }

  private static func isWord(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }

  private var parameters: [String] {
    Self.segments(path).filter(Self.isParameter).map { String($0.dropFirst().dropLast()) }
  }

  // MARK: writing

  /// 0 written, 1 the contract has errors.
  func write() throws(UsageError) -> Int32 {
    let wanted = "/" + service.name.kebab + ".yaml"
    guard let found = tree.contracts().first(where: { $0.path.hasSuffix(wanted) }) else {
      throw UsageError(
        message: "the service \(service.name.kebab) has no contract below Contracts that can be read",
        help: "./charter check reports what is wrong with one")
    }
    let file = "Contracts/" + found.path
    let old = try tree.text(file)
    var contract = NewContract(path: found.path, text: old, document: found.document)
    guard let before = contract.plan(tree, name: service.type) else { return 1 }
    try refuse(before, found.document, file)
    try add(to: &contract)
    guard let after = contract.plan(tree, name: service.type),
      let operation = after.operations.first(where: { $0.operationID == name })
    else {
      throw UsageError(message: "the operation does not fit into \(file)", help: "nothing was written; add it by hand")
    }
    let handler = try NewHandler(operation, of: service.type, in: service.folder, tree)
    return try tree.write(
      [NewFile(file, contract.text, replacing: old), handler.file],
      next: "describe it in \(file) and write its handler, which answers 501 until then, in \(handler.file.path)")
  }

  private func refuse(_ plan: APIPlan, _ document: Node, _ file: String) throws(UsageError) {
    let help = "nothing was written"
    let methodName = SwiftName.member(name)
    if let other = plan.operations.first(where: { $0.methodName == methodName || $0.typeName == SwiftName.type(name) })
    {
      throw UsageError(message: "\(file) has an operation '\(other.operationID)' already", help: help)
    }
    for entry in document["paths"]?.entries ?? [] where Self.shape(entry.key) == Self.shape(path) {
      let position = "\(file):\(entry.keyPosition.line):\(entry.keyPosition.column)"
      guard entry.key == path else {
        throw UsageError(message: "\(position): this path is written '\(entry.key)' there", help: "write it so")
      }
      if entry.value[method.lowercased()] != nil {
        throw UsageError(message: "\(position): \(method) \(path) is there already", help: help)
      }
    }
  }

  /// A path without the names of its parameters.
  private static func shape(_ path: String) -> [Substring] { segments(path).map { isParameter($0) ? "{}" : $0 } }

  // MARK: what is added to the contract

  private func add(to contract: inout NewContract) throws(UsageError) {
    let fixed = Self.segments(path).last { !Self.isParameter($0) } ?? ""
    let segment = try NewName(fixed.lowercased().replacing("_", with: "-"), "a path")
    let item = try NewItem(segment.singular ?? segment)
    let isOne = Self.segments(path).last.map(Self.isParameter) ?? true
    let (text, schemas) = operation(item, isOne: isOne, isPlural: segment.singular != nil, contract.document)
    let known = contract.document["components"]?["schemas"]
    var missing = schemas.filter { known?[$0] == nil }
    let id = item.name.type + "Id"
    if missing.contains(item.name.type), segment.singular != nil, known?[id] == nil { missing.insert(id, at: 0) }
    let added = missing.compactMap { segment.singular == nil ? item.plain : item.schema($0) }.joined()
    if !added.isEmpty { try contract.add(added, to: ["components", "schemas"]) }
    try contract.add(text, to: ["paths", path])
  }

  /// The operation in YAML, and the schemas that it needs.
  private func operation(
    _ item: NewItem, isOne: Bool, isPlural: Bool, _ document: Node
  ) -> (text: String, schemas: [String]) {
    let type = item.name.type
    var schemas: [String] = []
    var rest: String
    switch method {
    case "GET" where isPlural && !isOne: (rest, schemas) = (Self.listing(of: type), [type, type + "Page"])
    case "GET": (rest, schemas) = (Self.reading(of: item.name, isOne: isOne), [type])
    case "POST" where isPlural && !isOne:
      (rest, schemas) = (Self.creation(of: item.name, isBelow: !parameters.isEmpty), [type + "Draft", type])
    case "PUT" where isPlural && isOne:
      (rest, schemas) = (Self.body(type) + Self.reading(of: item.name, isOne: true), [type + "Draft", type])
    default: rest = Self.doing(isOne: isOne || !parameters.isEmpty)
    }
    let declared = parameterTexts(document)
    if !declared.isEmpty {
      let list = "parameters:\n" + NewContract.indented(declared, by: 2)
      // One list, where the operation has parameters of its own.
      rest = rest.replacing("parameters:\n", with: list, maxReplacements: 1)
      if !rest.contains(list) { rest = list + rest }
    }
    let tag = document["tags"]?.items?.first?["name"]?.string.map { "tags: [\($0)]\n" } ?? ""
    let head = "operationId: \(name)\n\(tag)summary: \(summary(of: item.name))\n"
    return ("\(method.lowercased()):\n" + NewContract.indented(head + rest, by: 2), schemas)
  }

  /// `List reviews` of `listReviews`, and `Delete a review` of `deleteReview`.
  private func summary(of item: NewName) -> String {
    let words = SwiftName.column(name).split(separator: "_").map(String.init)
    let object = words.dropFirst().joined(separator: " ")
    let verb = words[0].prefix(1).uppercased() + words[0].dropFirst()
    return object.isEmpty ? verb : "\(verb) \(object == item.words ? item.indefinite : object)"
  }

  /// The parameters of the path that the contract does not declare for it.
  private func parameterTexts(_ document: Node) -> String {
    guard document["paths"]?[path]?["parameters"] == nil else { return "" }
    let known = document["components"]?["parameters"]?.entries ?? []
    return parameters.map { name in
      if let entry = known.first(where: { $0.value["name"]?.string == name && $0.value["in"]?.string == "path" }) {
        return "- $ref: \"#/components/parameters/\(entry.key)\"\n"
      }
      let words = SwiftName.column(name).split(separator: "_")
      let isID = words.last == "id"
      let owner = words.dropLast().joined(separator: " ")
      return """
        - name: \(name)
          in: path
          required: true
          description: The \(isID && !owner.isEmpty ? "\(owner)'s id" : words.joined(separator: " ")).
          schema: { type: string, \(isID ? "format: uuid" : "minLength: 1, maxLength: 200") }

        """
    }.joined()
  }
}
