import Glibc
import ServiceCore
import ServiceLoop
import Synchronization

/// A log file with one line of JSON per request.
///
/// Each loop buffers its lines (``AccessLogBuffer``) and writes them in batches, at most a quarter of a second after the
/// response; a call outside of the loops is written at once. A file that has grown to 64 MiB is renamed to `<path>.1` and
/// a new one is started. When a write fails, such as on a full disk, the lines are dropped and counted: logging never
/// delays a request.
public final class AccessLog: Sendable {
  private let path: String
  private let state: Mutex<State>
  private static let sizeLimit = 64 << 20

  private struct State {
    var descriptor: Int32
    var size: Int
    var dropped = 0
  }

  /// - Throws: ``SystemError`` when the file cannot be opened for writing.
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

  /// The logged form of a path that matches no operation: its first two segments, where these are plain words.
  /// Everything else is replaced by `*`, since a client may have put personal data such as a name or an e-mail address
  /// into the path.
  static func path(_ path: String) -> String {
    let segments = path.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 3, omittingEmptySubsequences: false)
    guard segments.first?.isEmpty == true else { return path == "*" || path == "-" ? path : "?" }
    let shown = segments.dropFirst().prefix(2).map { isWord($0) ? String(Substring($0)) : "*" }
    return "/" + (shown + (segments.count > 3 ? ["*"] : [])).joined(separator: "/")
  }

  /// At most 40 letters, hyphens, dots and underscores, with at most four digits.
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

  /// Writes complete lines.
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
