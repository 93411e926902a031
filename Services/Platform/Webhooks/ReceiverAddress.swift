import ServiceCore

/// The addresses to which webhooks may be sent.
///
/// Only what the text says is checked here, to refuse it early: a name is checked by the connection that is made for it.
enum ReceiverAddress {
  /// Why no webhook can be sent to an address; nil where one may.
  static func refusal(of url: String, allowsPrivate: Bool) -> String? {
    let beforeQuery = String(Substring(url.utf8.prefix { $0 != UInt8(ascii: "?") }))
    guard let origin = (try? ServerAddress(beforeQuery))?.origin else {
      return "must be an address such as https://receiver.example/hooks, without a user and a fragment"
    }
    guard !allowsPrivate else { return nil }
    guard origin.hasPrefix("https://") else { return "must begin with https://" }
    return isPublic(origin.utf8.dropFirst("https://".utf8.count)) ? nil : "must be on the public Internet"
  }

  private static func isPublic(_ authority: Substring.UTF8View) -> Bool {
    if authority.first == UInt8(ascii: "[") {
      let address = authority.dropFirst().prefix { $0 != UInt8(ascii: "]") }
      return NetworkAddress(String(Substring(address)))?.isPublic == true
    }
    var host = authority.prefix { $0 != UInt8(ascii: ":") }
    if host.last == UInt8(ascii: ".") { host.removeLast() }
    let label = host.suffix(while: { $0 != UInt8(ascii: ".") })
    // Resolvers read a last label that is a number as an IPv4 address, in many forms: only the common one is accepted.
    if label.first.map({ (48...57).contains($0) }) ?? true {
      return NetworkAddress(String(Substring(host)))?.isPublic == true
    }
    return !label.elementsEqual("localhost".utf8)
  }
}

extension Substring.UTF8View {
  fileprivate func suffix(while isIncluded: (UInt8) -> Bool) -> Substring.UTF8View {
    self[(lastIndex { !isIncluded($0) }.map(index(after:)) ?? startIndex)...]
  }
}
