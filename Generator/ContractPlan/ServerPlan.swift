import ContractModel

extension ServerPlan {
  /// The servers with their names in Swift.
  static func plan(_ servers: [Server]) -> [ServerPlan] {
    var members = MemberNames()
    var types = NameTable()
    return servers.enumerated().map { index, server in
      let words = server.name ?? (index == 0 ? "main" : server.description.map { String($0.prefix(40)) } ?? "other")
      let name = members.claim(SwiftName.member(words))
      var parameters = MemberNames()
      return ServerPlan(
        name: name, pieces: server.pieces.map { ($0.text, $0.variable?.name) },
        doc: DocComment.lines(server.description),
        variables: server.variables.map { variable in
          var cases = MemberNames()
          return ServerPlan.Variable(
            name: parameters.claim(SwiftName.member(variable.name)), wireName: variable.name,
            type: variable.choices.isEmpty
              ? nil : types.claim(SwiftName.type(name.unquoted) + SwiftName.type(variable.name)),
            choices: variable.choices.map { (cases.claim(SwiftName.enumCase($0)), $0) }, defaultValue: variable.usual,
            doc: DocComment.lines(variable.description))
        })
    }
  }
}
