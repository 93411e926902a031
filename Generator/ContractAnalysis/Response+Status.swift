import ContractModel

/// What the statuses of responses mean.
extension Response.Status {
  /// Whether it is for a failure: any but those of success, of redirection and of interim responses.
  public var isFailure: Bool {
    switch self {
    case .code(let code): code >= 400
    case .range(let digit): digit > 3
    case .other: true
    }
  }

  /// The status, where it is a single one.
  public var code: Int? { if case .code(let code) = self { code } else { nil } }

  /// The first digit of a range of statuses.
  public var range: Int? { if case .range(let digit) = self { digit } else { nil } }

  /// As in a contract: `200`, `4XX` or `default`.
  public var text: String {
    switch self {
    case .code(let code): String(code)
    case .range(let digit): "\(digit)XX"
    case .other: "default"
    }
  }
}
