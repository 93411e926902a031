import ContractValues
import ServiceCore
import ServiceHTTP

/// Has libFuzzer try inputs of its own making (`./charter test --chaos`). The first byte of one says what reads the rest.
///
/// It looks for traps, for memory that is not one's own, and for inputs that take too long. Beside that, a message read
/// in pieces must be what it is when read at once, and a value written must be read as itself.
@main enum Fuzz {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    _ = runFuzzer(&count, &arguments, attempt)
  }
}

/// libFuzzer's own loop, which the sanitizer links in; no header declares it.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ attempt: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@_cdecl("LLVMFuzzerTestOneInput")
public func attempt(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 1 else { return 0 }
  // The buffer is libFuzzer's own again after the call.
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  let rest = Array(input[1...])
  switch input[0] % 6 {
  case 0: message(rest, .request)
  case 1: message(rest, .response)
  case 2: json(rest)
  case 3: pattern(rest)
  case 4: for format in Format.allCases { _ = format.matches(String(decoding: rest, as: UTF8.self)) }
  default: texts(rest)
  }
  return 0
}

private func require(_ holds: Bool, _ claim: StaticString) { precondition(holds, "\(claim)") }

/// What a message is, in one line for each event; the parts of a body are one.
private func events(_ pieces: [ArraySlice<UInt8>], _ role: MessageParser.Role) -> [String] {
  var parser = MessageParser(role)
  var seen: [String] = []
  var body: [UInt8] = []
  do {
    for piece in pieces {
      parser.append(piece)
      reading: while true {
        switch try parser.next() {
        case .needMore: break reading
        case .head(let head): seen.append("\(head)")
        case .part(let part): body += part
        case .end:
          seen.append("body \(body)")
          body = []
        }
      }
    }
    try parser.close()
    seen.append("closed after \(body)")
  } catch {
    seen.append("fault \(error)")
  }
  return seen
}

private func message(_ bytes: [UInt8], _ role: MessageParser.Role) {
  let whole = events([bytes[...]], role)
  let single = events(bytes.indices.map { bytes[$0...$0] }, role)
  let middle = bytes.count / 2
  require(whole == single, "a message is the same byte by byte")
  require(whole == events([bytes[..<middle], bytes[middle...]], role), "a message is the same in halves")
}

private func json(_ bytes: [UInt8]) {
  func written(_ bytes: [UInt8]) -> [UInt8]? {
    var reader = JSONReader(bytes)
    guard let value = try? JSONValue.decode(&reader), (try? reader.finish()) != nil, reader.violations.isEmpty else {
      return nil
    }
    var writer = JSONWriter()
    value.encode(&writer)
    return writer.bytes
  }
  guard let once = written(bytes) else { return }
  require(written(once) == once, "what is written is read as itself")
}

/// The bytes up to the first line feed are a pattern, those behind it what it is held against.
private func pattern(_ bytes: [UInt8]) {
  let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
  guard parts.count == 2, let pattern = try? Pattern(String(decoding: parts[0], as: UTF8.self)) else { return }
  _ = pattern.matches(String(decoding: parts[1], as: UTF8.self))
}

private func texts(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let number = ExactDecimal(text) {
    require(ExactDecimal(number.description) == number, "a decimal is what it says it is")
  }
  if let time = Timestamp(text) { require(Timestamp(time.description) == time, "a time is what it says it is") }
  if let decoded = PercentCoding.decode(text[...]) {
    require(PercentCoding.decode(PercentCoding.encode(decoded)[...]) == decoded, "what is encoded is decoded as itself")
  }
}
