extension QueryCheck {
  /// The origin of a byte of the sent text, in bytes of ``source``.
  func sourceOffset(_ offset: Int) -> Int {
    var shift = 0
    for splice in splices where splice.start <= offset {
      let end = splice.start + splice.length
      if offset < end { return splice.source }
      shift = splice.source + splice.sourceLength - end
    }
    return offset + shift
  }

  /// Where a placeholder such as `$1` is in the text; nil where it is not.
  func offset(ofParameter number: Int) -> Int? {
    words.first { $0.elementsEqual("$\(number)".utf8) }?.startIndex
  }

  /// Where the text names an output column, as far as that can be found without parsing: the first identical word,
  /// after RETURNING where there is one.
  func offset(ofColumn name: String) -> Int? {
    let words = words
    let returning = words.lastIndex { $0.elementsEqual("returning".utf8) { $0 | 0x20 == $1 } }
    return words.dropFirst(returning.map { $0 + 1 } ?? 0).first { $0.elementsEqual(name.utf8) }?.startIndex
  }

  /// The names, keywords and placeholders of the text, with their offsets.
  private var words: [ArraySlice<UInt8>] {
    Array(text.utf8).split { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 128...,
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
        false
      default: true
      }
    }
  }
}
