import ContractValues
import Foundation
import OrdersAPI
import ServiceCore
import TestProcesses
import Testing

extension EndToEnd {
  /// `charter events`, as an operator uses it beside a platform that runs.
  @Suite struct EventsTests {
    @Test func `events are listed, read, counted, replayed and published, and dead ones are repaired`() async throws {
      try await withPlatform { platform async throws in
        let product = try await platform.product(stock: 100)
        let order = try await platform.orders.placeOrder(.init(body: platform.draft(product, 3)), platform.call).get()
        let events = EventsTool(platform)
        let topics = try events.json("topics").array
        #expect(
          topics.map { $0["address"]?.text } == [
            "bench-ticks", "identity-mail", "inventory-low", "order-cancelled", "order-placed",
          ])
        #expect(topics.last?["consumers"] == ["notifications.noticeOrderPlaced", "webhooks.sendOrderPlaced"])
        try await expectHandled(order, events, platform)
        try expectRefusals(events)
        try await expectPublished(order, events, platform)
        try await expectRepaired(events, platform)
      }
    }

    /// As README.md says: stop, set EVENTS_URL, start. And back.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: Self.nats), "needs nats-server"))
    func `events move to another broker and back, and each has one effect`() async throws {
      let (data, port) = (try await Platform.preparedData(), try FreePorts.lasting())
      let store = NSTemporaryDirectory() + "nats-\(UUID())"
      let broker = try TestProcess([Self.nats, "-js", "-a", "127.0.0.1", "-p", "\(port)", "-sd", store])
      defer {
        broker.stop()
        removeData(store)
        removeData(data)
      }
      let moves = [[:], ["EVENTS_URL": "nats://127.0.0.1:\(port)"], [:]]
      for (index, environment) in moves.enumerated() {
        try await withPlatform(data: data, environment: environment) { platform async throws in
          let product = try await platform.product(stock: 100)
          for _ in 0..<5 {
            _ = try await platform.orders.placeOrder(.init(body: platform.draft(product, 1)), platform.call).get()
          }
          // The first one is stopped at once, whatever is on its way.
          guard index > 0 else { return }
          let wanted = 5 * (index + 1)
          #expect(try await eventually(within: 60) { try platform.notices("order-placed") == wanted })
          let events = EventsTool(platform, environment)
          let isHandled = { try events.json("lag").array.allSatisfy { $0["events"] == 0 } }
          #expect(try await eventually(within: 60, isHandled))
          #expect(try platform.notices("order-placed") == wanted)
          #expect(try events.values(events.tail("order-placed")).count >= wanted)
        }
      }
    }

    private static let nats = "/usr/sbin/nats-server"

    /// The event of an order is read, handled, and without a second effect when it is replayed.
    private func expectHandled(_ order: Order, _ events: EventsTool, _ platform: Platform) async throws {
      #expect(try await eventually(within: 60) { try platform.notices("order-placed") == 1 })
      let lines = try events.run("tail", "order-placed", "--from", "1h", "--no-follow", "--json")
      let event = try #require(try events.values(lines.output).first)
      #expect(event["data"]?["order_id"]?.text == order.id.description && event["specversion"] == "1.0")
      let read = try events.run("tail", "order-placed", "--from", "1h", "--no-follow")
      #expect(read.code == 0 && read.output.contains(order.id.description))
      let isHandled = {
        try events.json("lag").array.contains {
          $0["consumer"] == "notifications.noticeOrderPlaced" && $0["events"] == 0
        }
      }
      #expect(try await eventually(within: 60, isHandled))
      let replay = try events.run("replay", "notifications.noticeOrderPlaced", "--from", "1h")
      #expect(replay.code == 0, "\(replay.errors)")
      #expect(try await eventually(within: 60, isHandled))
      #expect(try platform.notices("order-placed") == 1)
    }

    /// What an operator gets wrong is named, with what would be right.
    private func expectRefusals(_ events: EventsTool) throws {
      let topic = try events.run("tail", "orders")
      #expect(topic.code == 2 && topic.errors.contains("inventory-low, order-cancelled, order-placed"))
      let consumer = try events.run("replay", "notifications", "--from", "1h")
      #expect(consumer.code == 2 && consumer.errors.contains("notifications.noticeOrderPlaced"))
      let time = try events.run("tail", "order-placed", "--from", "yesterday")
      #expect(time.code == 2 && time.errors.contains("2026-01-31T12:00:00Z"))
      let letter = try events.run("dead", "show", "notifications/4711")
      #expect(letter.code == 1 && letter.errors.contains("there is no dead letter 'notifications/4711'"))
      #expect(try events.run("dead", "bury").code == 2)
    }

    /// A payload that breaks the contract goes nowhere; one that keeps it is handled as any other.
    private func expectPublished(_ order: Order, _ events: EventsTool, _ platform: Platform) async throws {
      let file = NSTemporaryDirectory() + "event-\(UUID()).json"
      defer { try? FileManager.default.removeItem(atPath: file) }
      let payload = try #require(try events.values(events.tail("order-placed")).first?["data"])
      guard case .object(var fields) = payload else { throw EventsTool.Unreadable(text: "\(payload)") }
      fields["order_id"] = "1"
      try Data(JSONValue.object(fields).json).write(to: URL(filePath: file))
      let refused = try events.run("publish", "order-placed", file)
      #expect(refused.code == 1 && (refused.output + refused.errors).contains("/order_id"), "\(refused.errors)")
      fields["order_id"] = .string(Uuid.v7(at: Clock.system.now()).description)
      try Data(JSONValue.object(fields).json).write(to: URL(filePath: file))
      let published = try events.json("publish", "order-placed", file)
      #expect(published["id"]?.text?.isEmpty == false)
      #expect(try await eventually(within: 60) { try platform.notices("order-placed") == 2 })
      let types = try events.values(events.tail("order-placed")).map { $0["source"]?.text }
      #expect(types.count == 2 && types.last == "/charter/events")
    }

    /// An event that cannot be handled becomes a dead letter, and is handled once what was in its way is gone.
    private func expectRepaired(_ events: EventsTool, _ platform: Platform) async throws {
      _ = try platform.psql("notifications", "ALTER TABLE notices RENAME TO notices_away")
      let product = try await platform.product(stock: 100)
      for _ in 0..<2 {
        _ = try await platform.orders.placeOrder(.init(body: platform.draft(product, 1)), platform.call).get()
      }
      let letters = { try events.json("dead", "list", "notifications.noticeOrderPlaced").array }
      #expect(try await eventually(within: 120) { try letters().count == 2 })
      _ = try platform.psql("notifications", "ALTER TABLE notices_away RENAME TO notices")
      let names = try letters().compactMap { $0["letter"]?.text }
      try #require(names.count == 2)
      let shown = try events.run("dead", "show", names[0])
      #expect(shown.code == 0 && shown.output.contains("order-placed") && shown.output.contains("after 5 attempts"))
      #expect(try events.run("dead", "redrive", names[0]).code == 0)
      #expect(try await eventually(within: 60) { try platform.notices("order-placed") == 3 })
      #expect(try events.run("dead", "discard", names[1]).code == 0)
      #expect(try letters().isEmpty)
      #expect(try platform.notices("order-placed") == 3)
    }
  }
}

/// The command against a platform's data folder.
private struct EventsTool {
  private let program: String
  private let environment: [String: String]

  struct Unreadable: Error { let text: String }

  init(_ platform: Platform, _ settings: [String: String] = [:]) {
    let given = ProcessInfo.processInfo.environment
    program = (given["CHARTER_TEST_PROGRAMS"] ?? "") + "/charter"
    environment = given.merging(settings) { $1 }.merging(["CHARTER_DATA": platform.data]) { $1 }
  }

  func run(_ arguments: String...) throws -> (code: Int32, output: String, errors: String) { try run(arguments) }

  private func run(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
    try TestProcess.run([program, "events"] + arguments, environment: environment)
  }

  /// What it prints with `--json`.
  func json(_ arguments: String...) throws -> JSONValue {
    let ended = try run(arguments + ["--json"])
    guard ended.code == 0, let value = try values(ended.output).first else {
      throw Unreadable(text: ended.output + ended.errors)
    }
    return value
  }

  func tail(_ topic: String) throws -> String {
    try run("tail", topic, "--from", "1h", "--no-follow", "--json").output
  }

  /// A JSON value for each line.
  func values(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "\n").map { line in
      var reader = JSONReader(Array(line.utf8))
      guard let value = try JSONValue.decode(&reader) else { throw Unreadable(text: String(line)) }
      return value
    }
  }
}

extension JSONValue {
  fileprivate var array: [JSONValue] { if case .array(let items) = self { items } else { [] } }
}

extension Platform {
  /// How many notices of a kind there are.
  fileprivate func notices(_ kind: String) throws -> Int? {
    Int(try psql("notifications", "SELECT count(*) FROM notices WHERE kind = '\(kind)'"))
  }
}
