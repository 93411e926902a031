import Foundation
import PackagePlugin

/// Generates the API of a contract into the target it is put on: `FooBarAPI` from `Contracts/**/foo-bar.yaml`.
@main
struct ContractPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let root = context.package.directoryURL.appending(path: "Contracts")
    // Every contract is an input of every API: one that gains a $ref would otherwise go stale, since an edit
    // of a contract does not make the build plan itself anew. The generator writes only what changed.
    let contracts = yamlFiles(below: root)
    let output = context.pluginWorkDirectoryURL
    let tool = try context.tool(named: "contractgen").url
    if target.name == "Contracts" {
      let list = output.appending(path: "Names.swift")
      return [
        .buildCommand(
          displayName: "Listing contracts", executable: tool,
          arguments: ["contracts", "--root", root.path, "--output", list.path] + contracts.map(\.path),
          inputFiles: contracts, outputFiles: [list])
      ]
    }
    let names =
      (0..<8).map { "Types\($0)" } + ["Schemas", "Operations", "OperationCodecs", "Server", "Client"]
    let moduleFile = target.directoryURL.appending(path: target.name + ".swift").path
    let base = context.package.directoryURL.path + "/"
    return [
      .buildCommand(
        displayName: "Generating \(target.name)",
        executable: tool,
        arguments: [
          "api", target.name, "--root", root.path, "--module-file",
          moduleFile.hasPrefix(base) ? String(moduleFile.dropFirst(base.count)) : moduleFile, "--output", output.path,
        ] + contracts.map(\.path),
        inputFiles: contracts,
        outputFiles: names.map { output.appending(path: $0 + ".swift") })
    ]
  }

  private func yamlFiles(below folder: URL) -> [URL] {
    guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
    return files.compactMap { $0 as? URL }.filter { ["yaml", "yml", "json"].contains($0.pathExtension) }.sorted {
      $0.path < $1.path
    }
  }
}
