@_exported import ContractValues

/// Header fields in the order of receiving or sending; names are in lower case.
public struct HTTPFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// Received fields stay bytes until they are changed.
  private enum Content: Sendable {
    case own([(name: String, value: String)])
    case received(ReceivedHead)
  }

  private var content = Content.own([])

  public init() {}

  public init(dictionaryLiteral elements: (String, String)...) {
    content = .own(elements.map { (name: $0.0, value: $0.1) })
  }

  package init(_ head: ReceivedHead) { content = .received(head) }

  /// All fields, as text.
  public var list: [(name: String, value: String)] {
    switch content {
    case .own(let list): list
    case .received(let head): head.list
    }
  }

  /// The number of fields.
  package var count: Int {
    switch content {
    case .own(let list): list.count
    case .received(let head): head.count
    }
  }

  /// The first value of a field; `name` must be in lower case.
  public subscript(_ name: String) -> String? {
    get {
      switch content {
      case .own(let list): list.first { Self.isSame($0.name, name) }?.value
      case .received(let head): head.value(name)
      }
    }
    set {
      change { list in
        if list.contains(where: { Self.isSame($0.name, name) }) { list.removeAll { Self.isSame($0.name, name) } }
        if let newValue { list.append((name, newValue)) }
      }
    }
  }

  public func values(_ name: String) -> [String] {
    switch content {
    case .own(let list): list.lazy.filter { Self.isSame($0.name, name) }.map(\.value)
    case .received(let head): head.values(name)
    }
  }

  /// Whether there is a field of the name, which must be in lower case.
  package func has(_ name: StaticString) -> Bool {
    switch content {
    case .own(let list):
      list.contains { field in
        field.name.utf8.count == name.utf8CodeUnitCount
          && name.withUTF8Buffer { $0.elementsEqual(field.name.utf8) }
      }
    case .received(let head): head.has(name)
    }
  }

  /// Swift's `==` is canonical equivalence, which for two texts of equal length, one of them ASCII, is equality of
  /// bytes.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left == right
  }

  /// Adds a field; `name` must be in lower case.
  public mutating func append(_ name: String, _ value: String) { change { $0.append((name, value)) } }

  private mutating func change(_ body: (inout [(name: String, value: String)]) -> Void) {
    var list = list
    // The list has one reference again, so that changing it does not copy it.
    content = .own([])
    body(&list)
    content = .own(list)
  }

  public static func == (left: HTTPFields, right: HTTPFields) -> Bool {
    left.list.elementsEqual(right.list) { $0.name == $1.name && $0.value == $1.value }
  }
}

extension HTTPFields {
  /// What `Connection` names, in lower case: options, and fields that are for this connection alone (RFC 9110, section 7.6.1).
  package var connectionOptions: Set<String> {
    // Other text is never lower-cased: that takes more than linear time in runs of combining marks.
    Set(values("connection").flatMap { FieldSyntax.list($0) }.filter(FieldSyntax.isToken).map { $0.lowercased() })
  }
}
