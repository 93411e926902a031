/// A media type or a range of media types, as in `Content-Type`, `Accept` and contracts (RFC 9110, sections 8.3.1 and
/// 12.5.1).
package struct MediaRange: Sendable {
  let type: Substring
  let subtype: Substring
  /// In thousandths.
  private(set) var quality = 1_000
  /// For example `version=1`. A `charset` of UTF-8 is omitted, since it is the default.
  private var parameters: [ByteKey] = []
  /// The declared character encoding, in lower case.
  private(set) var charset: String?

  /// Nil for a malformed one.
  ///
  /// - Throws: for malformed parameters.
  init?(reading text: String) throws(CodecError) {
    let (item, given) = try FieldSyntax.parameters(text)
    let names = item.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Substring.init)
    guard names.count == 2, names.allSatisfy(FieldSyntax.isToken) else { return nil }
    (type, subtype) = (names[0], names[1])
    for (name, value, _) in given {
      let value = value.lowercased()
      switch name {
      case "q": quality = Self.quality(value[...])
      case "charset":
        charset = value
        if ByteKey(value) != ByteKey("utf-8") { parameters.append(ByteKey("charset=" + value)) }
      default: parameters.append(ByteKey(name + "=" + value))
      }
    }
  }

  /// Nil for a malformed one, or one with malformed parameters.
  init?(_ text: some StringProtocol) {
    guard let range = try? MediaRange(reading: String(text)) else { return nil }
    self = range
  }

  /// Whether content of the type is text in UTF-8.
  var isText: Bool {
    type == "text" || subtype == "json" || subtype.hasSuffix("+json") || subtype == "x-www-form-urlencoded"
      || subtype == "jsonl" || subtype == "json-seq" || subtype == "x-ndjson"
  }

  private static func quality(_ text: Substring) -> Int {
    let digits = text.utf8.split(separator: UInt8(ascii: "."))
    guard digits.first?.elementsEqual("0".utf8) == true else { return 1_000 }
    let decimals = digits.count > 1 ? String(Substring(digits[1].prefix(3))) : ""
    return Int(decimals + String(repeating: "0", count: 3 - decimals.utf8.count)) ?? 0
  }

  /// How specifically a type matches a range: 0 for not at all, 1 for `*/*`, 2 for `text/*`, 3 for the same type, more
  /// for one with parameters, which the type must have too.
  func fit(_ other: MediaRange) -> Int {
    guard parameters.allSatisfy(other.parameters.contains) else { return 0 }
    if type == "*" || other.type == "*" { return 1 }
    guard type == other.type else { return 0 }
    if subtype == "*" || other.subtype == "*" { return 2 }
    return subtype == other.subtype ? 3 + parameters.count : 0
  }

  /// The ranges of an `Accept` field.
  package static func list(_ field: String) -> [MediaRange] { FieldSyntax.list(field).compactMap { MediaRange($0) } }

  /// The quality of a type: that of the most specific range.
  package static func quality(of type: String, in accepted: [MediaRange]) -> Int {
    guard let type = MediaRange(type) else { return 0 }
    let closest = accepted.map { (fit: $0.fit(type), quality: $0.quality) }.filter { $0.fit > 0 }.max {
      $0.fit < $1.fit
    }
    return closest?.quality ?? 0
  }

  /// Which of several ranges a content type matches most specifically; nil for none.
  package static func index(of contentType: String, in ranges: [String]) -> Int? {
    exactIndex(of: contentType, in: ranges) ?? MediaRange(contentType).flatMap { $0.index(in: ranges) }
  }

  /// The same for a type that is written exactly like the range, which needs no parsing.
  static func exactIndex(of contentType: String, in ranges: [String]) -> Int? {
    guard !contentType.utf8.contains(UInt8(ascii: "*")) else { return nil }
    return ranges.firstIndex { $0.utf8.elementsEqual(contentType.utf8) }
  }

  func index(in ranges: [String]) -> Int? {
    guard type != "*", subtype != "*" else { return nil }
    var best: (index: Int, fit: Int)?
    for (index, range) in ranges.enumerated() {
      let fit = MediaRange(range)?.fit(self) ?? 0
      if fit > best?.fit ?? 0 { best = (index, fit) }
    }
    return best?.index
  }
}

extension OperationDescriptor {
  /// - Throws: 406 where no success response has an accepted type.
  @usableFromInline package func checkAccept(_ headers: HTTPFields) throws(RequestFault) {
    guard !responses.mediaTypes.isEmpty, let first = headers["accept"]?.utf8, !first.elementsEqual("*/*".utf8),
      !first.elementsEqual(responses.mediaTypes[0].utf8)
    else { return }
    let field = headers.values("accept").joined(separator: ",")
    // Parsing a type without parameters costs more than comparing it.
    if !field.utf8.contains(UInt8(ascii: ";")) {
      for item in field.utf8.split(separator: UInt8(ascii: ",")) {
        let text = item.drop { $0 == 0x20 }
        if text.elementsEqual("*/*".utf8) || responses.mediaTypes.contains(where: { $0.utf8.elementsEqual(text) }) {
          return
        }
      }
    }
    let accepted = MediaRange.list(field)
    // A malformed list of media ranges is ignored.
    if accepted.isEmpty || responses.mediaTypes.contains(where: { MediaRange.quality(of: $0, in: accepted) > 0 }) {
      return
    }
    throw RequestFault(
      406,
      "The operation produces \(responses.mediaTypes.joined(separator: ", ")), and the request accepts none of them.")
  }
}

extension RequestReader {
  /// The media types that the client accepts, best first; all of them without an `Accept` field.
  public func accepted<Media: RawRepresentable & CaseIterable>(_ type: Media.Type) -> [Media]
  where Media.RawValue == String {
    let ranges = request.headers.values("accept").flatMap(MediaRange.list)
    if ranges.isEmpty { return Array(Media.allCases) }
    let ranked = Media.allCases.map { (media: $0, quality: MediaRange.quality(of: $0.rawValue, in: ranges)) }
    // Among types of equal quality the contract's order stays.
    return ranked.enumerated().filter { $0.element.quality > 0 }
      .sorted { ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset) }.map(\.element.media)
  }
}

extension HTTPRequest {
  /// Sets the accepted media types, best first.
  public mutating func accept<Media: RawRepresentable>(_ media: [Media]) where Media.RawValue == String {
    guard !media.isEmpty else { return }
    headers["accept"] = media.enumerated().map { index, media in
      index == 0 ? media.rawValue : "\(media.rawValue);q=0.\(max(1, 9 - index))"
    }.joined(separator: ", ")
  }
}
