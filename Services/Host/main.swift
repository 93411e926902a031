import Gateway
import Glibc
import ServiceHost

let gateway: Host.MakeGateway = { routes in
  let gateway = Gateway(routes)
  return { gateway.receive($0) }
}

exit(Host.run(services: services, gateway: gateway))
