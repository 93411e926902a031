import Glibc
import ServiceCore
import ServiceLoop

/// What a file has at one moment.
enum MigrationFile: Sendable, Equatable {
  case bytes([UInt8])
  case unreadable(String)

  /// The largest file, in bytes.
  private static let limit = 1 << 20

  /// Reads the file, on a thread that may wait for it.
  static func read(_ path: String) async -> MigrationFile { await BlockingPool.shared.run { contents(path) } }

  private static func contents(_ path: String) -> MigrationFile {
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

  /// The entries of the file.
  ///
  /// - Throws: ``ConfigurationError`` that says what is wrong with the file.
  func entries(of file: String) throws(ConfigurationError) -> [MigrationEntry] {
    switch self {
    case .bytes(let bytes): try MigrationEntry.read(bytes, from: file)
    case .unreadable(let reason): throw ConfigurationError("CHARTER_MIGRATION: \(file) \(reason)")
    }
  }
}

extension SystemMigration {
  /// How often the file is looked at, in milliseconds.
  private static let period = 1_000

  /// Takes the entries of the file.
  ///
  /// - Throws: ``ConfigurationError`` for a file that cannot be read, or is invalid.
  func start() async throws { try take(await MigrationFile.read(file).entries(of: file)) }

  /// Follows the file, and compares responses, until it is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.follow() }
      for await shadow in shadows { group.addTask(executorPreference: shadow.loop) { await self.finish(shadow) } }
    }
  }

  /// Takes each new version of the file that is valid. Of one that is not, the reason is logged once, and the entries
  /// before it stay.
  private func follow() async {
    var (seen, fault): (MigrationFile?, (any Error)?)
    while (try? await sleep(Self.period)) != nil {
      let now = await MigrationFile.read(file)
      if now != seen {
        fault = replace(by: now)
        seen = now
      } else if let reason = fault {
        // Only now: what was seen for a moment may have been half written.
        logger.log(.error, "the migration stays as it was: \(reason)", ["file": file])
        fault = nil
      }
    }
  }

  /// - Returns: what is wrong with the new version.
  private func replace(by version: MigrationFile) -> (any Error)? {
    do {
      let entries = try version.entries(of: file)
      guard entries != current.map(\.entry) else { return nil }
      try take(entries)
    } catch {
      return error
    }
    logger.log(.info, "the migration has changed", ["file": file, "paths": String(current.count)])
    return nil
  }
}
