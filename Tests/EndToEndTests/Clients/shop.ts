// Calls the shop by its exported client: compile with tsc, then
// `node shop.js http://127.0.0.1:8080 TOKEN`, with an administrator's token.
import { InventoryClient, OrdersClient, PageError, ProductsClient, TimeoutError, ValidationError } from "./shop_client";

declare const process: { argv: string[]; exit(code: number): void };

function uuid(): string {
  return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));
}

function expect(condition: boolean, value: unknown): asserts condition {
  if (!condition) throw new Error("not as expected: " + JSON.stringify(value));
}

async function main(baseURL: string, token: string): Promise<void> {
  const options = { validate: true, timeout: 10_000, credentials: { user: token } };
  const products = new ProductsClient(baseURL, options);
  const inventory = new InventoryClient(baseURL, options);
  const orders = new OrdersClient(baseURL, options);

  const draft = { name: "Wool \u201cscarf\u201d", price: 19.99, category: "clothing" };
  const idempotencyKey = uuid();
  const created = await products.createProduct(draft, { idempotencyKey });
  expect(created.status === 201, created);
  const product = created.body;
  expect(created.headers.Location.endsWith(product.id), created.headers);
  const again = await products.createProduct(draft, { idempotencyKey });
  expect(again.status === 201 && again.body.id === product.id, again);

  const stock = await inventory.createStock({ product_id: product.id, product_name: product.name, quantity: 10 });
  expect(stock.status === 201, stock);
  const placed = await orders.placeOrder({
    customer_name: "Ada Lovelace",
    customer_email: "ada+shop@example.com",
    items: [{ product_id: product.id, product_name: product.name, quantity: 2, unit_price: product.price }],
  }, { idempotencyKey: uuid() });
  expect(placed.status === 201, placed);
  const page = await orders.listOrdersOfUser({ email: "ada+shop@example.com", limit: 5 });
  expect(page.status === 200 && page.body.items[0]?.id === placed.body.id, page);

  const names = [0, 1, 2, 3, 4].map((number) => `Hat ${number}`);
  const category = "hats of TypeScript";
  for (const name of names) {
    const hat = await products.createProduct({ name, price: 5, category });
    expect(hat.status === 201, hat);
  }
  const hats: string[] = [];
  for await (const hat of products.listProductsItems({ category, limit: 2 })) hats.push(hat.name);
  expect(hats.join() === [...names].reverse().join(), hats);
  const first = await products.listProducts({ category, limit: 2 });
  expect(first.status === 200 && first.body.next_cursor !== undefined, first);
  const cursor = first.body.next_cursor;
  const gone = await products.deleteProduct({ product_id: first.body.items[1]?.id ?? "" });
  expect(gone.status === 204, gone);
  const rest: string[] = [];
  for await (const hat of products.listProductsItems({ category, limit: 2, cursor })) rest.push(hat.name);
  expect(rest.join() === names.slice(0, 3).reverse().join(), rest);
  const refused = await products.searchProductsItems({ q: "hat", cursor }).next().catch((error: unknown) => error);
  expect(refused instanceof PageError && refused.answer.status === 400, String(refused));

  const missing = await products.getProduct({ product_id: uuid() });
  expect(missing.status === 404 && missing.body.status === 404, missing);
  const bad = await products.createProduct({ name: "", price: 1, category: "x" }, { validate: false });
  expect(bad.status === 400 && bad.body.errors?.[0]?.pointer === "/name", bad);
  try {
    await products.createProduct({ name: "", price: 0.001, category: "x" });
    expect(false, "the client let it through");
  } catch (error) {
    expect(error instanceof ValidationError, String(error));
    expect(error.violations.map((v) => v.pointer).join() === "/name,/price", error.violations);
  }

  const control = new AbortController();
  control.abort();
  const given = await products.listProducts({ signal: control.signal }).catch((error: unknown) => error);
  expect(given instanceof Error && given.name === "AbortError", given);
  const hung = new ProductsClient(baseURL, { timeout: 20, transport: (_, init) => new Promise((_resolve, reject) => {
    init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
  }) });
  const late = await hung.listProducts().catch((error: unknown) => error);
  expect(late instanceof TimeoutError, late);
  console.log("typescript: all is well");
}

main(process.argv[2] ?? "http://127.0.0.1:8080", process.argv[3] ?? "").catch((error) => {
  console.error(error);
  process.exit(1);
});
