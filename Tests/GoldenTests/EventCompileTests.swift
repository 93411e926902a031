import Foundation
import Testing

/// What the compiler holds a service to: each of these handlers breaks the contract of the case `events`, and does not
/// compile.
@Suite struct EventCompileTests {
  /// The errors of the compiler for a service's handlers.
  private func errors(_ handlers: String) throws -> [String] {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let file = sandbox.folder.appending(path: "Handlers.swift")
    try ("import ServiceCore\n" + handlers).write(to: file, atomically: true, encoding: .utf8)
    let api = GoldenTests.folder.appending(path: "events/expected.swift").path
    let run = try sandbox.run(
      "swiftc", ["-swift-version", "6", "-typecheck", "-I", try Sandbox.modules(), api, file.path])
    let lines = run.errors.split(separator: "\n").filter { $0.contains("error: ") }
    #expect((run.code == 0) == lines.isEmpty, "\(run.errors)")
    return lines.map { String($0.split(separator: "error: ", maxSplits: 1)[1]) }
  }

  private func placing(_ body: String, returns type: String = "Committed<PlaceOrder.Effect>") -> String {
    """
    struct Orders: PetsHandlers {
      func placeOrder(_ input: PlaceOrder.Input, _ call: Call) async throws -> \(type) {
        \(body)
      }
      func cancelOrder(_ input: CancelOrder.Input, _ call: Call) async throws -> Committed<CancelOrder.Effect> {
        try await call.committing { _ in CancelOrder.Effect(.noContent) }
      }
      func readOrder(_ input: ReadOrder.Input, _ call: Call) async throws -> ReadOrder.Output { throw NotImplemented() }
    }

    """
  }

  private func committing(_ effect: String) -> String { "try await call.committing { _ in \(effect) }" }

  @Test func `a handler that emits what its contract declares compiles`() throws {
    let effect = "PlaceOrder.Effect(.created(input.body), orderPlaced: .init(input.body)"
    #expect(try errors(placing(committing(effect + ")"))) == [])
    let noted = ", orderLog: [.init(.orderNoted(.init(\"new\")), region: .usEast)])"
    #expect(try errors(placing(committing(effect + noted))) == [])
  }

  @Test func `an event that the operation does not declare is no argument`() throws {
    let body = "CancelOrder.Effect(.noContent, orderPlaced: .init(Order(id: 1, email: \"a@b.c\")))"
    let handler = placing(committing("PlaceOrder.Effect(.created(input.body), orderPlaced: .init(input.body))"))
      .replacing("CancelOrder.Effect(.noContent)", with: body)
    #expect(try errors(handler) == ["extra argument 'orderPlaced' in call"])
  }

  @Test func `a mandatory event cannot be left out, and is one`() throws {
    let missing = committing("PlaceOrder.Effect(.created(input.body))")
    #expect(try errors(placing(missing)) == ["missing argument for parameter 'orderPlaced' in call"])
    let none = try errors(placing(committing("PlaceOrder.Effect(.created(input.body), orderPlaced: nil)")))
    #expect(none == ["'nil' is not compatible with expected argument type 'Event<OrderPlacedMessage>'"], "\(none)")
  }

  @Test func `a response without its transaction, or without its events, is none`() throws {
    let plain = try errors(placing("return .created(input.body)"))
    #expect(plain.count == 1 && plain[0].contains("'Committed<PlaceOrder.Effect>' has no member 'created'"), "\(plain)")
    let effect = "PlaceOrder.Effect(.created(input.body), orderPlaced: .init(input.body))"
    let uncommitted = try errors(placing("return Committed(\(effect))"))
    #expect(
      uncommitted.count == 1 && uncommitted[0].contains("'Committed<Value>' initializer is inaccessible"),
      "\(uncommitted)")
    let output = try errors(
      placing(committing("PlaceOrder.Output.created(input.body)"), returns: "Committed<PlaceOrder.Output>"))
    #expect(output == ["type 'Orders' does not conform to protocol 'PetsHandlers'"], "\(output)")
  }

  @Test func `the events of another operation are not this one's`() throws {
    let other = try errors(placing(committing("CancelOrder.Effect(.noContent)")))
    #expect(other.count == 1 && other[0].contains("CancelOrder.Effect"), "\(other)")
  }

  @Test func `a service that forgets the handler of an event is no receiver`() throws {
    let handlers = """
      struct Orders: PetsReceivers {
        func onOrderPlaced(_ events: [OnOrderPlaced.Incoming], _ call: Call) async throws -> Committed<Void> {
          try await call.committing { _ in }
        }
        func onOrderLog(_ event: OnOrderLog.Incoming, _ call: Call) async throws -> Committed<OnOrderLog.Effect> {
          try await call.committing { _ in OnOrderLog.Effect() }
        }
      """
    let missing = try errors(handlers + "\n}\n")
    #expect(missing == ["type 'Orders' does not conform to protocol 'PetsReceivers'"], "\(missing)")
    let whole = """

        func quotePrice(_ event: QuotePrice.Incoming, _ call: Call) async throws -> Committed<QuotePrice.Effect> {
          try await call.committing { _ in
            QuotePrice.Effect(reply: [.init(.missing(.init(Missing(reason: "unknown"))), address: "replies")])
          }
        }
      }

      """
    #expect(try errors(handlers + whole) == [])
  }
}
