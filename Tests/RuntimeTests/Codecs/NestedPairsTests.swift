import ServiceCore
import Testing

/// Lists and objects in pairs of brackets, and values that have one of several structures.
@Suite struct NestedPairsTests {
  private typealias Shape = StyledParameter.Shape

  private static func field(
    _ name: String, _ style: ParameterStyle, explode: Bool = true, _ shape: StyledParameter.Shape
  ) -> StyledParameter {
    StyledParameter(name, in: .body, style: style, explode: explode, shape)
  }

  private static let item = Shape.object(of: [("price", .primitive(.integer)), ("tags", .array(.string))])
  private static let order = Shape.object(
    of: [
      ("items", .array(of: item)), ("meta", .object([:], others: .string)),
      ("deep", .object(of: [("x", .object(["y": .integer], others: nil))])), ("grid", .array(of: .array(.integer))),
      ("any", .either(.primitive(.number), .array(.string))),
    ])

  private static let layout = FormLayout([
    field("o", .deepObject, order), field("list", .deepObject, .array(.string)),
    field("created", .deepObject, .either(.primitive(.integer), .object(["gt": .integer], others: nil))),
    field("e", .form, .either(.primitive(.integer), .array(.string))),
    field("f", .form, explode: false, .either(.primitive(.string), .array(.integer))),
    field("g", .form, explode: false, .either(.primitive(.string), .object(["a": .integer], others: nil))),
    field("h", .form, .either(.primitive(.string), .object(["h1": .integer], others: nil))),
  ])

  @Test(arguments: [
    ("o[items][0][price]=5&o[items][1][price]=6", #"{"o":{"items":[{"price":5},{"price":6}]}}"#),
    ("o[items][1][price]=6&o[items][0][price]=x", #"{"o":{"items":[{"price":"x"},{"price":6}]}}"#),
    ("o[items][0][tags][]=1&o[items][0][tags][]=", #"{"o":{"items":[{"tags":["1",""]}]}}"#),
    ("o[items][0][tags]=a&o[items][0][tags]=b", #"{"o":{"items":[{"tags":["a","b"]}]}}"#),
    ("o[items][0][tags][1]=b&o%5Bitems%5D%5B0%5D[tags][0]=a", #"{"o":{"items":[{"tags":["a","b"]}]}}"#),
    ("o[items]=&o[meta]=&o[items2]=", #"{"o":{"items":[],"meta":{},"items2":""}}"#),
    ("o[items]=a", #"{"o":{"items":["a"]}}"#), ("o[meta][k]=1&o[meta][0]=2", #"{"o":{"meta":{"k":"1","0":"2"}}}"#),
    ("o[deep][x][y]=7", #"{"o":{"deep":{"x":{"y":7}}}}"#), ("o[deep][x]=7", #"{"o":{"deep":{"x":"7"}}}"#),
    ("o[grid][0][]=1&o[grid][0][]=2&o[grid][1]=", #"{"o":{"grid":[[1,2],[]]}}"#),
    ("o[any]=1.5", #"{"o":{"any":1.5}}"#), ("o[any]=x", #"{"o":{"any":["x"]}}"#),
    ("o[any][]=1", #"{"o":{"any":["1"]}}"#), ("list[]=a&list[]=b", #"{"list":["a","b"]}"#),
    ("list=a", #"{"list":["a"]}"#), ("list[0]=a", #"{"list":["a"]}"#), ("created=5", #"{"created":5}"#),
    ("created[gt]=5", #"{"created":{"gt":5}}"#), ("created=x", #"{"created":"x"}"#), ("e=5", #"{"e":5}"#),
    ("e=x", #"{"e":["x"]}"#), ("e=1&e=2", #"{"e":["1","2"]}"#), ("e=", #"{"e":[]}"#), ("f=a", #"{"f":"a"}"#),
    ("f=1,2", #"{"f":[1,2]}"#), ("f=1%2C2", #"{"f":"1,2"}"#), ("f=", #"{"f":""}"#), ("g=a,1", #"{"g":{"a":1}}"#),
    ("g=a", #"{"g":"a"}"#), ("h=a", #"{"h":"a"}"#), ("h1=2", #"{"h":{"h1":2}}"#),
  ])
  func `what the texts are decides what the value is`(_ form: String, _ expected: String) throws {
    let object = try Self.layout.object(Array(form.utf8))
    #expect(String(decoding: object.json, as: UTF8.self) == expected && object.violations.isEmpty)
  }

  @Test(arguments: [
    ("o[items][1][price]=5", "/o/items", "style"), ("o[items][][price]=5", "/o/items", "style"),
    ("o[items][0][price]=1&o[items][]=2", "/o/items", "style"), ("o[items][00][price]=1", "/o/items", "style"),
    ("o[items][99999999999999999999][price]=1", "/o/items", "style"), ("o[items][a]=1", "/o/items", "style"),
    ("o[meta]=1&o[meta][k]=2", "/o/meta", "style"), ("o=1&o[meta][k]=2", "/o", "style"),
    ("o[meta][]=2", "/o/meta", "style"), ("o[deep][x][y]=1&o[deep][x][y]=2", "/o/deep/x/y", "uniqueKeys"),
    ("o[grid][0][0]=1&o[grid][0][2]=1", "/o/grid/0", "style"), ("o[deep][x][y]=%", "/o/deep/x/y", "encoding"),
    ("o[a][b][c][d][e][f][g][h][i]=1", "/o", "style"), ("o[a]b[c]=1", "/o", "style"), ("o[a[b]]=1", "/o", "style"),
    ("created=1&created[gt]=2", "/created", "style"), ("h=1&h1=2", "/h", "style"), ("g=1&g=2", "/g", "uniqueKeys"),
    ("created=1&created=2", "/created", "uniqueKeys"),
  ])
  func `contradictions are told at their pointer`(_ form: String, _ pointer: String, _ rule: String) throws {
    let object = try Self.layout.object(Array(form.utf8))
    #expect(object.violations.map { "\($0.name) \($0.rule)" } == ["\(pointer) \(rule)"])
    #expect(String(decoding: object.json, as: UTF8.self) == "{}")
  }

  @Test(arguments: [
    (
      #"{"o":{"items":[{"price":5,"tags":["a","b"]},{"tags":[]}],"meta":{}}}"#,
      "o[items][0][price]=5&o[items][0][tags][]=a&o[items][0][tags][]=b&o[items][1][tags]=&o[meta]="
    ),
    (#"{"o":{"grid":[[1],[]]},"list":["a b"]}"#, "o[grid][0][]=1&o[grid][1]=&list[]=a%20b"),
    (#"{"created":5,"e":["1","2"],"f":"1,2"}"#, "created=5&e=1&e=2&f=1%2C2"),
    (#"{"created":{"gt":5}}"#, "created[gt]=5"),
  ])
  func `a value is written in one way`(_ value: String, _ expected: String) throws {
    var reader = JSONReader(Array(value.utf8))
    let value = try #require(try JSONValue.decode(&reader))
    let bytes = try Self.layout.written(value)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text == expected.replacing("[", with: "%5B").replacing("]", with: "%5D"))
    var again = JSONReader(try Self.layout.object(bytes).json)
    #expect(try JSONValue.decode(&again) == value)
  }

  @Test func `a text that would be read as another structure is not written`() throws {
    let list = Shape.either(.primitive(.string), .array(.string))
    let object = Shape.either(.primitive(.string), .object(["x": .string], others: nil))
    let header = { StyledParameter("p", in: .header, style: .simple, explode: $0, $1) }
    #expect(try header(false, list).written("a") == "a")
    for (parameter, text) in [
      (header(false, list), "a,b"), (header(false, object), "a,b"), (header(true, object), "a=b"),
      (StyledParameter("p", in: .path, style: .label, explode: true, list), "a.b"),
      (StyledParameter("p", in: .query, style: .form, explode: false, allowReserved: true, list), "a,b"),
    ] {
      #expect(throws: RequestFault.self, "\(text)") { try parameter.written(text) }
    }
    let own = StyledParameter("x", in: .query, style: .form, explode: true, object)
    #expect(throws: RequestFault.self) { try own.written(JSONObject<String>([("x", "v")])) }
  }

  @Test func `a free object takes what no other parameter declares`() throws {
    let operation = OperationDescriptor(
      service: "s", id: "o", method: "GET", path: [], responses: .init([], hasDefault: true))
    let request = HTTPRequest(method: "GET", path: "/", query: "limit=1&a=x&filter[b]=2&c=3&filterer=4")
    var reader = RequestReader(RoutedRequest(request: request, pathValues: []), operation)
    let free = StyledParameter(
      "params", in: .query, style: .form, explode: true, besides: ["limit", "filter", "filter["],
      .object([:], others: .integer))
    let value = reader.read(free, JSONObject<JSONValue>.self)
    #expect(value.map { String(decoding: $0.json, as: UTF8.self) } == #"{"a":"x","c":3,"filterer":4}"#)
    reader.closeQuery("limit", besides: [free])
    #expect(reader.violations.list.map(\.name) == ["filter[b]"])
  }

  @Test func `labels are delimited by the table of their version`() throws {
    let values: [(StyledValue, String)] = [
      (.array(["blue", "black", "br.own"]), ".blue.black.br%2Eown"),
      (.object([("R", "100"), ("G", "2")]), ".R.100.G.2"),
      (.primitive("a%2Eb"), ".a%252%45b"), (.array([]), "."),
    ]
    let codec = ParameterCodec("color", in: .path, style: .dottedLabel, explode: false)
    for (value, text) in values {
      #expect(try codec.shown(text, as: value.shape) == value.shown)
      #expect(try codec.shown(codec.write(value), as: value.shape) == value.shown)
    }
    #expect(try codec.write(values[0].0) == values[0].1 && codec.write(values[1].0) == values[1].1)
  }

  @Test func `many pairs are read in one pass`() throws {
    let count = 1_000
    let form = (0..<count).reversed().map { "o[grid][\($0)][]=\($0)" }.joined(separator: "&")
    let object = try Self.layout.object(Array(form.utf8))
    #expect(object.violations.isEmpty && object.json.count > 3 * count)
  }
}
