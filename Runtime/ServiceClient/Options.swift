import Glibc
import ServiceCore

extension CurlTransport {
  /// The limits, timeouts and connection settings of a transport.
  public struct Options: Sendable {
    /// The timeout for establishing a connection, including name resolution and TLS, in milliseconds.
    public var connectTimeout = 3_000
    /// The upper bound for a response, including all attempts, in milliseconds; an operation's own timeout, or the
    /// caller's remaining time, may be shorter.
    public var answerTimeout = 30_000
    /// The maximum number of open connections. A streamed response occupies one until it has been read.
    public var connections = 32
    /// How many requests may wait for a connection; further ones fail at once.
    public var waiting = 1_000
    /// The largest response that is buffered, in bytes. Streamed responses have no limit.
    public var answerLimit = 16 * 1_048_576
    /// Which requests are retried, and when.
    public var retries = RetryPolicy()
    /// Whether a connection may be made to an address that is not public (``ServiceCore/NetworkAddress/isPublic``),
    /// whatever name it has. Checked is the address that is connected to, so that no answer of a name server can change
    /// it in between; it does not apply to what a proxy connects to.
    public var allowsPrivateAddresses = true
    /// The proxy to the origin.
    public var proxy = Proxy.none
    /// A PEM file of the authorities trusted to sign server certificates; nil for the system's.
    public var authorities: String?
    /// The client certificate for servers that request one.
    public var certificate: Certificate?

    public init() {}
  }

  /// The proxy by which an origin is reached.
  public enum Proxy: Sendable {
    /// No proxy; the environment is ignored.
    case none
    /// The proxy given by `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`.
    case environment
    /// A proxy such as `http://proxy:3128` or `socks5h://127.0.0.1:1080`; the environment is ignored.
    case url(String)
  }

  /// A client certificate and its key: two PEM files, which may be the same file.
  public struct Certificate: Sendable {
    /// The certificate, followed by its intermediate certificates.
    public var file: String
    /// Its private key, without a password.
    public var key: String

    public init(file: String, key: String) {
      self.file = file
      self.key = key
    }
  }
}

extension CurlTransport.Options {
  func check() throws(ConfigurationError) {
    for file in [authorities, certificate?.file, certificate?.key] {
      guard let file, file.utf8.contains(0) || access(file, R_OK) != 0 else { continue }
      throw ConfigurationError("'\(file)' cannot be read")
    }
    if case .url(let url) = proxy, url.isEmpty || !url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
      throw ConfigurationError("'\(url)' is not a proxy's address such as http://proxy:3128")
    }
  }
}
