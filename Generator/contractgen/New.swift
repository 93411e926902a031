import ContractSource
import ContractValues
import Glibc

/// `new`: the beginning of a service, an operation or a migration, as its author would write it and keeps it.
enum New {
  /// 0 written, 1 a contract is at fault, 2 nothing was written since the call cannot be carried out.
  static func run(_ arguments: ArraySlice<String>) throws(UsageError) -> Int32 {
    let rest = arguments.dropFirst()
    let tree = CheckoutTree(root: getenv("CHARTER_ROOT").map { String(cString: $0) } ?? ".")
    switch arguments.first {
    case "service": return try NewService(call: Arguments(rest, options: ["item"]), tree: tree).write()
    case "operation": return try NewOperation(call: Arguments(rest, options: []), tree: tree).write()
    case "migration": return try migration(Arguments(rest, options: []), tree)
    case let word?: throw Arguments.unknown("kind", word, ["service", "operation", "migration"])
    case nil:
      throw UsageError(
        message: "what is new is needed",
        help: "new service SYSTEM/NAME, new operation SERVICE METHOD PATH NAME, or new migration SERVICE WORDS")
    }
  }

  /// The next-numbered migration of a service.
  private static func migration(_ call: Arguments, _ tree: CheckoutTree) throws(UsageError) -> Int32 {
    guard call.values.count == 2 else {
      throw UsageError(
        message: "a service and what the migration does are needed", help: "new migration reviews add-stars")
    }
    let service = try tree.service(call.values[0])
    let words = try NewName(call.values[1], "a migration")
    let folder = service.folder + "/Migrations"
    let names = tree.files(below: folder).map { String($0.dropFirst(folder.count + 1)) }
    if let fault = MigrationName.faults(in: names).first {
      throw UsageError(message: "\(folder)/\(fault.name): \(fault.message)", help: "nothing was written")
    }
    let number = String(names.count + 1)
    let path = "\(folder)/\(String(repeating: "0", count: max(0, 4 - number.utf8.count)))\(number)-\(words.kebab).sql"
    let text = """
      -- SQL that changes what the migrations before this one have made, such as ALTER TABLE … ADD COLUMN …;
      -- It runs once in each database, in one transaction. Once a database has it, write another instead of editing it.

      """
    return try tree.write([NewFile(path, text)], next: "write it, then ./charter test \(service.name.kebab)")
  }
}

/// A name in kebab-case, and how it is written where names have another form.
struct NewName {
  let kebab: String

  /// - Throws: ``UsageError`` for what is not kebab-case, with the form of `kind` that is.
  init(_ text: String, _ kind: String) throws(UsageError) {
    let isValid = text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { word in
      word.utf8.first.map { (97...122).contains($0) } ?? false
        && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }
    guard isValid else {
      throw UsageError(
        message: "'\(text)' is not a name of \(kind)",
        help: "write words in lower case joined by '-', each beginning with a letter, such as order-lines")
    }
    guard text.utf8.count <= Self.longest else {
      throw UsageError(message: "'\(text)' is longer than \(Self.longest) letters", help: "choose a shorter name")
    }
    kebab = text
  }

  private init(known: String) { kebab = known }

  /// Lines of Swift that have a name several times stay within the line length.
  private static let longest = 24

  /// `OrderLines`.
  var type: String {
    kebab.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
  /// `order_lines`.
  var snake: String { kebab.replacing("-", with: "_") }
  /// `order lines`.
  var words: String { kebab.replacing("-", with: " ") }
  /// `Order lines`.
  var title: String { words.prefix(1).uppercased() + words.dropFirst() }
  /// `an order`.
  var indefinite: String { ("aeiou".contains(kebab.prefix(1)) ? "an " : "a ") + words }

  /// `order-line` of `order-lines`; nil for what is no plural by its ending.
  var singular: NewName? {
    for (ending, replacement) in [
      ("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("ss", nil), ("us", nil), ("is", nil),
      ("s", ""),
    ] where kebab.hasSuffix(ending) && kebab.utf8.count > ending.utf8.count + 1 {
      return replacement.map { NewName(known: kebab.dropLast(ending.count) + $0) }
    }
    return nil
  }
}
