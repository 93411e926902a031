import ServiceCore

/// Does the same work on inputs of several sizes. `WorkTests` runs it under valgrind, which counts the instructions of
/// each call of `measured`; each call prints a line with the case's name and size.
let sizes = [500, 2_000]

// All cases, or those whose names contain the argument.
let wanted = CommandLine.arguments.dropFirst().first ?? ""

for (name, work) in schemaCases + requestCases + streamCases + queryCases where wanted.isEmpty || name.contains(wanted)
{
  // Fills caches, and is not measured.
  work(100)()
  for size in sizes {
    let body = work(size)
    measured(body)
    print("\(name)\t\(size)")
  }
}

/// Not inlined, so that valgrind can start and stop counting at this function.
@inline(never) func measured(_ body: () -> Void) { body() }

/// Prepares an input of about `size` bytes, and returns the work to be measured on it.
typealias Work = @Sendable (_ size: Int) -> () -> Void
typealias Case = (name: String, work: Work)
