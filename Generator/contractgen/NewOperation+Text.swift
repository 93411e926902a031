/// What is written of an operation: all of it that follows from what it does.
extension NewOperation {
  static func listing(of type: String) -> String {
    """
    x-pagination: {}
    parameters:
      - $ref: "../shared/paging.yaml#/components/parameters/Limit"
      - $ref: "../shared/paging.yaml#/components/parameters/Cursor"
    responses:
      "200":
        description: One page of the list.
        content:
          application/json:
            schema: { $ref: "#/components/schemas/\(type)Page" }
      \(failures([]))

    """
  }

  /// An operation that answers with an item.
  static func reading(of item: NewName, isOne: Bool) -> String {
    """
    responses:
      "200":
        description: The \(item.words).
        content:
          application/json:
            schema: { $ref: "#/components/schemas/\(item.type)" }
      \(failures(isOne ? [.notFound] : []))

    """
  }

  /// An operation that adds an item, safe to repeat.
  static func creation(of item: NewName, location: String? = nil, isBelow: Bool = false) -> String {
    let header = location.map {
      """
      headers:
        Location:
          description: Where it can be read.
          required: true
          schema: { type: string, maxLength: 200, examples: [\($0)] }

      """
    }
    return """
      x-idempotency-key: optional
      \(body(item.type))\
      responses:
        "201":
          description: The \(item.words) that was added.
      \(NewContract.indented(header ?? "", by: 4))\
          content:
            application/json:
              schema: { $ref: "#/components/schemas/\(item.type)" }
        \(failures((isBelow ? [.notFound] : []) + [.conflict, .keyReused]))

      """
  }

  static func body(_ type: String) -> String {
    """
    requestBody:
      required: true
      content:
        application/json:
          schema: { $ref: "#/components/schemas/\(type)Draft" }

    """
  }

  /// An operation that answers with nothing.
  static func doing(isOne: Bool) -> String {
    """
    responses:
      "204":
        description: It is done.
      \(failures(isOne ? [.notFound] : []))

    """
  }

  private enum Failure: String {
    case badRequest = "\"400\": BadRequest"
    case notFound = "\"404\": NotFound"
    case conflict = "\"409\": Conflict"
    case keyReused = "\"422\": KeyReused"
    case other = "default: Problem"
  }

  private static func failures(_ more: [Failure]) -> String {
    ([.badRequest] + more + [.other]).map { failure in
      let parts = failure.rawValue.split(separator: ": ")
      return "\(parts[0]): { $ref: \"../shared/problem.yaml#/components/responses/\(parts[1])\" }"
    }.joined(separator: "\n  ")
  }
}
