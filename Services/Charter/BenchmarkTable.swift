import Glibc

/// The figures of `./charter bench serve`: as lines, and as a chart.
struct BenchmarkTable {
  let contenders: [ServeBenchmark.Contender]
  let figures: [String: [ServeBenchmark.Work: ServeBenchmark.Figures]]

  var lines: [String] {
    var lines = [
      padded("", 28) + padded("", 16) + padded("min", 10) + padded("median", 10) + padded("max", 10)
        + padded("MB", 6) + "Charter to it"
    ]
    for work in ServeBenchmark.Work.allCases {
      for contender in contenders {
        guard let own = figures[contender.name]?[work], let charter = figures["Charter"]?[work] else { continue }
        let sorted = own.rates.sorted()
        lines.append(
          padded(work.title, 28) + padded(contender.name, 16) + padded(whole(sorted[0]), 10)
            + padded(whole(own.median), 10) + padded(whole(sorted[sorted.count - 1]), 10) + padded("\(own.memory)", 6)
            + (contender.name == "Charter" ? "" : ratio(charter.median, own.median) + "x")
            + (own.failures > 0 ? "  \(own.failures) answers were no success" : ""))
      }
    }
    return lines
  }

  /// Bars of the medians, a group for each work, as SVG.
  func chart(_ machine: String) -> String {
    let bar = 22
    var y = 60
    var body = ""
    for work in ServeBenchmark.Work.allCases {
      body += text(20, y, work.title, weight: "bold")
      y += 12
      let own = contenders.compactMap { contender in
        figures[contender.name]?[work].map { (contender.name, $0.median) }
      }
      let most = own.map(\.1).max() ?? 1
      for (name, rate) in own {
        let width = max(1, Int(460 * rate / most))
        body += "<rect x=\"150\" y=\"\(y)\" width=\"\(width)\" height=\"\(bar - 6)\" "
        body += "fill=\"\(name == "Charter" ? "#e4572e" : "#9aa5b1")\"/>\n"
        body += text(20, y + 12, name) + text(158 + width, y + 12, whole(rate))
        y += bar
      }
      y += 24
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="720" height="\(y + 10)" font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="white"/>
      \(text(20, 24, "Requests a second on one core, median", weight: "bold"))\(text(20, 40, machine))\(body)</svg>

      """
  }

  private func text(_ x: Int, _ y: Int, _ text: String, weight: String = "normal") -> String {
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return "<text x=\"\(x)\" y=\"\(y)\" font-weight=\"\(weight)\">\(escaped)</text>\n"
  }

  private func whole(_ value: Double) -> String { String(Int(value.rounded())) }

  private func ratio(_ one: Double, _ other: Double) -> String {
    let tenths = Int((one / max(other, 1) * 100).rounded())
    return "\(tenths / 100).\(tenths % 100 < 10 ? "0" : "")\(tenths % 100)"
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
