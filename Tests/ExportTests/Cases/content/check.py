"""Calls `server.py` by the exported client: python3 check.py ORIGIN (beside the exported sample_client.py)."""

import asyncio
import io
import json
import ssl
import sys
from http.client import IncompleteRead
from typing import Any, Callable, Type

import sample_client as sample


def fails(error: Type[BaseException], call: Callable[[], Any]) -> str:
    try:
        call()
    except error as raised:
        return str(raised)
    raise AssertionError(f"no {error.__name__}")


def told(answer: Any) -> Any:
    assert answer.status == 200, answer
    return json.loads(answer.body)


def credentials(origin: str) -> None:
    def client(**given: Any) -> sample.SampleClient:
        return sample.SampleClient(origin, credentials=given)  # type: ignore[arg-type]

    assert told(client(session="s1", token="t", key="k").me())["headers"]["cookie"] == "sid=s1"
    both = told(client(token="a.b", key="k").me())["headers"]
    assert both["authorization"] == "Bearer a.b" and both["x-key"] == "k" and "cookie" not in both, both
    assert "cookie" not in told(client(session=True).me())["headers"]
    message = fails(sample.CredentialError, client(token="t").me)
    assert message == "me needs credentials that the client lacks: give those of 'session', or of 'key'", message
    for wrong in ({"session": "a;b"}, {"session": ""}, {"token": "a b", "key": "k"}):
        assert "cannot be sent" in fails(sample.CredentialError, client(**wrong).me)
    basic = told(client(login={"user": "J\u00fcrg", "password": "x:y"}).either())
    assert basic["headers"]["authorization"] == "Basic SsO8cmc6eDp5", basic
    assert told(client(queryKey="a&b").either())["path"] == "/v1/either?key=a%26b"
    assert told(client(digest="d=1").either())["headers"]["authorization"] == "digest d=1"
    assert "authorization" not in told(client().either())["headers"]
    assert "authorization" not in told(client().machine())["headers"]
    assert told(client(granted="g").machine())["headers"]["authorization"] == "Bearer g"


def bodies(client: sample.SampleClient) -> None:
    note: sample.Note = {"title": "a b&c", "stars": 3, "tags": ["x", "y"], "range": {"from": 1, "steps": [1, 2], "parts": [{"to": 3}, {}]}, "extra": {"list": [1]},
                         "owner": {"name": "Ada"}}
    added = client.add_note(note)
    assert added.status == 200
    assert added.body == {"count": 2, "tags": [1, 2], "extra": {"ok": True}} and added.headers["X-Seen"] == [1, 2], added
    form = dict(added.raw_headers)["x-body"]
    assert form == ("title=a%20b%26c&stars=3&tags=x&tags=y&range%5Bfrom%5D=1&range%5Bsteps%5D%5B%5D=1&range%5Bsteps%5D%5B%5D=2&range%5Bparts%5D%5B0%5D%5Bto%5D=3&range%5Bparts%5D%5B1%5D=&extra=%7B%22list%22%3A%5B1%5D%7D"
                    "&owner=%7B%22name%22%3A%22Ada%22%7D"), form
    fails(sample.ValidationError, lambda: client.add_note({"title": ""}))

    file = io.BytesIO(b"bytes")
    file.name = "/tmp/../a \"b\".png"
    photo = sample.FilePart(file, content_type="image/png", headers={"X-Taken": "today"})
    album: sample.AddAlbumBody = {"title": "T\u00e9", "owner": {"name": "Ada"}, "words": ["a", "b"], "cover": b"\x00\xff",
                                  "photos": [photo, b"2"]}
    parts = client.add_album(album)
    assert parts.status == 200 and parts.body == [
        ["title", None, None, None, "T\u00c3\u00a9"], ["owner", None, "application/json", None, '{"name":"Ada"}'],
        ["words", None, None, None, "a"], ["words", None, None, None, "b"],
        ["cover", "cover", "image/png", None, "\x00\u00ff"],
        ["photos", "a %22b%22.png", "image/png", "today", "bytes"],
        ["photos", "photos", "application/octet-stream", None, "2"],
    ], parts
    broken = sample.FilePart(b"", headers={"X-Taken": "a\r\nb: c"})
    fails(ValueError, lambda: client.add_album({"title": "ab", "photos": [broken]}))

    for data in (b"abc", iter([b"a", b"bc"])):
        same = client.put_file(("image/x-tiny", data), name="a", kind="png")
        assert same.status == 200 and same.body.type == "image/x-tiny" and same.body.value.read() == b"abc", same
    fails(sample.ValidationError, lambda: client.put_file(("text/plain", b""), name="a", kind="b"))
    got = client.get_file(name="a", kind="bin")
    assert got.status == 200 and b"".join(got.body) == b"abcdef"
    cut = client.get_file(name="cut", kind="bin")
    assert cut.status == 200
    fails(IncompleteRead, cut.body.read)


def media(client: sample.SampleClient) -> None:
    count: sample.Sent = {"count": 1}
    first = client.make_report(("application/json", count))
    assert first.status == 200 and first.body.type == "application/json"
    assert first.content_type == "application/json; charset=utf-8", first
    sent: Any = first.body.value
    assert sent["type"] == "application/json" and sent["body"] == '{"count":1}', sent
    assert sent["accept"] == "application/json, text/plain, application/pdf", sent
    second = client.make_report(("text/csv", "a,b"), accept="text/plain")
    assert second.status == 200 and second.body.type == "text/plain" and second.body.value == 42
    third = client.make_report(("application/xml", b"<a/>"), accept="application/pdf")
    assert third.status == 200 and third.body.type == "application/pdf" and third.body.value.read() == b"%PDF"
    assert client.make_report(accept="image/png").status == "unexpected"
    fails(sample.ValidationError, lambda: client.make_report(("text/csv", "a,b,c,d")))


def streams(client: sample.SampleClient) -> None:
    ticks = client.ticks()
    assert ticks.status == 200
    event = sample.ServerSentEvent[sample.Tick]
    assert list(ticks.body) == [
        event({"number": 1}, "1", None, 50), event({"number": 2}, "2"), event({"number": 3}, "3", "\u00e9")]
    later = client.ticks(last_event_id="1")
    assert later.status == 200
    with later.body as body:
        assert next(body).id == "2"
    news = client.news()
    assert news.status == 200
    assert list(news.body) == [{"event": "added", "data": "one"}, {"event": "gone", "data": " two"}]
    numbers = [{"number": 1}, {"number": 2}]
    lines = client.sums(({"number": number} for number in (1, 2)))
    assert lines.status == 200 and lines.body.type == "application/x-ndjson" and list(lines.body.value) == numbers
    texts = client.sums([{"number": 1}], accept="application/json-seq")
    assert texts.status == 200
    items = texts.body.value
    assert next(items) == {"number": 1} and next(items) == {"number": 9}
    assert "/: expected object" in fails(sample.ValidationError, lambda: next(items))
    fails(sample.ValidationError, lambda: client.sums([{"number": -1}]))


def addresses(client: sample.SampleClient) -> None:
    places = told(client.find_places(boxes=[[1, 2], [3]], round={"at": {"x": 1}}))
    nested = "/v1/places?boxes=%5B1%2C2%5D&boxes=%5B3%5D&round=%7B%22at%22%3A%7B%22x%22%3A1%7D%7D"
    assert places["path"] == nested, places
    asked = told(client.ask_cats({"number": 1}, rest={"a": 1, "b": "x y"}))
    assert asked["method"] == "QUERY" and asked["path"] == "/v1/cats/?a=1&b=x%20y", asked
    assert asked["headers"]["content-type"] == "application/json" and asked["body"] == '{"number":1}', asked
    counted = client.count_cats()
    assert counted.status == 200 and counted.headers["X-Count"] == 9 and counted.body is None
    copied = told(client.copy_cats(page="", flags=["a", "b"], timeout_=5))
    assert copied["method"] == "COPY" and copied["path"] == "/v1/cats/?page=&timeout=5", copied
    assert copied["headers"]["cookie"] == "flags=a; flags=b", copied
    named = told(client.by_name(a="x/y", b=".", rest={"k": [1]}))
    assert named["path"] == "/v1/by%20name/x%2Fy....?%7B%22k%22%3A%5B1%5D%7D", named
    assert "/name.kind" in fails(sample.ValidationError, lambda: client.get_file(name="", kind=""))
    urls: list[str] = []

    def transport(request: sample.Request) -> sample.Received:
        assert request.ssl_context is context
        urls.append(request.url)
        return sample.Received(200, [("content-type", "application/octet-stream")], b"ab")

    context = ssl.create_default_context()
    own = sample.SampleClient(transport=transport, credentials={"session": "s"}, ssl_context=context)
    assert own.me().status == "unexpected"
    got = own.get_file(name="a", kind="b")
    assert got.status == 200 and got.body.read() == b"ab"
    assert urls == ["http://api.test:80/v1/me", "http://files.test/v2/files/a.b"], urls


def undescribed(client: sample.SampleClient) -> None:
    silent = client.keep_silent()
    assert silent.status == "default" and silent.code == 200 and silent.content_type == "text/plain", silent
    assert json.loads(silent.body)["method"] == "DELETE", silent


def pages(client: sample.SampleClient) -> None:
    items = client.read_numbers_items({"from": 10}, page_size=2)
    assert [item["number"] for item in items] == [11, 12, 13, 14, 15]
    assert [item["number"] for item in client.read_numbers_items({"from": 10}, after="n13")] == [14, 15]
    raised = fails(sample.PageError, lambda: list(client.read_numbers_items({"from": 10}, answer_="none")))
    assert raised == "readNumbers answered 200, which is not a page of its list", raised


async def waiting(origin: str) -> None:
    client = sample.AsyncSampleClient(origin, validate=True)
    assert [item["number"] async for item in client.read_numbers_items({"from": 0}, page_size=1)] == [1, 2, 3, 4, 5]
    ticks = await client.ticks()
    assert ticks.status == 200
    assert [event.data["number"] async for event in ticks.body] == [1, 2, 3]
    got = await client.get_file(name="a", kind="bin")
    assert got.status == 200 and b"".join([piece async for piece in got.body]) == b"abcdef"


def main(origin: str) -> None:
    client = sample.SampleClient(origin, validate=True, timeout=10)
    credentials(origin)
    bodies(client)
    undescribed(client)
    media(client)
    streams(client)
    addresses(client)
    pages(client)
    asyncio.run(waiting(origin))
    print("python: all is well")


if __name__ == "__main__":
    main(sys.argv[1])
