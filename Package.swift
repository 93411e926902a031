// swift-tools-version: 6.2
import PackageDescription

/// A service is one row here, one contract and one folder: `Contracts/<system>/<name>.yaml` and
/// `Services/<System>/<Name>`. `calls` lists the services that it calls through their generated clients, `hears` those
/// whose events it receives.
let services: [(name: String, system: String, calls: [String], hears: [String])] = [
  ("Products", "Shop", [], []),
  ("Inventory", "Shop", [], ["Orders"]),
  ("Orders", "Shop", ["Products", "Inventory"], []),
  ("Identity", "Platform", [], []),
  ("Notifications", "Platform", [], ["Identity", "Orders", "Inventory"]),
  ("Composition", "Platform", ["Orders", "Products", "Identity"], []),
  ("Registry", "Platform", [], []),
  ("Webhooks", "Platform", [], ["Orders", "Inventory"]),
]

/// What a service uses of the runtime besides what all services do.
let uses = ["Identity": ["ServiceClient", "ServiceHTML", "ServicePasswords", "ServiceSecurity"]]

/// External APIs that services call through their generated clients: one row here, one contract
/// `Contracts/external/<name>.yaml`, and a line in `Generated/<Name>API` that names it. A service lists them in its
/// `calls`.
let externals: [String] = []

/// The C libraries, each behind one module: its Debian package, and its pkg-config name, where it has one.
let libraries: [(module: String, package: String, pkgConfig: String?)] = [
  ("CYAML", "libyaml-dev", "yaml-0.1"),
  ("CEvent", "libevent-dev", "libevent_core"),
  ("CPostgres", "libpq-dev", "libpq"),
  ("CZlib", "zlib1g-dev", "zlib"),
  ("CCurl", "libcurl4-openssl-dev", "libcurl"),
  ("COpenSSL", "libssl-dev", "openssl"),
  ("CSodium", "libsodium-dev", "libsodium"),
  ("CPgQuery", "libpg-query-dev", nil),
  ("CNATS", "libnats-dev", "libnats"),
  ("CKafka", "librdkafka-dev", "rdkafka"),
  ("CRedis", "libhiredis-dev", "hiredis"),
]

/// All targets other than services: folder and name, the modules and C libraries that each may import, and its imports
/// from the toolchain. HouseTests check every import against these rows.
let modules: [(folder: String, name: String, imports: [String], toolchain: [String])] = [
  // Ids of one millisecond are counted across threads, by one atomic number. The standard library is imported by name for
  // the composition of characters (NFC), which it declares for its own modules.
  ("Runtime", "ContractValues", [], ["Swift", "Synchronization"]),
  ("Runtime", "ContractSamples", ["ContractValues"], []),
  ("Generator", "ContractSource", ["CYAML", "COpenSSL", "ContractValues"], ["Glibc", "Synchronization"]),
  ("Generator", "ContractModel", ["ContractSource", "ContractValues"], []),
  ("Generator", "ContractAnalysis", ["ContractModel", "ContractSource", "ContractValues"], []),
  ("Generator", "ContractPlan", ["ContractAnalysis", "ContractModel", "ContractSource", "ContractValues"], []),
  ("Generator", "ContractQueries", ["ContractPlan", "ContractSource", "ContractValues", "CPgQuery"], []),
  ("Generator", "ContractEmit", ["ContractAnalysis", "ContractPlan", "ContractValues"], []),
  ("Generator", "ContractExport", ["ContractAnalysis", "ContractModel", "ContractSource", "ContractValues"], []),
  // The outcome of an event's handler is set on one thread and read on another, behind a lock.
  ("Runtime", "ServiceCore", ["ContractValues"], ["Glibc", "Synchronization"]),
  ("Runtime", "ContractOutline", ["ContractSamples", "ContractValues", "ServiceCore"], []),
  ("Runtime", "ServiceLoop", ["ServiceCore", "CEvent"], ["Glibc", "Synchronization"]),
  ("Runtime", "ServiceClient", ["ServiceCore", "CCurl"], ["Glibc", "Synchronization"]),
  ("Runtime", "ServiceSecurity", ["ServiceCore", "COpenSSL"], ["Synchronization"]),
  ("Runtime", "ServicePasswords", ["ServiceCore", "ServiceLoop", "CSodium"], ["Synchronization"]),
  ("Runtime", "ServiceHTTP", ["ServiceCore", "ServiceLoop", "COpenSSL", "CZlib"], ["Glibc", "Synchronization"]),
  (
    "Runtime", "ContractConformance",
    ["ContractOutline", "ContractSamples", "ContractValues", "ServiceCore", "ServiceHTTP", "ServiceLoop"],
    ["Synchronization"]
  ),
  (
    "Runtime", "ContractMock",
    ["ContractConformance", "ContractOutline", "ContractSamples", "ContractValues", "ServiceCore", "ServiceHTTP"],
    ["Synchronization"]
  ),
  ("Runtime", "ServicePostgres", ["ServiceCore", "ServiceLoop", "CPostgres"], ["Glibc", "Synchronization"]),
  ("Runtime", "ServiceEvents", ["ServiceCore", "ServiceLoop", "ServicePostgres"], ["Glibc", "Synchronization"]),
  ("Runtime", "ServiceNATS", ["CNATS", "ServiceCore", "ServiceEvents", "ServiceLoop"], ["Glibc", "Synchronization"]),
  (
    "Runtime", "ServiceKafka", ["CKafka", "ServiceCore", "ServiceEvents", "ServiceLoop"], ["Glibc", "Synchronization"]
  ),
  ("Runtime", "ServiceRedis", ["CRedis", "ServiceCore", "ServiceLoop"], []),
  (
    "Runtime", "ServiceTransports",
    ["ServiceCore", "ServiceEvents", "ServiceKafka", "ServiceLoop", "ServiceNATS", "ServiceRedis"], []
  ),
  ("Runtime", "ServiceHTML", [], []),
  ("Runtime", "ServiceDefinition", ["ServiceCore", "ServiceEvents", "ServicePostgres"], ["Synchronization"]),
  (
    "Runtime", "ServiceHost",
    [
      "ServiceCore", "ServiceEvents", "ServiceLoop", "ServiceHTML", "ServiceHTTP", "ServicePostgres",
      "ServiceDefinition", "ServiceClient", "ServiceSecurity",
    ], ["Glibc", "Synchronization"]
  ),
  (
    "Runtime", "ServiceTesting",
    [
      "ContractConformance", "ContractMock", "ContractOutline", "ServiceCore", "ServiceEvents", "ServiceLoop",
      "ServiceHTTP", "ServicePostgres", "ServiceDefinition", "ServiceSecurity",
    ],
    ["Glibc", "Synchronization", "Testing"]
  ),
  ("Services", "Gateway", ["ServiceCore", "ServiceHTTP"], []),
]

/// The programs: folder, name, and imports, as above. `host` also imports all services.
let programs: [(folder: String, name: String, imports: [String], toolchain: [String])] = [
  (
    "Generator/contractgen", "contractgen",
    [
      "ContractSource", "ContractModel", "ContractPlan", "ContractQueries", "ContractEmit", "ContractExport",
      "ContractValues",
    ], ["Glibc"]
  ),
  (
    "Services/Host", "host",
    [
      "Gateway", "IdentityAPI", "RegistryAPI", "ServiceClient", "ServiceCore", "ServiceDefinition", "ServiceHost",
      "ServiceSecurity", "ServiceTransports",
    ], ["Glibc"]
  ),
  (
    "Services/Charter", "charter",
    [
      "ContractConformance", "ContractMock", "ContractOutline", "ContractValues", "ServiceClient", "ServiceCore",
      "ServiceEvents", "ServiceHTTP", "ServiceLoop", "ServicePostgres", "ServiceSecurity", "ServiceTransports",
    ], ["Glibc", "Synchronization"]
  ),
]

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
/// Built without optimization, which took these the longest, a third of a release build: neither requests nor the generation
/// of code pass through them.
let unoptimized: Set = [
  "charter", "contractgen", "ContractConformance", "ContractExport", "ContractMock", "ContractOutline",
  "ContractQueries", "ContractSamples",
]

func settings(of module: String) -> [SwiftSetting] {
  settings + (unoptimized.contains(module) ? [.unsafeFlags(["-Onone"], .when(configuration: .release))] : [])
}

let contractPlugin = Target.PluginUsage.plugin(name: "ContractPlugin")
let servicePlugin = Target.PluginUsage.plugin(name: "ServicePlugin")

/// The modules that are built for a trait of the package alone: the other transports of events and the shared limits, with their
/// libraries.
let traits = ["CNATS": "NATS", "CKafka": "Kafka", "CRedis": "Redis"]

func dependencies(_ names: [String]) -> [Target.Dependency] {
  names.map { name in
    traits[name].map { .target(name: name, condition: .when(traits: [$0])) } ?? .byName(name: name)
  }
}

var targets: [Target] = []
for (module, package, pkgConfig) in libraries {
  targets.append(
    .systemLibrary(name: module, path: "Runtime/\(module)", pkgConfig: pkgConfig, providers: [.apt([package])]))
}
for (folder, name, imports, _) in modules {
  targets.append(
    .target(
      name: name, dependencies: dependencies(imports), path: "\(folder)/\(name)", swiftSettings: settings(of: name)))
}
targets += [
  // A target, so that the build is planned again when a contract is added or deleted.
  .target(name: "Contracts", path: "Contracts", swiftSettings: settings, plugins: [contractPlugin]),
  .plugin(
    name: "ContractPlugin", capability: .buildTool(), dependencies: ["contractgen"], path: "Generator/ContractPlugin"),
  .plugin(
    name: "ServicePlugin", capability: .buildTool(), dependencies: ["contractgen"], path: "Generator/ServicePlugin"),
  .target(
    name: "SharedAPI", dependencies: ["ServiceCore"], path: "Generated/SharedAPI", swiftSettings: settings,
    plugins: [contractPlugin]),
]
for name in services.map(\.name) + externals {
  targets.append(
    .target(
      name: "\(name)API", dependencies: ["ServiceCore", "SharedAPI"], path: "Generated/\(name)API",
      swiftSettings: settings, plugins: [contractPlugin]))
}
for service in services {
  let imports =
    ["\(service.name)API", "SharedAPI", "ServiceCore", "ServiceDefinition", "ServicePostgres"]
    + (service.calls + service.hears).map { "\($0)API" } + uses[service.name, default: []]
  targets.append(
    .target(
      name: "\(service.name)Service", dependencies: dependencies(imports),
      path: "Services/\(service.system)/\(service.name)",
      // What only the runtime may make, such as its faults, is not accessible to a service.
      packageAccess: false, swiftSettings: settings, plugins: [servicePlugin]))
}
for (folder, name, imports, _) in programs {
  // The command-line program runs the host: building it builds both.
  let more = name == "host" ? services.map { "\($0.name)Service" } : name == "charter" ? ["host"] : []
  targets.append(
    .executableTarget(
      name: name, dependencies: dependencies(imports + more), path: folder, swiftSettings: settings(of: name),
      plugins: name == "host" ? [servicePlugin] : []))
}

/// The service that `./charter bench` measures, hosted like every other, with the programs of its peers beside
/// it.
targets += [
  .target(
    name: "BenchAPI", dependencies: ["ServiceCore", "SharedAPI"], path: "Generated/BenchAPI", swiftSettings: settings,
    plugins: [contractPlugin]),
  .target(
    name: "BenchService", dependencies: ["BenchAPI", "ServiceCore", "ServiceDefinition", "ServicePostgres"],
    path: "Tests/Benchmarks/Service", swiftSettings: settings, plugins: [servicePlugin]),
  .target(
    name: "EventBenchAPI", dependencies: ["ServiceCore", "SharedAPI"], path: "Generated/EventBenchAPI",
    swiftSettings: settings, plugins: [contractPlugin]),
  .target(
    name: "EventBenchService", dependencies: ["EventBenchAPI", "ServiceCore", "ServiceDefinition", "ServicePostgres"],
    path: "Tests/Benchmarks/Events", swiftSettings: settings, plugins: [servicePlugin]),
  .executableTarget(
    name: "bench-host",
    dependencies: [
      "Gateway", "ServiceClient", "ServiceCore", "ServiceDefinition", "ServiceHTTP", "ServiceHost", "ServicePostgres",
      "ServiceSecurity", "ServiceTransports", "BenchService",
      "EventBenchService",
    ],
    path: "Tests/Benchmarks/Host", swiftSettings: settings, plugins: [servicePlugin]),
]

/// Golden output that is compiled and called: folders below Tests/GoldenTests/Cases, and their files other than the
/// contract and the Swift.
let goldenCases: [(name: String, files: [String])] = [
  ("annotations", ["values.json", "expected.txt"]), ("arrays", ["values.json"]), ("bodies", ["expected.txt"]),
  ("booleans", ["values.json"]), ("composition", ["values.json", "expected.txt"]), ("conditionals", ["values.json"]),
  ("directions", []), ("events", ["contract.events.yaml"]), ("events-2", []), ("external", ["parts"]),
  ("failures", ["expected.txt"]), ("formats", ["values.json"]),
  ("merge-patch", []), ("multipart", []),
  ("names", []), ("nullability", ["values.json"]), ("numbers", ["values.json"]),
  ("objects", ["values.json", "expected.txt"]), ("openapi-3-0", ["values.json", "expected.txt"]), ("openapi-3-2", []),
  ("pagination", []), ("parameters", ["expected.txt"]), ("pets", []), ("random", ["expected.txt"]),
  ("recursion", ["values.json"]),
  ("references", ["values.json", "money.json", "shared.yaml"]), ("responses", []), ("security", []),
  ("security-uri", ["shared.yaml"]), ("selection", ["arguments"]), ("streams", []),
  ("strings", ["expected.txt", "values.json"]), ("vendored", ["vendor"]), ("webhooks", ["expected.txt"]),
]

func goldenModule(_ name: String) -> String {
  name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + "Golden"
}

for (name, files) in goldenCases {
  targets.append(
    .target(
      name: goldenModule(name), dependencies: ["ServiceCore"], path: "Tests/GoldenTests/Cases/\(name)",
      exclude: ["contract.yaml"] + files, sources: ["expected.swift"], swiftSettings: settings))
}
/// Golden queries that are compiled and called: folders as above, with the Swift of their contract in API.
let goldenQueries = ["queries-shop", "queries-values"]

for name in goldenQueries {
  let api = goldenModule(name).dropLast("Golden".count) + "API"
  targets += [
    .target(
      name: String(api), dependencies: ["ServiceCore"], path: "Tests/GoldenTests/Cases/\(name)/API",
      swiftSettings: settings),
    .target(
      name: goldenModule(name),
      dependencies: dependencies([String(api), "ServiceCore", "ServiceDefinition", "ServicePostgres"]),
      path: "Tests/GoldenTests/Cases/\(name)", exclude: ["API", "Migrations", "Queries.sql", "contract.yaml"],
      sources: ["expected.swift"], swiftSettings: settings),
  ]
}
targets += [
  // The programs whose instructions WorkTests counts.
  .executableTarget(
    name: "work",
    dependencies: dependencies(
      [
        "ArraysGolden", "BodiesGolden", "CompositionGolden", "ConditionalsGolden", "FormatsGolden", "MergePatchGolden",
        "MultipartGolden", "NumbersGolden", "ObjectsGolden", "ParametersGolden", "PetsGolden", "RecursionGolden",
        "SecurityGolden", "StreamsGolden", "StringsGolden", "OrdersAPI", "ProductsAPI", "ServiceCore",
        "ContractQueries",
        "ContractSource",
      ]), path: "Tests/Work", swiftSettings: settings),
  .testTarget(
    name: "WorkTests", dependencies: ["TestProcesses", "work"], path: "Tests/WorkTests", swiftSettings: settings),
  .target(name: "TestMessages", path: "Tests/TestMessages", swiftSettings: settings),
  .target(name: "TestProcesses", path: "Tests/TestProcesses", swiftSettings: settings),
  .target(
    name: "TestSockets", dependencies: ["ServiceHTTP", "TestProcesses"], path: "Tests/TestSockets",
    swiftSettings: settings),
  .testTarget(
    name: "GoldenTests",
    dependencies: dependencies(
      [
        "ServiceCore", "ServiceHTTP", "ServiceLoop", "ServiceSecurity",
        "ContractMock", "ContractModel", "ContractOutline", "ContractSamples", "ContractSource", "ContractValues",
        "TestProcesses", "TestSockets",
      ]
        + goldenCases.map { goldenModule($0.name) }), path: "Tests/GoldenTests", exclude: ["Cases"],
    swiftSettings: settings),
  .testTarget(
    name: "ExportTests",
    dependencies: [
      "ContractAnalysis", "ContractExport", "ContractModel", "ContractSamples", "ContractSource", "ContractValues",
      "TestProcesses",
    ],
    path: "Tests/ExportTests", exclude: ["Cases"], swiftSettings: settings),
  .testTarget(
    name: "SchemaTests", dependencies: ["ContractSamples", "ContractSource", "ContractModel", "ContractValues"],
    path: "Tests/SchemaTests", exclude: ["Suite"], swiftSettings: settings),
  .testTarget(
    name: "RuntimeTests",
    dependencies: [
      "ContractSamples", "ContractValues", "Gateway", "ServiceCore", "ServiceLoop", "ServiceHTTP", "ServiceDefinition",
      "ServiceHost",
      "ServiceClient", "ServiceHTML", "ServicePasswords", "ServiceRedis", "ServiceSecurity", "TestMessages",
      "TestProcesses",
      "TestSockets",
    ],
    path: "Tests/RuntimeTests", exclude: ["Security/Judges", "TLS/peer.py"], swiftSettings: settings),
  .testTarget(
    name: "GatewayTests",
    dependencies: [
      "Gateway", "ServiceCore", "ServiceDefinition", "ServiceHTTP", "ServiceHost", "ServiceLoop", "TestProcesses",
      "TestSockets",
    ],
    path: "Tests/GatewayTests", exclude: ["WebSockets/peer.py"], swiftSettings: settings),
  .testTarget(
    name: "PostgresTests",
    dependencies: dependencies(
      [
        "ServiceCore", "ServiceLoop", "ServiceHTTP", "ServicePostgres", "ServiceDefinition", "ServiceHost",
        "QueriesShopAPI", "QueriesValuesAPI", "TestProcesses",
      ] + goldenQueries.map(goldenModule)),
    path: "Tests/PostgresTests", swiftSettings: settings),
  .testTarget(
    name: "EventTests",
    dependencies: dependencies([
      "CKafka", "ContractSamples", "ContractValues", "ServiceCore", "ServiceDefinition", "ServiceEvents", "ServiceHost",
      "ServiceHTTP", "ServiceKafka", "ServiceLoop", "ServiceNATS", "ServicePostgres", "ServiceTesting", "TestProcesses",
    ]), path: "Tests/EventTests", swiftSettings: settings),
  .testTarget(
    name: "ServiceTests",
    dependencies: dependencies(
      [
        "SecurityGolden", "WebhooksGolden", "ServiceCore", "ServiceDefinition", "ServiceEvents", "ServiceHTTP",
        "ServiceHost", "ServiceLoop", "ServicePostgres", "ServiceSecurity", "ServiceTesting", "SharedAPI",
        "TestProcesses",
      ]
        + services.flatMap { ["\($0.name)API", "\($0.name)Service"] }), path: "Tests/ServiceTests",
    swiftSettings: settings),
  .testTarget(
    name: "MockTests",
    dependencies: [
      "ContractConformance", "ContractMock", "ContractOutline", "ServiceCore", "ServiceHTTP", "ServiceLoop",
      "TestProcesses",
    ],
    path: "Tests/MockTests", exclude: ["Clients"], swiftSettings: settings),
  .testTarget(
    name: "ConformanceTests",
    dependencies: dependencies(
      [
        "ContractConformance", "ContractMock", "ContractOutline", "ContractValues", "ServiceClient", "ServiceCore",
        "ServiceDefinition", "ServiceSecurity", "ServiceTesting", "SharedAPI", "TestProcesses",
      ]
        + services.flatMap { ["\($0.name)API", "\($0.name)Service"] }), path: "Tests/ConformanceTests",
    exclude: ["Library"], swiftSettings: settings, plugins: [servicePlugin]),
  .testTarget(
    name: "NewTests", dependencies: ["TestProcesses"], path: "Tests/NewTests", swiftSettings: settings),
  .testTarget(
    name: "ChaosTests",
    dependencies: [
      "BenchAPI", "ContractSamples", "ServiceClient", "ServiceCore", "ServiceHTTP", "ServiceLoop", "ServicePostgres",
      "ServiceSecurity", "TestMessages", "TestProcesses", "TestSockets",
    ],
    path: "Tests/ChaosTests", exclude: ["Chains/Servers"], swiftSettings: settings),
  .testTarget(
    name: "HouseTests", dependencies: ["TestProcesses"], path: "Tests/HouseTests", swiftSettings: settings),
  .testTarget(
    name: "EndToEndTests",
    dependencies: dependencies(
      ["ServiceHTTP", "ServiceLoop", "ServiceSecurity", "SharedAPI", "TestProcesses"]
        + services.map { "\($0.name)API" }),
    path: "Tests/EndToEndTests", exclude: ["Clients", "Package.swift.template"], swiftSettings: settings),
]

// Without libFuzzer there is nothing to link it to: `./charter test --chaos` sets this.
if Context.environment["CHARTER_FUZZ"] != nil {
  targets.append(
    .executableTarget(
      name: "fuzz", dependencies: ["ContractValues", "ServiceCore", "ServiceHTTP"], path: "Tests/Fuzz",
      exclude: ["Seeds"],
      swiftSettings: settings))
}

/// The modules that packages outside may import: what their own services and clients need, and the services' APIs.
let exported =
  [
    "ServiceCore", "ServiceClient", "ServiceSecurity", "ServiceLoop", "ServiceHTTP", "ServicePostgres",
    "ServiceDefinition", "ServiceEvents", "ServiceHost", "ServiceTransports", "Gateway", "SharedAPI",
  ] + services.map { "\($0.name)API" }

let package = Package(
  name: "charter",
  products: [
    .plugin(name: "ContractPlugin", targets: ["ContractPlugin"]),
    .plugin(name: "ServicePlugin", targets: ["ServicePlugin"]),
  ] + exported.map { .library(name: $0, targets: [$0]) },
  targets: targets
)
package.traits = [
  .trait(name: "NATS", description: "Events over NATS JetStream."),
  .trait(name: "Kafka", description: "Events over Kafka."),
  .trait(name: "Redis", description: "Rate limits that gateways share in Redis."),
]
