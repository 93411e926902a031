import IdentityAPI
import InventoryAPI
import NotificationsAPI
import OrdersAPI
import ServiceCore
import ServiceDefinition

/// Turns events into notices.
struct Notifications: NotificationsHandlers, NotificationsReceivers, Service {
  static let logsMail = Setting(
    "NOTIFICATIONS_LOG_MAIL", default: false,
    "Whether mail is written to the log with its secrets, while there is no mail server. For development.")
  static var settings: [any ServiceSetting] { [logsMail] }

  private let queries: NotificationsQueries
  private let clock: Clock
  private let logger: Logger
  private let logsMail: Bool

  init(_ resources: Resources) throws {
    queries = try NotificationsQueries(resources)
    clock = resources.clock
    logger = resources.logger
    logsMail = try resources[Self.logsMail]
  }

  func listNotifications(
    _ input: ListNotifications.Input, _ principal: NotificationsAPI.UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> ListNotifications.Output {
    try await ListNotifications.page(input, call, key: \.id) { before, limit in
      try await queries.list(filter: input, before: before, limit: limit)
    }
  }

  func noticeOrderPlaced(
    _ event: NoticeOrderPlaced.Incoming, _ call: Call
  ) async throws -> Committed<Void> {
    let order = event.payload
    return try await write(
      .orderPlaced, to: order.customerEmail, about: order.orderID, at: order.placedAt,
      title: "Your order \(order.orderNumber)",
      text:
        "Thank you, \(order.customerName). Your order \(order.orderNumber) over \(order.totalAmount.text(scale: 2)) "
        + "is placed.", call)
  }

  func noticeOrderCancelled(
    _ event: NoticeOrderCancelled.Incoming, _ call: Call
  ) async throws -> Committed<Void> {
    let order = event.payload
    return try await write(
      .orderCancelled, to: order.customerEmail, about: order.orderID, at: order.cancelledAt,
      title: "Your order \(order.orderNumber) is cancelled",
      text: "\(order.customerName), your order \(order.orderNumber) is cancelled. Nothing will be sent.", call)
  }

  func noticeInventoryLow(
    _ event: NoticeInventoryLow.Incoming, _ call: Call
  ) async throws -> Committed<Void> {
    let stock = event.payload
    return try await write(
      .inventoryLow, to: "staff", about: stock.productID, at: stock.noticedAt,
      title: "Few left of \(stock.productName)",
      text: "\(stock.available) of '\(stock.productName)' can still be sold; \(stock.threshold) are the threshold.",
      call)
  }

  /// Without a mail server the message is logged, and its token only where that is allowed, as in development.
  func sendIdentityMail(
    _ event: SendIdentityMail.Incoming, _ call: Call
  ) async throws -> Committed<Void> {
    let mail = event.payload
    let committed: Committed<Void> = try await call.transaction { _ in }
    logger.log(
      .info, "there is no mail server: this message is not sent",
      ["to": mail.to, "kind": mail.kind.rawValue, "token": logsMail ? mail.token : "", "until": "\(mail.expiresAt)"])
    return committed
  }

  private func write(
    _ kind: NoticeKind, to recipient: String, about subject: Uuid, at happened: Timestamp, title: String, text: String,
    _ call: Call
  ) async throws -> Committed<Void> {
    let now = clock.now()
    let notice = Notice(
      id: .v7(at: now), kind: kind, recipient: recipient, title: title, text: text, subjectID: subject,
      happenedAt: happened, createdAt: now)
    return try await call.transaction { queries in try await queries.insert(notice: notice) }
  }
}
