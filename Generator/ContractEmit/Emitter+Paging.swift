import ContractPlan

/// The code with which the runtime makes and reads the pages of a list.
extension Emitter {
  static func emitPaging(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    guard let paging = operation.paging else { return }
    let limit =
      paging.limit.value(of: "input") + (paging.limit.presence == .optional ? " ?? \(PagingPlan.defaultLimit)" : "")
    let success = operation.responses.first(where: \.isSuccess)
    swift.line()
    swift.block("extension \(operation.typeName): ServiceCore.PagedOperation") { swift in
      swift.line("public static func cursor(_ input: Input) -> String? { \(paging.cursor.value(of: "input")) }")
      swift.line()
      swift.line("public static func limit(_ input: Input) -> Int { \(limit) }")
      swift.line()
      swift.block("public static func input(_ input: Input, after cursor: String) -> Input") { swift in
        let arguments = operation.inputFields.map { field in
          "\(field.name.label): " + (field.name == paging.cursor.name ? "cursor" : field.value(of: "input"))
        }
        emitCall("Input", arguments, &swift)
      }
      swift.line()
      swift.block("public static func output(_ items: [\(paging.item.swift)], next: String?) -> Output") { swift in
        let members = paging.members.map { field in
          "\(field.name.label): " + (field.name == paging.items.name ? "items" : next(field))
        }
        let headers = success?.headers.map { ", \($0.name.label): nil" }.joined() ?? ""
        let page = "\(paging.page)(\(members.joined(separator: ", ")))"
        swift.line(".\(success?.caseName.unquoted ?? "ok")(\(page)\(headers))")
      }
      swift.line()
      swift.block("public static func page(_ output: Output) throws -> (items: [\(paging.item.swift)], next: String?)")
      {
        swift in
        swift.line("let page = try output.get()")
        let next = paging.next.value(of: "page") + (paging.next.presence == .nullable ? ".value" : "")
        swift.line("return (\(paging.items.value(of: "page")), \(next))")
      }
    }
  }

  private static func next(_ field: FieldPlan) -> String {
    field.presence == .nullable ? "next.map { .value($0) } ?? .absent" : "next"
  }
}
