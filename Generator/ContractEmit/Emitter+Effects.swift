import ContractPlan

/// What a transaction returns together with the events that it emits.
extension Emitter {
  /// The effects of the operations of an OpenAPI document, and that of a service's tasks.
  static func emitEffects(_ plan: APIPlan, _ files: inout ShardedFiles) {
    for operation in plan.operations {
      guard let effect = operation.effect else { continue }
      files[operation.typeName].line()
      files[operation.typeName].block("extension \(operation.typeName)") { emitEffect(effect, output: "Output", &$0) }
    }
    guard let effect = plan.serviceEffect else { return }
    files.first.line()
    files.first.doc(["What a task of the service returns from a transaction: any of its events."])
    emitEffect(effect, named: "\(plan.name)Effect<Output: Sendable>", output: "Output", &files.first)
    files.first.line()
    files.first.block("extension \(plan.name)Effect where Output == Void") { swift in
      emitSignature("public init", effect.events.map(parameter), "", &swift) { swift in
        let arguments = effect.events.map { "\($0.name.label): \($0.name)" }
        emitCall("self.init", ["()"] + arguments, &swift)
      }
    }
  }

  /// - Parameter output: the type of the response; nil for none.
  static func emitEffect(
    _ effect: EffectPlan, named name: String = "Effect", output: String?, _ swift: inout SwiftWriter
  ) {
    if effect.operation != nil {
      swift.doc([
        output == nil ? "The events that are emitted." : "The response, and the events that are emitted with it."
      ])
    }
    swift.block("public struct \(name): EventEffect") { swift in
      if let operation = effect.operation {
        swift.line("public static let operation: String? = \(SwiftName.literal(operation))")
      } else {
        swift.line("public static var operation: String? { nil }")
      }
      swift.line()
      swift.line(output.map { "public let output: \($0)" } ?? "public var output: Void { () }")
      for event in effect.events { swift.line("public let \(event.name): \(event.type)") }
      swift.line()
      let parameters = (output.map { ["_ output: \($0)"] } ?? []) + effect.events.map(parameter)
      emitSignature("public init", parameters, "", &swift) { swift in
        if output != nil { swift.line("self.output = output") }
        for event in effect.events { swift.line("self.\(event.name.unquoted) = \(event.name)") }
      }
      swift.line()
      swift.block("public func events() throws -> [OutgoingEvent]") { swift in
        let lists = effect.events.map { event in
          let name = "self.\(event.name.unquoted)"
          return event.isRequired
            ? "[\(event.send.typeName).outgoing(\(name))]" : "\(name).map(\(event.send.typeName).outgoing)"
        }
        // The compiler takes long over a sum of many.
        if lists.count < 3 { return swift.line("try \(lists.joined(separator: " + "))") }
        swift.line("var events: [OutgoingEvent] = []")
        for list in lists { swift.line("events += try \(list)") }
        swift.line("return events")
      }
    }
  }

  private static func parameter(_ event: EffectPlan.Emitted) -> String {
    "\(event.name.parameter): \(event.type)\(event.isRequired ? "" : " = []")"
  }
}

extension EffectPlan.Emitted {
  fileprivate var type: String { isRequired ? send.outgoing : "[\(send.outgoing)]" }
}
