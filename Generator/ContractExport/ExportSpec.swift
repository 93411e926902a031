import ContractModel

/// An operation as data for the runtime part of each language.
enum ExportSpec {
  static func tree(_ operation: OperationExport, keys: [String]) -> JSONTree {
    var members: [JSONTree.Member] = [
      ("id", .string(operation.id)), ("method", .string(operation.method)), ("path", .string(operation.path)),
    ]
    if let server = operation.server { members.append(("server", .string(server))) }
    if operation.key != nil, let name = keys.last { members.append(("keyName", .string(name))) }
    if let timeout = operation.timeout { members.append(("timeout", .number(String(timeout)))) }
    if !operation.security.isEmpty {
      members.append(("security", .array(operation.security.map { .array($0.map(scheme)) })))
    }
    members.append(("parameters", .array(zip(keys, operation.parameters).map { parameter($1, key: $0) })))
    if let body = operation.body {
      members.append(("body", .object([("required", .bool(body.isRequired))] + contents(body.content))))
    }
    members.append(("responses", .array(operation.responses.map(response))))
    return .object(members)
  }

  private static func scheme(_ scheme: SchemeExport) -> JSONTree {
    .object(
      [("name", .string(scheme.name)), ("in", .string(scheme.location)), ("key", .string(scheme.key))]
        + (scheme.prefix.map { [("prefix", .string($0))] } ?? []))
  }

  private static func parameter(_ parameter: ParameterExport, key: String) -> JSONTree {
    var members: [JSONTree.Member] = [
      ("key", .string(key)), ("name", .string(parameter.name)), ("in", .string(parameter.location.rawValue)),
      ("style", .string(parameter.style.rawValue)), ("explode", .bool(parameter.explodes)),
    ]
    if parameter.isJSON { members.append(("json", .bool(true))) }
    if parameter.isRequired { members.append(("required", .bool(true))) }
    if parameter.mayBeEmpty { members.append(("empty", .bool(true))) }
    members.append(("schema", .number(String(parameter.schema))))
    return .object(members)
  }

  private static func contents(_ content: [ContentExport]) -> [JSONTree.Member] {
    [("content", .array(content.map(self.content)))] + (content.isTagged ? [("tagged", .bool(true))] : [])
  }

  private static func content(_ content: ContentExport) -> JSONTree {
    var members: [JSONTree.Member] = [
      ("mediaType", .string(content.mediaType)), ("kind", .string(content.kind.rawValue)),
    ]
    if let schema = content.schema { members.append(("schema", .number(String(schema)))) }
    if content.textKind != .text { members.append(("text", .string(content.textKind.rawValue))) }
    if !content.members.isEmpty { members.append(("members", .array(content.members.map(member)))) }
    return .object(members)
  }

  private static func member(_ member: MemberExport) -> JSONTree {
    var members: [JSONTree.Member] = [("name", .string(member.name))]
    if member.kind != .text { members.append(("kind", .string(member.kind.rawValue))) }
    if member.isList { members.append(("list", .bool(true))) }
    if let style = member.style {
      members += [("style", .string(style.rawValue)), ("explode", .bool(member.explodes))]
    }
    if let type = member.contentType { members.append(("contentType", .string(type))) }
    return .object(members)
  }

  private static func response(_ response: ResponseExport) -> JSONTree {
    let headers = response.headers.map { header in
      JSONTree.object(
        [("name", .string(header.name)), ("kind", .string(header.kind.rawValue))]
          + (header.isRequired ? [("required", .bool(true))] : []))
    }
    return .object(
      [("status", response.label)] + contents(response.content) + [("headers", .array(headers))]
        + (response.isDescribed ? [] : [("described", .bool(false))]))
  }
}
