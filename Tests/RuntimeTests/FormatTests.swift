import ContractValues
import Testing

/// Texts that a format admits and refuses.
struct FormatTable: Sendable, CustomTestStringConvertible {
  let format: Format
  let valid: [String]
  let invalid: [String]

  var testDescription: String { format.rawValue }

  static let all = times + names + hosts + [uri, uriReference, regex] + international

  static let times = [
    FormatTable(
      format: .date,
      valid: ["2026-01-31", "2024-02-29", "2000-02-29", "0000-01-01", "9999-12-31", "2023-04-30"],
      invalid: [
        "2023-02-29", "1900-02-29", "2023-04-31", "2023-00-10", "2023-13-01", "2023-01-00", "20230328", "2023-W13-2",
        "2013-350", "1998-1-20", "1963-06-1৪", "2026-01-31 ", "", "+2026-01-31",
      ]),
    FormatTable(
      format: .dateTime,
      valid: [
        "2026-01-31T12:00:00Z", "2026-01-31t12:00:00.5z", "1990-12-31T15:59:50.123-08:00", "1998-12-31T23:59:60Z",
        "1998-12-31T15:59:60.123-08:00", "1999-01-01T05:29:60+05:30", "2026-01-31T12:00:00.1234567890123456789012345Z",
        "2026-01-31T12:00:00-00:00", "0000-01-01T00:00:00Z",
      ],
      invalid: [
        // A moment in UTC that RFC 3339 has no way to write.
        "0000-01-01T00:00:00+00:01",
        "1998-12-31T23:59:61Z", "1998-12-31T23:58:60Z", "1998-12-31T22:59:60Z", "1998-12-31T23:59:60+01:00",
        "2026-02-30T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:00",
        "2026-01-31 12:00:00Z", "2026-01-31T12:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00,5Z",
        "2026-01-31T12:00:00-24:00", "2026-01-31T12:00:00+0100", "2026-01-31T12:00:00+01:00Z", "2026-01-31T1২:00:00Z",
      ]),
    FormatTable(
      format: .time,
      valid: [
        "08:30:06Z", "08:30:06z", "23:20:50.52Z", "08:30:06+00:20", "08:30:06-23:59", "23:59:60Z", "01:29:60+01:30",
        "23:29:60+23:30", "15:59:60-08:00", "00:29:60-23:30",
      ],
      invalid: [
        "12:00:00", "24:00:00Z", "00:60:00Z", "00:00:61Z", "22:59:60Z", "23:59:60+00:30", "23:59:60-01:00", "8:3:6Z",
        "008:030:006Z", "01:02:03+24:00", "01:02:03+00:60", "01:02:03Z+00:30", "08:30:06 PST", "08:30:06#00:20",
        "2020-11-28T23:55:45Z", "1২:00:00Z", "",
      ]),
    FormatTable(
      format: .duration,
      valid: [
        "P4DT12H30M5S", "P1Y2M3DT4H5M6S", "P4Y", "P1Y2M", "P1M2D", "P0D", "P1M", "PT1M", "PT36H", "PT1M30S", "P2W",
        "P00012W", "P1YT1S",
      ],
      invalid: [
        "", "P", "PT", "P1YT", "PT1D", "P1S", "4DT12H", "P2D1Y", "P1D2H", "P1Y2W", "P2W1D", "P2WT1H", "P1", "P1Y2D",
        "PT1H2S", "P1.5D", "PT0,5S", "P-1D", "-P1D", "PD", "P1DT1HT1M", "P1D ", "P২Y", "P1Y1Y",
      ]),
  ]

  static let names = [
    FormatTable(
      format: .uuid,
      valid: [
        "2EB8AA08-AA98-11EA-B4AA-73B441D16380", "2eb8aa08-AA98-11ea-B4Aa-73B441D16380",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
      ],
      invalid: [
        "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "2eb8aa08-aa98-11ea-b4aa-73b441d163800",
        "2eb8aa08-aa98-11ea-b4ga-73b441d16380", "2eb8aa08aa9811eab4aa73b441d16380",
        "2eb8-aa08-aa98-11ea-b4aa73b44-1d16380", "2eb8aa08aa9811eab4aa73b441d16380----", "",
        "{2eb8aa08-aa98-11ea-b4aa-73b441d163}", "2eb8aa08-aa98-11ea-b4aa-73b441d1638é",
        "urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08_aa98_11ea_b4aa_73b441d16380",
      ]),
    FormatTable(
      format: .byte,
      valid: ["", "AA==", "AAA=", "AAAA", "+/+/", "Zm9vYmFy", "Zm9vYg=="],
      invalid: [
        "A", "AA", "AAA", "AA=", "A===", "====", "=", "AB==", "AAB=", "-_-_", "AAAA\n", "AA AA", " AAAA", "AA==AAAA",
        "AAAA====", "ÀAAA",
      ]),
    FormatTable(
      format: .jsonPointer,
      valid: ["", "/", "//", "/foo/bar~0/baz~1/%a", "/i\\j", "/ ", "/é", "/~1~0~0~1~1", "/foo/-", "/~01"],
      invalid: ["a", "0", "a/a", "#", "#/", "#/a", "/foo/bar~", "/~2", "/~-1", "/~~", "/~0~", "/~0/~", "~0", " /"]),
    FormatTable(
      format: .email,
      valid: [
        "joe.bloggs@example.com", "te~st@example.com", "a@b", "!#$%&'*+-/=?^_`{|}~@x.yz", "test@iana.123",
        "\"joe bloggs\"@example.com", "\"joe..bloggs\"@example.com", "\"joe@bloggs\"@example.com", "\"\"@a.b",
        "\"\\\"\"@a.b", "\"\\\\\"@a.b", "joe@[127.0.0.1]", "joe@[IPv6:::1]", "joe@[ipv6:1:2:3:4:5:6:1.2.3.4]",
        "a@xn--4gbwdl.xn--wgbh1c", String(repeating: "a", count: 64) + "@b.cc",
      ],
      invalid: [
        "2962", "", "@", "a@", "@b.cc", ".test@example.com", "test.@example.com", "te..st@example.com", "a b@c.dd",
        "a@b@c", "joe@invalid=domain.com", "a@b..c", "a@b.", "a@.b", "a@b-.c", "a@-b.c", "joe@[127.0.0.300]",
        "joe@[::1]", "joe@[IPv6:::1", "joe@[IPv6:127.0.0.1]", "joe@[]", "joe@[", "joe@[x:y]", "\"a\"b\"@c.dd",
        "\"@c.dd", "\"\\\"@c.dd", "\"a\"b@c.dd", "a\"b\"@c.dd", "\"\n\"@c.dd", "é@c.dd", "a@é.dd", "a@b.cc\n",
        "<a@b.cc>", String(repeating: "a", count: 65) + "@b.cc",
      ]),
  ]

  static let hosts = [
    FormatTable(
      format: .hostname,
      valid: [
        "www.example.com", "hostname", "host-name", "1host", "a", "1.2.3", "xn--4gbwdl.xn--wgbh1c", "c--n.com",
        String(repeating: "a", count: 63) + ".com", String(repeating: "a.", count: 126) + "a",
      ],
      invalid: [
        "", ".", "a.", ".a", "a..b", "-hostname", "hostname-", "a.-b", "a-.b", "host_name", "_a", "a b", "é.com",
        "a.com\n", "a:80", "a。b", String(repeating: "a", count: 64) + ".com",
        String(repeating: "a.", count: 126) + "aa", "xn--a", "XN--aa---o47jg78q", "xn--", "xn--bcher-kvb-", "a.xn--X",
      ]),
    FormatTable(
      format: .ipv4,
      valid: ["192.168.0.1", "0.0.0.0", "255.255.255.255", "87.10.0.1"],
      invalid: [
        "", "127.0", "127.0.0.0.1", "256.0.0.1", "1.2.3.999", "087.10.0.1", "1.2.3.00", "0x7f000001", "0x7f.0.0.1",
        "2130706433", "1২7.0.0.1", "192.168.1.0/24", "1..2.3", ".1.2.3", "1.2.3.", " 1.2.3.4", "1.2.3.4\n", "+1.2.3.4",
        "1.2.3.0000000000000000000000000000001",
      ]),
    FormatTable(
      format: .ipv6,
      valid: [
        "::", "::1", "d6::", "1:2:3:4:5:6:7:8", "1:d6::42", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::d6:192.168.0.1",
        "::ffff:192.168.0.1", "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4", "2001:DB8::1", "2001:0db8:0000:0:0:0:0:0001",
      ],
      invalid: [
        "", ":", "1", ":::", "12345::", "::abcef", "1::d6::42", "1:2:3:4:5:::8", ":2:3:4:5:6:7:8", "1:2:3:4:5:6:7:",
        ":2:3:4::8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8", "1:2:3:4:5:6:7:8::", "::laptop",
        "1::2:192.168.256.1", "1:2:3:4:1.2.3", "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "127.0.0.1",
        "::ffff:192.168.0.01", "fe80::a%eth1", "fe80::/64", "[::1]", " ::1", "::1\n", "1:2:3:4:5:6:7:৪",
      ]),
  ]

  static let uri = FormatTable(
    format: .uri,
    valid: [
      "http://foo.bar/?baz=qux#quux", "http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com", "urn:x:y", "a:", "a:b:c",
      "ldap://[2001:db8::7]/c=GB?objectClass?one", "http://[::1]:8080", "http://[v1f.x:y]/", "http://[::ffff:1.2.3.4]",
      "mailto:John.Doe@example.com", "tel:+1-816-555-1212", "file:///etc/hosts", "http://a:/", "http://a?b/c?d#e/f?g",
      "x+y-z.1:/a", "http://127.000.0.1", "http://a/b;c=d,e",
    ],
    invalid: [
      "", "abc", "/abc", "//foo.bar/", ":a", "1a:b", "bar,baz:foo", "é:a", "http:// a", "http://a b", "http://a/%zz",
      "http://a/%2", "http://a/%", "http://a/[b]", "http://[::1", "http://[::1]a", "http://[::1]:a", "http://::1",
      "http://[1.2.3.4]", "http://[fe80::1%25en1]", "http://[v.x]", "http://[v1.]", "http://a:b:80", "http://a:8x",
      "http://a@b@c", "https://[@example.org/", "http://a#b#c", "http://a/\\b", "http://é/", "http://a/é",
      "http://a/\"", "http://a/<>", "http://a/{}", "http://a/^", "http://a/`", "http://a/|", "http://a\n",
      "\\\\WINDOWS\\fileshare",
    ])

  static let uriReference = FormatTable(
    format: .uriReference,
    valid: [
      "http://foo.bar/?baz=qux#quux", "//foo.bar/?baz=qux#quux", "/abc", "abc", "", "#fragment", "?a:b", "./a:b",
      "a/b:c", "../..", "//", "///a", "//[::1]:1/", "a@b", "%41", "/a//b", "#a/b?c",
    ],
    invalid: [
      "\\\\WINDOWS\\fileshare", "#frag\\ment", "1:b", ":", "a_b:c", "#a#b", "//[::1", "//a:b", "/[", "/a b", "%4",
      "a%zz", "?é", "/foobar®.txt", "?{}", "[a]",
    ])

  static let regex = FormatTable(
    format: .regex,
    valid: [
      "", "([abc])+\\s+$", "^(?=.*\\d)(?!x).{8,}$", "(?<=a)(?<!b)c", "(a)\\1", "\\1(a)", "\\k<n>(?<n>x)",
      "(?<n\\u{61}>x)\\k<na>", "(?<$_é1>x)", "a{2}", "a{2,}?", "a{2,3}", "a{00002,2}", "[]", "[^]", "[a-]", "[-a]",
      "[\\d-]", "[--a]", "[a-b-c]", "[\\b\\-]", "[[(]", "\\/", "\\cJ", "\\0", "\\x41", "\\u0041", "\\u{1F600}",
      "[\\uD83D\\uDE00-\\uD83D\\uDE01]", "\\uD83D", "\\p{L}", "\\P{Script=Greek}", "[\\p{Lu}a]", "\\p{gc=Letter}",
      "\\p{scx=Grek}", "\\p{Alphabetic}", "(?i:a)", "(?i-s:a)", "(?-m:a)", "(|)", "|", "a||b", "()*", "(?:)+", "😀+",
      "e\u{301}*", "\\]",
    ],
    invalid: [
      "^(abc]", "(", ")", "a)", "[", "[a", "[\\]", "\\", "*", "+a", "?", "a**", "a+?+", "^*", "\\b+", "(?=a)*",
      "(?<=a)?", "|*", "(*)", "{", "}", "]", "a{", "a{,2}", "a{2", "a{2,1}", "a{x}", "{2}", "[b-a]", "[\\d-a]",
      "[a-\\w]", "[\\u{1F601}-\\u{1F600}]", "\\a", "\\_", "\\-", "\\é", "\\c", "\\c1", "\\00", "\\01", "\\x4", "\\u004",
      "\\u{}", "\\u{110000}", "\\u{41", "\\1", "(a)\\2", "[\\1]", "\\k", "\\k<n>", "(?<n>a)\\k<m>", "(?<n>a)(?<n>b)",
      "(?<>a)", "(?<1>a)", "(?<n", "(?<a-b>c)", "(?<\\uD83D>a)", "(?<é>a)\\k<e\u{301}>", "(?P<n>a)", "(?#a)", "(?",
      "(?a)", "\\p", "\\pL", "\\p{", "\\p{}", "\\p{Foo}", "\\p{l}", "\\p{L=Lu}", "\\p{Script}", "\\p{Script=Foo}",
      "\\p{sc=\u{212A}awi}", "[\\p{L}-z]", "[\\B]",
      "(?i)a", "(?-:a)", "(?ii:a)", "(?i-i:a)", "(?x:a)", "(?i",
    ])

  static let international = [
    FormatTable(
      format: .idnHostname,
      valid: [
        "실례.테스트", "bücher.example", "faß.de", "xn--bcher-kva.example", "XN--BCHER-KVA", "l·l", "α͵β", "a。b", "日本",
        "क्\u{200D}ष", "بي\u{200C}بي", "www.example.com", String(repeating: "é", count: 20),
      ],
      invalid: [
        "", ".", "。", "Bücher", "bu\u{308}cher", "\u{308}a", "☃.com", "xn--a", "xn--bcher-KVb", "xn--BCHER-kva-",
        "ab--é",
        "-é", "é-", "é_", "a..é", "〱", "ａ", "٠۰", "\u{200C}", "a\u{200D}b", String(repeating: "日本", count: 40), "xn--é",
        String(repeating: "é.", count: 60) + "é",
      ]),
    FormatTable(
      format: .idnEmail,
      valid: ["실례@실례.테스트", "a@b", "é.è@bücher.example", "\"é è\"@a.b", "a@[127.0.0.1]"],
      invalid: ["", "é", "@é", "é@", "é..è@a", "é@☃", "é è@a.b", String(repeating: "é", count: 33) + "@a"]),
    FormatTable(
      format: .iri,
      valid: ["http://ƒøø.ßår/?∂éœ=πîx#πîüx", "http://a/?\u{E000}", "urn:é", "a:", "http://é@é:1/", "http://[::1]/é"],
      invalid: [
        "é:a", "é", "/é", "http://a/\u{E000}", "http://a/?a#\u{E000}", "http://a:é/", "http://[é]/", "http://a/é b",
        "http://a/\u{FFFE}", "http://a/\u{80}", "http://a/%é", "\\\\WINDOWS\\é", "http://[::é]/",
      ]),
    FormatTable(
      format: .iriReference, valid: ["é", "/é", "//é/?é#é", "#é", "", "http://é"],
      invalid: ["é:b", "#é#", "\\é", "é\u{FFF0}", "#?\u{E000}", "a é"]),
    FormatTable(
      format: .uriTemplate,
      valid: [
        "", "a", "{a}", "http://a/{b:1}/{c*}{?d,e*}", "{+a.b_%41}", "{/a}{#b}{;c}{&d}{.e}", "é{a:9999}", "%41", "{=a}",
        "a[b]",
      ],
      invalid: [
        "{", "}", "{}", "{a", "a}", "{a:0}", "{a:10000}", "{a:}", "{a-b}", "{a,}", "{+}", "{a..b}", "{é}", "%4", " ",
        "\"", "<", "{{a}}", "{a*b}", "{%4}", "^", "'",
      ]),
    FormatTable(
      format: .relativeJSONPointer,
      valid: ["0", "1", "0/foo", "120/a~0", "0#", "0-1", "0+12/a", "2-3#"],
      invalid: ["", "/a", "-1", "+1", "01", "00", "0##", "0#/a", "0a", "0/~", "0+0", "0-", "0+01", "#", "1.0"]),
  ]
}

@Suite struct FormatTests {
  @Test(arguments: FormatTable.all)
  func `a text of the format is admitted`(_ table: FormatTable) {
    for text in table.valid { #expect(table.format.matches(text), "\(text.debugDescription)") }
  }

  @Test(arguments: FormatTable.all)
  func `a text that is not of the format is refused`(_ table: FormatTable) {
    for text in table.invalid { #expect(!table.format.matches(text), "\(text.debugDescription)") }
  }

  @Test func `every format has a table and JSON Schema's name`() {
    #expect(FormatTable.all.map(\.format.rawValue).sorted() == Format.allCases.map(\.rawValue).sorted())
    #expect(Format(rawValue: "date-time") == .dateTime && Format(rawValue: "uri-reference") == .uriReference)
    #expect(Format(rawValue: "json-pointer") == .jsonPointer && Format(rawValue: "colour") == nil)
  }

  @Test(arguments: Format.allCases)
  func `no long text traps`(_ format: Format) {
    for part in ["(", "((?=", "[", "\\1", "(?:a", "1", "1Y", ":", "::", "1.", "~0", "%20", "a.", "\"", "A", "é", "\0"] {
      for start in ["", "P", "a:", "//", "12:00:00.", "a@[IPv6:", "http://["] {
        // Whatever the answer, it comes.
        _ = format.matches(start + String(repeating: part, count: 1_000))
      }
    }
  }

  @Test func `groups nested however deep do not exhaust the stack`() {
    let (open, close) = (String(repeating: "(?:", count: 200_000), String(repeating: ")", count: 200_000))
    #expect(Format.regex.matches(open + close) && !Format.regex.matches(open + close + ")"))
  }
}
