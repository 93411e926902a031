import MultipartGolden
import ServiceCore
import StreamsGolden

/// Streamed bodies, read in one piece and byte by byte, and texts for parsers and patterns.
let streamCases: [Case] =
  bodies.flatMap { body -> [Case] in [readCase(body, ""), readCase(body, ", by bytes", piece: 1)] }
  + patterns.map { source in
    (
      "the pattern \(source)",
      { size in
        let pattern = Pattern(checked: source)
        let text = Inputs.repeated("ab1-", size)
        return { _ = pattern.matches(text) }
      }
    )
  }

private let patterns: [String] = [
  "^(a+)+$", "^([a-z]+[0-9]?)+!$", "(x?){20}y", "^(ab|a|b|1|-)*$", "[a-z]{3}[0-9]{2,5}$", "^.*b.*1.*z$",
]

private typealias Consume = @Sendable (ByteStream) async throws -> Void

private typealias Body = (name: String, make: @Sendable (Int) -> String, consume: Consume)

private let bodies: [Body] = [
  ("parts", { size in Inputs.repeated(part("words", "a"), size) + end }, parts),
  (
    "headers of parts",
    { size in
      "--b\r\n" + Inputs.numbered(size, "\r\n") { "x-\($0): a" } + "\r\n\r\na\r\n" + end
    }, parts
  ),
  ("the name of a part", { part(Inputs.repeated(Inputs.marks, $0), "a") + end }, parts),
  ("a part of partial delimiters", { part("title", Inputs.repeated("\r\n--", $0)) + end }, parts),
  ("a part of JSON", { part("owner", "{\"name\":[" + Inputs.repeated("{}", $0, ",") + "]}") + end }, parts),
  ("lines", { Inputs.repeated("{\"count\":1}\n", $0) }, lines),
  ("a long line", { "\"" + Inputs.repeated("a", $0) + "\"\n" }, lines),
  ("empty lines", { Inputs.repeated("\n", $0) }, lines),
  ("a sequence", { Inputs.repeated("\u{1E}{\"count\":1}\n", $0) }, sequence),
  ("an unfinished sequence", { "\u{1E}" + Inputs.repeated("[", $0) }, sequence),
  ("events", { Inputs.repeated("data: {\"count\":1}\n\n", $0) }, events),
  ("lines of an event", { Inputs.repeated("data: a\n", $0) + "\n" }, events),
  ("a field of marks", { Inputs.repeated(Inputs.marks, $0) + "\n\n" }, events),
]

private let end = "--b--\r\n"

private func part(_ name: String, _ text: String) -> String {
  "--b\r\ncontent-disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n"
}

private func readCase(_ body: Body, _ suffix: String, piece: Int = .max) -> Case {
  let (make, use) = (body.make, body.consume)
  let work: Work = { size in read(make(size), piece: piece, use) }
  return (body.name + suffix, work)
}

private func read(_ text: String, piece: Int, _ consume: @escaping Consume) -> () -> Void {
  let bytes = Array(text.utf8)
  let pieces =
    piece == .max
    ? [bytes] : stride(from: 0, to: bytes.count, by: piece).map { Array(bytes[$0..<min($0 + piece, bytes.count)]) }
  return {
    runSynchronously { try? await consume(ByteStream(encoding: ItemStream(pieces)) { $0 }) }
  }
}

private let parts: Consume = { bytes in
  let items = try MultipartBody.decode(
    bytes, AddAlbumBodyPart.self, contentType: "multipart/form-data; boundary=b"
  ) { RequestFault($0.problem) }
  for try await _ in items {}
}

private let lines: Consume = { bytes in
  for try await _ in ItemFormat.lines.decode(
    bytes, Tick.self, validate: { $0.validate(&$1) }, failure: { RequestFault($0.problem) })
  {}
}

private let sequence: Consume = { bytes in
  for try await _ in ItemFormat.sequence.decode(
    bytes, Tick.self, validate: { $0.validate(&$1) }, failure: { RequestFault($0.problem) })
  {}
}

private let events: Consume = { bytes in
  for try await _ in ItemStream(bytes, EventStreamParser(), decode: { $0 }) {}
}
