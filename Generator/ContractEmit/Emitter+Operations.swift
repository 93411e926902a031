import ContractPlan

extension Emitter {
  static func emitOperations(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    for operation in plan.operations {
      swift.line()
      swift.doc(doc(operation.doc, isDeprecated: operation.isDeprecated))
      swift.block("public enum \(operation.typeName): ContractOperation") { swift in
        swift.block("public struct Input: Sendable") { swift in emitFields(operation.inputFields, &swift) }
        swift.line()
        emitOutput(operation, &swift)
        swift.line()
        emitDescriptor(operation, plan, &swift)
      }
    }
  }

  private static func emitOutput(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    swift.block("public enum Output: Sendable") { swift in
      for response in operation.responses {
        swift.doc(response.doc)
        let values = payload(response).map { $0.label.isEmpty ? $0.type : "\($0.label): \($0.type)" }
        swift.line("case \(response.caseName)" + (values.isEmpty ? "" : "(\(values.joined(separator: ", ")))"))
      }
      emitGet(operation, &swift)
    }
  }

  /// What a case of the answer carries: the status where it is open, the body, the headers.
  static func payload(_ response: ResponsePlan) -> [(label: String, name: String, type: String)] {
    var result: [(label: String, name: String, type: String)] = []
    if response.status == nil { result.append(("status", "status", "Int")) }
    if let body = response.body { result.append(("", "body", body.type.swift)) }
    for header in response.headers { result.append((header.name.parameter, header.name, declared(header))) }
    return result
  }

  /// The way to the one answer that means success, for callers to whom any other is an error.
  private static func emitGet(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    let successes = operation.responses.filter(\.isSuccess)
    guard successes.count == 1, let success = successes.first else { return }
    let values = payload(success)
    swift.line()
    swift.doc(["The answer that means success; any other is thrown."])
    let type = success.body.map { " -> \($0.type.swift)" } ?? ""
    swift.block("public func get() throws\(type)") { swift in
      let bindings = values.map { $0.name == "body" ? "let body" : "_" }.joined(separator: ", ")
      let pattern = values.isEmpty ? ".\(success.caseName)" : ".\(success.caseName)(\(bindings))"
      swift.line(
        "guard case \(pattern) = self else { throw ClientError.unexpected(descriptor, encode(self)) }")
      if success.body != nil { swift.line("return body") }
    }
  }

  private static func emitDescriptor(_ operation: OperationPlan, _ plan: APIPlan, _ swift: inout SwiftWriter) {
    let path = operation.path.map { segment in
      switch segment {
      case .literal(let text): ".literal(\(SwiftName.literal(text)))"
      case .parameter(let name): ".parameter(\(SwiftName.literal(name)))"
      }
    }
    var arguments = [
      "service: \(SwiftName.literal(plan.service))", "id: \(SwiftName.literal(operation.operationID))",
      "method: \"\(operation.method.uppercased())\"", "path: [\(path.joined(separator: ", "))]",
    ]
    if operation.isInternal { arguments.append("isInternal: true") }
    if operation.body != nil { arguments.append("hasBody: true") }
    if let timeout = operation.timeout { arguments.append("timeout: \(timeout)") }
    if let use = operation.idempotencyKey { arguments.append("idempotencyKey: .\(use)") }
    let statuses = operation.responses.compactMap(\.status).map(String.init).joined(separator: ", ")
    arguments.append("statuses: [\(statuses)]")
    let ranges = operation.responses.compactMap(\.range).map(String.init).joined(separator: ", ")
    if !ranges.isEmpty { arguments.append("ranges: [\(ranges)]") }
    arguments.append("hasDefault: \(operation.responses.contains(where: \.isDefault))")
    emitCall("public static let descriptor = OperationDescriptor", arguments, &swift)
  }

  static func emitServer(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    guard !plan.operations.isEmpty else { return }
    swift.line()
    swift.doc(SwiftName.comment(plan.title + ".") + (plan.doc.isEmpty ? [] : [""] + plan.doc))
    swift.block("public protocol \(plan.name)Handlers: Sendable") { swift in
      for operation in plan.operations {
        swift.doc(doc(operation.doc, isDeprecated: operation.isDeprecated))
        let output = "\(operation.typeName).Output"
        swift.line(
          "func \(operation.methodName)(_ input: \(operation.typeName).Input, _ call: Call) async throws"
            + " -> \(operation.isCommitted ? "Committed<\(output)>" : output)")
      }
    }
    swift.line()
    swift.doc(["The routes of the contract, in its order."])
    swift.block("public enum \(plan.name)Routes") { swift in
      swift.line("public static let version = \(SwiftName.literal(plan.version))")
      swift.line("public static let all: [OperationDescriptor] = [")
      swift.indented { swift in
        for operation in plan.operations { swift.line("\(operation.typeName).descriptor,") }
      }
      swift.line("]")
    }
    swift.line()
    swift.doc(["Serves the contract's routes by handlers."])
    swift.block("public struct \(plan.name)Endpoint<Handlers: \(plan.name)Handlers>: ServiceEndpoint") { swift in
      swift.line("private let handlers: Handlers")
      swift.line()
      swift.line("public init(_ handlers: Handlers) { self.handlers = handlers }")
      swift.line()
      swift.block(
        "public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse"
      ) { swift in
        swift.line("switch index {")
        for (index, operation) in plan.operations.enumerated() {
          swift.line("case \(index):")
          swift.indented { swift in
            swift.block("return await Serving.respond(\(operation.typeName).self, request, call)") { swift in
              swift.line("try await handlers.\(operation.methodName)($0, $1)\(operation.isCommitted ? ".value" : "")")
            }
          }
        }
        swift.line("default: return HTTPResponse(status: 404)")
        swift.line("}")
      }
    }
  }

  static func emitClient(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    guard !plan.operations.isEmpty else { return }
    swift.line()
    swift.doc(["Calls the API wherever it is: in this process or over HTTP."])
    swift.block("public struct \(plan.name)Client: APIClient") { swift in
      swift.line("public static let service = \(SwiftName.literal(plan.service))")
      swift.line("private let placement: Placement")
      swift.line()
      swift.line("public init(_ placement: Placement) { self.placement = placement }")
      for operation in plan.operations {
        swift.line()
        swift.doc(doc(operation.doc, isDeprecated: operation.isDeprecated))
        let type = operation.typeName
        swift.block(
          "public func \(operation.methodName)(_ input: \(type).Input, _ call: Call) async throws -> \(type).Output"
        ) { swift in
          swift.block("try await placement.call(\(type).self, input, call)") { swift in
            swift.line(
              "try await ($0 as? any \(plan.name)Handlers)?.\(operation.methodName)($1, $2)\(operation.isCommitted ? ".value" : "")"
            )
          }
        }
      }
    }
  }
}
