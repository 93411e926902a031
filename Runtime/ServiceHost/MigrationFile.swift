import ServiceCore

extension FileContents {
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
  func start() async throws { try take(await FileContents.read(file).entries(of: file)) }

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
    var (seen, fault): (FileContents?, (any Error)?)
    while (try? await sleep(Self.period)) != nil {
      let now = await FileContents.read(file)
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
  private func replace(by version: FileContents) -> (any Error)? {
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
