"""Books and members of contract.yaml as a program for FastAPI: python3 fastapi_program.py [PORT], which prints
`ready http://127.0.0.1:PORT`.

FAULT=1, 2 or 3 in the environment plants a fault: 1 takes a title of 41 characters, 2 answers with a member's password,
3 forgets what a patch of a book sets to null. FAULT=123 plants all three. Credentials are those of credentials.json.
"""

import base64
import json
import os
import re
import socket
import sys
import threading
import uuid
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from starlette.exceptions import HTTPException as StarletteException

FAULT = os.environ.get("FAULT", "")
SECRETS = json.loads((Path(__file__).parent / "credentials.json").read_text())
CURSOR = r"^[A-Za-z0-9_-]+$"

app = FastAPI()


# Models


def unique(items: list) -> list:
    if len(set(items)) != len(items):
        raise ValueError("items are repeated")
    return items


def multiple(step: str):
    def check(value: Decimal) -> Decimal:
        if value % Decimal(step) != 0:
            raise ValueError(f"not a multiple of {step}")
        return value

    return AfterValidator(check)


def strict_number(value):
    if isinstance(value, (str, bool)):
        raise ValueError("not a number")
    return value


def strict_date(value):
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise ValueError("not a date")
    return value


Number = BeforeValidator(strict_number)
Whole = Annotated[int, Number]
Day = Annotated[date, BeforeValidator(strict_date)]
Title = Annotated[str, Field(min_length=1, max_length=41 if "1" in FAULT else 40)]
Isbn = Annotated[str, Field(pattern=r"^97[89]-[0-9]{10}$")]
Genre = Literal["novel", "poetry", "science", "history", "children's books"]
Tag = Annotated[str, StringConstraints(min_length=2, max_length=12, pattern=r"^[a-z]+(-[a-z]+)*$")]
Tags = Annotated[list[Tag], Field(max_length=4), AfterValidator(unique)]
Pages = Annotated[Whole, Field(ge=1, le=20000)]
Money = Annotated[Decimal, Number, Field(ge=0, le=Decimal("9999.99")), multiple("0.01")]
Weight = Annotated[Decimal, Number, Field(gt=0, lt=50), multiple("0.001")]
Subtitle = Annotated[str, Field(max_length=60)]
LabelKey = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
LabelText = Annotated[str, Field(max_length=20)]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Author(Model):
    name: str = Field(min_length=1, max_length=30)
    born: Annotated[Whole, Field(ge=-3000, le=2100)] | None = None


class Print(Model):
    kind: Literal["print"]
    binding: Literal["hard", "soft"]


class Audio(Model):
    kind: Literal["audio"]
    minutes: Annotated[Whole, Field(ge=1, le=6000)]


class Section(Model):
    title: str = Field(min_length=1, max_length=40)
    sections: list["Section"] = Field([], max_length=5)


class BookDraft(Model):
    title: Title
    isbn: Isbn
    genre: Genre
    pages: Pages
    authors: list[Author] = Field(min_length=1, max_length=4)
    subtitle: Subtitle | None = None
    price: Money = Decimal(0)
    weight: Weight = Decimal(1)
    published: Day = date(2000, 1, 1)
    tags: Tags = []
    medium: Annotated[Print | Audio, Field(discriminator="kind")] = None
    labels: Annotated[dict[LabelKey, LabelText], Field(max_length=5)] = {}
    outline: Section = None


class BookPatch(Model):
    title: Title = None
    genre: Genre = None
    pages: Pages = None
    subtitle: Subtitle | None = None
    price: Money | None = None
    tags: Tags | None = None
    labels: Annotated[dict[LabelKey, LabelText | None], Field(max_length=2)] | None = None


class Address(Model):
    street: str = Field(min_length=1, max_length=50)
    city: str = Field(min_length=1, max_length=30)
    country: str = Field(pattern="^[A-Z]{2}$")


ATOM, LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
QUOTED, NUMERIC = r'"([ !#-\[\]-~]|\\[ -~])*"', r"\[[0-9A-Fa-f:.IPv]+\]"
EMAIL = rf"^({ATOM}(\.{ATOM})*|{QUOTED})@({LABEL}(\.{LABEL})*|{NUMERIC})$"


class Member(Model):
    id: Any = Field(None, exclude=True)
    created_at: Any = Field(None, exclude=True)
    name: str = Field(min_length=2, max_length=20)
    email: str = Field(max_length=100, pattern=EMAIL)
    password: str = Field(min_length=8, max_length=40)
    role: Literal["adult", "child", "staff"]
    phone: Annotated[str, Field(pattern=r"^[+][0-9]{5,15}$")] | None = None
    birthday: Day = date(2000, 1, 1)
    balance: Annotated[Decimal, Number, Field(gt=-100, lt=1000), multiple("0.01")] = Decimal(0)
    score: Annotated[Whole, Field(ge=-5, le=5)] = 0
    address: Address = None
    settings: Annotated[dict[str, Annotated[bool, Field(strict=True)]], Field(max_length=4)] = {}
    favourites: Annotated[list[Genre], Field(max_length=3), AfterValidator(unique)] = []


# Storage

books: dict[str, dict] = {}
members: dict[str, dict] = {}
versions: dict[str, int] = {}
keys: dict[str, tuple[dict, Response]] = {}
lock = threading.Lock()


def now() -> str:
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


def stored(model: BaseModel) -> dict:
    """What the caller has sent, as JSON values."""
    return json.loads(json.dumps(model.model_dump(exclude_unset=True), default=plain))


def plain(value):
    return float(value) if isinstance(value, Decimal) else value.isoformat()


def find(things: dict[str, dict], key: uuid.UUID) -> dict:
    if str(key) not in things:
        raise HTTPException(404, "There is nothing under this id.")
    return things[str(key)]


def save(book: dict) -> dict:
    book["updated_at"] = now()
    book.setdefault("tags", [])
    book["available"] = True
    books[book["id"]] = book
    versions[book["id"]] = versions.get(book["id"], 0) + 1
    return book


def etag(book: dict) -> str:
    return f'"v{versions[book["id"]]}"'


def answer_book(book: dict, status: int = 200, headers: dict | None = None) -> JSONResponse:
    return JSONResponse(book, status, {"ETag": etag(book), **(headers or {})})


def paged(things: list[dict], limit: int, cursor: str | None) -> tuple[list[dict], str | None]:
    start = 0
    if cursor:
        keys = [thing["id"] for thing in things]
        try:
            start = keys.index(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()) + 1
        except ValueError:
            raise HTTPException(400, "not a cursor of ours") from None
    taken = things[start:start + limit]
    more = len(things) > start + limit
    return taken, base64.urlsafe_b64encode(taken[-1]["id"].encode()).decode().rstrip("=") if more else None


# Problems and credentials


def problem(status: int, detail: str, headers: dict | None = None) -> JSONResponse:
    body = {"type": "about:blank", "title": "It did not work", "status": status, "detail": detail}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


@app.exception_handler(RequestValidationError)
async def refuse(request: Request, error: RequestValidationError):
    return problem(400, "The request breaks the contract.")


@app.exception_handler(StarletteException)
async def fail(request: Request, error: StarletteException):
    headers = dict(error.headers or {})
    if error.status_code == 405:
        path = request.url.path
        allowed = {method for route in app.routes if re.fullmatch(route.path_regex, path) for method in route.methods}
        headers = {"Allow": ", ".join(sorted(allowed))}
    return problem(error.status_code, str(error.detail), headers)


@app.middleware("http")
async def negotiate(request: Request, call_next):
    accept = request.headers.get("accept", "*/*").lower()
    ranges = [piece.split(";")[0].strip() for piece in accept.split(",")]
    if not {"*/*", "application/*", "application/json"} & set(ranges) and request.method != "DELETE":
        return problem(406, "There is only JSON.")
    return await call_next(request)


def scopes(authorization: str | None) -> set[str] | None:
    scheme, _, token = (authorization or "").partition(" ")
    known = {SECRETS["librarian"]: {"read", "write"}, SECRETS["insufficient"]["librarian"]: set()}
    return known.get(token) if scheme.lower() == "bearer" else None


def require(given: set[str] | None, wanted: str) -> None:
    if given is None:
        raise HTTPException(401, "Nobody knows who calls.", {"WWW-Authenticate": "Bearer"})
    if wanted not in given:
        raise HTTPException(403, "The scopes do not reach.")


def librarian(authorization: Annotated[str | None, Header()] = None) -> None:
    require(scopes(authorization), "write")


def reader(x_reader_key: Annotated[str | None, Header()] = None) -> None:
    require({"read"} if x_reader_key == SECRETS["readerKey"] else None, "read")


def either(
    authorization: Annotated[str | None, Header()] = None, x_reader_key: Annotated[str | None, Header()] = None
) -> None:
    if x_reader_key != SECRETS["readerKey"]:
        require(scopes(authorization), "read")


def content_type(wanted: str):
    def check(request: Request) -> None:
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != wanted:
            raise HTTPException(415, f"The body must be {wanted}.")

    return Depends(check)


LIBRARIAN, JSON = Depends(librarian), content_type("application/json")


# Books


@app.get("/books")
def list_books(
    request: Request,
    genre: Genre | None = None,
    available: Literal["true", "false"] | None = None,
    tag: Annotated[list[Tag] | None, Query(max_length=4)] = None,
    decade: Annotated[str | None, Query(pattern=r"^(1[89]|20)[0-9]0(\|(1[89]|20)[0-9]0){0,2}$")] = None,
    lower: Annotated[int, Query(alias="pages[from]", ge=1, le=20000)] = 1,
    upper: Annotated[int, Query(alias="pages[to]", ge=1, le=20000)] = 20000,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    cursor: Annotated[str | None, Query(pattern=CURSOR, max_length=1000)] = None,
):
    if any(name.startswith("pages[") and name not in ("pages[from]", "pages[to]") for name in request.query_params):
        raise HTTPException(400, "pages has no such member")
    decades = (decade or "").split("|")
    found = [
        book for book in books.values()
        if genre in (None, book["genre"]) and available != "false"
        and (tag is None or set(tag) & set(book["tags"]))
        and (decade is None or "published" in book and book["published"][:3] + "0" in decades)
        and lower <= book["pages"] <= upper
    ]
    items, following = paged(found, limit, cursor)
    return {"items": items, **({"next_cursor": following} if following else {})}


@app.post("/books", dependencies=[LIBRARIAN, JSON])
def create_book(
    draft: BookDraft,
    idempotency_key: Annotated[str | None, Header(pattern="^[!-~]+$", max_length=255)] = None,
):
    with lock:
        fields = stored(draft)
        first, answer = keys.get(idempotency_key, (None, None))
        if answer and first != fields:
            raise HTTPException(422, "This Idempotency-Key was used with another request.")
        if not answer:
            key = str(uuid.uuid4())
            book = save({**fields, "id": key, "created_at": now()})
            answer = answer_book(book, 201, {"Location": f"/books/{key}"})
            if idempotency_key:
                keys[idempotency_key] = (fields, answer)
    return answer


@app.get("/books/{book_id}")
def get_book(book_id: uuid.UUID, if_none_match: Annotated[str | None, Header()] = None):
    book = find(books, book_id)
    if if_none_match and (if_none_match.strip() == "*" or etag(book) in if_none_match):
        return Response(status_code=304, headers={"ETag": etag(book)})
    return answer_book(book)


def check_version(book: dict, if_match: str | None) -> None:
    if if_match is not None and if_match.strip() != "*" and etag(book) not in re.findall('(?<!W/)"[^"]*"', if_match):
        raise HTTPException(412, "The book has changed.")


@app.put("/books/{book_id}", dependencies=[LIBRARIAN, JSON])
def replace_book(book_id: uuid.UUID, draft: BookDraft, if_match: Annotated[str | None, Header()] = None):
    book = find(books, book_id)
    check_version(book, if_match)
    return answer_book(save({**stored(draft), "id": book["id"], "created_at": book["created_at"]}))


@app.patch("/books/{book_id}", dependencies=[LIBRARIAN, content_type("application/merge-patch+json")])
async def change_book(book_id: uuid.UUID, patch: BookPatch, if_match: Annotated[str | None, Header()] = None):
    book = dict(find(books, book_id))
    check_version(book, if_match)
    for name, value in stored(patch).items():
        if name == "labels" and value is not None:
            merged = {**book.get("labels", {}), **value}
            book["labels"] = {word: label for word, label in merged.items() if label is not None}
        elif value is not None:
            book[name] = value
        elif "3" not in FAULT:
            book.pop(name, None)
    return answer_book(save(book))


@app.delete("/books/{book_id}", dependencies=[LIBRARIAN])
def delete_book(book_id: uuid.UUID):
    del books[find(books, book_id)["id"]]
    return Response(status_code=204)


# Members


def view(member: dict) -> dict:
    return member if "2" in FAULT else {name: value for name, value in member.items() if name != "password"}


@app.get("/members", dependencies=[Depends(either)])
def list_members(
    role: Literal["adult", "child", "staff"] | None = None,
    size: Annotated[int, Query(ge=1, le=10)] = 10,
    after: Annotated[str | None, Query(pattern=CURSOR, max_length=1000)] = None,
):
    found, following = paged([member for member in members.values() if role in (None, member["role"])], size, after)
    return {"members": [view(member) for member in found], "next": following}


@app.post("/members", dependencies=[LIBRARIAN, JSON])
def create_member(draft: Member):
    key = str(uuid.uuid4())
    members[key] = {**stored(draft), "id": key, "created_at": now()}
    return JSONResponse(view(members[key]), 201, {"Location": f"/members/{key}"})


@app.get("/members/{member_id}", dependencies=[Depends(reader)])
def get_member(member_id: uuid.UUID):
    return view(find(members, member_id))


@app.put("/members/{member_id}", dependencies=[LIBRARIAN, JSON])
def replace_member(member_id: uuid.UUID, draft: Member):
    member = find(members, member_id)
    members[member["id"]] = {**stored(draft), "id": member["id"], "created_at": member["created_at"]}
    return view(members[member["id"]])


@app.delete("/members/{member_id}", dependencies=[LIBRARIAN])
def delete_member(member_id: uuid.UUID):
    del members[find(members, member_id)["id"]]
    return Response(status_code=204)


if __name__ == "__main__":
    import uvicorn

    listener = socket.socket()
    listener.bind(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    listener.listen(128)
    print(f"ready http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
