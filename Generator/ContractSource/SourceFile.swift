import Glibc

/// One contract file, retained for the listings of diagnostics.
public final class SourceFile: Sendable {
  /// The path as diagnostics print it.
  public let path: String
  public let bytes: [UInt8]

  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// The text of a line, counted from 1, without its line break; empty beyond the last.
  public func line(_ number: Int) -> String {
    var start = 0
    for _ in 1..<max(1, number) {
      guard let end = index(of: UInt8(ascii: "\n"), from: start) else { return "" }
      start = end + 1
    }
    return text(start..<(index(of: UInt8(ascii: "\n"), from: start) ?? bytes.count))
  }

  /// Whether the file contains a text.
  public func mentions(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { wanted in
      guard let first = wanted.first else { return true }
      var start = 0
      while let found = index(of: first, from: start) {
        if bytes[found...].starts(with: wanted) { return true }
        start = found + 1
      }
      return false
    }
  }

  /// Uses memchr: contracts have millions of bytes, and a loop over each is slow in an unoptimised generator.
  private func index(of byte: UInt8, from start: Int) -> Int? {
    bytes.withUnsafeBytes { buffer in
      guard start < buffer.count, let base = buffer.baseAddress,
        let found = memchr(base + start, Int32(byte), buffer.count - start)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  private func text(_ range: Range<Int>) -> String {
    let line = String(decoding: bytes[range], as: UTF8.self)
    return line.hasSuffix("\r") ? String(line.dropLast()) : line
  }
}

/// A position in a contract, with lines and columns counted from 1.
public struct SourcePosition: Sendable {
  public let file: SourceFile
  public let line: Int
  public let column: Int

  public init(file: SourceFile, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// The maximum size of a contract file, in bytes.
public let contractSizeLimit = 32 * 1024 * 1024

/// The bytes of a file; nil when it cannot be read or is larger than `limit`.
public func readFile(_ path: String, limit: Int = contractSizeLimit) -> [UInt8]? {
  guard let file = fopen(path, "rb") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { return ferror(file) == 0 ? bytes : nil }
    bytes.append(contentsOf: chunk[..<count])
    if bytes.count > limit { return nil }
  }
}
