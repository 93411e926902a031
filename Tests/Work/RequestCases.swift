import BodiesGolden
import MultipartGolden
import OrdersAPI
import ParametersGolden
import ProductsAPI
import SecurityGolden
import ServiceCore
import StreamsGolden

/// Requests to generated operations: parameters of every location and style, headers, and bodies of every kind.
let requestCases: [Case] =
  Inputs.values.map { value in
    (
      "a body of JSON: \(value.name)",
      { size in
        post(PlaceOrder.self, "/api/orders", "application/json", "{\"items\":" + value.make(size) + "}")
      }
    )
  }
  + texts.flatMap { name, make -> [Case] in
    [
      ("a query: \(name)", { get(ListProducts.self, "/api/products", query: "category=" + make($0)) }),
      ("names of a query: \(name)", { get(ListProducts.self, "/api/products", query: make($0) + "=1") }),
      ("a search: \(name)", { get(SearchProducts.self, "/api/products/search", query: "q=" + make($0)) }),
      ("a cursor: \(name)", { get(ListProducts.self, "/api/products", query: "cursor=" + make($0)) }),
      ("a path: \(name)", { get(GetProduct.self, "/api/products/" + make($0)) }),
      ("a list in a path: \(name)", { find(labels: make($0)) }),
      ("a list in a query: \(name)", { find(query: "sizes=" + make($0)) }),
      ("words in a query: \(name)", { find(query: "words=" + make($0)) }),
      ("a deep object: \(name)", { find(query: "filter[name]=" + make($0)) }),
      ("names of a deep object: \(name)", { find(query: "filter[" + make($0) + "]=1") }),
      ("JSON in a query: \(name)", { find(query: "where=" + make($0)) }),
      ("a form: \(name)", { form("title=" + make($0)) }),
      ("names of a form: \(name)", { form(make($0) + "=1") }),
      ("a form of any members: \(name)", { post(Count.self, "/counts", formType, make($0) + "=1") }),
      ("a body of text: \(name)", { post(PutText.self, "/texts/a", "text/plain", make($0)) }),
      ("a media type: \(name)", { post(PlaceOrder.self, "/api/orders", "application/json; a=" + make($0), "{}") }),
      ("an idempotency key: \(name)", { header("idempotency-key", make($0)) }),
      ("an accept header: \(name)", { header("accept", make($0)) }),
      ("credentials: \(name)", { secret(make($0)) }),
      ("a list in a header: \(name)", { find(headers: ["x-trace": make($0)]) }),
      ("a cookie: \(name)", { find(headers: ["cookie": "prefs=" + make($0)]) }),
      ("cookies: \(name)", { find(headers: ["cookie": make($0)]) }),
    ]
  }

  + cursorCases

private let cursorCases: [Case] = [
  ("what a cursor holds: a text", { cursor($0, [3]) }), ("what a cursor holds: no decimal", { cursor($0, [6]) }),
  ("what a cursor holds: no key", { cursor($0, []) }),
]

/// Opens a cursor of `size` bytes.
private func cursor(_ size: Int, _ type: [UInt8]) -> () -> Void {
  struct NoKeys: CursorKeys {
    func seal(_ payload: [UInt8], for purpose: [UInt8]) -> [UInt8] { payload }
    func open(_ sealed: [UInt8], for purpose: [UInt8]) -> [UInt8]? { sealed }
  }
  let count = (0..<4).map { UInt8(truncatingIfNeeded: size >> (7 * $0) & 127 | ($0 < 3 ? 128 : 0)) }
  let held = type + (type.isEmpty ? [] : count) + [UInt8](repeating: UInt8(ascii: "1"), count: size)
  let input = ListProducts.Input(cursor: Base64(held, isURLSafe: true).text)
  let call = Call(requestID: "", logger: Logger(level: .error, sink: { _ in }), cursorKeys: NoKeys())
  return {
    runSynchronously {
      if type == [6] {
        _ = try? await ListProducts.page(input, call, key: \.price) { _, _ in [] }
      } else {
        _ = try? await ListProducts.page(input, call, key: \.name) { _, _ in [] }
      }
    }
  }
}

private let formType = "application/x-www-form-urlencoded"

private let texts: [(name: String, make: @Sendable (Int) -> String)] = [
  ("letters", { Inputs.repeated("a", $0) }),
  ("marks", { Inputs.repeated(Inputs.marks, $0) }),
  ("encoded marks", { Inputs.repeated("%CC%81%CC%A3", $0) }),
  ("encoded letters", { Inputs.repeated("%41", $0) }),
  ("commas", { Inputs.repeated(",", $0) }),
  ("items", { Inputs.repeated("1", $0, ",") }),
  ("points", { Inputs.repeated(".a", $0) }),
  ("pairs", { Inputs.numbered($0, "&") { "k\($0)=1" } }),
  ("one name", { Inputs.repeated("sizes=1", $0, "&") }),
  ("semicolons", { Inputs.repeated("a=b", $0, "; ") }),
  ("brackets", { Inputs.repeated("[a]", $0) }),
  ("spaces", { Inputs.repeated("+", $0) }),
  ("quotes", { Inputs.repeated("\"a\"", $0, ",") }),
  ("slashes", { Inputs.repeated("a/b", $0, ",") }),
]

private func get<O: ContractOperation>(
  _ operation: O.Type, _ path: String, query: String? = nil, headers: HTTPFields = [:]
) -> () -> Void {
  serve(operation, HTTPRequest(method: "GET", path: path, query: query, headers: headers))
}

func post<O: ContractOperation>(
  _ operation: O.Type, _ path: String, _ type: String, _ body: String
) -> () -> Void {
  serve(
    operation,
    HTTPRequest(method: O.descriptor.method, path: path, headers: ["content-type": type], body: Array(body.utf8)))
}

private func form(_ text: String) -> () -> Void { post(AddNote.self, "/notes", formType, text) }

private func header(_ name: String, _ value: String) -> () -> Void {
  serve(
    PlaceOrder.self,
    HTTPRequest(
      method: "POST", path: "/api/orders", headers: [name: value, "content-type": "application/json"],
      body: Array("{}".utf8)))
}

private func secret(_ text: String) -> () -> Void {
  serve(
    Me.self, HTTPRequest(method: "GET", path: "/me", headers: ["cookie": "session=" + text, "authorization": text]))
}

private func find(
  labels: String = "a", query: String = "", headers: HTTPFields = [:]
) -> () -> Void {
  get(FindThings.self, "/v1/things/;id=1/.\(labels)/x,1", query: query, headers: headers)
}

/// The server's work for a request: routing, decoding, validation and the error response.
private func serve<O: ContractOperation>(_ operation: O.Type, _ request: HTTPRequest) -> () -> Void {
  var router = Router()
  router.add(O.descriptor)
  let found = router
  let call = Call(requestID: "", logger: Logger(level: .error, sink: { _ in }))
  let route = ServiceRoute(operation, call) { (_: O.Input, _: Proof, _: Call) throws -> O.Output in
    throw NotImplemented()
  }
  return {
    guard case .found(_, let values) = found.match(method: request.method, path: request.path) else { return }
    runSynchronously {
      _ = await route.respond(to: RoutedRequest(request: request, pathValues: values))
    }
  }
}
