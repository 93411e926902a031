import Gateway
import Glibc
import ServiceHost

exit(Host.run(services: services, gateway: { GatewayHandler($0).receive }))
