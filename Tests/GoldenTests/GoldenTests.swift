import Foundation
import Testing

/// A case is a folder: `contract.yaml`, and `expected/*.swift` or, where it must fail, `expected.txt`.
/// With CHARTER_RECORD set, what the generator does is written down as expected, and the run still fails.
@Suite struct GoldenTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")
  static let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()

  @Test(arguments: GoldenTests.names ?? [])
  func `the generator does what the folder says`(_ name: String) throws {
    let folder = Self.folder.appending(path: name)
    let output = FileManager.default.temporaryDirectory.appending(path: "charter-golden-\(UUID())")
    defer { try? FileManager.default.removeItem(at: output) }
    let run = try generate(folder, output)
    let isRecording = ProcessInfo.processInfo.environment["CHARTER_RECORD"] != nil
    let expectedText = folder.appending(path: "expected.txt")
    let expectedFolder = folder.appending(path: "expected")
    if run.code == 0 {
      let files = try FileManager.default.contentsOfDirectory(atPath: output.path).sorted()
      if isRecording {
        try? FileManager.default.removeItem(at: expectedFolder)
        try FileManager.default.copyItem(at: output, to: expectedFolder)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: expectedFolder.path).sorted() == files)
      for file in files {
        let made = try String(contentsOf: output.appending(path: file), encoding: .utf8)
        let expected = try? String(contentsOf: expectedFolder.appending(path: file), encoding: .utf8)
        #expect(made == expected, "\(name)/expected/\(file) differs")
      }
    } else {
      #expect(run.code == 1)
      if isRecording { try run.text.write(to: expectedText, atomically: true, encoding: .utf8) }
      #expect(run.text == (try? String(contentsOf: expectedText, encoding: .utf8)))
      #expect(!FileManager.default.fileExists(atPath: output.appending(path: "Types.swift").path))
    }
    #expect(!isRecording, "recorded; run again without CHARTER_RECORD")
  }

  @Test func `two runs give the same bytes, and the second writes nothing`() throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "charter-golden-\(UUID())")
    defer { try? FileManager.default.removeItem(at: output) }
    let types = output.appending(path: "Types.swift").path
    #expect(try generate(Self.folder.appending(path: "pets"), output).code == 0)
    let first = try FileManager.default.attributesOfItem(atPath: types)[.modificationDate] as? Date
    #expect(try generate(Self.folder.appending(path: "pets"), output).code == 0)
    #expect(try FileManager.default.attributesOfItem(atPath: types)[.modificationDate] as? Date == first)
  }

  private func generate(_ folder: URL, _ output: URL) throws -> (code: Int32, text: String) {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let process = Process()
    process.executableURL = URL(filePath: programs + "/contractgen")
    // From inside the folder, so that messages name the contract as any checkout would.
    process.currentDirectoryURL = folder
    process.arguments = ["file", "contract.yaml", "--output", output.path, "--name", "Pets"]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let data = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
