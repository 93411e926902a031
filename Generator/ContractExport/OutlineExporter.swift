import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// Writes contracts as data for programs that hold a server against them or stand in for one: operations, how each value
/// is written, and the schemas, with references, directions and styles decided.
struct OutlineExporter {
  let set: SchemaSet
  var analysis: SchemaAnalysis
  var schemas: OutlineSchemas

  init(_ set: SchemaSet) {
    self.set = set
    analysis = SchemaAnalysis(set, diagnostics: Diagnostics())
    schemas = OutlineSchemas(set)
  }

  mutating func text(_ contracts: [NamedContract]) -> String {
    var outline = JSONObject<JSONValue>()
    outline["contracts"] = .array(contracts.map { contract($0) })
    outline["schemas"] = schemas.json
    return String(decoding: JSONValue.object(outline).json, as: UTF8.self) + "\n"
  }

  private mutating func contract(_ named: NamedContract) -> JSONValue {
    let contract = named.contract
    let targets = LinkTargets(contract.operations)
    var outline: JSONObject<JSONValue> = [
      "name": .string(named.name), "title": .string(contract.title), "version": .string(contract.version),
      "file": .string(contract.position.file.path),
    ]
    outline["server"] = contract.servers.origin.map { .string($0) }
    outline["schemes"] = .object(
      JSONObject(contract.securitySchemes.map { ($0.name, Self.scheme($0)) }))
    outline["operations"] = .array(
      contract.operations.map { operation($0, in: contract, targets) })
    return .object(outline)
  }

  // MARK: operations

  private mutating func operation(_ operation: Operation, in contract: Contract, _ targets: LinkTargets) -> JSONValue {
    var outline: JSONObject<JSONValue> = [
      "id": .string(operation.id), "kind": .string("\(operation.kind)"), "method": .string(operation.method),
      "at": Self.position(operation.position),
    ]
    if operation.kind == .route {
      let route = operation.route(in: contract)
      outline["path"] = .string(route.map { "/" + $0.template }.joined())
      outline["segments"] = .array(route.map(Self.segment))
    } else {
      outline["path"] = .string(operation.path)
    }
    if !operation.tags.isEmpty { outline["tags"] = .array(operation.tags.map { .string($0) }) }
    outline["policy"] = Self.policy(operation.policy)
    outline["pagination"] = operation.pagination.map(Self.pagination)
    let parameters = operation.parameters.filter { !$0.isReserved && !$0.isAstray(of: operation) }
    outline["parameters"] = .array(parameters.map { parameter($0) })
    outline["body"] = operation.body.map { body in
      ["required": .boolean(body.isRequired), "content": .array(body.content.map { content($0, .request) })]
    }
    // The API is the caller of callbacks and webhooks; what it sends is a request all the same.
    outline["responses"] = .array(operation.responses.map { response($0, targets) })
    if !operation.callbacks.isEmpty {
      outline["callbacks"] = .array(
        operation.callbacks.map {
          ["name": .string($0.name), "operation": self.operation($0.operation, in: contract, targets)]
        })
    }
    return .object(outline)
  }

  private static func segment(_ segment: PathSegment) -> JSONValue {
    switch segment {
    case .literal(let text): .string(text)
    case .parameter(let name): ["parameter": .string(name)]
    case .mixed(let pieces): .array(pieces.map(Self.segment))
    }
  }

  static func position(_ position: SourcePosition) -> JSONValue { .string("\(position.file.path):\(position.line)") }

  // MARK: policy

  private static func policy(_ policy: Operation.Policy) -> JSONValue {
    var outline = JSONObject<JSONValue>()
    for setting in policy.settings { outline[setting.name] = value(setting.value, policy) }
    return .object(outline)
  }

  private static func value(_ value: PolicySetting.Value, _ policy: Operation.Policy) -> JSONValue {
    switch value {
    case .flag: true
    case .milliseconds(let number), .number(let number): .number(ExactDecimal(number))
    case .choice(let text), .text(let text): .string(text)
    case .settings(let settings): .object(JSONObject(settings.map { ($0.name, self.value($0.value, policy)) }))
    case .security:
      .array(
        policy.security.map { requirement in
          .array(
            requirement.schemes.map {
              ["scheme": .string($0.scheme.name), "scopes": .array($0.scopes.map { .string($0) })]
            })
        })
    }
  }

  private static func pagination(_ pagination: Pagination) -> JSONValue {
    [
      "cursor": .string(pagination.cursor.text), "limit": .string(pagination.limit.text),
      "items": .string(pagination.items.text), "next": .string(pagination.next.text),
      "at": position(pagination.position),
    ]
  }

  private static func scheme(_ scheme: SecurityScheme) -> JSONValue {
    switch scheme.kind {
    case .apiKey(let location, let name): ["type": "apiKey", "in": .string(location), "name": .string(name)]
    case .http(let name): ["type": "http", "scheme": .string(name)]
    case .oauth2(let flows):
      ["type": "oauth2", "scopes": .array(flows.flatMap(\.scopes).map { .string($0) })]
    case .openIDConnect(let url): ["type": "openIdConnect", "url": .string(url)]
    case .mutualTLS, .broker: ["type": "mutualTLS"]
    }
  }

  // MARK: parameters

  private mutating func parameter(_ parameter: Parameter) -> JSONValue {
    var outline: JSONObject<JSONValue> = [
      "name": .string(parameter.name), "in": .string(parameter.location.rawValue),
      "required": .boolean(parameter.isRequired), "at": Self.position(parameter.position),
      "schema": schemas.number(of: parameter.schema, .request),
    ]
    if let plan = try? analysis.style(of: parameter) { outline["style"] = Self.style(plan) }
    if parameter.allowsEmpty { outline["empty"] = true }
    outline["examples"] = Self.examples(parameter.examples)
    return .object(outline)
  }

  static func style(_ plan: StylePlan) -> JSONValue {
    var outline: JSONObject<JSONValue> = [
      "style": .string(plan.style.rawValue), "explode": .boolean(plan.explode), "shape": shape(plan.shape),
    ]
    if plan.allowReserved { outline["reserved"] = true }
    if plan.takesOthers { outline["others"] = true }
    return .object(outline)
  }

  private static func shape(_ shape: StylePlan.Shape) -> JSONValue {
    switch shape {
    case .primitive(let types): return ["texts": .number(ExactDecimal(Int(types.rawValue)))]
    case .array(let items): return ["items": self.shape(items)]
    case .object(let members, let others):
      var outline: JSONObject<JSONValue> = [
        "members": .object(JSONObject(members.map { ($0.name, self.shape($0.shape)) }))
      ]
      outline["others"] = others.map(self.shape)
      return .object(outline)
    case .json: return "json"
    case .either(let shapes): return .array(shapes.map(self.shape))
    }
  }

  static func examples(_ examples: [Example]) -> JSONValue? {
    let values = examples.compactMap { example -> JSONValue? in
      guard let value = example.value.json else { return nil }
      return ["name": .string(example.name ?? ""), "value": value]
    }
    return values.isEmpty ? nil : .array(values)
  }

  // MARK: responses

  private mutating func response(_ response: Response, _ targets: LinkTargets) -> JSONValue {
    var outline: JSONObject<JSONValue> = [
      "status": .string(response.status.text), "at": Self.position(response.position),
      "content": .array(response.content.map { content($0, .response) }),
    ]
    if !response.isDescribed { outline["described"] = false }
    if !response.headers.isEmpty { outline["headers"] = .array(response.headers.map { header($0, .response) }) }
    let links = response.links.compactMap { link in targets[link].map { Self.link(link, to: $0) } }
    if !links.isEmpty { outline["links"] = .array(links) }
    return .object(outline)
  }

  mutating func header(_ header: Header, _ direction: Direction) -> JSONValue {
    var outline: JSONObject<JSONValue> = [
      "name": .string(header.name), "required": .boolean(header.isRequired), "at": Self.position(header.position),
      "schema": schemas.number(of: header.schema, direction),
    ]
    if let plan = try? analysis.style(of: header) { outline["style"] = Self.style(plan) }
    return .object(outline)
  }

  private static func link(_ link: Link, to target: Operation) -> JSONValue {
    var outline: JSONObject<JSONValue> = [
      "name": .string(link.name), "operation": .string(target.id), "at": position(link.position),
      "parameters": .object(
        JSONObject(link.parameters.compactMap { entry in entry.value.json.map { (entry.name, $0) } })),
    ]
    outline["body"] = link.body?.json
    return .object(outline)
  }
}
