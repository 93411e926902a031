import ContractConformance
import ContractMock
import ContractOutline
import Foundation
import ServiceCore
import TestProcesses
import Testing

/// The golden contracts with operations.
let contracts = [
  "pets", "parameters", "bodies", "multipart", "responses", "streams", "pagination", "security", "merge-patch",
  "webhooks", "directions", "failures", "openapi-3-2", "annotations", "names", "selection",
]

/// Reads contracts by the generator, as `./charter mock` does.
func outline(_ name: String) throws -> Outline {
  let cases = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "GoldenTests/Cases")
  return try outline(of: cases.appending(path: "\(name)/contract.yaml"))
}

func outline(of contract: URL) throws -> Outline {
  let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
  let run = try TestProcess.run([programs + "/contractgen", "export", "outline", contract.path])
  #expect(run.code == 0, "\(run.errors)")
  return try Outline(Array(run.output.utf8))
}

/// The outline of a contract that is written here.
func outline(yaml: String) throws -> Outline {
  let folder = FileManager.default.temporaryDirectory.appending(path: "charter-mock-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let file = folder.appending(path: "contract.yaml")
  try yaml.write(to: file, atomically: true, encoding: .utf8)
  return try outline(of: file)
}

extension Mock {
  /// The response to a request given as text, JSON unless `headers` say otherwise.
  func send(
    _ method: String, _ target: String, _ body: String = "", headers: HTTPFields = [:]
  ) async -> HTTPResponse {
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    var request = HTTPRequest(
      method: method, path: parts[0], query: parts.count > 1 ? parts[1] : nil, headers: headers, body: Array(body.utf8))
    if !body.isEmpty, headers["content-type"] == nil { request.headers["content-type"] = "application/json" }
    return await respond(to: request)
  }
}

extension HTTPResponse {
  var text: String { String(decoding: body, as: UTF8.self) }

  var json: JSONValue {
    var reader = JSONReader(body)
    return (try? JSONValue.decode(&reader)) ?? .null
  }
}

extension HTTPRequest {
  /// With a credential for each scheme of the operation.
  mutating func authorize(_ operation: OutlinedOperation) {
    for scheme in operation.descriptor.policy.security.first?.schemes.map(\.scheme) ?? [] {
      switch scheme.kind {
      case .apiKey(.header, let name): headers[name.lowercased()] = "key"
      case .apiKey(.query, let name): query = (query.map { $0 + "&" } ?? "") + name + "=key"
      case .apiKey(.cookie, let name): headers["cookie"] = (headers["cookie"].map { $0 + "; " } ?? "") + name + "=key"
      case .http("basic"): headers["authorization"] = "Basic YWRhOnNlY3JldA=="
      case .http("bearer"), .oauth2, .openIDConnect: headers["authorization"] = "Bearer token"
      case .http(let scheme): headers["authorization"] = "\(scheme) token"
      case .mutualTLS: peerCertificate = [1]
      }
    }
  }
}

@Suite struct MockTests {
  @Test(arguments: contracts)
  func `every operation answers every declared status validly`(_ name: String) async throws {
    let outline = try outline(name)
    let mock = Mock(outline)
    var sampler = RequestSampler(outline, seed: 7)
    for operation in mock.operations {
      let requests = sampler.valid(operation, count: 12)
      #expect(!requests.isEmpty)
      for values in requests {
        var codes: [Int?] = [nil]
        for response in operation.responses {
          switch response.status {
          case .code(let code): codes.append(code)
          case .range(let digit): codes.append(digit * 100 + 18)
          case .other: codes.append(599)
          }
        }
        for code in codes {
          var request = try operation.write(values)
          request.authorize(operation)
          // Each is a request of its own.
          if values.idempotencyKey != nil { request.headers["idempotency-key"] = UUID().uuidString }
          if let code { request.headers["prefer"] = "code=\(code)" }
          let response = await mock.respond(to: request)
          let subject =
            "\(operation.id) \(request.target) \(code ?? 0): \(response.status) \(response.text.prefix(500))"
          if let code {
            #expect(response.status == code, "\(subject)")
          } else {
            #expect(response.status < 300, "\(subject)")
          }
          #expect(response.headers["preference-applied"] == code.map { "code=\($0)" })
          #expect(ResponseCheck(outline, operation, response).breaches.map(\.message) == [], "\(subject)")
        }
      }
    }
  }

  @Test func `a made list has the same items in one page and in many`() async throws {
    let outline = try outline("pagination")
    var counts: Set<Int> = []
    for seed in 1...8 {
      var settings = Mock.Settings()
      settings.seed = UInt64(seed)
      let mock = Mock(outline, settings)
      let all = await mock.send("GET", "/items").json["items"]
      var items: [JSONValue] = []
      var cursor: String?
      repeat {
        let page = await mock.send("GET", "/items?limit=1" + (cursor.map { "&cursor=" + $0 } ?? "")).json
        guard case .array(let own)? = page["items"] else { break }
        items += own
        cursor = page["next_cursor"]?.text
      } while cursor != nil && items.count < 20
      #expect(.array(items) == all)
      counts.insert(items.count)
    }
    #expect(counts.contains { $0 > 1 })
  }

  @Test func `a link leads on from a made response`() async throws {
    let mock = Mock(
      try outline(
        yaml: """
          openapi: 3.1.0
          info: { title: Jobs, version: "1" }
          paths:
            /jobs:
              post:
                operationId: addJob
                responses:
                  "201":
                    description: Added.
                    headers: { Location: { required: true, schema: { type: string, format: uri } } }
                    content: { application/json: { schema: { $ref: "#/components/schemas/Job" } } }
                    links: { get: { operationId: getJob, parameters: { job_id: "$response.body#/id" } } }
                requestBody: { content: { application/json: { schema: { type: object } } } }
            /jobs/{job_id}:
              get:
                operationId: getJob
                parameters: [{ name: job_id, in: path, required: true, schema: { type: integer } }]
                responses:
                  "200":
                    description: The job.
                    content: { application/json: { schema: { $ref: "#/components/schemas/Job" } } }
          components:
            schemas: { Job: { type: object, properties: { id: { type: integer, minimum: 1 } } } }
          """))
    let added = await mock.send("POST", "/jobs", "{}")
    let id = try #require(added.json["id"]?.json)
    let address = "/jobs/" + String(decoding: id, as: UTF8.self)
    #expect(added.headers["location"] == "http://localhost" + address)
    let read = await mock.send("GET", address).json
    #expect(read["id"] == nil || read["id"] == added.json["id"])
  }
}
