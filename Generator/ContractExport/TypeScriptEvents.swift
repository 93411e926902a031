/// The runtime part of every exported TypeScript file that reads and writes messages.
enum TypeScriptEvents {
  /// Values in a file without clients, which has no files of forms.
  static let bytesOnly = "const isFile = (value: unknown): boolean => value instanceof Uint8Array;"

  static let text = #"""
    /** What a message carries; `type` says which message it is. */
    export interface ContractEvent<T extends string = string, P = unknown, H = unknown> {
      readonly type: T;
      readonly payload: P;
      readonly headers: H;
    }

    /** The headers of a message that declares none. */
    export type NoHeaders = Record<string, never>;

    /** The parameters of an address that has none. */
    export type NoParameters = Record<string, never>;

    /** The context attributes of CloudEvents 1.0; a text is empty where the sender writes none. */
    export interface EventContext {
      readonly id: string;
      readonly source: string;
      readonly type: string;
      readonly time: string | undefined;
      /** What the event is ordered by (`partitionkey`). */
      readonly key: string | undefined;
      /** Its position among the events of its source (`sequence`). */
      readonly sequence: number | undefined;
      readonly contentType: string | undefined;
      readonly traceparent: string | undefined;
      readonly tracestate: string | undefined;
      /** All other headers, those that the message declares among them. */
      readonly headers: Readonly<Record<string, string>>;
    }

    /** An event as it was received, and the parameters of its address, where that is one of the channel. */
    export interface ReceivedEvent<E, A> {
      readonly event: E;
      readonly context: EventContext;
      readonly parameters: A | undefined;
    }

    /** What a sender says of an event besides its content. */
    export type Sending<A> = {
      /** The sender, a URI reference: `/orders`. Together with the id it is unique. */
      source: string;
      /** A random UUID where it is not given. */
      id?: string;
      /** In the form of RFC 3339; now where it is not given. */
      time?: string;
      /** What it is ordered by, where its channel does not say it (`x-ordering-key`). */
      key?: string;
      sequence?: number;
      traceparent?: string;
      tracestate?: string;
    } & ({} extends A ? { parameters?: A } : { parameters: A });

    /** A record as a producer of Kafka takes it. */
    export interface KafkaRecord {
      readonly topic: string;
      readonly key: string | null;
      readonly headers: Record<string, string>;
      readonly value: Uint8Array;
    }

    /** A message as a client of NATS publishes it. */
    export interface NATSMessage {
      readonly subject: string;
      readonly headers: Record<string, string>;
      readonly data: Uint8Array;
    }

    export type HeaderText = string | Uint8Array | readonly (string | Uint8Array)[] | undefined;

    /** Headers in the forms of kafkajs, nats.js and `Map`; of several values with one name the first counts. */
    export type WireHeaders = Iterable<readonly [string, HeaderText]> | { readonly [name: string]: HeaderText };

    interface ExpressionSpec { part: string; pointer: string }
    interface MessageSpec {
      name: string; contentType: string; kind: string; schema?: number; text?: string;
      headers?: { name: string; kind: string }[]; headersSchema?: number; correlationId?: ExpressionSpec;
    }
    interface ChannelSpec {
      name: string; address: { text?: string; parameter?: string }[];
      parameters: { name: string; choices?: string[]; default?: string }[];
      action?: string; operation?: string; orderingKey?: string; replyAddress?: ExpressionSpec;
    }

    /** A message of the contract. What breaks it throws a ValidationError, when it is read and when it is written. */
    export class MessageType<T extends string, P, H> {
      readonly type: T;
      readonly contentType: string;
      readonly #spec: MessageSpec;

      constructor(spec: MessageSpec) {
        this.type = spec.name as T;
        this.contentType = spec.contentType;
        this.#spec = spec;
      }

      /** An event of this message; it is validated when it is written. */
      event(payload: P, ...headers: {} extends H ? [headers?: H] : [headers: H]): ContractEvent<T, P, H> {
        return { type: this.type, payload, headers: (headers[0] ?? {}) as H };
      }

      /** Reads an event from its bytes and the headers that the message declares. */
      parse(data: Uint8Array, headers: WireHeaders = {}): ContractEvent<T, P, H> {
        const subject = `the message ${this.type}`;
        const given = wireTexts(headers);
        const read = (this.#spec.headers ?? []).flatMap(({ name, kind }): [string, unknown][] => {
          const text = given.get(name);
          return text === undefined ? [] : [[name, typedText(text, kind, "/" + name, `the headers of ${this.type}`)]];
        });
        const payload = readPayload(this.#spec, data, subject);
        const event = { type: this.type, payload: payload as P, headers: Object.fromEntries(read) as H };
        this.#check(event);
        return event;
      }

      /** The bytes of an event, and the headers that the message declares. */
      encode(event: ContractEvent<T, P, H>): { data: Uint8Array; headers: Record<string, string> } {
        this.#check(event);
        const values = presentHeaders(event.headers);
        const headers = (this.#spec.headers ?? []).filter(({ name }) => Object.hasOwn(values, name))
          .map(({ name, kind }): [string, string] => [name, kind === "json" ? JSON.stringify(values[name]) : plain(values[name])]);
        return { data: writePayload(this.#spec, event.payload), headers: Object.fromEntries(headers) };
      }

      /** The id by which a reply, or what follows, belongs to an event. */
      correlationId(event: ContractEvent<T, P, H>): string | undefined {
        return this.#spec.correlationId && eventText(this.#spec.correlationId, event);
      }

      #check(event: ContractEvent<T, P, H>): void {
        const { schema, headersSchema } = this.#spec;
        if (headersSchema !== undefined) check(headersSchema, presentHeaders(event.headers), "response", `the headers of ${this.type}`);
        if (schema !== undefined) check(schema, event.payload, "response", `the message ${this.type}`);
      }
    }

    /** A channel with its messages, or with those of an operation: `E` is their union, `A` the parameters of its address. */
    export class EventChannel<E extends ContractEvent, A> {
      readonly name: string;
      /** The topic or subject, with its parameters in braces. */
      readonly template: string;
      /** What the application of the contract does; nothing for the channel itself. */
      readonly action: "send" | "receive" | "reply" | undefined;
      /** The operation's id. */
      readonly operation: string | undefined;
      /** The pointer in a payload to what the events are ordered by. */
      readonly orderingKey: string | undefined;
      readonly #spec: ChannelSpec;

      constructor(spec: ChannelSpec, readonly messages: readonly MessageType<string, any, any>[]) {
        this.name = spec.name;
        this.template = spec.address.map(({ text, parameter }) => text ?? `{${parameter}}`).join("");
        this.action = spec.action as "send" | "receive" | "reply" | undefined;
        this.operation = spec.operation;
        this.orderingKey = spec.orderingKey;
        this.#spec = spec;
      }

      /** The address with its parameters replaced. */
      address(...parameters: {} extends A ? [parameters?: A] : [parameters: A]): string {
        return this.#address((parameters[0] ?? {}) as Record<string, unknown>);
      }

      /** The values that the parameters have in an address; undefined for an address of another form. */
      parameters(address: string): A | undefined {
        const values: [string, string][] = [];
        let rest = address;
        for (const [i, { text, parameter }] of this.#spec.address.entries()) {
          if (text !== undefined) {
            if (!rest.startsWith(text)) return undefined;
            rest = rest.slice(text.length);
          } else if (parameter !== undefined) {
            const next = this.#spec.address[i + 1];
            const end = next === undefined ? rest.length : next.text === undefined ? 1 : rest.indexOf(next.text);
            if (end < 0) return undefined;
            values.push([parameter, rest.slice(0, end)]);
            rest = rest.slice(end);
          }
        }
        return rest === "" ? Object.fromEntries(values) as A : undefined;
      }

      /** What an event is ordered by among those of its channel. */
      key(event: E): string | undefined {
        return this.orderingKey === undefined ? undefined : textAt(event.payload, this.orderingKey);
      }

      /** The address to which a request wants its reply. */
      replyAddress(event: E): string | undefined {
        return this.#spec.replyAddress && eventText(this.#spec.replyAddress, event);
      }

      /** Reads the message that a type names; without such a type, the only one that fits. */
      parse(data: Uint8Array, headers: WireHeaders = {}, type?: string): E {
        const [only, ...others] = this.messages;
        const named = others.length === 0 ? only : this.messages.find((message) => message.type === type);
        if (named !== undefined) return named.parse(data, headers) as unknown as E;
        const fitting = this.messages.flatMap((message) => {
          try {
            return [message.parse(data, headers)];
          } catch (error) {
            if (error instanceof ValidationError) return [];
            throw error;
          }
        });
        if (fitting.length === 1) return fitting[0] as unknown as E;
        const names = (fitting.length === 0 ? this.messages : fitting).map((one) => one.type).join(", ");
        const [rule, message] = fitting.length === 0
          ? ["anyOf", `is none of the messages ${names}`]
          : ["oneOf", `may be each of the messages ${names}: its type names none`];
        throw new ValidationError(`a message of ${this.name}`, [{ pointer: "", rule, message }]);
      }

      /** An event in the binary mode of CloudEvents for Kafka. */
      toKafka(event: E, sending: Sending<A>): KafkaRecord {
        const { address, key, headers, data } = this.#written(event, sending, "ce_");
        return { topic: address, key: key ?? null, headers: Object.fromEntries(headers), value: data };
      }

      /** An event in the binary mode of CloudEvents for NATS. */
      toNATS(event: E, sending: Sending<A>): NATSMessage {
        const { address, headers, data } = this.#written(event, sending, "ce-");
        return { subject: address, headers: Object.fromEntries(headers.map(([name, value]) => [name, percentEncoded(value)])), data };
      }

      /** Reads a record of Kafka: `channel.fromKafka({ topic, ...message })` in a consumer of kafkajs. */
      fromKafka(record: { topic?: string; key?: string | Uint8Array | null; headers?: WireHeaders | undefined; value: Uint8Array | null }): ReceivedEvent<E, A> {
        const key = record.key === undefined || record.key === null ? undefined : wireText(record.key);
        return this.#read(record.topic ?? "", wireTexts(record.headers ?? {}), record.value ?? new Uint8Array(), "ce_", key);
      }

      /** Reads a message of NATS: `channel.fromNATS(message)` in a subscription of nats.js. */
      fromNATS(message: { subject?: string; headers?: WireHeaders | undefined; data: Uint8Array }): ReceivedEvent<E, A> {
        const headers = new Map([...wireTexts(message.headers ?? {})].map(([name, text]) => [name, percentDecoded(text)]));
        // Charter publishes to a subject of the partition.
        return this.#read((message.subject ?? "").replace(/^charter\.[0-9]+\./, ""), headers, message.data, "ce-", undefined);
      }

      /** The subjects of NATS that have the channel's events: that of other senders, and those of Charter's services. */
      natsSubjects(): string[] {
        const plainSubject = this.template.split(".").map((token) => (token.includes("{") ? "*" : token)).join(".");
        return [plainSubject, `charter.*.${plainSubject}`];
      }

      #address(values: Record<string, unknown>): string {
        const texts = new Map(this.#spec.parameters.map(({ name, choices, default: usual }): [string, string] => {
          const value = (Object.hasOwn(values, name) ? values[name] : undefined) ?? usual;
          const refuse = (rule: string, message: string): never => {
            throw new ValidationError(`the address of ${this.name}`, [{ pointer: "/" + name, rule, message }]);
          };
          if (value === undefined || value === "") return refuse("required", "is required");
          if (choices !== undefined && !choices.includes(String(value))) return refuse("enum", `must be one of ${JSON.stringify(choices)}`);
          return [name, String(value)];
        }));
        return this.#spec.address.map(({ text, parameter }) => text ?? texts.get(parameter ?? "") ?? "").join("");
      }

      #written(event: E, sending: Sending<A>, prefix: string): { address: string; key: string | undefined; headers: [string, string][]; data: Uint8Array } {
        const message = this.messages.find((one) => one.type === event.type);
        if (message === undefined) {
          const names = this.messages.map((one) => one.type).join(", ");
          throw new ValidationError(`a message of ${this.name}`, [{ pointer: "/type", rule: "enum", message: `must be one of ${names}` }]);
        }
        const { data, headers } = message.encode(event as ContractEvent<string, any, any>);
        const key = sending.key ?? this.key(event);
        const attributes: [string, string | number | undefined][] = [
          [prefix + "specversion", "1.0"], [prefix + "id", sending.id ?? crypto.randomUUID()], [prefix + "source", sending.source],
          [prefix + "type", event.type], [prefix + "time", sending.time ?? new Date().toISOString()], ["content-type", message.contentType],
          [prefix + "partitionkey", key], [prefix + "sequence", sending.sequence], ["traceparent", sending.traceparent], ["tracestate", sending.tracestate],
        ];
        const present = attributes.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]]));
        const address = this.#address((sending as { parameters?: Record<string, unknown> }).parameters ?? {});
        return { address, key, headers: [...present, ...Object.entries(headers)], data };
      }

      #read(address: string, headers: Map<string, string>, data: Uint8Array, prefix: string, brokerKey: string | undefined): ReceivedEvent<E, A> {
        const [own, others] = [new Map<string, string>(), new Map<string, string>()];
        for (const [name, text] of headers) {
          const lower = name.toLowerCase();
          if (lower.startsWith(prefix)) own.set(lower.slice(prefix.length), text);
          else if (["content-type", "traceparent", "tracestate"].includes(lower)) own.set(lower, text);
          else others.set(name, text);
        }
        const event = this.parse(data, others, own.get("type"));
        const sequence = own.get("sequence");
        const context: EventContext = {
          id: own.get("id") ?? "", source: own.get("source") ?? address, type: own.get("type") ?? "", time: own.get("time"),
          key: own.get("partitionkey") ?? brokerKey ?? this.key(event),
          sequence: sequence !== undefined && /^[0-9]+$/.test(sequence) ? Number(sequence) : undefined,
          contentType: own.get("content-type"), traceparent: own.get("traceparent"), tracestate: own.get("tracestate"),
          headers: Object.fromEntries(others),
        };
        return { event, context, parameters: this.parameters(address) };
      }
    }
    """#

  /// The names that it declares or uses beside those of other parts.
  static let reserved: Set<String> = [
    "ChannelSpec", "ContractEvent", "EventChannel", "EventContext", "ExpressionSpec", "HeaderText", "KafkaRecord",
    "MessageSpec", "MessageType", "NATSMessage", "NoHeaders", "NoParameters", "ReceivedEvent", "Sending", "WireHeaders",
  ]
}
