/// Limits how many calls a service works on at once. A call that waits for another party holds no slot.
public protocol Admission: AnyObject, Sendable {
  /// Takes a free slot, without waiting. Most calls find one.
  func enterNow() -> Slot?
  /// Waits for a slot; nil when none becomes free in time. A call that has entered must ``leave(_:)``.
  func enter() async -> Slot?
  /// Ends a call; false where that must wait, as from another thread.
  func leaveNow(_ slot: Slot) -> Bool
  /// Ends a call.
  func leave(_ slot: Slot) async
  /// Releases the slot until ``resume(_:)``. A call with several waiting parts pauses several times.
  func pause(_ slot: Slot) async
  /// Takes a slot again, with priority over calls that have not begun. It is never refused: a call without time left
  /// continues without a slot.
  func resume(_ slot: Slot) async
}

extension Admission {
  public func enterNow() -> Slot? { nil }
  public func leaveNow(_ slot: Slot) -> Bool { false }
}

/// A call's entry in an ``Admission``.
public struct Slot: Sendable {
  /// The index of the loop that it was taken on.
  public let loop: UInt32
  /// The index among that loop's entries, which later calls reuse.
  public let index: UInt32
  /// Distinguishes the call from others that used the same entry.
  public let number: UInt32

  public init(loop: Int, index: Int, number: UInt32) {
    self.loop = UInt32(truncatingIfNeeded: loop)
    self.index = UInt32(truncatingIfNeeded: index)
    self.number = number
  }
}

extension Call {
  /// Runs `body`, which waits for another party, without a slot: other calls run meanwhile.
  ///
  /// A generated client does so by itself. Use it around other long waits that are not the service's own work.
  public func waiting<Value>(_ body: () async throws -> Value) async rethrows -> Value {
    guard let slot, let admission else { return try await body() }
    await admission.pause(slot)
    do {
      let value = try await body()
      await admission.resume(slot)
      return value
    } catch {
      await admission.resume(slot)
      throw error
    }
  }

  /// A body whose chunks are awaited without a slot.
  func waiting(for stream: ByteStream) -> ByteStream {
    guard slot != nil else { return stream }
    return stream.wrapped { next in { try await self.waiting(next) } }
  }
  /// The same request with such a body: a slow sender must not block other calls.
  package func waitingForBody(of routed: RoutedRequest) -> RoutedRequest {
    var request = routed.request
    request.stream = request.stream.map(waiting(for:))
    return RoutedRequest(request: request, pathValues: routed.pathValues)
  }
}
