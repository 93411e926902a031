#if NATS
  import CNATS
  import Glibc
  import ServiceEvents

  /// How a service reaches NATS: `nats://user:password@host:4222,second:4222?name=value&…`.
  ///
  /// - `replicas`: on how many servers each stream is stored, 1 to 5. Without it 3 in a cluster and 1 outside.
  /// - `retention`: how long messages are retained, such as `7d`, which is the default.
  /// - `lease`: after what time a member of a group that does nothing loses its partitions; `15s`.
  /// - `timeout`: how long to wait for the server to respond; `5s`.
  /// - `tls=true`: encrypts; `ca`, `cert` and `key` are files in PEM: the authorities to trust, and the client's own
  ///   certificate with its key.
  /// - `credentials`: a file of a decentralized user (a JWT and its seed); `token`: a secret token.
  struct NATSOptions: Sendable {
    let url: BrokerURL
    let replicas: Int?
    /// In milliseconds, as the next ones.
    let retention: Int
    let lease: Int
    let timeout: Int

    init(_ text: String) throws {
      url = try BrokerURL(text, scheme: "nats", port: 4222)
      try url.allow([
        "replicas", "retention", "lease", "timeout", "tls", "ca", "cert", "key", "credentials", "token",
      ])
      replicas = try url.number("replicas", 1...5)
      retention = try url.duration("retention") ?? 604_800_000
      lease = try url.duration("lease") ?? 15_000
      timeout = try url.duration("timeout") ?? 5_000
    }

    /// The library's options; the caller destroys them.
    func make() throws -> OpaquePointer {
      var pointer: OpaquePointer?
      guard natsOptions_Create(&pointer) == NATS_OK, let pointer else {
        throw TransportError.unavailable("libnats is out of memory")
      }
      do {
        try set(pointer)
        return pointer
      } catch {
        natsOptions_Destroy(pointer)
        throw error
      }
    }

    private func set(_ pointer: OpaquePointer) throws {
      func check(_ status: natsStatus, _ name: String) throws {
        guard status == NATS_OK else {
          throw TransportError.refused(
            "EVENTS_URL: \(name) cannot be used: \(String(cString: natsStatus_GetText(status)))")
        }
      }
      var servers = url.servers.map { strdup("nats://\($0)") }
      defer { for server in servers { free(server) } }
      try servers.withUnsafeMutableBufferPointer { list in
        try list.withMemoryRebound(to: UnsafePointer<CChar>?.self) { list in
          try check(natsOptions_SetServers(pointer, list.baseAddress, Int32(clamping: list.count)), "a host")
        }
      }
      if let user = url.user { try check(natsOptions_SetUserInfo(pointer, user, url.password ?? ""), "the user") }
      if let token = url.parameters["token"] { try check(natsOptions_SetToken(pointer, token), "token") }
      if let file = url.parameters["credentials"] {
        try check(natsOptions_SetUserCredentialsFromFiles(pointer, file, nil), "credentials")
      }
      if url.parameters["tls"] == "true" { try check(natsOptions_SetSecure(pointer, true), "tls") }
      if let file = url.parameters["ca"] { try check(natsOptions_LoadCATrustedCertificates(pointer, file), "ca") }
      if let certificate = url.parameters["cert"], let key = url.parameters["key"] {
        try check(natsOptions_LoadCertificatesChain(pointer, certificate, key), "cert, key")
      }
      natsOptions_SetName(pointer, "charter")
      natsOptions_SetTimeout(pointer, 2_000)
      natsOptions_SetMaxReconnect(pointer, -1)
      natsOptions_SetReconnectWait(pointer, 100)
      natsOptions_SetReconnectJitter(pointer, 100, 100)
      // A server that is stopped and not dead is noticed by its silence.
      natsOptions_SetPingInterval(pointer, 1_000)
      natsOptions_SetMaxPingsOut(pointer, 2)
      natsOptions_SetWriteDeadline(pointer, 2_000)
      // What is sent while there is no connection fails at once: the caller sends it again, in order.
      natsOptions_SetReconnectBufSize(pointer, 1)
    }
  }
#endif
