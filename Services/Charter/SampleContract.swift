/// A contract of the size and shape of a large public one, made anew for each measurement, and always the same.
///
/// Their sizes are those of the contracts of 2026: Stripe's has some 1,300 schemas that refer to each other, most of
/// them by `anyOf` of an id and the object, and 550 operations with forms; Kubernetes's has over 1,000 operations that
/// repeat a few parameters.
struct SampleContract {
  enum Shape: String, CaseIterable { case stripe, kubernetes }

  let shape: Shape
  /// Whether one schema has a member more.
  var isEdited = false
  private static let resources = 260
  private static let partsPerResource = 4
  private static let kinds = 200

  var text: String { shape == .stripe ? stripe : kubernetes }

  /// A description of some words that differs from place to place.
  private static func words(_ seed: Int, _ count: Int) -> String {
    let words = [
      "The", "amount", "of", "each", "payment", "that", "an", "account", "may", "hold", "until", "it", "is", "settled",
      "in", "its", "currency",
    ]
    return (0..<count).map { words[($0 * 7 + seed * 3 + $0 * seed) % words.count] }.joined(separator: " ")
  }

  private static func member(_ name: String, _ schema: String, _ seed: Int) -> String {
    #""\#(name)":{"description":"\#(words(seed, 40)).",\#(schema)}"#
  }

  private static func object(_ members: [String], required: [String], title: String = "") -> String {
    let required = required.map { #""\#($0)""# }.joined(separator: ",")
    let title = title.isEmpty ? "" : #""title":"\#(title)","#
    return #"\#(title)"type":"object","properties":{\#(members.joined(separator: ","))},"required":[\#(required)]"#
  }

  private static func values(_ seed: Int, _ count: Int) -> String {
    let values = (0..<count).map { #""value_\#(seed % 13)_\#($0)""# }.joined(separator: ",")
    return #""type":"string","enum":[\#(values)]"#
  }

  private static func reference(_ name: String) -> String { ##""$ref":"#/components/schemas/\##(name)""## }

  private static func document(_ title: String, _ paths: [String], _ schemas: [String]) -> String {
    let information = #""openapi":"3.0.3","info":{"title":"\#(title)","version":"2026-11-29"}"#
    let components = #""components":{"schemas":{\#(schemas.joined(separator: ",\n"))}}"#
    return "{\(information),\"paths\":{\(paths.joined(separator: ",\n"))},\n\(components)}\n"
  }

  private static let short = #""type":"string","maxLength":5000"#

  private static func response(_ schema: String) -> String {
    ##""200":{"description":"Done.","content":{"application/json":{"schema":{\##(schema)}}}}"##
  }
}

// MARK: Stripe's shape

extension SampleContract {
  private var stripe: String {
    let failure = Self.object(
      [
        Self.member("message", Self.short, 1), Self.member("code", Self.values(3, 150), 2),
        Self.member("param", Self.short, 3),
      ], required: ["message"])
    let schemas = (0..<Self.resources).flatMap { index in
      [#""resource_\#(index)":{\#(Self.resource(index))}"#]
        + (0..<Self.partsPerResource).map { part in
          let members = Self.part(index, part, isEdited: isEdited && index == 7 && part == 1)
          return #""resource_\#(index)_part_\#(part)":{\#(members)}"#
        }
    }
    return Self.document(
      "A payment service of Stripe's shape", (0..<Self.resources).flatMap(Self.paths),
      schemas + [#""error":{\#(failure)}"#])
  }

  private static func resource(_ index: Int) -> String {
    let parts = (0..<partsPerResource).map { part in
      member(
        "detail_\(part)",
        part % 2 == 0
          ? reference("resource_\(index)_part_\(part)")
          : #""nullable":true,"anyOf":[{\#(reference("resource_\(index)_part_\(part)"))}]"#, index + part)
    }
    let links = (1...2).map { link in
      let other = reference("resource_\((index * 7 + link * 31) % resources)")
      return member("link_\(link)", #""nullable":true,"anyOf":[{\#(short)},{\#(other)}]"#, index + link)
    }
    let plain = [
      member("id", short, index), member("object", #""type":"string","enum":["resource_\#(index)"]"#, index),
      member("created", #""type":"integer","format":"unix-time""#, index + 1),
      member("livemode", #""type":"boolean""#, index + 2),
      member(
        "metadata", #""type":"object","additionalProperties":{"type":"string","maxLength":500}"#, index + 3),
      member("description", short + #","nullable":true"#, index + 4),
      member("status", values(index, index % 20 == 0 ? 120 : 4 + index % 5), index + 5),
      member("amount", #""type":"integer""#, index + 6),
      member("methods", #""type":"array","items":{\#(short)}"#, index + 9),
    ]
    return object(
      plain + parts + links, required: ["id", "object", "created", "livemode", "status"], title: "Resource\(index)")
  }

  /// Every second part holds one of the parts of another resource, and every fourth a choice.
  private static func part(_ index: Int, _ part: Int, isEdited: Bool) -> String {
    let seed = index * partsPerResource + part
    var members = [
      member("enabled", #""type":"boolean""#, seed), member("code", short, seed + 1),
      member("name", short + #","nullable":true"#, seed + 2),
    ]
    if part == 0 {
      let inner = ["city", "country", "line"].map { member($0, short + #","nullable":true"#, seed) }
      members.append(member("address", object(inner, required: []), seed + 1))
    }
    if isEdited { members.append(member("added", short, seed)) }
    if part == 2 { members.append(member("reason", values(seed, 3 + seed % 6), seed)) }
    if part == 1 { members.append(member("of", reference("resource_\((index + 5) % resources)_part_2"), seed)) }
    if part == 3 {
      let branches = [1, 2, 3].map { (index * 3 + $0 * 17) % resources }.map { "{\(reference("resource_\($0)"))}" }
      members.append(member("source", #""anyOf":[\#(branches.joined(separator: ","))]"#, seed))
    }
    return object(members, required: ["enabled", "code"])
  }

  /// Of 260 resources 72 can be written and listed, the others only read: 548 operations.
  private static func paths(_ index: Int) -> [String] {
    let identifier = #"{"name":"id","in":"path","required":true,"schema":{\#(short)}}"#
    let expand = #"{"name":"expand","in":"query","schema":{"type":"array","items":{\#(short)}}}"#
    let one = reference("resource_\(index)")
    let get = operation("get", "Get", index, [expand, identifier], one)
    guard index < 72 else { return [#""/v1/resources_\#(index)/{id}":{\#(get)}"#] }
    let page = object(
      [
        member("data", #""type":"array","items":{\#(one)}"#, index), member("has_more", #""type":"boolean""#, index),
        member("object", #""type":"string","enum":["list"]"#, index), member("url", short, index),
      ], required: ["data", "has_more", "object", "url"])
    let paging = ["limit", "starting_after", "ending_before"].map {
      #"{"name":"\#($0)","in":"query","schema":{\#($0 == "limit" ? #""type":"integer""# : short)}}"#
    }
    let list = operation("get", "List", index, [expand] + paging, page)
    let create = operation("post", "Create", index, [], one, form: index)
    let update = operation("post", "Update", index, [identifier], one, form: index + 1)
    let delete = operation("delete", "Delete", index, [identifier], one)
    return [
      #""/v1/resources_\#(index)":{\#(list),\#(create)}"#,
      #""/v1/resources_\#(index)/{id}":{\#(get),\#(update),\#(delete)}"#,
    ]
  }

  private static func operation(
    _ method: String, _ verb: String, _ index: Int, _ parameters: [String], _ schema: String, form: Int? = nil
  ) -> String {
    let body = form.map {
      ##""requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{\##(Self.form($0))}}}},"##
    }
    let head = #""operationId":"\#(verb)Resource\#(index)","description":"\#(words(index, 60)).""#
    let error =
      ##""default":{"description":"Failed.","content":{"application/json":{"schema":{\##(reference("error"))}}}}"##
    return #""\#(method)":{\#(head),"parameters":[\#(parameters.joined(separator: ","))],\#(body ?? "")"#
      + #""responses":{\#(response(schema)),\#(error)}}"#
  }

  private static func form(_ seed: Int) -> String {
    let nested = { (depth: Int) in
      (0..<depth).reduce(short) { inner, level in
        object(
          [
            member("inner_\(level)", inner, seed + level), member("enabled", #""type":"boolean""#, seed),
            member("kind", values(seed + level, 4), seed), member("amount", #""type":"integer""#, seed),
          ], required: [])
      }
    }
    let plain = (0..<6).map { member("field_\($0)", $0 % 3 == 0 ? #""type":"integer""# : short, seed + $0) }
    let objects = (1...2).map { member("options_\($0)", nested($0), seed + $0) }
    let expand = member("expand", #""type":"array","items":{\#(short)}"#, seed)
    return object(plain + objects + [expand, member("mode", values(seed, 5), seed)], required: [])
  }
}

// MARK: Kubernetes's shape

extension SampleContract {
  private var kubernetes: String {
    let schemas = (0..<Self.kinds).flatMap { index in
      let members = (0..<8).map { number in
        let other = Self.reference("Spec\((index + number * 13) % Self.kinds)")
        return Self.member(
          "field\(number)", number % 4 == 3 ? #""type":"array","items":{\#(other)}"# : Self.short, index + number)
      }
      let added = isEdited && index == 7 ? [Self.member("added", Self.short, index)] : []
      let kind = [
        Self.member("apiVersion", Self.short, index), Self.member("kind", Self.short, index),
        Self.member("spec", Self.reference("Spec\(index)"), index),
      ]
      return [
        #""Spec\#(index)":{\#(Self.object(members + added, required: ["field0"]))}"#,
        #""Kind\#(index)":{\#(Self.object(kind, required: ["spec"]))}"#,
      ]
    }
    return Self.document("An orchestrator of Kubernetes's shape", (0..<Self.kinds).flatMap(Self.kindPaths), schemas)
  }

  /// Six operations a kind, with the same parameters each.
  private static func kindPaths(_ index: Int) -> [String] {
    let queries = [
      "pretty", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "timeoutSeconds", "watch",
    ].map { name in
      let type = ["limit", "timeoutSeconds"].contains(name) ? "integer" : name == "watch" ? "boolean" : "string"
      return #"{"name":"\#(name)","in":"query","description":"\#(words(index, 24)).","schema":{"type":"\#(type)"}}"#
    }
    let path = ["namespace", "name"].map { name in
      #"{"name":"\#(name)","in":"path","required":true,"schema":{"type":"string"}}"#
    }
    let one = reference("Kind\(index)")
    let body = ##""requestBody":{"required":true,"content":{"application/json":{"schema":{\##(one)}}}},"##
    let operation = { (method: String, verb: String, path: [String], body: String) in
      #""\#(method)":{"operationId":"\#(verb)Kind\#(index)","tags":["group\#(index % 20)"],"#
        + #""parameters":[\#((path + queries).joined(separator: ","))],\#(body)"#
        + #""responses":{\#(response(one)),"401":{"description":"Unauthorized"}}}"#
    }
    let all = "/apis/group\(index % 20)/v1/namespaces/{namespace}/kinds\(index)"
    let list = operation("get", "list", Array(path.prefix(1)), "")
    let create = operation("post", "create", Array(path.prefix(1)), body)
    let single = [("get", "read", ""), ("put", "replace", body), ("patch", "patch", body), ("delete", "delete", "")]
      .map { operation($0, $1, path, $2) }.joined(separator: ",")
    return [#""\#(all)":{\#(list),\#(create)}"#, #""\#(all)/{name}":{\#(single)}"#]
  }
}
