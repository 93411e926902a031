/// What is the same in every exported Python file, and comes first: what the contract's types stand on.
enum PythonTypes {
  static let text = #"""
    from __future__ import annotations

    import asyncio
    import base64
    import codecs
    import http.client
    import json
    import os.path
    import re
    import secrets
    import socket
    import ssl
    from dataclasses import dataclass, field
    from decimal import Decimal
    from fractions import Fraction
    from typing import (
        Any, BinaryIO, Callable, Dict, Generic, Iterable, Iterator, List, Literal, Mapping, NamedTuple, NotRequired,
        Optional, Sequence, Tuple, TypeAlias, TypedDict, TypeVar, Union, cast,
    )
    from urllib.parse import parse_qsl, quote, urlsplit

    Number: TypeAlias = Union[int, Decimal]
    """Numbers are exact: an integer, or a Decimal."""

    S = TypeVar("S")
    B = TypeVar("B")


    @dataclass(frozen=True)
    class Answer(Generic[S, B]):
        """An answer that the contract describes; `status` tells which: a code, "4XX" or "default"."""

        status: S
        code: int
        content_type: str
        body: B
        headers: Mapping[str, Any]
        """The headers that the contract names, by its spelling; numbers and booleans are read."""
        raw_headers: Sequence[Tuple[str, str]]


    @dataclass(frozen=True)
    class Unexpected:
        """An answer that the contract does not describe, or that cannot be read as it describes."""

        status: Literal["unexpected"]
        code: int
        content_type: str
        body: bytes
        headers: Mapping[str, Any]
        raw_headers: Sequence[Tuple[str, str]]


    class MediaValue(NamedTuple, Generic[S, B]):
        """A body of one of several media types: which, and the value."""

        type: S
        value: B


    RawBody: TypeAlias = Union[bytes, BinaryIO, Iterable[bytes]]
    """What is sent as the bytes that it is."""


    @dataclass(frozen=True)
    class FilePart:
        """A file of a form, with what is said of it."""

        content: Union[bytes, BinaryIO]
        filename: Optional[str] = None
        content_type: Optional[str] = None
        headers: Mapping[str, str] = field(default_factory=dict)


    FileInput: TypeAlias = Union[bytes, BinaryIO, FilePart]
    """A file of a form; one that has no name is called as its part is."""


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
        """What comes piece by piece, once: for `for`, or for `async for`, which waits in a thread.

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

        def __aiter__(self) -> AnswerStream[B]:
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
            """All bytes that are still to come."""
            return b"".join(self)


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


    class CredentialError(Exception):
        """A call that lacks the credentials it needs, or has some that cannot be sent."""


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
        """What a transport got."""

        code: int
        headers: Sequence[Tuple[str, str]]
        body: Union[bytes, AnswerStream[bytes]]


    Transport: TypeAlias = Callable[[Request], Received]
    """How requests are sent: `send`, or a function of your own."""
    """#
}
