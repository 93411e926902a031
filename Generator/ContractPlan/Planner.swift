import ContractAnalysis
import ContractModel
import ContractSource

/// Plans the code that is generated for a set of contracts, in stages: each takes the results of former ones and changes
/// none of them.
public enum Planner {
  /// Plans one API.
  ///
  /// - Parameters:
  ///   - name: the API's name in Swift without a suffix, such as `Orders`.
  ///   - contracts: the API's documents, and the schemas they were read into.
  ///   - events: the API's AsyncAPI documents.
  ///   - owner: the module of another API that the messages in a file are of.
  ///   - shared: the folder of contracts whose types are in another module, and that module.
  ///   - typesOnly: plans only the types that operations use, not the operations.
  public static func plan(
    name: String, contracts: [Contract], events: [EventContract], schemas: SchemaSet,
    shared: (folder: String, module: String)?, owner: @escaping (_ path: String) -> String?, typesOnly: Bool,
    diagnostics: Diagnostics
  ) -> APIPlan {
    // The types of a contract called `service.yaml` would have the names of the runtime's.
    let name = ownNames(name).contains(where: SwiftName.isReserved) ? name + "API" : name
    var plan = APIPlan(name, of: contracts, events, isServed: !typesOnly)
    let analysis = SchemaAnalysis(schemas, diagnostics: diagnostics)
    var types = TypePlanner(analysis, shared: shared.map(SharedTypes.init), diagnostics: diagnostics)
    types.names.reserve(ownNames(name))
    if !events.isEmpty { types.names.reserve(ofEvents: name) }
    plan.aliases = types.planComponents(contracts.flatMap(\.components) + events.flatMap(\.components))
    let security = typesOnly ? SecurityPlan() : SecurityPlan(contracts, &types.names)
    (plan.schemes, plan.principals) = (security.schemes, security.principals)
    // Operations find types as they are planned, and their names are chosen in the order of the contract: this stage
    // continues the one of types.
    var planner = OperationPlanner(types: consume types, security: security, diagnostics: diagnostics)
    if typesOnly { planner.planTypes(contracts) } else { planner.plan(contracts) }
    let planned = planner.result
    (plan.bodies, plan.multiparts) = (planned.bodies, planned.multiparts)
    var eventPlanner = EventPlanner(name: name, service: plan.service, owner: owner, diagnostics: diagnostics)
    if typesOnly { eventPlanner.planTypes(events, &planner.types) } else { eventPlanner.plan(events, &planner.types) }
    // Groups take their names before the types that are still to be declared.
    let groups = GroupsPlan(planned.routes, contracts, prefix: name, &planner.types.names)
    plan.groups = groups.groups
    planner.types.drain()
    let found = planner.types.result
    (plan.imports, plan.patterns, plan.program) = (found.imports, found.patterns, found.program)
    let declarations = found.declarations.applying(found.defaults, found.analysis, diagnostics).boxed(
      components: found.namedTypes)
    plan.types = declarations.list
    plan.alike = declarations.alike(except: found.namedTypes)
    let routes = contracts.flatMap(\.operations).filter { $0.kind == .route }
    let linked = LinkPlanner(planned.routes, routes, diagnostics).linked()
    let paging = PagingPlanner(declarations: declarations, set: schemas, diagnostics: diagnostics)
    var failures = FailurePlanner(planner.types, records: planned.records)
    let operations = failures.applied(to: paging.applied(to: groups.applied(to: linked), routes))
    plan.operations = eventPlanner.applied(to: operations, routes)
    plan.events = eventPlanner.plan.resolving(declarations)
    plan.webhooks = failures.applied(to: planned.webhooks)
    RouteCheck.report(contracts, diagnostics)
    return plan
  }

  /// The names of the types that are generated besides those of schemas and operations.
  private static func ownNames(_ name: String) -> [String] {
    [
      "Handlers", "Contract", "Endpoint", "Client", "Composition", "Servers", "Security", "Webhooks",
      "WebhookHandlers", "WebhookContract", "WebhookEndpoint",
    ].map { name + $0 }
  }
}

extension APIPlan {
  /// The words of the contracts; the first one describes the API.
  fileprivate init(_ name: String, of contracts: [Contract], _ events: [EventContract], isServed: Bool) {
    let first = contracts.first
    let file = (first?.path ?? events.first?.path)?.split(separator: "/").last ?? ""
    self.init(
      name: name, service: String(file.prefix { $0 != "." }), sources: (contracts.map(\.position) + events.map(\.position)).map(\.file.path),
      title: first?.title ?? events.first?.title ?? name, version: first?.version ?? events.first?.version ?? "",
      doc: DocComment.lines(first?.summary, first?.description), basePath: first?.basePath ?? "",
      servers: isServed ? ServerPlan.plan(first?.servers ?? []) : [], schemes: [], principals: [], imports: [],
      types: [], alike: [:], aliases: [:], bodies: [], multiparts: [], groups: [], operations: [], webhooks: [],
      events: EventsPlan(), patterns: [], program: "")
  }
}
