import Foundation
import TestProcesses
import Testing

/// Clients exported from `Cases/content` call a server that tells what came: every kind of body, stream and credential.
@Suite struct ExportedClientTests {
  private let source = ExportTests.folder.appending(path: "content")

  @Test func `what exported clients send and read is what the contract says`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "charter-content-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["server.py", "check.py", "check.ts"] {
      try FileManager.default.copyItem(at: source.appending(path: name), to: folder.appending(path: name))
    }
    let reading = try ExportTests.read(source)
    try ExportTests.write(reading, to: folder)
    _ = try run(
      [
        "tsc", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs", "--lib", "es2022,dom",
        "check.ts",
      ], in: folder)
    let told = try run(["python3", "server.py", "python3 -W error check.py", "node check.js"], in: folder)
    #expect(told == "python: all is well\ntypescript: all is well\n")
  }

  /// GoldenTests sends these texts to a compiled server, which reads these values from them.
  @Test func `clients write what a server reads as values of several structures`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "charter-parameters-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let golden = ExportTests.folder.deletingLastPathComponent().deletingLastPathComponent()
    try ExportTests.write(ExportTests.read(golden.appending(path: "GoldenTests/Cases/parameters")), to: folder)
    for (file, text) in [("check.py", Self.python), ("check.ts", Self.typescript)] {
      try text.write(to: folder.appending(path: file), atomically: true, encoding: .utf8)
    }
    // A header is the bytes of its UTF-8, in both directions.
    let written = """
      /v1/searches/.1.2?id=ab&size=5&created=7&expand[]=a&expand[]=b%20c
      /v1/searches/.3?id=a&id=b&size=1,2&created[gt]=1&created[lt]=2&order[lines][0][price]=1\
      &order[lines][0][tags][]=x&order[lines][0][tags][]=y&order[lines][1][price]=2&order[lines][1][tags]=\
      &order[meta][k]=1&order[sub][lines]=&limit=3&a=1&ordered=2
      /v1/searches/.1?id=&others=
      😀 é

      """.replacing("[", with: "%5B").replacing("]", with: "%5D")
    #expect(try run(["python3", "check.py"], in: folder) == written)
    _ = try run(
      [
        "tsc", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs", "--lib", "es2022,dom",
        "check.ts",
      ], in: folder)
    #expect(try run(["node", "check.js"], in: folder) == written)
  }

  private static let python = """
    import sample_client as sample

    def transport(request: sample.Request) -> sample.Received:
        print(request.url)
        if "x-said" in request.headers:
            said.append(request.headers["x-said"].encode("latin-1").decode())
        return sample.Received(204, [("x-told", "Ã©")], b"")

    said = []
    client = sample.SampleClient("", transport=transport, validate=True)
    client.search(path=[1, 2], id="ab", size=5, created=7, expand=["a", "b c"])
    order: sample.Order = {
        "lines": [{"price": 1, "tags": ["x", "y"]}, {"price": 2, "tags": []}], "meta": {"k": "1"}, "sub": {"lines": []}}
    client.search(
        path=[3], id=["a", "b"], size=[1, 2], created={"gt": 1, "lt": 2}, order=order, limit=3,
        others={"a": 1, "ordered": 2})
    answer = client.search(path=[1], id=[], others={}, x_said="😀")
    print(*said, answer.headers["X-Told"])
    """

  private static let typescript = """
    import { SampleClient } from "./sample_client";
    const text = (bytes: string): string => new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
    const said: string[] = [];
    const transport = async (url: string, init: RequestInit): Promise<Response> => {
      console.log(url);
      const header = new Headers(init.headers).get("x-said");
      if (header !== null) said.push(text(header));
      return new Response(null, { status: 204, headers: { "x-told": "Ã©" } });
    };
    const client = new SampleClient("", { transport, validate: true });
    const order = { lines: [{ price: 1, tags: ["x", "y"] }, { price: 2, tags: [] }], meta: { k: "1" }, sub: { lines: [] } };
    const calls = async (): Promise<void> => {
      await client.search({ path: [1, 2], id: "ab", size: 5, created: 7, expand: ["a", "b c"] });
      await client.search({
        path: [3], id: ["a", "b"], size: [1, 2], created: { gt: 1, lt: 2 }, order, limit: 3, others: { a: 1, ordered: 2 },
      });
      const answer = await client.search({ path: [1], id: [], others: {}, "X-Said": "😀" });
      console.log(...said, (answer.headers as { "X-Told": string })["X-Told"]);
    };
    void calls();
    """

  /// Runs a program and gives what it printed; one that fails is an issue.
  private func run(_ arguments: [String], in folder: URL) throws -> String {
    let ended = try TestProcess.run(arguments, in: folder)
    #expect(ended.code == 0, "\(arguments): \(ended.output + ended.errors)")
    return ended.output
  }
}
