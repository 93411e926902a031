"""The bench contract as FastAPI's documentation would have it written: Pydantic models, asyncpg's pool."""

import os
import uuid
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import asyncpg
from fastapi import FastAPI, HTTPException, Path
from pydantic import BaseModel, Field

Money = Annotated[Decimal, Field(ge=0, le=Decimal("9999999999.99"), multiple_of=Decimal("0.01"))]


class Greeting(BaseModel):
    id: Annotated[int, Field(ge=1)]
    message: Annotated[str, Field(min_length=1, max_length=100)]
    is_new: bool


class OrderLine(BaseModel):
    product_id: uuid.UUID
    name: Annotated[str, Field(min_length=1, max_length=200)]
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    unit_price: Money
    note: Annotated[str, Field(max_length=500)] | None = None


class OrderDraft(BaseModel):
    customer_name: Annotated[str, Field(min_length=1, max_length=200)]
    customer_email: Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^@ ]+@[^@ ]+$")]
    items: Annotated[list[OrderLine], Field(min_length=1, max_length=100)]


class Order(BaseModel):
    id: uuid.UUID
    customer_name: str
    customer_email: str
    items: list[OrderLine]
    total: Money


class Item(BaseModel):
    id: int
    name: Annotated[str, Field(max_length=200)]
    price: Money
    stock: Annotated[int, Field(ge=0)]
    created_at: datetime


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.pool = await asyncpg.create_pool(os.environ["BENCH_DATABASE"], min_size=16, max_size=16)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


@app.get("/api/bench/greeting")
async def greeting() -> Greeting:
    return Greeting(id=42, message="Hello, world", is_new=True)


@app.post("/api/bench/orders")
async def price_order(draft: OrderDraft) -> Order:
    total = sum((line.unit_price * line.quantity for line in draft.items), Decimal(0))
    return Order(
        id=uuid.uuid4(), customer_name=draft.customer_name, customer_email=draft.customer_email, items=draft.items,
        total=total,
    )


@app.get("/api/bench/items/{item_id}")
async def item(item_id: Annotated[int, Path(ge=1, le=10_000)]) -> Item:
    row = await app.state.pool.fetchrow(
        "SELECT id, name, price, stock, created_at FROM items WHERE id = $1", item_id
    )
    if row is None:
        raise HTTPException(404)
    return Item(**row)
