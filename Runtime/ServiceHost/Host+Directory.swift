import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceLoop
import Synchronization

/// A service that a process serves, as other processes find it.
public struct ServiceInstance: Sendable {
  /// Chosen by the process, for as long as it runs.
  public let id: Uuid
  /// The name of its contract.
  public let service: String
  /// Where it is reached, such as `http://10.0.0.7:8081`.
  public let origin: String
  /// The version of its contract.
  public let version: String

  public init(id: Uuid, service: String, origin: String, version: String) {
    (self.id, self.service, self.origin, self.version) = (id, service, origin, version)
  }
}

/// Knows where services are: the processes that serve them register there.
public protocol ServiceDirectory: Sendable {
  /// Registers an instance, or says that it is still there.
  ///
  /// - Returns: in how many seconds to do so again.
  func register(_ instance: ServiceInstance) async throws -> Int
  /// Removes an instance; one that is not there is no error.
  func deregister(_ id: Uuid) async throws
  /// The origins of the instances that are up, by their service.
  func origins(of services: [String]) async throws -> [String: [String]]
}

/// A service that is a directory, and how it is called.
public struct DirectoryService: Sendable {
  /// The service's name.
  public let name: String
  /// Makes what calls it, once its process has started.
  public let make: @Sendable (_ resources: Resources) throws -> any ServiceDirectory

  public init(_ name: String, make: @escaping @Sendable (_ resources: Resources) throws -> any ServiceDirectory) {
    (self.name, self.make) = (name, make)
  }
}

/// Where services are that neither run here nor have an address in the settings, and that those of this process are here.
extension Host {
  /// How often other processes are looked for, in milliseconds: twice before one that stops stops serving.
  private static let interval = 1_000
  /// How long a service that seems to have no instance is still called at the last ones: the directory may have failed.
  private static let patience = 30_000
  /// How long the directory is waited for when the host starts and when it stops, in seconds.
  private static let longestWait = 3

  /// Whether this process can ask where services are.
  var hasDirectory: Bool {
    directory.map { settings.placed.contains($0.name) || settings.urls[$0.name] != nil } ?? false
  }

  /// Whether a service that does not run here can be called.
  func isElsewhere(_ name: String) -> Bool { settings.urls[name] != nil || hasDirectory && name != directory?.name }

  /// Makes the client of a service that runs elsewhere.
  func upstream(of name: String) throws -> Upstream {
    guard let url = settings.urls[name] else {
      return Upstream(finding: name, loops: loops, limits: settings.upstream, tls: settings.tls, sleep: sleep)
    }
    let prefix = "dns://"
    guard url.hasPrefix(prefix) else {
      let origins = url.split(separator: ",").map { String($0.drop { $0 == " " }) }
      return try Upstream(name, at: origins, loops: loops, limits: settings.upstream, tls: settings.tls, sleep: sleep)
    }
    let parts = url.dropFirst(prefix.count).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, let port = Int(parts[1]), (1..<65_536).contains(port) else {
      throw ConfigurationError(
        "\(Settings.variable(name, "URL")) is '\(url)', which is not a name and a port such as dns://orders.shop:8080")
    }
    let upstream = Upstream(finding: name, loops: loops, limits: settings.upstream, sleep: sleep)
    let (host, pool) = (String(parts[0]), names)
    let lookUp = { @Sendable in
      let addresses = await pool.run { ResolvedAddress.texts(host: host) }
      guard !addresses.isEmpty else { throw ConfigurationError("\(host) has no IPv4 address") }
      try upstream.move(to: addresses.map { "http://\($0):\(port)" })
    }
    state.withLock { $0.nameLookUps.append((name, lookUp)) }
    return upstream
  }

  /// Looks for the services that are called and have no address of their own, and goes on doing so.
  func findServices() async throws {
    let lookUps = state.withLock(\.nameLookUps).map { name, lookUp in
      let pause = Mutex(Self.interval)
      return repeatedly(every: { pause.withLock(\.self) }, "the name of \(name) cannot be looked up") {
        try await lookUp()
        pause.withLock { $0 = 10_000 }
      }.first
    }
    await awaited(lookUps)
    guard let directory, hasDirectory else { return }
    let service = try directory.make(resources(for: "host"))
    let finder = Finder(directory: service, patience: Self.patience, logger: logger) { [self] in
      state.withLock(\.upstreams).filter { settings.urls[$0.key] == nil }
    }
    let search = repeatedly(every: { Self.interval }, "services cannot be looked for") { try await finder.find() }
    await awaited([search.first])
  }

  /// Waits for a limited time.
  private func awaited(_ tasks: [Task<Void, Never>]) async {
    if !tasks.isEmpty { await end(of: tasks, within: Self.longestWait) }
  }

  /// - Throws: ``ConfigurationError`` where the directory is to be told something, and there is none.
  func checkDirectory() throws {
    guard settings.advertised != nil, !hasDirectory else { return }
    throw ConfigurationError(
      "CHARTER_ADVERTISE is set, and there is no directory to say it to: "
        + (directory.map { "add \($0.name) to --only, or set \(Settings.variable($0.name, "URL"))" }
          ?? "give Host.run one as 'directory'"))
  }

  /// Tells the directory which services run here, and goes on doing so.
  func register(_ running: [RunningService]) throws {
    guard let origin = settings.advertised, let directory else { return }
    let service = try directory.make(resources(for: "host"))
    for one in running {
      let contract = type(of: one.service).contract
      let instance = ServiceInstance(
        id: .v7(at: logger.clock.now()), service: one.name, origin: origin, version: contract.version)
      let pause = Mutex(1)
      let task = repeatedly(every: { pause.withLock { $0 * 1_000 } }, "\(one.name) cannot be registered") {
        pause.withLock { $0 = 1 }
        let seconds = try await service.register(instance)
        pause.withLock { $0 = max(1, seconds) }
      }.all
      state.withLock { $0.registrations.append((instance.id, task, service)) }
    }
  }

  /// Tells the directory that nothing runs here any more: others stop calling it while it is still there.
  func deregister() async {
    let registrations = state.withLock { state in
      defer { state.registrations = [] }
      return state.registrations
    }
    let tasks = registrations.map { id, task, directory in
      task.cancel()
      return Task(executorPreference: mainLoop) { [logger] in
        // Otherwise what is on its way would register it again.
        await task.value
        do { try await directory.deregister(id) } catch {
          logger.log(.warning, "an instance cannot be deregistered: \(error)", ["instance": id.description])
        }
      }
    }
    await awaited(tasks)
  }

  // MARK: repetition

  /// Runs `body` again and again until the host stops, always to its end. Of failures one after another the first is logged.
  ///
  /// - Parameter pause: in milliseconds.
  /// - Returns: what ends behind the first time, and what ends with the host.
  private func repeatedly(
    every pause: @escaping @Sendable () -> Int, _ failure: String,
    _ body: @escaping @Sendable () async throws -> Void
  ) -> (first: Task<Void, Never>, all: Task<Void, Never>) {
    let (turns, turn) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let task = Task(executorPreference: mainLoop) { [logger, sleep, mainLoop] in
      var hasFailed = false
      while !Task.isCancelled {
        switch await Task(executorPreference: mainLoop, operation: body).result {
        case .success: hasFailed = false
        case .failure(let error):
          if !hasFailed { logger.log(.warning, "\(failure): \(error)") }
          hasFailed = true
        }
        turn.yield()
        guard (try? await sleep(pause())) != nil else { return }
      }
    }
    state.withLock { $0.lookups.append(task) }
    return (Task(executorPreference: mainLoop) { for await _ in turns { return } }, task)
  }
}

/// Moves the clients of services to where the directory says that they are.
private actor Finder {
  private let directory: any ServiceDirectory
  private let patience: Int
  private let logger: Logger
  private let upstreams: @Sendable () -> [String: Upstream]
  /// Since when services seem to have no instance.
  private var missing: [String: Int] = [:]

  /// Origins that cannot be called, each of which is logged once.
  private var refused: Set<String> = []

  /// - Parameter upstreams: those that are looked for, by their service.
  init(
    directory: any ServiceDirectory, patience: Int, logger: Logger,
    upstreams: @escaping @Sendable () -> [String: Upstream]
  ) {
    (self.directory, self.patience, self.logger, self.upstreams) = (directory, patience, logger, upstreams)
  }

  func find() async throws {
    let upstreams = upstreams()
    if upstreams.isEmpty { return }
    let found = try await directory.origins(of: upstreams.keys.sorted())
    for (name, upstream) in upstreams {
      let origins = usable(found[name] ?? [], of: name)
      if origins.isEmpty {
        let since = missing[name] ?? Deadline.now
        missing[name] = since
        if Deadline.now - since < patience { continue }
      } else {
        missing[name] = nil
      }
      try upstream.move(to: origins)
    }
  }

  private func usable(_ origins: [String], of name: String) -> [String] {
    origins.filter { origin in
      if HTTPClient.isOrigin(origin) { return true }
      // Whoever registers nonsense again and again fills no memory.
      if refused.count < 100, refused.insert(origin).inserted {
        logger.log(.warning, "an instance has an origin that cannot be called", ["service": name, "origin": origin])
      }
      return false
    }
  }
}
