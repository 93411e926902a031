import ServiceCore
import Testing

/// Forms as the JSON objects that they stand for.
@Suite struct FormLayoutTests {
  private static func field(
    _ name: String, _ shape: StyledParameter.Shape, style: ParameterStyle = .form, explode: Bool = true
  ) -> StyledParameter {
    StyledParameter(name, in: .body, style: style, explode: explode, shape)
  }

  private static let members = [
    field("name", .primitive(.string)), field("age", .primitive([.integer, .number])),
    field("code", .primitive([.integer, .string])), field("tags", .array(.string)),
    field("sizes", .array(.integer), explode: false),
    field("filter", .object(["price": .number, "old": .boolean], others: .string), style: .deepObject, explode: false),
    field("span", .object(["from": .string, "to": .integer], others: nil)),
    field("point", .object(["x": .integer], others: nil), explode: false), field("meta", .json),
  ]
  private static let layout = FormLayout(members)

  private func json(_ form: String, _ layout: FormLayout = Self.layout) throws(CodecError) -> String {
    String(decoding: try layout.object(Array(form.utf8)).json, as: UTF8.self)
  }

  @Test(arguments: [
    ("", "{}"), ("&&", "{}"), ("name=A+b%26", #"{"name":"A b&"}"#), ("name=", #"{"name":""}"#),
    ("age=1.50&name=1", #"{"name":"1","age":1.50}"#), ("age=x", #"{"age":"x"}"#), ("age=1%20", #"{"age":"1 "}"#),
    ("code=7", #"{"code":7}"#),
    ("code=007", #"{"code":"007"}"#), ("%6Eame=a", #"{"name":"a"}"#),
    ("tags=a", #"{"tags":["a"]}"#), ("tags=a&name=x&tags=b%2Cc", #"{"name":"x","tags":["a","b,c"]}"#),
    ("tags=", #"{"tags":[]}"#), ("sizes=1,2,x", #"{"sizes":[1,2,"x"]}"#), ("sizes=", #"{"sizes":[]}"#),
    ("filter[price]=1&filter%5Bold%5D=true&filter[a]=1", #"{"filter":{"price":1,"old":true,"a":"1"}}"#),
    ("filter=1", #"{"filter":"1"}"#), ("filter[a][b]=1", #"{"filter":{"a":{"b":"1"}}}"#),
    ("to=2&from=1", #"{"span":{"to":2,"from":"1"}}"#), ("span=", #"{"span":{}}"#),
    ("point=x,1", #"{"point":{"x":1}}"#), ("meta=%7B%22a%22%3A%5B1%5D%7D", #"{"meta":{"a":[1]}}"#),
    ("meta=1", #"{"meta":1}"#), ("other=1&\"=2", #"{"other":"1","\"":"2"}"#), ("name2=x", #"{"name2":"x"}"#),
  ])
  func `pairs become the members of an object`(_ form: String, _ expected: String) throws {
    #expect(try json(form) == expected)
  }

  @Test(arguments: [
    ("name=a&name=b", "/name", "uniqueKeys"), ("sizes=1&sizes=2", "/sizes", "uniqueKeys"),
    ("from=1&from=2", "/span/from", "uniqueKeys"), ("point=x", "/point", "style"),
    ("span=x&from=1", "/span", "style"), ("span=%FF&from=1", "/span", "style"),
    ("filter[a]=1&filter[a]=2", "/filter/a", "uniqueKeys"), ("filter[=1", "/filter", "style"),
    ("filter[]=1", "/filter", "style"), ("meta=", "/meta", "json"), ("meta=%7B", "/meta", "json"),
    ("meta=1,%22admin%22:true", "/meta", "json"), ("meta=1%7D", "/meta", "json"),
    ("meta=1&meta=2", "/meta", "uniqueKeys"), ("name=%", "/name", "encoding"), ("name=%00", "/name", "encoding"),
    ("to=%&from=1", "/span/to", "encoding"), ("filter[a/b]=%", "/filter/a~1b", "encoding"),
    ("other=%FF", "/other", "encoding"), ("%ZZ=1", "", "encoding"),
  ])
  func `what of a form is not of its layout is told by its pointer`(
    _ form: String, _ pointer: String, _ rule: String
  ) throws {
    let object = try Self.layout.object(Array((form + "&age=1").utf8))
    #expect(object.violations.map { "\($0.name) \($0.rule)" } == ["\(pointer) \(rule)"])
    #expect(String(decoding: object.json, as: UTF8.self) == #"{"age":1}"#)
  }

  @Test func `bytes that are not UTF-8 and too many pairs are refused`() throws {
    #expect(throws: CodecError.self) { try Self.layout.object([0x61, 0x3D, 0xFF]) }
    let error = #expect(throws: CodecError.self) { try json(String(repeating: "a=1&", count: 1_001)) }
    #expect(error?.isTooLarge == true)
  }

  @Test func `a response with a member that cannot be read is broken`() throws {
    let operation = OperationDescriptor(
      service: "s", id: "o", method: "GET", path: [], responses: .init([], hasDefault: true))
    let layout = FormLayout([Self.members[0], Self.members[1]])
    for (form, isSound) in [("name=x&age=1", true), ("name=x&age=%FF", false), ("name=x&age=1&age=1", false)] {
      let reader = ResponseReader(HTTPResponse(status: 200, body: Array(form.utf8)), operation)
      let value = try? reader.form(JSONObject<JSONValue>.self, layout)
      #expect((value != nil) == isSound, "\(form)")
    }
  }

  @Test func `members that the contract does not name are of the kinds of all others`() throws {
    let layout = FormLayout([Self.members[0]], others: [.integer, .boolean])
    #expect(try json("name=1&a=1&b=true&c=x", layout) == #"{"name":"1","a":1,"b":true,"c":"x"}"#)
    // A name that stands twice is for the type to refuse, as it is in JSON.
    #expect(try json("a=1&a=2", layout) == #"{"a":1,"a":2}"#)
  }

  @Test func `a pair of a member's own name is not one of an object's keys`() throws {
    let layout = FormLayout([Self.field("all", .object([:], others: .string)), Self.members[0], Self.members[3]])
    #expect(try json("name=a&tags=b&x=c", layout) == #"{"all":{"x":"c"},"name":"a","tags":["b"]}"#)
  }

  @Test(arguments: [
    ("{}", ""), (#"{"name":"A b&é","age":1.5}"#, "name=A%20b%26%C3%A9&age=1.5"),
    (#"{"name":null,"tags":["a","b"],"sizes":[1,2]}"#, "tags=a&tags=b&sizes=1,2"),
    (#"{"tags":[],"sizes":[]}"#, "tags=&sizes="),
    (#"{"filter":{"price":1,"old":false}}"#, "filter%5Bprice%5D=1&filter%5Bold%5D=false"),
    (#"{"filter":{},"name":"x"}"#, "name=x"),
    (#"{"span":{"from":"a","to":1},"point":{"x":1}}"#, "from=a&to=1&point=x,1"),
    (#"{"meta":{"a":[1,null]}}"#, "meta=%7B%22a%22%3A%5B1%2Cnull%5D%7D"), (#"{"a=b":true,"c":null}"#, "a%3Db=true"),
  ])
  func `an object becomes a form`(_ value: String, _ expected: String) throws {
    var reader = JSONReader(Array(value.utf8))
    let value = try #require(try JSONValue.decode(&reader))
    #expect(try String(decoding: Self.layout.written(value), as: UTF8.self) == expected)
  }

  @Test(arguments: [
    ("[]", ""), ("1", ""), (#"{"other":[1]}"#, "'other'"), (#"{"tags":[[1]]}"#, "'tags'"),
    (#"{"tags":[""]}"#, "'tags'"),
    (#"{"filter":{"a":null}}"#, "'filter'"), (#"{"filter":1}"#, "'filter'"),
  ])
  func `what no form can hold is refused by name`(_ value: String, _ reason: String) throws {
    var reader = JSONReader(Array(value.utf8))
    let value = try #require(try JSONValue.decode(&reader))
    let error = #expect(throws: CodecError.self) { try Self.layout.written(value) }
    #expect(error?.reason.hasPrefix(reason) == true)
  }

  @Test func `what is written is read as what it was`() throws {
    var random = SeededRandom(5)
    let text = { (random: inout SeededRandom) in "x" + random.text("ab+ %&=é€\n\u{1},[]\"\\", upTo: 6) }
    for _ in 0..<1_000 {
      var object = JSONObject<JSONValue>()
      object["name"] = .string(text(&random))
      object["age"] = .number(ExactDecimal(Int.random(in: -9...9, using: &random)))
      object["tags"] = .array((0..<Int.random(in: 0...3, using: &random)).map { _ in .string(text(&random)) })
      object["filter"] = ["old": .boolean(Bool.random(using: &random)), "z": .string(text(&random))]
      object["span"] = ["from": .string(text(&random))]
      object["meta"] = .array([.string(text(&random)), .null])
      object["\u{1}" + text(&random)] = .string(text(&random))
      var reader = JSONReader(try Self.layout.object(Self.layout.written(JSONValue.object(object))).json)
      #expect(try JSONValue.decode(&reader) == .object(object))
    }
  }
}
