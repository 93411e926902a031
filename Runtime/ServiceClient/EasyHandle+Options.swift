import CCurl
import ServiceCore

extension EasyHandle {
  /// Sets all options of a transfer. They are set where libcurl's default is unsuitable, or to not depend on it.
  func prepare(_ parameters: Exchange.Parameters) throws(Failure) {
    try set(CURLOPT_URL, parameters.url)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_PATH_AS_IS, 1)
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // Otherwise libcurl may install a process-wide signal handler for name resolution.
    try set(CURLOPT_NOSIGNAL, 1)
    // Otherwise cancelling during name resolution would block all transfers until it ends.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, parameters.options.connectTimeout))
    if parameters.usesOwnConnection {
      try set(CURLOPT_FRESH_CONNECT, 1)
      try set(CURLOPT_FORBID_REUSE, 1)
    }
    if !parameters.options.allowsPrivateAddresses { try refusePrivateAddresses() }
    try prepareTLS(parameters.options)
    try prepare(parameters.options.proxy)
    try set(fields: parameters.request.fieldLines)
    try prepareMethod(parameters.request)
  }

  private func prepareTLS(_ options: CurlTransport.Options) throws(Failure) {
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    if let authorities = options.authorities {
      try set(CURLOPT_CAINFO, authorities)
      // Otherwise the system's authorities would be trusted too.
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
      // Otherwise libcurl would apply `no_proxy`.
      try set(CURLOPT_NOPROXY, "")
    }
  }

  private func prepareMethod(_ request: HTTPRequest) throws(Failure) {
    let needsLength = request.method == "POST" || request.method == "PUT" || request.method == "PATCH"
    if request.stream != nil || !request.body.isEmpty || needsLength {
      try set(CURLOPT_UPLOAD, 1)
      // -1 for an unknown length: the body is sent in chunks.
      try set(CURLOPT_INFILESIZE_LARGE, size: request.stream.map { $0.length ?? -1 } ?? request.body.count)
    } else if request.method == "HEAD" {
      try set(CURLOPT_NOBODY, 1)
    } else {
      try set(CURLOPT_HTTPGET, 1)
    }
    try set(CURLOPT_CUSTOMREQUEST, request.method)
  }
}
