"""Walks through the library by hand: python3 walk.py http://127.0.0.1:PORT, which prints what is wrong and then fails.

It knows the faults of faults.tsv, which conformance has to find without: the library is right where the walk finds
nothing, and a fault is planted where it finds something. `walk.py --all` starts the library with each.
"""

import base64
import concurrent.futures
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import uuid

HERE = pathlib.Path(__file__).parent
CREDENTIALS = json.loads((HERE / "credentials.json").read_text())
TOKEN = {"Authorization": "Bearer " + CREDENTIALS["librarian"]}
KEY = {"X-Reader-Key": CREDENTIALS["readerKey"]}
DRAFT = {"title": "Momo", "isbn": "978-3522202550", "genre": "novel", "pages": 304, "authors": [{"name": "Ende"}]}
PERSON = {"name": "Ada", "email": "ada@example.com", "password": "countess", "role": "adult"}
NOWHERE = str(uuid.uuid4())
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Answer:
    def __init__(self, status, headers, content):
        self.status, self.headers, self.content = status, headers, content
        self.media = (headers.get("Content-Type") or "").split(";")[0]
        self.body = json.loads(content) if self.media.endswith("json") and content else None


class Walk:
    def __init__(self, url: str):
        self.address, self.wrong = url.removeprefix("http://"), []

    def call(self, method, path, body=None, headers=None, media="application/json", open=False) -> Answer:
        connection = http.client.HTTPConnection(self.address, timeout=5)
        fields = {} if open else {**TOKEN, **KEY}
        fields.update(headers or {})
        if body is not None:
            fields["Content-Type"] = media
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, body, fields)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        if answer.status >= 400 and method != "HEAD":
            self.that("problem", answer.media == "application/problem+json" and isinstance(answer.body, dict)
                      and answer.body.get("status") == answer.status and "title" in answer.body)
        return answer

    def that(self, what: str, holds) -> None:
        if not holds:
            self.wrong.append(what)

    def book(self, **changes) -> Answer:
        return self.call("POST", "/books", {**DRAFT, **changes})

    def is_book(self, book) -> bool:
        wanted = {"id", "created_at", "updated_at", "title", "isbn", "genre", "pages", "authors", "tags", "available"}
        labels = book.get("labels", {}).values()
        return (wanted <= book.keys() and isinstance(book["pages"], int) and all(isinstance(x, str) for x in labels)
                and len(str(book.get("price", "")).partition(".")[2]) <= 2)

    # Values at their edges, and beyond.

    def drafts(self) -> None:
        right = [
            {"title": "x" * 40}, {"title": "\u00fc" * 40}, {"title": "\U0001F4D5" * 40}, {"subtitle": ""},
            {"subtitle": None}, {"pages": 1}, {"pages": 20000}, {"price": 0}, {"price": 9999.99}, {"weight": 0.001},
            {"authors": [{"name": "A", "born": None}]}, {"authors": [{"name": "A", "born": -3000}]}, {"tags": []},
            {"tags": ["ab", "cd-ef", "gh", "ij"]}, {"medium": {"kind": "audio", "minutes": 1}},
            {"medium": {"kind": "print", "binding": "soft"}}, {"labels": {}}, {"labels": dict.fromkeys(
                ["aa", "bb", "cc", "dd", "ee"], "")}, {"published": "2024-02-29"}, {"genre": "children's books"},
            {"outline": {"title": "1", "sections": [{"title": "2", "sections": [{"title": "3", "sections": [
                {"title": "4", "sections": []}]}]}]}}, {"price": 0.57}, {"price": 0.23}, {"price": 8.2},
        ]
        for change in right:
            answer = self.book(**change)
            self.that(f"refuses {change}", answer.status == 201)
            if answer.status == 201:
                kept = self.call("GET", "/books/" + answer.body["id"]).body
                self.that(f"loses {change}", self.is_book(kept) and all(kept[k] == v for k, v in change.items()))
        pointed = json.dumps(DRAFT).replace("304", "304.0").encode()
        self.that("304.0", self.call("POST", "/books", pointed).status == 201)
        wrong = [
            {"title": "x" * 41}, {"title": ""}, {"title": None}, {"isbn": "x978-3522202550"},
            {"isbn": "978-35222025501"}, {"genre": "cooking"}, {"pages": 0}, {"pages": 20001}, {"pages": "12"},
            {"pages": True}, {"pages": 1.5},
            {"pages": 10 ** 30}, {"price": 0.001}, {"price": -0.01}, {"price": 10000}, {"weight": 0}, {"weight": 50},
            {"published": "2023-02-30"}, {"published": "2023-13-01"}, {"authors": []}, {"authors": [{}]}, {"colour": 1},
            {"authors": [{"name": "a"}] * 5}, {"tags": ["aa", "bb", "cc", "dd", "ee"]}, {"tags": ["aa", "aa"]},
            {"tags": ["A"]}, {"medium": {"kind": "print", "binding": "soft", "minutes": 1}},
            {"medium": {"kind": "film"}},
            {"labels": {"english": ""}}, {"labels": dict.fromkeys(["aa", "bb", "cc", "dd", "ee", "ff"], "")},
            {"labels": {"aa": 1}}, {"outline": {"title": "1", "sections": [{}]}}, {"subtitle": 1},
            {"subtitle": "x" * 61},
        ]
        for change in wrong:
            self.that(f"takes {change}", self.book(**change).status == 400)
        for name in DRAFT:
            draft = {key: value for key, value in DRAFT.items() if key != name}
            self.that(f"takes a book without {name}", self.call("POST", "/books", draft).status == 400)
        deep = b'{"title":"a","sections":[' * 3000 + b"]}" * 3000
        for raw in (b"{", b"", b"\xff", b"[1]", b'{"title":"\\ud800"}', b"[" * 100_000, b'{"pages":NaN}',
                    json.dumps(DRAFT).encode()[:-1] + b',"outline":' + deep + b"}"):
            self.that(f"takes {raw[:20]}", self.call("POST", "/books", raw).status == 400)
        self.that("a body that is missing", self.call("POST", "/books").status == 400)
        self.that("another media type", self.call("POST", "/books", DRAFT, media="text/plain").status == 415)
        charset = "application/json; charset=utf-8"
        self.that("a charset", self.call("POST", "/books", DRAFT, media=charset).status == 201)

    # A book's life.

    def life(self) -> None:
        made = self.book(subtitle="Or", price=9.95, labels={"en": "a", "de": "b"}, tags=["aa"])
        self.that("201", made.status == 201)
        path = "/books/" + made.body["id"]
        self.that("Location", made.headers.get("Location") == path)
        read = self.call("GET", path)
        etag = read.headers.get("ETag")
        self.that("read", read.status == 200 and read.media == "application/json" and read.body == made.body and etag)
        for known, status in ((etag, 304), (f'"a", W/{etag}', 304), ("*", 304), ('"other"', 200), ("", 200)):
            answer = self.call("GET", path, headers={"If-None-Match": known or '""'})
            self.that(f"If-None-Match {known}", answer.status == status)
            self.that("304 with a body", status == 200 or not answer.content and "Content-Length" not in answer.headers)
        for known, status in (('"other"', 412), (etag, 200), (etag, 412), ("*", 200)):
            answer = self.call("PUT", path, {**DRAFT, "pages": 7}, {"If-Match": known or '""'})
            self.that(f"If-Match {known} {status}", answer.status == status)
        again = self.call("GET", path)
        self.that("put", again.body["pages"] == 7 and not {"price", "subtitle", "labels"} & again.body.keys())
        self.that("put keeps", again.body["created_at"] == made.body["created_at"] and again.body["tags"] == [])
        self.call("PUT", path, {**DRAFT, "subtitle": "Or", "price": 5, "labels": {"en": "a"}})
        before = self.call("GET", path).headers.get("ETag")
        merge = "application/merge-patch+json"
        patched = self.call("PATCH", path, {"pages": 8, "labels": {"en": None, "fr": "c"}}, media=merge)
        self.that("patch", patched.status == 200 and self.is_book(patched.body) and patched.body["pages"] == 8)
        self.that("patch merges", patched.body.get("labels") == {"fr": "c"} and patched.body.get("price") == 5)
        self.that("patch's version", self.call("GET", path).headers.get("ETag") != before)
        nothing = dict.fromkeys(("subtitle", "price", "tags", "labels"))
        bare = self.call("PATCH", path, nothing, media=merge).body
        self.that("patch's null", not {"price", "subtitle", "labels"} & bare.keys() and bare["tags"] == [])
        self.that("patch's type", self.call("PATCH", path, {"pages": 9}).status == 415)
        self.that("patch's title", self.call("PATCH", path, {"title": None}, media=merge).status == 400)
        gone = self.call("DELETE", path)
        self.that("delete", gone.status == 204 and not gone.content)
        for method in ("GET", "DELETE"):
            self.that(f"{method} of what is gone", self.call(method, path).status == 404)
        self.that("404", self.call("GET", "/books/" + NOWHERE).status == 404)
        self.that("no uuid", self.call("GET", "/books/7").status == 400)

    # Lists.

    def pages(self, path: str, size: str, after: str, items: str, following: str, separator="?") -> list:
        found, cursor = [], None
        for _ in range(1000):
            answer = self.call("GET", f"{path}{separator}{size}" + (f"&{after}={cursor}" if cursor else ""))
            if answer.status != 200:
                self.that(f"{path}: {answer.status}", False)
                break
            self.that("a page's size", len(answer.body[items]) <= int(size.partition("=")[2]))
            found += [item["id"] for item in answer.body[items]]
            cursor = answer.body.get(following)
            if not cursor:
                break
        else:
            self.that(f"{path} has no end", False)
        return found

    def lists(self) -> None:
        made = [self.book(genre="science", pages=400 + n, tags=["aa", "bb", "cc"][: n + 1], published=f"19{n}9-01-01"
                          ).body["id"] for n in range(6)]
        self.call("DELETE", "/books/" + made.pop(2))
        for filters, places in (
            ("", range(5)), ("&pages%5Bfrom%5D=401&pages[to]=404", (1, 2, 3)), ("&tag=zz&tag=bb", range(1, 5)),
            ("&decade=1910%7C1900", (0, 1)), ("&available=false", ()), ("&available=true", range(5)),
        ):
            for limit in (1, 2, 49, 50):
                path = "/books?genre=science" + filters
                found = self.pages(path, f"limit={limit}", "cursor", "items", "next_cursor", "&")
                found = [key for key in found if key in made or key not in self.seeded]
                self.that(f"list {filters} {limit}", found == [made[place] for place in places])
        self.that("an empty list", self.call("GET", "/books?tag=zzz").body == {"items": []})
        for query in ("limit=0", "limit=51", "limit=x", "cursor=AAAA", "cursor=%C3%BC", "genre=x", "available=1",
                      "decade=1905", "limit=1&limit=2", "tag=A", "pages[from]=0", "other=1", "limit=%zz"):
            self.that(f"takes {query}", self.call("GET", "/books?" + query).status == 400)
        people = [self.call("POST", "/members", {**PERSON, "role": "staff"}).body["id"] for _ in range(5)]
        self.call("DELETE", "/members/" + people.pop(1))
        for size in (1, 2, 10):
            found = self.pages("/members?role=staff", f"size={size}", "after", "members", "next", "&")
            self.that(f"members by {size}", found == people)

    # Members.

    def members(self) -> None:
        right = [
            {"phone": None}, {"phone": "+12345"}, {"balance": 999.99}, {"balance": -99.99}, {"score": -5}, {"score": 0},
            {"favourites": []}, {"favourites": ["novel"]}, {"settings": {"a": True}}, {"password": "x" * 8},
            {"address": {"street": "1", "city": "b", "country": "DE"}}, {"name": "\u00e4\U0001F600"},
            {"email": '"a b"@example.com'},
        ]
        for change in right:
            made = self.call("POST", "/members", {**PERSON, **change})
            self.that(f"refuses {change}", made.status == 201)
            if made.status != 201:
                continue
            read = self.call("GET", made.headers["Location"])
            self.that(f"loses {change}", read.status == 200 and read.body == made.body and all(
                read.body.get(name) == value for name, value in change.items() if name != "password"))
            if read.status == 200:
                self.that("password", "password" not in read.body and TIME.fullmatch(read.body["created_at"]))
        wrong = [
            {"phone": "12345"}, {"balance": 1000}, {"balance": -100}, {"score": -6}, {"score": 6}, {"email": "ada"},
            {"email": "a..b@c"}, {"password": "x" * 7}, {"name": "A"}, {"role": "x"}, {"settings": {"a": 1}},
            {"address": {"street": "1", "city": "b", "country": "de"}}, {"address": {}}, {"birthday": "today"},
        ]
        for change in wrong:
            self.that(f"takes {change}", self.call("POST", "/members", {**PERSON, **change}).status == 400)
        given = {"id": NOWHERE, "created_at": "2000-01-01T00:00:00Z"}
        made = self.call("POST", "/members", {**PERSON, **given}).body
        path = "/members/" + made["id"]
        self.that("readOnly", made["id"] != NOWHERE and made["created_at"] != given["created_at"])
        put = self.call("PUT", path, {**PERSON, **given, "name": "Eva"})
        read = self.call("GET", path)
        self.that("put", put.status == read.status == 200 and put.body == read.body and read.body["name"] == "Eva")
        self.that("put's readOnly", read.body.get("created_at") == made["created_at"])
        self.that("delete", [self.call("DELETE", path).status for _ in range(2)] == [204, 404])
        self.that("gone", self.call("GET", path).status == 404)

    # Loans.

    def loans(self) -> None:
        member = self.call("POST", "/members", PERSON).body["id"]
        book = self.book().body["id"]
        path, mine = f"/books/{book}/loans", f"/members/{member}/loans"
        empty = self.call("GET", mine)
        self.that("no loans", empty.body == {"total": 0, "items": []})
        self.that("no key", self.call("POST", path, {"days": 1}).status == 400)
        key, draft = {"Idempotency-Key": str(uuid.uuid4())}, {"days": 60, "member_id": member}
        lent = self.call("POST", path, draft, key)
        self.that("lend", lent.status == 201)
        if lent.status != 201:
            return
        place = "/loans/" + lent.body["id"]
        self.that("Location", lent.headers.get("Location") == place)
        again = self.call("POST", path, draft, key)
        self.that("again", (again.status, again.body) == (201, lent.body))
        self.that("another body", self.call("POST", path, {**draft, "days": 2}, key).status == 422)
        listed = self.call("GET", mine).body
        self.that("one loan", listed["total"] == 1 and [loan["id"] for loan in listed["items"]] == [lent.body["id"]])
        read = self.call("GET", place)
        self.that("read", read.body == lent.body and "returned_at" in read.body)
        self.that("due", re.fullmatch(r"\d{4}-\d\d-\d\d", lent.body["due"]))
        self.that("lent", not self.call("GET", "/books/" + book).body["available"])
        self.that("twice", self.call("POST", path, draft, {"Idempotency-Key": "other"}).status == 409)
        self.that("delete", self.call("DELETE", "/books/" + book).status == 409)
        back = self.call("POST", place + "/return")
        self.that("return", back.status == 200 and back.body["returned_at"])
        self.that("returned", self.call("GET", place).body["returned_at"])
        self.that("back", self.call("GET", "/books/" + book).body["available"])
        self.that("back twice", self.call("POST", place + "/return").status == 409)
        for status, place in ((404, f"/books/{NOWHERE}/loans"), (400, path)):
            days = 0 if status == 400 else 1
            self.that("refused", self.call("POST", place, {"days": days}, {"Idempotency-Key": "k"}).status == status)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            key = {"Idempotency-Key": str(uuid.uuid4())}
            twins = list(pool.map(lambda _: self.call("POST", path, draft, key), range(2)))
        self.that("twins", twins[0].body == twins[1].body and twins[0].status == 201)
        made = [self.call("POST", "/books", DRAFT, {"Idempotency-Key": "book"}) for _ in range(2)]
        self.that("a book's key", made[0].body == made[1].body)

    # Covers and scans.

    def covers(self) -> None:
        path = f"/books/{self.book().body['id']}/cover"
        cover = bytes(range(256)) * 16
        self.that("none yet", self.call("GET", path).status == 404)
        self.that("put", self.call("PUT", path, cover, media="image/png").status == 204)
        for body, media, status in ((cover + b"x", "image/png", 413), (cover, "text/plain", 415)):
            self.that(f"put {status}", self.call("PUT", path, body, media=media).status == status)
        whole = self.call("GET", path)
        self.that("get", whole.content == cover and whole.media == "image/png")
        for span, part in (("0-3", "0-3"), ("4090-", "4090-4095"), ("-5", "4091-4095"), ("4000-9999", "4000-4095")):
            answer = self.call("GET", path, headers={"Range": "bytes=" + span})
            first, last = map(int, part.split("-"))
            self.that(f"range {span}", answer.status == 206 and answer.content == cover[first:last + 1]
                      and answer.headers.get("Content-Range") == f"bytes {part}/4096")
        for span, status in (("bytes=4096-", 416), ("bytes=-0", 416), ("bytes=3-1", 200), ("lines=1-2", 200)):
            answer = self.call("GET", path, headers={"Range": span})
            self.that(f"range {span}", answer.status == status and (
                status == 200 or answer.headers.get("Content-Range") == "bytes */4096"))
        connection = http.client.HTTPConnection(self.address, timeout=5)
        connection.request("HEAD", path)
        connection.sock.settimeout(0.2)
        try:
            raw = connection.sock.recv(100_000)
            raw += connection.sock.recv(100_000)
        except TimeoutError:
            pass
        connection.close()
        head, _, body = raw.partition(b"\r\n\r\n")
        self.that("head", b" 200 " in head and not body and b"ETag:" in head and b"Content-Length: 4096" in head)

    def scans(self) -> None:
        path = f"/books/{self.book().body['id']}/scans"

        def send(parts) -> Answer:
            raw = b"".join(b"--x\r\nContent-Disposition: form-data; name=\"" + name.encode() + b"\"\r\n" + (
                b"Content-Type: " + kind.encode() + b"\r\n" if kind else b"") + b"\r\n" + content + b"\r\n"
                for name, kind, content in parts)
            return self.call("POST", path, raw + b"--x--\r\n", media="multipart/form-data; boundary=x")

        page, file = ("page", "", b"1"), ("file", "image/png", b"\x89\r\n--PNG\0")
        made = send([page, file, ("caption", "text/plain", "ü".encode())])
        self.that("scan", made.status == 201 and made.body == {
            "page": 1, "caption": "ü", "size": 9, "media_type": "image/png"})
        self.that("2048", send([page, ("file", "image/jpeg", b"x" * 2048)]).status == 201)
        for parts in ([page], [file], [page, ("file", "text/plain", b"")], [page, file, ("more", "", b"")],
                      [("page", "a/b", b"1"), file], [page, ("file", "image/png", b"x" * 2049)],
                      [("page", "", b"0"), file], [page, page, file]):
            self.that(f"takes {[part[:2] for part in parts]}", 400 <= send(parts).status < 500)

    # The desk.

    def desk(self) -> None:
        json_media, csv = "application/json", "text/csv"
        for accept, media in ((None, json_media), ("*/*", json_media), ("text/*", csv), (csv + ", */*;q=0.1", csv),
                              ("text/csv;q=0.1, application/json", json_media), ("text/csv;q=0, */*", json_media)):
            answer = self.call("GET", "/statistics", headers={"Accept": accept} if accept else None)
            self.that(f"Accept {accept}", answer.status == 200 and answer.media == media)
            self.that("CSV", media != csv or answer.content.startswith(b"what,count\r\nbooks,"))
            self.that("X-Counted-At", TIME.fullmatch(answer.headers.get("X-Counted-At") or ""))
        self.that("406", self.call("GET", "/statistics", headers={"Accept": "text/html"}).status == 406)
        found = self.call("GET", "/isbn/978-3522202550")
        self.that("isbn", found.status == 200 and re.fullmatch("@[0-9]+", found.headers.get("Deprecation") or ""))
        lost = self.call("GET", "/isbn/979-0000000000")
        self.that("no isbn", lost.status == 404 and re.fullmatch("@[0-9]+", lost.headers.get("Deprecation") or ""))
        form = "application/x-www-form-urlencoded"
        wish = self.call("POST", "/wishes", b"title=a+b%2B&copies=2&genres=novel&genres=children%27s+books", media=form)
        self.that("wish", wish.status == 201 and wish.body == {
            "title": "a b+", "copies": 2, "genres": ["novel", "children's books"]})
        for raw in (b"", b"title=", b"title=a&copies=0", b"title=a&genres=x", b"title=a&more=1", b"title=%ff"):
            self.that(f"takes {raw!r}", self.call("POST", "/wishes", raw, media=form).status == 400)
        self.that("wish's type", self.call("POST", "/wishes", {"title": "a"}).status == 415)
        where = "/branches/north,west?day=2026-01-31"
        answer = self.call("GET", where, headers={"X-Floors": "-2, 9", "Cookie": "a=b; theme=dark"})
        self.that("branches", answer.body == {
            "codes": ["north", "west"], "floors": [-2, 9], "theme": "dark", "day": "2026-01-31"})
        self.that("bare", self.call("GET", where).body["theme"] is None if answer.status == 200 else True)
        self.that("theme", "theme" in (self.call("GET", "/branches/east?day=2026-01-31").body or {}))
        for path, headers in (
            ("/branches/north", {}), ("/branches/up?day=2026-01-31", {}), ("/branches/east?day=x", {}),
            (where, {"X-Floors": "10"}), (where, {"X-Floors": "1,2,3,4"}), (where, {"Cookie": "theme=x"}),
        ):
            self.that(f"takes {path} {headers}", self.call("GET", path, headers=headers).status == 400)
        for count in (0, 1, 3, 20):
            answer = self.call("GET", f"/news?count={count}")
            lines = [json.loads(line) for line in answer.content.splitlines()] if answer.status == 200 else []
            self.that(f"news {count}", answer.status == 200 and answer.media == "application/jsonl"
                      and [line.get("number") for line in lines if line.get("text")] == list(range(1, count + 1)))
        for query in ("", "?count=21", "?count=-1"):
            self.that(f"takes {query}", self.call("GET", "/news" + query).status == 400)

    def methods(self) -> None:
        for method, path in (("DELETE", "/statistics"), ("POST", "/news"), ("PATCH", "/members"), ("TRACE", "/me")):
            answer = self.call(method, path)
            self.that(f"{method} {path}", answer.status == 405 and answer.headers.get("Allow"))
        self.that("OPTIONS", self.call("OPTIONS", "/me").status == 204)
        self.that("HEAD", self.call("HEAD", "/statistics").status == 200)
        self.that("nowhere", self.call("GET", "/nowhere").status == 404)

    def security(self) -> None:
        weak = {"Authorization": "Bearer " + CREDENTIALS["insufficient"]["librarian"]}
        stranger = {"X-Reader-Key": "x"}
        false, basic = {"Authorization": "Bearer false"}, {"Authorization": "Basic " + CREDENTIALS["librarian"]}
        for path, ways in (
            ("POST /books", [({}, 401), (false, 401), (basic, 401), (weak, 403), (KEY, 401), (TOKEN, 201)]),
            ("GET /members", [({}, 401), (false, 401), (weak, 403), (KEY, 200), (TOKEN, 200), (stranger, 401)]),
            ("GET /members/0190f3d2-7c5e-7a3b-9c1d-00000000000a", [({}, 401), (stranger, 401), (KEY, 200)]),
            ("GET /me", [({}, 200), (KEY, 200)]),
        ):
            method, place = path.split()
            for headers, status in ways:
                answer = self.call(method, place, DRAFT if method == "POST" else None, headers, open=True)
                self.that(f"{path} {headers}", answer.status == status)
                self.that("WWW-Authenticate", status != 401 or answer.headers.get("WWW-Authenticate"))
                self.that("name", place != "/me" or status != 200 or answer.body.get("name") == (
                    "reader" if headers else "guest"))

    # Notices.

    def notices(self) -> None:
        seen = []

        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                seen.append((self.command, dict(self.headers.items()), body))
                self.send_response(204)
                self.end_headers()

            do_PUT = do_POST

            def log_message(self, *_):
                pass

        receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        made = self.call("POST", "/subscriptions", {"url": f"http://127.0.0.1:{receiver.server_address[1]}/a?b=c"})
        book = self.book().body["id"]
        self.call("POST", f"/books/{book}/loans", {"days": 1}, {"Idempotency-Key": str(uuid.uuid4())})
        for _ in range(40):
            if len(seen) >= 2:
                break
            time.sleep(0.025)
        bodies = [json.loads(body) for _, _, body in seen]
        self.that("notices", [body.get("kind") for body in bodies] == ["subscribed", "lent"])
        for method, headers, body in seen:
            headers = {name.lower(): value for name, value in headers.items()}
            name, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
            content = f"{name}.{moment}.".encode() + body
            code = hmac.new(base64.b64decode(CREDENTIALS["webhook"][6:]), content, hashlib.sha256).digest()
            self.that("signature", headers.get("webhook-signature") == "v1," + base64.b64encode(code).decode())
            self.that("time", abs(int(moment) - time.time()) < 60 and TIME.fullmatch(json.loads(body).get("at", "")))
            self.that("type", method == "POST" and headers.get("content-type") == "application/json")
        receiver.shutdown()
        receiver.server_close()
        self.that("subscription", self.call("GET", made.headers["Location"]).body == made.body)
        self.that("end", [self.call("DELETE", made.headers["Location"]).status for _ in range(2)] == [204, 404])
        for url in ("no", "ftp://a/b", "http://a b/", "http://a/" + "x" * 200, "http://a/%zz"):
            self.that(f"takes {url}", self.call("POST", "/subscriptions", {"url": url}).status == 400)

    def run(self) -> list[str]:
        try:
            first = self.call("GET", "/books").body
            self.seeded = {book["id"] for book in first["items"]} if first else set()
        except (http.client.HTTPException, OSError, ValueError, KeyError):
            self.seeded = set()
        for part in (self.life, self.drafts, self.lists, self.members, self.loans, self.covers, self.scans, self.desk,
                     self.methods, self.security, self.notices):
            try:
                part()
            except (http.client.HTTPException, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
                self.wrong.append(f"{part.__name__}: {error!r}")
        return self.wrong


def walk_with(fault: str) -> list[str]:
    command, environment = [sys.executable, str(HERE / "server.py")], {**os.environ, "FAULT": fault}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        wrong = Walk(process.stdout.readline().split()[1]).run()
        return wrong + ([] if process.poll() is None else [f"the server has ended: {process.returncode}"])
    finally:
        process.kill()
        process.wait()


def main() -> None:
    if sys.argv[1:] != ["--all"]:
        wrong = Walk(sys.argv[1]).run()
        print("\n".join(wrong) or "all is well")
        sys.exit(bool(wrong))
    names = [""] + [line.split("\t")[0] for line in (HERE / "faults.tsv").read_text().splitlines()]
    bad = 0
    for name in names:
        wrong = walk_with(name)
        bad += bool(wrong) != bool(name)
        print(f"{name or 'no fault'}\t{len(wrong)}\t{'; '.join(wrong)[:150]}", flush=True)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
