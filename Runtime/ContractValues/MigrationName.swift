/// The name of a migration file, such as `0002-colors.sql`: a four-digit number that gives its order, and a
/// description.
public struct MigrationName: Sendable {
  /// An invalid name, with the reason and the correction.
  public struct Fault: Sendable, Equatable {
    public let name: String
    public let message: String
  }

  private let text: String
  private let number: Int

  private init?(_ text: String) {
    let bytes = Array(text.utf8)
    let words = bytes.dropFirst(5).dropLast(4)
    guard bytes.count > 9, text.hasSuffix(".sql"), bytes[4] == UInt8(ascii: "-"), let number = Int(text.prefix(4)),
      bytes.prefix(4).allSatisfy({ (0x30...0x39).contains($0) }), words.allSatisfy(Self.isAllowed)
    else { return nil }
    (self.text, self.number) = (text, number)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x30...0x39: true
    case UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }

  /// Checks the migration files of a service: the numbers must be 0001, 0002 and so on, each used once, so that the
  /// order is the same in every database.
  public static func faults(in names: [String]) -> [Fault] {
    var faults: [Fault] = []
    var last: MigrationName?
    for name in names.sorted() {
      guard let migration = MigrationName(name) else {
        faults.append(Fault(name: name, message: "a migration is named NNNN-words.sql, such as 0002-colors.sql"))
        continue
      }
      let expected = (last?.number ?? 0) + 1
      if let last, last.number == migration.number {
        faults.append(
          Fault(name: name, message: "\(last.text) has this number too; give one of them the next that is free"))
      } else if migration.number != expected {
        faults.append(
          Fault(
            name: name,
            message: "there is no migration \(padded(expected)): restore it if it was deleted, otherwise give this one "
              + "its number"))
      }
      last = migration
    }
    return faults
  }
}
