import ContractEmit
import ContractPlan
import ContractSource

/// The handlers of events of a service, in its own module where the events are of other APIs.
struct Receivers {
  /// The name of the API with handlers of events; nil for one without.
  let name: String?
  /// The Swift for the service's module.
  let text: String

  /// Nil where an API is invalid, which the command of its own target reports, and where one is missing.
  init?(_ service: String, modules: [String], _ apis: PlannedAPIs, _ diagnostics: Diagnostics) {
    var apis = apis
    let module = service + "API"
    let plan = modules.contains(module) ? apis.plan(module) : nil
    guard apis.isSound else { return nil }
    let events = plan?.events ?? EventsPlan()
    name = events.foreign.isEmpty && events.receives.isEmpty ? nil : plan?.name
    guard let plan, !events.foreign.isEmpty else {
      text = "// The handlers of this service's events, if it has any, are in \(module).\n"
      return
    }
    let others = modules.filter { $0 != module && $0.hasSuffix("API") }.compactMap { other in
      apis.plan(other).map { (module: other, plan: $0) }
    }
    guard apis.isSound,
      let receivers = ReceiversPlan(
        plan, in: module, others: others, owner: { Command.name(of: $0) + "API" }, diagnostics)
    else { return nil }
    text = Emitter.emit(receivers)
  }
}
