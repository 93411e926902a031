import Gateway
import Glibc
import ServiceHost

let gateway: Host.MakeGateway = { routes, logger in
  let gateway = Gateway(routes, logger: logger)
  return { gateway.receive($0) }
}

exit(Host.run(services: services, gateway: gateway))
