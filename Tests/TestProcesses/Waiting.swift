/// A timeout in milliseconds that ends only a test that hangs: what is not about time must pass on a loaded machine.
public let hangGuard = 600_000

/// Waits for a condition, for as long as the test may take.
public func eventually(_ condition: () async throws -> Bool) async throws {
  while try await !condition() { try await Task.sleep(for: .milliseconds(2)) }
}
