/// The runtime part of every exported Python file that writes bodies.
enum PythonBodies {
  static let text = #"""
    def _base_type(media_type: str) -> str:
        return media_type.split(";")[0].strip().lower()


    def _is_json(media_type: str) -> bool:
        return _base_type(media_type) == "application/json" or _base_type(media_type).endswith("+json")


    def _matches(wanted: str, media_type: str) -> bool:
        name = _base_type(wanted)
        return name in (media_type, "*/*") or (name.endswith("/*") and media_type.startswith(name[:-1]))


    def _request_body(spec: Any, described: Any, given: Any, validate: bool) -> Tuple[RawBody, str]:
        """The bytes of a body, and their media type."""
        subject = f"the body of {spec['id']}"
        content: Any = described["content"][0]
        media_type: str = content["mediaType"]
        value: Any = given
        if given is None and (described.get("tagged") or content["kind"] != "json"):
            raise _required("body", subject)
        if described.get("tagged"):
            media_type, value = cast(Tuple[str, Any], given)
            fitting = [c for c in described["content"] if _matches(c["mediaType"], _base_type(media_type))]
            if not fitting:
                types = ", ".join(c["mediaType"] for c in described["content"])
                raise ValidationError(subject, [Violation("/type", "content", f"must be one of {types}")])
            content = fitting[0]
        elif "*" in media_type:
            media_type = "application/json"
        kind = content["kind"]
        schema = content.get("schema") if validate else None
        if kind in ("lines", "sequence"):
            return _records(value, b"\x1e" if kind == "sequence" else b"", schema, subject), media_type
        if schema is not None:
            _check(schema, value, "request", subject)
        if kind == "json":
            return dump(value).encode(), media_type
        if kind == "form":
            return _form(content, value).encode(), media_type
        if kind == "text":
            return _plain(value).encode(), media_type
        if kind == "multipart":
            boundary = secrets.token_hex(24)
            return _multipart(content, value, boundary), f"{_base_type(media_type)}; boundary={boundary}"
        return cast(RawBody, value), media_type


    def _records(items: Iterable[Any], lead: bytes, schema: Optional[int], subject: str) -> Iterator[bytes]:
        """Items one after the other, each validated before it is sent."""
        for item in items:
            if schema is not None:
                _check(schema, item, "request", subject)
            yield lead + dump(item).encode() + b"\n"


    def _form_items(content: Any, body: Mapping[str, Any]) -> Iterator[Tuple[str, Any, Any]]:
        """The members of a form that are present, and their encodings; each item of a list is an entry of its own."""
        members: Dict[str, Any] = {member["name"]: member for member in content.get("members", [])}
        for name, value in body.items():
            told: Any = members.get(name, {})
            is_whole = "style" in told or (told.get("kind") == "json" and not told.get("list"))
            if _is_list(value) and not value and not is_whole and content["kind"] == "form":
                # Without its name, an empty list would be absent.
                yield name, "", {}
            for item in value if _is_list(value) and not is_whole else [value]:
                if item is not None:
                    yield name, item, told


    def _form(content: Any, body: Mapping[str, Any]) -> str:
        texts: List[str] = []
        for name, value, told in _form_items(content, body):
            is_json = told.get("kind") == "json" or isinstance(value, (Mapping, list, tuple))
            spec = {"name": name, "in": "query", "style": "form", "explode": True, "json": is_json and "style" not in told}
            texts.append(_styled({**spec, **told}, value, _encode))
        return "&".join(text for text in texts if text)


    def _multipart(content: Any, body: Mapping[str, Any], boundary: str) -> RawBody:
        """The parts as bytes where all of them are, and otherwise as a stream."""
        pieces: List[Union[bytes, BinaryIO]] = []
        for name, value, told in _form_items(content, body):
            lines, data = _part(name, value, told.get("contentType"))
            if any(re.search(r"[\r\n\0]", line) for line in lines):
                raise ValueError(f"the part '{name}' has a header with a line end")
            head = "".join(line + "\r\n" for line in [f"--{boundary}", *lines])
            pieces += [head.encode() + b"\r\n", data, b"\r\n"]
        pieces.append(f"--{boundary}--\r\n".encode())
        whole = [piece for piece in pieces if isinstance(piece, bytes)]
        return b"".join(whole) if len(whole) == len(pieces) else _read_all(pieces)


    def _read_all(pieces: List[Union[bytes, BinaryIO]]) -> Iterator[bytes]:
        for piece in pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            while chunk := piece.read(65536):
                yield chunk


    def _part(name: str, value: Any, told: Optional[str]) -> Tuple[List[str], Union[bytes, BinaryIO]]:
        """The headers of a part (RFC 7578, section 4.2), and its content."""
        disposition = f'Content-Disposition: form-data; name="{_quoted(name)}"'
        if isinstance(value, (bytes, FilePart)) or hasattr(value, "read"):
            file = value if isinstance(value, FilePart) else FilePart(value)
            path = getattr(file.content, "name", None)
            filename = file.filename or (os.path.basename(path) if isinstance(path, str) else name)
            lines = [
                f'{disposition}; filename="{_quoted(filename)}"',
                f"Content-Type: {file.content_type or told or 'application/octet-stream'}",
            ]
            return lines + [f"{header}: {text}" for header, text in file.headers.items()], file.content
        is_json = isinstance(value, (Mapping, list, tuple)) if told is None else _is_json(told)
        media_type = told or ("application/json" if is_json else None)
        lines = [disposition] + ([f"Content-Type: {media_type}"] if media_type else [])
        return lines, (dump(value) if is_json else _plain(value)).encode()


    def _quoted(text: str) -> str:
        """Escapes as browsers do (WHATWG HTML, section 4.10.21.8), and doubles backslashes."""
        return text.replace("\\", "\\\\").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    """#
}
