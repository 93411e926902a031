/// The runtime part of every exported Python file that reads and writes messages.
enum PythonEvents {
  /// What the types of messages use.
  static let types = #"""
    T = TypeVar("T", bound=str)
    P = TypeVar("P")
    H = TypeVar("H")
    E = TypeVar("E")
    A = TypeVar("A")


    class NoHeaders(TypedDict):
        """The headers of a message that declares none."""


    class NoParameters(TypedDict):
        """The parameters of an address that has none."""


    WireHeaders: TypeAlias = Union[
        Mapping[str, Union[str, bytes]], Sequence[Tuple[str, Union[str, bytes, None]]], None]
    """Headers in the forms of confluent-kafka and nats-py; of several with one name the first counts."""


    @dataclass(frozen=True)
    class ContractEvent(Generic[T, P, H]):
        """What a message carries; `type` says which message it is."""

        type: T
        payload: P
        headers: H


    @dataclass(frozen=True)
    class EventContext:
        """The context attributes of CloudEvents 1.0; a text is empty where the sender writes none."""

        id: str
        source: str
        type: str
        time: Optional[str]
        key: Optional[str]
        """What the event is ordered by (`partitionkey`)."""
        sequence: Optional[int]
        """Its position among the events of its source (`sequence`)."""
        content_type: Optional[str]
        traceparent: Optional[str]
        tracestate: Optional[str]
        headers: Mapping[str, str]
        """All other headers, those that the message declares among them."""


    @dataclass(frozen=True)
    class ReceivedEvent(Generic[E, A]):
        """An event as it was received, and the parameters of its address, where that is one of the channel."""

        event: E
        context: EventContext
        parameters: Optional[A]


    @dataclass(frozen=True)
    class KafkaRecord:
        """A record: `producer.produce(r.topic, r.value, r.key, headers=r.headers)`."""

        topic: str
        key: Optional[str]
        headers: Dict[str, str]
        value: bytes


    @dataclass(frozen=True)
    class NATSMessage:
        """A message: `await connection.publish(m.subject, m.data, headers=m.headers)`."""

        subject: str
        headers: Dict[str, str]
        data: bytes
    """#

  static let text = #"""
    class MessageType(Generic[T, P, H]):
        """A message of the contract. What breaks it raises a ValidationError, when it is read and when it is written."""

        def __init__(self, spec: Any) -> None:
            self.type: T = spec["name"]
            self.content_type: str = spec["contentType"]
            self._spec = spec

        def event(self, payload: P, headers: Optional[H] = None) -> ContractEvent[T, P, H]:
            """An event of this message; it is validated when it is written."""
            return ContractEvent(self.type, payload, cast(H, {}) if headers is None else headers)

        def parse(self, data: bytes, headers: WireHeaders = None) -> ContractEvent[T, P, H]:
            """Reads an event from its bytes and the headers that the message declares."""
            subject = f"the headers of {self.type}"
            given = _wire_texts(headers)
            values: Dict[str, Any] = {
                header["name"]: _typed_text(given[header["name"]], header["kind"], "/" + header["name"], subject)
                for header in self._spec.get("headers", [])
                if header["name"] in given
            }
            payload = _read_payload(self._spec, data)
            event = ContractEvent(self.type, cast(P, payload), cast(H, values))
            self._check(event)
            return event

        def encode(self, event: ContractEvent[T, P, H]) -> Tuple[bytes, Dict[str, str]]:
            """The bytes of an event, and the headers that the message declares."""
            self._check(event)
            values = _present_headers(event.headers)
            headers = {
                header["name"]: (dump if header["kind"] == "json" else _plain)(values[header["name"]])
                for header in self._spec.get("headers", [])
                if header["name"] in values
            }
            return _write_payload(self._spec, event.payload), headers

        def correlation_id(self, event: ContractEvent[T, P, H]) -> Optional[str]:
            """The id by which a reply, or what follows, belongs to an event."""
            return _event_text(self._spec["correlationId"], event) if "correlationId" in self._spec else None

        def _check(self, event: ContractEvent[T, P, H]) -> None:
            if "headersSchema" in self._spec:
                headers = _present_headers(event.headers)
                _check(self._spec["headersSchema"], headers, "response", f"the headers of {self.type}")
            if "schema" in self._spec:
                _check(self._spec["schema"], event.payload, "response", f"the message {self.type}")


    class EventChannel(Generic[E, A]):
        """A channel with its messages, or with those of an operation: `E` is their union, `A` has the parameters of its
        address."""

        def __init__(self, spec: Any, messages: Sequence[MessageType[Any, Any, Any]]) -> None:
            self.name: str = spec["name"]
            self.template = "".join(
                piece["text"] if "text" in piece else "{" + piece["parameter"] + "}" for piece in spec["address"])
            """The topic or subject, with its parameters in braces."""
            self.action: Optional[Literal["send", "receive", "reply"]] = spec.get("action")
            """What the application of the contract does; None for the channel itself."""
            self.operation: Optional[str] = spec.get("operation")
            """The operation's id."""
            self.ordering_key: Optional[str] = spec.get("orderingKey")
            """The pointer in a payload to what the events are ordered by."""
            self.messages = messages
            self._spec = spec

        def address(self, parameters: Optional[A] = None) -> str:
            """The address with its parameters replaced."""
            values = cast(Dict[str, Any], parameters or {})
            texts: Dict[str, str] = {}
            for parameter in self._spec["parameters"]:
                name = parameter["name"]
                text = str(values.get(name, parameter.get("default", "")))
                rule, message = "", ""
                if not text:
                    rule, message = "required", "is required"
                elif text not in parameter.get("choices", [text]):
                    rule, message = "enum", f"must be one of {dump(parameter['choices'])}"
                if rule:
                    raise ValidationError(f"the address of {self.name}", [Violation("/" + name, rule, message)])
                texts[name] = text
            return "".join(
                piece["text"] if "text" in piece else texts[piece["parameter"]] for piece in self._spec["address"])

        def parameters(self, address: str) -> Optional[A]:
            """The values that the parameters have in an address; None for an address of another form."""
            values: Dict[str, str] = {}
            rest = address
            pieces: List[Any] = self._spec["address"]
            for index, piece in enumerate(pieces):
                if "text" in piece:
                    if not rest.startswith(piece["text"]):
                        return None
                    rest = rest[len(piece["text"]):]
                    continue
                following: Any = pieces[index + 1] if index + 1 < len(pieces) else None
                end = len(rest) if following is None else rest.find(following["text"]) if "text" in following else 1
                if end < 0:
                    return None
                values[piece["parameter"]], rest = rest[:end], rest[end:]
            return None if rest else cast(A, values)

        def key(self, event: E) -> Optional[str]:
            """What an event is ordered by among those of its channel."""
            return None if self.ordering_key is None else _text_at(cast(Any, event).payload, self.ordering_key)

        def reply_address(self, event: E) -> Optional[str]:
            """The address to which a request wants its reply."""
            return _event_text(self._spec["replyAddress"], event) if "replyAddress" in self._spec else None

        def parse(self, data: bytes, headers: WireHeaders = None, type: Optional[str] = None) -> E:
            """Reads the message that a type names; without such a type, the only one that fits."""
            by_type = {message.type: message for message in reversed(self.messages)}
            named = self.messages[0] if len(self.messages) == 1 else by_type.get(type)
            if named is not None:
                return cast(E, named.parse(data, headers))
            fitting: List[Any] = []
            for message in self.messages:
                try:
                    fitting.append(message.parse(data, headers))
                except ValidationError:
                    continue
            if len(fitting) == 1:
                return cast(E, fitting[0])
            names = ", ".join(one.type for one in (fitting or self.messages))
            violation = Violation("", "anyOf", f"is none of the messages {names}")
            if fitting:
                violation = Violation("", "oneOf", f"may be each of the messages {names}: its type names none")
            raise ValidationError(f"a message of {self.name}", [violation])

        def to_kafka(
            self, event: E, *, source: str, parameters: Optional[A] = None, id: Optional[str] = None,
            time: Optional[str] = None, key: Optional[str] = None, sequence: Optional[int] = None,
            traceparent: Optional[str] = None, tracestate: Optional[str] = None,
        ) -> KafkaRecord:
            """An event in the binary mode of CloudEvents for Kafka.

            :param source: The sender, a URI reference: `/orders`. Together with the id it is unique.
            :param id: A random UUID where it is not given.
            :param time: In the form of RFC 3339; now where it is not given.
            :param key: What it is ordered by, where its channel does not say it (`x-ordering-key`).
            """
            key = self.key(event) if key is None else key
            data, headers = self._written(event, "ce_", source, id, time, key, sequence, traceparent, tracestate)
            return KafkaRecord(self.address(parameters), key, headers, data)

        def to_nats(
            self, event: E, *, source: str, parameters: Optional[A] = None, id: Optional[str] = None,
            time: Optional[str] = None, key: Optional[str] = None, sequence: Optional[int] = None,
            traceparent: Optional[str] = None, tracestate: Optional[str] = None,
        ) -> NATSMessage:
            """An event in the binary mode of CloudEvents for NATS; its parameters are those of `to_kafka`."""
            key = self.key(event) if key is None else key
            data, headers = self._written(event, "ce-", source, id, time, key, sequence, traceparent, tracestate)
            encoded = {name: quote(value, safe="!#$&'()*+,/:;<=>?@[\\]^`{|}") for name, value in headers.items()}
            return NATSMessage(self.address(parameters), encoded, data)

        def from_kafka(
            self, value: Optional[bytes], headers: WireHeaders, key: Union[str, bytes, None] = None, topic: str = ""
        ) -> ReceivedEvent[E, A]:
            """Reads a record of confluent-kafka: `channel.from_kafka(m.value(), m.headers(), m.key(), m.topic())`."""
            broker_key = None if key is None else _wire_text(key)
            return self._received(value or b"", _wire_texts(headers), broker_key, topic, "ce_")

        def from_nats(self, data: bytes, headers: WireHeaders, subject: str = "") -> ReceivedEvent[E, A]:
            """Reads a message of nats-py: `channel.from_nats(m.data, m.headers, m.subject)`."""
            texts = {name: _percent_decoded(text) for name, text in _wire_texts(headers).items()}
            # Charter publishes to a subject of the partition.
            return self._received(data, texts, None, re.sub(r"^charter\.[0-9]+\.", "", subject), "ce-")

        def nats_subjects(self) -> List[str]:
            """The subjects of NATS that have the channel's events: that of other senders, and those of Charter's
            services."""
            plain = ".".join("*" if "{" in token else token for token in self.template.split("."))
            return [plain, f"charter.*.{plain}"]

        def _written(
            self, event: E, prefix: str, source: str, id: Optional[str], time: Optional[str], key: Optional[str],
            sequence: Optional[int], traceparent: Optional[str], tracestate: Optional[str],
        ) -> Tuple[bytes, Dict[str, str]]:
            name = cast(Any, event).type
            message = next((one for one in self.messages if one.type == name), None)
            if message is None:
                names = ", ".join(one.type for one in self.messages)
                violation = Violation("/type", "enum", f"must be one of {names}")
                raise ValidationError(f"a message of {self.name}", [violation])
            data, headers = message.encode(cast(Any, event))
            now = datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
            attributes: Dict[str, Any] = {
                prefix + "specversion": "1.0", prefix + "id": id or str(uuid.uuid4()), prefix + "source": source,
                prefix + "type": message.type, prefix + "time": time or now, "content-type": message.content_type,
                prefix + "partitionkey": key, prefix + "sequence": sequence, "traceparent": traceparent,
                "tracestate": tracestate,
            }
            return data, {**{name: str(value) for name, value in attributes.items() if value is not None}, **headers}

        def _received(
            self, data: bytes, headers: Mapping[str, str], key: Optional[str], address: str, prefix: str
        ) -> ReceivedEvent[E, A]:
            own: Dict[str, str] = {}
            others: Dict[str, str] = {}
            for name, text in headers.items():
                lower = name.lower()
                if lower.startswith(prefix):
                    own[lower[len(prefix):]] = text
                elif lower in ("content-type", "traceparent", "tracestate"):
                    own[lower] = text
                else:
                    others[name] = text
            event = self.parse(data, others, own.get("type"))
            sequence = own.get("sequence", "")
            key = own.get("partitionkey", key)
            context = EventContext(
                own.get("id", ""), own.get("source", address), own.get("type", ""), own.get("time"),
                self.key(event) if key is None else key, int(sequence) if re.fullmatch("[0-9]{1,18}", sequence) else None,
                own.get("content-type"), own.get("traceparent"), own.get("tracestate"), others)
            return ReceivedEvent(event, context, self.parameters(address))
    """#

  /// The names that it declares or uses beside those of other parts.
  static let reserved: Set<String> = [
    "A", "CHANNELS", "ContractEvent", "E", "EventChannel", "EventContext", "H", "KafkaRecord", "MessageType",
    "NATSMessage", "NoHeaders", "NoParameters", "OPERATIONS", "P", "ReceivedEvent", "T", "WireHeaders",
  ]
}
