import ContractModel

/// The text of doc comments.
enum DocComment {
  /// The lines of these texts, with an empty line between two of them.
  static func lines(_ texts: String?...) -> [String] {
    let texts = texts.compactMap { $0 }.filter { !$0.isEmpty }
    return Array(texts.map(SwiftName.comment).joined(separator: [""]))
      .reversed().drop { $0.isEmpty }.reversed()
  }
}

extension SchemaSet {
  /// The documentation of a schema: its own, or that of the schema it refers to.
  func doc(_ index: Int) -> [String] {
    let (own, target) = (self[index], self[resolved(index)])
    return DocComment.lines(own.title ?? target.title, own.description ?? target.description)
  }
}
