import Foundation
import PackagePlugin

/// Adds to a service what its folder says, and to an executable or a test target the list of the services that it
/// depends on.
@main
struct ServicePlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let tool = try context.tool(named: "contractgen").url
    guard let module = target.sourceModule else { return [] }
    if module.kind != .generic { return [services(of: target, module.kind, tool, context)] }
    let migrations = try migrations(of: target)
    return [service(of: target, migrations, tool, context)] + queries(of: target, migrations, tool, context)
  }

  /// The files below a service's `Migrations`: whatever the name, since one that is no migration by its name is missed
  /// by somebody.
  private func migrations(of target: Target) throws -> [URL] {
    let folder = target.directoryURL.appending(path: "Migrations")
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default
      .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
      .sorted { $0.path < $1.path }
  }

  /// A library is a service: its migrations and queries lie beside its sources.
  ///
  /// Every contract is an input, as of each API: a contract is planned anew here, and what another plugin has written
  /// is never read.
  private func service(of target: Target, _ migrations: [URL], _ tool: URL, _ context: PluginContext) -> Command {
    let queries = target.directoryURL.appending(path: "Queries.sql")
    let hasQueries = FileManager.default.fileExists(atPath: queries.path)
    let output = context.pluginWorkDirectoryURL.appending(path: "Service.swift")
    let receivers = context.pluginWorkDirectoryURL.appending(path: "Receivers.swift")
    let contracts = contracts(of: context)
    let arguments = [
      "service", target.name, "--root", context.package.directoryURL.path, "--contracts", folder(of: context).path,
      "--output", output.path, "--receivers", receivers.path,
    ]
    return .buildCommand(
      displayName: "Describing \(target.name)", executable: tool,
      arguments: arguments + (hasQueries ? ["--queries", queries.path] : []) + self.arguments(of: target, migrations)
        + contracts.map(\.path),
      inputFiles: migrations + contracts + settings(of: target).map(\.file), outputFiles: [output, receivers])
  }

  /// The arguments for the APIs that a service's target depends on, and for its migrations.
  private func arguments(of target: Target, _ migrations: [URL]) -> [String] {
    var arguments: [String] = []
    for module in modules(of: target).filter({ $0.hasSuffix("API") }) { arguments += ["--api", module] }
    for (module, file) in settings(of: target) { arguments += ["--settings", "\(module)=\(file.path)"] }
    for migration in migrations { arguments += ["--migration", migration.path] }
    return arguments
  }

  private func folder(of context: PluginContext) -> URL { context.package.directoryURL.appending(path: "Contracts") }

  private func contracts(of context: PluginContext) -> [URL] {
    (FileManager.default.enumerator(at: folder(of: context), includingPropertiesForKeys: nil)?.allObjects ?? [])
      .compactMap { $0 as? URL }.filter { ["yaml", "yml", "json"].contains($0.pathExtension) }
      .sorted { $0.path < $1.path }
  }

  /// A program serves the documents of its services, too.
  private func services(of target: Target, _ kind: ModuleKind, _ tool: URL, _ context: PluginContext) -> Command {
    let contracts = kind == .executable ? contracts(of: context) : []
    let output = context.pluginWorkDirectoryURL.appending(path: "Services.swift")
    return .buildCommand(
      displayName: "Listing services of \(target.name)", executable: tool,
      arguments: ["services", "--output", output.path]
        + (contracts.isEmpty ? [] : ["--contracts", folder(of: context).path])
        + contracts.flatMap { ["--contract", $0.path] } + modules(of: target),
      inputFiles: contracts, outputFiles: [output])
  }

  /// Compiles the `Queries.sql` beside a service's sources, where there is one.
  private func queries(of target: Target, _ migrations: [URL], _ tool: URL, _ context: PluginContext) -> [Command] {
    let file = target.directoryURL.appending(path: "Queries.sql")
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    let contracts = contracts(of: context)
    let output = context.pluginWorkDirectoryURL.appending(path: "Queries.swift")
    let service = target.name.hasSuffix("Service") ? String(target.name.dropLast("Service".count)) : target.name
    let arguments = [
      "queries", service, "--package-root", context.package.directoryURL.path, "--root", folder(of: context).path,
      "--queries", file.path, "--output", output.path,
    ]
    return [
      .buildCommand(
        displayName: "Compiling queries of \(target.name)", executable: tool,
        arguments: arguments + self.arguments(of: target, migrations) + contracts.map(\.path),
        inputFiles: [file] + migrations + contracts + settings(of: target).map(\.file), outputFiles: [output])
    ]
  }

  /// What the targets of APIs that a target depends on say of their generated code, where they do.
  private func settings(of target: Target) -> [(module: String, file: URL)] {
    target.dependencies.compactMap { dependency in
      guard case .target(let api) = dependency, api.name.hasSuffix("API") else { return nil }
      let file = api.directoryURL.appending(path: "api.yaml")
      return FileManager.default.fileExists(atPath: file.path) ? (api.name, file) : nil
    }
  }

  /// The modules that a target depends on, those of other packages too.
  private func modules(of target: Target) -> [String] {
    target.dependencies.flatMap { dependency -> [String] in
      switch dependency {
      case .target(let target): [target.name]
      case .product(let product): product.targets.map(\.name)
      @unknown default: []
      }
    }
  }
}
