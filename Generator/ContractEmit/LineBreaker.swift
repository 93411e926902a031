/// Breaks a line of Swift that is too long: at its braces and brackets, between the parts of a condition, and at last in a
/// literal, which goes on in the next line without a line's end in the text.
struct LineBreaker {
  typealias Line = (depth: Int, text: String)

  /// The column at which the line begins.
  let column: Int

  func broken(_ line: String) -> [Line] {
    broken(Array(line.utf8)[...], 0).map { ($0, String(decoding: $1, as: UTF8.self)) }
  }

  private typealias Bytes = ArraySlice<UInt8>
  private typealias Lines = [(Int, Bytes)]

  /// The columns that are left at a depth.
  private func room(_ depth: Int) -> Int { SwiftWriter.width - column - 2 * depth }

  private func broken(_ line: Bytes, _ depth: Int) -> Lines {
    if line.count <= room(depth) { return [(depth, line)] }
    let outline = LineOutline(line)
    return label(line, outline, depth) ?? braces(line, outline, depth) ?? conditions(line, outline, depth)
      ?? brackets(line, outline, depth) ?? assignment(line, outline, depth) ?? literal(line, outline, depth)
      ?? [(depth, line)]
  }

  /// `case .a(let b):` and what follows it.
  private func label(_ line: Bytes, _ outline: LineOutline, _ depth: Int) -> Lines? {
    guard line.starts(with: "case ".utf8) || line.starts(with: "default: ".utf8), let colon = outline.colon else {
      return nil
    }
    let rest = line[colon...].dropFirst().drop { $0 == UInt8(ascii: " ") }
    return rest.isEmpty ? nil : broken(line[...colon], depth) + broken(rest, depth + 1)
  }

  /// `head { body }`.
  private func braces(_ line: Bytes, _ outline: LineOutline, _ depth: Int) -> Lines? {
    guard let group = outline.groups.last, group.opening == UInt8(ascii: "{"),
      group.end == line.index(before: line.endIndex)
    else { return nil }
    let body = trimmed(line[group.start...].dropFirst().dropLast())
    guard !body.isEmpty else { return nil }
    // Breaking a small closure alone would not help.
    guard body.count > 16 || group.start - line.startIndex + 1 <= room(depth) else { return nil }
    let inside = arguments(of: body)
    let head = line[...group.start] + inside.arguments
    return broken(head, depth) + broken(inside.body, depth + 1) + [(depth, line[group.end...])]
  }

  /// `check, item in` before the body of a closure.
  private func arguments(of body: Bytes) -> (arguments: Bytes, body: Bytes) {
    let mark = Array(" in ".utf8)
    let start = body.indices.dropLast(mark.count).first { index in
      body[index...].starts(with: mark)
    }
    let isNames = start.map { end in
      body[..<end].allSatisfy { LineOutline.isName($0) || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: " ") }
    }
    guard let start, isNames ?? false else { return ([], body) }
    return ([UInt8(ascii: " ")] + body[..<(start + 3)], body[(start + 4)...])
  }

  /// The parts of `guard` and `if`, and the values of `case`, as many on a line as fit.
  private func conditions(_ line: Bytes, _ outline: LineOutline, _ depth: Int) -> Lines? {
    let starts = ["guard ", "if ", "case \"", "public protocol ", "extension "].contains { line.starts(with: $0.utf8) }
    let cuts = outline.operators + (starts ? outline.commas.map { $0 + 2 } : [])
    guard !cuts.isEmpty, starts else { return nil }
    return filled(line, cuts.sorted(), depth, depth + 1)
  }

  private func filled(_ line: Bytes, _ cuts: [Int], _ first: Int, _ rest: Int) -> Lines {
    var lines: Lines = []
    var (start, end) = (line.startIndex, line.startIndex)
    for cut in cuts.filter({ $0 < line.endIndex }) + [line.endIndex] {
      let depth = lines.isEmpty ? first : rest
      if end > start, trimmed(line[start..<cut]).count > room(depth) {
        lines += broken(trimmed(line[start..<end]), depth)
        start = end
      }
      end = cut
    }
    return lines + broken(trimmed(line[start...]), lines.isEmpty ? first : rest)
  }

  /// The elements of a function's parameters, or of the longest brackets.
  private func brackets(_ line: Bytes, _ outline: LineOutline, _ depth: Int) -> Lines? {
    let groups = outline.groups.filter { $0.opening != UInt8(ascii: "{") && $0.end > $0.start + 1 }
    let isFunction = LineOutline.isFunction(line)
    guard var group = isFunction ? groups.first : groups.max(by: { $0.end - $0.start < $1.end - $1.start }) else {
      return nil
    }
    if !isFunction { group = hugged(line, group) }
    let (content, tail) = (line[group.start...].prefix(upTo: group.end).dropFirst(), line[group.end...])
    // It stays at the end of the last argument of a call, and begins a line after parameters and items.
    let closesLine = group.opening == UInt8(ascii: "(") && !isFunction
    var elements = split(content, closesLine ? tail : [])
    let isList = group.opening == UInt8(ascii: "[")
    if isList, elements.count > 1 { elements[elements.count - 1] += [UInt8(ascii: ",")] }
    var lines: Lines = [(depth, line[...group.start])]
    // A tuple begins with its first element.
    if group.start == line.startIndex, closesLine, elements.count > 1 { lines[0].1 += elements.removeFirst() }
    if elements.joined().count + elements.count - 1 <= room(depth + 1)
      || isList && elements.allSatisfy({ $0.count < 50 })
    {
      lines += fill(elements, depth + 1)
    } else {
      for element in elements { lines += broken(element, depth + 1) }
    }
    return closesLine ? lines : lines + broken(tail, depth)
  }

  /// The list that is the only argument of a call, as in `call([…])`: both are broken at once.
  private func hugged(_ line: Bytes, _ group: LineOutline.Group) -> LineOutline.Group {
    let inside = LineOutline(line[(group.start + 1)..<group.end])
    guard group.opening == UInt8(ascii: "("), inside.commas.isEmpty, let list = inside.groups.last,
      inside.groups.count == 1, list.opening == UInt8(ascii: "["), list.end == group.end - 1
    else { return group }
    return list
  }

  /// The elements with their commas, the last one with `tail`.
  private func split(_ content: Bytes, _ tail: Bytes) -> [Bytes] {
    var elements: [Bytes] = []
    var start = content.startIndex
    for comma in LineOutline(content).commas {
      elements.append(trimmed(content[start...comma]))
      start = comma + 1
    }
    return elements + [trimmed(content[start...]) + tail]
  }

  private func fill(_ elements: [Bytes], _ depth: Int) -> Lines {
    var lines: Lines = []
    for element in elements {
      if let last = lines.last, last.1.count + 1 + element.count <= room(depth) {
        lines[lines.count - 1].1 = last.1 + [UInt8(ascii: " ")] + element
      } else {
        lines.append((depth, element))
      }
    }
    return lines
  }

  /// `let a = b`, where nothing in `b` can be broken.
  private func assignment(_ line: Bytes, _ outline: LineOutline, _ depth: Int) -> Lines? {
    guard let sign = outline.assignment, outline.strings.isEmpty else { return nil }
    return [(depth, line[...sign])] + broken(trimmed(line[(sign + 1)...]), depth + 1)
  }

  /// A literal, in lines that end without a line's end in the text.
  private func literal(_ line: Bytes, _ outline: LineOutline, _ depth: Int) -> Lines? {
    guard let string = outline.strings.max(by: { $0.end - $0.start < $1.end - $1.start }),
      string.end - string.start > 20
    else { return nil }
    let quotes = Array("\"\"\"".utf8)
    var lines: Lines = [(depth, line[..<string.start] + quotes)]
    let pieces = LiteralPieces(line[(string.start + 1)..<string.end]).lines(of: room(depth + 1) - 1)
    for piece in pieces.dropLast() { lines.append((depth + 1, piece + [UInt8(ascii: "\\")])) }
    if let last = pieces.last { lines.append((depth + 1, last)) }
    return lines + [(depth + 1, quotes + line[(string.end + 1)...])]
  }

  private func trimmed(_ bytes: Bytes) -> Bytes {
    let rest = bytes.drop { $0 == UInt8(ascii: " ") }
    return rest.prefix((rest.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? rest.startIndex) - rest.startIndex)
  }
}
