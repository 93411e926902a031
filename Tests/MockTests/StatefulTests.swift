import ContractConformance
import ContractMock
import ContractOutline
import ServiceCore
import Testing

/// A shop whose contract has what a stateful mock follows.
private let shop = """
  openapi: 3.1.0
  info: { title: Shop, version: "1" }
  paths:
    /products:
      post:
        operationId: addProduct
        requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Product" } } } }
        responses:
          "201":
            description: Added.
            headers: { Location: { schema: { type: string } } }
            content: { application/json: { schema: { $ref: "#/components/schemas/Product" } } }
            links: { get: { operationId: getProduct, parameters: { product_id: "$response.body#/id" } } }
          "409": { description: There is one. }
      get:
        operationId: listProducts
        x-pagination: {}
        parameters:
          - { name: colour, in: query, schema: { type: string } }
          - { name: tags, in: query, schema: { type: array, items: { type: string } } }
          - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 50 } }
          - { name: cursor, in: query, schema: { type: string, minLength: 1 } }
        responses:
          "200":
            description: A page.
            content:
              application/json:
                schema:
                  type: object
                  required: [items]
                  properties:
                    items: { type: array, items: { $ref: "#/components/schemas/Product" } }
                    total: { type: integer }
                    next_cursor: { type: string, minLength: 1 }
    /products/{product_id}:
      parameters: [{ name: product_id, in: path, required: true, schema: { type: string, format: uuid } }]
      get:
        operationId: getProduct
        responses:
          "200":
            description: The product.
            content: { application/json: { schema: { $ref: "#/components/schemas/Product" } } }
          "404": { $ref: "#/components/responses/Problem" }
      put:
        operationId: putProduct
        requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Product" } } } }
        responses:
          "200":
            description: The product.
            content: { application/json: { schema: { $ref: "#/components/schemas/Product" } } }
          "404": { $ref: "#/components/responses/Problem" }
      patch:
        operationId: changeProduct
        requestBody:
          required: true
          content: { application/merge-patch+json: { schema: { $ref: "#/components/schemas/Product" } } }
        responses:
          "200":
            description: The product.
            content: { application/json: { schema: { $ref: "#/components/schemas/Product" } } }
          "404": { $ref: "#/components/responses/Problem" }
      delete:
        operationId: deleteProduct
        responses:
          "204": { description: Gone. }
          "410": { $ref: "#/components/responses/Problem" }
    /shelves/{shelf}/books:
      parameters: [{ name: shelf, in: path, required: true, schema: { type: integer } }]
      post:
        operationId: addBook
        requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Book" } } } }
        responses:
          "201": { description: Added. }
      get:
        operationId: listBooks
        parameters:
          - { name: page, in: query, schema: { type: integer, minimum: 1 } }
          - { name: per_page, in: query, schema: { type: integer, minimum: 1, maximum: 100, default: 2 } }
        responses:
          "200":
            description: Books.
            content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Book" } } } }
    /shelves/{shelf}/books/{bookId}:
      parameters:
        - { name: shelf, in: path, required: true, schema: { type: integer } }
        - { name: bookId, in: path, required: true, schema: { type: integer, minimum: 1 } }
      get:
        operationId: getBook
        responses:
          "200":
            description: The book.
            content: { application/json: { schema: { $ref: "#/components/schemas/Book" } } }
          default: { $ref: "#/components/responses/Problem" }
  components:
    responses:
      Problem:
        description: It did not work.
        content:
          application/problem+json:
            schema:
              type: object
              required: [status, code]
              properties: { status: { type: integer }, detail: { type: string }, code: { type: string, enum: [missing] } }
    schemas:
      Product:
        type: object
        required: [id, name, created_at]
        properties:
          id: { type: string, format: uuid, readOnly: true }
          created_at: { type: string, format: date-time, readOnly: true }
          name: { type: string, minLength: 1 }
          secret: { type: string, writeOnly: true }
          colour: { type: string }
          tags: { type: array, items: { type: string } }
      Book:
        type: object
        required: [title]
        properties:
          id: { type: integer, readOnly: true }
          shelf: { type: integer, readOnly: true }
          title: { type: string }
  """

@Suite struct StatefulTests {
  private func stateful() throws -> (mock: Mock, outline: Outline) {
    let outline = try outline(yaml: shop)
    var settings = Mock.Settings()
    settings.isStateful = true
    return (Mock(outline, settings), outline)
  }

  @Test func `what is created is read, changed, listed and deleted`() async throws {
    let (mock, outline) = try stateful()
    let created = await mock.send("POST", "/products", #"{"name": "Scarf", "colour": "red", "secret": "s"}"#)
    #expect(created.status == 201, "\(created.text)")
    let id = try #require(created.json["id"]?.text)
    let address = "/products/" + id
    #expect(created.headers["location"] == address)
    #expect(created.json["name"] == "Scarf")
    #expect(created.json["tags"] == nil)
    #expect(created.json["secret"] == nil)
    let operation = try #require(mock.operations.first { $0.id == "addProduct" })
    #expect(ResponseCheck(outline, operation, created).breaches.map(\.message) == [])

    let read = await mock.send("GET", address)
    #expect(read.status == 200)
    #expect(read.json == created.json)
    let head = await mock.send("HEAD", address)
    #expect(head.status == 200)

    let changed = await mock.send(
      "PATCH", address, #"{"colour": null, "name": "Hat"}"#, headers: ["content-type": "application/merge-patch+json"])
    #expect(changed.status == 200, "\(changed.text)")
    #expect(changed.json["name"] == "Hat")
    #expect(changed.json["colour"] == nil)
    #expect(changed.json["created_at"] == created.json["created_at"])
    let refused = await mock.send(
      "PATCH", address, #"{"name": null}"#, headers: ["content-type": "application/merge-patch+json"])
    #expect(refused.status == 400, "\(refused.text)")

    let replaced = await mock.send("PUT", address, #"{"name": "Coat", "tags": ["warm"]}"#)
    #expect(replaced.status == 200, "\(replaced.text)")
    #expect(replaced.json["id"] == .string(id))
    #expect(replaced.json["created_at"] == created.json["created_at"])
    let again = await mock.send("GET", address)
    #expect(again.json == replaced.json)
    let list = await mock.send("GET", "/products")
    #expect(list.json["items"] == .array([replaced.json]), "\(list.text)")

    #expect(await mock.send("DELETE", address).status == 204)
    let gone = await mock.send("GET", address)
    #expect(gone.status == 404)
    #expect(gone.json["code"] == "missing")
    #expect(gone.json["detail"]?.text?.contains(id) == true)
    #expect(await mock.send("DELETE", address).status == 410)
    #expect(await mock.send("GET", "/products").json["items"] == [])
    #expect(await mock.send("PUT", address, #"{"name": "Coat"}"#).status == 404)
  }

  @Test func `pages have each item once`() async throws {
    let (mock, _) = try stateful()
    for number in 1...7 {
      let colour = number % 2 == 0 ? "red" : "blue"
      let body = #"{"name": "Scarf \#(number)", "colour": "\#(colour)", "tags": ["t\#(number)"]}"#
      #expect(await mock.send("POST", "/products", body).status == 201)
    }
    var names: [String] = []
    var cursor: String?
    repeat {
      let page = await mock.send("GET", "/products?limit=3" + (cursor.map { "&cursor=" + $0 } ?? ""))
      #expect(page.status == 200, "\(page.text)")
      guard case .array(let items)? = page.json["items"] else { break }
      names += items.compactMap { $0["name"]?.text }
      cursor = page.json["next_cursor"]?.text
    } while cursor != nil && names.count < 20
    #expect(names == (1...7).map { "Scarf \($0)" })
    guard case .array(let red)? = await mock.send("GET", "/products?colour=red").json["items"] else { return }
    #expect(red.count == 3)
    guard case .array(let tagged)? = await mock.send("GET", "/products?tags=t1&tags=t2").json["items"] else { return }
    #expect(tagged.count == 2)
    let wrong = await mock.send("GET", "/products?cursor=mine")
    #expect(wrong.status == 400)
    #expect(wrong.text.contains(#""name":"cursor","rule":"cursor""#))
  }

  @Test func `a collection within a path is its own, and pages are numbered`() async throws {
    let (mock, _) = try stateful()
    var addresses: [String] = []
    for title in ["A", "B", "C"] {
      let created = await mock.send("POST", "/shelves/4/books", #"{"title": "\#(title)"}"#)
      addresses.append(try #require(created.headers["location"]))
    }
    #expect(Set(addresses).count == 3)
    let read = await mock.send("GET", addresses[1])
    #expect(read.json["title"] == "B")
    #expect(read.json["shelf"] == nil || read.json["shelf"] == 4)
    guard case .array(let second) = await mock.send("GET", "/shelves/4/books?page=2&per_page=2").json else { return }
    #expect(second.compactMap { $0["title"]?.text } == ["C"])
    #expect(await mock.send("GET", "/shelves/5/books").json == [])
    let missing = await mock.send("GET", "/shelves/5/books/1")
    #expect(missing.status == 404)
    #expect(missing.json["status"] == 404)
  }

  @Test func `a preferred status has no effect`() async throws {
    let (mock, _) = try stateful()
    let refused = await mock.send("POST", "/products", #"{"name": "Scarf"}"#, headers: ["prefer": "code=409"])
    #expect(refused.status == 409)
    #expect(await mock.send("GET", "/products").json["items"] == [])
  }
}
