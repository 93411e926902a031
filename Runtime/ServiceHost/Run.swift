import Glibc
import ServiceCore
import ServiceDefinition
import ServiceEvents
import ServiceHTTP
import ServiceLoop

extension Host {
  /// Runs a host until a signal stops it: the whole `main` of an executable.
  ///
  /// With `--migrate` it applies migrations and exits, with `--list` it prints a line for each service, and with
  /// `--settings` the settings of all services.
  ///
  /// - Parameters:
  ///   - verifier: makes what verifies credentials of callers, for contracts that require them.
  ///   - webhookVerifier: verifies the signatures of webhooks, for contracts that require them.
  ///   - transports: of events, by the scheme of EVENTS_URL, such as `nats`.
  ///   - limits: what counts calls for all gateways together, by the scheme of CHARTER_LIMITS, such as `redis`.
  ///   - documents: the contracts' public parts (OpenAPI, JSON) by service, and that of all under an empty name, which a
  ///     gateway serves; the build lists them as `documents`.
  ///   - directory: the service that knows where services are that have no address in the settings.
  /// - Returns: the process's exit code: 0 done, or stopped by a signal; 1 could not migrate or start; 2 invalid
  ///   settings.
  public static func run(
    services: [any Service.Type], gateway: @escaping MakeGateway, verifier: MakeVerifier? = nil,
    webhookVerifier: (any WebhookVerifier)? = nil, transports: [String: MakeTransport] = [:],
    limits: [String: MakeSharedBuckets] = [:], documents: [String: String] = [:], directory: DirectoryService? = nil
  ) -> Int32 {
    switch Array(CommandLine.arguments.dropFirst()) {
    case ["--list"]:
      for type in services { printLine(type.contract.name + (type.database == nil ? "" : " database"), to: 1) }
      return 0
    case ["--settings"]:
      printLine(Settings.description(of: services), to: 1)
      return 0
    default: break
    }
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    // Blocked before threads are created, so that all of them leave these signals to `sigwait` below.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    do {
      let secrets = Set(services.flatMap { $0.settings.filter(\.isSecret).map(\.name) })
      // The settings live no longer than this call: they contain credentials that can change the schemas.
      let host = try Host(
        settings: Settings(
          arguments: Array(CommandLine.arguments.dropFirst()),
          environment: Settings.takeEnvironment(secrets: secrets), services: services),
        services: services, verifier: verifier, webhookVerifier: webhookVerifier, gateway: gateway,
        transports: transports, limits: limits, documents: documents, directory: directory, loops: min(8, processors()))
      return host.migrates ? host.runMigrations() : host.runUntilSignal(&signals)
    } catch {
      printLine("error: \(error)", to: 2)
      return 2
    }
  }

  /// How many processors this process may use: a container or `taskset` may allow fewer than the machine has.
  private static func processors() -> Int {
    var text = [UInt8](repeating: 0, count: 8_192)
    let descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
    defer { close(descriptor) }
    text.removeLast(text.count - max(0, read(descriptor, &text, text.count)))
    let lines = text.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    let mask = lines.first { $0.hasPrefix("Cpus_allowed:") }?.dropFirst("Cpus_allowed:".count) ?? ""
    return max(1, mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) })
  }

  private func runMigrations() -> Int32 {
    let failure = wait { host -> (any Error)? in
      do {
        try await host.migrate()
        return nil
      } catch {
        return error
      }
    }
    guard let failure else { return 0 }
    printLine("error: \(failure)", to: 2)
    return 1
  }

  private func runUntilSignal(_ signals: inout sigset_t) -> Int32 {
    let started = wait { host -> Result<Int, any Error> in
      do {
        return .success(try await host.start { printLine($0, to: 1) })
      } catch {
        return .failure(error)
      }
    }
    switch started {
    case .failure(let error):
      printLine("error: \(error)", to: 2)
      return 1
    case .success(let port): printLine("ready http://\(localAddress):\(port)", to: 1)
    }
    if isSupervised { endWithParent() }
    var received: Int32 = 0
    while sigwait(&signals, &received) != 0 {}
    // A second signal ends the process at once, by the signal's default action.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    wait { await $0.stop(within: 25) }
    return 0
  }

  /// Stops at the end of standard input: a supervisor holds its other end, so that the host stops however the
  /// supervisor dies.
  private func endWithParent() {
    Task {
      await BlockingPool.shared.run {
        var byte: UInt8 = 0
        while read(0, &byte, 1) > 0 {}
        kill(getpid(), SIGTERM)
      }
    }
  }

  /// Runs `body` on the first loop, and blocks this thread, the main one, until it is done.
  private func wait<Value: Sendable>(_ body: @escaping @Sendable (Host) async -> Value) -> Value {
    let result = BlockingResult<Value>()
    Task(executorPreference: mainLoop) { result.give(await body(self)) }
    return result.take()
  }
}

private func printLine(_ text: String, to descriptor: Int32) {
  let line = Array((text + "\n").utf8)
  _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
}
