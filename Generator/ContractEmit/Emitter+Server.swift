import ContractPlan

/// The server and the client of an API.
extension Emitter {
  static func emitServer(_ plan: APIPlan, _ files: inout ShardedFiles) {
    if !plan.operations.isEmpty {
      emitHandlers(plan, &files)
      emitEndpoint(plan.name, plan.service, plan.version, plan.operations, &files, plan.events.sentTo)
      files.first.line()
      files.first.block("extension \(plan.name)Handlers") { swift in
        swift.line("public typealias API = \(plan.name)Contract")
        swift.line()
        swift.line("public var endpoint: any ServiceCore.ServiceEndpoint { \(plan.name)Endpoint(self) }")
      }
    }
    guard !plan.webhooks.isEmpty else { return }
    files.first.line()
    files.first.doc(["Handles the webhooks and callbacks of \(SwiftName.comment(plan.title).joined(separator: " "))."])
    emitProtocol("\(plan.name)WebhookHandlers", [], plan.webhooks, &files.first)
    emitEndpoint(plan.name + "Webhook", plan.service, plan.version, plan.webhooks, &files)
  }

  private static func emitHandlers(_ plan: APIPlan, _ files: inout ShardedFiles) {
    let doc = SwiftName.comment(plan.title + ".") + (plan.doc.isEmpty ? [] : [""] + plan.doc)
    files.first.line()
    files.first.doc(doc)
    guard !plan.groups.isEmpty else {
      return emitProtocol("\(plan.name)Handlers", [], plan.operations, &files.first)
    }
    emitProtocol("\(plan.name)Handlers", plan.groups.map(\.type), [], &files.first)
    let operations = Dictionary(grouping: plan.operations) { $0.group ?? "" }
    for group in plan.groups {
      files[group.type].line()
      files[group.type].doc(group.doc)
      emitProtocol(group.type, [], operations[group.type] ?? [], &files[group.type])
    }
    emitComposition(plan, operations, &files)
  }

  private static func emitProtocol(
    _ name: String, _ parents: [String], _ operations: [OperationPlan], _ swift: inout SwiftWriter
  ) {
    let head = "public protocol \(name): \((parents.isEmpty ? ["Sendable"] : parents).joined(separator: ", "))"
    guard !operations.isEmpty else { return swift.line(head + " {}") }
    swift.block(head) { swift in
      for operation in operations {
        swift.doc(doc(operation.doc, isDeprecated: operation.policy.isDeprecated))
        swift.line(handler(operation))
      }
    }
  }

  /// The declaration of an operation's handler.
  public static func handler(_ operation: OperationPlan) -> String {
    let output = "\(operation.typeName).\(operation.effect == nil ? "Output" : "Effect")"
    let principal = operation.principal.map { "_ principal: \($0), " } ?? ""
    return "func \(operation.methodName)(_ input: \(operation.typeName).Input, \(principal)_ call: Call) async throws"
      + " -> \(operation.isCommitted ? "Committed<\(output)>" : output)"
  }

  /// An implementation composed of one part per group. It is not generic: the compiler would bind the types of all
  /// parts in each of its methods, so that its time grew with the product of groups and operations.
  private static func emitComposition(
    _ plan: APIPlan, _ operations: [String: [OperationPlan]], _ files: inout ShardedFiles
  ) {
    let name = plan.name + "Composition"
    files.first.line()
    files.first.doc(["An implementation of the contract that is composed of one for each tag."])
    // Sendable by itself, since the conformances to the groups may all be in other files.
    files.first.block("public struct \(name): \(plan.name)Handlers, Sendable") { swift in
      for group in plan.groups { swift.line("let \(group.member): any \(group.type)") }
      swift.line()
      let parameters = plan.groups.map { "\($0.member.parameter): any \($0.type)" }
      emitSignature("public init", parameters, "", &swift) { swift in
        for group in plan.groups { swift.line("self.\(group.member.unquoted) = \(group.member)") }
      }
    }
    for group in plan.groups {
      files[group.type].line()
      files[group.type].block("extension \(name): \(group.type)") { swift in
        for (index, operation) in (operations[group.type] ?? []).enumerated() {
          if index > 0 { swift.line() }
          swift.block("public " + handler(operation)) { swift in
            let principal = operation.principal == nil ? "" : "principal, "
            swift.line("try await self.\(group.member.unquoted).\(operation.methodName)(input, \(principal)call)")
          }
        }
      }
    }
  }

  /// The most operations that one function serves. The compiler splits an asynchronous function at each `await` into
  /// copies of the whole, so that its time and memory grow with the square of their number.
  private static let operationsPerFunction = 32

  private static func emitEndpoint(
    _ name: String, _ service: String, _ version: String, _ operations: [OperationPlan], _ files: inout ShardedFiles,
    _ channels: [String] = []
  ) {
    emitContract(name, service, version, operations, channels, &files.first)
    let parts = stride(from: 0, to: operations.count, by: operationsPerFunction).map { first in
      first..<min(first + operationsPerFunction, operations.count)
    }
    files.first.line()
    files.first.doc(["Passes each request to the handler of its operation."])
    files.first.block("public struct \(name)Endpoint<Handlers: \(name)Handlers>: ServiceEndpoint") { swift in
      swift.line("\(parts.count == 1 ? "private " : "")let handlers: Handlers")
      swift.line()
      swift.line("public init(_ handlers: Handlers) { self.handlers = handlers }")
      swift.line()
      emitRespond("public func respond", &swift) { swift in
        guard parts.count > 1 else { return emitCases(operations, operations.indices, &swift) }
        for (index, part) in parts.enumerated() {
          swift.case("case \(part.lowerBound)..<\(part.upperBound)") {
            $0.line("return await respond\(index + 1)(to: request, operation: index, call: call)")
          }
        }
      }
    }
    guard parts.count > 1 else { return }
    for (index, part) in parts.enumerated() {
      let function = "respond\(index + 1)"
      files[function].line()
      files[function].block("extension \(name)Endpoint") { swift in
        emitRespond("func \(function)", &swift) { emitCases(operations, part, &$0) }
      }
    }
  }

  private static func emitContract(
    _ name: String, _ service: String, _ version: String, _ operations: [OperationPlan], _ channels: [String],
    _ swift: inout SwiftWriter
  ) {
    swift.line()
    swift.doc(["The contract as a service implements it and a host runs it."])
    swift.block("public enum \(name)Contract: ServiceCore.ServiceContract") { swift in
      swift.line("public static let name = \(SwiftName.literal(service))")
      swift.line("public static let version = \(SwiftName.literal(version))")
      swift.line("public static let types: [any ServiceCore.ContractOperation.Type] = [")
      swift.indented { swift in
        for operation in operations { swift.line("\(operation.typeName).self,") }
      }
      swift.line("]")
      swift.line("public static let operations = types.map { $0.descriptor }")
      if !channels.isEmpty {
        swift.line(
          "public static let channels: [ServiceCore.ChannelDescriptor] = [\(channels.joined(separator: ", "))]")
      }
    }
  }

  /// A function that serves one of some operations, by the cases of a switch over their indices.
  private static func emitRespond(
    _ head: String, _ swift: inout SwiftWriter, _ emitCases: (inout SwiftWriter) -> Void
  ) {
    let parameters = "(to request: RoutedRequest, operation index: Int, call: Call)"
    swift.block("\(head)\(parameters) async -> HTTPResponse") { swift in
      swift.line("switch index {")
      emitCases(&swift)
      swift.line("default: return HTTPResponse(status: 404)")
      swift.line("}")
    }
  }

  private static func emitCases(_ operations: [OperationPlan], _ part: Range<Int>, _ swift: inout SwiftWriter) {
    for index in part {
      let operation = operations[index]
      swift.case("case \(index)") { swift in
        swift.function(
          "return await Serving.respond(\(operation.typeName).self, request, call)",
          "try await handlers.\(call(operation, from: 0))")
      }
    }
  }

  /// The call of a handler with a closure's anonymous arguments.
  private static func call(_ operation: OperationPlan, from first: Int) -> String {
    let arguments = (first..<first + (operation.principal == nil ? 2 : 3)).map { "$\($0)" }.joined(separator: ", ")
    let value = operation.effect != nil ? ".value.output" : operation.isCommitted ? ".value" : ""
    return "\(operation.methodName)(\(arguments))\(value)"
  }

  static func emitClient(_ plan: APIPlan, _ files: inout ShardedFiles) {
    emitSender(plan, &files.first)
    guard !plan.operations.isEmpty else { return }
    let isWhole = plan.operations.count <= operationsPerFunction
    files.first.line()
    files.first.doc(["Calls the API where it runs: in this process, or over HTTP."])
    files.first.block("public struct \(plan.name)Client: APIClient") { swift in
      swift.line("public static let service = \(SwiftName.literal(plan.service))")
      if !plan.basePath.isEmpty {
        swift.line("public static let basePath = \(SwiftName.literal(plan.basePath))")
      }
      // A path does not say where the service runs.
      if let server = plan.servers.first, server.pieces.first?.text.utf8.first != UInt8(ascii: "/") {
        swift.line("public static var server: String? { try? \(plan.name)Servers.\(server.name)().origin }")
      }
      swift.line("\(isWhole ? "private " : "")let placement: Placement")
      swift.line()
      swift.line("public init(_ placement: Placement) { self.placement = placement }")
      guard isWhole else { return }
      for operation in plan.operations { emitCall(of: operation, plan, &swift) }
    }
    guard !isWhole else { return }
    for operation in plan.operations {
      files[operation.typeName].line()
      files[operation.typeName].block("extension \(plan.name)Client") { emitCall(of: operation, plan, &$0) }
    }
  }

  private static func emitCall(of operation: OperationPlan, _ plan: APIPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(doc(operation.doc, isDeprecated: operation.policy.isDeprecated))
    let type = operation.typeName
    swift.block(
      "public func \(operation.methodName)(_ input: \(type).Input, _ call: Call) async throws -> \(type).Output"
    ) { swift in
      swift.function(
        "try await placement.call(\(type).self, input, call)",
        "try await ($0 as? any \(plan.name)Handlers)?.\(self.call(operation, from: 1))")
    }
  }

  /// The sender of webhooks and callbacks.
  private static func emitSender(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    guard !plan.webhooks.isEmpty else { return }
    swift.line()
    swift.doc(["Sends the webhooks and callbacks of the contract to the addresses of their receivers."])
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
