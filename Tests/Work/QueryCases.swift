import ContractQueries
import ContractSource

/// Queries.sql files that the build compiles, each of many of one thing.
let queryCases: [Case] = [
  queries("parameters") { count in
    query((0..<count).map { "p\($0): Int" }, "SELECT 1 WHERE 1 IN (" + repeated(count, ", ") { ":p\($0)" } + ")")
  },
  queries("one parameter") { query(["a: Int"], "SELECT 1 WHERE 1 IN (" + repeated($0, ", ") { _ in ":a" } + ")") },
  queries("lines of one value") {
    query(["a: Int?"], "SELECT 1 WHERE true" + repeated($0) { _ in "\nAND :a = 1 -- if :a" })
  },
  queries("lines of many values") { count in
    query(
      (0..<count).map { "p\($0): Int?" },
      "SELECT 1 WHERE true" + repeated(count) { "\nAND :p\($0) = 1 -- if :p\($0)" })
  },
  queries("comments") {
    query(["a: Int"], "SELECT :a" + repeated($0) { _ in "\n-- a comment\n+ 1 /* one */ -- more" })
  },
  queries("names in a list") {
    query(["a: Int"], "SELECT 1 FROM (SELECT :a AS a" + repeated($0) { ", 1 AS a\($0)" } + ") AS t")
  },
  queries("parentheses") { query(["a: Int"], "SELECT :a" + repeated($0) { _ in " + ((1) + (2))" }) },
  queries("subqueries") {
    query(["a: Int"], "SELECT :a" + repeated($0) { " + (SELECT b AS c\($0) FROM (SELECT 1 AS b) AS t)" })
  },
  queries("heads") { repeated($0) { "-- What it does.\n-- query q\($0)(a: Int) -> Int\n-- And more.\nSELECT :a;\n" } },
  queries("lines of a head") {
    query((0..<$0).map { "\n-- p\($0): [Int]?" }, "SELECT " + repeated($0, ", ") { ":p\($0)" })
  },
  queries("documentation") { repeated($0) { _ in "-- A line.\n" } + query(["a: Int"], "SELECT :a") },
  queries("a literal") { query(["a: Int"], "SELECT :a, '" + repeated($0) { _ in "é\"\"\"\\" } + "'") },
  queries("statements that cannot be read") {
    repeated($0) { "-- query q\($0)(a: Int) -> Int\nSELECT FROM FROM :a;\n" }
  },
  queries("an unterminated literal") { query(["a: Int"], "SELECT :a, 'a" + repeated($0) { _ in "\n" }) },
]

private func queries(_ name: String, _ text: @escaping @Sendable (_ count: Int) -> String) -> Case {
  (
    "queries: \(name)",
    { size in
      let file = SourceFile(path: "Queries.sql", bytes: Array(text(size / 8).utf8))
      return {
        _ = QueryCompiler.plan(
          service: "Shop", file: file, apis: [], shared: [], migrations: [], diagnostics: Diagnostics())
      }
    }
  )
}

private func query(_ parameters: [String], _ sql: String) -> String {
  "-- query x(\(parameters.joined(separator: ", "))) -> [Int]\n\(sql);\n"
}

private func repeated(_ count: Int, _ separator: String = "", _ text: (Int) -> String) -> String {
  (0..<count).map(text).joined(separator: separator)
}
