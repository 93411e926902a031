/// `./charter bench instructions`: counts what a request costs Charter in instructions and allocations, by Valgrind.
///
/// The counts hardly depend on the machine's load. They are compared with the recorded ones: it fails where one has
/// grown by more than 3 percent.
struct InstructionsBenchmark {
  private let isRecording: Bool

  init(_ call: Command.Call) throws { isRecording = call.flags.contains("--record") }

  func run() throws -> Int32 {
    let session = try BenchmarkSession(needing: ["valgrind", "taskset"])
    defer { session.end() }
    let path = session.sources + "/instructions.txt"
    let recorded = isRecording ? nil : try InstructionTable(reading: path)
    let counter = RequestCounter(session: session, database: try session.database("bench"))
    try counter.migrate()
    var table = InstructionTable()
    for kind in RequestKind.all {
      say("counting: \(kind.name)")
      table.rows.append((kind.name, try counter.count(kind)))
    }
    if isRecording {
      try table.text.write(to: path)
      say(table.text + "recorded in \(path)")
      return 0
    }
    let comparison = table.compared(with: recorded ?? InstructionTable())
    for line in comparison.lines { say(line) }
    return comparison.hasGrown ? 1 : 0
  }
}
