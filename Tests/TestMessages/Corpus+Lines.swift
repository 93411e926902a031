extension Corpus {
  /// RFC 9112, sections 2.2, 3 and 5.
  public static let lines: [Message] = all(
    [
      Message("LF everywhere", "GET /get HTTP/1.1\nHost: a\n\n"),
      Message("LF after the first line", "GET /get HTTP/1.1\nHost: a\r\n\r\n"),
      Message("LF after a field", "GET /get HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
      Message("LF as the empty line", "GET /get HTTP/1.1\r\nHost: a\r\n\n"),
      Message("LF before the empty line", "GET /get HTTP/1.1\r\nHost: a\n\r\n"),
      Message("CR everywhere", "GET /get HTTP/1.1\rHost: a\r\r"),
      Message("CR after the first line", "GET /get HTTP/1.1\rHost: a\r\n\r\n"),
      Message("CR after a field", "GET /get HTTP/1.1\r\nHost: a\rX: y\r\n\r\n"),
      Message("CR CR LF", "GET /get HTTP/1.1\r\r\nHost: a\r\n\r\n"),
      Message("LF CR", "GET /get HTTP/1.1\n\rHost: a\n\r\n\r"),
      Message("CR as the empty line", "GET /get HTTP/1.1\r\nHost: a\r\n\rX"),
      Message("CR in the method", "G\rET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("LF in the method", "G\nET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("NUL in the method", "G\u{0}ET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("NUL in the target", "GET /g\u{0}et HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("CR in the target", "GET /g\ret HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("NUL behind the version", "GET /get HTTP/1.1\u{0}\r\nHost: a\r\n\r\n"),
      Message("an LF first", "\nGET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a CR first", "\rGET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a space first", " GET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a NUL first", "\u{0}GET /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("two spaces", "GET  /get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("two spaces later", "GET /get  HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a tab", "GET\t/get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a tab later", "GET /get\tHTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a form feed", "GET\u{C}/get HTTP/1.1\r\nHost: a\r\n\r\n"),
      Message("a space at the end", "GET /get HTTP/1.1 \r\nHost: a\r\n\r\n"),
      Message("more at the end", "GET /get HTTP/1.1 x\r\nHost: a\r\n\r\n"),
      Message("a space before the first field", "GET /get HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n"),
      Message("a tab before the first field", "GET /get HTTP/1.1\r\n\tHost: a\r\n\r\n"),
      Message("a line of a space", "GET /get HTTP/1.1\r\nHost: a\r\n \r\n\r\n"),
      Message("no fields but a colon", "GET /get HTTP/1.1\r\nHost: a\r\n:\r\n\r\n"),
    ],
    each(["G(T", "G/T", "G:T", "\"GET\"", "G{T", "G\u{7F}T", "G\u{E9}T", "G[T", "GET,", "G@T", ""]) {
      Message("method \($0.debugDescription)", "\($0) /get HTTP/1.1\r\nHost: a\r\n\r\n")
    },
    each([
      "X: y\r\n z", "X: y\r\n\tz", "X:\r\n y", "X: y\r\n ", "X : y", "X\t: y", "X\u{B}: y", ": y", " : y", "X", "X y",
      "X\u{0}: y", "X\u{1}: y", "X\u{7F}: y", "X\u{E9}: y", "X\u{C3}\u{A9}: y", "X(: y", "X/: y", "X@: y", "X[: y",
      "X{: y", "X\\: y", "X\": y", "X=: y", "X;: y", "X,: y", "X<: y", "X?: y", "X Y: z", "X: y\u{0}", "X: \u{0}y",
      "X: y\u{1}z", "X: y\u{8}z", "X: y\u{B}z", "X: y\u{C}z", "X: y\u{1B}z", "X: y\u{7F}z", "X: y\rz", "X: y\nz",
      "X: y\n z",
    ]) { Message("field \($0.debugDescription)", get(fields: "\($0)\r\n")) }
  )

  /// RFC 9112, sections 2.3, 3.2 and 3.3; RFC 9110, section 7.2.
  public static let targets: [Message] = all(
    [
      Message("no host", "GET /get HTTP/1.1\r\n\r\n"),
      Message("no host but fields", "GET /get HTTP/1.1\r\nX: y\r\n\r\n"),
      Message("two hosts", "GET /get HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
      Message("the same host twice", "GET /get HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
      Message("two hosts in HTTP/1.0", "GET /get HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
      Message("folded host", "GET /get HTTP/1.1\r\nHost:\r\n a\r\n\r\n"),
      Message("space before the host's colon", "GET /get HTTP/1.1\r\nHost : a\r\n\r\n"),
    ],
    each([
      "", " ", "u@a", "u:p@a", "a/b", "a?b", "a#b", "a b", "a\tb", "a\\b", "a, b", "http://a", "a\u{0}", "a\u{E9}",
      "a\u{C3}\u{A9}", "a\"", "<a>", "a:b", "a:80:80", "a:-1", "a:+80", "[::1", "::1", "[x]", "a%zz", "a%",
    ]) { Message("host \($0.debugDescription)", "GET /get HTTP/1.1\r\nHost: \($0)\r\n\r\n") },
    each([
      "http://b/get", "http://u@a/get", "http://a:81/get", "http:///get", "http:/get", "http:get", "ftp://a/get",
      "//a/get?\u{7F}", "get", "?q=1", "a", "*", "/a b", "/a\tb", "/get#x", "#", "/get?a#b", "/\u{E9}", "/<", "/\"",
      "/\\",
      "http://a/get#x", "http://a\\@b/get",
    ]) { Message("target \($0.debugDescription)", get($0)) },
    [
      Message("CONNECT", get("a:80", method: "CONNECT")),
      Message("HTTP/0.9", "GET /get\r\n"), Message("HTTP/0.9 with fields", "GET /get\r\nHost: a\r\n\r\n"),
      Message("HTTP/0.9 with a space", "GET /get \r\nHost: a\r\n\r\n"),
      Message("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 505]),
      Message("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\u{3}\u{3}\r\n\r\n"),
    ],
    each([
      "HTTP/1.12", "HTTP/01.1", "HTTP/1.01", "HTTP/1.", "HTTP/.1", "HTTP/1", "HTTP/11", "HTTP/1,1", "HTTP/+1.1",
      "HTTP/-1.1", "HTTP/1.x", "http/1.1", "Http/1.1", "HTTP 1.1", "HTTPS/1.1", "HTTP/1.1x", "XHTTP/1.1", "HTTP//1.1",
      "HTTP/1 .1", "ICE/1.0", "1.1", "HTTP/1.\u{EF}\u{BC}\u{91}",
    ]) { Message("version \($0.debugDescription)", get(version: $0)) },
    each(["HTTP/2.0", "HTTP/3.0", "HTTP/9.9", "HTTP/0.9", "HTTP/0.1"]) {
      Message("version \($0)", get(version: $0), [505])
    }
  )
}
