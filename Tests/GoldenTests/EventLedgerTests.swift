import ContractModel
import ContractSource
import Foundation
import Testing

/// Every field and keyword of an AsyncAPI document has a fate in the ledger: nothing is lost in silence.
@Suite struct EventLedgerTests {
  /// Maps of names, whose keys are no fields.
  private static let maps: Set<String> = [
    "channels", "operations", "servers", "messages", "schemas", "parameters", "properties", "patternProperties",
    "definitions", "correlationIds", "messageTraits", "operationTraits", "serverVariables", "variables", "replies",
    "replyAddresses", "securitySchemes", "serverBindings", "channelBindings", "operationBindings", "messageBindings",
    "scopes", "availableScopes",
  ]
  /// What is data, or carried as it is.
  private static let values: Set<String> = [
    "example", "examples", "default", "const", "enum", "topicConfiguration", "x-retry", "security",
  ]

  /// The fields of a document that are not in the ledger.
  private func missing(_ root: Node, _ ledger: [LedgerEntry]) -> [String] {
    let noted = Set(ledger.map { "\($0.position.line):\($0.position.column)" })
    var missing: [String] = []
    func walk(_ node: Node, _ path: String, isMap: Bool) {
      for (index, item) in (node.items ?? []).enumerated() { walk(item, "\(path)/\(index)", isMap: false) }
      for entry in node.entries ?? [] {
        let below = "\(path)/\(entry.key)"
        if !isMap, !noted.contains("\(entry.keyPosition.line):\(entry.keyPosition.column)") { missing.append(below) }
        let isForeign = entry.key == "schema" && node["schemaFormat"]?.string?.contains("avro") == true
        let isCarried = path.hasSuffix("/bindings") && !["kafka", "nats", "http"].contains(entry.key)
        if !isMap, Self.values.contains(entry.key) || entry.key.hasPrefix("x-") || isForeign || isCarried { continue }
        let isComponents = path == "/components" && ["tags", "externalDocs"].contains(entry.key)
        walk(entry.value, below, isMap: !isMap && (Self.maps.contains(entry.key) || isComponents))
      }
    }
    walk(root, "", isMap: false)
    return missing
  }

  private func expectComplete(_ path: String, _ source: SourceReader, _ diagnostics: Diagnostics) throws {
    let root = try #require(source.document(at: path))
    let reader = EventContractReader(beside: ContractReader(source: source, diagnostics: diagnostics))
    _ = reader.read(path)
    #expect(!diagnostics.hasErrors, "\(diagnostics.sorted.rendered())")
    let ledger = diagnostics.settledLedger.filter { $0.position.file.path == root.position.file.path }
    #expect(ledger.count > 10)
    #expect(missing(root, ledger) == [], "\(path)")
    #expect(ledger.allSatisfy { $0.fate != .ignored || $0.reason != nil })
  }

  @Test(arguments: ["3.0.0", "2.6.0"])
  func `every field of a document with all of them is in the ledger`(_ version: String) throws {
    let diagnostics = Diagnostics(keepsLedger: true)
    let text = version == "3.0.0" ? Self.everything : Self.everythingOf2
    let node = try #require(
      DocumentReader.read(SourceFile(path: "events.yaml", bytes: Array(text.utf8)), diagnostics))
    try expectComplete(
      "events.yaml", SourceReader(documents: ["events.yaml": node], diagnostics: diagnostics), diagnostics)
  }

  /// Public documents, where CHARTER_CORPUS points to a folder that has some in `asyncapi/`.
  static let corpus = ProcessInfo.processInfo.environment["CHARTER_CORPUS"].map { $0 + "/asyncapi" }
  static let names = corpus.flatMap { folder in
    FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
      .filter { $0.hasSuffix("asyncapi.yml") || $0.hasSuffix("asyncapi.yaml") }.sorted()
  }

  @Test(arguments: EventLedgerTests.names ?? [])
  func `every field of a public document is in the ledger`(_ name: String) throws {
    let diagnostics = Diagnostics(keepsLedger: true)
    let folder = try #require(Self.corpus)
    try expectComplete(name, SourceReader(root: folder, diagnostics: diagnostics, display: { $0 }), diagnostics)
  }

  private static let everything = """
    asyncapi: 3.0.0
    id: urn:example
    info:
      title: T
      version: "1"
      description: D
      termsOfService: https://example.com
      contact: { name: N, url: https://example.com, email: a@example.com, x-a: 1 }
      license: { name: L, url: https://example.com }
      tags: [{ name: t, description: D, externalDocs: { url: https://example.com, description: D } }]
      externalDocs: { $ref: "#/components/externalDocs/d", description: beside }
    defaultContentType: application/json
    servers:
      main:
        host: "{v}.example.com"
        pathname: /p
        protocol: kafka
        protocolVersion: "3"
        title: T
        summary: S
        description: D
        variables: { v: { enum: [a], default: a, description: D, examples: [a] } }
        security: [{ $ref: "#/components/securitySchemes/oauth" }, { type: http, scheme: bearer, bearerFormat: JWT }]
        tags: [{ $ref: "#/components/tags/t" }]
        externalDocs: { url: https://example.com }
        bindings: { kafka: { schemaRegistryUrl: https://example.com, schemaRegistryVendor: x, bindingVersion: 0.5.0 } }
    channels:
      a:
        address: a/{p}
        title: T
        summary: S
        description: D
        servers: [{ $ref: "#/servers/main" }]
        parameters: { p: { enum: [a], default: a, description: D, examples: [a], location: $message.payload#/id } }
        tags: [{ name: t }]
        externalDocs: { url: https://example.com }
        bindings: { kafka: { topic: a, partitions: 1, replicas: 1, topicConfiguration: { retention.ms: 1 } }, ws: { method: GET } }
        messages: { m: { $ref: "#/components/messages/m" } }
        x-ordering-key: /id
        x-other: 1
      b: { address: b }
    operations:
      on:
        action: receive
        channel: { $ref: "#/channels/a" }
        messages: [{ $ref: "#/channels/a/messages/m" }]
        title: T
        summary: S
        description: D
        deprecated: true
        security: [{ $ref: "#/components/securitySchemes/oauth" }]
        tags: [{ name: t }]
        externalDocs: { url: https://example.com }
        traits: [{ $ref: "#/components/operationTraits/t" }]
        reply: { $ref: "#/components/replies/r" }
        bindings: { nats: { queue: q, bindingVersion: 0.1.0 }, http: { method: GET, query: { type: object } } }
        x-timeout: 1s
        x-retry: { attempts: 1, delay: 1s, longest-delay: 2s }
        x-dead-letter: b
        x-deduplication-window: 1d
        x-batch: 1
        x-emits: { out: required }
      out: { action: send, channel: { $ref: "#/channels/b" } }
    components:
      tags: { t: { name: t } }
      externalDocs: { d: { url: https://example.com } }
      operationTraits: { t: { bindings: { kafka: { groupId: { const: g }, clientId: { type: string } } } } }
      messageTraits: { t: { headers: { type: object, properties: { h: { type: string } } } } }
      replies: { r: { channel: { $ref: "#/channels/b" }, messages: [] } }
      replyAddresses: { r: { location: $message.header#/r, description: D } }
      correlationIds: { c: { location: $message.header#/c, description: D } }
      securitySchemes:
        oauth:
          type: oauth2
          description: D
          scopes: [s]
          flows: { implicit: { authorizationUrl: https://example.com, refreshUrl: https://example.com, availableScopes: { s: S } } }
        key: { type: httpApiKey, in: query, name: k, scheme: unused }
        open: { type: openIdConnect, openIdConnectUrl: https://example.com, scopes: [] }
      messages:
        m:
          name: M
          title: T
          summary: S
          description: D
          contentType: application/json
          deprecated: true
          tags: [{ name: t }]
          externalDocs: { url: https://example.com }
          correlationId: { $ref: "#/components/correlationIds/c" }
          headers: { type: object, properties: { own: { type: string } } }
          traits: [{ $ref: "#/components/messageTraits/t" }]
          payload: { schemaFormat: application/schema+json;version=draft-07, schema: { $ref: "#/components/schemas/P" } }
          bindings: { kafka: { key: { type: string }, schemaIdLocation: header }, http: { headers: { type: object }, statusCode: 200 } }
          examples: [{ name: n, summary: s, payload: { id: a }, headers: { own: a } }]
        avro: { payload: { schemaFormat: application/vnd.apache.avro, schema: { type: record } }, headers: { $ref: "#/components/schemas/H", title: beside } }
      schemas:
        H: { type: object }
        P:
          type: object
          required: [id]
          discriminator: id
          deprecated: true
          externalDocs: { url: https://example.com }
          properties: { id: { type: string, examples: [a] }, nested: { if: { type: string }, then: { minLength: 1 } } }
    """

  private static let everythingOf2 = """
    asyncapi: "2.6.0"
    id: urn:example
    info: { title: T, version: "1" }
    tags: [{ name: t }]
    externalDocs: { url: https://example.com }
    defaultContentType: application/json
    servers:
      main: { url: example.com, protocol: kafka, protocolVersion: "3", description: D, security: [{ s: [] }], tags: [{ name: t }] }
    channels:
      a/{p}:
        description: D
        servers: [main]
        parameters: { p: { description: D, schema: { type: string }, location: $message.payload#/id } }
        bindings: { amqp: { is: queue } }
        publish:
          operationId: on
          summary: S
          description: D
          security: [{ s: [] }]
          tags: [{ name: t }]
          externalDocs: { url: https://example.com }
          bindings: { kafka: { groupId: g } }
          traits: [{ operationId: on }]
          message:
            oneOf:
              - messageId: m
                schemaFormat: application/vnd.aai.asyncapi;version=2.6.0
                payload: { type: object }
              - { schemaFormat: application/vnd.apache.avro, payload: x, examples: [{ payload: 1 }] }
        subscribe: { message: { $ref: "#/components/messages/m" } }
    components:
      channels: { c: { publish: { message: { name: n } } } }
      messages: { m: { payload: { type: string } } }
      securitySchemes: { s: { type: X509 } }
    """
}
