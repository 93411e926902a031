import Glibc

/// The results of `./charter bench serve`, as text lines and as a chart.
struct BenchmarkTable {
  let contenders: [ServeBenchmark.Contender]
  let figures: [String: [ServeBenchmark.Workload: ServeBenchmark.Figures]]

  var lines: [String] {
    var lines = [
      padded("", 28) + padded("", 16) + padded("min", 10) + padded("median", 10) + padded("max", 10)
        + padded("MB", 6) + "Charter/peer"
    ]
    for workload in ServeBenchmark.Workload.allCases {
      for contender in contenders {
        guard let result = figures[contender.name]?[workload], let charter = figures["Charter"]?[workload] else {
          continue
        }
        let sorted = result.rates.sorted()
        lines.append(
          padded(workload.title, 28) + padded(contender.name, 16) + padded(rounded(sorted[0]), 10)
            + padded(rounded(result.median), 10) + padded(rounded(sorted[sorted.count - 1]), 10)
            + padded("\(result.memory)", 6)
            + (contender.name == "Charter" ? "" : ratio(charter.median, result.median) + "x")
            + (result.failures > 0 ? "  \(result.failures) responses were not 2xx" : ""))
      }
    }
    return lines
  }

  /// A bar chart of the medians as SVG, one group per workload.
  func chart(_ machine: String) -> String {
    let bar = 22
    var y = 60
    var body = ""
    for workload in ServeBenchmark.Workload.allCases {
      body += text(20, y, workload.title, weight: "bold")
      y += 12
      let medians = contenders.compactMap { contender in
        figures[contender.name]?[workload].map { (contender.name, $0.median) }
      }
      let largest = medians.map(\.1).max() ?? 1
      for (name, rate) in medians {
        let width = max(1, Int(460 * rate / largest))
        body += "<rect x=\"150\" y=\"\(y)\" width=\"\(width)\" height=\"\(bar - 6)\" "
        body += "fill=\"\(name == "Charter" ? "#e4572e" : "#9aa5b1")\"/>\n"
        body += text(20, y + 12, name) + text(158 + width, y + 12, rounded(rate))
        y += bar
      }
      y += 24
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="720" height="\(y + 10)" font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="white"/>
      \(text(20, 24, "Requests per second on one core, median", weight: "bold"))\(text(20, 40, machine))\(body)</svg>

      """
  }

  private func text(_ x: Int, _ y: Int, _ text: String, weight: String = "normal") -> String {
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return "<text x=\"\(x)\" y=\"\(y)\" font-weight=\"\(weight)\">\(escaped)</text>\n"
  }

  private func rounded(_ value: Double) -> String { String(Int(value.rounded())) }

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
