// swift-tools-version: 6.2
import PackageDescription

// Somebody else's program: it has a contract of its own, which it serves, and calls the shop by the shop's.
let contracts = Target.PluginUsage.plugin(name: "ContractPlugin", package: "charter")

let package = Package(
  name: "courier",
  dependencies: [.package(name: "charter", path: "../..")],
  targets: [
    .target(name: "Contracts", path: "Contracts", plugins: [contracts]),
    .target(
      name: "ReceiptsAPI", dependencies: [.product(name: "ServiceCore", package: "charter")],
      path: "Generated/ReceiptsAPI", plugins: [contracts]),
    .executableTarget(
      name: "receipts",
      dependencies: [
        "ReceiptsAPI", .product(name: "Gateway", package: "charter"),
        .product(name: "ServiceDefinition", package: "charter"), .product(name: "ServiceHost", package: "charter"),
      ]),
    .executableTarget(
      name: "courier",
      dependencies: [
        "ReceiptsAPI", .product(name: "OrdersAPI", package: "charter"),
        .product(name: "ProductsAPI", package: "charter"),
        .product(name: "InventoryAPI", package: "charter"), .product(name: "ServiceClient", package: "charter"),
      ]),
  ]
)
