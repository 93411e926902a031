import CSodium
import ServiceCore
import ServiceLoop
import Synchronization

/// Makes and checks hashes of passwords by Argon2id (RFC 9106), two at once: each takes 19 MiB and a thread for some
/// 20 milliseconds, so that more at once would take memory and processors from all other work.
public final class PasswordHasher: Sendable {
  /// What OWASP recommends at least: 19 MiB, two passes.
  private static let (passes, memory) = (UInt64(2), 19 << 20)
  /// The longest password in bytes: a longer one would only cost time.
  public static let longestPassword = 1_024

  private let pool: BlockingPool
  private let waiting = Mutex(0)
  /// How many may be in progress and wait.
  private let limit: Int

  /// - Parameters:
  ///   - threads: how many are computed at once.
  ///   - limit: how many more may wait; others are refused.
  public init(threads: Int = 2, waiting limit: Int = 40) {
    (pool, self.limit) = (BlockingPool(threads: threads), threads + limit)
  }

  /// A hash of a password, a text that names its own parameters.
  ///
  /// - Throws: 503 with Retry-After when too many wait, and when there is no memory.
  public func hash(_ password: String) async throws -> String {
    guard let hash = try await run({ Self.hash(password) }) else {
      throw RequestFault(.unavailable("Passwords cannot be hashed at the moment."))
    }
    return hash
  }

  /// Whether a hash was made of a password. Without a hash it takes as long, and is false: an answer's time does not say
  /// whether there is one.
  ///
  /// - Throws: as ``hash(_:)``.
  public func matches(_ hash: String?, _ password: String) async throws -> Bool {
    try await run { Self.matches(hash ?? Self.nobody, password) } && hash != nil
  }

  /// Whether a hash was made with other parameters than new ones are, and should be replaced at the next login.
  public static func isOutdated(_ hash: String) -> Bool { crypto_pwhash_str_needs_rehash(hash, passes, memory) != 0 }

  private func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
    let isAdmitted = waiting.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
    guard isAdmitted else {
      throw RequestFault(503, "Too many passwords are being checked at the moment.", headers: ["retry-after": "1"])
    }
    defer { waiting.withLock { $0 -= 1 } }
    return await pool.run(body)
  }

  /// A hash of a random password that nobody knows.
  private static let nobody = hash(String(UInt64.random(in: 0 ... .max)) + String(UInt64.random(in: 0 ... .max))) ?? ""

  private static func hash(_ password: String) -> String? {
    let bytes = password.utf8.map { CChar(bitPattern: $0) }
    guard bytes.count <= longestPassword, sodium_init() >= 0 else { return nil }
    var text = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
    let code = crypto_pwhash_str_alg(
      &text, bytes, UInt64(bytes.count), passes, memory, crypto_pwhash_ALG_ARGON2ID13)
    return code == 0 ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }

  private static func matches(_ hash: String, _ password: String) -> Bool {
    let bytes = password.utf8.map { CChar(bitPattern: $0) }
    guard bytes.count <= longestPassword, sodium_init() >= 0 else { return false }
    return crypto_pwhash_str_verify(hash, bytes, UInt64(bytes.count)) == 0
  }
}
