import ContractSource
import Glibc

/// A document fetched by the program `curl`, with limits on its size, its redirects and its time.
struct Download {
  let bytes: [UInt8]
  /// Its URL after redirects.
  let location: String

  /// Why a document cannot be fetched.
  struct Failure: Error { let message: String }

  /// - Parameter allowsHTTP: whether it may also be fetched without TLS.
  init(_ url: String, allowsHTTP: Bool) throws(Failure) {
    let protocols = allowsHTTP ? "=http,https" : "=https"
    let arguments = [
      "curl", "--disable", "--globoff", "--silent", "--show-error", "--fail", "--location", "--max-redirs", "5",
      "--proto", protocols, "--proto-redir", protocols, "--max-time", "60", "--write-out", "%{stderr}%{url_effective}",
      "--url", url,
    ]
    let (output, errors) = (try Self.pipe(), try Self.pipe())
    let child = try Self.start(arguments, output: output.write, errors: errors.write)
    close(output.write)
    close(errors.write)
    let bytes = Self.read(output.read, limit: contractSizeLimit)
    // A program that has more to say than is read is ended.
    if bytes.count > contractSizeLimit { kill(child, SIGKILL) }
    let told = String(decoding: Self.read(errors.read, limit: 65_536), as: UTF8.self)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    guard bytes.count <= contractSizeLimit else {
      throw Failure(message: "it has more than \(contractSizeLimit) bytes")
    }
    guard status == 0 else {
      let line = told.split(whereSeparator: \.isNewline).first { $0.hasPrefix("curl: ") }
      throw Failure(message: line.map(String.init) ?? "curl failed")
    }
    self.bytes = bytes
    location = String(told.prefix { $0 != "#" })
  }

  private static func pipe() throws(Failure) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { throw Failure(message: String(cString: strerror(errno))) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func start(_ arguments: [String], output: Int32, errors: Int32) throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, "curl", &actions, nil, words, environ)
    guard code == 0 else {
      let reason = code == ENOENT ? "curl is needed: apt-get install curl" : String(cString: strerror(code))
      throw Failure(message: reason)
    }
    return child
  }

  /// Reads to the end, or to the first bytes beyond the limit, and closes the descriptor.
  private static func read(_ descriptor: Int32, limit: Int) -> [UInt8] {
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= limit {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return bytes
  }
}
