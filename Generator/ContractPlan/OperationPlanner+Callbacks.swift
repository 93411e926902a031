import ContractAnalysis
import ContractModel

/// The requests that the API sends to an address in a request.
extension OperationPlanner {
  mutating func planCallbacks(
    _ operation: Operation, _ request: OperationPlan, in contract: Contract
  ) -> [OperationPlan] {
    var counts: [String: Int] = [:]
    return operation.callbacks.flatMap { name, callback -> [OperationPlan] in
      let isAlone = operation.callbacks.filter { $0.name == name }.count == 1
      var id = request.operationID + " " + name + (isAlone ? "" : " " + callback.method.lowercased())
      counts[id, default: 0] += 1
      if let count = counts[id], count > 1 { id += " \(count)" }
      let address = RuntimeTemplate(callback.path, at: callback.position, diagnostics)
      let planned = plan(callback, of: (request.typeName, id, address), in: contract)
      return [planned] + planCallbacks(callback, planned, in: contract)
    }
  }
}
