import IdentityAPI
import ServiceCore
import ServiceTesting
import Testing

@testable import IdentityService

/// Passwords, addresses, keys, and what administrators do.
@Suite struct IdentityAccountTests {
  @Test func `a password is changed by who knows it, and all other sessions end`() async throws {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      let (mine, other) = (try await service.logIn(), try await service.logIn())
      let call = try service.call(with: mine)
      func change(_ current: String) async -> Int? {
        await refusal {
          let change = PasswordChange(current: current, new: "another fine password")
          try await service.identity.changePassword(.init(body: change), call).get()
        }
      }
      #expect(await change("wrong") == 403)
      #expect(await change(TestedIdentity.password) == nil)
      #expect(await refusal { _ = try await service.logIn() } == 401)
      _ = try await service.logIn("ada@example.com", "another fine password")
      func refresh(_ tokens: Tokens) async -> Int? {
        await refusal {
          _ = try await service.identity.refreshTokens(
            .init(body: .init(refreshToken: tokens.refreshToken)), service.call
          ).get()
        }
      }
      #expect(await refresh(other) == 401)
      #expect(await refresh(mine) == nil)
      let short = #"{"email": "eve@example.com", "password": "too short", "name": "Eve"}"#
      #expect(try await service.send("POST", "/api/identity/users", body: short).status == 400)
    }
  }

  @Test func `a forgotten password is set anew by a message, once and within an hour`() async throws {
    try await withService(Identity.self) { service in
      _ = try await service.register()
      let before = try await service.logIn()
      func request(_ email: String) async throws {
        try await service.identity.requestReset(.init(body: .init(email: email)), service.call).get()
      }
      func reset(_ token: String) async -> Int? {
        await refusal {
          let reset = PasswordReset(token: token, password: "a password set anew")
          try await service.identity.resetPassword(.init(body: reset), service.call).get()
        }
      }
      // The answer is the same, and there is no message.
      try await request("nobody@example.com")
      try await request("Ada@example.com")
      try await request("ada@example.com")
      let mails = try await service.emitted(MailRequestedMessage.self).filter { $0.payload.kind == .resetPassword }
      #expect(mails.count == 1, "one message a minute")
      let token = try await service.mailed(.resetPassword)
      service.clock.advance(by: .seconds(3_601))
      #expect(await reset(token) == 403)
      try await request("ada@example.com")
      let next = try await service.mailed(.resetPassword)
      #expect(await reset("cm_" + String(repeating: "A", count: 43)) == 403)
      #expect(await reset(try await service.mailed(.confirmEmail)) == 403, "it is for something else")
      #expect(await reset(next) == nil)
      #expect(await reset(next) == 403)
      let after = try await service.logIn("ada@example.com", "a password set anew")
      #expect(try await service.identity.me(.init(), service.call(with: after)).get().emailConfirmedAt != nil)
      #expect(
        await refusal {
          _ = try await service.identity.refreshTokens(
            .init(body: .init(refreshToken: before.refreshToken)), service.call
          ).get()
        } == 401)
    }
  }

  @Test func `an address is confirmed by its message`() async throws {
    try await withService(Identity.self) { service in
      let user = try await service.register()
      let call = try service.call(with: try await service.logIn())
      func confirm(_ token: String) async -> Int? {
        await refusal { try await service.identity.confirmEmail(.init(body: .init(token: token)), service.call).get() }
      }
      let first = try await service.mailed(.confirmEmail)
      service.clock.advance(by: .seconds(61))
      try await service.identity.requestConfirmation(.init(), call).get()
      let second = try await service.mailed(.confirmEmail)
      #expect(first != second)
      #expect(await confirm(second) == nil)
      #expect(await confirm(first) == 403, "one message is enough")
      let confirmed = try await service.identity.me(.init(), call).get()
      #expect(confirmed.emailConfirmedAt != nil && confirmed.roles == [.user] && confirmed.id == user.id)
      try await service.identity.requestConfirmation(.init(), call).get()
      #expect(try await service.emitted(MailRequestedMessage.self).count == 2)
      let claims = try await service.logIn().claims()
      #expect(claims["roles"] == ["user"] && claims["email_verified"] == true)
    }
  }

  @Test func `who registers an administrator's address first gets nothing by it`() async throws {
    try await withService(Identity.self, settings: ["IDENTITY_ADMIN": "Ada@example.com"]) { service in
      // Somebody else, with a password of their own.
      _ = try await service.register()
      let thief = try service.call(with: try await service.logIn())
      let draft = ApiKeyDraft(name: "back door", scopes: ["user"])
      let key = try await service.identity.makeKey(.init(body: draft), thief).get().key
      // The owner takes the message for one of their own.
      let token = try await service.mailed(.confirmEmail)
      try await service.identity.confirmEmail(.init(body: .init(token: token)), service.call).get()
      #expect(try await service.identity.me(.init(), thief).get().roles == [.user])
      // By a new password the owner has the account, is the first administrator, and the other is out.
      func reset(_ password: String) async throws {
        service.clock.advance(by: .seconds(61))
        try await service.identity.requestReset(.init(body: .init(email: "ada@example.com")), service.call).get()
        let token = try await service.mailed(.resetPassword)
        try await service.identity.resetPassword(.init(body: .init(token: token, password: password)), service.call)
          .get()
      }
      try await reset("only the owner knows")
      let owner = try await service.logIn("ada@example.com", "only the owner knows")
      let roles = try owner.claims()["roles"]
      #expect(roles == ["user", "admin"])
      let forbidden = ApiKeyDraft(name: "more", scopes: ["admin"])
      #expect(await refusal { _ = try await service.identity.makeKey(.init(body: forbidden), thief).get() } == 401)
      let answer = try await service.identity.verifyKey(.init(body: .init(key: key)), service.call)
      guard case .notFound = answer else {
        Issue.record("\(answer)")
        return
      }
      // Demoted, the same address is no administrator again by a message: there is another one.
      let eve = try await service.register("eve@example.com")
      let admin = try service.call(with: owner)
      let me = try await service.identity.me(.init(), admin).get()
      for (id, roles) in [(eve.id, [Role.user, .admin]), (me.id, [.user])] {
        _ = try await service.identity.changeUser(.init(userID: id, body: .init(roles: roles)), admin).get()
      }
      // The token of the demoted administrator still says admin.
      let undo = UserChange(roles: [.user, .admin])
      #expect(
        await refusal { _ = try await service.identity.changeUser(.init(userID: me.id, body: undo), admin).get() }
          == 403)
      try await reset("yet another password")
      let after = try await service.logIn("ada@example.com", "yet another password").claims()["roles"]
      #expect(after == ["user"])
    }
  }

  @Test func `an API key has some of its user's scopes, is shown once, and ends`() async throws {
    try await withService(Identity.self) { service in
      let user = try await service.register()
      let admin = service.call(as: Uuid.test(99).description, scopes: ["admin"])
      func change(_ change: UserChange) async throws {
        _ = try await service.identity.changeUser(.init(userID: user.id, body: change), admin).get()
      }
      try await change(.init(scopes: ["orders:read", "orders:write"]))
      var call = try service.call(with: try await service.logIn())
      func make(_ scopes: [String], until end: Timestamp? = nil) async throws -> NewApiKey {
        try await service.identity.makeKey(
          .init(body: .init(name: "export", scopes: scopes, expiresAt: end)), call
        ).get()
      }
      func holder(_ key: String) async throws -> KeyHolder? {
        switch try await service.identity.verifyKey(.init(body: .init(key: key)), service.call) {
        case .notFound: nil
        case let answer: try answer.get()
        }
      }
      #expect(await refusal { _ = try await make(["admin"]) } == 403)
      let key = try await make(["orders:read", "user"])
      #expect(try await holder(key.key)?.scopes == ["orders:read", "user"])
      #expect(try await holder(key.key)?.userID == user.id)
      #expect(try await holder(key.key + "x") == nil)
      let listed = try await service.identity.listKeys(.init(), call).get().items
      #expect(listed.map(\.id) == [key.apiKey.id] && listed.first?.usedAt != nil)
      // What its user loses, it loses.
      try await change(.init(scopes: []))
      #expect(try await holder(key.key)?.scopes == ["user"])
      try await change(.init(isDisabled: true))
      #expect(try await holder(key.key) == nil)
      try await change(.init(isDisabled: false))
      // A disabled user's sessions have ended.
      call = try service.call(with: try await service.logIn())
      let short = try await make([], until: service.clock.now.adding(seconds: 60))
      #expect(try await holder(short.key) != nil)
      service.clock.advance(by: .seconds(60))
      #expect(try await holder(short.key) == nil)
      try await service.identity.endKey(.init(keyID: key.apiKey.id), call).get()
      #expect(try await holder(key.key) == nil)
      #expect(await refusal { try await service.identity.endKey(.init(keyID: key.apiKey.id), call).get() } == 404)
      let stored = try await service.database.query(
        "SELECT count(*) AS n FROM api_keys WHERE digest::text LIKE '%ck_%'")
      #expect(try stored[0].get("n", Int.self) == 0)
    }
  }

  @Test func `administrators see and change users, others do not, and the last one stays`() async throws {
    try await withService(Identity.self) { service in
      let (ada, eve) = (try await service.register(), try await service.register("eve@example.com"))
      let mine = try service.call(with: try await service.logIn())
      #expect(await refusal { _ = try await service.identity.listUsers(.init(), mine).get() } == 403)
      #expect(try await service.send("GET", "/api/identity/users").status == 401)
      let admin = service.call(as: ada.id.description, scopes: ["admin"])
      let users = try await service.identity.listUsers(.init(), admin).get().items
      #expect(users.map(\.id) == [eve.id, ada.id])
      let found = try await service.identity.listUsers(.init(email: "EVE@example.com"), admin).get().items
      #expect(found.map(\.id) == [eve.id])
      let outside = service.call(as: Uuid.test(99).description, scopes: ["admin"])
      func change(_ user: User, _ change: UserChange, by call: Call) async -> Int? {
        await refusal { _ = try await service.identity.changeUser(.init(userID: user.id, body: change), call).get() }
      }
      #expect(await change(eve, .init(roles: [.admin]), by: admin) == 403, "a token says more than is true by now")
      #expect(await change(ada, .init(roles: [.user, .admin]), by: outside) == nil)
      #expect(await change(ada, .init(roles: [.user]), by: admin) == 409)
      #expect(await change(ada, .init(isDisabled: true), by: admin) == 409)
      #expect(await change(eve, .init(roles: [.admin]), by: admin) == nil)
      // Both are demoted at the same time: one of them stays.
      async let first = change(ada, .init(roles: []), by: outside)
      async let second = change(eve, .init(roles: []), by: outside)
      #expect(Set([await first, await second]) == [nil, 409])
      let entries = try await service.identity.listAudit(.init(userID: eve.id, limit: 100), admin).get().items
      #expect(entries.contains { $0.kind == .userChanged && $0.actorID == ada.id && $0.detail == "roles: admin" })
      #expect(await change(User.unknown, .init(isDisabled: true), by: outside) == 404)
    }
  }
}

extension User {
  fileprivate static let unknown = User(
    id: .test(1), email: "x@example.com", name: "x", roles: [], scopes: [], isDisabled: false,
    createdAt: Timestamp(microseconds: 0), updatedAt: Timestamp(microseconds: 0))
}
