import ContractMock
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization

/// The mocks of all cases behind one server, which records what arrives and what is answered.
final class TripServer: Sendable {
  struct Exchange: Sendable {
    let request: HTTPRequest
    let response: HTTPResponse
  }

  let origin: String
  private let server: HTTPServer
  private let loop: Loop
  private let record: Record

  /// By the number of the trip, which its requests have in `X-Trip`.
  private final class Record: Sendable { let exchanges = Mutex<[Int: Exchange]>([:]) }

  init(_ trips: [Trip]) async throws {
    var mocks: [String: Mock] = [:]
    for trip in trips where mocks[trip.golden.name] == nil {
      var settings = Mock.Settings()
      settings.seed = Trip.seed
      mocks[trip.golden.name] = Mock(trip.golden.contract, settings)
    }
    let record = Record()
    (self.record, loop) = (record, try Loop())
    server = try HTTPServer(loops: [loop], address: "127.0.0.1", port: 0, logger: Logger(level: .error)) {
      [mocks] request in
      guard let number = request.headers["x-trip"].flatMap(Int.init), trips.indices.contains(number),
        let mock = mocks[trips[number].golden.name]
      else { return .answer(HTTPResponse(status: 500)) }
      return .receive(limit: 10_000_000) { request in
        var request = request
        request.peerCertificate = [1]
        let response = await mock.respond(to: request)
        record.exchanges.withLock { [request] in $0[number] = Exchange(request: request, response: response) }
        return response
      }
    }
    origin = "http://127.0.0.1:\(server.port)"
    await server.start()
  }

  func exchange(_ number: Int) -> Exchange? { record.exchanges.withLock { $0[number] } }

  func stop() async {
    await server.stop(within: 0)
    loop.stop()
  }
}
