import Gateway
import Glibc
import ServiceHost

exit(Host.run(services: services, gateway: { Gateway($0).receive }))
