import ContractConformance
import ContractMock
import ContractOutline
import Foundation
import ServiceCore
import Testing

/// The corpus of contracts, where there is one.
private let corpus = ProcessInfo.processInfo.environment["CHARTER_CORPUS"]

@Suite struct LargeContractTests {
  @Test(.enabled(if: corpus != nil), arguments: ["api.github.com.json", "superset.json", "openai-1.2.0.openapi.yaml"])
  func `every operation of a large contract answers validly`(_ name: String) async throws {
    let outline = try outline(of: URL(filePath: try #require(corpus)).appending(path: "openapi").appending(path: name))
    let mock = Mock(outline)
    var sampler = RequestSampler(outline, seed: 1)
    for operation in mock.operations {
      for values in sampler.valid(operation, count: 2) {
        var request = try operation.write(values)
        request.authorize(operation)
        let response = await mock.respond(to: request)
        let breaches = ResponseCheck(outline, operation, response).breaches.map(\.message)
        #expect(response.status < 400 && breaches == [], "\(operation.id): \(response.status) \(breaches)")
      }
    }
  }
}
