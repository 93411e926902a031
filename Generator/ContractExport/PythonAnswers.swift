/// The runtime part of every exported Python file that reads responses.
enum PythonAnswers {
  static let text = #"""
    def _read(text: str, kind: str) -> Any:
        """Reads a text as a value of its kind."""
        if kind == "json":
            return load(text)
        if kind == "boolean":
            return text == "true"
        return int(text) if kind == "integer" else Decimal(text) if kind == "number" else text


    def _answer(spec: Any, received: Received, validate: bool) -> Any:
        headers = {name.lower(): value for name, value in received.headers}
        body = AnswerStream(iter([received.body])) if isinstance(received.body, bytes) else received.body
        by_status = {response["status"]: response for response in spec["responses"]}
        labels: List[Any] = [received.code, f"{received.code // 100}XX", "default"]
        response = next((by_status[label] for label in labels if label in by_status), None)
        subject = f"the answer {received.code} of {spec['id']}"
        try:
            named = None if response is None else _answer_headers(response, headers, subject, validate)
        except ValidationError:
            body.close()
            raise
        content_type = headers.get("content-type", "")
        media_type = _base_type(content_type)
        contents: List[Any] = response["content"] if response else []
        content: Any = next((c for c in contents if _matches(c["mediaType"], media_type)), None)
        if response is None or named is None or (contents and content is None):
            return Unexpected("unexpected", received.code, content_type, body.read(), {}, received.headers)
        value: Any = None
        if content is None:
            rest = body.read()
            value = None if response.get("described", True) else rest
        elif content["kind"] in ("bytes", "events", "lines", "sequence"):
            value = _streamed(content, body, subject, validate)
        else:
            whole = body.read()
            try:
                value = _whole(content, whole)
            except (ValueError, ArithmeticError, RecursionError):
                return Unexpected("unexpected", received.code, content_type, whole, {}, received.headers)
            if validate and "schema" in content:
                _check(content["schema"], value, "response", subject)
        if content is not None and response.get("tagged"):
            value = MediaValue(media_type if "*" in content["mediaType"] else content["mediaType"], value)
        return Answer(response["status"], received.code, content_type, value, named, received.headers)


    def _answer_headers(
        response: Any, headers: Mapping[str, str], subject: str, validate: bool
    ) -> Optional[Dict[str, Any]]:
        """The headers that the contract declares; nothing where one is malformed."""
        named: Dict[str, Any] = {}
        for header in response["headers"]:
            text = headers.get(header["name"].lower())
            if text is None:
                if validate and header.get("required"):
                    raise _required(header["name"], subject)
                continue
            try:
                named[header["name"]] = _read(_header_text(text), header["kind"])
            except (ValueError, ArithmeticError, RecursionError):
                return None
        return named


    def _header_text(text: str) -> str:
        """The text of a header that a transport returns as one character a byte, where those are UTF-8."""
        try:
            return text.encode("latin-1").decode()
        except UnicodeError:
            return text


    def _whole(content: Any, body: bytes) -> Any:
        if content["kind"] == "json":
            return load(body.decode())
        if content["kind"] == "text":
            return _read(body.decode(), content.get("text", ""))
        members: Dict[str, Any] = {member["name"]: member for member in content.get("members", [])}
        values: Dict[str, Any] = {}
        for name, text in parse_qsl(body.decode(), keep_blank_values=True):
            told: Any = members.get(name, {})
            value = _read(text, told.get("kind", ""))
            if told.get("list"):
                values.setdefault(name, []).append(value)
            else:
                values.setdefault(name, value)
        return values


    def _streamed(content: Any, body: AnswerStream[bytes], subject: str, validate: bool) -> Any:
        """A streamed body: raw bytes, or items one after the other."""
        if content["kind"] == "bytes":
            return body
        is_data = content.get("text") == "json"
        if content["kind"] == "events":
            as_item = "schema" in content and not is_data
            items = _events(_lines(body, r"\r\n|\n|\r", "replace"), is_data, as_item)
        elif content["kind"] == "lines":
            items = (load(line) for line in _lines(body, "\n", "strict") if line.strip())
        else:
            items = _sequence(_lines(body, "\n", "strict"))
        if validate and "schema" in content:
            items = _checked(items, content["schema"], is_data, subject)
        return AnswerStream(items, body.close)


    def _checked(items: Iterator[Any], schema: int, is_data: bool, subject: str) -> Iterator[Any]:
        for number, item in enumerate(items):
            _check(schema, item.data if is_data else item, "response", f"item {number} of {subject}")
            yield item


    def _lines(chunks: Iterable[bytes], ends: str, errors: str) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8-sig")(errors)
        rest, is_cut = "", False
        for chunk in chunks:
            text = decoder.decode(chunk)
            # The line feed of a line end that arrived in two chunks.
            if is_cut and text.startswith("\n"):
                text = text[1:]
            elif not text:
                continue
            is_cut = "r" in ends and text.endswith("\r")
            pieces = re.split(ends, text)
            pieces[0] = rest + pieces[0]
            rest = pieces.pop()
            yield from pieces
        rest += decoder.decode(b"", True)
        if rest:
            yield rest


    def _events(lines: Iterator[str], is_data: bool, as_item: bool) -> Iterator[Any]:
        """Only events with data are returned, with the `id` and `retry` of their own lines."""
        event: Dict[str, Any] = {}
        for line in lines:
            name, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if not line:
                if "data" in event:
                    event["data"] = load(event["data"]) if is_data else event["data"]
                    yield event if as_item else ServerSentEvent(**event)
                event = {}
            elif name == "data":
                event["data"] = f"{event['data']}\n{value}" if "data" in event else value
            elif name == "event" and value:
                event["event"] = value
            elif name == "id" and "\0" not in value:
                event["id"] = value
            elif name == "retry" and re.fullmatch("[0-9]+", value):
                event["retry"] = int(value)


    def _sequence(lines: Iterator[str]) -> Iterator[Any]:
        """JSON texts after record separators (RFC 7464), each returned as soon as the end of its line completes it."""
        text = ""
        for line in lines:
            first, *others = line.split("\x1e")
            text += first
            for piece in others:
                if text.strip():
                    yield _cut_text(text)
                text = piece
            if not text.strip():
                continue
            text += "\n"
            try:
                value = load(text)
            except ValueError:
                continue
            yield value
            text = ""
        if text.strip():
            yield _cut_text(text)


    def _cut_text(text: str) -> Any:
        """A text without a line end: a number may lack digits (RFC 7464, section 2.4)."""
        if not text.rstrip().endswith(("}", "]", '"')):
            raise ValueError("a JSON text of the sequence is cut off")
        return load(text)
    """#
}
