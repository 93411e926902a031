/// The first parts of every exported Python file: imports, and the definitions that the contract's types use.
enum PythonTypes {
  /// - Parameter hasOptional: whether a member of a type may be absent: a checker reports an import that nothing uses.
  static func imports(hasOptional: Bool, hasClients: Bool, hasEvents: Bool) -> String {
    let clientNames = hasClients ? ["AsyncIterator", "BinaryIO", "Iterable", "Iterator", "NamedTuple"] : []
    let names = (clientNames + (hasOptional ? ["NotRequired"] : []) + (always)).sorted()
    let modules =
      (hasClients
        ? ["asyncio", "base64", "codecs", "http.client", "os.path", "secrets", "socket", "ssl"] : [])
      + (hasEvents ? ["uuid"] : []) + ["json", "re"]
    let urls = (hasClients ? ["parse_qsl", "urlsplit"] : []) + (hasEvents ? ["unquote_to_bytes"] : []) + ["quote"]
    return """
      from __future__ import annotations

      \(modules.sorted().map { "import " + $0 }.joined(separator: "\n"))
      from dataclasses import \(hasClients ? "dataclass, field" : "dataclass")
      \(hasEvents ? "from datetime import datetime, timezone\n" : "")from decimal import Decimal
      from fractions import Fraction
      from typing import (
      \(wrapped(names))
      )
      from urllib.parse import \(urls.sorted().joined(separator: ", "))
      """
  }

  /// The names of the module `typing` that every file uses.
  private static let always = [
    "Any", "Callable", "Dict", "Generic", "List", "Literal", "Mapping", "Optional", "Sequence", "Tuple", "TypeAlias",
    "TypedDict", "TypeGuard", "TypeVar", "Union", "cast",
  ]

  /// Names in lines of at most 110 characters.
  private static func wrapped(_ names: [String]) -> String {
    names.reduce(into: ["   "]) { lines, name in
      if lines[lines.count - 1].count + name.count > 108 { lines.append("   ") }
      lines[lines.count - 1] += " \(name),"
    }.joined(separator: "\n")
  }

  static let number = #"""
    Number: TypeAlias = Union[int, Decimal]
    """Numbers are exact: an integer, or a Decimal."""
    """#

  /// What files with clients use.
  static let answers = #"""
    S = TypeVar("S")
    B = TypeVar("B")


    @dataclass(frozen=True)
    class Answer(Generic[S, B]):
        """A response that the contract describes; `status` says which one: a code, "4XX" or "default"."""

        status: S
        code: int
        content_type: str
        body: B
        headers: Mapping[str, Any]
        """The headers that the contract declares, in its spelling; numbers and booleans are parsed."""
        raw_headers: Sequence[Tuple[str, str]]


    @dataclass(frozen=True)
    class Unexpected:
        """A response that the contract does not describe, or that cannot be read as described."""

        status: Literal["unexpected"]
        code: int
        content_type: str
        body: bytes
        headers: Mapping[str, Any]
        raw_headers: Sequence[Tuple[str, str]]


    class MediaValue(NamedTuple, Generic[S, B]):
        """A body of one of several media types: its type and its value."""

        type: S
        value: B


    RawBody: TypeAlias = Union[bytes, BinaryIO, Iterable[bytes]]
    """Anything that is sent as raw bytes."""


    @dataclass(frozen=True)
    class FilePart:
        """A file of a form, with its name and type."""

        content: Union[bytes, BinaryIO]
        filename: Optional[str] = None
        content_type: Optional[str] = None
        headers: Mapping[str, str] = field(default_factory=dict[str, str])


    FileInput: TypeAlias = Union[bytes, BinaryIO, FilePart]
    """A file of a form; without a name it has that of its part."""


    @dataclass(frozen=True)
    class ServerSentEvent(Generic[B]):
        """An event of a stream (WHATWG HTML, section 9.2); `retry` is in milliseconds."""

        data: B
        id: Optional[str] = None
        event: Optional[str] = None
        retry: Optional[int] = None


    class BasicCredentials(TypedDict):
        user: str
        password: str


    class AnswerStream(Generic[B]):
        """A stream that can be read once: by `for`, or by `async for`, which waits in a thread.

        It is closed at its end; who leaves it before closes it, or goes over it in a `with`.
        """

        def __init__(self, pieces: Iterator[B], close: Callable[[], None] = lambda: None) -> None:
            self._pieces = pieces
            self.close = close

        def __iter__(self) -> AnswerStream[B]:
            return self

        def __next__(self) -> B:
            try:
                return next(self._pieces)
            except BaseException:
                self.close()
                raise

        def __aiter__(self) -> AsyncIterator[B]:
            return self

        async def __anext__(self) -> B:
            end: Any = object()
            piece = await asyncio.to_thread(next, self, end)
            if piece is end:
                raise StopAsyncIteration
            return cast(B, piece)

        def __enter__(self) -> AnswerStream[B]:
            return self

        def __exit__(self, *_: Any) -> None:
            self.close()

        def read(self: AnswerStream[bytes]) -> bytes:
            """All remaining bytes."""
            return b"".join(self)
    """#

  static let violations = #"""
    @dataclass(frozen=True)
    class Violation:
        """One position where a value breaks its schema, as a JSON pointer (RFC 6901)."""

        pointer: str
        rule: str
        message: str


    class ValidationError(Exception):
        """A parameter, a body or a response that breaks the contract."""

        def __init__(self, subject: str, violations: List[Violation]) -> None:
            self.subject = subject
            self.violations = violations
            told = "; ".join(f"{v.pointer or '/'}: {v.message}" for v in violations)
            super().__init__(f"{subject} breaks the contract: {told}")
    """#

  /// What clients raise, and what transports send and receive.
  static let calls = #"""
    class PageError(Exception):
        """A response that is not a page of the list."""

        def __init__(self, operation: str, answer: Any) -> None:
            self.operation = operation
            self.answer = answer
            super().__init__(f"{operation} answered {answer.code}, which is not a page of its list")


    class CredentialError(Exception):
        """A call without the credentials it needs, or with some that cannot be sent."""


    @dataclass(frozen=True)
    class Request:
        """What a transport sends."""

        method: str
        url: str
        headers: Mapping[str, str]
        body: Optional[RawBody]
        timeout: Optional[float]
        ssl_context: Optional[ssl.SSLContext]


    @dataclass(frozen=True)
    class Received:
        """What a transport receives."""

        code: int
        headers: Sequence[Tuple[str, str]]
        body: Union[bytes, AnswerStream[bytes]]


    Transport: TypeAlias = Callable[[Request], Received]
    """How requests are sent: `send`, or a function of your own."""
    """#
}
