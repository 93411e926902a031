/// What is the same in every exported Python file: how a call is made.
enum PythonRuntime {
  /// Comes first: what the types stand on.
  static let imports = #"""
    from __future__ import annotations

    import asyncio
    import http.client
    import json
    import re
    import socket
    import ssl
    from dataclasses import dataclass
    from decimal import Decimal
    from fractions import Fraction
    from typing import (
        Any, Callable, Dict, Generic, List, Literal, Mapping, NotRequired, Optional, Sequence, Tuple, TypeAlias, TypedDict,
        TypeVar, Union, cast,
    )
    from urllib.parse import quote, urlencode, urlsplit

    Number: TypeAlias = Union[int, Decimal]
    """Numbers are exact: an integer, or a Decimal."""

    S = TypeVar("S")
    B = TypeVar("B")


    @dataclass(frozen=True)
    class Answer(Generic[S, B]):
        """An answer that the contract describes; `status` tells which: a code, "4XX" or "default"."""

        status: S
        code: int
        body: B
        headers: Mapping[str, Any]
        """The headers that the contract names, by its spelling; numbers and booleans are read."""
        raw_headers: Sequence[Tuple[str, str]]


    @dataclass(frozen=True)
    class Unexpected:
        """An answer that the contract does not describe, or that cannot be read as it describes."""

        status: Literal["unexpected"]
        code: int
        body: bytes
        headers: Mapping[str, Any]
        raw_headers: Sequence[Tuple[str, str]]


    @dataclass(frozen=True)
    class Violation:
        """One place where a value breaks its schema, as a JSON pointer (RFC 6901)."""

        pointer: str
        rule: str
        message: str


    class ValidationError(Exception):
        """A parameter, a body or an answer that breaks the contract."""

        def __init__(self, subject: str, violations: List[Violation]) -> None:
            self.subject = subject
            self.violations = violations
            told = "; ".join(f"{v.pointer or '/'}: {v.message}" for v in violations)
            super().__init__(f"{subject} breaks the contract: {told}")


    @dataclass(frozen=True)
    class Request:
        """What a transport sends."""

        method: str
        url: str
        headers: Mapping[str, str]
        body: Optional[bytes]
        timeout: Optional[float]


    @dataclass(frozen=True)
    class Received:
        """What a transport got."""

        code: int
        headers: Sequence[Tuple[str, str]]
        body: bytes


    Transport: TypeAlias = Callable[[Request], Received]
    """How requests are sent: `send`, or a function of your own."""
    """#

  /// Comes last: it stands on nothing but itself and the tables.
  static let text = #"""
    def send(request: Request) -> Received:
        """Sends a request over a connection of its own; redirects are answers as any other.

        The timeout is for each step (connect, send, each read), and raises TimeoutError.
        """
        parts = urlsplit(request.url)
        timeout = request.timeout if request.timeout is not None else socket.getdefaulttimeout()
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=timeout, context=context)
        elif parts.scheme == "http":
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
        else:
            raise ValueError("the base URL must begin with http:// or https://")
        try:
            target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
            connection.request(request.method, target, request.body, dict(request.headers))
            response = connection.getresponse()
            return Received(response.status, response.getheaders(), response.read())
        finally:
            connection.close()


    @dataclass(frozen=True)
    class _Settings:
        base_url: str
        headers: Mapping[str, str]
        timeout: Optional[float]
        validate: bool
        transport: Transport


    @dataclass(frozen=True)
    class _Options:
        headers: Optional[Mapping[str, str]]
        timeout: Optional[float]
        validate: Optional[bool]


    def dump(value: Any) -> str:
        """JSON's text of a value; a Decimal keeps its digits."""
        if isinstance(value, Decimal):
            if not value.is_finite():
                raise ValueError("JSON has no such number")
            return str(value)
        if isinstance(value, Mapping):
            return "{" + ",".join(json.dumps(str(name)) + ":" + dump(item) for name, item in value.items()) + "}"
        if isinstance(value, (list, tuple)):
            return "[" + ",".join(dump(item) for item in value) + "]"
        return json.dumps(value, allow_nan=False)


    def load(text: Union[str, bytes]) -> Any:
        """The value of JSON's text, decimals exact."""
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)


    def _refuse(name: str) -> Any:
        raise ValueError(f"{name} is no JSON")


    def _plain(value: Any) -> str:
        if value is None or isinstance(value, (bool, Mapping, list, tuple)):
            return dump(value)
        return format(value, "f") if isinstance(value, Decimal) else str(value)


    def _encode(text: str) -> str:
        return quote(text, safe="")


    def _as_is(text: str) -> str:
        return text


    def _styled(spec: Any, value: Any, escape: Callable[[str], str]) -> str:
        """A parameter as RFC 6570 and OpenAPI's `style` have it, names and values encoded."""
        name, style, explode = escape(spec["name"]), spec["style"], spec["explode"]
        if spec.get("json"):
            return f"{name}={escape(dump(value))}" if spec["in"] == "query" else escape(dump(value))
        named = style in ("form", "matrix")
        lead = {"label": ".", "matrix": ";"}.get(style, "")
        between = {"form": "&", "matrix": ";", "label": "."}.get(style, ",")
        if isinstance(value, (list, tuple)):
            items = [escape(_plain(item)) for item in value]
            if style.endswith("Delimited") and not explode:
                return f"{name}=" + ("%20" if style == "spaceDelimited" else "%7C").join(items)
            if style.endswith("Delimited"):
                return "&".join(f"{name}={item}" for item in items)
            if named and explode:
                return lead + between.join(f"{name}={item}" for item in items)
            return lead + (f"{name}=" if named else "") + ("." if style == "label" and explode else ",").join(items)
        if isinstance(value, Mapping):
            pairs = [(escape(str(key)), escape(_plain(item))) for key, item in value.items()]
            if style == "deepObject":
                return "&".join(f"{name}%5B{key}%5D={item}" for key, item in pairs)
            if explode:
                return lead + between.join(f"{key}={item}" for key, item in pairs)
            return lead + (f"{name}=" if named else "") + ",".join(text for pair in pairs for text in pair)
        text = escape(_plain(value))
        if style == "label":
            return "." + text
        return f"{lead}{name}={text}" if spec["in"] == "query" or named else text


    def _required(name: str, subject: str) -> ValidationError:
        return ValidationError(subject, [Violation("/" + name, "required", "is required")])


    def _prepare(spec: Any, values: Mapping[str, Any], headers: Dict[str, str], validate: bool) -> str:
        subject = f"a parameter of {spec['id']}"
        path: str = spec["path"]
        query: List[str] = []
        cookies: List[str] = []
        for parameter in spec["parameters"]:
            name, value = parameter["name"], values.get(parameter["key"])
            if value is None:
                if parameter.get("required"):
                    raise _required(name, subject)
                continue
            if validate:
                _check(parameter["schema"], value, "request", f"{subject} ({name})")
            if parameter["in"] == "path":
                text = _styled(parameter, value, _encode)
                if text in ("", ".", ".."):
                    # Such a segment would be another path (RFC 3986, section 5.2.4).
                    raise ValidationError(subject, [Violation("/" + name, "path", "cannot stand in a path")])
                path = path.replace("{" + name + "}", text)
            elif parameter["in"] == "query":
                query.append(_styled(parameter, value, _encode))
            elif parameter["in"] == "querystring":
                query.append(str(value))
            elif parameter["in"] == "cookie":
                cookies.append(_styled(parameter, value, _encode))
            else:
                headers[name.lower()] = _styled(parameter, value, _as_is)
        if cookies:
            headers["cookie"] = "; ".join(cookies)
        key = values.get(spec["keyName"]) if "keyName" in spec else None
        if key is not None:
            headers["idempotency-key"] = str(key)
        query = [text for text in query if text]
        return path + ("?" + "&".join(query) if query else "")


    def _request_body(content: Any, body: Any) -> bytes:
        if content["kind"] == "json":
            return dump(body).encode()
        if isinstance(body, bytes):
            return body
        if content["kind"] == "form":
            pairs = [
                (name, _plain(item))
                for name, value in body.items()
                for item in (value if isinstance(value, (list, tuple)) else [value])
            ]
            return urlencode(pairs).encode()
        return str(body).encode()


    def _request(
        settings: _Settings, spec: Any, values: Mapping[str, Any], body: Any, options: _Options
    ) -> Tuple[Request, bool]:
        validate = settings.validate if options.validate is None else options.validate
        headers = {name.lower(): value for name, value in settings.headers.items()}
        headers.update({name.lower(): value for name, value in (options.headers or {}).items()})
        path = _prepare(spec, values, headers, validate)
        accepts = dict.fromkeys(c["mediaType"] for r in spec["responses"] for c in r["content"])
        if accepts:
            headers.setdefault("accept", ", ".join(accepts))
        sent: Optional[bytes] = None
        described = spec.get("body")
        if described and (body is not None or described["required"]) and spec["method"] not in ("GET", "HEAD"):
            chosen = headers.get("content-type", "")
            content = next((c for c in described["content"] if chosen.startswith(c["mediaType"])), described["content"][0])
            if validate and "schema" in content:
                _check(content["schema"], body, "request", f"the body of {spec['id']}")
            sent = _request_body(content, body)
            headers.setdefault("content-type", content["mediaType"])
        timeout = options.timeout if options.timeout is not None else settings.timeout
        if timeout is None and "timeout" in spec:
            timeout = spec["timeout"] / 1000
        return Request(spec["method"], settings.base_url.rstrip("/") + path, headers, sent, timeout), validate


    def _matches(wanted: str, media_type: str) -> bool:
        name = wanted.split(";")[0].strip().lower()
        return name in (media_type, "*/*") or (name.endswith("/*") and media_type.startswith(name[:-1]))


    def _header(text: str, kind: str) -> Any:
        if kind == "boolean":
            return text == "true"
        return text if kind == "" else int(text) if kind == "integer" else Decimal(text)


    def _answer(spec: Any, received: Received, validate: bool) -> Any:
        headers = {name.lower(): value for name, value in received.headers}
        unexpected = Unexpected("unexpected", received.code, received.body, {}, received.headers)
        by_status = {response["status"]: response for response in spec["responses"]}
        labels: List[Any] = [received.code, f"{received.code // 100}XX", "default"]
        response = next((by_status[label] for label in labels if label in by_status), None)
        if response is None:
            return unexpected
        subject = f"the answer {received.code} of {spec['id']}"
        named: Dict[str, Any] = {}
        for header in response["headers"]:
            text = headers.get(header["name"].lower())
            if text is None:
                if validate and header.get("required"):
                    raise _required(header["name"], subject)
                continue
            try:
                named[header["name"]] = _header(text, header["kind"])
            except (ValueError, ArithmeticError):
                return unexpected
        if not response["content"]:
            return Answer(response["status"], received.code, None, named, received.headers)
        media_type = headers.get("content-type", "").split(";")[0].strip().lower()
        content = next((c for c in response["content"] if _matches(c["mediaType"], media_type)), None)
        if content is None:
            return unexpected
        body: Any = received.body
        try:
            if content["kind"] == "json":
                body = load(received.body.decode())
            elif content["kind"] in ("text", "form"):
                body = received.body.decode()
        except (ValueError, RecursionError):
            return unexpected
        if validate and "schema" in content:
            _check(content["schema"], body, "response", subject)
        return Answer(response["status"], received.code, body, named, received.headers)


    def _perform(settings: _Settings, spec: Any, values: Mapping[str, Any], body: Any, options: _Options) -> Any:
        request, validate = _request(settings, spec, values, body, options)
        return _answer(spec, settings.transport(request), validate)


    async def _perform_async(settings: _Settings, spec: Any, values: Mapping[str, Any], body: Any, options: _Options) -> Any:
        """In a thread: the standard library has no HTTP client for asyncio, and a second one of our own would differ.

        A call that is cancelled is not waited for any more; its thread ends with its answer or its timeout.
        """
        request, validate = _request(settings, spec, values, body, options)
        return _answer(spec, await asyncio.to_thread(settings.transport, request), validate)
    """#
}
