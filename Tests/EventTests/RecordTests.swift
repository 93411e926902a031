import ServiceCore
import Testing

@Suite struct RecordTests {
  @Test func `a channel's template is the address as its contract writes it`() {
    let channel = ChannelDescriptor(
      name: "a", address: [.literal("orders."), .parameter("region"), .literal(".placed")])
    #expect(channel.template == "orders.{region}.placed")
  }
}
