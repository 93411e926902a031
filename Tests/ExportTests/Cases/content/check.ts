// Calls `server.py` by the exported client: compile with tsc, then `node check.js ORIGIN`.
import { CredentialError, FilePart, PageError, SampleClient, SampleCredentials, ServerSentEvent, Tick, TimeoutError, ValidationError } from "./sample_client";

declare const process: { argv: string[]; exit(code: number): void };

function expect(condition: boolean, value: unknown): asserts condition {
  if (!condition) throw new Error("not as expected: " + JSON.stringify(value));
}

function same(given: unknown, wanted: unknown): void {
  expect(JSON.stringify(given) === JSON.stringify(wanted), [given, wanted]);
}

async function fails(error: new (...given: never[]) => Error, call: Promise<unknown>): Promise<string> {
  const raised = await call.then(() => undefined, (reason: unknown) => reason);
  expect(raised instanceof error, String(raised));
  return raised.message;
}

interface Told { method: string; path: string; headers: Record<string, string>; body: string }

async function told(call: Promise<{ status: unknown; body: unknown }>): Promise<Told> {
  const { status, body } = await call;
  expect(status === 200 && typeof body === "string", status);
  return JSON.parse(body);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function credentials(baseURL: string): Promise<void> {
  const client = (given: SampleCredentials): SampleClient => new SampleClient(baseURL, { credentials: given });
  same((await told(client({ session: "s1", token: "t", key: "k" }).me())).headers.cookie, "sid=s1");
  const both = (await told(client({ token: "a.b", key: "k" }).me())).headers;
  expect(both.authorization === "Bearer a.b" && both["x-key"] === "k" && both.cookie === undefined, both);
  const seen: unknown[] = [];
  const browser = new SampleClient(undefined, { credentials: { session: true }, transport: (url, init) => {
    seen.push(url, init.credentials);
    return fetch(baseURL + "/v1/me", init);
  } });
  await browser.me();
  await browser.byName({ a: "a", b: "b" });
  await browser.getFile({ name: "a", kind: "b" });
  same(seen, ["http://api.test:80/v1/me", "include", "http://api.test:80/v1/by%20name/a...b", null, "http://files.test/v2/files/a.b", null]);
  same(await fails(CredentialError, client({ token: "t" }).me()), "me needs credentials that the client lacks: give those of 'session', or of 'key'");
  for (const wrong of [{ session: "a;b" }, { session: "" }, { token: "a b", key: "k" }]) {
    expect((await fails(CredentialError, client(wrong).me())).includes("cannot be sent"), wrong);
  }
  same((await told(client({ login: { user: "J\u00fcrg", password: "x:y" } }).either())).headers.authorization, "Basic SsO8cmc6eDp5");
  same((await told(client({ queryKey: "a&b" }).either())).path, "/v1/either?key=a%26b");
  same((await told(client({ digest: "d=1" }).either())).headers.authorization, "digest d=1");
  expect((await told(client({}).either())).headers.authorization === undefined, "anonymous");
  expect((await told(client({}).machine())).headers.authorization === undefined, "a certificate");
  same((await told(client({ granted: "g" }).machine())).headers.authorization, "Bearer g");
}

async function bodies(client: SampleClient): Promise<void> {
  const added = await client.addNote({
    title: "a b&c", stars: 3, tags: ["x", "y"], range: { from: 1, steps: [1, 2], parts: [{ to: 3 }, {}] }, extra: { list: [1] }, owner: { name: "Ada" },
  });
  expect(added.status === 200, added);
  same([added.body, added.headers["X-Seen"]], [{ count: 2, tags: [1, 2], extra: { ok: true } }, [1, 2]]);
  same(added.rawHeaders.get("x-body"), "title=a%20b%26c&stars=3&tags=x&tags=y&range%5Bfrom%5D=1&range%5Bsteps%5D%5B%5D=1&range%5Bsteps%5D%5B%5D=2&range%5Bparts%5D%5B0%5D%5Bto%5D=3&range%5Bparts%5D%5B1%5D="
    + "&extra=%7B%22list%22%3A%5B1%5D%7D&owner=%7B%22name%22%3A%22Ada%22%7D");
  await fails(ValidationError, client.addNote({ title: "" }));

  const photo = new FilePart("bytes", { filename: "a \"b\".png", contentType: "image/png", headers: { "X-Taken": "today" } });
  const parts = await client.addAlbum({
    title: "T\u00e9", owner: { name: "Ada" }, words: ["a", "b"], cover: new Blob([new Uint8Array([0, 255])]),
    photos: [photo, new Blob(["2"], { type: "image/gif" })],
  });
  expect(parts.status === 200, parts);
  same(parts.body, [
    ["title", null, null, null, "T\u00c3\u00a9"], ["owner", null, "application/json", null, "{\"name\":\"Ada\"}"],
    ["words", null, null, null, "a"], ["words", null, null, null, "b"],
    ["cover", "cover", "image/png", null, "\u0000\u00ff"],
    ["photos", "a %22b%22.png", "image/png", "today", "bytes"], ["photos", "photos", "image/gif", null, "2"],
  ]);
  const broken = new FilePart("", { headers: { "X-Taken": "a\r\nb: c" } });
  await fails(TypeError, client.addAlbum({ title: "ab", photos: [broken] }));

  const stream = new ReadableStream<Uint8Array>({ start(control): void {
    control.enqueue(new TextEncoder().encode("abc"));
    control.close();
  } });
  for (const value of [new Blob(["abc"]), new TextEncoder().encode("abc"), stream]) {
    const given = await client.putFile({ type: "image/x-tiny", value }, { name: "a", kind: "png" });
    expect(given.status === 200 && given.body.type === "image/x-tiny", given);
    same(await given.body.value.text(), "abc");
  }
  const wrong = { type: "text/plain" as `image/${string}`, value: new Blob([]) };
  await fails(ValidationError, client.putFile(wrong, { name: "a", kind: "b" }));
  const got = await client.getFile({ name: "a", kind: "bin" });
  expect(got.status === 200, got);
  same(await got.body.text(), "abcdef");
  const cut = await client.getFile({ name: "cut", kind: "bin" });
  expect(cut.status === 200, cut);
  await fails(TypeError, cut.body.arrayBuffer());
}

async function media(client: SampleClient): Promise<void> {
  const first = await client.makeReport({ type: "application/json", value: { count: 1 } });
  expect(first.status === 200 && first.body.type === "application/json", first);
  const sent: unknown = first.body.value;
  same(first.contentType, "application/json; charset=utf-8");
  same(sent, { count: 11, type: "application/json", accept: "application/json, text/plain, application/pdf", body: "{\"count\":1}" });
  const second = await client.makeReport({ type: "text/csv", value: "a,b" }, { accept: "text/plain" });
  expect(second.status === 200 && second.body.type === "text/plain" && second.body.value === 42, second);
  const third = await client.makeReport({ type: "application/xml", value: new Blob(["<a/>"]) }, { accept: "application/pdf" });
  expect(third.status === 200 && third.body.type === "application/pdf", third);
  same(await third.body.value.text(), "%PDF");
  same((await client.makeReport(undefined, { accept: "image/png" })).status, "unexpected");
  await fails(ValidationError, client.makeReport({ type: "text/csv", value: "a,b,c,d" }));
}

async function* ticks(...numbers: number[]): AsyncGenerator<Tick> {
  for (const number of numbers) yield { number };
}

async function streams(client: SampleClient): Promise<void> {
  const given = await client.ticks();
  expect(given.status === 200, given);
  const events: ServerSentEvent<Tick>[] = await all(given.body);
  same(events.map(({ data, id, event, retry }) => [data.number, id, event, retry]), [[1, "1", null, 50], [2, "2", null, null], [3, "3", "\u00e9", null]]);
  const later = await client.ticks({ lastEventId: "1" });
  expect(later.status === 200, later);
  for await (const event of later.body) {
    same(event.id, "2");
    break;
  }
  const news = await client.news();
  expect(news.status === 200, news);
  same(await all(news.body), [{ event: "added", data: "one" }, { event: "gone", data: " two" }]);
  for (const items of [[{ number: 1 }, { number: 2 }], ticks(1, 2)]) {
    const lines = await client.sums(items);
    expect(lines.status === 200 && lines.body.type === "application/x-ndjson", lines);
    same(await all(lines.body.value), [{ number: 1 }, { number: 2 }]);
  }
  const texts = await client.sums(ticks(1), { accept: "application/json-seq" });
  expect(texts.status === 200, texts);
  const items = texts.body.value[Symbol.asyncIterator]();
  same([(await items.next()).value, (await items.next()).value], [{ number: 1 }, { number: 9 }]);
  expect((await fails(ValidationError, items.next())).includes("/: expected object"), "an item is checked");
  await fails(ValidationError, client.sums([{ number: -1 }]));
}

async function addresses(client: SampleClient): Promise<void> {
  const places = await told(client.findPlaces({ boxes: [[1, 2], [3]], round: { at: { x: 1 } } }));
  same(places.path, "/v1/places?boxes=%5B1%2C2%5D&boxes=%5B3%5D&round=%7B%22at%22%3A%7B%22x%22%3A1%7D%7D");
  const asked = await told(client.askCats({ number: 1 }, { rest: { a: 1, b: "x y" } }));
  same([asked.method, asked.path, asked.headers["content-type"], asked.body],
    ["QUERY", "/v1/cats/?a=1&b=x%20y", "application/json", "{\"number\":1}"]);
  const counted = await client.countCats();
  expect(counted.status === 200 && counted.headers["X-Count"] === 9 && counted.body === undefined, counted);
  const copied = await told(client.copyCats({ page: "", flags: ["a", "b"], timeout_: 5 }));
  same([copied.method, copied.path, copied.headers.cookie], ["COPY", "/v1/cats/?page=&timeout=5", "flags=a; flags=b"]);
  const named = await told(client.byName({ a: "x/y", b: ".", rest: { k: [1] } }));
  same(named.path, "/v1/by%20name/x%2Fy....?%7B%22k%22%3A%5B1%5D%7D");
  await fails(ValidationError, client.getFile({ name: "", kind: "" }));
}

async function undescribed(client: SampleClient): Promise<void> {
  const silent = await client.keepSilent();
  expect(silent.status === "default", silent);
  const told = JSON.parse(new TextDecoder().decode(silent.body)) as Told;
  same([silent.code, silent.contentType, told.method], [200, "text/plain", "DELETE"]);
}

/** An answer that goes on is not cut off by the time limit, and still ends by its caller's signal. */
async function limits(): Promise<void> {
  const control = new AbortController();
  const endless = (init: RequestInit): Response => new Response(new ReadableStream({ start(stream): void {
    init.signal?.addEventListener("abort", () => stream.error(new Error("given up")));
    setTimeout(() => stream.enqueue(new TextEncoder().encode("data: {\"number\": 1}\n\n")), 40);
  } }), { headers: { "content-type": "text/event-stream" } });
  const client = new SampleClient(undefined, { timeout: 20, transport: async (_, init) => endless(init) });
  const answer = await client.ticks({ signal: control.signal });
  expect(answer.status === 200, answer);
  const events = answer.body[Symbol.asyncIterator]();
  same((await events.next()).value.data, { number: 1 });
  control.abort();
  same(await fails(Error, events.next()), "given up");
  const hung = new SampleClient(undefined, { timeout: 20, transport: (_, init) => new Promise((_resolve, reject) => {
    init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
  }) });
  await fails(TimeoutError, hung.news());
}

async function pages(client: SampleClient): Promise<void> {
  const numbers = async (items: AsyncIterable<Tick>): Promise<number[]> => (await all(items)).map((item) => item.number);
  same(await numbers(client.readNumbersItems({ from: 10 }, { "page-size": 2 })), [11, 12, 13, 14, 15]);
  same(await numbers(client.readNumbersItems({ from: 10 }, { after: "n13" })), [14, 15]);
  const told = await fails(PageError, all(client.readNumbersItems({ from: 10 }, { answer: "none" })));
  same(told, "readNumbers answered 200, which is not a page of its list");
}

async function main(baseURL: string): Promise<void> {
  const client = new SampleClient(baseURL, { validate: true, timeout: 10_000 });
  await credentials(baseURL);
  await bodies(client);
  await undescribed(client);
  await media(client);
  await streams(client);
  await addresses(client);
  await pages(client);
  await limits();
  console.log("typescript: all is well");
}

main(process.argv[2] ?? "").catch((error) => {
  console.error(error);
  process.exit(1);
});
