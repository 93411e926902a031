"""Reads and writes the messages of the contract: `check.py write FILE` writes each sample in the form of each broker,
`check.py read FILE` reads what the other language has written."""

import base64
import json
import sys
from pathlib import Path
from typing import Any, Dict, List

import sample_client as sample

SAMPLES: Dict[str, Any] = json.loads(Path("samples.json").read_text())
HEADERS: Dict[str, Any] = {
    "order-renamed": {
        "correlation-id": 'Zoë "9" %', "tries": 2, "urgent": True, "ratio": sample.Decimal("0.5"), "state": "new",
        "tags": ["a", "b c"],
    },
    "request": {"reply-to": "replies.7"},
}
PARAMETERS: Dict[str, Any] = {"order-placed": {"region": "eu"}, "replies": {"address": "replies.7"}}


def refused(body, rule):
    try:
        body()
    except sample.ValidationError as error:
        found = [(violation.pointer, violation.rule) for violation in error.violations]
        assert rule is None or rule in found, found
        return
    raise AssertionError(f"{rule} is accepted")


def samples():
    """Each channel with its events; bytes are in base 64."""
    for channel in sample.CHANNELS.values():
        for message in channel.messages:
            for text in SAMPLES[message.type]["valid"]:
                data = base64.b64decode(text) if message._spec["kind"] == "bytes" else text.encode()
                yield channel, message, data


def write(file):
    written: List[Any] = []
    for channel, message, data in samples():
        event = message.event(message.parse(data, encoded(message)).payload, HEADERS.get(message.type))
        again = message.parse(*message.encode(event))
        assert again == event, (again, event)
        options = {"source": "/check", "parameters": PARAMETERS.get(channel.name), "sequence": 7, "traceparent": "00-1"}
        record = channel.to_kafka(event, **options)
        letter = channel.to_nats(event, **options)
        received = channel.from_kafka(record.value, list(record.headers.items()), record.key, record.topic)
        assert received.event == event and channel.from_nats(letter.data, letter.headers, letter.subject).event == event
        assert received.context.key == record.key and received.context.source == "/check"
        written.append({
            "channel": channel.name, "type": message.type, "topic": record.topic, "key": record.key,
            "headers": record.headers, "data": base64.b64encode(record.value).decode()})
        written.append({
            "channel": channel.name, "type": message.type, "subject": letter.subject, "headers": letter.headers,
            "data": base64.b64encode(letter.data).decode()})
    Path(file).write_text(json.dumps(written))
    refusals()
    addresses()
    types()


def encoded(message):
    """The texts of a message's headers."""
    values = HEADERS.get(message.type, {})
    return {name: sample.dump(value) if isinstance(value, list) else sample._plain(value) for name, value in values.items()}


def read(file):
    for one in json.loads(Path(file).read_text()):
        channel, data = sample.CHANNELS[one["channel"]], base64.b64decode(one["data"])
        if "topic" in one:
            received = channel.from_kafka(data, one["headers"], (one["key"] or "").encode(), one["topic"])
        else:
            received = channel.from_nats(data, one["headers"], "charter.3." + one["subject"])
        assert received.event.type == one["type"] == received.context.type
        assert received.event.headers == HEADERS.get(one["type"], {}), received.event.headers
        context = received.context
        assert (context.source, context.sequence, context.traceparent) == ("/check", 7, "00-1")
        assert len(context.id) == 36 and (context.time or "").endswith("Z")
        wanted = {"region": "eu", "version": "v1"} if one["channel"] == "order-placed" else PARAMETERS.get(one["channel"], {})
        assert received.parameters == wanted, received.parameters


def refusals():
    for channel in sample.CHANNELS.values():
        for message in channel.messages:
            for text in SAMPLES[message.type]["invalid"]:
                refused(lambda: message.parse(text.encode(), encoded(message)), None)
                event = message.event(sample.load(text), HEADERS.get(message.type))
                refused(lambda: message.encode(event), None)
    renamed, texts = sample.order_renamed_message, {"correlation-id": "1", "tries": "2"}
    body = b'{"order": {"id": 1}, "name": "a"}'
    assert renamed.correlation_id(renamed.parse(body, texts)) == "1"
    refused(lambda: renamed.parse(body, {"tries": "2"}), ("/correlation-id", "required"))
    refused(lambda: renamed.parse(body, {**texts, "tries": "two"}), ("/tries", "type"))
    refused(lambda: renamed.parse(body, {**texts, "urgent": "yes"}), ("/urgent", "type"))
    refused(lambda: renamed.parse(body, {**texts, "tags": "a"}), ("/tags", "json"))
    refused(lambda: renamed.parse(body, {**texts, "tags": '["too long"]'}), ("/tags/0", "maxLength"))
    refused(lambda: sample.anything_message.parse(b"{"), ("", "json"))
    refused(lambda: sample.anything_message.parse(b'"\xff"'), ("", "encoding"))
    refused(lambda: sample.measured_message.parse(b"many"), ("", "type"))


def addresses():
    placed = sample.order_placed_channel
    assert placed.template == "orders.{region}.placed.{version}"
    assert placed.address({"region": "us"}) == "orders.us.placed.v1"
    assert placed.parameters("orders.us.placed.v1.2") == {"region": "us", "version": "v1.2"}
    assert placed.parameters("order.us.placed") is None and placed.parameters("orders.us") is None
    refused(lambda: placed.address(), ("/region", "required"))
    refused(lambda: placed.address({"region": "xx"}), ("/region", "enum"))
    assert placed.nats_subjects() == ["orders.*.placed.*", "charter.*.orders.*.placed.*"]
    operation = sample.OPERATIONS["onRequest"]
    request = sample.request_message.parse(b'{"product": "AB-1", "quantity": 1}', {"reply-to": "here"})
    assert operation.action == "receive" and operation.reply_address(request) == "here"
    assert sample.on_request_reply.address({"address": "here"}) == "here"


def types():
    """Messages are told apart by their type, or else by trying."""
    changed = sample.order_changed_channel
    moved = b'{"order": {"id": 9}, "to": {"kind": "shelf", "shelf": 1}}'
    received = changed.from_kafka(moved, [("ce_type", b"order-moved")], b"k")
    event = received.event
    assert event.type == "order-moved" and event.payload["order"]["id"] == 9
    assert received.context.key == "k" and received.context.id == "" and changed.key(event) == "9"
    assert changed.from_nats(moved, None, "orders.changed").event == event
    assert changed.from_nats(moved, None).context.key == "9"
    refused(lambda: changed.from_kafka(moved, [("ce_type", b"order-renamed")]), ("/correlation-id", "required"))
    refused(lambda: changed.from_kafka(b"[]", None), ("", "anyOf"))
    refused(lambda: sample.measurements_channel.parse(b"5"), ("", "oneOf"))
    deleted = sample.order_deleted_message.event({"order": {"id": 1}})
    refused(lambda: sample.OPERATIONS["orderChanged"].to_kafka(deleted, source="/check"), ("/type", "enum"))


{"write": write, "read": read}[sys.argv[1]](sys.argv[2])
print("all is well")
