import ContractModel
import ContractSource
import ContractValues
import Foundation
import Testing

/// Bombs, circles and documents that were changed at random: each is taken, or refused with its place, in linear time.
@Suite struct EventRobustnessTests {
  private static let head = "asyncapi: 3.0.0\ninfo: { title: T, version: '1' }\n"

  private static func lines(_ count: Int, _ indent: Int = 2, _ line: (Int) -> String) -> String {
    (0..<count).map { String(repeating: " ", count: indent) + line($0) + "\n" }.joined()
  }

  static let bombs: [(name: String, text: @Sendable () -> String, code: String?)] = [
    (
      "5,000 operations with misspelt names among 5,000",
      {
        head + "channels:\n" + lines(5_000) { "channel\($0): {}" } + "operations:\n"
          + lines(5_000) {
            "o\($0): { action: receive, channel: { $ref: '#/channels/chanel\($0)' }, x-dead-letter: chanel\($0) }"
          }
      }, "C030"
    ),
    ("an unknown version", { "asyncapi: 4.0.0\ninfo: { title: T, version: '1' }\n" }, "C020"),
    (
      "5,000 operations of a channel of 5,000 messages",
      {
        head + "channels:\n  a:\n    address: a\n    messages:\n" + lines(5_000, 6) { "m\($0): {}" } + "operations:\n"
          + lines(5_000) { "o\($0): { action: send, channel: { $ref: '#/channels/a' } }" }
      }, "C003"
    ),
    (
      "2,000 operations that are one, of 2,000 messages",
      {
        head + "channels:\n  a:\n    address: a\n    messages:\n" + lines(2_000, 6) { "m\($0): {}" }
          + "operations:\n" + lines(2_000) { "o\($0): { $ref: '#/components/operations/o' }" }
          + "components:\n  operations:\n    o:\n      action: send\n      channel: { $ref: '#/channels/a' }\n      messages:\n"
          + lines(2_000, 8) { "- { $ref: '#/channels/a/messages/m\($0)' }" }
      }, "C003"
    ),
    (
      "5,000 messages with one trait of 5,000 headers",
      {
        head + "components:\n  messages:\n"
          + lines(5_000, 4) {
            "m\($0): { traits: [{ $ref: '#/components/messageTraits/t' }], headers: { type: object, properties: { own: {} } } }"
          } + "  messageTraits:\n    t:\n      headers:\n        type: object\n        properties:\n"
          + lines(5_000, 10) { "h\($0): { type: string }" }
      }, "C003"
    ),
    (
      "5,000 channels with a parameter of 10,000 choices",
      {
        head + "channels:\n"
          + lines(5_000) { "c\($0): { address: 'c{p}', parameters: { p: { $ref: '#/components/parameters/p' } } }" }
          + "components:\n  parameters:\n    p:\n      enum:\n" + lines(10_000, 8) { "- v\($0)" }
      }, "C003"
    ),
    (
      "5,000 channels with bindings of 5,000 members",
      {
        head + "channels:\n" + lines(5_000) { "c\($0): { bindings: { $ref: '#/components/channelBindings/b' } }" }
          + "components:\n  channelBindings:\n    b:\n" + lines(5_000, 6) { "x-\($0): 1" }
      }, nil
    ),
    (
      "a chain of 1,000 references between messages",
      {
        head + "components:\n  messages:\n"
          + lines(1_000, 4) { "m\($0): { $ref: '#/components/messages/m\($0 + 1)' }" } + "    m1000: {}\n"
      }, "C030"
    ),
    (
      "pointers through references that double at each step",
      {
        head + "channels: { a: { messages: { m: { $ref: '#/components/messages/m40/x' } } } }\n"
          + "components:\n  messages:\n    m0: { x: {}, y: {} }\n"
          + lines(40, 4) {
            "m\($0 + 1): { $ref: '#/components/messages/n\($0 + 1)' }\n    n\($0 + 1): "
              + "{ x: { $ref: '#/components/messages/m\($0)/y' }, y: { $ref: '#/components/messages/m\($0)/x' } }"
          }
      }, "C012"
    ),
    (
      "pointers through references in a circle",
      {
        head + "channels: { a: { $ref: '#/channels/b/x' }, b: { $ref: '#/channels/a/x' } }\n"
          + "operations: { o: { action: send, channel: { $ref: '#/channels/a/x' } } }\n"
      }, "C030"
    ),
    (
      "an ordering key through schemas that contain themselves",
      {
        head + "channels: { a: { x-ordering-key: \(String(repeating: "/a", count: 20_000)), "
          + "messages: { m: { payload: { $ref: '#/components/schemas/S' } } } } }\n"
          + "components: { schemas: { S: { type: object, required: [a], properties: { a: { $ref: '#/components/schemas/S' } } } } }\n"
      }, "C041"
    ),
    (
      "5,000 channels of AsyncAPI 2 that are one, of 2,000 messages",
      {
        "asyncapi: 2.6.0\ninfo: { title: T, version: '1' }\nchannels:\n"
          + lines(5_000) { "c\($0): { $ref: '#/components/channels/c' }" }
          + "components:\n  channels:\n    c:\n      publish:\n        message:\n          oneOf:\n"
          + lines(2_000, 12) { "- { messageId: m\($0) }" }
      }, "C003"
    ),
  ]

  private static func check(_ text: String, _ sandbox: Sandbox) throws -> (code: Int32, output: String, errors: String)
  {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let path = sandbox.folder.appending(path: "c.yaml").path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return try sandbox.run(
      "prlimit", ["--as=4294967296", "timeout", "60", programs + "/contractgen", "check", path])
  }

  @Test(arguments: EventRobustnessTests.bombs.map(\.name))
  func `a bomb is refused with its place, or taken`(_ name: String) throws {
    let bomb = try #require(Self.bombs.first { $0.name == name })
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let run = try Self.check(bomb.text(), sandbox)
    #expect(run.code == (bomb.code == nil ? 0 : 1), "\(run.errors.prefix(400))")
    if let code = bomb.code { #expect(run.errors.contains("[\(code)]"), "\(run.errors.prefix(400))") }
  }

  private static let original = """
    asyncapi: 3.0.0
    info: { title: T, version: '1', tags: [{ name: t }] }
    servers: { main: { host: '{h}', protocol: kafka, variables: { h: { default: x } }, security: [{ type: plain }] } }
    channels:
      a:
        address: a/{id}
        x-ordering-key: /id
        servers: [{ $ref: '#/servers/main' }]
        parameters: { id: { $ref: '#/components/parameters/id' } }
        bindings: { kafka: { partitions: 3 }, mqtt: { a: 1 } }
        messages: { m: { $ref: '#/components/messages/m' }, n: { payload: { $ref: '#/components/schemas/P' } } }
      b: { address: b, messages: { m: { $ref: '#/components/messages/m' } } }
    operations:
      on:
        action: receive
        channel: { $ref: '#/channels/a' }
        messages: [{ $ref: '#/channels/a/messages/m' }]
        reply: { channel: { $ref: '#/channels/b' }, address: { location: $message.header#/r } }
        traits: [{ $ref: '#/components/operationTraits/t' }]
        x-retry: { attempts: 3, delay: 1s }
        x-dead-letter: b
        x-emits: { out: required }
      out: { $ref: '#/components/operations/out' }
    components:
      operations: { out: { action: send, channel: { $ref: '#/channels/b' } } }
      operationTraits: { t: { bindings: { kafka: { groupId: { const: g } } } } }
      parameters: { id: { enum: [x, y], default: x } }
      messages:
        m:
          traits: [{ $ref: '#/components/messageTraits/t' }]
          headers: { type: object, properties: { own: { type: string } } }
          correlationId: { location: $message.header#/own }
          payload: { schemaFormat: 'application/schema+json;version=draft-07', schema: { $ref: '#/components/schemas/P' } }
          examples: [{ payload: { id: x }, headers: { own: y } }]
      messageTraits: { t: { headers: { $ref: '#/components/schemas/H' } } }
      schemas:
        H: { type: object, properties: { h: { type: integer } } }
        P: { type: object, required: [id], properties: { id: { type: string }, next: { $ref: '#/components/schemas/P' } } }
    """

  @Test func `a document that was changed is taken, or refused with its place`() throws {
    let file = SourceFile(path: "c.yaml", bytes: Array(Self.original.utf8))
    let original = try #require(DocumentReader.read(file, Diagnostics())?.json)
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    #expect(try Self.check(Self.original, sandbox).code == 0)
    var mutation = Mutation(random: SplitMix(2_026), donor: original)
    var taken = 0
    for number in 0..<200 {
      let changed = mutation.changed(original)
      let run = try Self.check(String(decoding: changed.json, as: UTF8.self), sandbox)
      #expect(run.code == 0 || run.code == 1, "change \(number): ended with \(run.code)")
      let heads = run.errors.split(separator: "\n").filter { !$0.hasPrefix(" ") && $0.contains("c.yaml:") }
      #expect(run.code == 0 || heads.contains { $0.contains(": error: ") }, "change \(number)")
      for head in heads
      where run.code == 1 && head.wholeMatch(of: #/\S+:\d+:\d+: (error|warning): .* \[C\d\d\d\]/#) == nil {
        Issue.record("change \(number): \(head)")
      }
      if run.code == 0, changed != original { taken += 1 }
    }
    #expect(taken > 10)
  }
}
