import CCurl
import ServiceCore

extension EasyHandle {
  /// Sets everything that a transfer needs. What is set here is set since libcurl's own choice would be another one, or
  /// to be independent of it.
  func prepare(_ order: Exchange.Order) throws(Failure) {
    try set(CURLOPT_URL, order.url)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_PATH_AS_IS, 1)
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // A signal handler for name resolution would be the whole program's.
    try set(CURLOPT_NOSIGNAL, 1)
    // Who cancels while a name is being resolved would otherwise stop all transfers until it is.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, order.options.connectTimeout))
    if order.usesOwnConnection {
      try set(CURLOPT_FRESH_CONNECT, 1)
      try set(CURLOPT_FORBID_REUSE, 1)
    }
    try prepareTLS(order.options)
    try prepare(order.options.proxy)
    try set(fields: order.request.fieldLines)
    try prepareMethod(order.request)
  }

  private func prepareTLS(_ options: CurlTransport.Options) throws(Failure) {
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    if let authorities = options.authorities {
      try set(CURLOPT_CAINFO, authorities)
      // Those of the system's folder would be trusted as well.
      try set(CURLOPT_CAPATH, nil)
    }
    if let certificate = options.certificate {
      try set(CURLOPT_SSLCERT, certificate.file)
      try set(CURLOPT_SSLKEY, certificate.key)
    }
  }

  private func prepare(_ proxy: CurlTransport.Proxy) throws(Failure) {
    switch proxy {
    case .none: try set(CURLOPT_PROXY, "")
    case .environment: break
    case .url(let url):
      try set(CURLOPT_PROXY, url)
      // `no_proxy` would be asked otherwise.
      try set(CURLOPT_NOPROXY, "")
    }
  }

  private func prepareMethod(_ request: HTTPRequest) throws(Failure) {
    let needsLength = request.method == "POST" || request.method == "PUT" || request.method == "PATCH"
    if request.stream != nil || !request.body.isEmpty || needsLength {
      try set(CURLOPT_UPLOAD, 1)
      // -1 for a length that is not known: the body is sent in chunks.
      try set(CURLOPT_INFILESIZE_LARGE, size: request.stream.map { $0.length ?? -1 } ?? request.body.count)
    } else if request.method == "HEAD" {
      try set(CURLOPT_NOBODY, 1)
    } else {
      try set(CURLOPT_HTTPGET, 1)
    }
    try set(CURLOPT_CUSTOMREQUEST, request.method)
  }
}
