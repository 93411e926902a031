import Gateway
import Glibc
import ServiceHost
import ServiceTransports

exit(
  Host.run(
    services: services, gateway: { GatewayHandler($0).receive }, verifier: PlatformVerifier.make,
    transports: EventTransports.all, limits: SharedLimits.all, documents: documents,
    directory: PlatformDirectory.service))
