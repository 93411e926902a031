import ServiceCore
import Testing

@Suite struct RecordTests {
  @Test func `a channel's template is the address as its contract writes it`() {
    let channel = ChannelDescriptor(
      name: "a", address: [.literal("orders."), .parameter("region"), .literal(".placed")])
    #expect(channel.template == "orders.{region}.placed")
  }

  @Test func `parameters are read from an address of any length`() {
    let channel = ChannelDescriptor(name: "a", address: [.parameter("a"), .parameter("b")])
    #expect(channel.parameters(in: "") == ["a": "", "b": ""])
    #expect(channel.parameters(in: "x") == ["a": "x", "b": ""])
    #expect(channel.parameters(in: "xyz") == ["a": "x", "b": "yz"])
  }
}
