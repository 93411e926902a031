/// The object ids of the supported types (`pg_type.dat`).
enum PostgresType {
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let json: UInt32 = 114
  static let float4: UInt32 = 700
  static let float8: UInt32 = 701
  static let varchar: UInt32 = 1043
  static let timestamptz: UInt32 = 1184
  static let numeric: UInt32 = 1700
  static let uuid: UInt32 = 2950
  static let anyenum: UInt32 = 3500
  static let jsonb: UInt32 = 3802

  /// The first id of types that are defined in a database.
  static let firstOwn: UInt32 = 16_384

  /// The types with an equivalent in Swift, other than text.
  static let typed: Set<UInt32> = [
    bool, bytea, int8, int2, int4, json, float4, float8, timestamptz, numeric, uuid, jsonb,
  ]

  /// The type of an array's elements, by the array's type. The last five are only written, from text.
  static let elements: [UInt32: UInt32] = [
    199: json, 1000: bool, 1001: bytea, 1005: int2, 1007: int4, 1009: text, 1015: varchar, 1016: int8, 1021: float4,
    1022: float8, 1185: timestamptz, 1231: numeric, 2277: anyenum, 2951: uuid, 3807: jsonb,
    1041: 869, 1115: 1114, 1182: 1082, 1183: 1083, 1187: 1186,
  ]
}
