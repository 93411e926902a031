extension Format {
  /// RFC 6901, section 3: empty, or tokens that each begin with `/`, in which `~` occurs only in `~0` and `~1`.
  static func isJSONPointer(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.isEmpty || bytes.first == UInt8(ascii: "/") else { return false }
    let pieces = bytes.split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false)
    return pieces.dropFirst().allSatisfy { $0.first == UInt8(ascii: "0") || $0.first == UInt8(ascii: "1") }
  }

  /// The draft that JSON Schema names (draft-bhutton-relative-json-pointer-00): how many levels up, how far among an
  /// array's items, then a pointer or `#`.
  static func isRelativeJSONPointer(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard var rest = afterNumber(bytes, isPositive: false) else { return false }
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
      guard let after = afterNumber(rest.dropFirst(), isPositive: true) else { return false }
      rest = after
    }
    return rest.elementsEqual("#".utf8) || isJSONPointer(rest)
  }

  /// What follows a number without leading zeros.
  private static func afterNumber(_ bytes: ArraySlice<UInt8>, isPositive: Bool) -> ArraySlice<UInt8>? {
    let digits = bytes.prefix(while: ByteSet.digit.contains)
    let isZero = digits.elementsEqual("0".utf8)
    guard !digits.isEmpty, isZero ? !isPositive : digits.first != UInt8(ascii: "0") else { return nil }
    return bytes[digits.endIndex...]
  }

  /// RFC 6570, section 2: literals, and expressions in braces.
  static func isURITemplate(_ text: String) -> Bool {
    var rest = Array(text.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "{":
        guard let end = rest.firstIndex(of: "}"), isExpression(rest[..<end]) else { return false }
        rest = rest[(end + 1)...]
      case "%":
        guard rest.count >= 2, rest.prefix(2).allSatisfy(isHex) else { return false }
        rest = rest.dropFirst(2)
      default: guard isLiteral(scalar) else { return false }
      }
    }
    return true
  }

  /// Section 2.1: what may stand outside of expressions.
  private static func isLiteral(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.isASCII else { return isIRICharacter(scalar) || isPrivateCharacter(scalar) }
    return scalar.value > 32 && scalar.value < 127 && !"\"'%<>\\^`{|}".unicodeScalars.contains(scalar)
  }

  /// Sections 2.2 to 2.4: an operator, and variables with their modifiers.
  private static func isExpression(_ expression: ArraySlice<Unicode.Scalar>) -> Bool {
    let isOperator = expression.first.map("+#./;?&=,!@|".unicodeScalars.contains) ?? false
    let variables = expression.dropFirst(isOperator ? 1 : 0).split(separator: ",", omittingEmptySubsequences: false)
    return variables.allSatisfy { variable in
      if variable.last == "*" { return isVariable(variable.dropLast()) }
      guard let colon = variable.firstIndex(of: ":") else { return isVariable(variable) }
      let length = variable[(colon + 1)...]
      return isVariable(variable[..<colon]) && (1...4).contains(length.count) && length.first != "0"
        && length.allSatisfy(ScalarSet.digit.contains)
    }
  }

  private static func isVariable(_ name: ArraySlice<Unicode.Scalar>) -> Bool {
    name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      var rest = part
      while let scalar = rest.popFirst() {
        if scalar == "%" {
          guard rest.count >= 2, rest.prefix(2).allSatisfy(isHex) else { return false }
          rest = rest.dropFirst(2)
        } else if !ScalarSet.word.contains(scalar) {
          return false
        }
      }
      return !part.isEmpty
    }
  }

  private static func isHex(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && ByteSet.hexDigit.contains(UInt8(scalar.value))
  }
}
