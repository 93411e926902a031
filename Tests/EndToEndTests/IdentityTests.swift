import Foundation
import IdentityAPI
import ServiceCore
import ServiceHTTP
import TestProcesses
import Testing

extension EndToEnd {
  /// Accounts and tokens through the gateway, over HTTP, wherever the identity service runs.
  @Suite struct IdentityTests {
    private static let draft = UserDraft(email: "ada@example.com", password: "correct horse battery", name: "Ada")

    private func logIn(_ platform: Platform) async throws -> Tokens {
      let login = Login(email: Self.draft.email, password: Self.draft.password)
      return try await platform.identity.logIn(.init(body: login), platform.call).get()
    }

    /// Asks as a user with this token, and returns the status.
    private func me(_ platform: Platform, _ token: String?) async throws -> HTTPResponse {
      try await platform.send("GET", "/api/identity/me", as: token.map { .given($0) } ?? .nobody)
    }

    @Test func `a token lets its user in until the host forgets its key, and nobody else`() async throws {
      try await withPlatform { platform in
        let call = platform.call
        let user = try await platform.identity.registerUser(.init(body: Self.draft), call).get()
        let tokens = try await logIn(platform)
        let mine = call.acting(with: ["user": .bearer(tokens.accessToken)])
        #expect(try await platform.identity.me(.init(), mine).get() == user)

        let anonymous = try await me(platform, nil)
        #expect(anonymous.status == 401)
        #expect(anonymous.headers["www-authenticate"] == #"Bearer realm="identity""#)
        for token in [
          tokens.accessToken + "A", String(tokens.accessToken.dropLast(2)), tokens.refreshToken, "e30.e30.e30",
        ] {
          let refused = try await me(platform, token)
          #expect(refused.status == 401, "\(token)")
          #expect(refused.headers["www-authenticate"]?.contains(#"error="invalid_token""#) == true)
        }
        let spoofed = try await platform.send(
          "GET", "/api/identity/users", headers: ["x-user-id": "\(user.id)", "x-user-role": "admin"],
          as: .nobody)
        #expect(spoofed.status == 401)
        #expect(
          try await platform.send(
            "GET", "/api/identity/users", as: .given(tokens.accessToken)
          ).status == 403)

        // A key of the user's, which is found by the service and never by its digest.
        let key = try await platform.identity.makeKey(.init(body: .init(name: "script", scopes: ["user"])), mine).get()
        #expect(
          try await platform.send("GET", "/api/identity/users", headers: ["x-api-key": key.key], as: .nobody).status
            == 403)
        #expect(
          try await platform.send("GET", "/api/identity/users", headers: ["x-api-key": key.key + "x"], as: .nobody)
            .status == 401)
        let inner = try await platform.send("POST", "/api/identity/api-keys/verifications", #"{"key": "x"}"#)
        #expect(inner.status == 405, "it is internal, and the path is that of a key")
        _ = try platform.psql("identity", "UPDATE users SET roles = '{user,admin}'")
        let admin = try await logIn(platform)
        let list = try await platform.identity.listUsers(
          .init(), call.acting(with: ["user": .bearer(admin.accessToken)])
        ).get()
        #expect(list.items.map(\.id) == [user.id])
        #expect(try platform.psql("identity", "SELECT count(*) FROM login_attempts WHERE email <> ''") == "0")
      }
    }

    @Test func `a token for development is that of anybody, with any scope`() async throws {
      let address = ["CHARTER_PUBLIC_URL": "http://shop.test"]
      try await withPlatform(environment: address) { platform in
        let user = try await platform.identity.registerUser(.init(body: Self.draft), platform.call).get()
        func token(_ arguments: String...) throws -> String {
          let environment = ProcessInfo.processInfo.environment.merging(address) { $1 }
          return try Platform.token(arguments, data: platform.data, environment: environment)
        }
        let mine = try await me(platform, try token("Ada@example.com"))
        #expect(mine.status == 200 && String(decoding: mine.body, as: UTF8.self).contains(user.id.description))
        let stranger = try await me(platform, try token())
        #expect(stranger.status == 401, "developer@example.com has not registered")
        // Who has not registered is the same somebody with every token.
        let product = try await platform.product(stock: 2)
        func call(_ email: String) throws -> Call {
          platform.anonymous.acting(with: ["user": .bearer(try token(email))])
        }
        let placed = try await platform.orders.placeOrder(
          .init(body: platform.draft(product, 1)), try call("eve@example.com")
        ).get()
        #expect(
          try await platform.orders.getOrder(.init(orderID: placed.id), try call("eve@example.com")).get() == placed)
        guard
          case .notFound = try await platform.orders.getOrder(.init(orderID: placed.id), try call("ada@example.com"))
        else {
          Issue.record("ada sees eve's order")
          return
        }
        let admin = try token("--scope", "admin,orders:read")
        let list = try await platform.send("GET", "/api/identity/users", as: .given(admin))
        #expect(list.status == 200)
        let other = try await me(platform, try token("--scope", "admin", "--issuer", "http://other.test"))
        #expect(other.status == 401)
      }
    }

    @Test func `an identity service elsewhere is asked for its keys, and the gateway refuses by itself`() async throws {
      let address = ["CHARTER_PUBLIC_URL": "https://shop.example"]
      try await withPlatform(arguments: ["--only", "identity"], environment: address) { elsewhere in
        _ = try await elsewhere.identity.registerUser(.init(body: Self.draft), elsewhere.call).get()
        let tokens = try await logIn(elsewhere)
        let environment = address.merging(["IDENTITY_URL": elsewhere.origin]) { $1 }
        try await withPlatform(arguments: ["--only", "gateway"], environment: environment) { platform in
          let (valid, wrong) = (tokens.accessToken, tokens.accessToken + "A")
          let before = [try await me(platform, valid).status, try await me(platform, wrong).status]
          #expect(before == [200, 401])
          // Only the service knows that a session has ended, and says so as the gateway does of a token it refuses.
          let ended = try await logIn(elsewhere).accessToken
          let own = elsewhere.call.acting(with: ["user": .bearer(ended)])
          try await elsewhere.identity.logOut(.init(), own).get()
          for (entry, token) in [(platform, ended), (elsewhere, ended), (platform, wrong), (elsewhere, wrong)] {
            let refused = try await me(entry, token)
            #expect(refused.status == 401)
            #expect(
              refused.headers.values("www-authenticate") == [#"Bearer realm="identity", error="invalid_token""#])
          }
          // The service believes its gateway, and the gateway nobody.
          func client(_ entry: Platform) async throws -> String {
            let wrong = #"{"email": "ada@example.com", "password": "wrong"}"#
            let spoofed: HTTPFields = ["x-forwarded-for": "198.51.100.7, 192.0.2.9, 127.0.0.1"]
            _ = try await entry.send("POST", "/api/identity/login", wrong, headers: spoofed)
            return try elsewhere.psql("identity", "SELECT client FROM login_attempts ORDER BY id DESC LIMIT 1")
          }
          let clients = [try await client(platform), try await client(elsewhere)]
          #expect(clients == ["127.0.0.1", "192.0.2.9"])
          await elsewhere.stop()
          // A token that is not valid needs no service to be refused, and a valid one has none.
          let after = [try await me(platform, valid).status, try await me(platform, wrong).status]
          #expect(after == [502, 401] || after == [503, 401])
        }
      }
    }
  }
}
