import COpenSSL
import ServiceCore
import ServiceLoop

/// The TLS of one connection to a server, over its non-blocking socket. Used on its connection's loop alone. With
/// ``ClientTLS`` it is the only wrapper of OpenSSL's libssl.
///
/// OpenSSL reads and writes the socket itself, by a BIO of ours: its own would raise SIGPIPE. It takes one record at a time
/// from the socket, and each fits the loop's buffer, so that what is not read yet is in the socket, where the loop sees it.
final class TLSSession {
  private let peer: TLSPeer
  private let ssl: OpaquePointer
  /// Why it cannot be used any more, after `failed`.
  private(set) var failure: String?

  enum Handshake {
    case done, needsRead, needsWrite
    case failed(String)
  }

  /// - Parameter descriptor: a connected socket, which the caller closes.
  init?(_ peer: TLSPeer, _ descriptor: Int32) {
    guard let ssl = SSL_new(peer.tls.context) else { return nil }
    (self.peer, self.ssl) = (peer, ssl)
    guard let method = Self.method, let bio = BIO_new(method) else { return nil }
    BIO_set_data(bio, UnsafeMutableRawPointer(bitPattern: Int(descriptor)))
    BIO_set_init(bio, 1)
    SSL_set_bio(ssl, bio, bio)
    SSL_set_ex_data(ssl, TLSPeer.index, Unmanaged.passUnretained(peer).toOpaque())
    guard name(peer.host) else { return nil }
    SSL_set_connect_state(ssl)
    peer.resume(ssl)
  }

  deinit {
    // Without it OpenSSL takes the session for one that was broken off, and does not resume it.
    if failure == nil { SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN) }
    SSL_free(ssl)
  }

  /// Has the certificate checked for a host, and names that to the server, unless it is an address (RFC 6066, section 3).
  private func name(_ host: String) -> Bool {
    let parameters = SSL_get0_param(ssl)
    // On the connection: not every version of OpenSSL hands these down from the context.
    let rules = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
    X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(rules))
    if NetworkAddress(host) != nil { return X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1 }
    // The dot behind the root's label is not part of the name there.
    let name = host.hasSuffix(".") ? String(host.dropLast()) : host
    return SSL_set1_host(ssl, name) == 1
      && name.withCString {
        SSL_ctrl(
          ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), UnsafeMutableRawPointer(mutating: $0)) == 1
      }
  }

  // MARK: exchange

  /// Goes on with the handshake, as far as the socket allows.
  func shakeHands() -> Handshake {
    ERR_clear_error()
    let code = SSL_do_handshake(ssl)
    if code == 1 {
      // With TLS 1.2 no new session follows from one that was resumed.
      if SSL_session_reused(ssl) == 1, SSL_version(ssl) == TLS1_2_VERSION { peer.keep(SSL_get1_session(ssl)) }
      return .done
    }
    switch SSL_get_error(ssl, code) {
    case SSL_ERROR_WANT_READ: return .needsRead
    case SSL_ERROR_WANT_WRITE: return .needsWrite
    default:
      let verified = SSL_get_verify_result(ssl)
      let reason =
        verified == X509_V_OK
        ? "the TLS handshake failed: \(TLSFault.text)"
        : "the certificate is not accepted for \(peer.host): "
          + String(cString: X509_verify_cert_error_string(verified))
      failure = reason
      return .failed(reason)
    }
  }

  /// Reads a record into the loop's shared buffer and passes its content to `take`.
  ///
  /// - Returns: `closed` for an end that the server has announced; without that it is `failed`: what came may be cut off
  ///   (RFC 8446, section 6.1).
  func read(on loop: Loop, _ take: (UnsafeRawBufferPointer) -> Void) -> Socket.Transfer {
    ERR_clear_error()
    let count = SSL_read(ssl, loop.scratch.baseAddress, Int32(clamping: loop.scratch.count))
    if count > 0 { take(UnsafeRawBufferPointer(rebasing: loop.scratch[..<Int(count)])) }
    return transfer(count)
  }

  /// Writes `bytes` from an offset on, a record at most. Where that would block, the same bytes come again, perhaps with others
  /// behind them.
  func write(_ bytes: [UInt8], from offset: Int) -> Socket.Transfer {
    ERR_clear_error()
    return transfer(
      bytes.withUnsafeBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        return SSL_write(ssl, rest.baseAddress, Int32(clamping: rest.count))
      })
  }

  /// Whether an idle connection can be reused: neither bytes of a response nor the end have arrived. What else arrives, such
  /// as tickets for later sessions, is taken.
  var isUsable: Bool {
    var byte: UInt8 = 0
    ERR_clear_error()
    if case .wouldBlock = transfer(SSL_peek(ssl, &byte, 1)) { return true }
    return false
  }

  /// Announces the end, if the socket takes that.
  func close() {
    guard failure == nil, SSL_is_init_finished(ssl) == 1 else { return }
    SSL_shutdown(ssl)
  }

  private func transfer(_ count: Int32) -> Socket.Transfer {
    if count > 0 { return .bytes(Int(count)) }
    switch SSL_get_error(ssl, count) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wouldBlock
    case SSL_ERROR_ZERO_RETURN: return .closed
    default:
      failure = ERR_peek_error() == 0 ? "it ended without TLS's close_notify" : TLSFault.text
      return .failed
    }
  }

  // MARK: the socket

  /// How OpenSSL reads and writes a socket, whose descriptor is the BIO's data.
  ///
  /// `nonisolated(unsafe)`: it is not changed once it is made.
  nonisolated(unsafe) private static let method: OpaquePointer? = {
    let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket")
    BIO_meth_set_read(method) { bio, bytes, count in
      TLSSession.code(
        Socket.read(
          TLSSession.descriptor(bio), into: UnsafeMutableRawBufferPointer(start: bytes, count: Int(count))),
        BIO_FLAGS_READ, bio)
    }
    BIO_meth_set_write(method) { bio, bytes, count in
      TLSSession.code(
        Socket.write(TLSSession.descriptor(bio), UnsafeRawBufferPointer(start: bytes, count: Int(count))),
        BIO_FLAGS_WRITE, bio)
    }
    // Nothing is buffered that could be flushed.
    BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
    return method
  }()

  private static func descriptor(_ bio: OpaquePointer?) -> Int32 {
    Int32(truncatingIfNeeded: Int(bitPattern: BIO_get_data(bio)))
  }

  private static func code(_ transfer: Socket.Transfer, _ direction: Int32, _ bio: OpaquePointer?) -> Int32 {
    BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
    switch transfer {
    case .bytes(let count): return Int32(clamping: count)
    case .closed: return 0
    case .failed: return -1
    case .wouldBlock:
      BIO_set_flags(bio, direction | BIO_FLAGS_SHOULD_RETRY)
      return -1
    }
  }
}

/// What OpenSSL says about the last thing that failed on this thread.
enum TLSFault {
  static var text: String {
    let code = ERR_peek_error()
    guard code != 0 else { return "the connection ended" }
    // Errors of the system have no text of OpenSSL's.
    let reason = ERR_reason_error_string(code).map { String(cString: $0) }
    return reason ?? "\(SystemError("read", ERR_GET_REASON(code)))"
  }
}
