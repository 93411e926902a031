import COpenSSL
import ServiceCore
import Synchronization

/// What clients of `https` origins trust, and show of themselves: one serves all connections of a process.
///
/// It is TLS 1.2 or 1.3, for `http/1.1` (ALPN, RFC 7301), without renegotiation and compression. A server's certificate is
/// accepted if it leads to an authority of the system's trust store or of the given file (RFC 5280), and has the host of the
/// origin among its alternative names (RFC 9525), a DNS name or an IP address; the common name of its subject does not count.
public final class ClientTLS: Sendable {
  /// Trusts the system's authorities alone. It takes some 25 ms to read them, once, when the first origin needs it.
  static let standard = Result { () throws(ConfigurationError) in try ClientTLS() }

  /// `nonisolated(unsafe)`: OpenSSL locks what connections on several threads share of a context, and nothing changes its
  /// settings after `init`.
  nonisolated(unsafe) let context: OpaquePointer

  /// Reads the files; they are not looked at again.
  ///
  /// - Parameters:
  ///   - authorities: a PEM file of authorities that are trusted besides the system's.
  ///   - certificate: a PEM file of the certificate for servers that ask for one, followed by its intermediate ones.
  ///   - key: a PEM file of its private key, without a password.
  /// - Throws: ``ConfigurationError`` for a file that cannot be used.
  public init(
    authorities: String? = nil, certificate: (file: String, key: String)? = nil
  ) throws(ConfigurationError) {
    guard let context = SSL_CTX_new(TLS_client_method()) else {
      throw ConfigurationError("TLS cannot be used: \(TLSFault.text)")
    }
    self.context = context
    guard SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil) == 1 else {
      throw ConfigurationError("TLS 1.2 cannot be used: \(TLSFault.text)")
    }
    Self.prepare(context)
    ERR_clear_error()
    if let authorities, SSL_CTX_load_verify_file(context, authorities) != 1 {
      throw ConfigurationError("'\(authorities)' is not a PEM file of authorities: \(TLSFault.text)")
    }
    guard let (file, key) = certificate else { return }
    guard SSL_CTX_use_certificate_chain_file(context, file) == 1 else {
      throw ConfigurationError("'\(file)' is not a PEM file of a certificate: \(TLSFault.text)")
    }
    guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
      throw ConfigurationError("'\(key)' is not a PEM file of the key of '\(file)': \(TLSFault.text)")
    }
  }

  deinit { SSL_CTX_free(context) }

  private static func prepare(_ context: OpaquePointer) {
    SSL_CTX_set_options(context, charter_ssl_options)
    // A write that had to wait is repeated from an array that has grown, and perhaps moved, meanwhile.
    let mode = SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS
    SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(mode), nil)
    let protocols = [8] + Array("http/1.1".utf8)
    SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count))
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    SSL_CTX_set_default_verify_paths(context)
    // OpenSSL would ask for the password of a key at the terminal.
    SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in -1 }
    // The sessions are kept by the peer of each connection: OpenSSL's own cache is not for clients.
    SSL_CTX_ctrl(
      context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE), nil)
    SSL_CTX_sess_set_new_cb(context) { ssl, session in
      guard let peer = SSL_get_ex_data(ssl, TLSPeer.index) else { return 0 }
      Unmanaged<TLSPeer>.fromOpaque(peer).takeUnretainedValue().keep(session)
      return 1
    }
  }
}

/// The host that a loop's connections to an origin must prove to be, and its last session, by which the next connection is
/// made with less work (RFC 8446, section 2.2).
final class TLSPeer: Sendable {
  let tls: ClientTLS
  let host: String
  /// Where OpenSSL keeps the peer of a connection: the place that it leaves to the application.
  static let index: Int32 = 0
  private let session = Mutex<Session?>(nil)

  /// `@unchecked`: OpenSSL counts references to a session atomically, and this one is taken by one connection.
  private struct Session: @unchecked Sendable { let pointer: OpaquePointer }

  init(_ host: String, _ tls: ClientTLS) { (self.host, self.tls) = (host, tls) }

  deinit { keep(nil) }

  /// Takes over a reference to a session.
  func keep(_ pointer: OpaquePointer?) {
    let old = session.withLock { session in
      defer { session = pointer.map(Session.init) }
      return session
    }
    SSL_SESSION_free(old?.pointer)
  }

  /// Has a connection begin with the session, if there is one: each is used once (RFC 8446, appendix C.4).
  func resume(_ ssl: OpaquePointer) {
    guard let pointer = session.withLock({ $0.take() })?.pointer else { return }
    SSL_set_session(ssl, pointer)
    SSL_SESSION_free(pointer)
  }
}
