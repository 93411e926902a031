/// Limits how many calls the service works on at once.
package struct BulkheadStage: Stage {
  package static let kind = StageKind.bulkhead
  private let admission: any Admission

  /// Nil for a service without a limit.
  package init?(_ operation: OperationDescriptor, _ template: Call) {
    guard let admission = template.admission else { return nil }
    self.admission = admission
  }

  package func enter(_ passage: inout Passage) throws -> StageResult {
    passage.call.slot = admission.enterNow()
    return passage.call.slot == nil ? .waits : .passes
  }

  package func wait(_ passage: inout Passage) async throws -> StageResult {
    guard let slot = await admission.enter() else {
      throw RequestFault(.unavailable("The service '\(passage.operation.service)' is busy."))
    }
    passage.call.slot = slot
    return .passes
  }

  package func leave(_ passage: Passage, status: Int) -> Bool { passage.call.slot.map(admission.leaveNow) ?? true }

  package func waitToLeave(_ passage: Passage, status: Int) async {
    if let slot = passage.call.slot { await admission.leave(slot) }
  }
}
