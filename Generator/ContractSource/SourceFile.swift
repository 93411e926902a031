import Glibc
import Synchronization

/// One contract file, retained for the listings of diagnostics.
public final class SourceFile: Sendable {
  /// The path as diagnostics print it.
  public let path: String
  public let bytes: [UInt8]
  /// Where lines begin, and the parts of long lines; found when the first listing needs it.
  private let checkpoints = Mutex<[Checkpoint]>([])

  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// The text of a line, counted from 1, without its line break; empty beyond the last.
  func line(_ number: Int) -> String {
    guard let start = offset(line: number, column: 1) else { return "" }
    return String(decoding: bytes[start..<lineEnd(from: start)], as: UTF8.self)
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

  /// Whether it has a line break that YAML or libyaml knows besides LF and CR LF: CR, NEL, LS or PS.
  var hasOtherBreaks: Bool {
    var start = 0
    while let found = index(of: UInt8(ascii: "\r"), from: start) {
      guard found + 1 < bytes.count, bytes[found + 1] == UInt8(ascii: "\n") else { return true }
      start = found + 1
    }
    return mentions("\u{85}") || mentions("\u{2028}") || mentions("\u{2029}")
  }

  /// Where each line begins, counted in characters.
  var lineStarts: [Int] {
    var (starts, count) = ([0], 0)
    for byte in bytes.dropFirst(byteOrderMarkEnd) where byte & 0xC0 != 0x80 {
      count += 1
      if byte == UInt8(ascii: "\n") { starts.append(count) }
    }
    return starts
  }

  /// The first line that begins with `<<<<<<<`: a merge that was not finished.
  var conflict: SourcePosition? {
    var (start, line) = (byteOrderMarkEnd, 1)
    while start < bytes.count {
      if bytes[start] == UInt8(ascii: "<"), bytes[start...].starts(with: "<<<<<<< ".utf8) {
        return SourcePosition(file: self, line: line, column: 1)
      }
      guard let end = index(of: UInt8(ascii: "\n"), from: start) else { return nil }
      (start, line) = (end + 1, line + 1)
    }
    return nil
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
}

// MARK: Offsets of positions

extension SourceFile {
  /// A position with its offset, from which the positions after it are counted.
  fileprivate struct Checkpoint {
    let line: Int
    /// The number of characters of the line before it.
    let column: Int
    let offset: Int
  }

  /// The most bytes between a position and the checkpoint before it.
  private static let checkpointDistance = 1_024

  /// The file in UTF-8, where it begins with the byte order mark of UTF-16.
  var asUTF8: SourceFile {
    let isLittle = bytes.starts(with: [0xFF, 0xFE])
    guard isLittle || bytes.starts(with: [0xFE, 0xFF]) else { return self }
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index -> UInt16 in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isLittle ? second << 8 | first : first << 8 | second
    }
    return SourceFile(path: path, bytes: Array(String(decoding: units, as: UTF16.self).utf8))
  }

  var byteOrderMarkEnd: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// The offset of a position, or of the end of its line where that is shorter; nil beyond the last line.
  func offset(line: Int, column: Int) -> Int? {
    let start = checkpoints.withLock { checkpoints in
      if checkpoints.isEmpty { checkpoints = allCheckpoints() }
      var (low, high) = (0, checkpoints.count)
      while low < high {
        let middle = (low + high) / 2
        let other = checkpoints[middle]
        if (other.line, other.column) < (line, column) { low = middle + 1 } else { high = middle }
      }
      return low == 0 ? nil : checkpoints[low - 1]
    }
    guard let start, start.line == line else { return nil }
    var (offset, rest) = (start.offset, column - 1 - start.column)
    while rest > 0, offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") {
      offset += 1
      while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      rest -= 1
    }
    return offset
  }

  private func allCheckpoints() -> [Checkpoint] {
    var all: [Checkpoint] = []
    var (start, line) = (byteOrderMarkEnd, 1)
    while true {
      let end = index(of: UInt8(ascii: "\n"), from: start) ?? bytes.count
      var (offset, column) = (start, 0)
      all.append(Checkpoint(line: line, column: 0, offset: start))
      while end - offset > Self.checkpointDistance {
        column += characters(offset..<offset + Self.checkpointDistance)
        offset += Self.checkpointDistance
        // A checkpoint is between two characters.
        while offset < end, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        all.append(Checkpoint(line: line, column: column, offset: offset))
      }
      guard end < bytes.count else { return all }
      (start, line) = (end + 1, line + 1)
    }
  }

  /// The number of characters that begin in a range.
  private func characters(_ range: Range<Int>) -> Int {
    bytes.withUnsafeBytes { bytes in
      var (offset, continuations) = (range.lowerBound, 0)
      while offset + 8 <= range.upperBound {
        let eight = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        continuations += (eight & ~(eight << 1) & 0x8080_8080_8080_8080).nonzeroBitCount
        offset += 8
      }
      while offset < range.upperBound {
        if bytes[offset] & 0xC0 == 0x80 { continuations += 1 }
        offset += 1
      }
      return range.count - continuations
    }
  }

  /// The end of the line of an offset, before its line break.
  private func lineEnd(from start: Int) -> Int {
    let end = index(of: UInt8(ascii: "\n"), from: start) ?? bytes.count
    return end > start && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
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
  var status = stat()
  if fstat(fileno(file), &status) == 0 { bytes.reserveCapacity(min(Int(status.st_size), limit)) }
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { return ferror(file) == 0 ? bytes : nil }
    bytes.append(contentsOf: chunk[..<count])
    if bytes.count > limit { return nil }
  }
}
