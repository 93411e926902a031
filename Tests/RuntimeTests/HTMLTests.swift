import ServiceHTML
import Testing

/// What comes from outside stays text, wherever it stands in a page.
@Suite struct HTMLTests {
  private func text(_ html: HTML) -> String { String(decoding: html.bytes, as: UTF8.self) }

  @Test func `texts and attributes are escaped`() {
    let evil = #"</p><script>alert(1)</script>&amp;"'\#u{0}"#
    let escaped = "&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;&quot;&#39;"
    #expect(text(HTML("p", [], [HTML(evil), "\(evil)"])) == "<p>\(escaped)\(escaped)</p>")
    #expect(text(HTML("p", [.id(evil), .data("path", evil)])) == "<p id=\"\(escaped)\" data-path=\"\(escaped)\"></p>")
    #expect(text(HTML(["a", HTML("br", []), "b", .nothing])) == "a<br>b")
    #expect(text(HTML("input", [.required, .value("")])) == #"<input required value="">"#)
    #expect(text(.page(title: evil, [.source("<hr>")])).contains("<title>\(escaped)</title>"))
  }

  @Test(arguments: [
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\u{1}javascript:alert(1)", "data:text/html,x", "vbscript:x", "blob:x", "file:///etc/passwd", "x:y",
  ])
  func `a link to a script leads nowhere`(url: String) {
    for attribute in [Attribute.href(url), .src(url), .action(url)] {
      #expect(text(HTML("a", [attribute])).contains("=\"#\""), "\(url)")
    }
  }

  @Test(arguments: [
    "/docs", "#a", "?a=b:c", "docs/a:b", "https://example.com/a?b=c", "HTTP://example.com", "mailto:ada@example.com",
    "",
    "//example.com",
  ])
  func `a link elsewhere is kept`(url: String) {
    #expect(text(HTML("a", [.href(url)])) == "<a href=\"\(url)\"></a>")
  }
}
