import Events2Golden
import EventsGolden
import ServiceCore
import Testing

/// Generated messages and operations, called: what is sent is received, and what breaks the contract is reported where
/// it is.
@Suite struct EventTests {
  private typealias Order = EventsGolden.Order

  private static let time = Timestamp(microseconds: 1_700_000_000_000_000)
  private static let order = Order(id: 7, email: "ada@example.com", lines: [Line(sku: "ab", count: 2)])

  private func delivered(
    _ data: String, _ type: String = "", headers: [(name: String, value: String)] = [],
    on channel: ChannelDescriptor = EventsGolden.PetsChannels.orderLog, at address: String = "orders.eu.log"
  ) -> DeliveredEvent {
    DeliveredEvent(
      channel: channel, address: address,
      record: EventRecord(
        id: "1", source: "/shop", type: type, time: Self.time, headers: headers, data: Array(data.utf8)))
  }

  /// What an event is when it is received.
  private func delivered(_ event: OutgoingEvent, type: String? = nil) -> DeliveredEvent {
    delivered(
      String(decoding: event.content.data, as: UTF8.self), type ?? event.message.name, headers: event.content.headers,
      on: event.channel, at: event.address)
  }

  private func violations<O: ReceiveOperation>(_ operation: O.Type, _ event: DeliveredEvent) -> [String] {
    var violations = Violations()
    let incoming = O.decode(event, &violations)
    #expect((incoming == nil) != violations.isEmpty)
    return violations.list.map { "\($0.location.rawValue) \($0.name) \($0.rule)" }
  }

  @Test func `an event is received as it was sent, with the schema of the other document`() throws {
    let sent = try OrderPlacedSend.outgoing(Event(Self.order))
    #expect(sent.address == "order-placed" && sent.message.name == "order-placed")
    #expect(
      sent.channel === EventsGolden.PetsChannels.orderPlaced && sent.channel.orderingKey == "/id"
        && sent.channel.partitions == 12)
    #expect(
      String(decoding: sent.content.data, as: UTF8.self)
        == #"{"id":7,"email":"ada@example.com","lines":[{"sku":"ab","count":2}]}"#)
    var violations = Violations()
    let received = try #require(OnOrderPlaced.decode(delivered(sent), &violations))
    #expect(received.payload == Self.order && received.source == "/shop" && received.time == Self.time)
    // An event of a sender that writes no types.
    #expect(OnOrderPlaced.decode(delivered(sent, type: ""), &violations)?.payload == Self.order)
  }

  @Test func `headers are typed, and a correlation id is where the contract points`() throws {
    let headers = OrderCancelledMessage.Headers(traceID: "t-11", attempt: 3, tags: ["a", "b"])
    let cancelled = Event<OrderCancelledMessage>(OrderCancelled(order: Self.order, at: Self.time), headers: headers)
    #expect(cancelled.correlationID == "t-11")
    let sent = try OrderLogSend.outgoing(.init(.orderCancelled(cancelled), region: .usEast))
    #expect(sent.address == "orders.us-east.log")
    #expect(
      sent.content.headers.map { "\($0.name)=\($0.value)" } == ["trace-id=t-11", "attempt=3", #"tags=["a","b"]"#])
    var violations = Violations()
    guard case .orderCancelled(let received)? = OnOrderLog.decode(delivered(sent), &violations) else {
      Issue.record("\(violations.list)")
      return
    }
    #expect(received.headers == headers && received.payload == cancelled.payload)
    #expect(received.correlationID == "t-11" && received.parameters == ["region": "us-east"])
  }

  @Test func `texts and bytes are payloads too`() throws {
    let noted = try OrderLogSend.outgoing(.init(.orderNoted(Event("called back"))))
    #expect(noted.address == "orders.eu.log" && noted.message.contentType == "text/plain" && noted.message.isDeprecated)
    var violations = Violations()
    guard case .orderNoted(let text)? = OnOrderLog.decode(delivered(noted), &violations) else {
      Issue.record("\(violations.list)")
      return
    }
    #expect(text.payload == "called back")
    let drawn = try OrderLogSend.outgoing(.init(.orderDrawn(Event([1, 2, 3]))))
    guard case .orderDrawn(let image)? = OnOrderLog.decode(delivered(drawn), &violations) else {
      Issue.record("\(violations.list)")
      return
    }
    #expect(image.payload == [1, 2, 3] && drawn.message.contentType == "image/png")
  }

  @Test func `what breaks its contract is not sent`() throws {
    let order = Order(id: 0, email: "nobody", lines: [Line(sku: "a")])
    let fault = #expect(throws: RequestFault.self) { try OrderPlacedSend.outgoing(Event(order)) }
    #expect(fault?.problem.violations.map(\.name) == ["/id", "/email", "/lines/0/sku"])
    let headers = OrderCancelledMessage.Headers(traceID: "t", attempt: 0, tags: ["a", "b", "c"])
    let event = Event<OrderCancelledMessage>(OrderCancelled(order: order, at: Self.time), headers: headers)
    let all = #expect(throws: RequestFault.self) { try OrderLogSend.outgoing(.init(.orderCancelled(event))) }
    let found = all?.problem.violations.map { "\($0.location.rawValue) \($0.name) \($0.rule)" }
    #expect(
      found == [
        "body /order/id minimum", "body /order/email format", "body /order/lines/0/sku minLength",
        "header trace-id minLength", "header attempt minimum", "header tags maxItems",
      ], "\(found ?? [])")
    let nowhere = #expect(throws: RequestFault.self) {
      try QuotePriceReplySend.outgoing(.init(.missing(Event(Missing(reason: "none"))), address: ""))
    }
    #expect(nowhere?.problem.detail.contains("its address is empty") == true || nowhere != nil)
  }

  @Test func `what breaks its contract is refused with where it does`() {
    let placed = { (data: String) in
      violations(OnOrderPlaced.self, delivered(data, on: EventsGolden.PetsChannels.orderPlaced, at: "order-placed"))
    }
    #expect(placed("{") == ["body  json"])
    #expect(placed("{}") == ["body /id required", "body /email required"])
    #expect(placed(#"{"id":0,"email":"a@b.cd","lines":[{"sku":"abc"},{"sku":1}]}"#).contains("body /lines/1/sku type"))
    let log = { (data: String, headers: [(name: String, value: String)]) in
      violations(OnOrderLog.self, delivered(data, "order-cancelled", headers: headers))
    }
    let valid = #"{"order":{"id":7,"email":"a@b.cd"},"at":"2026-01-31T12:00:00Z"}"#
    #expect(log(valid, []) == ["header trace-id required"])
    #expect(log(valid, [("trace-id", "t-11"), ("attempt", "many")]) == ["header attempt type"])
    #expect(log(valid, [("trace-id", "t-11"), ("tags", "[1]")]) == ["header tags/0 type"])
    #expect(log(valid, [("trace-id", "t-11"), ("tags", "a")]) == ["header tags json"])
    #expect(
      log(valid, [("trace-id", "t"), ("attempt", "0")]) == ["header trace-id minLength", "header attempt minimum"])
  }

  @Test func `the type of an event decides which message it is`() {
    let text = "noted"
    #expect(violations(OnOrderLog.self, delivered(text, "order-noted")).isEmpty)
    #expect(violations(OnOrderLog.self, delivered(text, "order-cancelled")).contains("body  json"))
    // Without one of the types, the only message that fits: here both a text and bytes fit.
    #expect(violations(OnOrderLog.self, delivered(text)) == ["body  oneOf"])
    #expect(violations(OnOrderLog.self, delivered(String(repeating: "x", count: 21), "com.example.drawn")).isEmpty)
  }

  @Test func `what AsyncAPI 2 publishes is received, and what it subscribes to is sent`() throws {
    let sent = try CommandSend.outgoing(.init(.dim(Event(Dim(percent: 40))), lightID: "l/7"))
    #expect(sent.address == "light/l/7/command" && sent.message.name == "Dim")
    let fault = #expect(throws: RequestFault.self) {
      try CommandSend.outgoing(.init(.dim(Event(Dim(percent: 101))), lightID: "7"))
    }
    #expect(fault?.problem.violations.map(\.rule) == ["maximum"])
    let measured = delivered(
      #"{"lumens":3}"#, headers: [("sent-by", "l7")], on: Events2Golden.PetsChannels.lightLightIDMeasured,
      at: "light/7/measured")
    var violations = Violations()
    let event = try #require(LightMeasured.decode(measured, &violations))
    #expect(event.payload.lumens == 3 && event.headers.sentBy == "l7" && event.parameters == ["lightId": "7"])
    // Without types of events, the only message that fits.
    let channel = Events2Golden.PetsChannels.status
    for (data, isDim) in [(#"{"percent":9}"#, true), (#""broken""#, false)] {
      let status = try #require(ReceiveStatus.decode(delivered(data, on: channel, at: "status"), &violations))
      if case .dim = status { #expect(isDim) } else { #expect(!isDim) }
    }
  }

  @Test func `a reply is where its request says, and one of its messages`() throws {
    let request = Event<PriceMessage>(Price(sku: "ab"), headers: .init(replyTo: "replies.1"))
    let price = try #require(ExactDecimal("19.5"))
    let address = try #require(AskPriceReply.address(request))
    let reply = try QuotePriceReplySend.outgoing(.init(.found(Event(Found(price: price))), address: address))
    #expect(reply.address == "replies.1")
    var violations = Violations()
    guard case .found(let found)? = AskPriceReply.decode(delivered(reply), &violations) else {
      Issue.record("\(violations.list)")
      return
    }
    #expect(found.payload.price == price)
    // The one that decodes.
    guard case .missing(let missing)? = AskPriceReply.decode(delivered(#"{"reason":"sold"}"#), &violations) else {
      Issue.record("\(violations.list)")
      return
    }
    #expect(missing.payload.reason == "sold")
    #expect(AskPriceReply.decode(delivered("{}"), &violations) == nil && violations.list.last?.rule == "anyOf")
  }
}
