/// The runtime part of every exported Python file with messages that reads and writes their headers and bytes.
enum PythonEventTexts {
  static let text = #"""
    def _present_headers(headers: Any) -> Dict[str, Any]:
        """The values of headers that are present: a header cannot carry null."""
        return {name: value for name, value in headers.items() if value is not None}


    def _wire_text(value: Union[str, bytes]) -> str:
        return value if isinstance(value, str) else value.decode(errors="replace")


    def _wire_texts(headers: WireHeaders) -> Dict[str, str]:
        pairs: Any = headers.items() if isinstance(headers, Mapping) else headers or []
        texts: Dict[str, str] = {}
        for name, value in pairs:
            if value is not None:
                texts.setdefault(name, _wire_text(value))
        return texts


    def _percent_decoded(text: str) -> str:
        if re.search("%(?![0-9A-Fa-f]{2})", text):
            return text
        try:
            return unquote_to_bytes(text).decode()
        except UnicodeError:
            return text


    def _typed_text(text: str, kind: str, pointer: str, subject: str) -> Any:
        """A text as a value of its kind; one of another kind stays a text, which its schema refuses."""
        if kind == "json":
            return _json_value(text, pointer, subject)
        if kind == "boolean" and text in ("true", "false"):
            return text == "true"
        if kind in ("integer", "number") and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", text):
            try:
                return int(text) if text.lstrip("-").isdigit() else Decimal(text)
            except (ValueError, ArithmeticError):
                return text
        return text


    def _json_value(text: str, pointer: str, subject: str) -> Any:
        try:
            return load(text)
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise ValidationError(subject, [Violation(pointer, "json", f"is not JSON: {error}")]) from error


    def _read_payload(spec: Any, data: bytes) -> Any:
        subject = f"the message {spec['name']}"
        if spec["kind"] == "bytes":
            return data
        try:
            text = data.decode()
        except UnicodeError as error:
            raise ValidationError(subject, [Violation("", "encoding", "is not UTF-8")]) from error
        return _json_value(text, "", subject) if spec["kind"] == "json" else _typed_text(
            text, spec.get("text", ""), "", subject)


    def _write_payload(spec: Any, payload: Any) -> bytes:
        if spec["kind"] != "bytes":
            return (dump if spec["kind"] == "json" else _plain)(payload).encode()
        if not isinstance(payload, (bytes, bytearray)):
            raise ValidationError(f"the message {spec['name']}", [Violation("", "type", "must be bytes")])
        return bytes(payload)


    def _event_text(expression: Any, event: Any) -> Optional[str]:
        return _text_at(event.headers if expression["part"] == "header" else event.payload, expression["pointer"])


    def _text_at(value: Any, pointer: str) -> Optional[str]:
        """The string, number or boolean that a JSON pointer (RFC 6901) names."""
        found: Any = value
        for segment in pointer.split("/")[1:]:
            name = segment.replace("~1", "/").replace("~0", "~")
            if _is_object(found) and name in found:
                found = found[name]
            elif _is_list(found) and re.fullmatch("0|[1-9][0-9]{0,8}", name) and int(name) < len(found):
                found = found[int(name)]
            else:
                return None
        return None if found is None or isinstance(found, (Mapping, list, tuple)) else _plain(found)
    """#
}
