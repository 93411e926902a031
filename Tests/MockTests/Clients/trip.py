"""Makes the calls of `trips.jsonl` by the exported clients beside it, and prints what each returned, a line a call."""

import base64
import importlib
import inspect
import json
import sys
from decimal import Decimal


def plain(name):
    return "".join(c for c in name.lower() if c.isalnum())


def made(client):
    """The client of a case, with every credential that it takes, and its table of operations."""
    module = importlib.import_module(client["case"])
    table = module._ContractClient_OPERATIONS
    options = {}
    if "credentials" in inspect.signature(module.ContractClient).parameters:
        schemes = [s for spec in table for alternative in spec.get("security", []) for s in alternative]
        options["credentials"] = {
            s["name"]: {"user": "ada", "password": "secret"} if s.get("prefix") == "Basic" else "token"
            for s in schemes if s["in"] != "connection"
        }
    return module, module.ContractClient(client["origin"], validate=True, **options), {s["id"]: s for s in table}


def part(module, given):
    if "bytes" not in given:
        return given["value"]
    return module.FilePart(base64.b64decode(given["bytes"]), "file", given["type"], given["headers"])


def body_value(module, given, described, headers):
    """What a caller passes for a body; `headers` gets what the client does not know."""
    content = described["content"][given["content"]]
    if content["kind"] == "bytes":
        value = base64.b64decode(given["bytes"])
        headers["content-type"] = given["contentType"]
    elif content["kind"] == "multipart":
        value = {
            entry["name"]: [part(module, p) for p in entry["parts"]] if entry["isList"] else part(module, entry["parts"][0])
            for entry in given["parts"]
        }
    else:
        value = given["value"]
    if described.get("tagged"):
        return given["type"] if "*" in content["mediaType"] else content["mediaType"], value
    return value


def fields(item):
    """The fields of an event that it has; any other item as it is."""
    return {k: v for k, v in vars(item).items() if v is not None} if hasattr(item, "__dataclass_fields__") else item


def outcome(module, answer):
    value = answer.body
    result = {"status": answer.status, "code": answer.code, "headers": answer.headers}
    if isinstance(value, module.MediaValue):
        result["type"], value = value
    if isinstance(value, module.AnswerStream):
        items = list(value)
        value = b"".join(items) if items and isinstance(items[0], bytes) else [fields(item) for item in items]
    if isinstance(value, bytes):
        result["bytes"] = base64.b64encode(value).decode()
    else:
        result["value"] = value
    return result


def call(trip, module, client, spec):
    headers = dict(trip["headers"])
    arguments = {"headers": headers}
    # Outlines count a whole query among the parameters of the query.
    keys = {(p["in"].removesuffix("string"), p["name"]): p["key"] for p in spec["parameters"]}
    for given in trip["parameters"]:
        arguments[keys[given["in"], given["name"]]] = given["value"]
    if "key" in trip:
        arguments[spec["keyName"]] = trip["key"]
    if "accept" in trip:
        arguments["accept"] = trip["accept"]
    if "body" in trip:
        arguments["body"] = body_value(module, trip["body"], spec["body"], headers)
    methods = {plain(name): getattr(client, name) for name in dir(client) if not name.startswith("_")}
    return outcome(module, methods[plain(spec["id"])](**arguments))


def main():
    known = {}
    with open("trips.jsonl", encoding="utf-8") as file:
        trips = [json.loads(line, parse_float=Decimal) for line in file]
    for trip in trips:
        if trip["case"] not in known:
            known[trip["case"]] = made(trip)
        module, client, specs = known[trip["case"]]
        try:
            result = call(trip, module, client, specs[trip["operation"]])
        except Exception as error:
            result = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(module.dump({"trip": trip["trip"], **result}) + "\n")


main()
