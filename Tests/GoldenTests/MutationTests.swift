import ContractModel
import ContractSource
import ContractValues
import Foundation
import Testing

/// Contracts whose nodes were deleted, doubled, swapped, given another type or another reference: each is taken and
/// compiles, or is refused with its place. Nothing crashes the generator or keeps it busy.
@Suite struct MutationTests {
  @Test(arguments: [
    "bodies", "multipart", "streams", "security", "webhooks", "openapi-3-2", "openapi-3-0", "parameters", "responses",
    "pets", "composition", "failures",
  ])
  func `a contract that was changed is taken and compiles, or is refused with its place`(_ name: String) throws {
    let root = GoldenTests.folder.appending(path: name)
    let reader = SourceReader(root: root.path, diagnostics: Diagnostics(), display: { $0 })
    let original = try #require(reader.document(at: "contract.yaml")?.json)
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    var mutation = Mutation(
      random: SplitMix(name.utf8.reduce(2_026) { $0 &* 31 &+ UInt64($1) }), donor: original)
    var compiled = 0
    for number in 0..<60 {
      let changed = mutation.changed(original)
      let path = sandbox.folder.appending(path: "c.json")
      try Data(changed.json).write(to: path)
      let run = try sandbox.run([path.path])
      #expect(run.code == 0 || run.code == 1, "\(name), change \(number): ended with \(run.code)")
      let heads = run.errors.split(separator: "\n").filter { !$0.hasPrefix(" ") }
      for head in heads where head.wholeMatch(of: #/\S+:\d+:\d+: (error|warning): .* \[C\d\d\d\]/#) == nil {
        Issue.record("\(name), change \(number): \(head)")
      }
      #expect(run.code == 0 || heads.contains { $0.contains(": error: ") }, "\(name), change \(number)")
      // What is taken at all is mostly taken as it was.
      if run.code == 0, compiled < 6, changed != original {
        compiled += 1
        try sandbox.expectSound(run.output)
      }
    }
    #expect(compiled > 0)
  }
}

/// Changes a tree at random, and the same way each time.
struct Mutation {

  var random: SplitMix
  /// What pieces are taken from.
  let donor: JSONValue

  private static let words = [
    "", "$ref", "type", "get", "200", "default", "application/json", "{id}", "/", "\0", "\"", "init",
    "multipart/form-data",
    "text/event-stream", "form", "query", "*/*", "#/components/schemas/None", "#", "other.yaml", "security", "in",
    "headers", "links", "callbacks", "servers", "encoding", "itemSchema", "requestBody", "responses", "readOnly",
  ]

  mutating func changed(_ tree: JSONValue) -> JSONValue {
    var tree = tree
    for _ in 0...random.below(2) {
      let path = place(in: tree)
      let value = tree[path[...]] ?? .null
      let donated = donor[place(in: donor)[...]] ?? .null
      switch random.below(7) {
      case 0: tree.set(path[...], nil)
      case 1: tree.set(path[...], donated)
      case 2:
        let other = place(in: tree)
        let taken = tree[other[...]]
        tree.set(other[...], value)
        tree.set(path[...], taken)
      case 3: tree.set(path[...], simple())
      case 4: tree.set((path.dropLast() + [.key(Self.words[random.below(Self.words.count)])])[...], donated)
      case 5: tree.set((path.dropLast() + [.key(Self.words[random.below(Self.words.count)])])[...], value)
      default: tree.set((path + [.key("$ref")])[...], .string(Self.words[random.below(Self.words.count)]))
      }
    }
    return tree
  }

  private mutating func simple() -> JSONValue {
    let values: [JSONValue] = [
      .null, true, false, 0, -1, "", [], [:], [.null], ["a": .null],
      .string(Self.words[random.below(Self.words.count)]),
    ]
    return values[random.below(values.count)]
  }

  /// A way down the tree, to any depth.
  private mutating func place(in tree: JSONValue) -> [JSONStep] {
    var path: [JSONStep] = []
    var value = tree
    while random.below(6) > 0 || path.isEmpty {
      switch value {
      case .object(let members) where !members.isEmpty:
        let member = members[random.below(members.count)]
        path.append(.key(member.key))
        value = member.value
      case .array(let items) where !items.isEmpty:
        let index = random.below(items.count)
        path.append(.index(index))
        value = items[index]
      default: return path
      }
    }
    return path
  }
}

enum JSONStep {
  case key(String)
  case index(Int)
}

extension JSONValue {
  fileprivate subscript(_ path: ArraySlice<JSONStep>) -> JSONValue? {
    guard let first = path.first else { return self }
    switch (self, first) {
    case (.object(let members), .key(let key)): return members[key]?[path.dropFirst()]
    case (.array(let items), .index(let index)) where items.indices.contains(index):
      return items[index][path.dropFirst()]
    default: return nil
    }
  }

  /// Puts a value at the end of a path, or takes what is there away; where the path leads nowhere nothing happens.
  fileprivate mutating func set(_ path: ArraySlice<JSONStep>, _ value: JSONValue?) {
    guard let first = path.first else { return }
    let rest = path.dropFirst()
    switch (self, first) {
    case (.object(var members), .key(let key)):
      if rest.isEmpty { members[key] = value } else { members[key]?.set(rest, value) }
      self = .object(members)
    case (.array(var items), .index(let index)) where items.indices.contains(index):
      if !rest.isEmpty {
        items[index].set(rest, value)
      } else if let value {
        items[index] = value
      } else {
        items.remove(at: index)
      }
      self = .array(items)
    default: break
    }
  }
}
