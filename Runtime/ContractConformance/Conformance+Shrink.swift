import ContractOutline
import ContractValues
import ServiceCore

/// Makes the request of a failure as small as it can be.
extension Conformance {
  private static let tryLimit = 24

  /// Leaves out of a request what the failure does not need.
  ///
  /// - Parameter index: of the failure in the report.
  mutating func shrink(_ operation: OutlinedOperation, _ values: RequestValues, _ index: Int) async {
    guard let wanted = report.failures[checked: index]?.check, operation.method != "DELETE" else { return }
    var (best, tries, isSmaller) = (values, 0, true)
    while isSmaller, !isOver {
      isSmaller = false
      for candidate in best.smaller(operation, outline.program) {
        guard tries < Self.tryLimit else { return }
        tries += 1
        guard let (request, response) = await exchange(operation, renewed(candidate, operation)),
          findings(operation, candidate, request, response).contains(where: { $0.check == wanted })
        else { continue }
        report.failures[index].exchanges = [Exchange(request: request, response: response.cut)]
        (best, isSmaller) = (candidate, true)
        break
      }
    }
  }
}

extension RequestValues {
  /// The same without one thing that need not be there, in every way.
  fileprivate func smaller(_ operation: OutlinedOperation, _ program: SchemaProgram) -> [RequestValues] {
    var all: [RequestValues] = []
    if let body = operation.body, !body.isRequired, self.body != nil {
      var values = self
      values.body = nil
      all.append(values)
    }
    for index in parameters.keys.sorted() where operation.parameters[checked: index]?.isRequired == false {
      var values = self
      values.parameters[index] = nil
      all.append(values)
    }
    guard case .json(.object(let members))? = body?.value,
      let content = operation.body?.content[checked: body?.content ?? 0]
    else { return all }
    for member in members {
      var fewer = members
      fewer[member.key] = nil
      guard content.isPatch || content.schema.map({ program.admits(.object(fewer), schema: $0) }) ?? true else {
        continue
      }
      var values = self
      values.body?.value = .json(.object(fewer))
      all.append(values)
    }
    return all
  }
}
