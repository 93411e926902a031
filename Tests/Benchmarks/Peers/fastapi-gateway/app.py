"""A gateway as FastAPI's users write one: PyJWT, a bucket for each user, and httpx."""

import json
import os
import time
from contextlib import asynccontextmanager

import httpx
import jwt
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

upstream = "http://127.0.0.1:" + os.environ["UPSTREAM"]
with open(os.environ["RUN"] + "/jwks.json") as file:
    key = jwt.PyJWKSet.from_dict(json.load(file)).keys[0].key
buckets: dict[str, tuple[float, float]] = {}


class Greeting(BaseModel):
    id: int
    message: str
    is_new: bool


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with httpx.AsyncClient(base_url=upstream) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


def user(credentials: HTTPAuthorizationCredentials = Depends(HTTPBearer())) -> str:
    try:
        claims = jwt.decode(credentials.credentials, key, algorithms=["ES256"], audience="bench", issuer=upstream)
    except jwt.PyJWTError:
        raise HTTPException(401)
    now = time.monotonic()
    tokens, last = buckets.get(claims["sub"], (1_000_000.0, now))
    tokens = min(1_000_000.0, tokens + (now - last) * 1_000_000) - 1
    if tokens < 0:
        raise HTTPException(429)
    buckets[claims["sub"]] = (tokens, now)
    return claims["sub"]


@app.get("/api/bench/guarded")
async def guarded(request: Request, user: str = Depends(user)) -> Greeting:
    response = await app.state.client.get(request.url.path, headers={"x-user-id": user})
    return Greeting.model_validate_json(response.content)


@app.get("/api/bench/greeting")
async def greeting(request: Request) -> Response:
    response = await app.state.client.get(request.url.path)
    return Response(response.content, response.status_code, media_type="application/json")
