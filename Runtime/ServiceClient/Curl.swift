import CCurl
import Glibc
import ServiceCore
import Synchronization

/// The source of the request body and receiver of the response of an ``EasyHandle``.
protocol EasyOwner: AnyObject {
  func nextPart(atMost limit: Int) -> Upload.Part
  /// Restarts the request body from its beginning; false when that is impossible.
  func rewind() -> Bool
  func take(headerLine line: [UInt8]) -> Bool
  func take(body bytes: [UInt8]) -> EasyHandle.TakeResult
}

/// libcurl's handle for one transfer. No pointer leaves this file.
final class EasyHandle {
  /// The result of passing on a piece of the response body.
  enum TakeResult {
    case taken
    /// Nothing was taken: libcurl passes the piece again when the transfer is resumed.
    case later
    case never
  }

  fileprivate let pointer: UnsafeMutableRawPointer
  /// The buffer for libcurl's error messages, valid for as long as the handle.
  private let errorBuffer: UnsafeMutablePointer<CChar>
  private var fields: UnsafeMutablePointer<curl_slist>?
  /// The last address that no connection was made to, because it is not public.
  private var refusedAddress: NetworkAddress?
  /// Unowned is safe: the owner holds the handle, and no callback runs after the handle is removed.
  fileprivate unowned let owner: any EasyOwner

  init(_ owner: any EasyOwner) throws(Failure) {
    guard CurlLibrary.isReady, let pointer = curl_easy_init() else { throw .final("libcurl is out of memory") }
    self.pointer = pointer
    self.owner = owner
    errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    // This object is the context of libcurl's callbacks, and outlives libcurl's handle.
    let context = Unmanaged.passUnretained(self).toOpaque()
    try check(charter_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorBuffer))
    try check(charter_curl_set_pointer(pointer, CURLOPT_PRIVATE, context))
    try check(charter_curl_set_answer(pointer, Self.takeHeader, Self.takeBody, context))
    try check(charter_curl_set_body(pointer, Self.readBody, Self.seekBody, context))
  }

  deinit {
    curl_easy_cleanup(pointer)
    curl_slist_free_all(fields)
    errorBuffer.deallocate()
  }

  func set(_ option: CURLoption, _ value: Int) throws(Failure) {
    try check(charter_curl_set_number(pointer, option, value))
  }

  func set(_ option: CURLoption, size: Int) throws(Failure) {
    try check(charter_curl_set_size(pointer, option, curl_off_t(size)))
  }

  /// - Parameter text: nil to clear an option that has a default.
  func set(_ option: CURLoption, _ text: String?) throws(Failure) {
    try check(charter_curl_set_text(pointer, option, text))
  }

  func set(fields lines: [String]) throws(Failure) {
    for line in lines {
      guard let longer = curl_slist_append(fields, line) else { throw .final("libcurl is out of memory") }
      fields = longer
    }
    try check(charter_curl_set_pointer(pointer, CURLOPT_HTTPHEADER, fields))
  }

  /// Makes no connection to an address that is not public.
  func refusePrivateAddresses() throws(Failure) {
    try check(charter_curl_set_opener(pointer, Self.openSocket, Unmanaged.passUnretained(self).toOpaque()))
  }

  /// Sets which directions are paused; false when the transfer cannot continue.
  func pause(receiving: Bool, sending: Bool) -> Bool {
    curl_easy_pause(pointer, (receiving ? CURLPAUSE_RECV : 0) | (sending ? CURLPAUSE_SEND : 0)) == CURLE_OK
  }

  /// How many bytes of the request body were sent.
  var uploaded: Int { Int(charter_curl_uploaded(pointer)) }

  private func check(_ code: CURLcode) throws(Failure) {
    guard code == CURLE_OK else { throw .final("libcurl: " + String(cString: curl_easy_strerror(code))) }
  }

  fileprivate func failure(_ code: CURLcode) -> Failure? {
    let reason = errorBuffer.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorBuffer)
    return switch code {
    case CURLE_OK: nil
    // The only timeout given to libcurl is the one for connecting.
    case CURLE_OPERATION_TIMEDOUT: .connectTimedOut
    case CURLE_COULDNT_CONNECT where refusedAddress != nil:
      .final("its address \(refusedAddress?.description ?? "") is not public")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: .notConnected(reason)
    case CURLE_SSL_CONNECT_ERROR, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE,
      CURLE_HTTP2, CURLE_HTTP2_STREAM:
      .interrupted(reason)
    default: .final(reason)
    }
  }
}

/// libcurl's callbacks. They run on the transfers' thread, with an ``EasyHandle`` that is alive meanwhile.
extension EasyHandle {
  private static func of(_ context: UnsafeMutableRawPointer?) -> EasyHandle? {
    context.map { Unmanaged<EasyHandle>.fromOpaque($0).takeUnretainedValue() }
  }

  private static func copied(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: bytes, count: count))
  }

  private static let takeHeader: curl_write_callback = { bytes, size, count, context in
    guard let handle = of(context), handle.owner.take(headerLine: copied(bytes, size * count)) else { return 0 }
    return size * count
  }

  private static let takeBody: curl_write_callback = { bytes, size, count, context in
    switch of(context)?.owner.take(body: copied(bytes, size * count)) {
    case .taken: size * count
    case .later: Int(CURL_WRITEFUNC_PAUSE)
    // Returning a number other than the byte count aborts the transfer.
    case .never, nil: size * count == 0 ? 1 : 0
    }
  }

  private static let readBody: curl_read_callback = { bytes, size, count, context in
    switch of(context)?.owner.nextPart(atMost: size * count) {
    case .bytes(let part):
      UnsafeMutableRawBufferPointer(start: bytes, count: size * count).copyBytes(from: part)
      return part.count
    case .notYet: return Int(CURL_READFUNC_PAUSE)
    case .end: return 0
    case nil: return Int(CURL_READFUNC_ABORT)
    }
  }

  private static let openSocket: curl_opensocket_callback = { context, _, socketAddress in
    guard let handle = of(context), let socketAddress, let address = address(of: socketAddress) else { return -1 }
    guard address.isPublic else {
      handle.refusedAddress = address
      return -1
    }
    let given = socketAddress.pointee
    return socket(given.family, given.socktype | Int32(SOCK_CLOEXEC.rawValue), given.protocol)
  }

  /// The IP address that a socket is to be connected to; nil for one of another family.
  private static func address(of socketAddress: UnsafeMutablePointer<curl_sockaddr>) -> NetworkAddress? {
    // libcurl's structure ends in a `sockaddr_storage`, of which its public declaration shows the beginning.
    guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
    let bytes = UnsafeRawBufferPointer(
      start: UnsafeRawPointer(socketAddress) + offset, count: Int(socketAddress.pointee.addrlen))
    return switch socketAddress.pointee.family {
    case AF_INET: NetworkAddress(bytes: bytes.dropFirst(4).prefix(4))
    case AF_INET6: NetworkAddress(bytes: bytes.dropFirst(8).prefix(16))
    default: nil
    }
  }

  private static let seekBody: curl_seek_callback = { context, offset, origin in
    guard offset == 0, origin == SEEK_SET, of(context)?.owner.rewind() == true else { return CURL_SEEKFUNC_FAIL }
    return CURL_SEEKFUNC_OK
  }
}

/// libcurl's handle for all transfers of one thread and their open connections.
///
/// `@unchecked`: libcurl allows any thread to call `curl_multi_wakeup`, as ``wake()`` does, while the handle is open;
/// everything else is called only by the transfers' thread.
final class MultiHandle: @unchecked Sendable {
  private let pointer: UnsafeMutableRawPointer
  private let isOpen = Mutex(true)

  init?(connections: Int) {
    guard CurlLibrary.isReady, let pointer = curl_multi_init() else { return nil }
    self.pointer = pointer
    // libcurl 7.88 stops reading an HTTP/2 connection, with all its streams, when one stream is paused: each transfer
    // gets its own connection.
    charter_curl_multi_set_number(pointer, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
    charter_curl_multi_set_number(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, max(1, connections))
    charter_curl_multi_set_number(pointer, CURLMOPT_MAXCONNECTS, max(1, connections))
  }

  deinit { close() }

  func add(_ easy: EasyHandle) -> Bool { curl_multi_add_handle(pointer, easy.pointer) == CURLM_OK }

  func remove(_ easy: EasyHandle) { curl_multi_remove_handle(pointer, easy.pointer) }

  func perform() {
    var running: Int32 = 0
    curl_multi_perform(pointer, &running)
  }

  /// The next finished transfer, with its failure if it failed.
  func nextFinished() -> (owner: any EasyOwner, failure: Failure?)? {
    var left: Int32 = 0
    while let message = curl_multi_info_read(pointer, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let context = charter_curl_private(message.pointee.easy_handle) else {
        continue
      }
      let handle = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
      return (handle.owner, handle.failure(message.pointee.data.result))
    }
    return nil
  }

  /// Waits until a socket is ready, one of libcurl's timers is due, ``wake()`` is called, or the time has passed.
  func wait(milliseconds: Int) {
    curl_multi_poll(pointer, nil, 0, Int32(clamping: milliseconds), nil)
  }

  func wake() {
    isOpen.withLock { isOpen in
      if isOpen { curl_multi_wakeup(pointer) }
    }
  }

  func close() {
    let wasOpen = isOpen.withLock { isOpen in
      defer { isOpen = false }
      return isOpen
    }
    if wasOpen { curl_multi_cleanup(pointer) }
  }
}

/// libcurl's global state, initialised once per process.
private enum CurlLibrary {
  static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// Parses an HTTP date (RFC 9110, section 5.6.7) to seconds since 1970; nil when it is malformed.
func httpDate(_ text: String) -> Int? {
  let time = curl_getdate(text, nil)
  return time < 0 ? nil : time
}
