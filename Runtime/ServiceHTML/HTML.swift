/// A part of a page. A text becomes one by being escaped, and names of elements and attributes are written in source code:
/// nothing that comes from outside can become markup.
public struct HTML: Sendable, ExpressibleByStringInterpolation {
  private indirect enum Content: Sendable {
    case text(String)
    case source(StaticString)
    case element(StaticString, [Attribute], [HTML])
    case list([HTML])
  }

  private let content: Content

  private init(_ content: Content) { self.content = content }

  /// A text, escaped.
  public init(_ text: String) { content = .text(text) }
  public init(stringLiteral text: String) { content = .text(text) }

  /// Parts one after another.
  public init(_ parts: [HTML]) { content = .list(parts) }

  /// An element (HTML Living Standard, section 13.1.2), such as `HTML("p", [.id("x")], ["text"])`.
  public init(_ name: StaticString, _ attributes: [Attribute], _ children: [HTML] = []) {
    content = .element(name, attributes, children)
  }

  /// Markup that the source code contains, such as an icon.
  public static func source(_ markup: StaticString) -> HTML { HTML(.source(markup)) }

  public static let nothing = HTML([])

  /// A whole page.
  ///
  /// - Parameters:
  ///   - head: elements such as those of style sheets.
  ///   - language: of its texts (RFC 5646).
  public static func page(title: String, language: String = "en", head: [HTML] = [], _ body: [HTML]) -> HTML {
    let own = [
      HTML("meta", [.charset]), HTML("meta", [.viewport.0, .viewport.1]), HTML("title", [], [HTML(title)]),
    ]
    return HTML([
      .source("<!doctype html>\n"),
      HTML("html", [.language(language)], [HTML("head", [], own + head), HTML("body", [], body)]),
    ])
  }

  /// In a page's head: its browser goes on to another page at once.
  public static func refresh(to url: String) -> HTML {
    HTML("meta", [.refresh, .content("0; url=" + Attribute.safe(url))])
  }

  // MARK: writing

  /// The bytes (UTF-8).
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  private func write(to bytes: inout [UInt8]) {
    switch content {
    case .text(let text): Self.escape(text, to: &bytes)
    case .source(let markup): bytes += UnsafeBufferPointer(start: markup.utf8Start, count: markup.utf8CodeUnitCount)
    case .list(let parts): for part in parts { part.write(to: &bytes) }
    case .element(let name, let attributes, let children):
      bytes += "<\(name)".utf8
      for attribute in attributes { attribute.write(to: &bytes) }
      bytes.append(UInt8(ascii: ">"))
      if Self.voids.contains("\(name)") { return }
      for child in children { child.write(to: &bytes) }
      bytes += "</\(name)>".utf8
    }
  }

  /// The characters that have a meaning in texts and in quoted attributes.
  fileprivate static func escape(_ text: String, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case UInt8(ascii: "\""): bytes += "&quot;".utf8
      case UInt8(ascii: "'"): bytes += "&#39;".utf8
      case 0: continue
      default: bytes.append(byte)
      }
    }
  }

  private static let voids: Set<String> = ["br", "hr", "img", "input", "link", "meta", "wbr"]
}

/// An attribute of an element. There is none that a browser runs as a script.
public struct Attribute: Sendable {
  private let name: String
  /// Nil for one that is there or not, such as `required`.
  private let value: String?

  private init(_ name: String, _ value: String?) { (self.name, self.value) = (name, value) }

  public static func id(_ text: String) -> Attribute { Attribute("id", text) }
  public static func `class`(_ text: String) -> Attribute { Attribute("class", text) }
  public static func language(_ text: String) -> Attribute { Attribute("lang", text) }
  public static func name(_ text: String) -> Attribute { Attribute("name", text) }
  public static func value(_ text: String) -> Attribute { Attribute("value", text) }
  public static func type(_ text: String) -> Attribute { Attribute("type", text) }
  public static func rel(_ text: String) -> Attribute { Attribute("rel", text) }
  public static func placeholder(_ text: String) -> Attribute { Attribute("placeholder", text) }
  public static func label(_ text: String) -> Attribute { Attribute("aria-label", text) }
  public static func method(_ text: String) -> Attribute { Attribute("method", text) }
  public static func autocomplete(_ text: String) -> Attribute { Attribute("autocomplete", text) }
  /// What a part is to who cannot see it (WAI-ARIA), such as `alert`.
  public static func role(_ text: StaticString) -> Attribute { Attribute("role", "\(text)") }
  /// On a button that sends a form whatever is in it.
  public static let formNoValidate = Attribute("formnovalidate", nil)
  public static let required = Attribute("required", nil)
  public static let open = Attribute("open", nil)
  public static let `defer` = Attribute("defer", nil)
  static let charset = Attribute("charset", "utf-8")
  fileprivate static let refresh = Attribute("http-equiv", "refresh")
  fileprivate static func content(_ text: String) -> Attribute { Attribute("content", text) }
  static let viewport = (
    Attribute("name", "viewport"), Attribute("content", "width=device-width, initial-scale=1")
  )

  /// A value for a script: of the attribute `data-path` for the name `path`.
  public static func data(_ name: StaticString, _ value: String) -> Attribute { Attribute("data-\(name)", value) }

  /// Where a link leads. An address of another scheme than http, https or mailto, such as `javascript:`, leads nowhere.
  public static func href(_ url: String) -> Attribute { Attribute("href", safe(url)) }
  public static func src(_ url: String) -> Attribute { Attribute("src", safe(url)) }
  /// Where a form is sent.
  public static func action(_ url: String) -> Attribute { Attribute("action", safe(url)) }

  fileprivate static func safe(_ url: String) -> String {
    // What a browser skips in an address could hide its scheme (WHATWG URL, section 4.4).
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return "#" }
    let scheme = url.utf8.prefix { ![":", "/", "?", "#"].contains(Character(UnicodeScalar($0))) }
    guard scheme.count < url.utf8.count, url.utf8[scheme.endIndex] == UInt8(ascii: ":") else { return url }
    let name = String(decoding: scheme, as: UTF8.self).lowercased()
    return ["http", "https", "mailto"].contains(name) ? url : "#"
  }

  fileprivate func write(to bytes: inout [UInt8]) {
    bytes += " \(name)".utf8
    guard let value else { return }
    bytes += "=\"".utf8
    HTML.escape(value, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }
}
