"""Calls the shop by its exported client: python3 shop.py http://127.0.0.1:8080 TOKEN (beside the exported shop_client.py)."""

import asyncio
import sys
import uuid
from decimal import Decimal

import shop_client as shop


def main(base_url: str, token: str) -> None:
    credentials: shop.ProductsCredentials = {"user": token}
    products = shop.ProductsClient(base_url, credentials=credentials, validate=True, timeout=10)
    inventory = shop.InventoryClient(base_url, credentials=credentials, validate=True, timeout=10)
    orders = shop.OrdersClient(base_url, credentials=credentials, validate=True, timeout=10)

    draft: shop.ProductDraft = {"name": "Wool \u201cscarf\u201d", "price": Decimal("19.99"), "category": "clothing"}
    key = str(uuid.uuid4())
    created = products.create_product(draft, idempotency_key=key)
    assert created.status == 201, created
    product = created.body
    assert product["price"] == Decimal("19.99") and isinstance(product["price"], Decimal)
    assert created.headers["Location"].endswith(product["id"])
    again = products.create_product(draft, idempotency_key=key)
    assert again.status == 201 and again.body["id"] == product["id"], again

    stock = inventory.create_stock({"product_id": product["id"], "product_name": product["name"], "quantity": 10})
    assert stock.status == 201, stock

    placed = orders.place_order({
        "customer_name": "Ada Lovelace",
        "customer_email": "ada+shop@example.com",
        "items": [{
            "product_id": product["id"], "product_name": product["name"], "quantity": 2, "unit_price": product["price"],
        }],
    }, idempotency_key=str(uuid.uuid4()))
    assert placed.status == 201, placed
    assert placed.body["total_amount"] == Decimal("39.98")
    page = orders.list_orders_of_user(email="ada+shop@example.com", limit=5)
    assert page.status == 200 and page.body["items"][0]["id"] == placed.body["id"], page

    names = [f"Hat {number}" for number in range(5)]
    for name in names:
        hat = products.create_product({"name": name, "price": Decimal("5"), "category": "hats of Python"})
        assert hat.status == 201, hat
    hats = products.list_products_items(category="hats of Python", limit=2)
    assert [hat["name"] for hat in hats] == names[::-1]
    first = products.list_products(category="hats of Python", limit=2)
    assert first.status == 200 and len(first.body["items"]) == 2, first
    cursor = first.body["next_cursor"]
    assert products.delete_product(product_id=first.body["items"][1]["id"]).status == 204
    rest = products.list_products_items(category="hats of Python", limit=2, cursor=cursor)
    assert [hat["name"] for hat in rest] == names[2::-1]
    try:
        list(products.search_products_items(q="hat", cursor=cursor))
        raise AssertionError("a cursor of another list was taken")
    except shop.PageError as error:
        assert error.answer.status == 400 and error.answer.body["errors"][0]["name"] == "cursor", error.answer

    missing = products.get_product(product_id=str(uuid.uuid4()))
    assert missing.status == 404 and missing.body["status"] == 404, missing
    bad = products.create_product({"name": "", "price": 1, "category": "x"}, validate=False)
    assert bad.status == 400 and bad.body["errors"][0]["pointer"] == "/name", bad
    try:
        products.create_product({"name": "", "price": Decimal("0.001"), "category": "x"})
        raise AssertionError("the client let it through")
    except shop.ValidationError as error:
        assert [v.pointer for v in error.violations] == ["/name", "/price"], error.violations

    async def read() -> None:
        client = shop.AsyncProductsClient(base_url, credentials=credentials, validate=True)
        answers = await asyncio.gather(*(client.get_product(product_id=product["id"]) for _ in range(3)))
        assert all(answer.status == 200 for answer in answers)
        hats = [hat["name"] async for hat in client.list_products_items(category="hats of Python", limit=1)]
        assert hats == [names[4], names[2], names[1], names[0]], hats

    asyncio.run(read())
    print("python: all is well")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
