import ServiceCore

/// Does the same work on inputs of several sizes. `WorkTests` runs it under valgrind, which counts the instructions of
/// each call of `measured`; a line of standard output names what each was.
///
/// Sizes: a first, small one warms up what is made once, and is not to be compared.
let sizes = [200, 1_600, 3_200]

// All cases, or those whose names have the argument in them.
let wanted = CommandLine.arguments.dropFirst().first ?? ""

for (name, work) in schemaCases + requestCases + streamCases where wanted.isEmpty || name.contains(wanted) {
  for size in sizes {
    let body = work(size)
    measured(body)
    print("\(name)\t\(size)")
  }
}

/// Called by its name, so that the counting can begin and end with it.
@inline(never) func measured(_ body: () -> Void) { body() }

/// What a case does with an input of about so many bytes. Making the input is not counted.
typealias Work = @Sendable (_ size: Int) -> () -> Void
typealias Case = (name: String, work: Work)
