import Foundation
import TestMessages

/// What one client sends on a connection: a message of the corpus with a request behind it or hidden in it.
struct ChainCase: Sendable, CustomStringConvertible {
  /// What comes of it where nothing stands before the gateway.
  enum Fate: Sendable {
    /// One response, a refusal, and the end.
    case refused
    /// Two responses; the end has read this body.
    case sound(body: [UInt8])
    /// The request in its body is not read as one.
    case open
  }

  let description: String
  /// What is in each of its targets, and in those of no other case.
  let mark: String
  let text: String
  let fate: Fate
  /// The target that never arrives at the end.
  var hidden: String?

  var isHead: Bool { text.hasPrefix("HEAD ") }

  /// The mark in a target, or in an answer that names one; empty where there is none.
  static func mark(of text: String) -> String {
    text.firstMatch(of: #/[\/=](c[0-9]+)(?![^\/&])/#).map { String($0.1) } ?? ""
  }
}

/// Writes the corpus for an end, in paths by which the gateway passes requests on to it.
struct ChainCases {
  /// The first segment of paths that pass as they are; nil for operations of the contract `bench`.
  let prefix: String?
  /// The number of the first case.
  let first: Int

  private(set) var list: [ChainCase] = []

  init(_ prefix: String?, first: Int) {
    (self.prefix, self.first) = (prefix, first)
    let chunks = ["/echo", "/stream"].flatMap { path in
      Corpus.chunks.map { Message($0.name, chunked(path, $0.text), $0.statuses) }
    }
    let tables = [
      ("A1", Corpus.lengths), ("A2", Corpus.codings), ("A3", chunks), ("A4", Corpus.lines), ("A5", Corpus.targets),
    ]
    for (group, messages) in tables {
      for message in messages {
        add(group, message.name, .refused) { $0.written(message.text) + $0.behind }
        // Chunks in place of the malformed ones would all be the same.
        guard group == "A1" || group == "A2" else { continue }
        add(group, message.name + ", covered", .refused) { $0.covering(message.text) }
        add(group, message.name + ", in a chunk", .refused) { $0.inChunk(message.text) }
      }
    }
    for method in ["GET", "HEAD", "OPTIONS", "DELETE"] {
      for (index, message) in Corpus.hiding("").enumerated() {
        add("A6", "\(method) \(message.name)", .open, hides: true) { writer in
          writer.written(Corpus.hiding(writer.behind)[index].text.replacing("METHOD", with: method)) + writer.last
        }
      }
    }
    for trailer in Corpus.trailers {
      for path in ["/echo", "/stream"] {
        add("A7", trailer, .sound(body: Array("hello".utf8))) { writer in
          writer.written(chunked(path, "5\r\nhello\r\n0\r\n\(trailer)\r\n\r\n")) + writer.last
        }
      }
    }
    for message in Corpus.sound where Self.isForAll(message.text) {
      let body = message.answer.hasPrefix("got") ? "" : message.answer.drop { $0 != ":" }.dropFirst()
      add("sound", message.name, .sound(body: Array(body.utf8))) { $0.written(message.text) + $0.last }
    }
  }

  /// Whether every end can read it: long lines and many fields are beyond the limits of some, and a path in another
  /// spelling has no mark.
  private static func isForAll(_ text: String) -> Bool {
    text.utf8.count < 4_000 && text.split(separator: "\r\n").count < 90 && !text.contains("%67et")
  }

  private mutating func add(
    _ group: String, _ name: String, _ fate: ChainCase.Fate, hides: Bool = false, _ write: (Writer) -> String?
  ) {
    let writer = Writer(prefix: prefix, mark: "c\(first + list.count)")
    guard let text = write(writer) else { return }
    list.append(
      ChainCase(
        description: "\(group) \(prefix ?? "contract"): \(name)", mark: writer.mark, text: text, fate: fate,
        hidden: hides ? writer.target("smuggled") : nil))
  }

  /// Puts the mark of a case into its targets.
  private struct Writer {
    let prefix: String?
    let mark: String

    func target(_ name: String) -> String {
      guard let prefix else { return "/api/bench/greeting?case=\(mark)&\(name)" }
      return "/\(prefix)/\(mark)/\(name)"
    }

    /// The request that is behind a message, or hidden in its body.
    var behind: String { TestMessages.get(target("smuggled"), fields: "Connection: close\r\n") }
    /// The request that ends a connection.
    var last: String { TestMessages.get(target("last"), fields: "Connection: close\r\n") }

    /// A message of the corpus for this end.
    func written(_ text: String) -> String {
      if let prefix {
        return ["get", "echo", "stream", "none"].reduce(text) {
          $0.replacing("/\($1)", with: "/\(prefix)/\(mark)/\($1)")
        }
      }
      return [
        ("POST /stream", "PUT /api/bench/blobs?case=\(mark)"), ("/echo", "/api/bench/orders?case=\(mark)"),
        ("/get?", "/api/bench/greeting?case=\(mark)&"), ("/get", "/api/bench/greeting?case=\(mark)"),
        ("/none", "/api/none?case=\(mark)"),
      ].reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    /// The message with a body that ends early for a server that heeds its coding, and a length that counts what is
    /// then behind it; nil for one without either.
    func covering(_ text: String) -> String? {
      parts(text).flatMap { lines, body in
        let body = Self.hasCoding(lines) ? "0\r\n\r\n" : body
        return with(lines, length: (body + behind).unicodeScalars.count).map { $0 + body + behind }
      }
    }

    /// The message with a request in a chunk, and a length that counts no more than the chunk's size; nil for one
    /// without a coding.
    func inChunk(_ text: String) -> String? {
      parts(text).flatMap { lines, _ in
        guard Self.hasCoding(lines) else { return nil }
        let size = String(behind.utf8.count, radix: 16) + "\r\n"
        return with(lines, length: size.utf8.count).map { $0 + size + behind + "\r\n0\r\n\r\n" }
      }
    }

    private func parts(_ text: String) -> (lines: [String], body: String)? {
      let text = written(text)
      guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
      return (text[..<end.lowerBound].components(separatedBy: "\r\n"), String(text[end.upperBound...]))
    }

    /// The head with another length in the place of 5, or with one more field.
    private func with(_ lines: [String], length: Int) -> String? {
      var lines = lines
      if lines.contains(where: Self.isLength) {
        lines = lines.map { Self.isLength($0) ? $0.replacing("5", with: "\(length)") : $0 }
      } else if Self.hasCoding(lines) {
        lines.insert("Content-Length: \(length)", at: 1)
      } else {
        return nil
      }
      return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    private static func isLength(_ line: String) -> Bool { line.lowercased().contains("length") }

    private static func hasCoding(_ lines: [String]) -> Bool {
      lines.contains { $0.lowercased().contains("encoding") }
    }
  }
}
