import Glibc

/// A process that this one has started.
struct Child {
  let pid: pid_t
  /// Closing it ends a supervised child's standard input; -1 when the child has this process's own.
  let input: Int32

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - environment: the whole of it; nil for this process's own.
  ///   - supervised: gives the child a process group and a standard input of its own.
  ///   - output: a file that takes what it prints; nil for this process's own streams.
  static func start(
    _ program: String, _ arguments: [String], environment: [String]? = nil, supervised: Bool = false,
    output: String? = nil
  ) throws -> Child {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var ends: [Int32] = [-1, -1]
    if supervised {
      guard pipe(&ends) == 0 else { throw Failure("no pipe: \(String(cString: strerror(errno)))") }
      _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
      posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
      posix_spawn_file_actions_addclose(&actions, ends[0])
      // Ctrl-C then reaches this process alone, which ends its children in order.
      posix_spawnattr_setpgroup(&attributes, 0)
    }
    // What this process holds back (``Signals``) is not held back from its children.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | (supervised ? POSIX_SPAWN_SETPGROUP : 0)))
    if let output {
      posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    var pid = pid_t()
    let code = withStrings([program] + arguments) { argv in
      guard let environment else { return posix_spawnp(&pid, program, &actions, &attributes, argv, environ) }
      return withStrings(environment) { posix_spawnp(&pid, program, &actions, &attributes, argv, $0) }
    }
    if supervised { close(ends[0]) }
    guard code == 0 else {
      if supervised { close(ends[1]) }
      throw Failure("\(program) cannot be started: \(String(cString: strerror(code)))")
    }
    return Child(pid: pid, input: ends[1])
  }

  /// This process's environment, without the variables named.
  static func environment(besides names: [String]) -> [String] {
    var result: [String] = []
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text)
      if !names.contains(where: { pair.hasPrefix($0 + "=") }) { result.append(pair) }
      entry += 1
    }
    return result
  }

  /// Runs a program to its end and gives its exit code.
  static func run(_ program: String, _ arguments: [String], output: String? = nil) throws -> Int32 {
    try start(program, arguments, output: output).wait()
  }

  /// Waits for the end; the exit code, or 128 and the signal's number.
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return Self.exitCode(status)
  }

  /// The exit code if it has ended; nil while it runs.
  func poll() -> Int32? {
    var status: Int32 = 0
    return waitpid(pid, &status, WNOHANG) == pid ? Self.exitCode(status) : nil
  }

  private static func exitCode(_ status: Int32) -> Int32 {
    status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
  }

  private static func withStrings<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    // posix_spawn wants a list of C strings that ends with NULL.
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
