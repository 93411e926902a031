import ContractEmit
import ContractPlan

/// A handler that is not written yet, at the end of a service's type.
struct NewHandler {
  let file: NewFile

  /// - Throws: ``UsageError`` when the service's type is not found.
  init(_ operation: OperationPlan, of type: String, in folder: String, _ tree: CheckoutTree) throws(UsageError) {
    let head = Self.head(Emitter.handler(operation))
    for path in tree.files(below: folder) where path.hasSuffix(".swift") {
      let text = try tree.text(path)
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard let start = lines.firstIndex(where: { Self.declares(type, $0) }),
        let end = lines[start...].firstIndex(where: { $0.hasPrefix("}") })
      else { continue }
      lines.insert(contentsOf: ["", "\(head) {", "    throw NotImplemented()", "  }"], at: end)
      file = NewFile(path, lines.joined(separator: "\n"), replacing: text)
      return
    }
    throw UsageError(
      message: "\(folder) has no 'struct \(type)' that ends with '}' at the beginning of a line",
      help: "nothing was written; the handler has a place there")
  }

  private static func declares(_ type: String, _ line: String) -> Bool {
    ["struct", "final class", "actor"].contains { kind in
      [":", " ", "<"].contains { line.hasPrefix("\(kind) \(type)\($0)") }
    }
  }

  /// A method's declaration as the format of the sources has it, where it is longer than a line too.
  static func head(_ declaration: String) -> String {
    let line = "  " + declaration
    guard line.utf8.count + 2 > 120, let open = line.firstIndex(of: "("), let close = line.firstRange(of: ") async")
    else {
      return line
    }
    let parameters = line[line.index(after: open)..<close.lowerBound]
    return "\(line[...open])\n    \(parameters)\n  \(line[close.lowerBound...])"
  }
}
