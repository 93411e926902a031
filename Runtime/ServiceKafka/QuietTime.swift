#if Kafka
  import CKafka
  import ServiceCore
  import Synchronization

  /// When a member of a group must not commit: while it joins anew.
  ///
  /// A commit then has the number of a generation that has ended. librdkafka before 2.10 takes the refusal for the loss of
  /// all partitions (its issue 4059), and what is in hand is delivered again. It does not say when it joins, but it tells of
  /// each request.
  final class QuietTime: Sendable {
    /// By the monotonic clock, in milliseconds.
    private let end = Atomic(Int.min)

    var isNow: Bool { Deadline.now < end.load(ordering: .relaxed) }

    /// The requests of Kafka, by its numbers.
    private enum Request {
      static let join: Int16 = 11
      static let heartbeat: Int16 = 12
      static let sync: Int16 = 14
    }

    fileprivate func sent(_ request: Int16) { if request == Request.join { end.store(.max, ordering: .relaxed) } }

    fileprivate func received(_ request: Int16) {
      switch request {
      // It may say that the group is to be joined anew, which the library does at once.
      case Request.heartbeat: end.max(Deadline.now + 20, ordering: .relaxed)
      case Request.sync: end.store(.min, ordering: .relaxed)
      default: break
      }
    }

    /// Follows the requests of the member with this number.
    static func follow(_ conf: OpaquePointer, _ member: UInt) {
      rd_kafka_conf_interceptor_add_on_new(
        conf, "quiet",
        { pointer, _, member, _, _ in
          rd_kafka_interceptor_add_on_request_sent(
            pointer, "quiet",
            { _, _, _, _, request, _, _, _, member in
              KafkaSubscription.find(member)?.quiet.sent(request)
              return RD_KAFKA_RESP_ERR_NO_ERROR
            }, member)
          return rd_kafka_interceptor_add_on_response_received(
            pointer, "quiet",
            { _, _, _, _, request, _, _, _, _, _, member in
              KafkaSubscription.find(member)?.quiet.received(request)
              return RD_KAFKA_RESP_ERR_NO_ERROR
            }, member)
        }, UnsafeMutableRawPointer(bitPattern: member))
    }
  }
#endif
