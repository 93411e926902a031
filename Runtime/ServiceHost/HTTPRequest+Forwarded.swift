import ServiceCore

/// The addresses that a request has passed, as proxies on the way have written them.
extension HTTPRequest {
  /// The items of all `X-Forwarded-For` fields, the latest last. They are cut at every comma: there are no quoted
  /// strings among addresses, and what a client begins with a quote must not hide what a proxy appends.
  private var forwarded: [String] {
    headers.values("x-forwarded-for")
      .flatMap { $0.utf8.split(separator: UInt8(ascii: ",")).map { FieldSyntax.trimmed(Substring($0)) } }
      .filter { !$0.isEmpty }.map(String.init)
  }

  /// Where it came from: the last address that is not a proxy's, of the connection's and those that proxies have written
  /// (RFC 7239, section 7.1). Before something that is no address nothing can be believed.
  ///
  /// - Parameter proxies: those whose fields are believed.
  package func client(behind proxies: [NetworkAddress]) -> NetworkAddress? {
    guard var client = clientAddress else { return nil }
    var rest = forwarded
    while proxies.contains(client), let item = rest.popLast(), let address = NetworkAddress(item) { client = address }
    return client
  }

  /// The value of `X-Forwarded-For` for the next server, which takes the last address for the client's; nil where that
  /// is not known.
  package var forwardedOn: String? {
    guard let client = clientAddress else { return nil }
    let chain = forwarded
    // Behind it are proxies, or what the client has made up.
    let end = chain.lastIndex { NetworkAddress($0) == client }
    return (end.map { Array(chain[...$0]) } ?? chain + [client.description]).joined(separator: ", ")
  }
}
