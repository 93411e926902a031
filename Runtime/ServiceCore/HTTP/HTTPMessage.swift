/// An HTTP request.
///
/// It is passed from layer to layer and copied each time: its contents are behind one reference, copied on write. What a
/// server has received stays bytes until it is asked for as text.
public struct HTTPRequest: Sendable {
  private var storage: Storage

  /// `@unchecked`: it is changed by its only owner, which ``change`` ensures. Since that owner is a value, its accesses
  /// are exclusive, and need no further check at each property.
  private final class Storage: @unchecked Sendable {
    /// Nil for a request that was not received.
    @exclusivity(unchecked) var head: ReceivedHead?
    @exclusivity(unchecked) var method = ""
    /// Path and query; nil while they are those of `head`.
    @exclusivity(unchecked) var target: (path: String, query: String?)?
    @exclusivity(unchecked) var headers = HTTPFields()
    @exclusivity(unchecked) var body: [UInt8] = []
    @exclusivity(unchecked) var stream: ByteStream?
    @exclusivity(unchecked) var identity: CallIdentity?
    /// The id that was set; nil for that of `identity`.
    @exclusivity(unchecked) var id: String?
    @exclusivity(unchecked) var peerCertificate: [UInt8]?
    @exclusivity(unchecked) var clientAddress: NetworkAddress?

    init() {}

    init(copying other: Storage) {
      (head, method, target, headers) = (other.head, other.method, other.target, other.headers)
      (body, stream, identity, id) = (other.body, other.stream, other.identity, other.id)
      (peerCertificate, clientAddress) = (other.peerCertificate, other.clientAddress)
    }
  }

  private mutating func change(_ body: (Storage) -> Void) {
    if !isKnownUniquelyReferenced(&storage) { storage = Storage(copying: storage) }
    body(storage)
  }

  public var method: String {
    get { storage.method }
    set {
      let target = (path: path, query: query)
      // The head has another method from now on.
      change { ($0.method, $0.target) = (newValue, target) }
    }
  }

  /// The raw path, percent-encoded, without the query.
  public var path: String {
    get { storage.target?.path ?? storage.head?.path ?? "" }
    set {
      let query = query
      change { $0.target = (newValue, query) }
    }
  }

  /// The raw query, without the question mark.
  public var query: String? {
    get { storage.target.map(\.query) ?? storage.head?.query }
    set {
      let path = path
      change { $0.target = (path, newValue) }
    }
  }

  public var headers: HTTPFields {
    get { storage.headers }
    set { change { $0.headers = newValue } }
  }

  /// The body when it is complete.
  public var body: [UInt8] {
    get { storage.body }
    set { change { $0.body = newValue } }
  }

  /// The body when it arrives in chunks; ``body`` is empty then.
  public var stream: ByteStream? {
    get { storage.stream }
    set { change { $0.stream = newValue } }
  }

  /// Identifies the call; nil until a server assigns one, or a caller passes on its own.
  package var identity: CallIdentity? {
    get { storage.identity }
    set { change { $0.identity = newValue } }
  }

  /// The id of the request in the logs; empty until a server or a client assigns one.
  public var id: String {
    get { storage.id ?? storage.identity?.requestID ?? "" }
    set { change { $0.id = newValue } }
  }

  /// The client certificate of the connection, in DER; a TLS server sets it, and it is never sent.
  public var peerCertificate: [UInt8]? {
    get { storage.peerCertificate }
    set { change { $0.peerCertificate = newValue } }
  }

  /// The address from which the request came; a server sets it.
  public var clientAddress: NetworkAddress? {
    get { storage.clientAddress }
    set { change { $0.clientAddress = newValue } }
  }

  public init(
    method: String, path: String, query: String? = nil, headers: HTTPFields = HTTPFields(), body: [UInt8] = [],
    stream: ByteStream? = nil, id: String = ""
  ) {
    storage = Storage()
    storage.method = method
    storage.target = (path, query)
    storage.headers = headers
    storage.body = body
    storage.stream = stream
    storage.id = id.isEmpty ? nil : id
  }

  /// The request target: path and query.
  public var target: String { query.map { path + "?" + $0 } ?? path }
}

/// Requests as a server receives them.
extension HTTPRequest {
  /// Becomes the request with this head. Its memory is used again, unless somebody still has the last request.
  ///
  /// - Parameters:
  ///   - target: path and query where they are not the head's, because the target is a URL.
  ///   - client: where it came from.
  package mutating func receive(
    _ head: ReceivedHead, _ identity: CallIdentity, target: (path: String, query: String?)?,
    from client: NetworkAddress? = nil
  ) {
    forgetContent()
    storage.head = head
    storage.method = head.method
    storage.target = target
    storage.headers = HTTPFields(head)
    storage.identity = identity
    storage.id = nil
    storage.clientAddress = client
  }

  /// Frees the content of the last request; a copy of that request keeps its own.
  package mutating func forgetContent() {
    guard isKnownUniquelyReferenced(&storage) else { return storage = Storage() }
    if !storage.body.isEmpty { storage.body = [] }
    if storage.stream != nil { storage.stream = nil }
    if storage.peerCertificate != nil { storage.peerCertificate = nil }
  }

  /// Empties the request, as far as nobody else has it.
  ///
  /// - Returns: its head, if nobody else has that and it is to be used again.
  package mutating func clear() -> ReceivedHead? {
    guard isKnownUniquelyReferenced(&storage) else { return nil }
    storage.headers = HTTPFields()
    forgetContent()
    guard isKnownUniquelyReferenced(&storage.head), let head = storage.head, head.isSmall else {
      storage.head = nil
      return nil
    }
    storage.head = nil
    return head
  }

  /// Calls with the bytes of the path, if it is that of the head, and before it the method as a number.
  @inline(__always) func withPath<Value>(_ body: (UInt64, UnsafeBufferPointer<UInt8>) -> Value) -> Value? {
    guard storage.target == nil, let head = storage.head else { return nil }
    return head.withPath { body(head.methodWord, $0) }
  }

  /// Calls with the bytes of path and query.
  package func withTarget(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    if storage.target == nil, let head = storage.head { return head.withTarget(body) }
    var target = target
    target.withUTF8(body)
  }

  /// The id of the request, as far as it is not that of its identity's ``CallIdentity/uuid``; nil otherwise.
  package var givenID: String? {
    let id = storage.id ?? storage.identity?.givenID
    return id?.isEmpty == false ? id : nil
  }

  /// Whether the path is this text, without making a string of it.
  package func hasPath(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { text in
      if let isSame = withPath({ $1.count == text.count && $1.elementsEqual(text) }) { return isSame }
      return path.utf8.elementsEqual(text)
    }
  }

  /// Whether the path begins with this text, without making a string of it.
  package func hasPath(beginningWith text: StaticString) -> Bool {
    text.withUTF8Buffer { text in
      if let begins = withPath({ $1.count >= text.count && $1.prefix(text.count).elementsEqual(text) }) {
        return begins
      }
      return path.utf8.starts(with: text)
    }
  }

  /// Whether there is a header of the name, which must be in lower case.
  package func hasHeader(_ name: StaticString) -> Bool { storage.headers.has(name) }
}

/// An HTTP response.
public struct HTTPResponse: Sendable {
  public var status: Int
  public var headers: HTTPFields
  /// The body when it is complete.
  public var body: [UInt8]
  /// The body when it is sent in chunks; ``body`` is empty then.
  public var stream: ByteStream?
  /// Of a response with status 101: the connection to the service that has switched protocols.
  package var upgrade: (any UpgradedConnection)?

  public init(status: Int, headers: HTTPFields = HTTPFields(), body: [UInt8] = [], stream: ByteStream? = nil) {
    self.status = status
    self.headers = headers
    self.body = body
    self.stream = stream
  }

  /// A response whose body is `value`, written as JSON.
  public init(status: Int, json value: some JSONCodable, mediaType: String = "application/json") {
    self.init(status: status, headers: ["content-type": mediaType], body: value.json)
  }
}

/// A connection that has switched to another protocol (RFC 9110, section 7.8): a server that sends a response with one
/// passes bytes between it and the client from then on, unread.
package protocol UpgradedConnection: AnyObject, Sendable {}

/// The reason phrases of RFC 9110, section 15.
public func reasonPhrase(_ status: Int) -> String {
  switch status {
  case 100: "Continue"
  case 101: "Switching Protocols"
  case 200: "OK"
  case 201: "Created"
  case 202: "Accepted"
  case 204: "No Content"
  case 206: "Partial Content"
  case 301: "Moved Permanently"
  case 302: "Found"
  case 303: "See Other"
  case 304: "Not Modified"
  case 307: "Temporary Redirect"
  case 308: "Permanent Redirect"
  case 400: "Bad Request"
  case 401: "Unauthorized"
  case 403: "Forbidden"
  case 404: "Not Found"
  case 405: "Method Not Allowed"
  case 406: "Not Acceptable"
  case 408: "Request Timeout"
  case 409: "Conflict"
  case 410: "Gone"
  case 412: "Precondition Failed"
  case 413: "Content Too Large"
  case 414: "URI Too Long"
  case 415: "Unsupported Media Type"
  case 416: "Range Not Satisfiable"
  case 417: "Expectation Failed"
  case 422: "Unprocessable Content"
  case 426: "Upgrade Required"
  case 428: "Precondition Required"
  case 429: "Too Many Requests"
  case 431: "Request Header Fields Too Large"
  case 500: "Internal Server Error"
  case 501: "Not Implemented"
  case 502: "Bad Gateway"
  case 503: "Service Unavailable"
  case 504: "Gateway Timeout"
  case 505: "HTTP Version Not Supported"
  default: status < 400 ? "OK" : "Error"
  }
}

extension HTTPRequest {
  /// Adds a query parameter; one without a value is omitted.
  public mutating func addQuery(_ name: StaticString, _ value: (some ParameterValue)?) {
    guard let value else { return }
    let pair = PercentCoding.encode(name.description) + "=" + PercentCoding.encode(value.parameter)
    query = query.map { $0 + "&" + pair } ?? pair
  }
}
