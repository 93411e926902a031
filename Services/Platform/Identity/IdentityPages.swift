import IdentityAPI
import ServiceCore
import ServiceHTML
import ServiceSecurity

/// The request of a client that a page is about.
struct ClientPage {
  let client: Client
  let redirect: String
  let fields: [(name: String, value: String)]

  /// The address of this request's page, for a browser in which somebody has just logged in or not.
  func address(isProven: Bool) throws -> String {
    let page = PageAddress(path: try Authorize.location(.init()), members: fields)
    return isProven ? page.proven.text : page.text
  }
}

/// The address of a page with the parameters of a client's request.
struct PageAddress {
  let path: String
  let members: [(name: String, value: String)]

  init(path: String, members: [(name: String, value: String)]) { (self.path, self.members) = (path, members) }

  init(_ text: String) {
    let parts = text.split(separator: "?", maxSplits: 1)
    path = parts.first.map(String.init) ?? ""
    members = (parts.count > 1 ? parts[1].split(separator: "&") : []).compactMap { pair in
      let pair = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, let value = PercentCoding.decode(pair[1]) else { return nil }
      return (String(pair[0]), value)
    }
  }

  func value(_ name: String) -> String? { members.first { $0.name == name }?.value }

  var text: String { IdentityPages.address(path, members.filter { !$0.value.isEmpty }) }

  /// The same page for a browser in which somebody has just logged in: without what asks for that.
  var proven: PageAddress {
    let rest = members.filter { $0.name != "max_age" }.map { name, value in
      name == "prompt"
        ? (name, value.split(separator: " ").filter { $0 != "login" }.joined(separator: " ")) : (name, value)
    }
    return PageAddress(path: path, members: rest)
  }
}

/// The pages on which people log in and decide. They need no script, and may run none.
struct IdentityPages: Sendable {
  struct Page {
    let html: String
    /// What it may load, and where its form may lead.
    let policy: String
  }

  static let stale = "The page was open for too long. Please try again."

  private static let style: StaticString = """
    :root { color-scheme: light dark; --line: #8886; --accent: #0b63ce; }
    @media (prefers-color-scheme: dark) { :root { --accent: #6db3ff; } }
    * { box-sizing: border-box; }
    body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; font: 17px/1.5 system-ui, sans-serif; }
    main { width: 100%; max-width: 24rem; border: 1px solid var(--line); border-radius: 1rem; padding: 1.75rem; }
    h1 { font-size: 1.35rem; margin: 0 0 1rem; } p, ul { margin: 0 0 1rem; } ul { padding-left: 1.25rem; }
    form { display: grid; gap: .85rem; margin: 0; } label { display: grid; gap: .25rem; font-size: .9rem; }
    input { font: inherit; padding: .6rem .7rem; border: 1px solid var(--line); border-radius: .5rem; width: 100%; }
    button { font: inherit; font-weight: 600; padding: .7rem; border: 1px solid var(--accent); border-radius: .5rem; cursor: pointer;
      background: var(--accent); color: Canvas; }
    button.other { background: none; color: var(--accent); } .fault { border-left: .25rem solid #d33; padding-left: .75rem; }
    a { color: var(--accent); } p.or { margin: 1rem 0 0; text-align: center; }
    """

  private let styleHash: String
  /// What the outside provider is called by which people may log in; nil where there is none.
  private let provider: String?

  /// - Parameter provider: what the outside provider is called by which people may log in.
  init(provider: String? = nil) throws {
    self.provider = provider
    let text = Self.style.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
    styleHash = Base64(try Secret.digest(of: text)).text
  }

  // MARK: pages

  func logIn(_ page: ClientPage, form: String, _ fault: String? = nil) -> Page {
    logIn(
      "Log in to \(page.client.name)", try? Authorize.location(.init()), page.fields, form, fault, page.redirect,
      then: try? page.address(isProven: false))
  }

  func logInForDevice(_ userCode: String, form: String, _ fault: String? = nil) -> Page {
    let address = try? ShowDevice.location(.init())
    return logIn(
      "Log in", address, [("user_code", userCode)], form, fault, nil,
      then: address.map { Self.address($0, [("user_code", userCode)]) })
  }

  private func logIn(
    _ title: String, _ action: String?, _ fields: [(name: String, value: String)], _ form: String, _ fault: String?,
    _ redirect: String?, then destination: String?
  ) -> Page {
    let inputs = [
      input("Email", [.name("email"), .type("email"), .autocomplete("username"), .required]),
      input("Password", [.name("password"), .type("password"), .autocomplete("current-password"), .required]),
      input(
        "Code of your authenticator, if you use one",
        [.name("code"), .type("text"), .autocomplete("one-time-code")]),
      button("login", "Log in"),
    ]
    return page(title, message(fault) + [self.form(action, fields, form, inputs)] + byProvider(destination), redirect)
  }

  /// A link, since a form of these pages may not lead to the provider.
  private func byProvider(_ destination: String?) -> [HTML] {
    guard let provider, let destination, let path = try? BeginProviderLogin.location(.init()) else { return [] }
    let address = Self.address(path, [("continue", destination)])
    return [HTML("p", [.class("or")], [HTML("a", [.href(address)], ["Log in with \(provider)"])])]
  }

  func secondFactor(form: String, _ fault: String? = nil) -> Page {
    page(
      "One more step",
      message(fault) + [
        self.form(
          try? EndProviderLogin.location(.init()), [], form,
          [
            input(
              "Code of your authenticator",
              [.name("code"), .type("text"), .autocomplete("one-time-code"), .required]),
            button("prove", "Log in"),
          ])
      ], nil)
  }

  /// A page that leads on to another one of this service by itself. A redirect would not do: browsers hold those that follow
  /// a provider's form against the provider's own policy.
  func goOn(to address: String) -> Page {
    page(
      "You have logged in", [HTML("p", [], [HTML("a", [.href(address)], ["Continue"])])], nil, [.refresh(to: address)])
  }

  var providerName: String { provider ?? "The provider" }

  /// Whether an address is that of a page to which somebody goes on.
  func isOwn(_ address: String) throws -> Bool {
    let isPlain = address.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    let path = address.utf8.prefix { $0 != UInt8(ascii: "?") }
    let own = [try Authorize.location(.init()), try ShowDevice.location(.init())]
    return isPlain && own.contains { path.elementsEqual($0.utf8) }
  }

  func consent(_ page: ClientPage, _ user: User, _ scopes: [String], form: String) -> Page {
    let action = try? Authorize.location(.init())
    return self.page(
      "\(page.client.name) wants to act for you",
      [
        HTML("p", [], ["You are \(user.name) (\(user.email)). It will be able to:"]), list(scopes),
        self.form(
          action, page.fields, form,
          [
            button("allow", "Allow"), button("deny", "Do not allow", isOther: true),
            button("leave", "Use another account", isOther: true),
          ]),
      ], page.redirect)
  }

  func device(_ userCode: String, form: String, _ fault: String? = nil) -> Page {
    page(
      "Connect a device",
      message(fault) + [
        HTML("p", [], ["Type the code that your device shows."]),
        self.form(
          try? ShowDevice.location(.init()), [], form,
          [
            input(
              "Code", [.name("user_code"), .type("text"), .value(userCode), .autocomplete("off"), .required]),
            button("show", "Continue"),
          ]),
      ], nil)
  }

  func deviceConsent(_ userCode: String, _ client: Client, _ user: User, _ scopes: [String], form: String) -> Page {
    page(
      "\(client.name) wants to act for you",
      [
        HTML(
          "p", [],
          [
            "You are \(user.name) (\(user.email)). Allow it only if the device in your hands shows ",
            HTML("strong", [], [HTML(userCode)]), ". It will be able to:",
          ]),
        list(scopes),
        self.form(
          try? ShowDevice.location(.init()), [("user_code", userCode)], form,
          [button("allow", "Allow"), button("deny", "Do not allow", isOther: true)]),
      ], nil)
  }

  func done(_ title: String, _ text: String) -> Page { page(title, [HTML("p", [], [HTML(text)])], nil) }

  func fault(_ reason: String) -> Page { page("This did not work", message(reason), nil) }

  // MARK: parts

  private func page(_ title: String, _ parts: [HTML], _ redirect: String?, _ head: [HTML] = []) -> Page {
    let html = HTML.page(
      title: title, head: head + [HTML("style", [], [.source(Self.style)])],
      [HTML("main", [], [HTML("h1", [], [HTML(title)])] + parts)])
    let target = redirect.map { " " + RedirectAddress.source(of: $0) } ?? ""
    return Page(
      html: String(decoding: html.bytes, as: UTF8.self),
      policy: "default-src 'none'; style-src 'sha256-\(styleHash)'; form-action 'self'\(target); base-uri 'none'; "
        + "frame-ancestors 'none'")
  }

  private func form(_ action: String?, _ fields: [(name: String, value: String)], _ token: String, _ parts: [HTML])
    -> HTML
  {
    let hidden = (fields + [("form", token)]).map { field in
      HTML("input", [.type("hidden"), .name(field.name), .value(field.value)])
    }
    return HTML("form", [.method("post"), .action(action ?? "")], hidden + parts)
  }

  private func input(_ label: String, _ attributes: [Attribute]) -> HTML {
    HTML("label", [], [HTML(label), HTML("input", attributes)])
  }

  private func button(_ action: String, _ text: String, isOther: Bool = false) -> HTML {
    HTML(
      "button", [.name("action"), .value(action)] + (isOther ? [.class("other"), .formNoValidate] : []), [HTML(text)])
  }

  private func message(_ fault: String?) -> [HTML] {
    fault.map { [HTML("p", [.class("fault"), .role("alert")], [HTML($0)])] } ?? []
  }

  private func list(_ scopes: [String]) -> HTML {
    HTML("ul", [], scopes.map { HTML("li", [], [HTML(Self.words[$0] ?? "act with the permission \($0)")]) })
  }

  private static let words = [
    "openid": "know who you are", "profile": "read your name", "email": "read your email address",
    "user": "act as you on the platform", "admin": "administer the platform",
  ]

  /// An address with further members of its query.
  static func address(_ base: String, _ members: [(name: String, value: String)]) -> String {
    let query = PercentCoding.query(members)
    return query.isEmpty ? base : base + (base.contains("?") ? "&" : "?") + query
  }
}
