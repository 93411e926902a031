import IdentityAPI
import ServiceCore
import ServiceDefinition
import ServiceSecurity
import SharedAPI

/// Browsers in which people log in, and the forms that are theirs.
extension Identity {
  /// How long a browser stays logged in, in seconds.
  private static let browserSeconds = 7 * 86_400

  /// Why somebody is not logged in, in words for the page.
  struct LoginFault: Error { let text: String }

  /// Who has logged in with a browser, and when; nil where nobody has, or the session has ended.
  func browser(_ cookie: String?) async throws -> IdentityQueries.Browser? {
    guard let cookie, cookie.hasPrefix("cb_") else { return nil }
    return try await queries.browser(
      digest: Base64(try Secret.digest(of: cookie)), since: now.adding(seconds: -Self.browserSeconds))
  }

  /// Logs somebody in with a browser; the secret that it is known by from now on.
  func logIn(
    _ email: String?, _ password: String?, _ code: String?, _ device: String?, _ call: Call
  ) async throws -> Result<String, LoginFault> {
    guard let email = email?.lowercased(), let password, !email.isEmpty, !password.isEmpty else {
      return .failure(LoginFault(text: "Give your address and your password."))
    }
    guard let attempt = try await attempt(email, call) else {
      return .failure(
        LoginFault(text: "Too many attempts have been made from here. Try again in a quarter of an hour."))
    }
    let code = code.flatMap { $0.isEmpty ? nil : $0 }
    switch try await prove(email, password, code, attempt, call) {
    case .wrong: return .failure(LoginFault(text: "There is no account with this address and password."))
    case .lacksCode: return .failure(LoginFault(text: "Give the code that your authenticator shows, too."))
    case .proved(let user, let hash):
      guard let secret = try await beginInBrowser(user, hash, device: device ?? "", call) else {
        return .failure(LoginFault(text: "The password was changed meanwhile."))
      }
      return .success(secret)
    }
  }

  /// Begins a session of a browser; the secret that it is known by, or nil where the password that was verified is not
  /// the user's any more.
  func beginInBrowser(_ user: User, _ verified: String, device: String, _ call: Call) async throws -> String? {
    let secret = try Secret.make("cb_")
    let begun = try await begin(user, verified, device: device, call) { queries, session in
      try await queries.addBrowser(digest: Base64(secret.digest), session: session)
    }
    return begun == nil ? nil : secret.text
  }

  /// The cookie of a session; nil for a browser that is to forget it.
  func sessionCookie(_ secret: String?) -> String {
    cookie("charter_session", secret ?? "", seconds: secret == nil ? 0 : Self.browserSeconds)
  }

  /// Ends what somebody has logged in with.
  func leave(_ cookie: String?) async throws {
    guard let browser = try await browser(cookie) else { return }
    _ = try await queries.end(session: browser.session, user: browser.user.id, now: now)
    try await queries.record(entry: entry(.loggedOut, browser.user.id))
  }

  // MARK: forms

  /// What tells a page's own form from one that another site has made (CWE-352), and the cookie that goes with it. Other
  /// sites can neither read the one nor, by SameSite, send the other.
  struct Form {
    let token: String
    let cookie: String?
  }

  /// - Parameter session: the cookie of somebody who has logged in. A site that shares the platform's domain could set the other
  ///   cookie, and knows nothing of this one.
  func form(_ given: String?, _ session: String?) throws -> Form {
    if let given, given.hasPrefix("cf_"), given.utf8.count > 40 {
      return Form(token: try token(given, session), cookie: nil)
    }
    let secret = try Secret.make("cf_").text
    return Form(token: try token(secret, session), cookie: cookie("charter_form", secret, seconds: 86_400))
  }

  private func token(_ secret: String, _ session: String?) throws -> String {
    Base64(try Secret.digest(of: "form \(secret) \(session ?? "")"), isURLSafe: true).text
  }

  /// Whether a form is one of this browser's pages.
  ///
  /// - Parameter site: where the browser says that it comes from (Fetch Metadata); nil from one that does not say.
  func isOurs(_ token: String, _ form: Form, _ site: String?) -> Bool {
    form.cookie == nil && token.utf8.elementsEqual(form.token.utf8) && ["same-origin", "none", nil].contains(site)
  }

  func cookie(_ name: String, _ value: String, seconds: Int) -> String {
    let secure = issuer.hasPrefix("https:") ? "; Secure" : ""
    return "\(name)=\(value); Path=/api/identity; Max-Age=\(seconds); HttpOnly; SameSite=Lax" + secure
  }
}
