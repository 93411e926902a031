// Makes the calls of `trips.jsonl` by the exported clients beside it, and prints what each returned, a line a call.

declare const require: (name: string) => any;
declare const process: { stdout: { write(text: string): void } };
declare const Buffer: { from(value: string | Uint8Array | ArrayBuffer, encoding?: string): Uint8Array & { toString(encoding: string): string } };

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
const decoded = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"));

/** The client of a case, with every credential that it takes. */
function made(trip: any): { module: any; client: any } {
  const module = require(`./${trip.case}`);
  const schemes = module.operations.flatMap((spec: any) => (spec.security ?? []).flat()).filter((s: any) => s.in !== "connection");
  const credentials = Object.fromEntries(
    schemes.map((s: any) => [s.name, s.prefix === "Basic" ? { user: "ada", password: "secret" } : "token"]));
  return { module, client: new module.ContractClient(trip.origin, { validate: true, credentials }) };
}

function part(module: any, given: any): unknown {
  if (given.bytes === undefined) return given.value;
  return new module.FilePart(decoded(given.bytes), { filename: "file", contentType: given.type, headers: given.headers });
}

/** What a caller passes for a body; `headers` gets what the client does not know. */
function bodyValue(module: any, given: any, described: any, headers: Record<string, string>): unknown {
  const content = described.content[given.content];
  let value: unknown = given.value;
  if (content.kind === "bytes") {
    value = decoded(given.bytes);
    headers["content-type"] = given.contentType;
  } else if (content.kind === "multipart") {
    value = Object.fromEntries(given.parts.map((entry: any) =>
      [entry.name, entry.isList ? entry.parts.map((p: any) => part(module, p)) : part(module, entry.parts[0])]));
  }
  if (!described.tagged) return value;
  return { type: content.mediaType.includes("*") ? given.type : content.mediaType, value };
}

async function outcome(answer: any, isTagged: boolean): Promise<object> {
  const result: Record<string, unknown> = { status: answer.status, code: answer.code, headers: answer.headers };
  let value = answer.body;
  if (isTagged) [result.type, value] = [value.type, value.value];
  if (value instanceof Response) value = new Uint8Array(await value.arrayBuffer());
  if (value instanceof Uint8Array) return { ...result, bytes: Buffer.from(value).toString("base64") };
  if (typeof value === "object" && value !== null && Symbol.asyncIterator in value) {
    const items: unknown[] = [];
    for await (const item of value) items.push(item);
    value = items;
  }
  return { ...result, value };
}

async function call(trip: any, module: any, client: any): Promise<object> {
  const spec = module.operations.find((s: any) => s.id === trip.operation);
  const headers = { ...trip.headers };
  const options: Record<string, unknown> = { headers };
  for (const given of trip.parameters) {
    // Outlines count a whole query among the parameters of the query.
    const parameter = spec.parameters.find((p: any) => p.in.replace("string", "") === given.in && p.name === given.name);
    options[parameter.key] = given.value;
  }
  if (trip.key !== undefined) options[spec.keyName] = trip.key;
  if (trip.accept !== undefined) options.accept = trip.accept;
  const body = trip.body === undefined ? undefined : bodyValue(module, trip.body, spec.body, headers);
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(client));
  const name = names.find((n) => n !== "constructor" && plain(n) === plain(spec.id)) ?? "";
  const answer = await (spec.body === undefined ? client[name](options) : client[name](body, options));
  const response = spec.responses.find((r: any) => r.status === answer.status);
  return await outcome(answer, response?.tagged ?? false);
}

async function main(): Promise<void> {
  const known = new Map<string, { module: any; client: any }>();
  const lines: string[] = require("fs").readFileSync("trips.jsonl", "utf8").split("\n");
  for (const trip of lines.filter((line) => line !== "").map((line) => JSON.parse(line))) {
    const { module, client } = known.get(trip.case) ?? made(trip);
    known.set(trip.case, { module, client });
    const result = await call(trip, module, client).catch((error) => ({ error: `${error.name}: ${error.message} ${error.cause ?? ""}` }));
    process.stdout.write(JSON.stringify({ trip: trip.trip, ...result }) + "\n");
  }
}

void main();
export {};
