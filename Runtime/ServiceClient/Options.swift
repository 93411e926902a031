import Glibc
import ServiceCore

extension CurlTransport {
  /// How a transport connects, how long it waits, and how much it takes.
  public struct Options: Sendable {
    /// How long a connection may take to be made, name resolution and TLS included, in milliseconds.
    public var connectTimeout = 3_000
    /// How long an answer may take at most, all attempts included, in milliseconds; an operation's own time limit, and
    /// what its caller has left, may be less.
    public var answerTimeout = 30_000
    /// How many connections are open at once. An answer that is a stream holds one until it has been read.
    public var connections = 32
    /// How many requests may wait for a connection; more are refused at once.
    public var waiting = 1_000
    /// The largest answer that is taken in whole, in bytes. One that is a stream has no limit.
    public var answerLimit = 16 * 1_048_576
    /// What is sent again, and when.
    public var retries = RetryPolicy()
    /// The way to the origin.
    public var proxy = Proxy.none
    /// A file of certificates in PEM form: who must have signed a server's certificate. Nil for those the system
    /// trusts.
    public var authorities: String?
    /// What the client shows to a server that asks who it is.
    public var certificate: Certificate?

    public init() {}
  }

  /// The way by which an origin is reached.
  public enum Proxy: Sendable {
    /// Directly, whatever the environment says.
    case none
    /// As `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say.
    case environment
    /// By one proxy, such as `http://proxy:3128` or `socks5h://127.0.0.1:1080`, whatever the environment says.
    case url(String)
  }

  /// A client's certificate and its key: two files in PEM form, which may be the same one.
  public struct Certificate: Sendable {
    /// The certificate, those that signed it behind it.
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
