import ServiceCore
import ServiceLoop

/// The shared state of one listener's connections.
///
/// `@unchecked`: touched on the listener's loop only. It is not part of the actor because each access would then cost a
/// request an allocation. No access overlaps another: their exclusivity need not be checked.
final class ListenerContext: @unchecked Sendable {
  let settings: HTTPServerSettings
  let budget: BodyBudget
  let logger: Logger
  let handler: HTTPHandler
  /// Learn of the requests without a route.
  let observers: [any CallObserver]
  let workers: RequestWorkers
  let crossOrigin: CrossOrigin?
  /// Whether each response closes its connection.
  @exclusivity(unchecked) var isDraining = false
  private let fixed: String
  private let log: AccessLog?
  private let loop: Loop
  private(set) lazy var accessLog = log?.buffer(on: loop)
  @exclusivity(unchecked) private var date: (second: Int, line: [UInt8]) = (.min, [])
  /// Exchanges that have ended, whose memory is used again.
  @exclusivity(unchecked) private var exchanges: [ServerConnection.Exchange] = []
  @exclusivity(unchecked) private var heads: [ReceivedHead] = []
  private static let exchangeCount = 32

  init(
    _ loop: Loop, settings: HTTPServerSettings, budget: BodyBudget, logger: Logger, accessLog: AccessLog?,
    observers: [any CallObserver], handler: @escaping HTTPHandler
  ) {
    self.settings = settings
    self.budget = budget
    self.logger = logger
    log = accessLog
    self.loop = loop
    self.observers = observers
    self.handler = handler
    workers = RequestWorkers(loop)
    crossOrigin = CrossOrigin(settings.origins)
    fixed = settings.fields.list.map { "\($0.name): \($0.value)\r\n" }.joined()
  }

  /// The `date` field and those of every response, formatted once a second.
  func fixedLines(_ now: Timestamp) -> [UInt8] {
    let second = now.microseconds / 1_000_000
    if second != date.second { date = (second, Array("date: \(now.httpDate)\r\n\(fixed)".utf8)) }
    return date.line
  }

  /// Memory for a head, which is that of the next exchange where nobody has it any more.
  func takeHead() -> ReceivedHead? { heads.popLast() ?? exchanges.last?.request.clear() }

  func giveBack(_ head: ReceivedHead) {
    if heads.count < Self.exchangeCount { heads.append(head) }
  }

  /// An exchange to be filled.
  func takeExchange() -> ServerConnection.Exchange { exchanges.popLast() ?? ServerConnection.Exchange() }

  /// Takes back an exchange that has ended. Nobody else may have it.
  func giveBack(_ exchange: ServerConnection.Exchange) {
    if exchanges.count < Self.exchangeCount { exchanges.append(exchange) }
  }
}
