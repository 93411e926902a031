import ServiceCore

/// Events as parameters of a statement: an array for each column.
package struct EventColumns {
  private let events: [(template: String, address: String, record: EventRecord)]

  init(_ events: [EmittedEvent]) {
    self.events = events.map { ($0.channel.template, $0.address, $0.record) }
  }

  package init(_ event: DeliveredEvent) { events = [(event.channel.template, event.address, event.record.storable)] }

  /// The names of the columns.
  package static let names: SQL =
    "template, address, key, event, source, type, time, content_type, trace_parent, trace_state, headers, data"

  /// The rows as a table `e` with the columns, each column's type in the parameter's place, and `n`, their order.
  package var table: SQL {
    let headers = events.map { event in event.record.headers.flatMap { [$0.name, $0.value] }.postgresText ?? "{}" }
    return """
      (SELECT template, address, key, event, source, type, time, content_type, trace_parent, trace_state,
          headers::text[] AS headers, data, n
        -- As for the inbox: one plan for lists of any length.
        FROM unnest((SELECT \(events.map(\.template))::text[]), \(events.map(\.address))::text[],
          \(events.map(\.record.key))::text[], \(events.map(\.record.id))::text[], \(events.map(\.record.source))::text[],
          \(events.map(\.record.type))::text[], \(events.map(\.record.time))::timestamptz[],
          \(events.map(\.record.contentType))::text[], \(events.map(\.record.traceParent))::text[],
          \(events.map(\.record.traceState))::text[], \(headers)::text[], \(events.map { Bytes($0.record.data) })::bytea[])
          WITH ORDINALITY AS u (template, address, key, event, source, type, time, content_type, trace_parent,
            trace_state, headers, data, n)) AS e
      """
  }
}

extension EventRecord {
  /// The event of a row with the columns of ``EventColumns``.
  ///
  /// - Parameters:
  ///   - sequence: the column with its sequence.
  ///   - first: where the columns probably begin.
  package init(_ row: ResultRow, sequence: String, columns first: Int = 0) throws {
    func get<Value: PostgresDecodable>(_ name: String, _ offset: Int, _ type: Value.Type = Value.self) throws -> Value {
      try row.get(name, hint: first + offset, type)
    }
    let texts = try get("headers", 10, [String].self)
    let headers = stride(from: 0, to: texts.count - 1, by: 2).map { (name: texts[$0], value: texts[$0 + 1]) }
    self.init(
      id: try get("event", 3), source: try get("source", 4), type: try get("type", 5), time: try get("time", 6),
      key: try get("key", 2), sequence: try row.get(sequence), contentType: try get("content_type", 7),
      traceParent: try get("trace_parent", 8), traceState: try get("trace_state", 9), headers: headers,
      data: try get("data", 11, Bytes.self).bytes)
  }

  /// The same without what PostgreSQL cannot store: a text with U+0000, and a time before year 0 or after 9999. Other
  /// senders may write anything; the payload stays as it is.
  package var storable: EventRecord {
    var copy = self
    (copy.id, copy.source, copy.type) = (id.storable, source.storable, type.storable)
    (copy.contentType, copy.key) = (contentType.storable, key?.storable)
    (copy.traceParent, copy.traceState) = (traceParent?.storable, traceState?.storable)
    copy.headers = headers.map { ($0.name.storable, $0.value.storable) }
    if time.postgresMicroseconds == nil { copy.time = Timestamp(microseconds: 0) }
    return copy
  }
}

extension String {
  /// The same without U+0000, which PostgreSQL cannot store.
  package var storable: String {
    utf8.contains(0) ? String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : self
  }
}
