import ProductsAPI
import ServiceCore
import ServiceTesting
import Testing

@testable import ProductsService

@Suite struct ProductsTests {
  @discardableResult private static func add(
    _ products: TestedService<Products>, _ name: String, price: Int = 20, _ category: String = "clothing",
    _ tags: [String] = []
  ) async throws -> Product {
    // Newer by a second than what was added before.
    products.clock.advance(by: .seconds(1))
    let draft = ProductDraft(name: name, price: ExactDecimal(price), category: category, tags: tags)
    return try await products.client(ProductsClient.self).createProduct(.init(body: draft), products.admin).get()
  }

  @Test func `a product that is added can be read where its location says`() async throws {
    try await withService(Products.self) { products in
      let created = try await products.send(
        "POST", "/api/products", body: #"{"name": "Wool scarf", "price": 19.99, "category": "clothing"}"#,
        as: products.admin)
      #expect(created.status == 201 && created.text.contains(#""created_at":"2026-01-31T12:00:00Z""#))
      let location = try #require(created.headers["location"])
      let read = try await products.send("GET", location)
      #expect(read.status == 200 && read.text == created.text)
    }
  }

  @Test func `a draft that breaks the contract is refused with every reason`() async throws {
    try await withService(Products.self) { products in
      let response = try await products.send(
        "POST", "/api/products", body: #"{"name": "", "price": -1}"#, as: products.admin)
      #expect(response.status == 400 && response.headers["content-type"] == "application/problem+json")
      for pointer in ["/name", "/price", "/category"] {
        #expect(response.text.contains(#""pointer":"\#(pointer)""#), "\(response.text)")
      }
    }
  }

  @Test func `a request that is sent again with its key adds one product`() async throws {
    try await withService(Products.self) { products in
      let client = products.client(ProductsClient.self)
      let draft = ProductDraft(name: "Wool scarf", price: .scarf, category: "clothing")
      let input = CreateProduct.Input(body: draft, idempotencyKey: "once")
      let first = try await client.createProduct(input, products.admin).get()
      #expect(try await client.createProduct(input, products.admin).get() == first)
      #expect(try await client.listProducts(.init(), products.admin).get().items == [first])
      let other = ProductDraft(name: "Lamp", price: .scarf, category: "home")
      let answer = try await client.createProduct(.init(body: other, idempotencyKey: "once"), products.admin)
      guard case .unprocessableContent = answer else {
        Issue.record("\(answer)")
        return
      }
    }
  }

  @Test func `what is not in the catalogue can be neither read, replaced nor deleted`() async throws {
    try await withService(Products.self) { products in
      let client = products.client(ProductsClient.self)
      let draft = ProductDraft(name: "Lamp", price: .scarf, category: "home")
      guard case .notFound(let problem) = try await client.getProduct(.init(productID: .test(1)), products.admin),
        case .notFound = try await client.replaceProduct(.init(productID: .test(1), body: draft), products.admin),
        case .notFound = try await client.deleteProduct(.init(productID: .test(1)), products.admin)
      else {
        Issue.record("there is a product \(Uuid.test(1))")
        return
      }
      #expect(problem.detail == "No product has the id \(Uuid.test(1)).")
    }
  }

  @Test func `a product is replaced but for its id and when it was added`() async throws {
    try await withService(Products.self) { products in
      let client = products.client(ProductsClient.self)
      let scarf = try await Self.add(products, "Wool scarf", "clothing", ["winter"])
      products.clock.advance(by: .seconds(60))
      let draft = ProductDraft(
        name: "Silk scarf", price: ExactDecimal(30), category: "silk", imageURL: "https://x.test/1")
      let replaced = try await client.replaceProduct(.init(productID: scarf.id, body: draft), products.admin).get()
      #expect(replaced.name == "Silk scarf" && replaced.tags == [] && replaced.imageURL == "https://x.test/1")
      #expect(replaced.id == scarf.id && replaced.createdAt == scarf.createdAt)
      #expect(replaced.updatedAt == products.clock.now)
      try await client.deleteProduct(.init(productID: scarf.id), products.admin).get()
      #expect(try await client.listProducts(.init(), products.admin).get().items == [])
    }
  }

  @Test func `the list is filtered, newest first`() async throws {
    try await withService(Products.self) { products in
      let client = products.client(ProductsClient.self)
      let scarf = try await Self.add(products, "Scarf", price: 20, "clothing", ["winter", "wool"])
      let gloves = try await Self.add(products, "Gloves", price: 30, "clothing", ["winter"])
      let lamp = try await Self.add(products, "Lamp", price: 40, "home")
      for (filter, expected) in [
        (ListProducts.Input(), [lamp, gloves, scarf]), (.init(category: "clothing"), [gloves, scarf]),
        (.init(tag: "wool"), [scarf]), (.init(minPrice: ExactDecimal(30)), [lamp, gloves]),
        (.init(maxPrice: ExactDecimal(20)), [scarf]),
        (.init(category: "clothing", minPrice: ExactDecimal(25), maxPrice: ExactDecimal(35)), [gloves]),
      ] {
        #expect(try await client.listProducts(filter, products.admin).get().items == expected)
      }
    }
  }

  @Test func `pages follow each other without a gap, even while products are added`() async throws {
    try await withService(Products.self) { products in
      let client = products.client(ProductsClient.self)
      for number in 1...5 { try await Self.add(products, "Scarf \(number)") }
      var names: [String] = []
      var cursor: String?
      repeat {
        let page = try await client.listProducts(.init(limit: 2, cursor: cursor), products.admin).get()
        names += page.items.map(\.name)
        cursor = page.nextCursor
        try await Self.add(products, "Newer")
      } while cursor != nil
      #expect(names == (1...5).reversed().map { "Scarf \($0)" })
    }
  }

  @Test func `a search finds all words wherever they are, the best match first, page by page`() async throws {
    try await withService(Products.self) { products in
      let client = products.client(ProductsClient.self)
      try await Self.add(products, "Gloves", "clothing", ["wool"])
      try await Self.add(products, "Wool scarf of wool", "clothing", ["wool"])
      try await Self.add(products, "Lamp", "home")
      let found = try await client.searchProducts(.init(q: "wool clothing"), products.admin).get()
      #expect(Set(found.items.map(\.name)) == ["Gloves", "Wool scarf of wool"] && found.nextCursor == nil)
      let best = try await client.searchProducts(.init(q: "wool", limit: 1), products.admin).get()
      #expect(best.items.map(\.name) == ["Wool scarf of wool"])
      let rest = try await client.searchProducts(.init(q: "wool", limit: 1, cursor: best.nextCursor), products.admin)
        .get()
      #expect(rest.items.map(\.name) == ["Gloves"] && rest.nextCursor == nil)
      #expect(try await client.searchProducts(.init(q: "wool lamp"), products.admin).get().items == [])
    }
  }

  @Test(arguments: ["/api/products?cursor=made-up", "/api/products/search?q=scarf&cursor=1_2"])
  func `a cursor that no page gave is refused by name`(_ target: String) async throws {
    try await withService(Products.self) { products in
      let response = try await products.send("GET", target)
      #expect(response.status == 400 && response.text.contains(#""in":"query","name":"cursor""#), "\(response.text)")
    }
  }
}
