/// Which of the structures that the contract allows a value has, by its texts alone.
extension StyledParameter {
  func form(path text: Substring) throws(CodecError) -> StyledValue.Shape {
    if let only = shape.only { return only }
    switch codec.style {
    case .label, .dottedLabel: return try form(texts: [Substring(text.utf8.dropFirst())])
    case .matrix:
      let pairs = text.utf8.dropFirst().split(separator: UInt8(ascii: ";")).map { FormEncoding.cut(Substring($0)) }
      return try form(pairs: pairs)
    default: return try form(texts: [text])
    }
  }

  func form(header values: [String]) throws(CodecError) -> StyledValue.Shape {
    if let only = shape.only { return only }
    return try form(texts: [values.joined(separator: ",")[...]])
  }

  /// The structure among the pairs of a query, a form, cookies or a matrix.
  func form(pairs: [RawPair]) throws(CodecError) -> StyledValue.Shape {
    if let only = shape.only { return only }
    let own = pairs.filter { codec.takes($0.name) }
    let hasMembers =
      shape.members != nil && codec.hasPairs
      && pairs.contains { pair in
        codec.unescaped(pair.name).map { isMember($0) && !codec.takes(decoded: $0) } ?? false
      }
    if own.isEmpty { return hasMembers ? .object : .primitive }
    guard !hasMembers else { throw CodecError("is given both under its own name and by its members") }
    return try form(texts: own.map(\.value))
  }

  /// Throws where a text, or an object, would be read as another structure. A list of one item may be read as a text.
  func checkStructure(of text: String, _ value: StyledValue) throws(CodecError) {
    if shape.only != nil { return }
    let form =
      switch codec.location {
      case .path: try form(path: text[...])
      case .header: try form(header: [text])
      case .cookie: try form(pairs: try ParameterCodec.cookies([text]))
      default: try form(pairs: try FormEncoding.pairs(text))
      }
    switch (value, form) {
    case (.primitive, .primitive), (.object, .object), (.array, _): return
    case (.object(let members), _) where members.isEmpty: return
    default: throw CodecError("would be read as another structure than it has")
    }
  }

  private func form(texts: [Substring]) throws(CodecError) -> StyledValue.Shape {
    guard let text = texts.first, texts.count == 1 else { return shape.items == nil ? .primitive : .array }
    // Where each item or member has a pair of its own, nothing delimits them in a text.
    let items = codec.items(text)
    if shape.members != nil, !codec.hasPairs || codec.style == .simple || codec.style == .label, isObject(items) {
      return .object
    }
    if shape.items != nil, !codec.repeatsName, items.count > 1 { return .array }
    if shape.admits(try codec.decode(text)) { return .primitive }
    return shape.items != nil ? .array : shape.members != nil && text.isEmpty ? .object : .primitive
  }

  /// Whether delimited texts are the members of an object: they have keys, or nothing else could be delimited.
  private func isObject(_ items: [Substring]) -> Bool {
    codec.explode
      ? items.allSatisfy { $0.utf8.contains(UInt8(ascii: "=")) } : shape.items == nil && items.count > 1
  }
}
