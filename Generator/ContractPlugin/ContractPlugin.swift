import Foundation
import PackagePlugin

/// Generates the API of a contract into the target it is put on: `FooBarAPI` from `Contracts/**/foo-bar.yaml`, as a file
/// `api.yaml` beside the target's sources says, where there is one.
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
    // The generator's FileKind has the same numbers.
    let kinds = [("Types", 32), ("Operations", 16), ("OperationCodecs", 16), ("Server", 4), ("Client", 4), ("Events", 8)]
    let names = ["Schemas"] + kinds.flatMap { kind, count in (1...count).map { "\(kind)-\($0)" } }
    let moduleFile = target.directoryURL.appending(path: target.name + ".swift").path
    let base = context.package.directoryURL.path + "/"
    let file = target.directoryURL.appending(path: "api.yaml")
    let settings = FileManager.default.fileExists(atPath: file.path) ? file : nil
    let others = try settings.flatMap(namedFolder).map {
      yamlFiles(below: context.package.directoryURL.appending(path: $0))
    }
    return [
      .buildCommand(
        displayName: "Generating \(target.name)",
        executable: tool,
        arguments: [
          "api", target.name, "--root", root.path, "--module-file",
          moduleFile.hasPrefix(base) ? String(moduleFile.dropFirst(base.count)) : moduleFile, "--output", output.path,
        ] + (settings.map { ["--settings", $0.path] } ?? []) + contracts.map(\.path),
        inputFiles: contracts + (settings.map { [$0] } ?? []) + (others ?? []),
        outputFiles: names.map { output.appending(path: $0 + ".swift") })
    ]
  }

  /// The folder that the settings of a target name: what its contracts refer to is there, and is an input too.
  private func namedFolder(in settings: URL) throws -> String? {
    let text = try String(contentsOf: settings, encoding: .utf8)
    return text.firstMatch(of: #/^root:[ \t]*["']?([^"'#\n]*[^"'#\s])/#.anchorsMatchLineEndings()).map { String($0.1) }
  }

  private func yamlFiles(below folder: URL) -> [URL] {
    guard
      let files = FileManager.default.enumerator(
        at: folder, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
    else { return [] }
    return files.compactMap { $0 as? URL }.filter { ["yaml", "yml", "json"].contains($0.pathExtension) }.sorted {
      $0.path < $1.path
    }
  }
}
