import Gateway
import Glibc
import ServiceHost
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
    }, transports: EventTransports.all))
