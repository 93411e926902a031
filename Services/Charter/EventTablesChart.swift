/// Dead tuples over time, as text lines and as a chart.
struct EventTablesChart {
  let samples: [EventTables]

  var lines: [String] {
    [padded("seconds", 10) + padded("dead tuples", 14) + "MB"]
      + samples.enumerated().filter { $0.offset % 6 == 0 || $0.offset == samples.count - 1 }.map { _, sample in
        padded("\(sample.second)", 10) + padded("\(sample.dead)", 14) + "\(sample.bytes >> 20)"
      }
  }

  func chart(_ machine: String) -> String {
    var chart = SVG(width: 860)
    chart.text(20, 24, "Dead tuples in the tables that events pass, at 500 events a second", weight: "bold")
    chart.text(20, 40, machine)
    let most = max(1, samples.map(\.dead).max() ?? 1)
    let last = max(1, samples.last?.second ?? 1)
    chart.line([(40, 70), (40, 270), (830, 270)], stroke: "#9aa5b1")
    chart.line(
      samples.map { (x: 40 + $0.second * 790 / last, y: 270 - $0.dead * 190 / most) }, stroke: "#e4572e")
    chart.text(40, 64, "\(most)")
    chart.text(830, 288, "\(last) s", anchor: "end")
    return chart.document(height: 300)
  }
}
