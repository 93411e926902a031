/// The declared types of an API in their order, each found by its name too.
struct Declarations {
  private(set) var list: [DeclarationPlan] = []
  private var indices: [String: Int] = [:]

  mutating func append(_ declaration: DeclarationPlan) {
    indices[declaration.name] = list.count
    list.append(declaration)
  }

  func index(of name: String) -> Int? { indices[name] }

  /// A declaration may be replaced by one of the same name.
  subscript(_ index: Int) -> DeclarationPlan {
    get { list[index] }
    set { list[index] = newValue }
  }
}
