import Glibc

/// The results of `./charter bench growth`, as text lines and as a chart.
struct GrowthTable {
  let results: [(series: GrowthBenchmark.Series, points: [GrowthBenchmark.Point])]

  var lines: [String] {
    var lines = [
      padded("", 14) + padded("", 13) + padded("requests/s", 12) + padded("us", 10) + padded("expected", 10) + "ratio"
    ]
    for (series, points) in results {
      lines.append(series.title)
      for (point, expected) in zip(points, Self.expected(series, points)) {
        let time = point.microseconds.median
        lines.append(
          padded("", 14) + padded("\(point.size)", 13) + padded(point.rates.median.text(digits: 0), 12)
            + padded(time.text(digits: 1), 10) + padded(expected.text(digits: 1), 10)
            + (time / max(expected, 0.1)).text(digits: 2)
            + (point.failures > 0 ? "  \(point.failures) responses were not 2xx" : ""))
      }
    }
    return lines + ["us: the server's user and system time a request, without PostgreSQL's. expected: " + Self.words]
  }

  private static let words =
    "as at the first size; for bytes, on the line through the first two sizes."

  /// The microseconds that each size should take.
  private static func expected(_ series: GrowthBenchmark.Series, _ points: [GrowthBenchmark.Point]) -> [Double] {
    let times = points.map(\.microseconds.median)
    guard series.expected == .linear, points.count > 1 else { return times.map { _ in times[0] } }
    let slope = max(0, times[1] - times[0]) / Double(points[1].size - points[0].size)
    return points.map { times[0] + slope * Double($0.size - points[0].size) }
  }

  /// One panel for each series: the measured microseconds a request, and the expected ones dashed.
  func chart(_ machine: String) -> String {
    var chart = SVG(width: 860)
    chart.text(20, 24, "Processor time a request as work grows, microseconds", weight: "bold")
    chart.text(20, 40, machine + "; dashed: expected, " + Self.words)
    for (index, result) in results.enumerated() {
      let panel = Panel(
        x: 20 + index % 2 * 420, y: 72 + index / 2 * 230, isLogarithmic: result.series.expected == .linear,
        measured: result.points.map(\.microseconds.median), expected: Self.expected(result.series, result.points))
      panel.draw(result.series.title, result.points.map(\.size), in: &chart)
    }
    return chart.document(height: 82 + (results.count + 1) / 2 * 230)
  }

  /// One series in the chart, with equal steps between its sizes.
  private struct Panel {
    let x: Int
    let y: Int
    /// Whether equal steps upwards multiply the time.
    let isLogarithmic: Bool
    let measured: [Double]
    let expected: [Double]
    private static let height = 140

    func draw(_ title: String, _ sizes: [Int], in chart: inout SVG) {
      chart.text(x, y, title, weight: "bold")
      chart.line([(left, y + 20), (left, bottom), (x + 380, bottom)], stroke: "#9aa5b1")
      chart.line(points(expected), stroke: "#9aa5b1", dashes: "6 4")
      chart.line(points(measured), stroke: "#e4572e")
      for ((place, size), time) in zip(zip(points(measured), sizes), measured) {
        chart.text(place.x, bottom + 16, "\(size)", anchor: "middle")
        chart.text(place.x, place.y - 8, time.text(digits: time < 100 ? 1 : 0), anchor: "middle")
      }
    }

    private var left: Int { x + 10 }
    private var bottom: Int { y + 20 + Self.height + 20 }

    private func points(_ values: [Double]) -> [(x: Int, y: Int)] {
      let largest = max(0.1, (measured + expected).max() ?? 1)
      let smallest = max(0.1, (measured + expected).min() ?? 1)
      return values.enumerated().map { index, value in
        let share =
          isLogarithmic ? Self.decades(value / smallest * 2) / Self.decades(largest / smallest * 2) : value / largest
        let step = 320 / max(1, values.count - 1)
        return (left + 30 + index * step, bottom - Int(share * Double(Self.height)))
      }
    }

    /// The logarithm of a number.
    private static func decades(_ value: Double) -> Double { log10(max(value, 1)) }
  }
}
