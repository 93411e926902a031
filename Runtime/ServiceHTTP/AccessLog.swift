import Glibc
import ServiceCore
import ServiceLoop
import Synchronization

/// A file with a line of JSON for each request that was answered.
///
/// Lines are gathered on each loop and written together, at the latest a quarter of a second after the answer. A file
/// that has grown to 64 MiB is kept as `<path>.1` and begun anew. Where the disk takes nothing more, lines are dropped
/// and counted: a log never holds up a request.
public final class AccessLog: Sendable {
  private let path: String
  private let state: Mutex<State>
  private static let sizeLimit = 64 << 20

  private struct State {
    var descriptor: Int32
    var size: Int
    var dropped = 0
  }

  /// - Throws: ``SystemError`` when the file cannot be written.
  public init(path: String) throws {
    self.path = path
    let (descriptor, size) = try Self.open(path)
    state = Mutex(State(descriptor: descriptor, size: size))
  }

  deinit { state.withLock { _ = close($0.descriptor) } }

  private static func open(_ path: String) throws -> (Int32, Int) {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw SystemError("the access log \(path)") }
    return (descriptor, max(0, lseek(descriptor, 0, SEEK_END)))
  }

  /// How many writes were dropped.
  public var dropped: Int { state.withLock(\.dropped) }

  /// What a line says of a path for which there is no operation: its first two segments, as far as they are words. What a
  /// client puts into a path, such as a name or an address of e-mail, is its own.
  static func path(_ path: String) -> String {
    let segments = path.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 3, omittingEmptySubsequences: false)
    guard segments.first?.isEmpty == true else { return path == "*" || path == "-" ? path : "?" }
    let shown = segments.dropFirst().prefix(2).map { isWord($0) ? String(Substring($0)) : "*" }
    return "/" + (shown + (segments.count > 3 ? ["*"] : [])).joined(separator: "/")
  }

  /// Letters, hyphens, dots and underscores, and few digits.
  private static func isWord(_ segment: Substring.UTF8View) -> Bool {
    guard segment.count <= 40 else { return false }
    var digits = 0
    for byte in segment {
      switch byte {
      case 48...57: digits += 1
      case 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): break
      default: return false
      }
    }
    return digits <= 4
  }

  /// Writes whole lines.
  func write(_ lines: [UInt8]) {
    state.withLock { state in
      if state.size > Self.sizeLimit, rename(path, path + ".1") == 0, let (descriptor, size) = try? Self.open(path) {
        close(state.descriptor)
        (state.descriptor, state.size) = (descriptor, size)
      }
      let count = lines.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
      if count == lines.count { state.size += count } else { state.dropped += 1 }
    }
  }
}
