"""The library of contract.yaml, in memory: python3 server.py [PORT], which prints `ready http://127.0.0.1:PORT`.

FAULT=name in the environment plants one fault of faults.tsv; without it the server is right. credentials.json beside
this file has what callers prove themselves with: `readerKey` goes into the header X-Reader-Key, `librarian` is a
bearer token with the scopes read and write, `insufficient` one without scopes, and `webhook` the secret (Standard
Webhooks) by which notices are signed. Notices are sent to loopback addresses alone.
"""

import base64
import contextlib
import datetime
import hashlib
import hmac
import http.client
import itertools
import json
import os
import pathlib
import queue
import re
import sys
import threading
import time
import urllib.parse
import uuid
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HERE = pathlib.Path(__file__).parent
CREDENTIALS = json.loads((HERE / "credentials.json").read_text())
FAULT = os.environ.get("FAULT", "")


def faulty(name: str) -> bool:
    return FAULT == name


def pick(name: str, wrong, right):
    return wrong if FAULT == name else right


class Refused(Exception):
    def __init__(self, status: int, detail: str, headers: dict | None = None):
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers or {}


class Answer:
    def __init__(self, status: int, body=None, headers: dict | None = None, media: str = "application/json"):
        self.status, self.body, self.headers, self.media = status, body, headers or {}, media


# Checks: each takes a value, refuses it or gives it back as it is to be stored.


def need(holds: bool, detail: str) -> None:
    if not holds:
        raise Refused(400, detail)


def text(least=0, most=None, pattern=None, form=None, length=len, search=False):
    compiled = re.compile(pattern) if pattern else None

    def check(value):
        need(isinstance(value, str), "not a text")
        need(length(value) >= least and (most is None or length(value) <= most), "a text of a wrong length")
        if compiled:
            need(bool(compiled.search(value) if search else compiled.fullmatch(value)), "a text of a wrong pattern")
        if form:
            need(form(value), "a text of a wrong format")
        return value

    return check


def number(low=None, high=None, above=None, below=None, step=None, whole=False, lenient=False):
    def check(value):
        if lenient and isinstance(value, (str, bool)):
            value = int(value)
        need(isinstance(value, (int, Decimal)) and not isinstance(value, bool), "not a number")
        need(low is None or value >= low, "too small")
        need(high is None or value <= high, "too large")
        need(above is None or value > above, "too small")
        need(below is None or value < below, "too large")
        if whole:
            need(value == int(value) and not (faulty("integer-with-point") and isinstance(value, Decimal)), "not whole")
            value = int(value)
        need(step is None or value % step == 0, "not a multiple")
        return value

    return check


def choice(*values):
    def check(value):
        need(isinstance(value, str) and value in values, "not one of the values")
        return value

    return check


def flag(value):
    need(isinstance(value, bool), "not true or false")
    return value


def nullable(check):
    return lambda value: None if value is None else check(value)


def array(check, least=0, most=None, unique=False):
    def check_all(value):
        need(isinstance(value, list), "not a list")
        need(len(value) >= least and (most is None or len(value) <= most), "a list of a wrong length")
        value = [check(item) for item in value]
        need(not unique or len(set(value)) == len(value), "items are repeated")
        return value

    return check_all


def record(required: set, checks: dict, ignored=(), closed=True):
    def check(value):
        need(isinstance(value, dict), "not an object")
        need(all(name in value for name in required), "a property is missing")
        need(not closed or all(name in checks or name in ignored for name in value), "an unknown property")
        return {name: checks[name](item) for name, item in value.items() if name in checks}

    return check


def mapping(key, check, most):
    def check_all(value):
        need(isinstance(value, dict) and len(value) <= most, "not a map, or too large")
        return {key(name): check(item) for name, item in value.items()}

    return check_all


def is_date(value: str) -> bool:
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", value)
    if not match:
        return False
    year, month, day = map(int, match.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return 1 <= month <= 12 and 1 <= day <= pick("date-february", 31, days[month - 1])


ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(
    rf'(?:{ATOM}(?:\.{ATOM})*|"(?:[ !#-\[\]-~]|\\[ -~])*")@(?:{LABEL}(?:\.{LABEL})*|\[[0-9A-Fa-f:.IPv]+\])')
UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
PCHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
AUTHORITY = rf"(?:{PCHAR}*@)?(?:\[[0-9A-Fa-f:.]+\]|(?:(?!:){PCHAR})*)(?::[0-9]*)?"
URI = re.compile(rf"https?://{AUTHORITY}(?:/{PCHAR}*)*(?:\?(?:{PCHAR}|[/?])*)?(?:#(?:{PCHAR}|[/?])*)?")


def is_email(value: str) -> bool:
    return bool(EMAIL.fullmatch(value)) and len(value.rpartition("@")[0]) <= 64 or faulty("email-unchecked")


GENRES = ("novel", "poetry", "science", "history", "children's books")
genre = pick("genre-unknown", text(1), choice(*GENRES))
isbn = text(pattern="97[89]-[0-9]{10}", search=faulty("isbn-unanchored"))
tag = text(2, 12, "[a-z]+(-[a-z]+)*")
identifier = text(form=lambda value: bool(UUID.fullmatch(value)))
date = text(form=is_date)
money = number(
    low=pick("price-zero", Decimal("0.01"), 0), high=Decimal("9999.99"),
    step=None if faulty("price-thousandths") else Decimal("0.01"))
weight = number(above=pick("weight-zero", -1, 0), below=50, step=Decimal("0.001"))
pages = number(pick("pages-zero", 0, 1), pick("pages-most", 19999, 20000), whole=True, lenient=faulty("pages-text"))
author = record({"name"}, {
    "name": text(1, 30),
    "born": pick("born-null", lambda check: check, nullable)(number(-3000, 2100, whole=True)),
})
print_medium = record({"kind", "binding"}, {"kind": choice("print"), "binding": choice("hard", "soft")},
                      closed=not faulty("medium-crossed"))
audio_medium = record({"kind", "minutes"}, {"kind": choice("audio"), "minutes": number(1, 6000, whole=True)})
label_key = text() if faulty("labels-key") else text(pattern="[a-z]{2}")
labels = mapping(label_key, text(0, 20), pick("labels-many", 6, 5))


def medium(value):
    need(isinstance(value, dict), "not an object")
    if faulty("audio-crash") and value.get("kind") == "audio":
        raise KeyError("binding")
    return audio_medium(value) if value.get("kind") == "audio" else print_medium(value)


def outline(value, depth=1):
    if faulty("outline-deep") and depth > 3:
        raise KeyError("too deep")
    parts = array(lambda part: outline(part, depth + 1), 0, 5)
    return record({"title"}, {"title": text(1, 40), "sections": parts})(value)


title = text(
    pick("title-empty", 0, 1), pick("title-long", 41, 40),
    length=pick("title-bytes", lambda value: len(value.encode()), len))
BOOK = {
    "title": pick("title-null", nullable, lambda check: check)(title), "isbn": isbn, "genre": genre, "pages": pages,
    "authors": array(author, pick("authors-none", 0, 1), 4), "subtitle": nullable(text(0, 60)), "price": money,
    "weight": weight, "published": date,
    "tags": array(tag, pick("tags-none", 1, 0), pick("tags-five", 5, 4), unique=not faulty("tags-repeated")),
    "medium": medium, "labels": labels, "outline": outline,
}
BOOK_REQUIRED = {"title", "isbn", "genre", "pages", "authors"} | pick("weight-demanded", {"weight"}, set())
BOOK_REQUIRED -= pick("isbn-left-out", {"isbn"}, set())
book_draft = record(BOOK_REQUIRED, BOOK, closed=not faulty("property-unknown"))
book_patch = record(set(), {
    "title": title, "genre": genre, "pages": pages, "subtitle": nullable(text(0, 60)), "price": nullable(money),
    "tags": nullable(array(tag, 0, 4, unique=True)),
    "labels": nullable(mapping(label_key, nullable(text(0, 20)), 2)),
})
member_draft = record({"name", "email", "password", "role"}, {
    "name": text(2, 20), "email": text(0, 100, form=is_email), "password": text(pick("password-short", 7, 8), 40),
    "role": choice("adult", "child", "staff"),
    "phone": pick("phone-null", lambda check: check, nullable)(text(pattern="[+][0-9]{5,15}")), "birthday": date,
    "balance": number(
        above=-100, below=None if faulty("balance-edge") else 1000, high=1000, step=Decimal("0.01")),
    "score": number(pick("score-negative", 0, -5), 5, whole=True),
    "address": record({"street", "city", "country"}, {
        "street": text(1, 50), "city": text(1, 30),
        "country": text(pattern=pick("country-small", "[A-Za-z]{2}", "[A-Z]{2}"))}),
    "settings": mapping(text(), pick("settings-unchecked", lambda value: value, flag), 4),
    "favourites": array(choice(*GENRES), 0, 3, unique=True),
}, ignored=("id", "created_at"))
loan_draft = record({"days"}, {"days": number(1, pick("days-most", 59, 60), whole=True), "member_id": identifier})
subscription_draft = record({"url"}, {"url": text(0, 200, form=lambda value: bool(URI.fullmatch(value)))})


# Texts of a request's parameters, as values.

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")


def from_text(check):
    def read(value: str):
        need(bool(NUMBER.fullmatch(value)), "not a number")
        return check(Decimal(value))

    return read


def from_flag(value: str) -> bool:
    return choice("true", "false")(value) == "true"


# Parameters of a query: how each is written, and its check. `name[member]` is a member of a deepObject.

cursor = text(1, 1000, "[A-Za-z0-9_-]+")
year = from_text(number(1800, 2090, step=10, whole=True))
page_count = from_text(number(1, 20000, whole=True))
LIST_QUERY = {
    "genre": ("one", choice(*GENRES)), "available": ("one", from_flag), "tag": ("many", array(tag, 1, 4)),
    "decade": ("pipes", array(year, 1, pick("decade-several", 1, 3))),
    "pages[from]": ("one", page_count), "pages[to]": ("one", page_count),
    "limit": ("one", from_text(number(pick("limit-zero", 0, 1), pick("limit-most", 49, 50), whole=True))),
    "cursor": ("one", cursor),
}
MEMBER_QUERY = {
    "role": ("one", choice("adult", "child", "staff")), "size": ("one", from_text(number(1, 10, whole=True))),
    "after": ("one", cursor),
}
WISH = {
    "title": ("one", text(1, 60)), "copies": ("one", from_text(number(1, 10, whole=True))),
    "genres": ("many", array(choice(*GENRES), 1, 3)),
}


def decoded(raw: str, plus: bool = False) -> str:
    need(not re.search("%(?![0-9A-Fa-f]{2})", raw), "a broken percent-encoding")
    try:
        return urllib.parse.unquote(raw.replace("+", " ") if plus else raw, errors="strict")
    except UnicodeDecodeError:
        raise Refused(400, "not UTF-8") from None


def form_values(raw: str, parameters: dict, required=(), plus=True) -> dict:
    found: dict = {}
    for pair in filter(None, raw.split("&")):
        name, _, value = pair.partition("=")
        found.setdefault(decoded(name, plus), []).append(decoded(value, plus))
    values = {}
    for name, texts in found.items():
        need(name in parameters, f"no parameter {name}")
        style, check = parameters[name]
        need(style == "many" or len(texts) == 1, f"{name} is repeated")
        values[name] = check(texts if style == "many" else texts[0].split("|") if style == "pipes" else texts[0])
    need(all(name in values for name in required), "a parameter is missing")
    return values


# The state of the library.

LOCK = threading.RLock()
SEQUENCE = itertools.count(1)
BOOKS: dict[str, dict] = {}
MEMBERS: dict[str, dict] = {}
LOANS: dict[str, dict] = {}
COVERS: dict[str, bytes] = {}
SUBSCRIPTIONS: dict[str, str] = {}
VERSIONS: dict[str, int] = {}
ORDER: dict[str, int] = {}
REMOVED: list[dict] = []
KEYS: dict[tuple, dict] = {}


def now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def found(things: dict, key: str) -> dict:
    if faulty("missing-crash") and things is BOOKS:
        return things[key]
    if key not in things:
        raise Refused(404, "There is nothing under this id.")
    return things[key]


def touch(book: dict, etag: bool = True) -> None:
    book["updated_at"] = now()
    if etag:
        VERSIONS[book["id"]] = next(SEQUENCE)


def version(book: dict) -> dict:
    number = 1 if faulty("etag-constant") else VERSIONS[book["id"]]
    return {} if faulty("etag-missing") else {"ETag": f'"v{number}"'}


def is_available(book_id: str) -> bool:
    return not any(loan["book_id"] == book_id and loan["returned_at"] is None for loan in LOANS.values())


def book_view(book: dict) -> dict:
    view = {**book, "available": is_available(book["id"])}
    if faulty("price-rounded") and view.get("price") is not None:
        view["price"] = float(view["price"]) * 1.1 / 1.1
    if faulty("tags-left-out") and not view["tags"]:
        del view["tags"]
    if faulty("pages-as-text") and view["pages"] > 1000:
        view["pages"] = str(view["pages"])
    return view


def member_view(member: dict) -> dict:
    view = {name: value for name, value in member.items() if name != "password" or faulty("password-leaked")}
    if faulty("score-as-text") and view.get("score", 0) < 0:
        view["score"] = str(view["score"])
    if faulty("favourites-null") and view.get("favourites") == []:
        view["favourites"] = None
    if faulty("zone-missing"):
        view["created_at"] = view["created_at"].rstrip("Z")
    return view


def page(name: str, things, holds, view, limit: int, after: str | None) -> tuple[list, str | None]:
    last = 0
    if after:
        try:
            kind, last = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode().split(":")
            last = int(last)
            need(kind == name, "a cursor of another list")
        except ValueError:
            if faulty("cursor-crash"):
                raise
            raise Refused(400, "not a cursor of ours") from None
    removed = [thing for thing in REMOVED if ("isbn" in thing) == (name == "books")]
    everything = list(things) + (removed if faulty(f"{name}-removed-listed") else [])
    rest = [thing for thing in everything if ORDER[thing["id"]] > last and holds(thing)]
    if faulty(f"{name}-page-disorder") and len(rest) > 2 and not after:
        rest[0], rest[1] = rest[1], rest[0]
    taken = rest[:limit + 1 if faulty(f"{name}-page-over") else limit]
    more = len(rest) > limit or faulty(f"{name}-page-endless") and bool(everything)
    mark = ORDER[taken[-1]["id"]] if taken else last
    if faulty(f"{name}-page-skips") and after is None and len(rest) > limit:
        mark = ORDER[rest[limit]["id"]]
    if faulty(f"{name}-page-repeats"):
        mark -= 1
    if faulty(f"{name}-page-endless") and not rest[limit:]:
        mark = 0
    following = base64.urlsafe_b64encode(f"{name}:{mark}".encode()).decode().rstrip("=")
    return [view(thing) for thing in taken], following if more and not faulty(f"{name}-page-first") else None


# Operations.

ROUTES: dict[tuple, dict] = {}
WRITE = [{"librarian": {"write"}}]
READ = [{"readerKey": set()}]
JSON = ("application/json",)


def operation(
    method: str, path: str, security=(), query=None, required=(), accepts=(), body=None, gives=JSON, key=None
):
    def add(handle):
        parts = tuple(path.strip("/").split("/"))
        ROUTES.setdefault(parts, {})[method] = {
            "name": handle.__name__, "handle": handle, "security": security, "query": query or {}, "accepts": accepts,
            "required": required, "body": body, "gives": gives, "key": key,
        }
        return handle

    return add


def matches(book: dict, query: dict, lent: set) -> bool:
    wanted = query.get("tag", [])[:1] if faulty("tag-first") else query.get("tag")
    published = int(book["published"][:4]) if "published" in book else None
    span = {} if faulty("pages-ignored") else query
    return all((
        faulty("genre-ignored") or book["genre"] == query.get("genre", book["genre"]),
        "available" not in query or (book["id"] not in lent) == (query["available"] != faulty("available-inverted")),
        not wanted or any(tag in wanted for tag in book["tags"]),
        "decade" not in query or published is not None and published // 10 * 10 in query["decade"],
        span.get("pages[from]", 0) <= book["pages"] <= span.get("pages[to]", 20000),
    ))


@operation("GET", "/books", query=LIST_QUERY)
def listBooks(call):
    lent = {loan["book_id"] for loan in LOANS.values() if loan["returned_at"] is None}
    items, following = page(
        "books", BOOKS.values(), lambda book: matches(book, call.query, lent), book_view,
        call.query.get("limit", 20), call.query.get("cursor"))
    if faulty("items-left-out") and not items:
        return Answer(200, {})
    return Answer(200, {"items": items, **({"next_cursor": following} if following else {})})


def add_book(draft: dict, key: str | None = None) -> dict:
    moment = now()
    book = {**draft, "tags": draft.get("tags", []), "id": key or str(uuid.uuid4()), "created_at": moment}
    ORDER[book["id"]] = next(SEQUENCE)
    touch(book)
    BOOKS[book["id"]] = book
    return book


@operation("POST", "/books", WRITE, accepts=JSON, body=book_draft, key="optional")
def createBook(call):
    draft = call.body
    if faulty("unicode-crash"):
        draft["title"].encode("latin-1")
    if faulty("subtitle-crash") and draft.get("subtitle") is not None:
        draft["subtitle"] = draft["subtitle"][0] + draft["subtitle"][1:]
    book = add_book(draft)
    where = "/book/" if faulty("location-nowhere") else "/books/"
    headers = {} if faulty("location-missing") else {"Location": where + book["id"]}
    view = book_view(book)
    if faulty("created-not-stored"):
        del BOOKS[book["id"]]
    if faulty("link-broken"):
        view["id"] = str(uuid.uuid4())
    return Answer(pick("created-200", 200, 201), view, {**headers, **version(book)})


@operation("GET", "/books/{book_id}")
def getBook(call):
    book = found(BOOKS, call.path["book_id"])
    known = call.header("If-None-Match")
    etag = f'"v{VERSIONS[book["id"]]}"' if not faulty("etag-constant") else '"v1"'
    if known and (known.strip() == "*" or etag in re.findall('"[^"]*"', known)) and not faulty("not-modified-never"):
        return Answer(304, book_view(book) if faulty("not-modified-body") else None, version(book))
    media = "text/html" if faulty("media-html") else "application/json"
    return Answer(200, book_view(book), version(book), media)


def guard_version(call, book: dict) -> None:
    wanted = call.header("If-Match")
    if wanted is None or wanted.strip() == "*" or faulty("if-match-ignored"):
        return
    strong = re.findall('(?<!W/)"[^"]*"', wanted)
    if version(book).get("ETag") not in strong or faulty("if-match-never"):
        raise Refused(412, "The book has changed.")


@operation("PUT", "/books/{book_id}", WRITE, accepts=JSON, body=book_draft)
def replaceBook(call):
    book = found(BOOKS, call.path["book_id"])
    guard_version(call, book)
    kept = book if faulty("put-merges") else {name: book[name] for name in ("id", "created_at")}
    fresh = {**kept, **call.body, "tags": call.body.get("tags", [])}
    touch(fresh)
    if not faulty("put-lost"):
        BOOKS[book["id"]] = fresh
    return Answer(200, book_view(fresh), version(fresh))


@operation("PATCH", "/books/{book_id}", WRITE, body=book_patch, accepts=(
    ("application/merge-patch+json",) + pick("patch-any-json", JSON, ())))
def changeBook(call):
    book = found(BOOKS, call.path["book_id"])
    guard_version(call, book)
    fresh = dict(book)
    if faulty("patch-replaces"):
        for name in ("subtitle", "price", "labels", "weight", "published"):
            fresh.pop(name, None)
    for name, value in call.body.items():
        if name == "labels" and value is not None:
            merged = {**fresh.get("labels", {}), **value}
            keep_null = faulty("label-null-kept")
            fresh["labels"] = {word: item for word, item in merged.items() if item is not None or keep_null}
        elif value is not None:
            fresh[name] = value
        elif not faulty("patch-null-ignored"):
            fresh.pop(name, None)
    fresh.setdefault("tags", [])
    touch(fresh, etag=not faulty("etag-unchanged"))
    if faulty("updated-at-missing"):
        del fresh["updated_at"]
    BOOKS[book["id"]] = fresh
    return Answer(200, book_view(fresh), version(fresh))


@operation("DELETE", "/books/{book_id}", WRITE, gives=())
def deleteBook(call):
    if faulty("delete-missing-204") and call.path["book_id"] not in BOOKS:
        return Answer(204)
    book = found(BOOKS, call.path["book_id"])
    if not is_available(book["id"]):
        raise Refused(409, "The book is lent.")
    REMOVED.append(book)
    if not faulty("delete-kept"):
        del BOOKS[book["id"]]
    COVERS.pop(book["id"], None)
    return Answer(200, {"deleted": True}) if faulty("delete-200") else Answer(204)


@operation("PUT", "/books/{book_id}/cover", WRITE, gives=(), accepts=(
    ("image/png", "*/*") if faulty("cover-any-type") else ("image/png",)), body=lambda value: value)
def putCover(call):
    book = found(BOOKS, call.path["book_id"])
    if len(call.body) > pick("cover-large", 4097, 4096):
        raise Refused(413, "The cover is too large.")
    COVERS[book["id"]] = call.body.replace(b"\0", b"") if faulty("cover-nul") else call.body
    return Answer(204)


def cover_headers(cover: bytes) -> dict:
    return {"Accept-Ranges": "bytes", "ETag": f'"c{hashlib.sha256(cover).hexdigest()[:16]}"'}


@operation("GET", "/books/{book_id}/cover", gives=("image/png",))
def getCover(call):
    found(BOOKS, call.path["book_id"])
    cover = found(COVERS, call.path["book_id"])
    headers = cover_headers(cover)
    whole = Answer(200, cover, headers, "image/png")
    match = re.fullmatch(r"bytes=([0-9]*)-([0-9]*)", (call.header("Range") or "").strip())
    if not match or not any(match.groups()) or call.header("If-Range") not in (None, headers["ETag"]):
        return whole
    first, last = match.groups()
    if first and last and int(last) < int(first) or faulty("range-ignored"):
        return whole
    size = len(cover)
    if faulty("range-suffix") and not first:
        first, last = "0", str(int(last) - 1)
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start >= size or not first and int(last) == 0:
        if faulty("range-416-missing"):
            return whole
        raise Refused(416, "There are no such bytes.", {"Content-Range": f"bytes */{size}"})
    if not faulty("content-range-missing"):
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return Answer(206, cover[start:end if faulty("range-bytes") else end + 1], headers, "image/png")


@operation("HEAD", "/books/{book_id}/cover", gives=())
def headCover(call):
    if faulty("head-404"):
        raise Refused(404, "There is no such method here.")
    found(BOOKS, call.path["book_id"])
    headers = cover_headers(found(COVERS, call.path["book_id"]))
    return Answer(200, found(COVERS, call.path["book_id"]), {} if faulty("head-headers") else headers, "image/png")


def scan_parts(raw: bytes, content_type: str) -> dict:
    boundary = re.search(r'boundary="?([^";]+)"?', content_type)
    need(boundary is not None, "no boundary")
    pieces = (b"\r\n" + raw).split(b"\r\n--" + boundary[1].encode("latin-1"))
    need(len(pieces) >= 2 and pieces[-1].startswith(b"--"), "no end of the parts")
    parts = {}
    for piece in pieces[1:-1]:
        head, gap, content = piece.partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]*)"', head)
        need(bool(gap) and name is not None, "a broken part")
        kind = re.search(rb"(?i)content-type:[ \t]*([^\r\n;]+)", head)
        word = name[1].decode("utf-8", "replace")
        need(word in ("page", "caption", "file") and word not in parts, "an unknown or repeated part")
        parts[word] = (content, kind[1].strip().decode("latin-1").lower() if kind else None)
    return parts


@operation("POST", "/books/{book_id}/scans", WRITE, accepts=("multipart/form-data",), body=lambda value: value)
def addScan(call):
    parts = scan_parts(call.body, call.header("Content-Type"))
    if not faulty("scan-part-crash"):
        need("page" in parts and "file" in parts, "a part is missing")
    need(all(parts[name][1] in (None, "text/plain") for name in parts if name != "file"), "a part is not text")
    try:
        fields = {name: parts[name][0].decode() for name in ("page", "caption") if name in parts}
    except UnicodeDecodeError:
        raise Refused(400, "not UTF-8") from None
    scan = {"page": from_text(number(1, 20000, whole=True))(fields["page"])}
    if "caption" in fields:
        scan["caption"] = text(1, 40)(fields["caption"])
    content, kind = parts["file"]
    kind = kind or "image/png"
    need(kind in ("image/png", "image/jpeg") or faulty("scan-any-type"), "not a picture")
    if len(content) > 2048 and not faulty("scan-large"):
        raise Refused(413, "The file is too large.")
    found(BOOKS, call.path["book_id"])
    return Answer(201, {**scan, "size": len(content), "media_type": kind})


@operation("POST", "/books/{book_id}/loans", WRITE, accepts=JSON, body=loan_draft, key="required")
def createLoan(call):
    book = found(BOOKS, call.path["book_id"])
    if "member_id" in call.body:
        found(MEMBERS, call.body["member_id"].lower())
    if not is_available(book["id"]) and not faulty("lent-twice") and not call.is_repeated:
        raise Refused(409, "The book is lent.")
    if faulty("key-twin"):
        time.sleep(0.15)
    due = datetime.date.today() + datetime.timedelta(days=call.body["days"])
    loan = {
        "id": str(uuid.uuid4()), "book_id": book["id"], **call.body, "lent_at": now(), "due": due.isoformat(),
        "returned_at": None,
    }
    if faulty("due-with-time"):
        loan["due"] += "T00:00:00Z"
    LOANS[loan["id"]] = loan
    notify("lent", loan)
    return Answer(201, loan, {"Location": "/loans/" + loan["id"]})


@operation("GET", "/loans/{loan_id}", READ)
def getLoan(call):
    loan = found(LOANS, call.path["loan_id"])
    if faulty("returned-at-left-out") and loan["returned_at"] is None:
        return Answer(200, {name: value for name, value in loan.items() if name != "returned_at"})
    return Answer(200, loan)


@operation("POST", "/loans/{loan_id}/return", WRITE)
def returnLoan(call):
    if faulty("return-404"):
        raise Refused(404, "There is nothing under this id.")
    loan = found(LOANS, call.path["loan_id"])
    if loan["returned_at"] is not None and not faulty("return-twice"):
        raise Refused(409, "The book is back already.")
    fresh = {**loan, "returned_at": now()}
    if not faulty("return-lost"):
        LOANS[loan["id"]] = fresh
    notify("returned", fresh)
    return Answer(200, fresh)


@operation("GET", "/members", [{"readerKey": set()}, {"librarian": {"read"}}], query=MEMBER_QUERY)
def listMembers(call):
    role = call.query.get("role")
    members, following = page(
        "members", MEMBERS.values(), lambda member: role in (None, member["role"]), member_view,
        call.query.get("size", 10), call.query.get("after"))
    return Answer(200, {"members": members, "next": following})


def add_member(draft: dict, key: str) -> dict:
    MEMBERS[key] = {"id": key, "created_at": now(), **draft}
    ORDER.setdefault(key, next(SEQUENCE))
    return MEMBERS[key]


@operation("POST", "/members", WRITE, accepts=JSON, body=member_draft)
def createMember(call):
    given = json.loads(call.raw).get("id")
    key = given if faulty("id-taken") and isinstance(given, str) and UUID.fullmatch(given) else str(uuid.uuid4())
    member = add_member(call.body, key.lower())
    if faulty("member-not-stored"):
        del MEMBERS[member["id"]]
    where = f"/members/{member['id']}" + pick("member-location", "/profile", "")
    return Answer(201, member_view(member), {"Location": where})


@operation("GET", "/members/{member_id}", READ)
def getMember(call):
    return Answer(200, member_view(found(MEMBERS, call.path["member_id"])))


@operation("PUT", "/members/{member_id}", WRITE, accepts=JSON, body=member_draft)
def replaceMember(call):
    member = found(MEMBERS, call.path["member_id"])
    fresh = {"id": member["id"], "created_at": member["created_at"], **call.body}
    given = json.loads(call.raw).get("created_at")
    if faulty("created-at-taken") and isinstance(given, str):
        fresh["created_at"] = given
    if not faulty("member-put-lost"):
        MEMBERS[member["id"]] = fresh
    return Answer(200, member_view(fresh))


@operation("DELETE", "/members/{member_id}", WRITE, gives=())
def deleteMember(call):
    member = found(MEMBERS, call.path["member_id"])
    if not faulty("member-kept"):
        del MEMBERS[member["id"]]
        REMOVED.append(member)
    return Answer(204)


@operation("GET", "/members/{member_id}/loans", READ)
def listLoansOfMember(call):
    member = found(MEMBERS, call.path["member_id"])
    loans = [loan for loan in LOANS.values() if loan.get("member_id", "").lower() == member["id"]]
    if faulty("loans-repeated"):
        loans += loans[:1]
    if faulty("loans-null") and not loans:
        return Answer(200, {"total": 0, "items": None})
    return Answer(200, {"total": len(loans), "items": loans})


@operation("GET", "/isbn/{isbn}")
def findByIsbn(call):
    since = {"Deprecation": "@1735689600"}
    for book in BOOKS.values():
        if book["isbn"] == call.path["isbn"]:
            return Answer(200, book_view(book), {} if faulty("deprecation-missing") else since)
    raise Refused(404, "No book has it.", {} if faulty("deprecation-on-404") else since)


@operation("GET", "/statistics", gives=("application/json", "text/csv"))
def getStatistics(call):
    genres: dict = {}
    for book in BOOKS.values():
        genres[book["genre"]] = genres.get(book["genre"], 0) + 1
    counts = {"books": len(BOOKS), "members": len(MEMBERS), "loans": len(LOANS)}
    headers = {} if faulty("counted-at-missing") else {"X-Counted-At": pick("counted-at-format", "today", now())}
    if call.media == "text/csv" and not faulty("csv-is-json"):
        lines = ["what,count", *(f"{name},{count}" for name, count in counts.items())]
        media = "application/json" if faulty("csv-labelled-json") else "text/csv"
        return Answer(200, "".join(line + "\r\n" for line in lines).encode(), headers, media)
    return Answer(200, {**counts, "by_genre": genres}, headers)


@operation("POST", "/wishes", accepts=("application/x-www-form-urlencoded",), body=lambda value: value)
def addWish(call):
    raw = call.raw.decode("latin-1")
    if faulty("wish-extra"):
        raw = "&".join(pair for pair in raw.split("&") if pair.partition("=")[0] in WISH)
    values = form_values(raw, WISH, ["title"], plus=not faulty("wish-plus"))
    wish = {"title": values["title"], "copies": values.get("copies", 1), "genres": values.get("genres", [])}
    if faulty("wish-one-genre"):
        wish["genres"] = wish["genres"][-1:]
    if faulty("wish-copies-text"):
        wish["copies"] = str(wish["copies"])
    return Answer(201, wish)


@operation("GET", "/branches/{codes}", query={"day": ("one", date)}, required=() if faulty("day-optional") else ["day"])
def readBranches(call):
    codes = array(choice("north", "south", "east", "west"), 1, pick("codes-one", 1, 3))(call.path["codes"].split(","))
    floors = call.header("X-Floors")
    low = pick("floors-negative", 0, -2)
    floor = from_text(number(low, 9, whole=True))
    levels = [] if floors is None else array(floor, 1, 3)([level.strip() for level in floors.split(",")])
    cookies = [pair.strip().partition("=") for pair in (call.header("Cookie") or "").split(";")]
    theme = next((decoded(value) for name, _, value in cookies if name == "theme"), None)
    if theme is not None and not faulty("theme-unchecked"):
        choice("light", "dark")(theme)
    body = {"codes": codes, "floors": levels, "theme": theme, "day": call.query.get("day", "2026-01-31")}
    if faulty("theme-left-out") and theme is None:
        del body["theme"]
    return Answer(200, body)


@operation("GET", "/news", gives=("application/jsonl",), required=["count"], query={
    "count": ("one", from_text(number(0, pick("news-many", 21, 20), whole=True)))})
def readNews(call):
    count = call.query["count"]
    if faulty("news-none") and count == 0:
        raise IndexError("no news")
    lines = [{"number": place, "text": f"News {place}"} for place in range(1, count + 1)]
    if faulty("news-third") and count >= 3:
        del lines[2]["text"]
    return Answer(200, lines, media="application/jsonl")


@operation("GET", "/me", [{}, {"readerKey": set()}] if FAULT != "guest-refused" else READ)
def whoAmI(call):
    return Answer(200, {"name": "reader" if call.caller == "readerKey" else "guest"})


@operation("POST", "/subscriptions", WRITE, accepts=JSON, body=subscription_draft)
def subscribe(call):
    key = str(uuid.uuid4())
    SUBSCRIPTIONS[key] = call.body["url"]
    NOTICES.put((key, "subscribed", None))
    return Answer(201, {"id": key, **call.body}, {"Location": "/subscriptions/" + key})


@operation("GET", "/subscriptions/{subscription_id}", [{"librarian": {"read"}}])
def readSubscription(call):
    key = call.path["subscription_id"]
    return Answer(200, {"id": key, "url": found(SUBSCRIPTIONS, key)})


@operation("DELETE", "/subscriptions/{subscription_id}", WRITE, gives=())
def unsubscribe(call):
    found(SUBSCRIPTIONS, call.path["subscription_id"])
    if not faulty("unsubscribe-lost"):
        del SUBSCRIPTIONS[call.path["subscription_id"]]
    return Answer(204)


# Notices: one thread sends them, signed, to loopback addresses.

NOTICES: queue.Queue = queue.Queue(1000)


def notify(kind: str, loan: dict) -> None:
    for key in list(SUBSCRIPTIONS):
        if not NOTICES.full():
            NOTICES.put((key, kind, loan))


def signed(body: bytes) -> dict:
    if faulty("notice-unsigned"):
        return {}
    secret = base64.b64decode(CREDENTIALS["webhook"].removeprefix("whsec_"))
    name, moment = str(uuid.uuid4()), str(int(time.time()) - pick("notice-stale", 3600, 0))
    content = f"{name}.{moment}.".encode() + pick("notice-signature", b"", body)
    code = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    return {"webhook-id": name, "webhook-timestamp": moment, "webhook-signature": "v1," + code}


def send_notices() -> None:
    while True:
        key, kind, loan = NOTICES.get()
        try:
            url = urllib.parse.urlsplit(SUBSCRIPTIONS.get(key, ""))
            if url.scheme != "http" or url.hostname not in ("127.0.0.1", "localhost") or faulty("notice-missing"):
                continue
            notice = {"kind": pick("notice-kind", kind.upper(), kind), "at": now(), **({"loan": loan} if loan else {})}
            if faulty("notice-incomplete"):
                del notice["at"]
            body = json.dumps(notice, default=float).encode()
            media = pick("notice-media", "text/plain", "application/json")
            connection = http.client.HTTPConnection(url.hostname, url.port or 80, timeout=2)
            target = (url.path or "/") + (f"?{url.query}" if url.query else "")
            method = pick("notice-method", "PUT", "POST")
            connection.request(method, target, body, {"Content-Type": media, **signed(body)})
            connection.getresponse().read()
            connection.close()
        except (OSError, ValueError, http.client.HTTPException):
            continue


# The way of a request: route, credentials, what it accepts, parameters, body, idempotency, operation.


def route(method: str, parts: list[str]) -> tuple[dict, dict]:
    for pattern, methods in ROUTES.items():
        if len(pattern) == len(parts) and all(a == b or a.startswith("{") for a, b in zip(pattern, parts)):
            values = {a[1:-1]: b for a, b in zip(pattern, parts) if a.startswith("{")}
            if method == "HEAD" and "GET" in methods:
                return methods.get(method, methods["GET"]), values
            if method in methods:
                return methods[method], values
            if faulty("method-served") and "GET" in methods and method != "OPTIONS":
                return methods["GET"], values
            allowed = {*methods, "OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
            headers = {} if faulty("allow-missing") else {"Allow": ", ".join(sorted(allowed))}
            status = 204 if method == "OPTIONS" else pick("method-404", 404, 405)
            raise Refused(status, "There is no such method here.", headers)
    raise Refused(404, "There is nothing here.")


def wanted_media(accept: str | None, gives: tuple) -> str | None:
    if accept is None or not gives or faulty("accept-ignored"):
        return gives[0] if gives else None
    ranges = []
    for piece in accept.split(","):
        name, *parameters = [part.strip().lower() for part in piece.split(";")]
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        try:
            ranges.append((name, float(quality)))
        except ValueError:
            continue
    best, best_quality = None, 0.0
    for media in gives:
        rank = {media: 3, media.split("/")[0] + "/*": 2, "*/*": 1}
        fitting = [(rank[name], quality) for name, quality in ranges if name in rank]
        if fitting and max(fitting)[1] > best_quality:
            best, best_quality = media, max(fitting)[1]
    if best is None:
        raise Refused(406, "There is no such representation.")
    return best


def authenticated(security, header) -> str | None:
    """The scheme by which the caller is known, or None where nobody need be."""
    key, word = header("X-Reader-Key"), (header("Authorization") or "").split(" ", 1)
    scopes = None
    if len(word) == 2 and (word[0].lower() == "bearer" or faulty("scheme-any")):
        secret = word[1].strip()
        known = {CREDENTIALS["librarian"]: {"read", "write"}, CREDENTIALS["insufficient"]["librarian"]: set()}
        scopes = known.get(secret, {"read", "write"} if faulty("token-any") else None)
    has_key = key is not None and (key == CREDENTIALS["readerKey"] or faulty("key-any"))
    weak = False
    for alternative in security:
        if alternative.keys() == {"readerKey"} and has_key:
            return "readerKey"
        if alternative.keys() == {"librarian"} and scopes is not None:
            if alternative["librarian"] <= scopes or faulty("scope-unchecked"):
                if len(security) == 1 or not faulty("alternative-refused"):
                    return "librarian"
            weak = True
    if not security or {} in security and key is None:
        return None
    if faulty("open-writes") and security is WRITE and not word[0]:
        return None
    if weak:
        raise Refused(pick("scope-401", 401, 403), "The scopes do not reach.", {"WWW-Authenticate": "Bearer"})
    challenge = {} if faulty("challenge-missing") else {"WWW-Authenticate": "Bearer"}
    raise Refused(pick("unknown-403", 403, 401), "Nobody knows who calls.", challenge)


def parsed(raw: bytes):
    def no_constant(name):
        raise ValueError(name)

    try:
        value = json.loads(raw.decode(), parse_float=Decimal, parse_constant=no_constant)
        if b"\\u" in raw:
            json.dumps(value, ensure_ascii=False, default=str).encode()
        return value
    except (ValueError, ArithmeticError, RecursionError):
        if faulty("json-crash"):
            raise
        raise Refused(400, "not JSON") from None


class Call:
    def __init__(self, found: dict, path: dict, header, raw: bytes | None, raw_query: str):
        self.operation, self.header, self.raw, self.is_repeated = found, header, raw, False
        self.caller = authenticated(found["security"], header)
        self.media = wanted_media(header("Accept"), found["gives"])
        for name, value in path.items():
            check = isbn if name == "isbn" else identifier if name.endswith("_id") else text(1)
            path[name] = check(value).lower() if check is identifier else check(value)
        self.path = path
        self.query = form_values(raw_query, found["query"], found["required"])
        self.body = self.read_body() if found["accepts"] else None

    def read_body(self):
        if self.raw is None:
            raise Refused(400, "The body is missing.")
        media = (self.header("Content-Type") or "").split(";")[0].strip().lower()
        accepts = self.operation["accepts"]
        if media not in accepts and "*/*" not in accepts and not (faulty("type-any") and accepts == JSON):
            raise Refused(pick("type-500", 500, 415), "The media type is not read here.")
        value = parsed(self.raw) if media.endswith("json") or accepts == JSON else self.raw
        if faulty("huge-crash") and accepts == JSON and re.search(rb":\s*-?[0-9]{20}", self.raw):
            raise OverflowError("too large")
        return self.operation["body"](value)

    def run(self) -> Answer:
        if faulty("key-twin") and self.operation["name"] == "createLoan":
            return self.operation["handle"](self)
        with LOCK:
            return self.operation["handle"](self)

    def answer(self) -> Answer:
        key, demand = self.header("Idempotency-Key"), self.operation["key"]
        if demand is None or key is None:
            need(demand != "required" or faulty("key-optional"), "Idempotency-Key is missing")
            return self.run()
        need(bool(re.fullmatch("[!-~]{1,255}", key)), "Idempotency-Key must be 1 to 255 visible characters")
        return self.once((self.operation["name"], self.caller, key))

    def once(self, key: tuple) -> Answer:
        request = json.dumps([self.path, self.body], sort_keys=True, default=str)
        with LOCK:
            lock = pick("key-twin", contextlib.nullcontext, threading.Lock)()
            kept = KEYS.setdefault(key, {"lock": lock, "request": request})
        with kept["lock"]:
            if kept["request"] != request and not faulty("key-other-body"):
                raise Refused(422, "This Idempotency-Key was used with another request.")
            if "answer" not in kept:
                try:
                    answer = self.run()
                except Refused as refusal:
                    answer = problem(refusal)
                kept["answer"] = answer
                return answer
            if faulty("key-second-effect") or faulty("key-hidden-effect"):
                self.is_repeated = True
                again = self.run()
                return again if faulty("key-second-effect") else kept["answer"]
            if faulty("key-other-answer"):
                return Answer(200, kept["answer"].body, kept["answer"].headers)
            return kept["answer"]


def problem(refusal: Refused) -> Answer:
    title = http.client.responses.get(refusal.status, "Error")
    body = {"type": "about:blank", "title": title, "status": refusal.status, "detail": refusal.detail}
    if faulty("problem-incomplete"):
        del body["title"]
    if faulty("problem-status") and refusal.status == 404:
        body["status"] = "404"
    media = "application/json" if faulty("problem-media") else "application/problem+json"
    return Answer(refusal.status, body if refusal.status != 204 else None, refusal.headers, media)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def __getattr__(self, name: str):
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    def header(self, name: str) -> str | None:
        values = self.headers.get_all(name)
        return None if values is None else ", ".join(str(value) for value in values)

    def read_body(self) -> bytes | None:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            pieces = []
            while size := int(self.rfile.readline(100).split(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline(10)
            while self.rfile.readline(1000) not in (b"\r\n", b""):
                pass
            return b"".join(pieces)
        length = self.headers.get("Content-Length")
        if length is None or length == "0" and "Content-Type" not in self.headers:
            return None
        if int(length) > 10_000_000:
            self.close_connection = True
            raise Refused(413, "The body is too large.")
        return self.rfile.read(int(length))

    def serve(self) -> None:
        try:
            raw = self.read_body()
            path, _, query = self.path.partition("?")
            parts = [decoded(part) for part in path.removeprefix("/").split("/")]
            found_operation, values = route(self.command, parts)
            answer = Call(found_operation, values, self.header, raw, query).answer()
        except Refused as refusal:
            answer = problem(refusal)
        except RecursionError:
            answer = problem(Refused(400, "The body is nested too deep."))
        except (ConnectionError, TimeoutError):
            raise
        except Exception as error:
            answer = problem(Refused(500, type(error).__name__))
        self.send(answer)

    def send(self, answer: Answer) -> None:
        body, streams = answer.body, answer.media == "application/jsonl"
        if streams:
            lines = [json.dumps(line).encode() + b"\n" for line in body]
            body = b"".join(b"%x\r\n%s\r\n" % (len(line), line) for line in lines) + b"0\r\n\r\n"
        elif body is not None and not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False, default=float).encode()
        head = [f"HTTP/1.1 {answer.status} {http.client.responses.get(answer.status, '')}"]
        head += [f"{name}: {value}" for name, value in answer.headers.items()]
        head.append("Date: " + self.date_time_string())
        if body is not None:
            head.append(f"Content-Type: {answer.media}")
        if streams:
            head.append("Transfer-Encoding: chunked")
        elif answer.status not in (204, 304) or body:
            wrong = faulty("length-short") and self.command == "GET" and self.path.startswith("/statistics")
            head.append(f"Content-Length: {len(body or b'') + (5 if wrong else 0)}")
            self.close_connection = self.close_connection or wrong
        if self.command == "HEAD" and not (faulty("head-body") and answer.status == 200):
            body = b""
        if self.close_connection:
            head.append("Connection: close")
        self.wfile.write("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + (body or b""))

    def send_error(self, code, message=None, explain=None) -> None:
        self.close_connection = True
        self.command = self.command or "GET"
        self.send(problem(Refused(int(code), message or "a broken request")))

    def log_message(self, *_) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address) -> None:
        pass


def seed() -> None:
    samples = [("Momo", "novel", 304, ["time"]), ("Faust", "poetry", 160, []), ("Kosmos", "science", 990, ["stars"])]
    for place, (name, kind, size, tags) in enumerate(samples, 1):
        add_book({
            "title": name, "isbn": f"978-352220255{place}", "genre": kind, "pages": size, "tags": tags,
            "authors": [{"name": "An Author", "born": None}], "price": Decimal("9.95"),
            "published": f"19{place}9-05-01",
        }, f"0190f3d2-7c5e-7a3b-9c1d-00000000000{place}")
    add_member(
        {"name": "Ada", "email": "ada@example.com", "password": "countess", "role": "adult", "score": 0, "phone": None},
        "0190f3d2-7c5e-7a3b-9c1d-00000000000a")


def main() -> None:
    known = [line.split("\t")[0] for line in (HERE / "faults.tsv").read_text().splitlines()]
    if FAULT and FAULT not in known:
        sys.exit(f"there is no fault {FAULT}")
    seed()
    sys.setrecursionlimit(6000)
    threading.Thread(target=send_notices, daemon=True).start()
    server = Server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
    print(f"ready http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
