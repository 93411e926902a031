import ContractPlan

/// Prints a plan as Swift. Which files there are does not depend on the contract.
public enum Emitter {
  /// The names of all files, known before any contract is read.
  public static let fileNames = [
    "Types.swift", "Codecs.swift", "Operations.swift", "OperationCodecs.swift", "Server.swift", "Client.swift",
  ]

  public static func emit(_ plan: APIPlan) -> [(name: String, text: String)] {
    zip(fileNames, [emitTypes, emitCodecs, emitOperations, emitOperationCodecs, emitServer, emitClient]).map {
      name, emit in
      var swift = SwiftWriter()
      swift.line("// Generated from \(plan.sources.joined(separator: ", ")). Edit the contract, not this file.")
      swift.line("// swift-format-ignore-file")
      swift.line("import ServiceCore")
      for module in plan.imports { swift.line("import \(module)") }
      emit(plan, &swift)
      return (name, swift.text)
    }
  }

  private static func emitTypes(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    for record in plan.records { emitRecord(record, &swift) }
    for item in plan.enums { emitEnum(item, &swift) }
  }

  private static func emitRecord(_ record: RecordPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(record.doc)
    swift.block("public struct \(record.name): JSONCodable, Equatable") { swift in
      emitFields(record.fields, &swift)
    }
  }

  private static func emitEnum(_ item: EnumPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(item.doc)
    swift.block("public enum \(item.name): String, StringEnum") { swift in
      for (name, value) in item.cases { swift.line("case \(name) = \(SwiftName.literal(value))") }
    }
  }

  /// Properties and a memberwise initializer.
  static func emitFields(_ fields: [FieldPlan], _ swift: inout SwiftWriter) {
    for field in fields {
      swift.doc(field.doc)
      swift.line("public let \(field.name): \(declared(field))")
    }
    swift.line()
    let parameters = fields.map { field in
      switch field.presence {
      case .required: "\(field.name.label): \(field.type.swift)"
      case .optional: "\(field.name.label): \(field.type.swift)? = nil"
      case .defaulted(let value): "\(field.name.label): \(field.type.swift) = \(value)"
      }
    }
    emitSignature("public init", parameters, "", &swift) { swift in
      for field in fields { swift.line("self.\(field.name.unquoted) = \(field.name)") }
    }
  }

  static func declared(_ field: FieldPlan) -> String {
    field.presence == .optional ? field.type.swift + "?" : field.type.swift
  }

  /// A function head on one line where it fits, otherwise with a parameter a line.
  static func emitSignature(
    _ head: String, _ parameters: [String], _ tail: String, _ swift: inout SwiftWriter,
    _ body: (inout SwiftWriter) -> Void
  ) {
    let short = "\(head)(\(parameters.joined(separator: ", ")))\(tail)"
    if short.utf8.count <= 100 { return swift.block(short, body) }
    swift.line(head + "(")
    swift.indented { swift in
      for (index, parameter) in parameters.enumerated() {
        swift.line(parameter + (index < parameters.count - 1 ? "," : ""))
      }
    }
    swift.block(")" + tail, body)
  }
}

extension String {
  /// The name as an argument's label: there only these words keep their backticks.
  var label: String { ["inout", "var", "let"].contains(unquoted) ? self : unquoted }

  /// The name without backticks, as it may stand behind a point.
  var unquoted: String { hasPrefix("`") ? String(dropFirst().dropLast()) : self }
}
