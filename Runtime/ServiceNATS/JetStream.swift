#if NATS
  import ServiceCore
  import ServiceEvents

  /// The API of JetStream (ADR-1 and the server's schemas): requests with JSON to subjects below `$JS.API`.
  actor JetStream {
    nonisolated let options: NATSOptions
    private var current: NATSConnection?
    private var opening: Task<NATSConnection, any Error>?
    private var isClosed = false

    /// What the API refuses.
    struct Failure: Error {
      /// Those of HTTP.
      let code: Int
      /// The server's own number of this error.
      let reason: Int
      let text: String

      static let streamNotFound = 10_059
      static let noMessage = 10_037
      /// In a cluster servers since 2.11 say the second one while another write of the subject is under way.
      static let wrongLastSequence = [10_071, 10_164]
      static let notClustered = 10_074
      static let nameInUse = 10_058
      /// Those that pass: some servers of the cluster are away, the same message is being stored, too many requests.
      static let passing = [10_005, 10_158, 10_167]
    }

    init(_ options: NATSOptions) { self.options = options }

    /// The connection: opened at the first use, so that a service starts without its broker.
    func connection() async throws -> NATSConnection {
      guard !isClosed else { throw TransportError.unavailable("the connection to NATS is closed") }
      if let current, !current.isClosed { return current }
      let task = opening ?? Task { [options] in try await NATSConnection.connect(options) }
      opening = task
      defer { if opening == task { opening = nil } }
      let made = try await task.value
      if !isClosed { current = made }
      return made
    }

    func close() {
      isClosed = true
      current = nil
    }

    /// - Throws: ``Failure``; ``TransportError/unavailable(_:)``.
    nonisolated func api(_ name: String, _ body: JSONValue? = nil) async throws -> JSONValue {
      let message = NATSConnection.Outgoing(subject: "$JS.API.\(name)", data: body?.json ?? [])
      return try Self.value(await connection().request(message, timeout: options.timeout))
    }

    /// Reads messages of a stream from its leader: what was written before is seen. Nil for one that is not there.
    ///
    /// - Throws: ``Failure``; ``TransportError/unavailable(_:)``.
    nonisolated func messages(_ stream: String, _ queries: [JSONValue]) async throws -> [JSONValue?] {
      let requests = queries.map {
        NATSConnection.Outgoing(subject: "$JS.API.STREAM.MSG.GET.\(stream)", data: $0.json)
      }
      return try await connection().request(requests, timeout: options.timeout).map { reply in
        do {
          return try Self.value(reply)["message"]
        } catch let failure as Failure where failure.reason == Failure.noMessage {
          return nil
        }
      }
    }

    /// The JSON of a reply.
    nonisolated static func value(_ reply: NATSMessage) throws -> JSONValue {
      if let status = reply.status {
        throw TransportError.unavailable(
          status == 503 ? "no server with JetStream responds" : "\(reply.statusText) (status \(status))")
      }
      var reader = JSONReader(reply.data)
      guard let value = try? JSONValue.decode(&reader) else {
        throw TransportError.unavailable("the server's reply is not JSON")
      }
      guard let error = value["error"] else { return value }
      let failure = Failure(
        code: error["code"]?.integer ?? 500, reason: error["err_code"]?.integer ?? 0,
        text: error["description"]?.text ?? "unknown error")
      if failure.code >= 500, failure.reason != Failure.notClustered {
        throw TransportError.unavailable("\(failure.text) (error \(failure.reason))")
      }
      throw failure
    }
  }

  extension JetStream.Failure {
    /// As it is said to who uses the transport.
    var transportError: TransportError {
      let said = "\(text) (error \(reason))"
      return Self.passing.contains(reason) ? .unavailable(said) : .refused(said)
    }
  }

  extension JSONValue {
    var integer: Int? { if case .number(let value) = self { value.integer } else { nil } }

    init(_ number: Int) { self = .number(ExactDecimal(number)) }
  }
#endif
