import ServiceCore
import Testing

@Suite struct ParameterStyleTests {
  private static let blue = StyledValue.primitive("blue")
  private static let colors = StyledValue.array(["blue", "black", "brown"])
  private static let rgb = StyledValue.object([("R", "100"), ("G", "200"), ("B", "150")])

  /// A row of the table of styles in OpenAPI 3.1, section 4.8.12: the empty list, a text, a list, an object.
  struct Row: Sendable {
    let location: Violation.Location
    let style: ParameterStyle
    let explode: Bool
    let texts: [String?]

    init(_ location: Violation.Location, _ style: ParameterStyle, _ explode: Bool, _ texts: String?...) {
      self.location = location
      self.style = style
      self.explode = explode
      self.texts = texts
    }
  }

  static let table: [Row] = [
    Row(.path, .matrix, false, ";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
    Row(.path, .matrix, true, ";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
    Row(.path, .label, false, ".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
    Row(.path, .label, true, ".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
    Row(.path, .simple, false, "", "blue", "blue,black,brown", "R,100,G,200,B,150"),
    Row(.path, .simple, true, "", "blue", "blue,black,brown", "R=100,G=200,B=150"),
    Row(.header, .simple, false, "", "blue", "blue,black,brown", "R,100,G,200,B,150"),
    Row(.header, .simple, true, "", "blue", "blue,black,brown", "R=100,G=200,B=150"),
    Row(.query, .form, false, "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
    Row(.query, .form, true, "color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
    Row(
      .query, .spaceDelimited, false, "color=", nil, "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
    Row(.query, .spaceDelimited, true, "color=", nil, "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
    Row(
      .query, .pipeDelimited, false, "color=", nil, "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"),
    Row(.query, .pipeDelimited, true, "color=", nil, "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
    Row(.query, .deepObject, true, nil, nil, nil, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    Row(.query, .deepObject, false, nil, nil, nil, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    Row(.cookie, .form, false, "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
    Row(.cookie, .form, true, "color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
    Row(.cookie, .cookie, false, "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
    Row(.cookie, .cookie, true, "color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
  ]

  @Test(arguments: table)
  func `each row of the specification's table is written and read`(_ row: Row) throws {
    let codec = ParameterCodec("color", in: row.location, style: row.style, explode: row.explode)
    let values = [StyledValue.array([]), Self.blue, Self.colors, Self.rgb]
    for (value, text) in zip(values, row.texts) {
      guard let text else {
        #expect(throws: CodecError.self) { try codec.write(value) }
        #expect(throws: CodecError.self) { try codec.read("color=x", as: value.shape) }
        continue
      }
      #expect(try codec.write(value) == text)
      #expect(try codec.shown(text, as: value.shape) == value.shown)
    }
  }

  @Test(arguments: table)
  func `an empty text and an empty object are as empty as the empty list`(_ row: Row) throws {
    let codec = ParameterCodec("color", in: row.location, style: row.style, explode: row.explode)
    guard let empty = row.texts[0] else {
      #expect(try codec.write(.object([])) == "" && codec.shown("", as: .object) == "nothing")
      return
    }
    #expect(try codec.write(.object([])) == empty && codec.shown(empty, as: .object) == "{}")
    #expect(throws: CodecError.self) { try codec.write(.array([""])) }
    guard row.texts[1] != nil else { return }
    #expect(try codec.write(.primitive("")) == empty && codec.shown(empty, as: .primitive) == "\"\"")
  }

  // MARK: round trips

  private static let plain = "abzABZ09-_"
  private static let rich = plain + "~.,;=&+%#[]{}|/?:@!$'()*<>^` \"\\\u{9}\u{7F}\u{E9}\u{65}\u{301}\u{20AC}\u{1F600}"

  /// Whether a codec may say that it cannot write a value of such texts.
  private func mayRefuse(_ codec: ParameterCodec, _ value: StyledValue) -> Bool {
    let texts: [String]
    switch value {
    case .primitive(let text): texts = [text]
    case .array(let items): texts = items
    case .object(let members): texts = members.flatMap { [$0.key, $0.value] }
    }
    let looksEmpty = texts == [""] || texts == ["color", ""]
    return switch codec.style {
    case _ where codec.location == .header || codec.location == .cookie: true
    case .spaceDelimited: looksEmpty || !codec.explode && texts.contains { $0.utf8.contains(0x20) }
    case .pipeDelimited: looksEmpty || !codec.explode && texts.contains { $0.utf8.contains(UInt8(ascii: "|")) }
    case .deepObject: texts.contains { $0.isEmpty || $0.utf8.contains { "[]".utf8.contains($0) } }
    default: looksEmpty
    }
  }

  private func randomValue(_ shape: Int, _ characters: String, _ random: inout SeededRandom) -> StyledValue {
    let count = Int.random(in: 0...4, using: &random)
    switch shape {
    case 0: return .primitive(random.text(characters, upTo: 8))
    case 1: return .array((0..<count).map { _ in random.text(characters, upTo: 4) })
    default:
      var keys: Set<[UInt8]> = []
      var members: [(key: String, value: String)] = []
      for _ in 0..<count {
        let key = random.text(characters, upTo: 4)
        if keys.insert(Array(key.utf8)).inserted { members.append((key, random.text(characters, upTo: 4))) }
      }
      return .object(members)
    }
  }

  @Test(arguments: table, [false, true])
  func `what is written is read as what it was`(_ row: Row, _ allowReserved: Bool) throws {
    var random = SeededRandom(1)
    let codec = ParameterCodec(
      "color", in: row.location, style: row.style, explode: row.explode, allowReserved: allowReserved)
    var written = 0
    for turn in 0..<3_000 {
      // A text that holds a percent-encoding is read as what that encodes, where reserved characters are kept.
      let characters = turn.isMultiple(of: 2) ? Self.plain : Self.rich.filter { !allowReserved || $0 != "%" }
      let value = randomValue(turn / 2 % 3, characters, &random)
      if row.texts[1] == nil, value.shape == .primitive { continue }
      if row.style == .deepObject, value.shape == .array { continue }
      do {
        let text = try codec.write(value)
        let isControlFree = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || row.location == .header && $0 == 9 }
        #expect(isControlFree)
        let isAbsent = text.isEmpty && row.style == .deepObject
        #expect(try codec.shown(text, as: value.shape) == (isAbsent ? "nothing" : value.shown), "\(text)")
        written += 1
      } catch {
        #expect(mayRefuse(codec, value), "\(value.shown): \(error)")
      }
    }
    #expect(written > 600)
  }

  @Test(arguments: table)
  func `no text of a parser's input traps, and what is read can be written`(_ row: Row) throws {
    var random = SeededRandom(2)
    let codec = ParameterCodec("a", in: row.location, style: row.style, explode: row.explode)
    for turn in 0..<3_000 {
      let text = random.text("aab;.,=&%2C20+| []5BD7\u{E9}", upTo: 12)
      let shape: StyledValue.Shape = [.primitive, .array, .object][turn % 3]
      guard let value = try? codec.read(text, as: shape), let again = try? codec.write(value) else { continue }
      #expect(try codec.shown(again, as: shape) == value.shown, "\(text)")
    }
  }
}
