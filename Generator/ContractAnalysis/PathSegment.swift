import ContractModel

/// A part of an operation's path between two slashes.
public enum PathSegment: Sendable, Equatable {
  /// Text, without percent-encoding.
  case literal(String)
  case parameter(String)
  /// Texts and parameters alternating.
  case mixed([PathSegment])

  /// The path split at its slashes; a trailing slash makes an empty last segment.
  public static func split(_ path: String) -> [PathSegment] {
    // By scalars: a combining mark after a slash or a brace makes it part of another character.
    path.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
      let pieces = pieces(segment)
      return pieces.count == 1 ? pieces[0] : pieces.isEmpty ? .literal("") : .mixed(pieces)
    }
  }

  private static func pieces(_ segment: Substring.UnicodeScalarView) -> [PathSegment] {
    var pieces: [PathSegment] = []
    var rest = segment
    while let first = rest.first {
      if first == "{", let end = rest.firstIndex(of: "}") {
        pieces.append(.parameter(String(rest[..<end].dropFirst())))
        rest = rest[end...].dropFirst()
      } else {
        let end = rest.dropFirst().firstIndex(of: "{") ?? rest.endIndex
        pieces.append(.literal(Reference.decoded(String(rest[..<end]))))
        rest = rest[end...]
      }
    }
    return pieces
  }

  /// The names of its parameters.
  public var names: [String] {
    switch self {
    case .literal: []
    case .parameter(let name): [name]
    case .mixed(let pieces): pieces.flatMap(\.names)
    }
  }

  /// The segment as in a URL, with its parameters in braces.
  public var template: String {
    switch self {
    case .literal(let text): Self.encoded(text)
    case .parameter(let name): "{\(name)}"
    case .mixed(let pieces): pieces.map(\.template).joined()
    }
  }

  /// A text percent-encoded for a segment of a URL (RFC 3986, section 3.3).
  public static func encoded(_ text: String) -> String {
    text.utf8.map { byte -> String in
      switch byte {
      case 48...57, 65...90, 97...122: return String(UnicodeScalar(byte))
      default:
        if "-._~!$&'()*+,;=:@".utf8.contains(byte) { return String(UnicodeScalar(byte)) }
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
      }
    }.joined()
  }
}

extension Operation {
  /// The whole path of a route, with the base path of its servers.
  public func route(in contract: Contract) -> [PathSegment] {
    PathSegment.split((servers.first?.basePath ?? contract.basePath) + path)
  }
}
