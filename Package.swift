// swift-tools-version: 6.2
import PackageDescription

/// A service is one row here, one contract and one folder: `Contracts/<system>/<name>.yaml` and
/// `Services/<System>/<Name>`. `calls` are the services it reaches through their generated clients.
let services: [(name: String, system: String, calls: [String])] = [
  ("Products", "Shop", []),
  ("Inventory", "Shop", []),
  ("Orders", "Shop", ["Products", "Inventory"]),
]

/// The C libraries, each behind one module: Debian's package and pkg-config's name of it, where it has one.
let libraries: [(module: String, package: String, pkgConfig: String?)] = [
  ("CYAML", "libyaml-dev", "yaml-0.1"),
  ("CEvent", "libevent-dev", "libevent_core"),
  ("CPostgres", "libpq-dev", "libpq"),
  ("CZlib", "zlib1g-dev", "zlib"),
  ("CCurl", "libcurl4-openssl-dev", "libcurl"),
  ("COpenSSL", "libssl-dev", "libcrypto"),
  ("CPgQuery", "libpg-query-dev", nil),
]

/// Everything that is not a service: folder, name, and what it may import.
let modules: [(folder: String, name: String, imports: [String])] = [
  ("Runtime", "ContractValues", []),
  ("Generator", "ContractSource", ["CYAML", "ContractValues"]),
  ("Generator", "ContractModel", ["ContractSource", "ContractValues"]),
  ("Generator", "ContractPlan", ["ContractModel", "ContractSource", "ContractValues"]),
  ("Generator", "ContractQueries", ["ContractPlan", "ContractSource", "ContractValues", "CPgQuery"]),
  ("Generator", "ContractEmit", ["ContractPlan"]),
  ("Generator", "ContractExport", ["ContractModel", "ContractSource", "ContractValues"]),
  ("Runtime", "ServiceCore", ["ContractValues"]),
  ("Runtime", "ServiceLoop", ["ServiceCore", "CEvent"]),
  ("Runtime", "ServiceClient", ["ServiceCore", "CCurl"]),
  ("Runtime", "ServiceSecurity", ["ServiceCore", "COpenSSL"]),
  ("Runtime", "ServiceHTTP", ["ServiceCore", "ServiceLoop", "CZlib"]),
  ("Runtime", "ServicePostgres", ["ServiceCore", "ServiceLoop", "CPostgres"]),
  ("Runtime", "ServiceDefinition", ["ServiceCore", "ServicePostgres"]),
  (
    "Runtime", "ServiceHost",
    [
      "ServiceCore", "ServiceLoop", "ServiceHTTP", "ServicePostgres", "ServiceDefinition", "ServiceClient",
      "ServiceSecurity",
    ]
  ),
  (
    "Runtime", "ServiceTesting",
    ["ServiceCore", "ServiceLoop", "ServiceHTTP", "ServicePostgres", "ServiceDefinition", "ServiceSecurity"]
  ),
]

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let contractPlugin = Target.PluginUsage.plugin(name: "ContractPlugin")
let servicePlugin = Target.PluginUsage.plugin(name: "ServicePlugin")

func dependencies(_ names: [String]) -> [Target.Dependency] { names.map { .byName(name: $0) } }

var targets: [Target] = []
for (module, package, pkgConfig) in libraries {
  targets.append(
    .systemLibrary(name: module, path: "Runtime/\(module)", pkgConfig: pkgConfig, providers: [.apt([package])]))
}
for (folder, name, imports) in modules {
  targets.append(
    .target(name: name, dependencies: dependencies(imports), path: "\(folder)/\(name)", swiftSettings: settings))
}
targets += [
  // A target, so that a contract that is added or deleted makes the build plan itself anew.
  .target(name: "Contracts", path: "Contracts", swiftSettings: settings, plugins: [contractPlugin]),
  .executableTarget(
    name: "contractgen",
    dependencies: dependencies([
      "ContractSource", "ContractModel", "ContractPlan", "ContractQueries", "ContractEmit", "ContractExport",
      "ContractValues",
    ]),
    path: "Generator/contractgen", swiftSettings: settings),
  .plugin(
    name: "ContractPlugin", capability: .buildTool(), dependencies: ["contractgen"], path: "Generator/ContractPlugin"),
  .plugin(
    name: "ServicePlugin", capability: .buildTool(), dependencies: ["contractgen"], path: "Generator/ServicePlugin"),
  .target(
    name: "SharedAPI", dependencies: ["ServiceCore"], path: "Generated/SharedAPI", swiftSettings: settings,
    plugins: [contractPlugin]),
]
for service in services {
  let imports =
    ["\(service.name)API", "ServiceCore", "ServiceDefinition", "ServicePostgres"] + service.calls.map { "\($0)API" }
  targets += [
    .target(
      name: "\(service.name)API", dependencies: ["ServiceCore", "SharedAPI"], path: "Generated/\(service.name)API",
      swiftSettings: settings, plugins: [contractPlugin]),
    .target(
      name: "\(service.name)Service", dependencies: dependencies(imports),
      path: "Services/\(service.system)/\(service.name)", swiftSettings: settings,
      plugins: [servicePlugin]),
  ]
}
targets += [
  .target(
    name: "Gateway", dependencies: ["ServiceCore", "ServiceHTTP"], path: "Services/Gateway", swiftSettings: settings),
  .executableTarget(
    name: "host",
    dependencies: dependencies(["Gateway", "ServiceHost", "ServicePostgres"] + services.map { "\($0.name)Service" }),
    path: "Services/Host", swiftSettings: settings, plugins: [servicePlugin]),
  .executableTarget(
    // It runs the host, and so one build of it is one of both.
    name: "charter", dependencies: ["ServicePostgres", "host"], path: "Services/Charter", swiftSettings: settings),
]

/// What `./charter bench serve` measures: a service of its own, hosted as every other, with its peers' programs beside it.
targets += [
  .target(
    name: "BenchAPI", dependencies: ["ServiceCore", "SharedAPI"], path: "Generated/BenchAPI", swiftSettings: settings,
    plugins: [contractPlugin]),
  .target(
    name: "BenchService", dependencies: ["BenchAPI", "ServiceCore", "ServiceDefinition", "ServicePostgres"],
    path: "Tests/Benchmarks/Service", swiftSettings: settings, plugins: [servicePlugin]),
  .executableTarget(
    name: "bench-host", dependencies: ["Gateway", "ServiceHost", "ServicePostgres", "BenchService"],
    path: "Tests/Benchmarks/Host", swiftSettings: settings, plugins: [servicePlugin]),
]

/// Golden output that is compiled and called: folders below Tests/GoldenTests/Cases, with what else is in them.
let goldenCases: [(name: String, files: [String])] = [
  ("annotations", ["expected.txt"]), ("arrays", []), ("booleans", []), ("composition", ["expected.txt"]),
  ("conditionals", []),
  ("formats", []), ("nullability", []),
  ("numbers", []), ("objects", ["expected.txt"]), ("openapi-3-0", ["expected.txt"]),
  ("references", ["money.json", "shared.yaml"]),
  ("recursion", []), ("strings", []),
]

func goldenModule(_ name: String) -> String {
  name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + "Golden"
}

for (name, files) in [
  ("pets", []), ("directions", []), ("external", ["parts"]), ("merge-patch", []), ("random", ["expected.txt"]),
  ("parameters", ["expected.txt"]), ("responses", []), ("bodies", ["expected.txt"]), ("multipart", []), ("streams", []),
  ("security", []), ("webhooks", ["expected.txt"]), ("openapi-3-2", []), ("names", []),
] + goldenCases {
  targets.append(
    .target(
      name: goldenModule(name), dependencies: ["ServiceCore"], path: "Tests/GoldenTests/Cases/\(name)",
      exclude: ["contract.yaml"] + (goldenCases.contains { $0.name == name } ? ["values.json"] : []) + files,
      sources: ["expected.swift"],
      swiftSettings: settings))
}
targets += [
  // What WorkTests counts the instructions of.
  .executableTarget(
    name: "work",
    dependencies: dependencies(
      [
        "ArraysGolden", "BodiesGolden", "CompositionGolden", "ConditionalsGolden", "FormatsGolden", "MergePatchGolden",
        "MultipartGolden", "NumbersGolden", "ObjectsGolden", "ParametersGolden", "PetsGolden", "RecursionGolden",
        "SecurityGolden", "StreamsGolden", "StringsGolden", "OrdersAPI", "ProductsAPI", "ServiceCore",
      ]), path: "Tests/Work", swiftSettings: settings),
  .testTarget(
    name: "WorkTests", dependencies: ["TestProcesses", "work"], path: "Tests/WorkTests", swiftSettings: settings),
  .target(name: "TestProcesses", path: "Tests/TestProcesses", swiftSettings: settings),
  .testTarget(
    name: "GoldenTests",
    dependencies: dependencies(
      [
        "PetsGolden", "DirectionsGolden", "ExternalGolden", "MergePatchGolden", "RandomGolden", "ParametersGolden",
        "ResponsesGolden", "BodiesGolden", "MultipartGolden", "StreamsGolden", "SecurityGolden", "WebhooksGolden",
        "Openapi32Golden", "NamesGolden",
        "ServiceCore", "ServiceHTTP", "ServiceLoop", "ServiceSecurity",
        "ContractModel",
        "ContractSource",
        "ContractValues", "TestProcesses",
      ]
        + goldenCases.map { goldenModule($0.name) }), path: "Tests/GoldenTests", exclude: ["Cases"],
    swiftSettings: settings),
  .testTarget(
    name: "ExportTests",
    dependencies: ["ContractExport", "ContractModel", "ContractSource", "ContractValues", "TestProcesses"],
    path: "Tests/ExportTests", exclude: ["Cases"], swiftSettings: settings),
  .testTarget(
    name: "SchemaTests", dependencies: ["ContractSource", "ContractModel", "ContractValues"],
    path: "Tests/SchemaTests", exclude: ["Suite"], swiftSettings: settings),
  .testTarget(
    name: "RuntimeTests",
    dependencies: [
      "ContractValues", "ServiceCore", "ServiceLoop", "ServiceHTTP", "ServiceHost", "ServiceClient", "ServiceSecurity",
      "TestProcesses",
    ],
    path: "Tests/RuntimeTests", swiftSettings: settings),
  .testTarget(
    name: "PostgresTests",
    dependencies: ["ServiceCore", "ServiceLoop", "ServiceHTTP", "ServicePostgres", "ServiceHost"],
    path: "Tests/PostgresTests", swiftSettings: settings),
  .testTarget(
    name: "PluginTests", dependencies: ["TestProcesses"], path: "Tests/PluginTests",
    exclude: ["Package.swift.template"], swiftSettings: settings),
  .testTarget(
    name: "ChaosTests",
    dependencies: [
      "BenchAPI", "ServiceClient", "ServiceCore", "ServiceHTTP", "ServiceLoop", "ServicePostgres", "TestProcesses",
    ],
    path: "Tests/ChaosTests", swiftSettings: settings),
  .testTarget(
    name: "HouseTests", dependencies: ["TestProcesses"], path: "Tests/HouseTests", swiftSettings: settings),
  .testTarget(
    name: "EndToEndTests",
    dependencies: dependencies(
      ["ServiceHTTP", "ServiceLoop", "SharedAPI", "TestProcesses"] + services.map { "\($0.name)API" }),
    path: "Tests/EndToEndTests", exclude: ["Clients"], swiftSettings: settings),
]

// Without libFuzzer there is nothing to link it to: `./charter test --chaos` sets this.
if Context.environment["CHARTER_FUZZ"] != nil {
  targets.append(
    .executableTarget(
      name: "fuzz", dependencies: ["ContractValues", "ServiceCore", "ServiceHTTP"], path: "Tests/Fuzz",
      exclude: ["Seeds"],
      swiftSettings: settings))
}

let package = Package(
  name: "charter",
  products: [
    .plugin(name: "ContractPlugin", targets: ["ContractPlugin"]),
    .plugin(name: "ServicePlugin", targets: ["ServicePlugin"]),
    .library(name: "ServiceCore", targets: ["ServiceCore"]),
    .library(name: "ServiceClient", targets: ["ServiceClient"]),
    .library(name: "ServiceSecurity", targets: ["ServiceSecurity"]),
    .library(name: "SharedAPI", targets: ["SharedAPI"]),
  ] + services.map { .library(name: "\($0.name)API", targets: ["\($0.name)API"]) },
  targets: targets
)
