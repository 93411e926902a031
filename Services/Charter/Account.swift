import Glibc

/// The user that a program runs as when this one is root: another, without root's rights or a way back to them.
///
/// PostgreSQL runs as `postgres`, which it is installed with. The host runs as a number that no user has, one for each
/// data folder: as `postgres` it could read and stop every database, and as `nobody` it would share its memory and
/// environment, where its databases' passwords are, with every other program that was given up to `nobody`.
struct Account {
  let user: uid_t
  let group: gid_t
  /// What a call begins with to run a program as this user; empty where this process is not root.
  let prefix: [String]

  static var isRoot: Bool { geteuid() == 0 }

  /// - Throws: ``Failure`` when there is no such user.
  static func postgres() throws -> Account {
    guard isRoot else { return Account(user: geteuid(), group: getegid(), prefix: []) }
    guard let entry = getpwnam("postgres") else {
      throw Failure(
        "PostgreSQL refuses to run as root, and there is no user 'postgres': make one by 'useradd --system postgres'")
    }
    return try Account(root: entry.pointee.pw_uid, entry.pointee.pw_gid)
  }

  /// - Parameter seed: what differs between data folders.
  static func host(_ seed: UInt64) throws -> Account {
    guard isRoot else { return Account(user: geteuid(), group: getegid(), prefix: []) }
    // Where systemd takes users of its own from that are in no file.
    let numbers: ClosedRange<uid_t> = 61_184...65_519
    for step in 0..<UInt64(numbers.count) {
      let number = numbers.lowerBound + uid_t((seed % UInt64(numbers.count) + step) % UInt64(numbers.count))
      if getpwuid(number) == nil && getgrgid(number) == nil { return try Account(root: number, number) }
    }
    throw Failure("no number of a user is free from \(numbers.lowerBound) to \(numbers.upperBound)")
  }

  private init(user: uid_t, group: gid_t, prefix: [String]) {
    self.user = user
    self.group = group
    self.prefix = prefix
  }

  private init(root user: uid_t, _ group: gid_t) throws {
    let base = [
      "setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--no-new-privs", "--inh-caps=-all",
    ]
    // A container may keep its root from changing the set that nobody can go beyond; without new rights it is moot.
    let forms = [base + ["--bounding-set=-all", "--ambient-caps=-all"], base]
    for prefix in forms where try Child.run(prefix[0], prefix.dropFirst() + ["true"], output: "/dev/null") == 0 {
      self.init(user: user, group: group, prefix: prefix)
      return
    }
    throw Failure("root's rights cannot be given up here (setpriv fails); run it as a user that is not root")
  }

  /// Runs a program as this user and gives its exit code.
  func run(_ command: [String], output: String? = nil) throws -> Int32 {
    let command = prefix + command
    return try Child.run(command[0], Array(command.dropFirst()), output: output)
  }

  /// Whether this user can pass through a folder; of one that is not there yet, through the one it will be in.
  func canEnter(_ folder: String) throws -> Bool {
    guard !prefix.isEmpty else { return true }
    var there = folder[...]
    while access(there.isEmpty ? "/" : String(there), F_OK) != 0, let slash = there.lastIndex(of: "/") {
      there = there[..<slash]
    }
    return try run(["test", "-x", there.isEmpty ? "/" : String(there)]) == 0
  }
}

/// Folders of this program's own. Nothing is done through a link that another user may have put there.
enum Folder {
  /// Makes a folder and those above it.
  ///
  /// - Throws: ``Failure`` with the path, the system's reason and what to do.
  static func make(_ path: String) throws {
    // A stricter mask would keep out the users that PostgreSQL and the host run as.
    let mask = umask(0o022)
    defer { umask(mask) }
    var prefix = path.hasPrefix("/") ? "/" : ""
    for segment in path.split(separator: "/") {
      prefix += segment + "/"
      guard mkdir(prefix, 0o755) != 0 else { continue }
      let code = errno
      var status = stat()
      if stat(prefix, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR { continue }
      let reason = code == EEXIST ? ENOTDIR : code
      throw Failure("\(path) cannot be made: \(String(cString: strerror(reason))) (\(prefix)); \(remedy(reason))")
    }
  }

  /// The names of what is in a folder; none where it cannot be read.
  static func entries(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Makes a folder whose name begins with `prefix` and could not be known before; nil where it cannot be made.
  static func makeUnpredictable(_ prefix: String) -> String? {
    var template = Array((prefix + "XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func remedy(_ code: Int32) -> String {
    switch code {
    case EROFS: "the disk is read-only: use --data DIR on one that can be written to"
    case ENOSPC, EDQUOT: "the disk is full: make room, or use --data DIR on another"
    default: "use --data DIR for a folder of your own"
    }
  }

  /// Makes sure that a folder is this user's, and that as root nobody else can change what is in it.
  ///
  /// - Throws: ``Failure`` saying whose it is.
  static func checkOwn(_ path: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw Failure("\(path) cannot be read: \(lastError())") }
    let isTrusted = status.st_uid == geteuid() || status.st_uid == 0
    if status.st_mode & S_IFMT == S_IFLNK && isTrusted {
      guard stat(path, &status) == 0 else { throw Failure("\(path) leads nowhere: \(lastError())") }
    }
    guard status.st_uid == geteuid() else {
      let owner = getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "\(status.st_uid)"
      throw Failure("\(path) belongs to the user \(owner): run it as that user, or use --data DIR")
    }
    if Account.isRoot && status.st_mode & 0o022 != 0 {
      throw Failure("\(path) can be written to by other users: 'chmod go-w \(path)', or use --data DIR")
    }
  }

  /// Gives a folder of this program's own to an account, with a mode. A link is refused, as is what somebody else owns.
  static func give(_ path: String, to user: uid_t, _ group: gid_t, mode: mode_t) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure("\(path) cannot be used: \(lastError()); remove it") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_uid == geteuid() || status.st_uid == user else {
      throw Failure("\(path) belongs to another user; remove it")
    }
    guard fchown(descriptor, user, group) == 0, fchmod(descriptor, mode) == 0 else {
      throw Failure("\(path) cannot be given to user \(user): \(lastError())")
    }
  }
}

/// The system's words for the error that was the last.
func lastError() -> String { String(cString: strerror(errno)) }
