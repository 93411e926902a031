@_exported import ContractValues

/// Header fields in the order of receiving or sending; names are in lower case.
public struct HTTPFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  public private(set) var list: [(name: String, value: String)] = []

  public init() {}

  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name, value) }
  }

  /// The first value of a field; `name` must be in lower case.
  public subscript(_ name: String) -> String? {
    get { list.first { Self.isSame($0.name, name) }?.value }
    set {
      if list.contains(where: { Self.isSame($0.name, name) }) { list.removeAll { Self.isSame($0.name, name) } }
      if let newValue { append(name, newValue) }
    }
  }

  public func values(_ name: String) -> [String] {
    list.lazy.filter { Self.isSame($0.name, name) }.map(\.value)
  }

  /// Swift's `==` is canonical equivalence, which for two texts of equal length, one of them ASCII, is equality of
  /// bytes.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left == right
  }

  /// Adds a field; `name` must be in lower case.
  public mutating func append(_ name: String, _ value: String) { list.append((name, value)) }

  public static func == (left: HTTPFields, right: HTTPFields) -> Bool {
    left.list.elementsEqual(right.list) { $0.name == $1.name && $0.value == $1.value }
  }
}

/// An HTTP request.
///
/// It is passed from layer to layer and copied each time: its contents are behind one reference, copied on write.
public struct HTTPRequest: Sendable {
  private struct Storage: Sendable {
    var method: String
    var path: String
    var query: String?
    var headers: HTTPFields
    var body: [UInt8]
    var stream: ByteStream?
    var id = ""
    var peerCertificate: [UInt8]?
  }

  private final class Box: Sendable {
    let storage: Storage

    init(_ storage: Storage) { self.storage = storage }
  }

  private var box: Box

  private mutating func change(_ body: (inout Storage) -> Void) {
    var storage = box.storage
    body(&storage)
    box = Box(storage)
  }

  public var method: String {
    get { box.storage.method }
    set { change { $0.method = newValue } }
  }

  /// The raw path, percent-encoded, without the query.
  public var path: String {
    get { box.storage.path }
    set { change { $0.path = newValue } }
  }

  /// The raw query, without the question mark.
  public var query: String? {
    get { box.storage.query }
    set { change { $0.query = newValue } }
  }

  public var headers: HTTPFields {
    get { box.storage.headers }
    set { change { $0.headers = newValue } }
  }

  /// The body when it is complete.
  public var body: [UInt8] {
    get { box.storage.body }
    set { change { $0.body = newValue } }
  }

  /// The body when it arrives in chunks; ``body`` is empty then.
  public var stream: ByteStream? {
    get { box.storage.stream }
    set { change { $0.stream = newValue } }
  }

  /// The id of the request in the logs; empty until a server or a client assigns one.
  public var id: String {
    get { box.storage.id }
    set { change { $0.id = newValue } }
  }

  /// The client certificate of the connection, in DER; a TLS server sets it, and it is never sent.
  public var peerCertificate: [UInt8]? {
    get { box.storage.peerCertificate }
    set { change { $0.peerCertificate = newValue } }
  }

  public init(
    method: String, path: String, query: String? = nil, headers: HTTPFields = HTTPFields(), body: [UInt8] = [],
    stream: ByteStream? = nil, id: String = ""
  ) {
    box = Box(
      Storage(method: method, path: path, query: query, headers: headers, body: body, stream: stream, id: id))
  }

  /// The request target: path and query.
  public var target: String { query.map { path + "?" + $0 } ?? path }
}

/// An HTTP response.
public struct HTTPResponse: Sendable {
  public var status: Int
  public var headers: HTTPFields
  /// The body when it is complete.
  public var body: [UInt8]
  /// The body when it is sent in chunks; ``body`` is empty then.
  public var stream: ByteStream?

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

/// The reason phrases of RFC 9110, section 15.
public func reasonPhrase(_ status: Int) -> String {
  switch status {
  case 100: "Continue"
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
