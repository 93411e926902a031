import ServiceCore
import ServiceHost
import Testing

/// The file that CHARTER_MIGRATION names.
@Suite struct MigrationEntryTests {
  private func read(_ text: String) throws -> [MigrationEntry] {
    try MigrationEntry.read(Array(text.utf8), from: "m.json")
  }

  @Test func `an entry has defaults, and the longest path comes first`() throws {
    let entries = try read(
      #"""
      {"paths": [
        {"path": "/", "origin": "http://old:9000"},
        {"path": "/a/b", "origin": "https://10.0.0.7", "percent": 0, "by": "cookie:uid", "compare": true,
          "ignore": ["/x/*/y~1z"]}
      ]}
      """#)
    #expect(entries.map(\.path) == ["/a/b", "/"])
    #expect(entries.map(\.percent) == [0, 100] && entries.map(\.compares) == [true, false])
    #expect(entries[0].ignored == ["/x/*/y~1z"] && entries[1].origin == "http://old:9000")
    #expect(entries.map(\.by) == ["cookie:uid", nil])
    #expect(try read(#"{"paths": []}"#).isEmpty)
  }

  @Test(arguments: [
    ("", "m.json is not valid JSON"), ("[]", "expected an object"), ("{}", "/paths is required"),
    (#"{"paths": [], "x": 1}"#, "/x no such property here; valid properties: paths"),
    (#"{"paths": [{"origin": "http://a"}]}"#, "/paths/0/path is required"),
    (#"{"paths": [{"path": "/a"}]}"#, "/paths/0/origin is required"),
    (
      #"{"paths": [{"path": "/a", "origin": "http://a", "percentage": 1}]}"#,
      "/paths/0/percentage no such property here; valid properties: path, origin, percent, by, compare, ignore"
    ),
    (#"{"paths": [{"path": "/a", "origin": "http://a", "percent": "1"}]}"#, "/paths/0/percent expected an integer"),
    (#"{"paths": [{"path": "/a", "origin": "http://a", "percent": 1.5}]}"#, "/paths/0/percent expected an integer"),
    (#"{"paths": [{"path": "/a", "origin": "http://a", "compare": 1}]}"#, "/paths/0/compare expected true or false"),
    (
      #"{"paths": [{"path": "/a", "origin": "http://a", "percent": 101}]}"#,
      "/paths/0/percent is 101; valid values: whole numbers from 0 to 100"
    ),
    (#"{"paths": [{"path": "/a", "origin": "http://a", "percent": -1}]}"#, "/paths/0/percent is -1"),
    (
      #"{"paths": [{"path": "/a", "origin": "http://a"}, {"path": "/a", "origin": "http://b"}]}"#,
      "/paths/1/path is '/a', as that of /paths/0"
    ),
    (
      #"{"paths": [{"path": "/a", "origin": "http://a", "ignore": ["/x", "y"]}]}"#,
      "/paths/0/ignore/1 is 'y'; valid values: JSON pointers"
    ),
    (#"{"paths": [{"path": "/a", "path": "/b", "origin": "http://a"}]}"#, "/paths/0/path the key is duplicated"),
  ])
  func `each mistake is named with its entry`(_ text: String, _ message: String) {
    let error = #expect(throws: ConfigurationError.self) { try read(text) }
    #expect(error?.description.hasPrefix("CHARTER_MIGRATION: m.json") == true)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    "", "a", "/a/", "//", "/a//b", "/a%20b", "/a?b", "/a#b", "/a/..", "/./a", "/a b", "/a;b", #"/a\\b"#, "/é",
  ])
  func `a path that requests have otherwise is refused`(_ path: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try read(#"{"paths": [{"path": "\#(path)", "origin": "http://a"}]}"#)
    }
    #expect(error?.description.contains("/paths/0/path is '") == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    "", "old:9000", "http://", "https://", "https://old/path", "http://old/", "http://old/path", "http://u@old",
    "http://old:0",
    "http://old?x", "http://o ld", "ftp://old", "http://old:1:2",
  ])
  func `an origin that cannot be called is refused`(_ origin: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try read(#"{"paths": [{"path": "/a", "origin": "\#(origin)"}]}"#)
    }
    #expect(error?.description.contains("/paths/0/origin is '\(origin)'") == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    "", "cookie", "cookie:", "uid", "Cookie:uid", "query:uid", "cookie: uid", "cookie:a b", "cookie:a=b", "header:a:b",
    "header:é",
    "cookie:a,header:b",
  ])
  func `what no caller can be known by is refused`(_ by: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try read(#"{"paths": [{"path": "/a", "origin": "http://a", "by": "\#(by)"}]}"#)
    }
    #expect(error?.description.contains("/paths/0/by is '\(by)'; valid values: cookie:NAME") == true)
  }

  @Test func `all mistakes are named at once`() {
    let error = #expect(throws: ConfigurationError.self) {
      try read(#"{"paths": [{"path": "a", "origin": "b", "percent": 200}]}"#)
    }
    for name in ["path", "origin", "percent"] { #expect(error?.description.contains("/paths/0/\(name) is") == true) }
  }
}
