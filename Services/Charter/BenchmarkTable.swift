/// The results of `./charter bench serve`, as text lines and as a chart.
struct BenchmarkTable {
  /// The names, in order.
  let contenders: [String]
  let results: ServeBenchmark.Results

  var lines: [String] {
    [
      padded("requests a second", 28) + padded("", 22) + padded("min", 9) + padded("median", 9) + padded("max", 9)
        + padded("us", 8) + padded("MB", 6) + "Charter/peer: requests, us"
    ]
      + ServeBenchmark.Workload.allCases.flatMap { workload in
        contenders.compactMap { name in results[name]?[workload].map { line(workload, name, $0) } }
      }
  }

  private func line(_ workload: ServeBenchmark.Workload, _ name: String, _ figures: ServeBenchmark.Figures) -> String {
    let sorted = figures.rates.sorted()
    let rates = [sorted[0], sorted.median, sorted[sorted.count - 1]].map { padded($0.text(digits: 0), 9) }.joined()
    let time = figures.microseconds.isEmpty ? "-" : figures.microseconds.median.text(digits: 1)
    return padded(workload.title, 28) + padded(name, 22) + rates + padded(time, 8)
      + padded(figures.memory.map { "\($0)" } ?? "-", 6) + (name == "Charter" ? "" : ratios(workload, figures))
      + (figures.failures > 0 ? "  \(figures.failures) responses were not 2xx" : "")
  }

  /// How many times as many requests a second Charter serves, and with how much less processor time each.
  private func ratios(_ workload: ServeBenchmark.Workload, _ peer: ServeBenchmark.Figures) -> String {
    guard let charter = results["Charter"]?[workload] else { return "" }
    let rate = padded((charter.rates.median / max(peer.rates.median, 1)).text(digits: 2) + "x", 8)
    guard !peer.microseconds.isEmpty else { return rate }
    return rate + (peer.microseconds.median / max(charter.microseconds.median, 0.1)).text(digits: 2) + "x"
  }

  /// A bar chart of the medians as SVG, one group per workload.
  func chart(_ machine: String) -> String {
    var chart = SVG(width: 720)
    chart.text(20, 24, "Requests per second on one core, median", weight: "bold")
    chart.text(20, 40, machine)
    var y = 60
    for workload in ServeBenchmark.Workload.allCases {
      chart.text(20, y, workload.title, weight: "bold")
      y += 12
      let medians = contenders.compactMap { name in results[name]?[workload].map { (name, $0.rates.median) } }
      let largest = max(1, medians.map(\.1).max() ?? 1)
      for (name, rate) in medians {
        let width = max(1, Int(460 * rate / largest))
        chart.rectangle(160, y, width: width, height: 16, fill: name == "Charter" ? "#e4572e" : "#9aa5b1")
        chart.text(20, y + 12, name)
        chart.text(168 + width, y + 12, rate.text(digits: 0))
        y += 22
      }
      y += 24
    }
    return chart.document(height: y + 10)
  }
}

extension [Double] {
  /// The middle value, or the mean of the two in the middle. The array must not be empty.
  var median: Double {
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}

extension Double {
  /// In decimal, rounded to some digits after the point.
  func text(digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let units = Int((self * scale).rounded())
    guard digits > 0 else { return "\(units)" }
    let fraction = "\(abs(units) % Int(scale))"
    return "\(units < 0 ? "-" : "")\(abs(units) / Int(scale))."
      + String(repeating: "0", count: digits - fraction.utf8.count) + fraction
  }
}
