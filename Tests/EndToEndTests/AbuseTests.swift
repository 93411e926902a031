import Foundation
import ServiceCore
import SharedAPI
import Testing

extension EndToEnd {
  /// What callers do wrong: the right status, the place, the contract's own problem schema, and nothing else.
  @Suite struct AbuseTests {
    @Test func `every kind of bad input is refused by name and place`() async throws {
      try await withPlatform { platform in
        let product = #"{"name": "x", "price": 1, "category": "c"}"#
        let id = "0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d"
        let deep = String(repeating: "[", count: 10_000)
        let cases: [(String, String, String?, Int, [String])] = [
          ("POST", "/api/products", #"{"name": "#, 400, ["body  json"]),
          ("POST", "/api/products", deep, 400, ["body  json"]),
          ("POST", "/api/products", "", 400, ["body  json"]),
          ("POST", "/api/products", "[]", 400, ["body  type"]),
          (
            "POST", "/api/products", "{}", 400,
            ["body /name required", "body /price required", "body /category required"]
          ),
          (
            "POST", "/api/products", #"{"name": 1, "price": "1", "category": null}"#, 400,
            ["body /name type", "body /price type", "body /category type"]
          ),
          (
            "POST", "/api/products", #"{"name": "x", "price": 1, "category": "c", "colour": "red"}"#, 400,
            ["body /colour unevaluatedProperties"]
          ),
          (
            "POST", "/api/products", #"{"name": "", "price": -1, "category": "c", "stock_quantity": 1000000001}"#, 400,
            ["body /name minLength", "body /price minimum", "body /stock_quantity maximum"]
          ),
          (
            "POST", "/api/products", #"{"name": "x", "price": 1.001, "category": "c"}"#, 400,
            ["body /price multipleOf"]
          ),
          ("POST", "/api/products", #"{"name": "x", "price": 1e400, "category": "c"}"#, 400, ["body /price maximum"]),
          (
            "POST", "/api/products", #"{"name": "x", "price": 1, "category": "c", "stock_quantity": 1.5}"#, 400,
            ["body /stock_quantity type"]
          ),
          ("POST", "/api/products", #"{"name": "a\u0000b", "price": 1, "category": "c"}"#, 400, ["body /name type"]),
          ("POST", "/api/products", #"{"name": "\ud800", "price": 1, "category": "c"}"#, 400, ["body  json"]),
          (
            "POST", "/api/products", #"{"name": "x", "price": 1, "category": "c", "tags": ["a", "B"]}"#, 400,
            ["body /tags/1 pattern"]
          ),
          (
            "POST", "/api/orders", #"{"customer_name": "A", "customer_email": "nobody", "items": []}"#, 400,
            ["body /customer_email format", "body /items minItems"]
          ),
          ("PATCH", "/api/orders/\(id)/status", #"{"status": "LOST"}"#, 400, ["body /status enum"]),
          ("GET", "/api/products?limit=0&cursor=!", nil, 400, ["query limit minimum", "query cursor pattern"]),
          ("GET", "/api/products?limit=x", nil, 400, ["query limit type"]),
          ("GET", "/api/products?cursor=abc", nil, 400, ["query cursor cursor"]),
          ("GET", "/api/products?colour=red", nil, 400, ["query colour unknown"]),
          ("GET", "/api/products?q=%zz", nil, 400, ["query q encoding"]),
          ("GET", "/api/products/search", nil, 400, ["query q required"]),
          ("GET", "/api/products/nonsense", nil, 400, ["path product_id format"]),
          ("GET", "/api/orders/user/nobody", nil, 400, ["path email format"]),
          ("GET", "/api/products/\(id)", nil, 404, []), ("GET", "/api/inventory/\(id)", nil, 404, []),
          ("GET", "/api/orders/\(id)", nil, 404, []), ("DELETE", "/api/orders/\(id)", nil, 404, []),
          ("PUT", "/api/products/\(id)", product, 404, []), ("GET", "/api/nothing", nil, 404, []),
          ("GET", "/", nil, 404, []),
          ("GET", "/api/products/%2e%2e", nil, 400, []),
          ("GET", "/api/products/a%2fb", nil, 400, ["path product_id format"]),
          // A path of its own is not its neighbour's template.
          ("PUT", "/api/products/search", product, 405, []), ("POST", "/health", nil, 405, []),
          ("POST", "/health/full", nil, 405, []), ("PUT", "/ready", nil, 405, []), ("DELETE", "/version", nil, 405, []),
          ("POST", "/health/orders", nil, 405, []), ("POST", "/health/nobody", nil, 404, []),
          ("PATCH", "/api/products", nil, 405, []), ("DELETE", "/api/inventory/\(id)", nil, 405, []),
          // What is internal does not exist for the outside.
          ("PUT", "/api/inventory/reservations/\(id)", #"{"items": []}"#, 404, []),
          ("DELETE", "/api/inventory/reservations/\(id)", nil, 404, []),
        ]
        for (method, target, body, status, places) in cases {
          let response = try await platform.send(method, target, body)
          expect(response, status, places, "\(method) \(target) \(body?.prefix(100) ?? "")")
        }
      }
    }

    @Test func `OPTIONS says of every path what can be asked there`() async throws {
      try await withPlatform { platform in
        for (target, allow) in [
          ("/health", "GET, HEAD, OPTIONS"), ("/ready", "GET, HEAD, OPTIONS"), ("/version", "GET, HEAD, OPTIONS"),
          ("/health/orders", "GET, HEAD, OPTIONS"), ("/api/products/search", "GET, HEAD, OPTIONS"),
          ("*", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"),
        ] {
          let response = try await platform.send("OPTIONS", target)
          #expect(response.status == 204 && response.headers["allow"] == allow, "\(target)")
        }
      }
    }

    @Test func `the gateway serves the public part of its contracts, and no other`() async throws {
      try await withPlatform { platform in
        let all = try await platform.send("GET", "/openapi.json", as: .nobody)
        #expect(all.status == 200 && all.headers["content-type"] == "application/json")
        let text = String(decoding: all.body, as: UTF8.self)
        for part in ["placeOrder", "createStock", "registerUser", "\"/orders/{order_id}\"", "OrderDraft", "X-API-Key"] {
          #expect(text.contains(part), "\(part)")
        }
        // Neither what is internal, nor what only that uses.
        for part in ["reserveStock", "/inventory/reservations", "ReservationDraft", "verifyKey", "KeyHolder"] {
          #expect(!text.contains(part), "\(part)")
        }
        let document = try #require(JSONSerialization.jsonObject(with: Data(all.body)) as? [String: Any])
        let schemas = (document["components"] as? [String: Any])?["schemas"] as? [String: Any]
        for reference in text.matches(of: #/"\$ref": "#/components/schemas/([^"]+)"/#) {
          #expect(schemas?[String(reference.1)] != nil, "\(reference.1)")
        }
        let tag = try #require(all.headers["etag"])
        #expect(try await platform.send("GET", "/openapi.json", headers: ["if-none-match": tag]).status == 304)
        let one = try await platform.send("GET", "/openapi/orders.json", as: .nobody)
        let orders = String(decoding: one.body, as: UTF8.self)
        #expect(one.status == 200 && orders.contains("placeOrder") && !orders.contains("createProduct"))
        #expect(try await platform.send("GET", "/openapi/nobody.json").status == 404)

        let page = try await platform.send("GET", "/docs", as: .nobody)
        let html = String(decoding: page.body, as: UTF8.self)
        #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
        #expect(page.headers["content-security-policy"]?.contains("script-src 'self'") == true)
        for part in [
          #"<article id="placeOrder" data-method="POST" data-path="/api/orders""#,
          "Needs user with admin, or apiKey with admin.",
          "Open to everybody.", ##"<a href="#schema-OrderDraft">OrderDraft</a>"##, "&quot;unit_price&quot;: 19.99",
        ] {
          #expect(html.contains(part), "\(part)")
        }
        #expect(!html.contains("reserveStock"))
        for target in html.matches(of: #/(?:href|src)="([^"#]+)"/#).map({ String($0.1) }) {
          #expect(try await platform.send("GET", target, as: .nobody).status == 200, "\(target)")
        }
        for anchor in html.matches(of: #/href="#([^"]+)"/#) { #expect(html.contains("id=\"\(anchor.1)\"")) }
      }
    }

    @Test func `wrong types, bad UTF-8 and huge bodies are refused, and the platform goes on`() async throws {
      try await withPlatform { platform in
        expect(try await platform.send("POST", "/api/products", "{}", type: "text/plain"), 415, [], "text/plain")
        let text: [UInt8] = Array(#"{"name": ""#.utf8) + [0xFF] + Array(#"", "price": 1, "category": "c"}"#.utf8)
        expect(try await platform.send("POST", "/api/products", bytes: text), 400, ["body  json"], "bad UTF-8")
        let huge = [UInt8](repeating: UInt8(ascii: " "), count: 10_000_000)
        expect(try await platform.send("POST", "/api/products", bytes: huge), 413, [], "10 MB")
        let allowed = try await platform.send("PATCH", "/api/products")
        #expect(allowed.headers["allow"] == "GET, HEAD, OPTIONS, POST")
        let options = try await platform.send("OPTIONS", "/api/products")
        #expect(options.status == 204 && options.headers["allow"] == "GET, HEAD, OPTIONS, POST")
        let head = try await platform.send("HEAD", "/api/products")
        #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] != "0")
        #expect(platform.process.isRunning)
        for line in platform.lines { #expect(!line.contains("Fatal error") && !line.contains("Crash")) }
      }
    }

    private func expect(_ response: HTTPResponse, _ status: Int, _ places: [String], _ what: String) {
      #expect(response.status == status, "\(what)")
      #expect(response.headers["content-type"] == "application/problem+json", "\(what)")
      var json = JSONReader(response.body)
      guard let problem = try? Problem.decode(&json) else {
        Issue.record("\(what): the answer is no problem")
        return
      }
      var violations = Violations()
      problem.validate(&violations)
      #expect(json.violations.isEmpty && violations.isEmpty && problem.status == status, "\(what)")
      let found = (problem.errors ?? []).map { "\($0.in.rawValue) \($0.pointer ?? $0.name ?? "") \($0.rule)" }
      #expect(found == places, "\(what)")
    }
  }
}
