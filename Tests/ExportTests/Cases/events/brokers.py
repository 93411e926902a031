"""Sends events of the contract through a broker, and reads them: `brokers.py nats`, `brokers.py kafka`."""

import asyncio
import re
import subprocess
import sys
from typing import Any

import sample_client as sample

RENAMED = sample.order_renamed_message.event(
    {"order": {"id": 1}, "name": "Zoë"}, {"correlation-id": "7 % é", "tries": 1, "tags": ["a"]})
MOVED = sample.order_moved_message.event({"order": {"id": 2}, "to": {"kind": "shelf", "shelf": 3}})


def expect(received: Any, event: Any) -> None:
    assert received.event == event, received
    context = received.context
    assert (context.source, context.type, context.key) == ("/check", event.type, str(event.payload["order"]["id"]))


async def nats() -> None:
    import nats

    channel = sample.order_changed_channel
    # It ends with this program, even if that is killed.
    command = ["setpriv", "--pdeathsig", "KILL", "--", "nats-server", "-a", "127.0.0.1", "-p", "-1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            lines = (re.search(r"Listening for client connections on (\S+)", line) for line in server.stderr)
            connection = await nats.connect("nats://" + next(line[1] for line in lines if line))
            subscriptions = [await connection.subscribe(subject) for subject in channel.nats_subjects()]
            for event, prefix in [(RENAMED, ""), (MOVED, "charter.3.")]:
                message = channel.to_nats(event, source="/check")
                await connection.publish(prefix + message.subject, message.data, headers=message.headers)
            for event, subscription in zip([RENAMED, MOVED], subscriptions):
                found = await subscription.next_msg(60)
                expect(channel.from_nats(found.data, found.headers, found.subject), event)
            await connection.close()
        finally:
            server.terminate()


def kafka() -> None:
    from confluent_kafka import Consumer, Producer

    channel = sample.order_changed_channel
    # A broker in the process of the producer.
    producer = Producer({"test.mock.num.brokers": 1, "log_level": 2})
    broker = next(iter(producer.list_topics(timeout=60).brokers.values()))
    for event in [RENAMED, MOVED]:
        record = channel.to_kafka(event, source="/check")
        producer.produce(record.topic, record.value, record.key, partition=0, headers=record.headers)
    assert producer.flush(60) == 0
    consumer = Consumer({
        "bootstrap.servers": f"{broker.host}:{broker.port}", "group.id": "check", "auto.offset.reset": "earliest"})
    consumer.subscribe([channel.address()])
    for event in [RENAMED, MOVED]:
        found = consumer.poll(60)
        assert found is not None and found.error() is None, found
        expect(channel.from_kafka(found.value(), found.headers(), found.key(), found.topic()), event)
    consumer.close()


if sys.argv[1] == "nats":
    asyncio.run(nats())
else:
    kafka()
print("all is well")
