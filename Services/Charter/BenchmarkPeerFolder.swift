import Glibc

/// The folder in which peers are installed and compiled.
struct BenchmarkPeerFolder {
  private let cache: String
  private let sources: String

  /// - Parameter sources: `Tests/Benchmarks/Peers`.
  init(sources: String) throws {
    self.sources = sources
    cache = try Cluster.defaultData() + "/bench"
    try Folder.make(cache)
  }

  /// Installs what the peers need, and wrk, by apt and pip.
  func install(_ peers: [BenchmarkPeer]) throws {
    let packages = Set(peers.flatMap(\.packages)).union(["wrk"]).sorted()
    let asRoot = geteuid() == 0 ? ["env"] : ["sudo", "env"]
    let apt = asRoot + ["DEBIAN_FRONTEND=noninteractive", "apt-get"]
    say("installing by apt: \(packages.joined(separator: " "))")
    try run(apt + ["update", "-qq"], "apt.log")
    try run(apt + ["install", "-y", "-qq", "--no-install-recommends"] + packages, "apt.log")
    let modules = Set(peers.flatMap(\.modules)).union(installedModules).sorted()
    guard !modules.isEmpty else { return }
    say("installing by pip in \(cache)/python: \(modules.joined(separator: " "))")
    try run(["python3", "-m", "venv", "--clear", cache + "/python"], "pip.log")
    try run([cache + "/python/bin/python3", "-m", "pip", "install", "--quiet"] + modules, "pip.log")
    try modules.joined(separator: "\n").write(to: cache + "/python/installed")
  }

  private var installedModules: Set<String> {
    let text = (try? readFile(cache + "/python/installed")) ?? []
    return Set(text.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) })
  }

  func isInstalled(_ peer: BenchmarkPeer) throws -> Bool {
    if !peer.modules.isEmpty { return installedModules.isSuperset(of: peer.modules) }
    let query =
      "dpkg-query -W -f='${db:Status-Status} ' -- \(peer.packages.joined(separator: " ")) 2>/dev/null"
    let text = try Child.printed("sh", ["-c", query]).text
    return text.split(separator: " ").filter { $0 == "installed" }.count == peer.packages.count
  }

  /// Compiles a peer, unless that was done from the same source.
  ///
  /// - Returns: how it is started.
  func program(_ peer: BenchmarkPeer, database: String, run: String) throws -> BenchmarkServer.Program {
    let (source, folder) = (sources + "/" + peer.name, cache + "/" + peer.name)
    let files = Folder.entries(source).sorted()
    let made =
      peer.build.joined(separator: " ") + "\n"
      + String(decoding: try files.flatMap { try readFile(source + "/" + $0) }, as: UTF8.self)
    if (try? readFile(folder + "/built")) != Array(made.utf8) {
      try Folder.make(folder)
      for file in files { try self.run(["cp", source + "/" + file, folder + "/" + file], "build.log") }
      if !peer.build.isEmpty {
        say("compiling \(peer.title)")
        try self.run(["env", "-C", folder] + peer.build.map { $0.replacing("{cache}", with: cache) }, "build.log")
      }
      try made.write(to: folder + "/built")
    }
    let start = peer.start.map { $0.replacing("{cache}", with: cache).replacing("{run}", with: run) }
    return BenchmarkServer.Program(
      name: peer.title, command: ["PORT=\(BenchmarkSession.port)", "BENCH_DATABASE=" + database] + start, folder: folder
    )
  }

  private func run(_ command: [String], _ log: String) throws {
    let log = cache + "/" + log
    guard try Child.run(command[0], Array(command.dropFirst()), output: log) == 0 else {
      throw Failure("\(command.prefix(8).joined(separator: " ")) failed; see \(log)")
    }
  }
}
