import ContractValues

/// The resources of a stateful mock. Beyond a limit the oldest are dropped.
struct ResourceStore: Sendable {
  /// One of a collection.
  struct Resource: Sendable {
    /// Counts all resources, so that a later one has a larger number.
    let number: Int
    let id: String
    var members: JSONObject<JSONValue>
    /// The size of the members as JSON.
    fileprivate var size = 0
    fileprivate let collection: String
  }

  private var resources: [Int: Resource] = [:]
  /// The numbers of each collection's resources, in order, and by id.
  private var numbers: [String: [Int]] = [:]
  private var ids: [String: [ByteKey: Int]] = [:]
  private var created = 0
  /// No resource has a smaller number.
  private var oldest = 0
  private var size = 0
  let countLimit: Int
  let sizeLimit: Int

  init(countLimit: Int = 10_000, sizeLimit: Int = 16_777_216) {
    (self.countLimit, self.sizeLimit) = (countLimit, sizeLimit)
  }

  var count: Int { resources.count }

  func resource(_ id: String, in collection: String) -> Resource? {
    ids[collection]?[ByteKey(id)].flatMap { resources[$0] }
  }

  /// The resources of a collection in the order of their creation.
  func all(in collection: String) -> [Resource] { numbers[collection, default: []].compactMap { resources[$0] } }

  /// Creates a resource, or replaces the members of the one with this id.
  mutating func put(_ id: String, _ members: JSONObject<JSONValue>, in collection: String) {
    let number = ids[collection]?[ByteKey(id)] ?? created
    if number == created {
      created += 1
      numbers[collection, default: []].append(number)
      ids[collection, default: [:]][ByteKey(id)] = number
    }
    size -= resources[number]?.size ?? 0
    let own = members.json.count
    resources[number] = Resource(number: number, id: id, members: members, size: own, collection: collection)
    size += own
    while resources.count > countLimit || size > sizeLimit, oldest < created {
      if let dropped = resources[oldest] { remove(dropped.id, in: dropped.collection) }
      oldest += 1
    }
  }

  mutating func remove(_ id: String, in collection: String) {
    guard let number = ids[collection]?.removeValue(forKey: ByteKey(id)) else { return }
    size -= resources.removeValue(forKey: number)?.size ?? 0
    let position = Self.position(of: number, in: numbers[collection, default: []])
    if let position { numbers[collection]?.remove(at: position) }
    if numbers[collection]?.isEmpty == true { (numbers[collection], ids[collection]) = (nil, nil) }
  }

  /// By halving: numbers only grow.
  private static func position(of number: Int, in list: [Int]) -> Int? {
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if list[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low < list.count && list[low] == number ? low : nil
  }
}
