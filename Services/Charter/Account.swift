import Glibc

/// The unprivileged user that a program runs as when this process is root. It cannot regain root's rights.
///
/// PostgreSQL runs as `postgres`, the user that its package creates. The host runs as an unassigned user id, one per
/// data folder: as `postgres` it could read and stop every database, and as `nobody` every other program that runs as
/// `nobody` could read its memory and its environment, which has the database passwords.
struct Account {
  let user: uid_t
  let group: gid_t
  /// The words to put before a command to run it as this user; empty when this process is not root.
  let prefix: [String]

  static var isRoot: Bool { geteuid() == 0 }

  /// - Throws: ``Failure`` when the user does not exist or root's rights cannot be dropped.
  static func postgres() throws -> Account {
    guard isRoot else { return Account(user: geteuid(), group: getegid(), prefix: []) }
    guard let entry = getpwnam("postgres") else {
      throw Failure(
        "PostgreSQL refuses to run as root, and there is no user 'postgres': "
          + "create it with 'useradd --system postgres'"
      )
    }
    return try Account(root: entry.pointee.pw_uid, entry.pointee.pw_gid)
  }

  /// - Parameter seed: a hash of the data folder, from which the user id is chosen.
  /// - Throws: ``Failure`` when no user id is free or root's rights cannot be dropped.
  static func host(_ seed: UInt64) throws -> Account {
    guard isRoot else { return Account(user: geteuid(), group: getegid(), prefix: []) }
    // The range in which systemd allocates dynamic users, which have no entry in a file.
    let numbers: ClosedRange<uid_t> = 61_184...65_519
    for step in 0..<UInt64(numbers.count) {
      let number = numbers.lowerBound + uid_t((seed % UInt64(numbers.count) + step) % UInt64(numbers.count))
      if getpwuid(number) == nil && getgrgid(number) == nil { return try Account(root: number, number) }
    }
    throw Failure("no user id from \(numbers.lowerBound) to \(numbers.upperBound) is free")
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
    // In some containers root may not change the bounding set. Without new privileges that set has no effect anyway.
    let forms = [base + ["--bounding-set=-all", "--ambient-caps=-all"], base]
    for prefix in forms where try Child.run(prefix[0], prefix.dropFirst() + ["true"], output: "/dev/null") == 0 {
      self.init(user: user, group: group, prefix: prefix)
      return
    }
    throw Failure("root's rights cannot be dropped (setpriv fails): run ./charter as a user other than root")
  }

  /// Runs a program as this user and returns its exit code.
  func run(_ command: [String], output: String? = nil) throws -> Int32 {
    let command = prefix + command
    return try Child.run(command[0], Array(command.dropFirst()), output: output)
  }

  /// Whether this user can enter a folder; for a folder that does not exist, its closest existing parent is tested.
  func canEnter(_ folder: String) throws -> Bool {
    guard !prefix.isEmpty else { return true }
    var existing = folder[...]
    while access(existing.isEmpty ? "/" : String(existing), F_OK) != 0, let slash = existing.lastIndex(of: "/") {
      existing = existing[..<slash]
    }
    return try run(["test", "-x", existing.isEmpty ? "/" : String(existing)]) == 0
  }
}

/// Operations on folders that this program owns. They do not follow links that another user may have created.
enum Folder {
  /// Creates a folder and its parents.
  ///
  /// - Throws: ``Failure`` with the path, the system's reason and what to do.
  static func make(_ path: String) throws {
    // With a stricter mask, the users that PostgreSQL and the host run as could not enter.
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
      throw Failure("cannot create \(path): \(String(cString: strerror(reason))) (\(prefix)); \(remedy(reason))")
    }
  }

  /// The names of a folder's entries; empty when it cannot be read.
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

  /// The paths of the files in a folder and those below it, without hidden ones, in order.
  static func files(below path: String) -> [String] {
    entries(path).sorted().filter { !$0.hasPrefix(".") }.flatMap { name -> [String] in
      let inner = files(below: path + "/" + name)
      return inner.isEmpty ? [path + "/" + name] : inner
    }
  }

  /// Creates a folder whose name is `prefix` and an unpredictable suffix; nil when it cannot be created.
  static func makeUnpredictable(_ prefix: String) -> String? {
    var template = Array((prefix + "XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func remedy(_ code: Int32) -> String {
    switch code {
    case EROFS: "the disk is read-only: use --data DIR on a writable disk"
    case ENOSPC, EDQUOT: "the disk is full: free space, or use --data DIR on another disk"
    default: "use --data DIR with a folder that you own"
    }
  }

  /// Checks that this user owns a folder, and that for root no other user can write to it.
  ///
  /// - Throws: ``Failure`` with the owner and what to do.
  static func checkOwn(_ path: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw Failure("\(path) cannot be read: \(lastError())") }
    let isTrusted = status.st_uid == geteuid() || status.st_uid == 0
    if status.st_mode & S_IFMT == S_IFLNK && isTrusted {
      guard stat(path, &status) == 0 else { throw Failure("\(path) is a broken link: \(lastError())") }
    }
    guard status.st_uid == geteuid() else {
      let owner = getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "\(status.st_uid)"
      throw Failure("\(path) belongs to the user \(owner): run ./charter as that user, or use --data DIR")
    }
    if Account.isRoot && status.st_mode & 0o022 != 0 {
      throw Failure("other users can write to \(path): run 'chmod go-w \(path)', or use --data DIR")
    }
  }

  /// Changes the owner and mode of a folder that this user or the new owner owns. Links are refused.
  static func give(_ path: String, to user: uid_t, _ group: gid_t, mode: mode_t) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure("\(path) cannot be opened as a folder: \(lastError()); remove it") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_uid == geteuid() || status.st_uid == user else {
      throw Failure("\(path) belongs to another user; remove it")
    }
    guard fchown(descriptor, user, group) == 0, fchmod(descriptor, mode) == 0 else {
      throw Failure("the owner of \(path) cannot be changed to user \(user): \(lastError())")
    }
  }
}

/// The system's description of `errno`.
func lastError() -> String { String(cString: strerror(errno)) }
