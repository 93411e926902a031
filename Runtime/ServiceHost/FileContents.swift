import Glibc
import ServiceCore
import ServiceLoop

/// What a file has at one moment.
enum FileContents: Sendable, Equatable {
  case bytes([UInt8])
  case unreadable(String)

  /// The largest file, in bytes.
  private static let limit = 1 << 20

  /// Reads the file, on a thread that may wait for it.
  static func read(_ path: String) async -> FileContents { await BlockingPool.shared.run { contents(path) } }

  /// The same, for a small file that is waited for.
  static func contents(_ path: String) -> FileContents {
    // A pipe is opened without waiting for its other end, and refused.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .unreadable("cannot be opened: \(reason)") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return .unreadable("is not a regular file")
    }
    var (bytes, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 65_536))
    while bytes.count <= limit {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { return .unreadable("cannot be read: \(reason)") }
      if count == 0 { return .bytes(bytes) }
      bytes += buffer[..<count]
    }
    return .unreadable("is larger than \(limit) bytes")
  }

  private static var reason: String { String(cString: strerror(errno)) }
}
