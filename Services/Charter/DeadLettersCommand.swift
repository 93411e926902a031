import ContractValues
import ServiceEvents

/// `./charter events dead`: the messages that could not be handled, in the databases of their services.
struct DeadLettersCommand {
  private let action: String
  private let named: [String]
  private let service: String?
  private let printsJSON: Bool

  init(_ call: Command.Call, printsJSON: Bool) throws(UsageError) {
    let actions = ["list", "show", "redrive", "discard"]
    guard let action = call.operands.first, actions.contains(action) else {
      throw UsageError(description: "events dead needs an action: \(actions.joined(separator: ", "))")
    }
    self.action = action
    named = Array(call.operands.dropFirst())
    service = call.values["--service"]
    self.printsJSON = printsJSON
    if action != "list", named.isEmpty {
      throw UsageError(description: "\(action) needs a letter, such as inventory/17, which 'events dead list' shows")
    }
  }

  /// 0 done, 1 there is no such letter.
  func run(_ system: EventSystem) throws -> Int32 {
    let found = try letters(system)
    if action == "list" { return list(found) }
    var code: Int32 = 0
    for name in named {
      let chosen = found.filter { "\($0.service)/\($0.letter.id)" == name || $0.letter.consumer == name }
      if chosen.isEmpty {
        complain("error: there is no dead letter '\(name)'")
        code = 1
      }
      for entry in chosen { try apply(entry, system) }
    }
    return code
  }

  private typealias Entry = (service: String, letters: DeadLetters, letter: DeadLetter)

  /// All that a person may look at: the latest of each service.
  private func letters(_ system: EventSystem) throws -> [Entry] {
    try system.databases().filter { service == nil || $0.service == service }.flatMap { service, database in
      let letters = DeadLetters(of: database)
      return try system.wait { _ in try await letters.all() }.map { (service, letters, $0) }
    }
  }

  private func list(_ found: [Entry]) -> Int32 {
    let chosen = named.isEmpty ? found : found.filter { named.contains($0.letter.consumer) }
    if printsJSON {
      say(JSONValue.array(chosen.map { $0.letter.json($0.service) }).jsonText)
    } else {
      for entry in chosen { say(entry.letter.line(entry.service)) }
      if chosen.isEmpty { say("there is none") }
    }
    return 0
  }

  private func apply(_ entry: Entry, _ system: EventSystem) throws {
    let (service, letters, letter) = entry
    switch action {
    case "show": show(letter, service)
    case "redrive":
      guard try system.wait({ _ in try await letters.redrive(letter.id) }) else { return }
      say("\(service)/\(letter.id) is handled again")
    default:
      guard try system.wait({ _ in try await letters.discard(letter.id) }) else { return }
      say("\(service)/\(letter.id) is discarded")
    }
  }

  private func show(_ letter: DeadLetter, _ service: String) {
    if printsJSON { return say(letter.json(service).jsonText) }
    say(letter.line(service))
    let record = letter.record
    say("  topic   \(letter.address)\n  event   \(record.type) \(record.id) from \(record.source) at \(record.time)")
    if let key = record.key { say("  key     \(key)") }
    for header in record.headers { say("  header  \(header.name): \(header.value)") }
    say("  payload \(record.payload)")
  }
}

extension DeadLetters {
  /// All of them, page by page, the latest first.
  fileprivate func all() async throws -> [DeadLetter] {
    var result: [DeadLetter] = []
    while true {
      let page = try await list(before: result.last?.id, limit: 1_000)
      result += page
      if page.count < 1_000 { return result }
    }
  }
}
