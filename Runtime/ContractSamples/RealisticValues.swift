import ContractValues

/// Values that people would write for a property of a name.
enum RealisticValues {
  private static let names = [
    "Ada Lovelace", "Grace Hopper", "Alan Turing", "Edsger Dijkstra", "Barbara Liskov", "José Núñez", "Søren Åberg",
  ]
  private static let vocabulary = [
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island", "jasper", "kettle", "lantern",
    "meadow", "north", "olive", "pebble", "quartz", "river", "summit", "timber", "umber", "valley", "willow", "zephyr",
  ]

  /// The last word of a property's name, and what texts it has.
  private static let texts: [String: [String]] = [
    "name": names, "author": names, "owner": names, "customer": names,
    "firstname": ["Ada", "Grace", "Alan", "José"], "lastname": ["Lovelace", "Hopper", "Turing", "Núñez"],
    "email": ["ada@example.com", "grace.hopper@example.org", "alan+1@example.net"],
    "city": ["Berlin", "Zürich", "São Paulo", "Kyoto", "Wellington"], "street": ["Main Street 1", "Rue de la Paix 7"],
    "address": ["Main Street 1, Berlin", "7 Rue de la Paix, Paris"], "country": ["DE", "FR", "BR", "JP"],
    "zip": ["10115", "8001", "75002"], "postcode": ["10115", "8001", "75002"], "currency": ["EUR", "USD", "JPY"],
    "language": ["en", "de", "pt-BR"], "locale": ["en-US", "de-DE"], "phone": ["+49 30 901820", "+1 202 555 0114"],
    "url": ["https://example.com/", "https://example.org/a?b=c"], "uri": ["https://example.com/"],
    "website": ["https://example.com/"], "host": ["example.com"], "path": ["/a/b"], "color": ["red", "#336699"],
    "date": ["2026-01-31", "2024-02-29"], "time": ["12:00:00"], "timestamp": ["2026-01-31T12:00:00Z"],
    "title": ["A short title", "Notes on the engine"], "description": ["What it is and what it is for."],
    "comment": ["Looks good."], "message": ["The parcel is on its way."], "status": ["active", "pending", "closed"],
    "sku": ["AB-1042", "ZX-77"], "id": ["a1b2c3", "42", "item-7"], "token": ["tok_4f9a"],
    "version": ["1.0.0", "2.3.1"],
    "username": ["ada", "grace_h"], "password": ["Correct-horse-7"], "tag": ["new", "sale"],
    "category": ["books", "toys"],
  ]

  private static let numbers: [String: ClosedRange<Int>] = [
    "age": 18...90, "year": 1990...2030, "month": 1...12, "day": 1...28, "hour": 0...23, "minute": 0...59,
    "quantity": 1...20, "count": 0...50, "limit": 1...100, "page": 1...10, "size": 1...100, "rating": 1...5,
    "port": 1024...65_535, "percent": 0...100, "latitude": -90...90, "longitude": -180...180, "stock": 0...500,
    "weight": 1...100, "height": 1...250, "width": 1...250, "score": 0...100, "id": 1...9_999,
  ]
  private static let amounts: Set<String> = ["price", "amount", "total", "cost", "balance", "fee", "subtotal", "tax"]

  static func text(_ name: String, _ random: inout SplitMix64) -> String? {
    for key in keys(name) { if let list = texts[key] { return random.element(list) } }
    return nil
  }

  static func number(_ name: String, _ random: inout SplitMix64) -> ExactDecimal? {
    for key in keys(name) {
      if amounts.contains(key) { return ExactDecimal(Int128(100 + random.below(20_000)), -2) }
      if let range = numbers[key] { return ExactDecimal(random.within(range)) }
    }
    return nil
  }

  /// The whole name and its last word, in small letters: `billingCity` is a city.
  private static func keys(_ name: String) -> [String] {
    let bytes = Array(name.utf8.prefix(64))
    let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let start = bytes.lastIndex { capitals.contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") } ?? 0
    func plain(_ part: ArraySlice<UInt8>) -> String {
      let letters = part.map { $0 | 0x20 }.filter { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
      return String(decoding: letters, as: UTF8.self)
    }
    return [plain(bytes[...]), plain(bytes[start...])]
  }

  static func word(_ random: inout SplitMix64) -> String { random.element(vocabulary) ?? "amber" }

  /// Words of at least so many characters.
  static func words(atLeast length: Int, _ random: inout SplitMix64) -> String {
    var text = word(&random)
    while text.utf8.count < length { text += " " + word(&random) }
    return text
  }

  /// A text of so many characters, the first of them beyond ASCII.
  static func scalars(_ count: Int) -> String {
    let beyond: [Unicode.Scalar] = ["😀", "é", "中", "ß"]
    var text = String.UnicodeScalarView()
    for position in 0..<max(0, count) { text.append(position < beyond.count ? beyond[position] : "x") }
    return String(text)
  }
}
