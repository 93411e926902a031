/// The runtime part of every exported Python file that makes calls.
enum PythonRuntime {
  /// Values of JSON, which files with messages alone need too.
  static let values = #"""
    def _is_object(value: Any) -> TypeGuard[Mapping[str, Any]]:
        return isinstance(value, Mapping)


    def _is_list(value: Any) -> TypeGuard[Sequence[Any]]:
        return isinstance(value, (list, tuple))


    def dump(value: Any) -> str:
        """The JSON text of a value; a Decimal retains its digits."""
        if isinstance(value, Decimal):
            if not value.is_finite():
                raise ValueError("JSON has no such number")
            return str(value)
        if _is_object(value):
            return "{" + ",".join(json.dumps(str(name)) + ":" + dump(item) for name, item in value.items()) + "}"
        if _is_list(value):
            return "[" + ",".join(dump(item) for item in value) + "]"
        return json.dumps(value, allow_nan=False)


    def load(text: Union[str, bytes]) -> Any:
        """The value of a JSON text, with exact decimals."""
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)


    def _refuse(name: str) -> Any:
        raise ValueError(f"{name} is no JSON")


    def _plain(value: Any) -> str:
        if value is None or isinstance(value, (bool, Mapping, list, tuple)):
            return dump(value)
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    """#

  static let text = #"""
    def send(request: Request) -> Received:
        """Sends a request over a new connection; redirects are returned like any other response.

        The timeout is for each step (connect, send, each read), and raises TimeoutError.
        """
        parts = urlsplit(request.url)
        timeout = request.timeout if request.timeout is not None else socket.getdefaulttimeout()
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = request.ssl_context or ssl.create_default_context()
            connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=timeout, context=context)
        elif parts.scheme == "http":
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
        else:
            raise ValueError("the base URL must begin with http:// or https://")
        try:
            target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
            connection.request(request.method, target, request.body, dict(request.headers))
            response = connection.getresponse()
        except BaseException:
            connection.close()
            raise
        return Received(response.status, response.getheaders(), AnswerStream(_chunks(response), connection.close))


    def _chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
        while chunk := response.read1(65536):
            yield chunk
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)


    @dataclass(frozen=True)
    class _Settings:
        base_url: Optional[str]
        credentials: Mapping[str, Any]
        headers: Mapping[str, str]
        timeout: Optional[float]
        validate: bool
        transport: Transport
        ssl_context: Optional[ssl.SSLContext]

        def call(self, spec: Any, values: Mapping[str, Any], body: Any, options: _Options) -> Any:
            request, validate = _request(self, spec, values, body, options)
            return _answer(spec, self.transport(request), validate)

        async def call_async(self, spec: Any, values: Mapping[str, Any], body: Any, options: _Options) -> Any:
            """In a thread: the standard library has no HTTP client for asyncio, and a second one of our own would differ.

            A call that is cancelled is not waited for any more; its thread ends with its answer or its timeout.
            """
            return await asyncio.to_thread(self.call, spec, values, body, options)


    @dataclass(frozen=True)
    class _Options:
        headers: Optional[Mapping[str, str]]
        timeout: Optional[float]
        validate: Optional[bool]
        accept: Optional[str]
        last_event_id: Optional[str]


    def _encode(text: str) -> str:
        return quote(text, safe="")


    def _header(text: str) -> str:
        """A text for a header, which holds bytes: those of its UTF-8."""
        return text.encode().decode("latin-1")


    def _styled(spec: Any, value: Any, escape: Callable[[str], str]) -> str:
        """A parameter by RFC 6570 and OpenAPI's `style`, with names and values encoded."""
        name, style, explode = escape(spec["name"]), spec["style"], spec["explode"]
        named = style in ("form", "matrix", "cookie")
        if spec.get("json"):
            return (f"{name}=" if spec["in"] in ("query", "cookie") else "") + escape(dump(value))
        if style == "deepObject":
            return "&".join(_nested(name, value, escape, True))
        is_label = style in ("label", "dottedLabel")
        comma = "." if style == "dottedLabel" or (is_label and explode) else ","
        lead = {"label": ".", "dottedLabel": ".", "matrix": ";"}.get(style, "")
        between = "; " if spec["in"] == "cookie" else {"form": "&", "matrix": ";", "label": "."}.get(style, ",")
        repeats = explode and (named or style.endswith("Delimited")) and spec["in"] != "querystring"
        if repeats and (_is_list(value) or _is_object(value)) and not value:
            # Without its name, an empty list or object would be absent.
            return f"{lead}{name}" + ("" if style == "matrix" else "=")
        if _is_list(value):
            items = [escape(_plain(item)) for item in value]
            if style.endswith("Delimited") and not explode:
                return f"{name}=" + ("%20" if style == "spaceDelimited" else "%7C").join(items)
            if style.endswith("Delimited"):
                return "&".join(f"{name}={item}" for item in items)
            if named and explode:
                return lead + between.join(f"{name}={item}" for item in items)
            return lead + (f"{name}=" if named else "") + comma.join(items)
        if _is_object(value):
            pairs = [(escape(str(key)), escape(_plain(item))) for key, item in value.items()]
            if explode:
                return lead + between.join(f"{key}={item}" for key, item in pairs)
            return lead + (f"{name}=" if named else "") + comma.join(text for pair in pairs for text in pair)
        text = escape(_plain(value))
        if is_label:
            return "." + text
        return f"{lead}{name}={text}" if spec["in"] == "query" or named else text


    def _nested(name: str, value: Any, escape: Callable[[str], str], is_whole: bool = False) -> List[str]:
        """The pairs of a value in brackets: `a[b][c]=`, `a[b][]=` for texts of a list, `a[b][0]=` for other items."""
        pairs: List[str] = []
        if _is_list(value):
            texts = not any(isinstance(item, (Mapping, list, tuple)) for item in value)
            for index, item in enumerate(value):
                pairs += _nested(f"{name}%5B{'' if texts else index}%5D", item, escape)
        elif _is_object(value):
            for key, item in value.items():
                pairs += _nested(f"{name}%5B{escape(str(key))}%5D", item, escape)
        else:
            return [f"{name}={escape(_plain(value))}"]
        return pairs if pairs or is_whole else [f"{name}="]


    def _required(name: str, subject: str) -> ValidationError:
        return ValidationError(subject, [Violation("/" + name, "required", "is required")])


    def _prepare(settings: _Settings, spec: Any, values: Mapping[str, Any], headers: Dict[str, str], validate: bool) -> str:
        subject = f"a parameter of {spec['id']}"
        path: str = spec["path"]
        query: List[str] = []
        cookies: List[str] = []
        for parameter in spec["parameters"]:
            name, value, location = parameter["name"], values.get(parameter["key"]), parameter["in"]
            if value is None:
                if parameter.get("required"):
                    raise _required(name, subject)
                continue
            if validate and not (parameter.get("empty") and value == ""):
                _check(parameter["schema"], value, "request", f"{subject} ({name})")
            is_plain = location == "header" or parameter["style"] == "cookie"
            text = _styled(parameter, value, _header if is_plain else _encode)
            if location == "path":
                path = path.replace("{" + name + "}", text)
            elif location == "cookie":
                cookies.append(text)
            elif location == "header":
                headers[name.lower()] = text
            elif text:
                query.append(text)
        for template, text in zip(spec["path"].split("/"), path.split("/")):
            if "{" in template and text in ("", ".", ".."):
                # Such a segment would make another path (RFC 3986, section 5.2.4).
                pointer = "/" + template.replace("{", "").replace("}", "")
                raise ValidationError(subject, [Violation(pointer, "path", "must not make a segment empty, '.' or '..'")])
        _authorize(spec, settings.credentials, headers, query, cookies)
        if cookies:
            headers["cookie"] = "; ".join(cookies)
        key = values.get(spec["keyName"]) if "keyName" in spec else None
        if key is not None:
            headers["idempotency-key"] = str(key)
        return path + ("?" + "&".join(query) if query else "")


    def _authorize(
        spec: Any, credentials: Mapping[str, Any], headers: Dict[str, str], query: List[str], cookies: List[str]
    ) -> None:
        """Adds the credentials of the first complete alternative to a call."""
        described = spec.get("security", [])
        alternatives = [schemes for schemes in described if schemes]
        lacking = [
            [s["name"] for s in schemes if s["in"] != "connection" and credentials.get(s["name"]) is None]
            for schemes in alternatives
        ]
        complete = [schemes for schemes, names in zip(alternatives, lacking) if not names]
        # A client certificate is assumed to be present, after the credentials that were passed to the client.
        given = (schemes for schemes in complete if any(s["in"] != "connection" for s in schemes))
        chosen: Any = next(given, complete[0]) if complete else ()
        if not chosen and alternatives and len(alternatives) == len(described):
            told = ", or of ".join(" and ".join(f"'{name}'" for name in names) for names in lacking)
            raise CredentialError(f"{spec['id']} needs credentials that the client lacks: give those of {told}")
        for scheme in chosen:
            credential = credentials.get(scheme["name"])
            if scheme["in"] == "connection" or credential is True:
                continue
            text = _credential(scheme, credential)
            if scheme["in"] == "query":
                query.append(f"{_encode(scheme['key'])}={_encode(text)}")
            elif scheme["in"] == "cookie":
                cookies.append(f"{scheme['key']}={text}")
            else:
                headers[scheme["key"].lower()] = f"{scheme['prefix']} {text}" if "prefix" in scheme else text


    def _credential(scheme: Any, given: Any) -> str:
        """A credential for the request, where its location can carry it (RFC 6265, section 4.1.1; RFC 6750, section 2.1)."""
        if _is_object(given):
            user, password = given["user"], given["password"]
            fits = ":" not in user and not re.search(r"[\x00-\x1f\x7f]", user + password)
            text = base64.b64encode(f"{user}:{password}".encode()).decode()
        else:
            text = str(given)
            bearer = r"[A-Za-z0-9_.~+/-]+=*" if scheme.get("prefix") == "Bearer" else r"[^\x00-\x1f\x7f]+"
            fits = bool(re.fullmatch(r"[!#-+\--:<-\[\]-~]+" if scheme["in"] == "cookie" else bearer, text))
        if not fits:
            raise CredentialError(
                f"the credential for '{scheme['name']}' is empty or has a character that cannot be sent")
        return text


    def _request(
        settings: _Settings, spec: Any, values: Mapping[str, Any], body: Any, options: _Options
    ) -> Tuple[Request, bool]:
        validate = settings.validate if options.validate is None else options.validate
        headers = {name.lower(): value for name, value in settings.headers.items()}
        headers.update({name.lower(): value for name, value in (options.headers or {}).items()})
        path = _prepare(settings, spec, values, headers, validate)
        accepts = dict.fromkeys(c["mediaType"] for r in spec["responses"] for c in r["content"])
        if options.accept is not None:
            headers["accept"] = options.accept
        elif accepts:
            headers.setdefault("accept", ", ".join(accepts))
        if options.last_event_id is not None:
            headers["last-event-id"] = _header(options.last_event_id)
        sent: Optional[RawBody] = None
        described = spec.get("body")
        if described and (body is not None or described["required"]) and spec["method"] not in ("GET", "HEAD"):
            sent, media_type = _request_body(spec, described, body, validate)
            if "boundary=" in media_type:
                headers["content-type"] = media_type
            headers.setdefault("content-type", media_type)
        timeout = options.timeout if options.timeout is not None else settings.timeout
        if timeout is None and "timeout" in spec:
            timeout = spec["timeout"] / 1000
        origin = (settings.base_url or spec.get("server", "")).rstrip("/")
        return Request(spec["method"], origin + path, headers, sent, timeout, settings.ssl_context), validate
    """#
}
