import ContractMock
import ContractOutline
import ServiceCore
import Synchronization
import Testing

private let notes = """
  openapi: 3.1.0
  info: { title: Notes, version: "1" }
  paths:
    /notes/{id}:
      parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
      get:
        operationId: getNote
        responses:
          "200":
            description: The note.
            content:
              application/json:
                schema: { $ref: "#/components/schemas/Note" }
                examples:
                  wrong: { value: { id: 1, text: 7 } }
                  short: { value: { id: 1, text: a short one } }
                  long: { value: { id: 2, text: a longer one } }
              text/plain: { schema: { type: string }, example: only text }
          "404": { description: No note. }
          "503": { description: Later. }
      delete:
        operationId: deleteNote
        responses: { "204": { description: Gone. }, "503": { description: Later. } }
  components:
    schemas:
      Note:
        type: object
        required: [id, text]
        properties: { id: { type: integer }, text: { type: string, minLength: 1, maxLength: 100 } }
  """

@Suite struct PreferenceTests {
  @Test func `the first valid example is sent, with the path's id`() async throws {
    let reports = Mutex<[String]>([])
    var settings = Mock.Settings()
    settings.report = { line in reports.withLock { $0.append(line) } }
    let mock = Mock(try outline(yaml: notes), settings)
    for _ in 0..<2 {
      #expect(await mock.send("GET", "/notes/31").text == #"{"id":31,"text":"a short one"}"#)
    }
    #expect(reports.withLock(\.count) == 1)
    #expect(reports.withLock { $0.first?.contains("the example 'wrong' is not valid") ?? false })
    #expect(await mock.send("GET", "/notes/31", headers: ["accept": "text/plain"]).text == "only text")
  }

  @Test func `a client chooses the status and the example`() async throws {
    let mock = Mock(try outline(yaml: notes))
    let long = await mock.send("GET", "/notes/5", headers: ["prefer": "example=long"])
    #expect(long.text == #"{"id":5,"text":"a longer one"}"#)
    #expect(long.headers["preference-applied"] == "example=long")
    #expect(await mock.send("GET", "/notes/5", headers: ["prefer": "respond-async, code=404"]).status == 404)
    for (preference, valid) in [
      ("code=418", "200, 404, 503"), ("example=none", "wrong, short, long"), ("code=x", "a status from 200 to 599"),
      ("delay=-1", "0 to 60000"), ("dynamic=perhaps", "true or false"),
    ] {
      let refused = await mock.send("GET", "/notes/5", headers: ["prefer": preference])
      #expect(refused.status == 400)
      #expect(refused.text.contains(valid), "\(refused.text)")
    }
  }

  @Test func `a seed makes the same responses, and dynamic ones differ`() async throws {
    let outline = try outline(yaml: notes)
    var other = Mock.Settings()
    other.seed = 2
    let (mock, same, another) = (Mock(outline), Mock(outline), Mock(outline, other))
    func texts(_ mock: Mock) async -> [String] {
      var texts: [String] = []
      for _ in 0..<5 { texts.append(await mock.send("GET", "/notes/5", headers: ["prefer": "dynamic=true"]).text) }
      return texts
    }
    let first = await texts(mock)
    #expect(Set(first).count > 1)
    #expect(await texts(same) == first)
    #expect(await texts(another) != first)
  }

  @Test func `a delay is waited for`() async throws {
    let waited = Mutex<[Int]>([])
    var settings = Mock.Settings()
    settings.sleep = { time in waited.withLock { $0.append(time) } }
    let mock = Mock(try outline(yaml: notes), settings)
    let response = await mock.send("GET", "/notes/5", headers: ["prefer": "delay=250"])
    #expect(response.headers["preference-applied"] == "delay=250")
    #expect(waited.withLock { $0 } == [250])
  }

  @Test func `a share of the requests fails as declared`() async throws {
    var settings = Mock.Settings()
    settings.chaosRate = 0.5
    let mock = Mock(try outline(yaml: notes), settings)
    var counts: [Int: Int] = [:]
    for _ in 0..<400 { counts[await mock.send("DELETE", "/notes/5").status, default: 0] += 1 }
    #expect(Set(counts.keys) == [204, 503])
    #expect((150...250).contains(counts[503, default: 0]))
  }
}
