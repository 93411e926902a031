// The bench contract in Express, its checks by hand: Debian has no validator for it.
const crypto = require("crypto");
const express = require("express");

const app = express();
app.disable("x-powered-by");
app.use(express.json());

app.get("/api/bench/greeting", (request, response) => {
  response.json({ id: 42, message: "Hello, world", is_new: true });
});

const isText = (value, least, most) => typeof value === "string" && value.length >= least && value.length <= most;
const isUuid = (value) => typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
const isMoney = (value) => typeof value === "number" && value >= 0 && Math.round(value * 100) / 100 === value;
const isLine = (line) =>
  line && isUuid(line.product_id) && isText(line.name, 1, 200) && Number.isInteger(line.quantity) &&
  line.quantity >= 1 && line.quantity <= 1000000 && isMoney(line.unit_price) &&
  (line.note === undefined || isText(line.note, 0, 500));

app.post("/api/bench/orders", (request, response) => {
  const draft = request.body;
  const isSound = draft && isText(draft.customer_name, 1, 200) && isText(draft.customer_email, 3, 254) &&
    /^[^@ ]+@[^@ ]+$/.test(draft.customer_email) && Array.isArray(draft.items) && draft.items.length >= 1 &&
    draft.items.length <= 100 && draft.items.every(isLine);
  if (!isSound) return response.status(400).json({ status: 400, title: "Bad Request" });
  const cents = draft.items.reduce((sum, line) => sum + Math.round(line.unit_price * 100) * line.quantity, 0);
  response.json({
    id: crypto.randomUUID(), customer_name: draft.customer_name, customer_email: draft.customer_email,
    items: draft.items, total: cents / 100,
  });
});

app.listen(Number(process.env.PORT), "127.0.0.1");
