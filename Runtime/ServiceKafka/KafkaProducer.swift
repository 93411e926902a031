#if Kafka
  import CKafka
  import ServiceCore
  import ServiceEvents
  import Synchronization

  /// An idempotent producer. A broker refuses a message whose predecessor in its partition it did not store, so that
  /// messages are stored in the order in which they are produced, with several requests under way.
  ///
  /// It does not time out messages one by one, which would let a later one pass: when a call has waited for too long, all
  /// that is under way is given up, and with it this producer. The same holds for its fatal errors, from which librdkafka
  /// before 2.3 does not recover by itself.
  final class KafkaProducer: Sendable {
    struct Message: Sendable {
      let topic: String
      let key: [UInt8]?
      let headers: [(name: String, value: String)]
      let data: [UInt8]
    }

    /// The producers by their numbers: librdkafka calls back with a number and not with a pointer, so that a late call
    /// meets nothing.
    private static let all = Mutex<(last: UInt, producers: [UInt: KafkaProducer])>((0, [:]))

    private let id: UInt
    private let handle: KafkaHandle
    private let state = Mutex(State())

    private struct State {
      var batches: [UInt: Batch] = [:]
      var last: UInt = 0
      var isGivenUp = false
    }

    private struct Batch {
      /// How many reports of delivery are expected, with one for having produced all of them.
      var expected: Int
      var failure: rd_kafka_resp_err_t?
      var continuation: CheckedContinuation<rd_kafka_resp_err_t?, Never>?
    }

    init(_ options: KafkaOptions) throws {
      let id = Self.all.withLock { all in
        all.last += 1
        return all.last
      }
      self.id = id
      let settings: [(name: String, value: String)] = [
        ("enable.idempotence", "true"), ("acks", "all"), ("enable.gapless.guarantee", "true"),
        ("message.timeout.ms", "0"), ("linger.ms", "1"), ("partitioner", "murmur2_random"),
        ("queue.buffering.max.messages", "1000000"), ("topic.metadata.propagation.max.ms", "2000"),
        ("retry.backoff.ms", "50"),
      ]
      handle = try KafkaHandle(RD_KAFKA_PRODUCER, options, settings) { conf in
        rd_kafka_conf_set_opaque(conf, UnsafeMutableRawPointer(bitPattern: id))
        rd_kafka_conf_set_dr_msg_cb(conf) { _, message, opaque in
          guard let message, let producer = KafkaProducer.find(opaque) else { return }
          producer.report(UInt(bitPattern: message.pointee._private), 1, message.pointee.err)
        }
      }
      Self.all.withLock { $0.producers[id] = self }
      Kafka.thread { [self] in
        while !state.withLock({ $0.isGivenUp && $0.batches.isEmpty }) { rd_kafka_poll(handle.pointer, 100) }
        _ = Self.all.withLock { $0.producers.removeValue(forKey: id) }
      }
    }

    private static func find(_ opaque: UnsafeMutableRawPointer?) -> KafkaProducer? {
      all.withLock { $0.producers[UInt(bitPattern: opaque)] }
    }

    /// The code of a fatal error, after which nothing can be produced.
    var fatalError: rd_kafka_resp_err_t? {
      let code = rd_kafka_fatal_error(handle.pointer, nil, 0)
      return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : code
    }

    /// Raises a fatal error, for tests.
    func fail() {
      _ = rd_kafka_test_fatal_error(handle.pointer, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "test")
    }

    /// Gives up what is under way, and ends.
    func giveUp() {
      state.withLock { $0.isGivenUp = true }
      rd_kafka_purge(handle.pointer, Int32(RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT))
    }

    /// Produces messages in this order, and waits until all are stored, or until one is not.
    func produce(_ messages: [Message], timeout: Int) async -> rd_kafka_resp_err_t? {
      let batch = state.withLock { state in
        state.last += 1
        state.batches[state.last] = Batch(expected: messages.count + 1)
        return state.last
      }
      let timer = Task {
        try await Task.sleep(for: .milliseconds(timeout))
        fault(batch, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
        giveUp()
      }
      defer { timer.cancel() }
      await Kafka.pool.run { [self] in
        for (index, message) in messages.enumerated() {
          let code = enqueue(message, batch)
          guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
          report(batch, messages.count - index, code)
          break
        }
      }
      return await withCheckedContinuation { continuation in
        state.withLock { $0.batches[batch]?.continuation = continuation }
        report(batch, 1, RD_KAFKA_RESP_ERR_NO_ERROR)
      }
    }

    private func fault(_ batch: UInt, _ code: rd_kafka_resp_err_t) {
      state.withLock { state in
        if state.batches[batch]?.failure == nil { state.batches[batch]?.failure = code }
      }
    }

    private func report(_ batch: UInt, _ count: Int, _ code: rd_kafka_resp_err_t) {
      if code != RD_KAFKA_RESP_ERR_NO_ERROR { fault(batch, code) }
      let done = state.withLock { state -> Batch? in
        state.batches[batch]?.expected -= count
        guard let done = state.batches[batch], done.expected == 0 else { return nil }
        state.batches[batch] = nil
        return done
      }
      done?.continuation?.resume(returning: done?.failure)
    }

    private func enqueue(_ message: Message, _ batch: UInt) -> rd_kafka_resp_err_t {
      if state.withLock({ $0.isGivenUp }) { return RD_KAFKA_RESP_ERR__PURGE_QUEUE }
      guard let headers = rd_kafka_headers_new(message.headers.count) else { return RD_KAFKA_RESP_ERR__FAIL }
      for (name, value) in message.headers {
        var value = value
        _ = value.withUTF8 {
          rd_kafka_header_add(headers, name, -1, $0.baseAddress ?? UnsafePointer(bitPattern: 1), $0.count)
        }
      }
      let error = message.topic.withCString { topic in
        message.data.withUnsafeBytes { data in
          (message.key ?? []).withUnsafeBytes { key in
            produce(topic, key: message.key == nil ? nil : key, data, headers, batch)
          }
        }
      }
      guard let error else { return RD_KAFKA_RESP_ERR_NO_ERROR }
      // The library takes the headers only with the message.
      rd_kafka_headers_destroy(headers)
      defer { rd_kafka_error_destroy(error) }
      return rd_kafka_error_code(error)
    }

    private func produce(
      _ topic: UnsafePointer<CChar>, key: UnsafeRawBufferPointer?, _ data: UnsafeRawBufferPointer,
      _ headers: OpaquePointer,
      _ batch: UInt
    ) -> OpaquePointer? {
      typealias Value = rd_kafka_vu_t.__Unnamed_union_u
      func item(_ type: rd_kafka_vtype_t, _ set: (inout Value) -> Void) -> rd_kafka_vu_t {
        var value = Value()
        set(&value)
        return rd_kafka_vu_t(vtype: type, u: value)
      }
      // An empty key is one, and not none: it needs an address.
      let empty = UnsafeMutableRawPointer(bitPattern: 1)
      var items = [
        item(RD_KAFKA_VTYPE_TOPIC) { $0.cstr = topic },
        item(RD_KAFKA_VTYPE_MSGFLAGS) { $0.i = RD_KAFKA_MSG_F_COPY },
        item(RD_KAFKA_VTYPE_VALUE) {
          $0.mem.ptr = UnsafeMutableRawPointer(mutating: data.baseAddress) ?? empty
          $0.mem.size = data.count
        },
        item(RD_KAFKA_VTYPE_HEADERS) { $0.headers = headers },
        item(RD_KAFKA_VTYPE_OPAQUE) { $0.ptr = UnsafeMutableRawPointer(bitPattern: batch) },
      ]
      if let key {
        items.append(
          item(RD_KAFKA_VTYPE_KEY) {
            $0.mem.ptr = UnsafeMutableRawPointer(mutating: key.baseAddress) ?? empty
            $0.mem.size = key.count
          })
      }
      return rd_kafka_produceva(handle.pointer, &items, items.count)
    }
  }
#endif
