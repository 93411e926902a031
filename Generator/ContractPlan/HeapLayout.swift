/// Chooses the values that are stored on the heap: cycles of types that contain each other inline are broken, and the
/// growth of large ones is limited.
///
/// In large contracts no record's layout depends on a component, either: a record that holds some, in lists and maps
/// too, holds all its parts behind one reference. A changed component is then no change to what holds its holders, and
/// the compiler has only its own users to compile again.
struct HeapLayout {
  /// The maximum size of a struct in bytes, beyond which it stores other records on the heap.
  static let sizeLimit = 128
  /// The number of records beyond which a contract is large.
  static let recordLimit = 200

  private(set) var declarations: Declarations
  /// Whether the contract is large.
  private let isLarge: Bool
  private let components: Set<String>
  /// The inline sizes of the types that are settled, by their indices.
  private var sizes: [Int: Int] = [:]
  private var onPath: Set<Int> = []

  init(_ declarations: Declarations, components: Set<String>) {
    self.declarations = declarations
    self.components = components
    isLarge = declarations.isLarge
  }

  mutating func settle() {
    for start in declarations.list.indices where sizes[start] == nil {
      // An explicit stack: contracts may chain more types than a thread's stack has room for.
      var stack: [(index: Int, isEntered: Bool)] = [(start, false)]
      while let (index, isEntered) = stack.popLast() {
        if isEntered {
          onPath.remove(index)
          sizes[index] = settle(index)
        } else if sizes[index] == nil, onPath.insert(index).inserted {
          stack.append((index, true))
          for name in inPlaceTypes(declarations[index]) {
            guard let next = declarations.index(of: name), sizes[next] == nil, !onPath.contains(next) else { continue }
            stack.append((next, false))
          }
        }
      }
    }
  }

  private func inPlaceTypes(_ declaration: DeclarationPlan) -> [String] {
    switch declaration {
    case .record(let plan): plan.fields.compactMap(\.type.inPlace)
    case .choice(let plan): plan.branches.compactMap(\.type.inPlace)
    case .enumeration, .wrapper: []
    }
  }

  /// Moves to the heap what is large, and what has no size yet because it leads back here; returns the size.
  private mutating func settle(_ index: Int) -> Int {
    switch declarations[index] {
    case .record(var plan):
      let hasParts = isLarge && plan.fields.contains { isPart($0.type) || isTooLarge($0.type) }
      var size = hasParts ? 8 : 0
      for position in plan.fields.indices {
        let field = plan.fields[position]
        // What a deprecated property is stored in may have the name of the reference.
        let isPart = hasParts && (field.type.named != nil || field.isDeprecated)
        let isIndirect = !isPart && isTooLarge(field.type)
        plan.fields[position].place = isPart ? .parts : isIndirect ? .heap : .inline
        size += isPart ? 0 : isIndirect ? 8 : min(self.size(of: field.type), 4_096)
      }
      declarations[index] = .record(plan)
      return size
    case .choice(var plan):
      plan.isIndirect = plan.branches.contains { isTooLarge($0.type) }
      declarations[index] = .choice(plan)
      return plan.isIndirect ? 8 : (plan.branches.map { size(of: $0.type) }.max() ?? 0) + 1
    case .enumeration(let plan): return plan.isOpen ? 17 : 1
    case .wrapper: return 8
    }
  }

  private func isTooLarge(_ type: TypePlan) -> Bool { type.inPlace != nil && size(of: type) > Self.sizeLimit }

  /// Whether a value contains a component, or a choice, which mostly is one of components.
  private func isPart(_ type: TypePlan) -> Bool {
    guard let name = type.named, let index = declarations.index(of: name) else { return false }
    switch declarations[index] {
    case .record, .wrapper: return components.contains(name)
    case .choice: return true
    case .enumeration: return false
    }
  }

  private func size(of type: TypePlan) -> Int {
    type.inPlace.flatMap(declarations.index(of:)).map { sizes[$0] ?? .max } ?? type.size
  }
}

extension Declarations {
  /// Whether there are very many records.
  var isLarge: Bool { list.count { if case .record = $0 { true } else { false } } > HeapLayout.recordLimit }

  /// The same, with large and recursive values on the heap, and in a large contract components too.
  ///
  /// - Parameter components: the types whose names their author gave.
  func boxed(components: Set<String>) -> Declarations {
    var layout = HeapLayout(self, components: components)
    layout.settle()
    return layout.declarations
  }
}

extension TypePlan {
  /// The declared type that a value of this one contains, inline or on the heap.
  fileprivate var named: String? {
    switch self {
    case .named(let name): name
    case .array(let value), .map(let value), .optional(let value): value.named
    default: nil
    }
  }

  /// The approximate inline size of a value in bytes.
  fileprivate var size: Int {
    switch self {
    case .boolean: 1
    case .integer, .unsigned, .double, .timestamp, .array: 8
    case .string, .uuid, .map, .base64: 16
    case .json: 40
    case .decimal: 32
    case .named: 8
    case .optional(let value): value.size + 1
    }
  }
}
