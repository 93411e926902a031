import Foundation
import PackagePlugin

/// Turns a service's `Migrations/*.sql` into Swift, and writes an executable's list of the services it hosts.
@main
struct ServicePlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let tool = try context.tool(named: "contractgen").url
    let folder = target.directoryURL.appending(path: "Migrations")
    if FileManager.default.fileExists(atPath: folder.path) {
      // Whatever its name: a file that is no migration by its name is one that somebody misses.
      let files = try FileManager.default
        .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
        .sorted { $0.path < $1.path }
      let output = context.pluginWorkDirectoryURL.appending(path: "Migrations.swift")
      return [
        .buildCommand(
          displayName: "Collecting migrations of \(target.name)", executable: tool,
          arguments: ["migrations", "--root", context.package.directoryURL.path, "--output", output.path]
            + files.map(\.path), inputFiles: files,
          outputFiles: [output])
      ]
    }
    let modules = target.dependencies.compactMap { dependency in
      if case .target(let target) = dependency { target.name } else { nil }
    }
    let output = context.pluginWorkDirectoryURL.appending(path: "Services.swift")
    return [
      .buildCommand(
        displayName: "Listing services of \(target.name)", executable: tool,
        arguments: ["services", "--output", output.path] + modules, outputFiles: [output])
    ]
  }
}
