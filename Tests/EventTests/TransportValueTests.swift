import ServiceCore
import Testing

@testable import ServiceEvents

/// The values that the transports share.
@Suite struct TransportValueTests {
  @Test func `a broker's URL has servers, credentials and parameters`() throws {
    let url = try BrokerURL(
      "nats://us%3Aer:p%40ss@one:4222,two,[::1],[::1]:5?retention=7d&a=b%26c", scheme: "nats", port: 4_222)
    #expect(url.servers == ["one:4222", "two:4222", "[::1]:4222", "[::1]:5"])
    #expect(url.user == "us:er" && url.password == "p@ss" && url.parameters["a"] == "b&c")
    #expect(try url.duration("retention") == 604_800_000 && url.duration("none") == nil)
    #expect(try BrokerURL("kafka://h", scheme: "kafka", port: 9_092).servers == ["h:9092"])
  }

  @Test(arguments: ["", "kafka://h", "nats://", "nats://a,,b", "nats://h?x", "nats://%zz@h", "nats://u:%ff@h"])
  func `a text that is no URL of the broker is refused`(_ text: String) {
    #expect(throws: TransportError.self) { try BrokerURL(text, scheme: "nats", port: 4_222) }
  }

  @Test(arguments: ["1", "7w", "-1s", "0s", "9999999999d", "s", "1.5s"])
  func `a length of time has a number and a unit`(_ text: String) throws {
    let url = try BrokerURL("nats://h?lease=\(text)", scheme: "nats", port: 4_222)
    #expect(throws: TransportError.self) { try url.duration("lease") }
    #expect(throws: TransportError.self) { try url.allow(["retention"]) }
  }

  @Test func `what is acknowledged without a gap is a prefix`() {
    var prefix = AcknowledgedPrefix(floor: 10)
    for position in [11, 15, 16, 20] { prefix.deliver(position) }
    prefix.acknowledge(16)
    #expect(prefix.floor == 10 && prefix.pending == 3 && prefix.last == 20)
    prefix.acknowledge(11)
    #expect(prefix.floor == 11)
    prefix.acknowledge(15)
    prefix.acknowledge(15)
    #expect(prefix.floor == 16 && prefix.pending == 1)
    prefix.acknowledge(20)
    #expect(prefix.floor == 20 && prefix.pending == 0 && prefix.last == 20)
  }

  @Test func `a long prefix is the same as a short one`() {
    var prefix = AcknowledgedPrefix(floor: 0)
    for position in 1...10_000 { prefix.deliver(position) }
    for position in (1...10_000).reversed() where position != 5_000 { prefix.acknowledge(position) }
    #expect(prefix.floor == 4_999 && prefix.pending == 1)
    prefix.acknowledge(5_000)
    #expect(prefix.floor == 10_000 && prefix.pending == 0)
    prefix.deliver(10_001)
    #expect(prefix.pending == 1 && prefix.last == 10_001)
  }

  @Test(arguments: [
    ("/a/b", #"{"a":{"b":"x"}}"#, "x"), ("/a~1b/m~0n/1", #"{"a/b":{"m~n":[1,2.50]}}"#, "2.5"),
    ("/a", #"{"a":true}"#, "true"),
    ("/a", #"{"a":null}"#, nil), ("/a/0", #"{"a":{}}"#, nil), ("/a", "[", nil), ("", #""text""#, "text"),
  ])
  func `a message without a key has the one in its payload`(_ pointer: String, _ data: String, _ key: String?) {
    let channel = ChannelDescriptor(name: "c", address: [.literal("c")], orderingKey: pointer)
    let record = EventRecord(
      headers: [], data: Array(data.utf8), prefix: "ce-", channel: channel, address: "c", id: "i", key: nil,
      time: Timestamp(microseconds: 0))
    #expect(record.key == key)
  }

  @Test func `a header is written in ASCII and read back`() {
    for text in ["", "a b", "100%", "Grüße", "\"x\"", "a\r\nb: c", "\u{0}"] {
      let encoded = PercentEncoding.header(text)
      #expect(encoded.utf8.allSatisfy { (0x21...0x7E).contains($0) })
      #expect(PercentEncoding.decode(encoded.utf8) == text)
    }
    #expect(PercentEncoding.decode("%4".utf8) == nil && PercentEncoding.decode("%FF".utf8) == nil)
  }
}
