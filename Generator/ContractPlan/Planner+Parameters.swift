import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

extension OperationPlanner {
  /// How a parameter is written; nil for a plain text in a path or a query.
  mutating func style(of parameter: Parameter, _ type: TypePlan) -> StylePlan? {
    do throws(StyleFault) {
      let style = try types.analysis.style(of: parameter)
      if style.isConvention || parameter.style == "deepObject" && style.style == .form {
        report(.deepObject, at: parameter.position)
      }
      if let name = parameter.style, ["spaceDelimited", "pipeDelimited"].contains(name), style.style == .form {
        diagnostics.warning(
          .noEffect, "the style \(name) has no effect on a text (OpenAPI 3.1, section 4.8.12.3)", at: parameter.position
        )
      }
      if parameter.mediaType == nil, style.shape.holdsJSON { report(.json, at: parameter.position) }
      if case .primitive = style.shape, isPlain(style), isText(type, parameter.schema) { return nil }
      return style
    } catch {
      report(error, "parameter", at: parameter.position, isWhole: parameter.location == .querystring)
      return nil
    }
  }

  /// Whether it is written as every text is in its location.
  private func isPlain(_ style: StylePlan) -> Bool {
    guard !style.allowReserved else { return false }
    switch (style.location, style.style) {
    case (.path, .simple), (.query, .form): return true
    default: return false
    }
  }

  /// How a header of a response is written; nil for a plain text.
  mutating func style(of header: Header, _ type: TypePlan) -> StylePlan? {
    if header.mediaType == nil, isText(type, header.schema) { return nil }
    do throws(StyleFault) {
      let style = try types.analysis.style(of: header)
      if header.mediaType == nil, style.shape.holdsJSON { report(.json, at: header.position) }
      return style
    } catch {
      report(error, "header", at: header.position)
      return nil
    }
  }

  /// Reports a convention beyond OpenAPI by which a value is written: once a contract is enough.
  mutating func report(_ convention: StyleConvention, at position: SourcePosition) {
    guard reported.insert(convention).inserted else { return }
    switch convention {
    case .deepObject:
      diagnostics.warning(
        .untyped, "OpenAPI defines 'deepObject' for objects of texts alone", at: position,
        help: "others are written as a[b][c]=1, a[b][]=1, a[b][0][c]=1 and, a text, as a=1, as Stripe and Kong do")
    case .json:
      diagnostics.warning(
        .untyped, "OpenAPI does not define how nested lists and objects are written here: they are written as JSON",
        at: position, help: "say so with 'content: application/json' instead of 'schema'")
    }
  }

  private func report(_ fault: StyleFault, _ what: String, at position: SourcePosition, isWhole: Bool = false) {
    switch fault {
    case .style(let name, let location):
      let allowed = ParameterStyle.allowed(in: location).map(\.rawValue).joined(separator: ", ")
      diagnostics.error(
        .badValue, "'\(name)' is not a style of a \(what) in \(location)", at: position,
        help: "valid values: \(allowed) (OpenAPI 3.1, section 4.8.12.2)")
    case .mediaType(let name):
      diagnostics.error(
        .unsupported, "a \(what) of the media type '\(name)' is not supported here", at: position,
        help: what == "header"
          ? "give it 'schema' instead of 'content'"
          : "valid media types: application/json"
            + (isWhole ? ", and application/x-www-form-urlencoded of a flat object" : ""))
    case .ambiguous(let style):
      diagnostics.error(
        .unsupported, "the style \(style) writes a list and an object alike: nothing tells them apart", at: position,
        help: "write 'explode: true', or 'content: application/json' instead of 'schema'")
    case .unexpressed(let style):
      diagnostics.error(
        .badValue, "the style \(style) cannot express this type (OpenAPI 3.1, section 4.8.12.3)", at: position)
    case .unbounded:
      diagnostics.error(
        .unsupported, "an object with any members would include all other cookies too", at: position,
        help: "list its properties, or write 'explode: false'")
    }
  }

  /// Whether a value can be written as the text of a parameter.
  mutating func isText(_ type: TypePlan, _ schema: Int) -> Bool { types.isText(type, schema) }
}

/// A convention beyond OpenAPI by which a parameter is written.
enum StyleConvention {
  /// Lists, objects and texts in `deepObject`.
  case deepObject
  /// Lists and objects that hold others, as JSON.
  case json
}
