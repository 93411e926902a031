/// A relay before tansu, which does what Kafka does where tansu 0.6 does not:
///
/// - Its response to ApiVersions 3 has tagged fields that Debian's librdkafka 2.0.2 misreads, and does not connect. The
///   relay answers that the version is unsupported, whereupon the library asks by version 0.
/// - It stores messages of topics that are not there, and makes a topic with those that were so stored. Kafka answers
///   UNKNOWN_TOPIC_OR_PARTITION, and so does the relay.
/// - A leader that leaves its group during a rebalance remains its leader, and the group is never formed again. Kafka
///   chooses another one. The relay drops that request: tansu then chooses another leader when the session has ended.
///
/// All other bytes pass unchanged.
public enum TansuRelay {
  /// Its arguments are the port to listen on and the one of the broker.
  public static let program = """
    import asyncio, struct, sys

    PRODUCE, METADATA, JOIN, LEAVE, SYNC, VERSIONS = 0, 3, 11, 13, 14, 18
    leaders, forming = {}, set()

    def text(data, at):
        end = at + 2 + max(0, struct.unpack_from(">h", data, at)[0])
        return data[at + 2:end], end

    async def frame(reader):
        head = await reader.readexactly(4)
        return await reader.readexactly(struct.unpack(">i", head)[0])

    def framed(data):
        return struct.pack(">i", len(data)) + data

    def topics(data, at):
        at = text(data, at)[1] + 6
        count = struct.unpack_from(">i", data, at)[0]
        at += 4
        for _ in range(count):
            name, at = text(data, at)
            parts = []
            count = struct.unpack_from(">i", data, at)[0]
            at += 4
            for _ in range(count):
                part, size = struct.unpack_from(">ii", data, at)
                parts.append(part)
                at += 8 + size
            yield name, parts

    def refused(version, number, names):
        body = struct.pack(">ii", number, len(names))
        for name, parts in names:
            body += struct.pack(">h", len(name)) + name + struct.pack(">i", len(parts))
            for part in parts:
                body += struct.pack(">ihqq", part, 3, -1, -1) + (struct.pack(">q", -1) if version >= 5 else b"")
        return body + struct.pack(">i", 0)

    async def is_there(reader, writer, name):
        request = struct.pack(">hhihi", METADATA, 4, 0, -1, 1) + struct.pack(">h", len(name)) + name + bytes(1)
        writer.write(framed(request))
        data = await frame(reader)
        at = 12
        for _ in range(struct.unpack_from(">i", data, 8)[0]):
            at = text(data, text(data, at + 4)[1] + 4)[1]
        return struct.unpack_from(">ih", data, text(data, at)[1] + 4) == (1, 0)

    async def serve(client, back):
        try:
            server, forward = await asyncio.open_connection("127.0.0.1", int(sys.argv[2]))
            answers, questions = await asyncio.open_connection("127.0.0.1", int(sys.argv[2]))
        except OSError:
            return back.close()
        waiting = {}

        async def requests():
            while True:
                data = await frame(client)
                key, version, number = struct.unpack(">hhi", data[:8])
                at = text(data, 8)[1]
                if key == VERSIONS and version >= 3:
                    back.write(framed(struct.pack(">ihi", number, 35, 0)))
                    continue
                if key == PRODUCE and 3 <= version <= 8:
                    names = list(topics(data, at))
                    if not all([await is_there(answers, questions, name) for name, _ in names]):
                        back.write(framed(refused(version, number, names)))
                        continue
                if key == JOIN and version <= 5 or key == SYNC and version <= 3:
                    waiting[number] = key, text(data, at)[0]
                if key == JOIN and version <= 5:
                    forming.add(text(data, at)[0])
                if key == LEAVE and version == 1:
                    group, at = text(data, at)
                    if group in forming and leaders.get(group) == text(data, at)[0]:
                        back.write(framed(struct.pack(">iih", number, 0, 0)))
                        continue
                forward.write(framed(data))

        async def responses():
            while True:
                data = await frame(server)
                key, group = waiting.pop(struct.unpack_from(">i", data)[0], (None, None))
                if key == JOIN and struct.unpack_from(">h", data, 8)[0] == 0:
                    leaders[group] = text(data, text(data, 14)[1])[0]
                if key == SYNC and struct.unpack_from(">h", data, 8)[0] == 0:
                    forming.discard(group)
                back.write(framed(data))
                await back.drain()

        tasks = [asyncio.ensure_future(requests()), asyncio.ensure_future(responses())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for writer in (back, forward, questions):
            writer.close()

    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]))
        await server.serve_forever()

    asyncio.run(main())
    """
}
