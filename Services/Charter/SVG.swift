import Glibc

/// A drawing as SVG.
struct SVG {
  private let width: Int
  private var body = ""

  init(width: Int) { self.width = width }

  mutating func text(_ x: Int, _ y: Int, _ text: String, weight: String = "normal", anchor: String = "start") {
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    body += "<text x=\"\(x)\" y=\"\(y)\" font-weight=\"\(weight)\" text-anchor=\"\(anchor)\">\(escaped)</text>\n"
  }

  mutating func rectangle(_ x: Int, _ y: Int, width: Int, height: Int, fill: String) {
    body += "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(fill)\"/>\n"
  }

  mutating func line(_ points: [(x: Int, y: Int)], stroke: String, dashes: String = "none") {
    let list = points.map { "\($0.x),\($0.y)" }.joined(separator: " ")
    body += "<polyline points=\"\(list)\" fill=\"none\" stroke=\"\(stroke)\" stroke-width=\"2\" "
    body += "stroke-dasharray=\"\(dashes)\"/>\n"
  }

  func document(height: Int) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" font-family="sans-serif" font-size="12">
    <rect width="100%" height="100%" fill="white"/>
    \(body)</svg>

    """
  }
}

extension String {
  /// - Throws: ``Failure`` when the file cannot be written.
  func write(to path: String) throws {
    guard let file = fopen(path, "w") else { throw Failure("\(path) cannot be written") }
    defer { fclose(file) }
    guard fputs(self, file) >= 0 else { throw Failure("\(path) cannot be written") }
  }
}
