import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// Makes the requests of a Postman collection, with examples.
struct PostmanRequests {
  let set: SchemaSet
  let samples: SampleMaker
  let addresses: PostmanAddresses

  func request(_ operation: Operation, _ contract: Contract, _ auth: PostmanAuth) -> [JSONTree.Member] {
    var words = [operation.description].compactMap { $0 }
    let parameters = operation.parameters.filter { !$0.isReserved && !$0.isAstray(of: operation) }
    var headers = auth.headers.map { Self.pair($0.name, $0.value) }
    headers += parameters.filter { $0.location == .header }.map { pair($0, (name: $0.name, value: text($0))) }
    if let use = operation.policy.idempotencyKey {
      headers.append(
        .object([
          ("key", "Idempotency-Key"), ("value", "{{$guid}}"), ("disabled", .bool(use == .optional)),
          ("description", "The same for every attempt at the same thing: it is then done once."),
        ]))
    }
    var members: [JSONTree.Member] = [("method", .string(operation.method))]
    let media = operation.body?.content.first
    if let type = media.flatMap(contentType) { headers.append(Self.pair("Content-Type", type)) }
    members.append(("header", .array(headers)))
    if let media {
      members.append(("body", body(media)))
      if !example(media).isSound { words.append("The example body may break its schema: no better one was found.") }
    }
    members.append(("url", url(operation, parameters, auth, addresses.address(of: operation, in: contract))))
    if parameters.contains(where: { $0.location == .cookie }) {
      words.append("Its cookie parameters are not in the request: Postman keeps cookies itself.")
    }
    if !words.isEmpty { members.append(("description", .string(words.joined(separator: "\n\n")))) }
    return members
  }

  private static func pair(_ key: String, _ value: String) -> JSONTree {
    .object([("key", .string(key)), ("value", .string(value))])
  }

  private func style(_ parameter: Parameter) -> PostmanStyle {
    var analysis = SchemaAnalysis(set, diagnostics: Diagnostics())
    let plan = try? analysis.style(of: parameter)
    let (style, explode) = plan.map { ($0.style, $0.explode) } ?? parameter.styling
    return PostmanStyle(style: style, explode: explode, isJSON: plan?.isJSON ?? false)
  }

  /// The example of a parameter in a path or a header.
  private func text(_ parameter: Parameter) -> String {
    style(parameter).text(parameter.name, samples.sample(parameter.schema).value)
  }

  /// - Parameter cursor: the name of the cursor, whose value stays empty: cursors cannot be made up.
  private func pairs(_ parameter: Parameter, cursor: String?) -> [JSONTree] {
    if parameter.name == cursor { return [pair(parameter, (name: parameter.name, value: ""))] }
    return style(parameter).pairs(parameter.name, samples.sample(parameter.schema).value).map { pair(parameter, $0) }
  }

  private func pair(_ parameter: Parameter, _ pair: (name: String, value: String)) -> JSONTree {
    var members: [JSONTree.Member] = [("key", .string(pair.name)), ("value", .string(pair.value))]
    if let text = parameter.description { members.append(("description", .string(text))) }
    if !parameter.isRequired { members.append(("disabled", .bool(true))) }
    return .object(members)
  }

  // MARK: address

  private func url(
    _ operation: Operation, _ parameters: [Parameter], _ auth: PostmanAuth, _ address: (base: String, path: String)
  ) -> JSONTree {
    let values = parameters.filter { $0.location == .path }
    let own = operation.path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    let segments = address.path.split(separator: "/").map(String.init) + own.map { segment($0, values) }
    let query =
      auth.query.map { Self.pair($0.name, $0.value) }
      + parameters.filter { $0.location == .query }.flatMap { pairs($0, cursor: operation.pagination?.cursor.text) }
      + parameters.filter { $0.location == .querystring }.flatMap(pairs)
    var members: [JSONTree.Member] = [
      ("raw", .string(address.base + "/" + segments.joined(separator: "/"))), ("host", .array([.string(address.base)])),
      ("path", .array(segments.map { .string($0) })),
    ]
    if !query.isEmpty { members.append(("query", .array(query))) }
    let variables = values.filter { value in own.contains { $0 == "{\(value.name)}" } }
    if !variables.isEmpty {
      members.append(("variable", .array(variables.map { pair($0, (name: $0.name, value: text($0))) })))
    }
    return .object(members)
  }

  /// A Postman variable is a whole segment: in a segment with more text the example is inserted.
  private func segment(_ segment: Substring, _ values: [Parameter]) -> String {
    if let value = values.first(where: { segment == "{\($0.name)}" }) { return ":" + value.name }
    return values.reduce(String(segment)) { text, value in
      text.replacing("{\(value.name)}", with: self.text(value))
    }
  }

  /// The whole query as one value: its members, or only its text.
  private func pairs(_ parameter: Parameter) -> [JSONTree] {
    let value = samples.sample(parameter.schema).value
    guard parameter.mediaType.map({ MediaTypeName($0).kind }) == .form else {
      let text = Reference.encoded(value.stringValue ?? value.inline())
      return [.object([("key", .string(text)), ("value", .null), ("disabled", .bool(!parameter.isRequired))])]
    }
    return value.members.map { Self.pair($0.key, $0.value.plain) }
  }

  // MARK: body

  /// Nil where Postman writes the header itself, or where it needs a choice.
  private func contentType(_ media: MediaType) -> String? {
    let kind = set.kind(of: media)
    if [.form, .multipart].contains(kind) { return nil }
    return media.parsed.isRange ? (kind == .json ? "application/json" : nil) : media.name
  }

  private func body(_ media: MediaType) -> JSONTree {
    let raw = { (language: JSONTree) in
      JSONTree.object([
        ("mode", "raw"), ("raw", .string(example(media).text)),
        ("options", .object([("raw", .object([("language", language)]))])),
      ])
    }
    switch set.kind(of: media) {
    case .json: return raw("json")
    case .form: return .object([("mode", "urlencoded"), ("urlencoded", .array(fields(media, isMultipart: false)))])
    case .multipart: return .object([("mode", "formdata"), ("formdata", .array(fields(media, isMultipart: true)))])
    case .text, .lines, .sequence, .events: return raw("text")
    case .bytes where media.parsed.base.hasSuffix("xml"): return raw("xml")
    case .bytes: return .object([("mode", "file"), ("file", .object([("src", "")]))])
    }
  }

  /// The members of a form; each item of a list is an entry of its own.
  private func fields(_ media: MediaType, isMultipart: Bool) -> [JSONTree] {
    guard let schema = media.schema else { return [] }
    let shape = Shape(schema, set)
    guard shape.isForm(set) else { return [] }
    let whole = samples.sample(schema).value
    return shape.properties.flatMap { property -> [JSONTree] in
      let (name, schemas) = (property.key, property.value)
      let type = media.encoding(of: name)?.contentType.map { String($0.prefix { $0 != "," }) }
      let isFile = isMultipart && set.isFile(set.part(schemas[0]), type.map { MediaTypeName($0) })
      let value = whole[name] ?? samples.sample(schemas[0]).value
      return texts(name, value, media.encoding(of: name)).map { name, text in
        var members: [JSONTree.Member] = [("key", .string(name))]
        members.append(isFile ? ("src", "") : ("value", .string(text)))
        if isMultipart { members.append(("type", isFile ? "file" : "text")) }
        if isMultipart, let type, !type.contains("*") { members.append(("contentType", .string(type))) }
        if !shape.requires(property.key) { members.append(("disabled", .bool(true))) }
        return .object(members)
      }
    }
  }

  private func texts(_ name: String, _ value: JSONTree, _ encoding: Encoding?) -> [(name: String, value: String)] {
    if encoding?.style != nil || encoding?.explode != nil {
      let style = encoding?.style.flatMap(ParameterStyle.init) ?? .form
      return PostmanStyle(style: style, explode: encoding?.explode ?? style.explodes, isJSON: false).pairs(name, value)
    }
    guard case .array(let items) = value, !(encoding?.contentType.map { MediaTypeName($0).isJSON } ?? false) else {
      return [(name, value.plain)]
    }
    return items.map { (name, $0.plain) }
  }

  /// A body as text, and whether it fits its schema.
  func example(_ media: MediaType) -> (text: String, isSound: Bool) {
    let kind = set.kind(of: media)
    let item = media.itemSchema ?? media.schema.flatMap { set.keywords(set.resolved($0)).items }
    switch kind {
    case .lines, .sequence, .events:
      guard let item else { return ("", true) }
      let (value, isSound) = samples.sample(item)
      let record = kind == .events ? event(value) : (kind == .sequence ? "\u{1E}" : "") + value.inline() + "\n"
      return (record, isSound)
    default:
      guard let schema = media.schema else { return ("", true) }
      let (value, isSound) = samples.sample(schema)
      switch kind {
      case .json: return (value.text(), isSound)
      case .form: return (value.members.map { "\($0.key)=\($0.value.plain)" }.joined(separator: "&"), isSound)
      case .text: return (value.plain, isSound)
      default: return (value.stringValue ?? "", true)
      }
    }
  }

  private func event(_ value: JSONTree) -> String {
    ["event", "id", "retry", "data"].compactMap { name in value[name].map { "\(name): \($0.plain)\n" } }.joined() + "\n"
  }
}
