/// Chooses the values that are stored on the heap: cycles of types that contain each other inline are broken, and the
/// growth of large ones is limited.
struct HeapLayout {
  /// The maximum size of a struct in bytes, beyond which it stores other records on the heap.
  static let sizeLimit = 128

  private(set) var declarations: Declarations
  /// The inline sizes of the types that are settled, by their indices.
  private var sizes: [Int: Int] = [:]
  private var onPath: Set<Int> = []

  init(_ declarations: Declarations) { self.declarations = declarations }

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
      var size = 0
      for position in plan.fields.indices {
        let type = plan.fields[position].type
        let inner = type.inPlace.flatMap(declarations.index(of:)).map { sizes[$0] ?? .max } ?? type.size
        let isLarge = type.inPlace != nil && inner > Self.sizeLimit
        plan.fields[position].isIndirect = isLarge
        size += isLarge ? 8 : min(inner, 4_096)
      }
      declarations[index] = .record(plan)
      return size
    case .choice(var plan):
      let inner = plan.branches.map { branch in
        branch.type.inPlace.flatMap(declarations.index(of:)).map { sizes[$0] ?? .max } ?? branch.type.size
      }
      plan.isIndirect = inner.contains { $0 > Self.sizeLimit }
      declarations[index] = .choice(plan)
      return plan.isIndirect ? 8 : (inner.max() ?? 0) + 1
    case .enumeration(let plan): return plan.isOpen ? 17 : 1
    case .wrapper: return 8
    }
  }
}

extension Declarations {
  /// The same, with large and recursive values on the heap.
  func boxed() -> Declarations {
    var layout = HeapLayout(self)
    layout.settle()
    return layout.declarations
  }
}

extension TypePlan {
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
