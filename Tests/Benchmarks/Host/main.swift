import Gateway
import Glibc
import ServiceClient
import ServiceHost
import ServiceSecurity
import ServiceTransports

/// A number in the environment; 1 where there is none.
func count(_ name: String) -> Int { getenv(name).flatMap { Int(String(cString: $0)) } ?? 1 }

// For `./charter bench growth`: more services, and so many routes in all.
let hosted = getenv("BENCH_EVENTS") == nil ? services.filter { $0.contract.name == "bench" } : services
let copies = hosted.prefix(1).flatMap { ServiceCopies.all(of: $0, upTo: count("BENCH_SERVICES")) }
exit(
  Host.run(
    services: hosted + copies,
    gateway: { routes in
      let hasOwn = getenv("BENCH_ROUTES") == nil
      return GatewayHandler(hasOwn ? routes : SyntheticRoutes.list(count("BENCH_ROUTES"), like: routes)).receive
    },
    verifier: { resources in
      // Without an issuer nobody has a token.
      let issuer = resources.tokenIssuer ?? (url: "http://127.0.0.1", audience: "nobody")
      let connect = try CurlTransport.sharing(.init())
      let discovery = IssuerDiscovery(issuer.url) { try connect($0) }
      let rules = TokenRules(issuer: issuer.url, audience: issuer.audience, types: ["at+jwt"])
      let keys = IssuerKeys(clock: resources.clock) { try await discovery.keys() }
      return TokenVerifier(rules, keys: keys, clock: resources.clock)
    }, transports: EventTransports.all, limits: SharedLimits.all))
