/// Compiles `Queries.sql`: SQL whose parameters and rows have the types of contracts.
public enum QueryCompiler {}
