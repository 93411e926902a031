import ContractModel
import ContractSource
import Testing

/// AsyncAPI documents become one model, whatever their version and wherever their parts are.
@Suite struct EventReaderTests {
  @Test func `channels, operations and replies of AsyncAPI 3`() throws {
    let reading = EventReading(
      """
      defaultContentType: application/json
      servers: { main: { host: 'nats.example.com:4222', protocol: nats } }
      channels:
        requests:
          address: requests.{region}
          servers: [{ $ref: '#/servers/main' }]
          parameters: { region: { enum: [eu, us], default: eu, location: $message.header#/region } }
          messages:
            ask: { payload: { type: object }, correlationId: { location: $message.header#/id } }
            cancel: { name: Cancelled, contentType: text/plain }
        answers: { address: null, messages: { answer: { payload: { type: string } } } }
      operations:
        onAsk:
          action: receive
          channel: { $ref: '#/channels/requests' }
          messages: [{ $ref: '#/channels/requests/messages/ask' }]
          reply: { channel: { $ref: '#/channels/answers' }, address: { location: $message.header#/reply } }
        ask: { action: send, channel: { $ref: '#/channels/requests' }, deprecated: true }
      """)
    let contract = try #require(reading.read())
    #expect(reading.faults == [])
    #expect(contract.channels.map(\.name) == ["requests", "answers"])
    let channel = contract.channels[0]
    #expect(channel.address == "requests.{region}" && channel.servers == ["main"])
    #expect(channel.parameters[0].choices == ["eu", "us"] && channel.parameters[0].usual == "eu")
    #expect(channel.parameters[0].location?.pointer == "/region")
    #expect(channel.messages.map(\.name) == ["ask", "cancel"])
    #expect(channel.messages.map(\.message.name) == ["ask", "Cancelled"])
    #expect(channel.messages.map(\.message.contentType) == ["application/json", "text/plain"])
    #expect(channel.messages[0].message.correlationID?.pointer == "/id")
    #expect(contract.channels[1].address == nil)
    let operation = try #require(contract.operations.first)
    #expect(operation.id == "onAsk" && operation.action == .receive && operation.messages.map(\.name) == ["ask"])
    #expect(operation.reply?.channel?.name == "answers" && operation.reply?.messages.map(\.name) == ["answer"])
    #expect(operation.reply?.address?.pointer == "/reply")
    #expect(contract.operations[1].messages.count == 2 && contract.operations[1].policy.isDeprecated)
  }

  @Test func `AsyncAPI 2 is read into the same terms`() throws {
    let reading = EventReading(
      """
      servers: { main: { url: 'mqtt://broker.example.com:1883/base', protocol: mqtt, security: [{ login: [] }] } }
      channels:
        lights/{id}:
          servers: [main]
          parameters: { id: { schema: { type: string, enum: [a, b], default: a } } }
          publish: { operationId: onMeasured, message: { $ref: '#/components/messages/measured' } }
          subscribe:
            message:
              oneOf:
                - { messageId: turnOn, payload: { type: object } }
                - { name: raw, schemaFormat: 'application/vnd.apache.avro;version=1.9.0', payload: { type: record } }
                - { payload: { type: string } }
      components:
        messages: { measured: { payload: { type: integer } } }
        securitySchemes: { login: { type: userPassword } }
      """, version: "2.6.0")
    let contract = try #require(reading.read())
    #expect(
      reading.faults == [
        "13: warning: 'application/vnd.apache.avro;version=1.9.0' has no codec: what it describes is carried as bytes"
      ])
    #expect(contract.servers[0].host == "broker.example.com:1883" && contract.servers[0].path == "/base")
    #expect(contract.servers[0].security[0].schemes[0].scheme.name == "login")
    #expect(contract.operations.map(\.id) == ["onMeasured", "send lights/{id}"])
    #expect(contract.operations.map(\.action) == [.receive, .send])
    #expect(contract.operations[0].messages.map(\.name) == ["measured"])
    #expect(contract.operations[1].messages.map(\.name) == ["turnOn", "raw", "send lights/{id} 3"])
    #expect(contract.operations[1].messages[1].contentType == "application/octet-stream")
    let channel = try #require(contract.channels.first)
    #expect(channel.name == "lights/{id}" && channel.address == "lights/{id}" && channel.messages.count == 4)
    #expect(channel.parameters[0].choices == ["a", "b"] && channel.parameters[0].usual == "a")
  }

  @Test func `traits are merged in order, and the object's own fields win`() throws {
    let message =
      """
      { traits: [{ $ref: 'common.yaml#/first' }, { $ref: 'common.yaml#/second' }], title: Own, payload: { type: object },
          headers: { type: object, properties: { own: { type: string }, both: { type: integer } } } }
      """
    let files = [
      "events.yaml": EventReading.document(
        """
        channels: { a: { address: a, messages: { m: \(message) } } }
        operations:
          send:
            action: send
            channel: { $ref: '#/channels/a' }
            summary: own
            traits: [{ summary: trait, description: first, tags: [{ name: x }] }, { description: second }]
        """),
      "common.yaml": """
      first: { headers: { $ref: '#/headers' }, title: First, contentType: text/plain }
      second: { contentType: application/cbor, headers: { type: object, properties: { second: { type: string } } } }
      headers: { type: object, required: [id], properties: { id: { $ref: 'id.yaml' }, both: { type: string } } }
      """, "id.yaml": "{ type: integer, minimum: 3 }",
    ]
    let reading = EventReading(files)
    let contract = try #require(reading.read())
    #expect(reading.faults == [])
    let read = try #require(contract.messages.first)
    #expect(read.title == "Own" && read.contentType == "application/cbor")
    #expect(reading.properties(read.headers) == ["id", "both", "second", "own"])
    let set = reading.contracts.schemaSet
    let headers = set.keywords(try #require(read.headers)).properties
    #expect(set.types(try #require(headers["both"])) == [.integer])
    #expect(set.keywords(set.resolved(try #require(headers["id"]))).minimum != nil)
    #expect(contract.operations[0].summary == "own" && contract.operations[0].description == "second")
    #expect(contract.operations[0].tags == ["x"])
  }

  @Test func `in AsyncAPI 2 a trait wins`() throws {
    let reading = EventReading(
      """
      channels:
        a: { publish: { traits: [{ summary: trait }], summary: own, message: { payload: { type: string } } } }
      """, version: "2.4.0")
    #expect(reading.read()?.operations.first?.summary == "trait")
    #expect(reading.faults == ["4: warning: 'summary' has no effect: a trait's value replaces it in AsyncAPI 2"])
  }

  @Test func `references lead through files, chains and other references`() throws {
    let files = [
      "service/events.yaml": EventReading.document(
        """
        channels: { liked: { $ref: '#/components/channels/likes' } }
        operations:
          onLiked: { $ref: '#/components/operations/onLiked' }
          other: { action: send, channel: { $ref: '../other/events.yaml#/channels/placed' } }
        components:
          channels: { likes: { address: liked, messages: { liked: { $ref: '../common/messages.yaml#/commentLiked' } } } }
          operations:
            onLiked:
              action: receive
              channel: { $ref: '#/channels/liked' }
              messages: [{ $ref: '#/channels/liked/messages/liked' }]
        """),
      "common/messages.yaml":
        "commentLiked: { $ref: '#/all/liked' }\nall: { liked: { payload: { $ref: 'schemas.yaml#/L' } } }",
      "common/schemas.yaml": "L: { type: object, properties: { id: { type: string } } }",
      "other/events.yaml": EventReading.document(
        "channels: { placed: { address: orders, messages: { placed: { payload: { type: object } } } } }"),
    ]
    let reading = EventReading(files)
    let contract = try #require(reading.events.read("service/events.yaml"))
    #expect(reading.faults == [])
    #expect(contract.channels.map(\.name) == ["liked", "placed"])
    #expect(contract.operations.map(\.id) == ["onLiked", "other"])
    #expect(contract.operations[0].channel.name == "liked")
    let message = try #require(contract.operations[0].messages.first)
    #expect(message.key == SchemaKey(path: "common/messages.yaml", pointer: "/all/liked"))
    #expect(reading.properties(message.schema) == ["id"])
    #expect(contract.operations[1].channel.address == "orders")
  }

  @Test func `a schema that OpenAPI and AsyncAPI documents refer to is one`() throws {
    let reading = EventReading([
      "events.yaml": EventReading.document(
        "channels: { a: { address: a, messages: { m: { payload: { $ref: 'shared.yaml#/Order' } } } } }"),
      "api.yaml": """
      openapi: 3.1.0
      info: { title: T, version: '1' }
      components: { schemas: { Order: { $ref: 'shared.yaml#/Order' } } }
      """, "shared.yaml": "Order: { type: object, properties: { id: { type: string } } }",
    ])
    let api = try #require(reading.contracts.read("api.yaml"))
    let events = try #require(reading.read())
    let set = reading.contracts.schemaSet
    let schema = try #require(events.messages.first?.schema)
    #expect(set.resolved(schema) == set.resolved(api.components[0].schema))
    #expect(reading.faults == [])
  }

  @Test func `schemaFormat selects the dialect, and languages without a codec are bytes`() throws {
    let reading = EventReading(
      """
      channels:
        a:
          address: a
          messages:
            openapi: { payload: { schemaFormat: 'application/vnd.oai.openapi;version=3.0.3', schema: { type: string, nullable: true } } }
            draft: { payload: { schemaFormat: 'application/schema+json;version=draft-04', schema: { type: integer, minimum: 1, exclusiveMinimum: true } } }
            own: { payload: { type: integer, exclusiveMinimum: 1 } }
            avro: { payload: { $ref: 'https://example.com/order.avsc' } }
            proto: { payload: { schemaFormat: application/vnd.google.protobuf, schema: 'message A {}' } }
            none: {}
            component: { payload: { $ref: '#/components/schemas/Wrapped' } }
      components: { schemas: { Wrapped: { schemaFormat: 'application/schema+json;version=draft-07', schema: { type: boolean } } } }
      """)
    let contract = try #require(reading.read())
    #expect(
      reading.faults == [
        "10: warning: 'application/vnd.apache.avro' has no codec: what it describes is carried as bytes",
        "11: warning: 'application/vnd.google.protobuf' has no codec: what it describes is carried as bytes",
      ])
    let set = reading.contracts.schemaSet
    let all = contract.messages.map(\.schema)
    #expect(all.map { $0 == nil } == [false, false, false, true, true, true, false])
    #expect(set.types(try #require(all[0])) == [.string, .null])
    for index in 1...2 { #expect(set.keywords(try #require(all[index])).exclusiveMinimum != nil) }
    #expect(set.types(try #require(all[6])) == [.boolean])
    #expect(contract.components.map(\.name) == ["Wrapped"])
  }

  @Test func `a discriminator names a property, and a branch's const goes before its name`() throws {
    let reading = EventReading(
      """
      channels: { a: { address: a, messages: { m: { payload: { $ref: '#/components/schemas/Pet' } } } } }
      components:
        schemas:
          Pet: { discriminator: kind, oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Stick' }] }
          Cat: { type: object, required: [kind], properties: { kind: { type: string } } }
          Stick: { type: object, required: [kind], properties: { kind: { const: StickBug } } }
      """)
    let contract = try #require(reading.read())
    #expect(reading.faults == [])
    let discriminator = reading.contracts.schemaSet.keywords(contract.components[0].schema).discriminator
    #expect(discriminator?.property == "kind" && discriminator?.branches.keys.sorted() == ["Cat", "StickBug"])
  }

  @Test func `bindings of Kafka and NATS are read, and all are carried`() throws {
    let reading = EventReading(
      """
      channels:
        a:
          address: a
          bindings: { kafka: { topic: orders, partitions: 12, replicas: 3 }, mqtt: { anything: 1 } }
          messages: { m: { bindings: { kafka: { key: { type: string } } } } }
      operations:
        one: { action: receive, channel: { $ref: '#/channels/a' }, bindings: { $ref: '#/components/operationBindings/k' } }
        two: { action: receive, channel: { $ref: '#/channels/a' }, bindings: { nats: { queue: workers } } }
      components:
        operationBindings: { k: { kafka: { groupId: { $ref: '#/components/schemas/Group' } } } }
        schemas: { Group: { type: string, enum: [shop] } }
      """)
    let contract = try #require(reading.read())
    #expect(reading.faults == [])
    let channel = contract.channels[0].bindings
    #expect(channel.topic == "orders" && channel.partitions == 12 && channel.all.map(\.protocol) == ["kafka", "mqtt"])
    #expect(contract.messages[0].bindings.key != nil)
    #expect(contract.operations[0].bindings.group == "shop" && contract.operations[1].bindings.queue == "workers")
  }

  @Test func `security schemes of brokers and of HTTP`() throws {
    let types = [
      "userPassword", "X509", "symmetricEncryption", "asymmetricEncryption", "plain", "scramSha256", "gssapi",
    ]
    let reading = EventReading(
      """
      servers:
        main:
          host: h
          protocol: kafka
          security: [{ $ref: '#/components/securitySchemes/oauth' }, { type: scramSha512 }]
      components:
        securitySchemes:
          oauth:
            type: oauth2
            scopes: [read]
            flows: { clientCredentials: { tokenUrl: 'https://x.example', availableScopes: { read: Reads } } }
          key: { type: apiKey, in: user }
          header: { type: httpApiKey, in: header, name: X-Key }
      \(types.map { "    \($0): { type: \($0) }\n" }.joined())
      """)
    let contract = try #require(reading.read())
    #expect(reading.faults == [])
    let security = contract.servers[0].security
    #expect(security.map { $0.schemes[0].scheme.name } == ["oauth", "scramSha512"])
    #expect(security[0].schemes[0].scopes == ["read"])
    #expect(contract.securitySchemes.count == types.count + 4)
    guard case .apiKey(let location, let name) = contract.securitySchemes[2].kind else {
      Issue.record("not a key")
      return
    }
    #expect(location == "header" && name == "X-Key")
  }

  @Test func `Charter's extensions of channels and handlers`() throws {
    let reading = EventReading(
      """
      channels:
        orders:
          address: orders
          x-ordering-key: /order/id
          messages: { placed: { payload: { $ref: '#/components/schemas/Placed' } } }
        dead: { address: orders-dead }
      operations:
        onOrder:
          action: receive
          channel: { $ref: '#/channels/orders' }
          x-emits: { mail: required, text: optional }
          x-timeout: 30s
          x-retry: { attempts: 5, delay: 2s, longest-delay: 1h }
          x-dead-letter: dead
          x-deduplication-window: 7d
          x-batch: 500
        again: { action: receive, channel: { $ref: '#/channels/orders' }, x-retry: 3, x-emits: [mail] }
      components:
        schemas:
          Placed: { allOf: [{ $ref: '#/components/schemas/Base' }] }
          Base: { type: object, required: [order], properties: { order: { type: object, required: [id], properties: { id: { type: string } } } } }
      """)
    let contract = try #require(reading.read())
    #expect(reading.faults == [])
    #expect(contract.channels[0].orderingKey == "/order/id")
    let policy = contract.operations[0].policy
    #expect(policy.emits.map(\.operation) == ["mail", "text"] && policy.emits.map(\.isRequired) == [true, false])
    #expect(policy.timeout == 30_000 && policy.deduplicationWindow == 604_800_000 && policy.batch == 500)
    #expect(policy.retry?.attempts == 5 && policy.retry?.delay == 2_000 && policy.retry?.longestDelay == 3_600_000)
    #expect(policy.deadLetter == "orders-dead")
    let other = contract.operations[1].policy
    #expect(other.retry?.attempts == 3 && other.emits.map(\.isRequired) == [false] && other.deadLetter == nil)
  }

  @Test func `examples of messages are samples of their schemas`() throws {
    let reading = EventReading(
      """
      channels:
        a:
          address: a
          messages:
            m:
              headers: { type: object, properties: { n: { type: integer } } }
              payload: { type: string }
              examples: [{ name: one, headers: { n: x }, payload: text }, { payload: 3 }]
      """)
    let contract = try #require(reading.read())
    #expect(contract.samples.count == 3 && contract.messages[0].examples.map(\.name) == ["one", nil])
    let checks = SchemaChecks(reading.contracts.schemaSet, reading.diagnostics)
    #expect(checks.run())
    checks.runSamples([], [contract])
    #expect(
      reading.faults == [
        "10: warning: this example breaks its own schema at /n: type: expected integer, found string",
        "10: warning: this example breaks its own schema: type: expected string, found integer",
      ])
  }
}
