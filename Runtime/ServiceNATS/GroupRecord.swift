#if NATS
  import ServiceCore
  import ServiceEvents

  /// Who takes part in a group, as its key says: each member counts up while it lives, so that no clocks are compared.
  struct GroupRecord: Sendable {
    var group: String
    var channel: String
    /// Another number after the group was sent back to an earlier time.
    var epoch = 0
    /// By the process's id.
    var members: [String: Int] = [:]

    init(_ group: String, _ channel: String) { (self.group, self.channel) = (group, channel) }

    init?(_ json: JSONValue) {
      guard let group = json["group"]?.text, let channel = json["channel"]?.text else { return nil }
      self.init(group, channel)
      epoch = json["epoch"]?.integer ?? 0
      if case .object(let members)? = json["members"] {
        for member in members { self.members[member.key] = member.value.integer ?? 0 }
      }
    }

    var json: JSONValue {
      [
        "group": .string(group), "channel": .string(channel), "epoch": JSONValue(epoch),
        "members": .object(JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })),
      ]
    }

    static func key(_ group: String, _ stream: String) -> String { "\(stream).\(ChannelStream.name(group)).members" }
  }

  /// Who works on a partition for a group, and how far it has come.
  struct PartitionRecord: Sendable {
    /// The process's id; empty for nobody.
    var owner = ""
    /// The sequence of the last message before which all are acknowledged.
    var position = 0
    /// The creation time of the stream that the position is of.
    var stream = ""

    init(owner: String, position: Int, stream: String) {
      (self.owner, self.position, self.stream) = (owner, position, stream)
    }

    /// The record, for a stream: a position in another one means nothing.
    init(_ json: JSONValue, in created: String) {
      owner = json["owner"]?.text ?? ""
      stream = created
      if json["stream"]?.text == created { position = json["position"]?.integer ?? 0 }
    }

    var json: JSONValue { ["owner": .string(owner), "position": JSONValue(position), "stream": .string(stream)] }

    static func key(_ group: String, _ stream: String, _ partition: Int, of partitions: Int) -> String {
      "\(stream).\(ChannelStream.name(group)).\(partition >= partitions ? "plain" : String(partition))"
    }
  }
#endif
