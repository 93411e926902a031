import ContractValues
import ServiceCore
import ServiceEvents

/// Events as people and programs read them.
extension DeliveredEvent {
  /// A line with what it is, and one with its payload.
  var lines: String {
    let key = record.key.map { " key \($0)" } ?? ""
    let type = record.type.isEmpty ? "(without a type)" : record.type
    return "\(record.time)  \(type)  \(record.source) \(record.id)\(key)\n  \(record.payload)"
  }

  var json: JSONValue { record.json(address) }
}

extension EventRecord {
  /// The payload as text; one that is not UTF-8 as base64.
  var payload: String { String(validating: data, as: UTF8.self) ?? "base64: " + Base64(data).text }

  /// In the JSON format of CloudEvents 1.0, with the headers that the message's contract declares.
  func json(_ address: String) -> JSONValue {
    var event: JSONObject<JSONValue> = [
      "specversion": .string("1.0"), "id": .string(id), "source": .string(source), "type": .string(type),
      "time": .string(time.description), "datacontenttype": .string(contentType), "topic": .string(address),
    ]
    if let key { event["partitionkey"] = .string(key) }
    if let sequence { event["sequence"] = .string(String(sequence)) }
    if let traceParent { event["traceparent"] = .string(traceParent) }
    if let traceState { event["tracestate"] = .string(traceState) }
    if !headers.isEmpty {
      var named = JSONObject<JSONValue>()
      for header in headers { named[header.name] = .string(header.value) }
      event["headers"] = .object(named)
    }
    var reader = JSONReader(data)
    if let value = try? JSONValue.decode(&reader), (try? reader.finish()) != nil {
      event["data"] = value
    } else {
      event["data_base64"] = .string(Base64(data).text)
    }
    return .object(event)
  }
}

extension DeadLetter {
  func json(_ service: String) -> JSONValue {
    .object([
      "letter": .string("\(service)/\(id)"), "consumer": .string(consumer), "attempts": .number(ExactDecimal(attempts)),
      "error": .string(error), "failed_at": .string(failed.description), "event": record.json(address),
    ])
  }

  func line(_ service: String) -> String {
    padded("\(service)/\(id)", 20) + "\(failed)  " + (consumer.isEmpty ? "(refused by the broker)" : consumer)
      + "  after \(attempts) attempt\(attempts == 1 ? "" : "s"): \(error)"
  }
}
