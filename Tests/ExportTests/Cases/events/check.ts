/** Does what `check.py` does, in TypeScript. */
import * as sample from "./sample_client";

declare const require: (name: string) => any;
declare const process: { argv: string[] };
declare const Buffer: { from(text: string, encoding: string): Uint8Array; from(data: Uint8Array): { toString(encoding: string): string } };
const { readFileSync, writeFileSync } = require("fs");
const assert = require("assert");

const samples: Record<string, { valid: string[]; invalid: string[] }> = JSON.parse(readFileSync("samples.json", "utf8"));
const headers: Record<string, Record<string, unknown>> = {
  "order-renamed": { "correlation-id": 'Zoë "9" %', tries: 2, urgent: true, ratio: 0.5, state: "new", tags: ["a", "b c"] },
  request: { "reply-to": "replies.7" },
};
const parameters: Record<string, object> = { "order-placed": { region: "eu" }, replies: { address: "replies.7" } };
const channels: sample.EventChannel<any, any>[] = Object.values(sample.channels);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function refused(body: () => unknown, pointer?: string, rule?: string): void {
  try {
    body();
  } catch (error) {
    if (!(error instanceof sample.ValidationError)) throw error;
    const found = error.violations.map((violation) => `${violation.pointer} ${violation.rule}`);
    assert.ok(rule === undefined || found.includes(`${pointer} ${rule}`), `${found}`);
    return;
  }
  assert.fail(`${pointer} ${rule} is accepted`);
}

const texts = (type: string): Record<string, string> => Object.fromEntries(Object.entries(headers[type] ?? {}).map(
  ([name, value]) => [name, Array.isArray(value) ? JSON.stringify(value) : String(value)]));

function write(file: string): void {
  const written: object[] = [];
  for (const channel of channels) for (const message of channel.messages) for (const text of samples[message.type]!.valid) {
    const isBytes = message.type === "document" || message.type === "image";
    const data = isBytes ? new Uint8Array(Buffer.from(text, "base64")) : bytes(text);
    const event = message.event(message.parse(data, texts(message.type)).payload, headers[message.type] ?? {});
    const encoded = message.encode(event);
    assert.deepStrictEqual(message.parse(encoded.data, encoded.headers), event);
    const sending = { source: "/check", parameters: parameters[channel.name], sequence: 7, traceparent: "00-1" };
    const record = channel.toKafka(event, sending);
    const letter = channel.toNATS(event, sending);
    const received = channel.fromKafka(record);
    assert.deepStrictEqual(received.event, event);
    assert.deepStrictEqual(channel.fromNATS(letter).event, event);
    assert.ok((received.context.key ?? null) === record.key && received.context.source === "/check");
    const base64 = (value: Uint8Array): string => Buffer.from(value).toString("base64");
    written.push({ channel: channel.name, type: message.type, topic: record.topic, key: record.key, headers: record.headers, data: base64(record.value) });
    written.push({ channel: channel.name, type: message.type, subject: letter.subject, headers: letter.headers, data: base64(letter.data) });
  }
  writeFileSync(file, JSON.stringify(written));
  refusals();
  addresses();
  types();
}

function read(file: string): void {
  for (const one of JSON.parse(readFileSync(file, "utf8"))) {
    const channel = channels.find((each) => each.name === one.channel)!;
    const data = Buffer.from(one.data, "base64");
    // The headers as kafkajs and nats.js have them.
    const buffers = Object.fromEntries(Object.entries(one.headers as Record<string, string>).map(([name, value]) => [name, bytes(value)]));
    const lists = new Map(Object.entries(one.headers as Record<string, string>).map(([name, value]) => [name, [value]]));
    const { event, context, parameters: found } = one.topic === undefined
      ? channel.fromNATS({ subject: "charter.3." + one.subject, headers: lists, data })
      : channel.fromKafka({ topic: one.topic, key: bytes(one.key ?? ""), headers: buffers, value: data });
    assert.ok(event.type === one.type && context.type === one.type);
    assert.deepStrictEqual(event.headers, headers[one.type] ?? {});
    assert.deepStrictEqual([context.source, context.sequence, context.traceparent], ["/check", 7, "00-1"]);
    assert.ok(context.id.length === 36 && context.time?.endsWith("Z"));
    assert.deepStrictEqual(found, one.channel === "order-placed" ? { region: "eu", version: "v1" } : parameters[one.channel] ?? {});
  }
}

function refusals(): void {
  for (const channel of channels) for (const message of channel.messages) for (const text of samples[message.type]!.invalid) {
    refused(() => message.parse(bytes(text), texts(message.type)));
    refused(() => message.encode(message.event(JSON.parse(text), headers[message.type] ?? {})));
  }
  const [renamed, given] = [sample.orderRenamedMessage, { "correlation-id": "1", tries: "2" }];
  const body = bytes('{"order": {"id": 1}, "name": "a"}');
  assert.strictEqual(renamed.correlationId(renamed.parse(body, given)), "1");
  refused(() => renamed.parse(body, { tries: "2" }), "/correlation-id", "required");
  refused(() => renamed.parse(body, { ...given, tries: "two" }), "/tries", "type");
  refused(() => renamed.parse(body, { ...given, urgent: "yes" }), "/urgent", "type");
  refused(() => renamed.parse(body, { ...given, tags: "a" }), "/tags", "json");
  refused(() => renamed.parse(body, { ...given, tags: '["too long"]' }), "/tags/0", "maxLength");
  refused(() => sample.anythingMessage.parse(bytes("{")), "", "json");
  refused(() => sample.anythingMessage.parse(Uint8Array.of(34, 255, 34)), "", "encoding");
  refused(() => sample.measuredMessage.parse(bytes("many")), "", "type");
}

function addresses(): void {
  const placed = sample.orderPlacedChannel;
  assert.strictEqual(placed.template, "orders.{region}.placed.{version}");
  assert.strictEqual(placed.address({ region: "us" }), "orders.us.placed.v1");
  assert.deepStrictEqual(placed.parameters("orders.us.placed.v1.2"), { region: "us", version: "v1.2" });
  assert.ok(placed.parameters("order.us.placed") === undefined && placed.parameters("orders.us") === undefined);
  // @ts-expect-error: the region is required, and one of two.
  refused(() => placed.address(), "/region", "required");
  // @ts-expect-error
  refused(() => placed.address({ region: "xx" }), "/region", "enum");
  assert.deepStrictEqual(placed.natsSubjects(), ["orders.*.placed.*", "charter.*.orders.*.placed.*"]);
  const operation = sample.operations.onRequest;
  const request = sample.requestMessage.parse(bytes('{"product": "AB-1", "quantity": 1}'), { "reply-to": "here" });
  assert.ok(operation.action === "receive" && operation.replyAddress(request) === "here");
  assert.strictEqual(sample.onRequestReply.address({ address: "here" }), "here");
}

/** Messages are told apart by their type, or else by trying. */
function types(): void {
  const changed = sample.orderChangedChannel;
  const value = bytes('{"order": {"id": 9}, "to": {"kind": "shelf", "shelf": 1}}');
  const { event, context } = changed.fromKafka({ key: "k", headers: { ce_type: "order-moved" }, value });
  assert.ok(event.type === "order-moved" && (event.payload.to.kind === "shelf" ? event.payload.to.shelf : 0) === 1);
  assert.ok(context.key === "k" && context.id === "" && changed.key(event) === "9");
  assert.deepStrictEqual(changed.fromNATS({ subject: "orders.changed", data: value }).event, event);
  assert.strictEqual(changed.fromNATS({ data: value }).context.key, "9");
  refused(() => changed.fromKafka({ headers: { ce_type: "order-renamed" }, value }), "/correlation-id", "required");
  refused(() => changed.fromKafka({ value: bytes("[]") }), "", "anyOf");
  refused(() => sample.measurementsChannel.parse(bytes("5")), "", "oneOf");
  const deleted = sample.orderDeletedMessage.event({ order: { id: 1 } });
  // @ts-expect-error: the operation does not send this message.
  refused(() => sample.operations.orderChanged.toKafka(deleted, { source: "/check" }), "/type", "enum");
  // @ts-expect-error: its headers are required.
  sample.orderRenamedMessage.event({ order: { id: 1 }, name: "a" });
}

const [action, file = ""] = process.argv.slice(2);
(action === "write" ? write : read)(file);
console.log("all is well");
