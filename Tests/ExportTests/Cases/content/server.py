"""Answers `contract.yaml` and tells what came; `python3 server.py PROGRAM...` runs programs against it, one by one."""

import json
import subprocess
import sys
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOLD = ("accept", "authorization", "content-type", "cookie", "last-event-id", "x-key")
TICKS = [b": hello\r\nretry: 50\r", b"\nid: 1\r\ndata: {\"number\":\r\ndata: 1}\r\n\r\n", b"id: 2\ndata: {\"number\": 2}\n\n",
         b"event: \xc3", b"\xa9\rid: 3\rdata:{\"number\":3}\r\r", b"data: {\"number\": 4"]
NEWS = [b"event: added\ndata: one\n\n", b"id: x\n\nevent: gone\ndata:  two\n\n"]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        # A method of any name, as OpenAPI 3.2 has them.
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        self.respond(urlsplit(self.path).path, self.body())
        self.wfile.flush()

    def body(self):
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        body = b""
        # A body that its sender gave up ends with an empty line of none.
        while size := int(self.rfile.readline() or b"0", 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, media_type, body, **headers):
        self.send_response(200)
        for name, value in {"content-type": media_type, "content-length": len(body), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def stream(self, media_type, pieces):
        self.send_response(200)
        self.send_header("content-type", media_type)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for piece in [*pieces, b""]:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()

    def respond(self, path, body):
        accept, given = self.headers.get("accept", ""), self.headers.get("content-type", "")
        if path == "/v1/numbers":
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            if query.get("answer") == "none":
                return self.answer("text/plain", b"")
            size, last = int(query.get("page-size", 2)), json.loads(body)["from"] + 5
            first = int(query["after"].removeprefix("n")) + 1 if "after" in query else last - 4
            found = [{"number": number} for number in range(first, min(first + size, last + 1))]
            rest = f"n{found[-1]['number']}" if found[-1]["number"] < last else None
            self.answer("application/json", json.dumps({"found": found, "go_on": rest}).encode())
        elif path == "/v1/notes":
            form = b"count=2&tags=1&tags=2&extra=%7B%22ok%22%3Atrue%7D"
            self.answer("application/x-www-form-urlencoded", form, **{"x-seen": "[1, 2]", "x-body": body.decode()})
        elif path == "/v1/albums":
            message = BytesParser(policy=HTTP).parsebytes(b"content-type: " + given.encode() + b"\r\n\r\n" + body)
            parts = [[p.get_param("name", header="content-disposition"), p.get_filename(), p.get("content-type"),
                      p.get("x-taken"), p.get_payload(decode=True).decode("latin-1")] for p in message.iter_parts()]
            self.answer("application/json", json.dumps(parts).encode())
        elif path.startswith("/v1/files/"):
            self.answer(given, body)
        elif path == "/v2/files/cut.bin":
            self.close_connection = True
            self.answer("application/octet-stream", b"abc", **{"content-length": 10})
        elif path.startswith("/v2/files/"):
            self.stream("application/octet-stream", [b"abc", b"def"])
        elif path == "/v1/reports":
            wanted = accept.split(",")[0]
            answers = {"text/plain": b"42", "application/pdf": b"%PDF"}
            told = json.dumps({"count": len(body), "type": given, "accept": accept, "body": body.decode()}).encode()
            self.answer(wanted + "; charset=utf-8", answers.get(wanted, told))
        elif path == "/v1/ticks":
            behind = int(self.headers.get("last-event-id", "0"))
            self.stream("text/event-stream", TICKS if behind == 0 else TICKS[2:])
        elif path == "/v1/news":
            self.stream("text/event-stream", NEWS)
        elif path == "/v1/sums":
            items = [line for line in body.split(b"\n") if line]
            if accept.startswith("application/json-seq"):
                pieces = [b"\x1e" + item[:5] for item in items[:1]] + [items[0][5:] + b"\n\x1e{\n\"number\": 9}\n\x1e[1]"]
                self.stream("application/json-seq", pieces)
            else:
                self.stream("application/x-ndjson", [item + b"\r\n\n" for item in items])
        elif self.command == "HEAD":
            self.answer("application/json", b"[]", **{"x-count": "9"})
        else:
            headers = {name: self.headers[name] for name in TOLD if name in self.headers}
            told = {"method": self.command, "path": self.path, "headers": headers, "body": body.decode()}
            self.answer("text/plain", json.dumps(told).encode())


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        # A caller may go away in the middle.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
origin = f"http://127.0.0.1:{server.server_port}"
sys.exit(max(subprocess.run([*program.split(), origin]).returncode for program in sys.argv[1:]))
