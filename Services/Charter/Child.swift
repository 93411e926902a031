import Glibc

/// A child process.
struct Child {
  let pid: pid_t
  /// The write end of the pipe to the child's standard input, which ends when it is closed; -1 when the child inherits
  /// this process's standard input.
  let input: Int32
  /// The read end of the pipe from the child's standard output; -1 when that goes elsewhere.
  let output: Int32

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - environment: the complete environment; nil inherits this process's.
  ///   - hasOwnGroup: starts the child in its own process group, so that Ctrl-C reaches only this process, which then stops
  ///     its children in order.
  ///   - hasPipes: connects the child's standard input to a pipe that is closed when this process ends, and its
  ///     standard output to one that ``read()`` reads.
  ///   - output: the file that standard output and standard error are appended to; nil inherits this process's.
  /// - Throws: ``Failure`` when the program cannot be started.
  static func start(
    _ program: String, _ arguments: [String], environment: [String]? = nil, hasOwnGroup: Bool = false,
    hasPipes: Bool = false, output: String? = nil
  ) throws -> Child {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var ends = Ends()
    if hasPipes {
      ends = Ends(input: try pipe(), output: try pipe())
      _ = fcntl(ends.output.reading, F_SETFL, O_NONBLOCK)
      posix_spawn_file_actions_adddup2(&actions, ends.input.reading, 0)
      posix_spawn_file_actions_adddup2(&actions, ends.output.writing, 1)
    }
    if let output {
      posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    var pid = pid_t()
    let code = withAttributes(hasOwnGroup: hasOwnGroup) { attributes in
      withStrings([program] + arguments) { argv in
        guard let environment else { return posix_spawnp(&pid, program, &actions, attributes, argv, environ) }
        return withStrings(environment) { posix_spawnp(&pid, program, &actions, attributes, argv, $0) }
      }
    }
    ends.closeChildEnds()
    guard code == 0 else {
      ends.closeParentEnds()
      throw Failure("\(program) cannot be started: \(String(cString: strerror(code)))")
    }
    return Child(pid: pid, input: ends.input.writing, output: ends.output.reading)
  }

  /// The pipe ends between this process and its child.
  private struct Ends {
    var input: (reading: Int32, writing: Int32) = (-1, -1)
    var output: (reading: Int32, writing: Int32) = (-1, -1)

    func closeChildEnds() { for end in [input.reading, output.writing] where end >= 0 { close(end) } }
    func closeParentEnds() { for end in [input.writing, output.reading] where end >= 0 { close(end) } }
  }

  private static func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw Failure("cannot create a pipe: \(lastError())") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Resets signal handling: signals that this process blocks or ignores (``Signals``) have their default effect in
  /// children.
  private static func withAttributes<Result>(
    hasOwnGroup: Bool, _ body: (UnsafePointer<posix_spawnattr_t>) -> Result
  ) -> Result {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, handled) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigemptyset(&handled)
    for number in Signals.handled { sigaddset(&handled, number) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &handled)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (hasOwnGroup ? POSIX_SPAWN_SETPGROUP : 0)
    posix_spawnattr_setflags(&attributes, Int16(flags))
    return body(&attributes)
  }

  /// This process's environment without the unwanted variables.
  static func environment(without isUnwanted: (_ name: String) -> Bool) -> [String] {
    var result: [String] = []
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text)
      if !isUnwanted(String(pair.prefix { $0 != "=" })) { result.append(pair) }
      entry += 1
    }
    return result
  }

  /// This process's environment without the named variables.
  static func environment(besides names: [String]) -> [String] { environment { names.contains($0) } }

  /// Runs a program to its end and returns its exit code.
  static func run(_ program: String, _ arguments: [String], output: String? = nil) throws -> Int32 {
    try start(program, arguments, output: output).wait()
  }

  /// What a program used, with the programs that it waited for.
  struct Usage {
    let code: Int32
    /// From its start to its end.
    let seconds: Double
    /// Seconds of processor time.
    let processor: Double
    /// The memory of the largest process, in megabytes.
    let peak: Int
  }

  /// Runs a program to its end and returns what it used.
  static func measured(_ program: String, _ arguments: [String], output: String? = nil) throws -> Usage {
    let began = monotonicSeconds()
    let child = try start(program, arguments, output: output)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child.pid, &status, 0, &usage) < 0 && errno == EINTR {}
    let times = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1e6 }
    return Usage(
      code: exitCode(status), seconds: monotonicSeconds() - began, processor: times[0] + times[1],
      peak: usage.ru_maxrss / 1_024)
  }

  /// Runs a program to its end and returns its exit code and its standard output.
  static func printed(_ program: String, _ arguments: [String]) throws -> (code: Int32, text: String) {
    let child = try start(program, arguments, hasPipes: true)
    defer { child.closePipes() }
    _ = fcntl(child.output, F_SETFL, 0)
    var text: [UInt8] = []
    while let bytes = child.read() { text += bytes }
    return (child.wait(), String(decoding: text, as: UTF8.self))
  }

  /// The next bytes of its standard output; nil when none are available, or at the end.
  func read() -> ArraySlice<UInt8>? {
    var chunk = [UInt8](repeating: 0, count: 4_096)
    let count = Glibc.read(output, &chunk, chunk.count)
    return count > 0 ? chunk[..<count] : nil
  }

  /// Waits for the process to end. Returns the exit code, or 128 plus the signal's number.
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return Self.exitCode(status)
  }

  /// The exit code if the process has ended; nil while it runs.
  func poll() -> Int32? {
    var status: Int32 = 0
    return waitpid(pid, &status, WNOHANG) == pid ? Self.exitCode(status) : nil
  }

  /// Closes this process's ends of its pipes.
  func closePipes() { for end in [input, output] where end >= 0 { close(end) } }

  private static func exitCode(_ status: Int32) -> Int32 {
    status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
  }

  private static func withStrings<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    // posix_spawn takes a NULL-terminated array of C strings.
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
    for (index, text) in texts.enumerated() { list[index] = strdup(text) }
    list[texts.count] = nil
    defer {
      for index in texts.indices { free(list[index]) }
      list.deallocate()
    }
    return body(list)
  }
}
