import ContractPlan

/// The server and the client of an API.
extension Emitter {
  static func emitServer(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    if !plan.operations.isEmpty {
      emitHandlers(plan, &swift)
      emitEndpoint(plan.name, plan.service, plan.version, plan.operations, &swift)
      swift.line()
      swift.block("extension \(plan.name)Handlers") { swift in
        swift.line("public typealias API = \(plan.name)Contract")
        swift.line("public var endpoint: any ServiceCore.ServiceEndpoint { \(plan.name)Endpoint(self) }")
      }
    }
    guard !plan.webhooks.isEmpty else { return }
    swift.line()
    swift.doc(["Receives requests from \(SwiftName.comment(plan.title).joined(separator: " "))."])
    emitProtocol("\(plan.name)WebhookHandlers", [], plan.webhooks, &swift)
    emitEndpoint(plan.name + "Webhook", plan.service, plan.version, plan.webhooks, &swift)
  }

  private static func emitHandlers(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    let doc = SwiftName.comment(plan.title + ".") + (plan.doc.isEmpty ? [] : [""] + plan.doc)
    swift.line()
    swift.doc(doc)
    guard !plan.groups.isEmpty else {
      return emitProtocol("\(plan.name)Handlers", [], plan.operations, &swift)
    }
    emitProtocol("\(plan.name)Handlers", plan.groups.map(\.type), [], &swift)
    for group in plan.groups {
      swift.line()
      swift.doc(group.doc)
      emitProtocol(group.type, [], plan.operations.filter { $0.group == group.type }, &swift)
    }
    emitComposition(plan, &swift)
  }

  private static func emitProtocol(
    _ name: String, _ parents: [String], _ operations: [OperationPlan], _ swift: inout SwiftWriter
  ) {
    swift.block("public protocol \(name): \((parents.isEmpty ? ["Sendable"] : parents).joined(separator: ", "))") {
      swift in
      for operation in operations {
        swift.doc(doc(operation.doc, isDeprecated: operation.policy.isDeprecated))
        swift.line(handler(operation))
      }
    }
  }

  /// The declaration of an operation's handler.
  public static func handler(_ operation: OperationPlan) -> String {
    let output = "\(operation.typeName).Output"
    let principal = operation.principal.map { "_ principal: \($0), " } ?? ""
    return "func \(operation.methodName)(_ input: \(operation.typeName).Input, \(principal)_ call: Call) async throws"
      + " -> \(operation.isCommitted ? "Committed<\(output)>" : output)"
  }

  /// An implementation composed of one part per group.
  private static func emitComposition(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(["One implementation of the contract, composed of one for each of its tags."])
    let types = plan.groups.map { "\($0.part): \($0.type)" }.joined(separator: ", ")
    swift.block("public struct \(plan.name)Composition<\(types)>: \(plan.name)Handlers") { swift in
      for group in plan.groups { swift.line("private let \(group.member): \(group.part)") }
      swift.line()
      let parameters = plan.groups.map { "\($0.member.parameter): \($0.part)" }
      emitSignature("public init", parameters, "", &swift) { swift in
        for group in plan.groups { swift.line("self.\(group.member.unquoted) = \(group.member)") }
      }
      for operation in plan.operations {
        guard let group = plan.groups.first(where: { $0.type == operation.group }) else { continue }
        swift.line()
        swift.block("public " + handler(operation)) { swift in
          let principal = operation.principal == nil ? "" : "principal, "
          swift.line("try await self.\(group.member.unquoted).\(operation.methodName)(input, \(principal)call)")
        }
      }
    }
  }

  private static func emitEndpoint(
    _ name: String, _ service: String, _ version: String, _ operations: [OperationPlan], _ swift: inout SwiftWriter
  ) {
    swift.line()
    swift.doc(["The contract, for the service that implements it and the host that runs it."])
    swift.block("public enum \(name)Contract: ServiceCore.ServiceContract") { swift in
      swift.line("public static let name = \(SwiftName.literal(service))")
      swift.line("public static let version = \(SwiftName.literal(version))")
      swift.line("public static let operations: [ServiceCore.OperationDescriptor] = [")
      swift.indented { swift in
        for operation in operations { swift.line("\(operation.typeName).descriptor,") }
      }
      swift.line("]")
    }
    swift.line()
    swift.doc(["Serves the contract's routes with handlers."])
    swift.block("public struct \(name)Endpoint<Handlers: \(name)Handlers>: ServiceEndpoint") { swift in
      swift.line("private let handlers: Handlers")
      swift.line()
      swift.line("public init(_ handlers: Handlers) { self.handlers = handlers }")
      swift.line()
      swift.block(
        "public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse"
      ) { swift in
        swift.line("switch index {")
        for (index, operation) in operations.enumerated() {
          swift.line("case \(index):")
          swift.indented { swift in
            swift.block("return await Serving.respond(\(operation.typeName).self, request, call)") { swift in
              swift.line("try await handlers.\(call(operation, from: 0))")
            }
          }
        }
        swift.line("default: return HTTPResponse(status: 404)")
        swift.line("}")
      }
    }
  }

  /// The call of a handler with a closure's anonymous arguments.
  private static func call(_ operation: OperationPlan, from first: Int) -> String {
    let arguments = (first..<first + (operation.principal == nil ? 2 : 3)).map { "$\($0)" }.joined(separator: ", ")
    return "\(operation.methodName)(\(arguments))\(operation.isCommitted ? ".value" : "")"
  }

  static func emitClient(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    emitSender(plan, &swift)
    guard !plan.operations.isEmpty else { return }
    swift.line()
    swift.doc(["Calls the API wherever it runs: in this process or over HTTP."])
    swift.block("public struct \(plan.name)Client: APIClient") { swift in
      swift.line("public static let service = \(SwiftName.literal(plan.service))")
      if !plan.basePath.isEmpty {
        swift.line("public static let basePath = \(SwiftName.literal(plan.basePath))")
      }
      // A path does not say where the service runs.
      if let server = plan.servers.first, server.pieces.first?.text.utf8.first != UInt8(ascii: "/") {
        swift.line("public static var server: String? { try? \(plan.name)Servers.\(server.name)().origin }")
      }
      swift.line("private let placement: Placement")
      swift.line()
      swift.line("public init(_ placement: Placement) { self.placement = placement }")
      for operation in plan.operations {
        swift.line()
        swift.doc(doc(operation.doc, isDeprecated: operation.policy.isDeprecated))
        let type = operation.typeName
        swift.block(
          "public func \(operation.methodName)(_ input: \(type).Input, _ call: Call) async throws -> \(type).Output"
        ) { swift in
          swift.block("try await placement.call(\(type).self, input, call)") { swift in
            swift.line("try await ($0 as? any \(plan.name)Handlers)?.\(self.call(operation, from: 1))")
          }
        }
      }
    }
  }

  /// The sender of webhooks and callbacks.
  private static func emitSender(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    guard !plan.webhooks.isEmpty else { return }
    swift.line()
    swift.doc(["Sends the contract's 'webhooks' and 'callbacks', to an address of the receiver."])
    swift.block("public struct \(plan.name)Webhooks: Sendable") { swift in
      swift.line("private let sender: ServiceCore.WebhookSender")
      swift.line()
      swift.line("public init(_ sender: ServiceCore.WebhookSender) { self.sender = sender }")
      for operation in plan.webhooks {
        let type = operation.typeName
        swift.line()
        swift.doc(doc(operation.doc, isDeprecated: operation.policy.isDeprecated))
        emitSignature(
          "public func \(operation.methodName)", ["_ input: \(type).Input", "to address: String", "_ call: Call"],
          " async throws -> \(type).Output", &swift
        ) { $0.line("try await sender.send(\(type).self, input, to: address, call)") }
      }
    }
  }
}
