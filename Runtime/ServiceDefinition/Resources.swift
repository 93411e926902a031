import ServiceCore
import ServiceEvents
import ServicePostgres

/// The resources that a service receives.
public struct Resources: Sendable {
  public let clock: Clock
  public let logger: Logger
  /// The address at which callers outside reach the platform, without a slash at its end; the issuer of its tokens.
  public let publicURL: String
  /// The issuer of tokens that stands in the place of the platform's own, and the audience that its tokens must name; nil
  /// for none.
  public let tokenIssuer: (url: String, audience: String)?
  private let service: String
  private let held: Database?
  private let started: Workflows?
  private let settings: SettingValues
  private let identify: @Sendable () -> Uuid
  private let placement: @Sendable (any APIClient.Type) throws -> Placement
  private let receivers: (@Sendable (_ allowsPrivate: Bool) throws -> WebhookSenders)?

  /// That of a development host.
  public static let standardPublicURL = "http://127.0.0.1:8080"

  /// - Parameters:
  ///   - service: the name of the service.
  ///   - database: nil for a service without one.
  ///   - workflows: those of the database; nil for some that nothing in this process works on.
  ///   - publicURL: the address at which callers outside reach the platform.
  ///   - tokenIssuer: the issuer of tokens in the place of the platform's own.
  ///   - process: returns the id of this process, and records that the service uses it; nil for a new id.
  ///   - receivers: makes what sends webhooks; nil where none can be sent.
  ///   - placement: returns where a client's API runs; it throws where that is unknown.
  public init(
    for service: String, database: Database?, workflows: Workflows? = nil, clock: Clock, logger: Logger,
    settings: SettingValues = SettingValues(), publicURL: String = standardPublicURL,
    tokenIssuer: (url: String, audience: String)? = nil, process: (@Sendable () -> Uuid)? = nil,
    receivers: (@Sendable (_ allowsPrivate: Bool) throws -> WebhookSenders)? = nil,
    placement: @escaping @Sendable (any APIClient.Type) throws -> Placement
  ) {
    self.service = service
    held = database
    started = workflows ?? database.map { Workflows($0) }
    self.clock = clock
    self.logger = logger
    self.settings = settings
    self.publicURL = publicURL
    self.tokenIssuer = tokenIssuer
    let id = Uuid.v7(at: clock.now())
    identify = process ?? { id }
    self.placement = placement
    self.receivers = receivers
  }

  /// The service's own database.
  ///
  /// - Throws: ``ConfigurationError`` for a service that declares none.
  public var database: Database {
    get throws {
      guard let held else {
        throw ConfigurationError(
          "the service '\(service)' asks for a database and has none: "
            + "put its SQL in Queries.sql and its tables in Migrations/ beside its sources")
      }
      return held
    }
  }

  /// The service's workflows: starts those of ``Service/workflows``, sends them messages, and cancels them.
  ///
  /// - Throws: ``ConfigurationError`` for a service without a database.
  public var workflows: Workflows {
    get throws {
      guard let started else {
        throw ConfigurationError(
          "the service '\(service)' asks for workflows and has no database to keep them in: put a migration into its "
            + "folder Migrations")
      }
      return started
    }
  }

  /// The client of another service, wherever configuration places it, or of an external API, whose contract is in
  /// `Contracts/external`.
  ///
  /// - Throws: ``ConfigurationError`` when the service is not in this process and no address is configured.
  public func client<Client: APIClient>(_ type: Client.Type = Client.self) throws -> Client {
    Client(try placement(type))
  }

  /// What sends signed webhooks to addresses that others have given. It does not follow redirects, and does not wait for
  /// the body of a long response.
  ///
  /// - Parameter allowsPrivate: whether they may be sent to addresses that are not public, as in development.
  /// - Throws: ``ConfigurationError`` where none can be sent.
  public func webhooks(allowsPrivate: Bool = false) throws -> WebhookSenders {
    guard let receivers else { throw ConfigurationError("the service '\(service)' cannot send webhooks here") }
    return try receivers(allowsPrivate)
  }

  /// The value of one of the service's settings.
  ///
  /// - Throws: ``ConfigurationError`` for a setting that ``Service/settings`` does not list.
  public subscript<Value>(_ setting: Setting<Value>) -> Value {
    get throws(ConfigurationError) { try settings[setting] }
  }

  /// The id of this process, a new one at each start.
  ///
  /// While the process lives, `charter.is_alive(id)` is true in the service's database. Rows can name the process that
  /// works on them; when it is no longer alive, another process may take over. Ask for it in the service's `init`.
  public var process: Uuid { identify() }
}

/// Makes the sender of one webhook, signed by Standard Webhooks.
///
/// `secret` is that of its receiver, `whsec_…`. `id` becomes its `webhook-id`: a webhook that is sent again has the same.
public typealias WebhookSenders = @Sendable (_ secret: String, _ id: String) throws -> WebhookSender
