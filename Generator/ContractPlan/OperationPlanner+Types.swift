import ContractAnalysis
import ContractModel

/// The types that operations use.
extension OperationPlanner {
  var set: SchemaSet { types.set }

  mutating func form(of schema: Int) -> Form { types.analysis.form(of: schema) }

  mutating func shape(_ schema: Int) -> Shape { types.analysis.shape(schema) }

  mutating func joined(_ schemas: [Int]) -> Int { types.analysis.joined(schemas) }

  mutating func use(_ schema: Int, _ direction: Direction, named name: String) -> UsePlan {
    types.use(schema, direction, named: name)
  }

  mutating func claim(_ name: String) -> String { types.claim(name) }

  /// Plans only the types that operations use.
  mutating func planTypes(_ contracts: [Contract]) {
    for operation in contracts.flatMap(\.operations) {
      planTypes(operation, owner: claim(SwiftName.type(operation.id)))
    }
  }

  /// The types of an operation's schemas, wherever they are used.
  private mutating func planTypes(_ operation: Operation, owner: String) {
    let isOurs = operation.kind == .route
    for parameter in operation.parameters {
      _ = use(parameter.schema, isOurs ? .request : .response, named: owner + SwiftName.type(parameter.name))
    }
    for media in operation.body?.content ?? [] {
      if let item = media.itemSchema { _ = use(item, isOurs ? .request : .response, named: owner + "BodyItem") }
      if let schema = media.schema {
        let isPatch = isOurs && media.parsed.isMergePatch
        _ = use(schema, isPatch ? .patch : isOurs ? .request : .response, named: owner + "Body")
      }
    }
    for response in operation.responses {
      let name = OperationPlan.caseName(response.status)
      for media in response.content {
        let body = owner + SwiftName.type(name) + "Body"
        if let item = media.itemSchema { _ = use(item, isOurs ? .response : .request, named: body + "Item") }
        if let schema = media.schema {
          _ = use(schema, isOurs ? .response : .request, named: body)
        }
      }
      for header in response.headers {
        _ = use(header.schema, .response, named: owner + SwiftName.type(header.name))
      }
    }
    for (name, callback) in operation.callbacks { planTypes(callback, owner: claim(owner + SwiftName.type(name))) }
  }
}
