import ServiceCore

extension StyledValue {
  /// For a person: kinds and texts that differ look different.
  var shown: String {
    switch self {
    case .primitive(let text): "\"\(text)\""
    case .array(let items): "\(items)"
    case .object(let members): "{" + members.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ", ") + "}"
    }
  }

  var shape: Shape {
    switch self {
    case .primitive: .primitive
    case .array: .array
    case .object: .object
    }
  }
}

extension ParameterCodec {
  /// Reads what stands in the place of the parameter; how the value looks to a person.
  func shown(_ text: String, as shape: StyledValue.Shape) throws(CodecError) -> String {
    try read(text, as: shape)?.shown ?? "nothing"
  }

  func read(_ text: String, as shape: StyledValue.Shape) throws(CodecError) -> StyledValue? {
    switch location {
    case .query, .body: try read(pairs: FormEncoding.pairs(text), as: shape)
    case .cookie: try read(pairs: Self.cookies([text]), as: shape)
    case .header: try read(header: [text], as: shape)
    case .path: try read(path: text[...], as: shape)
    }
  }
}
