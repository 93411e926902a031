import ContractSource
import ContractValues

/// The target of a reference: a node, and the base for references inside it.
public struct Location {
  public let node: Node
  public let path: String
  public let pointer: String
  /// The URI of the resource the node belongs to (RFC 3986, section 5.1).
  public let base: String

  /// Where it is, regardless of references to it.
  public var key: SchemaKey { SchemaKey(path: path, pointer: pointer) }

  /// The location of a node below this one, by the segments of the pointer to it.
  public func child(_ node: Node, _ segments: String...) -> Location {
    var pointer = pointer
    for segment in segments {
      pointer += "/"
      pointer += Violations.escaped(segment)
    }
    return Location(node: node, path: path, pointer: pointer, base: base)
  }

  /// The same location, with another base for its references.
  public func with(base: String) -> Location { Location(node: node, path: path, pointer: pointer, base: base) }
}

/// Reference resolution by RFC 3986, section 5. Files in the contracts' folder have the scheme `contract`.
public enum Reference {
  private static let fileScheme = "contract"

  /// A file's URI: of the characters that have a meaning in URIs, only those that a path may contain are left.
  public static func file(_ path: String) -> String {
    guard path.utf8.contains(where: { "%?#".utf8.contains($0) }) else { return fileScheme + ":/" + path }
    return path.unicodeScalars.reduce(into: fileScheme + ":/") {
      $0 += $1 == "%" ? "%25" : $1 == "?" ? "%3F" : $1 == "#" ? "%23" : String($1)
    }
  }

  /// The path of a file in the contracts' folder; nil for any other URI, and for one that no path can have: the folder
  /// itself, a NUL, or a percent-encoded `.` or `..`.
  public static func path(of uri: String) -> String? {
    guard let path = name(of: uri).map(decoded), !path.isEmpty, !path.utf8.contains(0) else { return nil }
    let segments = path.utf8.split(separator: UInt8(ascii: "/"))
    return segments.contains { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) } ? nil : path
  }

  /// The name, percent-encoded, that a URI gives a file in the contracts' folder; nil for any other URI.
  public static func name(of uri: String) -> String? {
    let prefix = fileScheme + ":/"
    // By bytes: a combining mark after the slash would form another Character with it.
    return uri.utf8.starts(with: prefix.utf8) ? String(Substring(uri.utf8.dropFirst(prefix.utf8.count))) : nil
  }

  /// Whether a URI names a document on the network.
  static func isRemote(_ uri: String) -> Bool { ["http", "https"].contains(scheme(of: uri)?.lowercased()) }

  /// Splits a reference at its fragment.
  public static func split(_ reference: String) -> (resource: String, fragment: String) {
    guard let mark = reference.firstIndex(of: "#") else { return (reference, "") }
    return (String(reference[..<mark]), String(reference[reference.index(after: mark)...]))
  }

  /// Resolves a reference without a fragment (section 5.2.2); nil when the result is outside the contracts' folder.
  public static func resolve(_ reference: String, against base: String) -> String? {
    let (given, base) = (Parts(reference), Parts(base))
    var result = given
    if given.scheme == nil {
      result.scheme = base.scheme
      let isFile = base.scheme == fileScheme
      // A file is named relative to the one that refers to it.
      if isFile, given.authority != nil || given.path.hasPrefix("/") { return nil }
      if given.authority == nil {
        result.authority = base.authority
        if given.path.isEmpty {
          (result.path, result.query) = (base.path, given.query ?? base.query)
          return result.text
        }
        if !given.path.hasPrefix("/") { result.path = base.merged(with: given.path) }
      }
    }
    let (path, isAboveRoot) = withoutDotSegments(result.path)
    if isAboveRoot, result.scheme == fileScheme { return nil }
    result.path = path
    return result.text
  }

  /// The components of a URI reference without a fragment (section 3).
  private struct Parts {
    var scheme: String?
    var authority: Substring?
    var path: String
    var query: Substring?

    init(_ text: String) {
      scheme = Reference.scheme(of: text)
      var rest = text.utf8.dropFirst(scheme.map { $0.utf8.count + 1 } ?? 0)
      scheme = scheme?.lowercased()
      if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
        query = Substring(rest[rest.index(after: mark)...])
        rest = rest[..<mark]
      }
      if rest.starts(with: "//".utf8) {
        rest = rest.dropFirst(2)
        let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        authority = Substring(rest[..<end])
        rest = rest[end...]
      }
      path = String(Substring(rest))
    }

    /// A relative path beside the last segment of this path (section 5.2.3).
    func merged(with relative: String) -> String {
      if authority != nil, path.isEmpty { return "/" + relative }
      guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return relative }
      return path[...slash] + relative
    }

    var text: String {
      var text = scheme.map { $0 + ":" } ?? ""
      if let authority { text += "//" + authority }
      text += path
      if let query { text += "?" + query }
      return text
    }
  }

  /// A path without its segments `.` and `..` (section 5.2.4), and whether they lead above its root.
  private static func withoutDotSegments(_ path: String) -> (path: String, isAboveRoot: Bool) {
    let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Substring.init)
    var output: [String] = []
    var (isAboveRoot, separator) = (false, "")
    for (index, segment) in segments.enumerated() {
      if segment == "." || segment == ".." {
        // Those that a path begins with are left out together with the slash after them.
        if separator.isEmpty { continue }
        if segment == "..", output.popLast() == nil { isAboveRoot = true }
        if index == segments.count - 1 { output.append("/") }
      } else if index > 0 || !segment.isEmpty {
        output.append(separator + segment)
      }
      separator = "/"
    }
    return (output.joined(), isAboveRoot)
  }

  /// The scheme of a URI; nil for a relative reference.
  static func scheme(of reference: String) -> String? {
    guard let colon = reference.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let scheme = reference[..<colon]
    guard let first = scheme.utf8.first, (97...122).contains(first | 0x20) else { return nil }
    let isScheme = scheme.utf8.allSatisfy {
      (97...122).contains($0 | 0x20) || (48...57).contains($0) || "+-.".utf8.contains($0)
    }
    return isScheme ? String(scheme) : nil
  }

  /// The shortest reference from one file in the contracts' folder to another; nil for other URIs.
  public static func relative(_ uri: String, to base: String) -> String? {
    guard let uri = name(of: uri), let base = name(of: base) else { return nil }
    let segments = { (name: String) in
      name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String(Substring($0)) }
    }
    var (from, to) = (segments(base).dropLast(), segments(uri)[...])
    while to.count > 1, let first = from.first, let other = to.first, ByteKey(first) == ByteKey(other) {
      from.removeFirst()
      to.removeFirst()
    }
    let relative = String(repeating: "../", count: from.count) + to.joined(separator: "/")
    return scheme(of: relative) == nil ? relative : "./" + relative
  }

  /// A text as a part of a URI: what may not be in a path or a fragment is percent-encoded.
  public static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".unicodeScalars)
    return text.utf8.reduce(into: "") { result, byte in
      switch byte {
      case 48...57, 65...90, 97...122: result.unicodeScalars.append(Unicode.Scalar(byte))
      case _ where "-._~!$&'()*+,;=:@/".utf8.contains(byte): result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result += "%"
        result.unicodeScalars.append(digits[Int(byte >> 4)])
        result.unicodeScalars.append(digits[Int(byte & 15)])
      }
    }
  }

  /// Decodes percent-encoding; invalid sequences, and text that would not be UTF-8, are left unchanged.
  public static func decoded(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = Character(Unicode.Scalar(bytes[index + 1])).hexDigitValue,
        let low = Character(Unicode.Scalar(bytes[index + 2])).hexDigitValue
      {
        result.append(UInt8(high << 4 | low))
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(validating: result, as: UTF8.self) ?? text
  }
}
