/// The runtime part of every exported TypeScript file with messages that reads and writes their headers and bytes.
enum TypeScriptEventTexts {
  static let text = #"""
    /** The values of headers that are present: a header cannot carry null. */
    function presentHeaders(headers: unknown): Record<string, unknown> {
      return Object.fromEntries(Object.entries((headers ?? {}) as object).filter(([, value]) => value !== undefined && value !== null));
    }

    const wireText = (value: string | Uint8Array): string => (typeof value === "string" ? value : new TextDecoder().decode(value));

    function wireTexts(headers: WireHeaders): Map<string, string> {
      const texts = new Map<string, string>();
      for (const [name, value] of Symbol.iterator in headers ? headers as Iterable<readonly [string, HeaderText]> : Object.entries(headers)) {
        const first = Array.isArray(value) ? (value as readonly (string | Uint8Array)[])[0] : value as string | Uint8Array | undefined;
        if (first !== undefined && first !== null && !texts.has(name)) texts.set(name, wireText(first));
      }
      return texts;
    }

    /** Encodes in headers of NATS all but printable ASCII, the space, the double quote and the percent sign. */
    function percentEncoded(text: string): string {
      const isPlain = (byte: number): boolean => byte > 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x25;
      return Array.from(new TextEncoder().encode(text), (byte) =>
        isPlain(byte) ? String.fromCharCode(byte) : "%" + byte.toString(16).toUpperCase().padStart(2, "0")).join("");
    }

    function percentDecoded(text: string): string {
      try {
        return decodeURIComponent(text);
      } catch {
        return text;
      }
    }

    /** A text as a value of its kind; one of another kind stays a text, which its schema refuses. */
    function typedText(text: string, kind: string | undefined, pointer: string, subject: string): unknown {
      if (kind === "json") return jsonValue(text, pointer, subject);
      if (kind === "boolean" && (text === "true" || text === "false")) return text === "true";
      const isNumber = kind === "integer" || kind === "number";
      return isNumber && /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/.test(text) ? Number(text) : text;
    }

    function jsonValue(text: string, pointer: string, subject: string): unknown {
      try {
        return JSON.parse(text);
      } catch (error) {
        throw new ValidationError(subject, [{ pointer, rule: "json", message: `is not JSON: ${error instanceof Error ? error.message : error}` }]);
      }
    }

    function readPayload(spec: MessageSpec, data: Uint8Array, subject: string): unknown {
      if (spec.kind === "bytes") return data;
      let text: string;
      try {
        text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
      } catch {
        throw new ValidationError(subject, [{ pointer: "", rule: "encoding", message: "is not UTF-8" }]);
      }
      return spec.kind === "json" ? jsonValue(text, "", subject) : typedText(text, spec.text, "", subject);
    }

    function writePayload(spec: MessageSpec, payload: unknown): Uint8Array {
      if (spec.kind === "bytes") {
        if (payload instanceof Uint8Array) return payload;
        throw new ValidationError(`the message ${spec.name}`, [{ pointer: "", rule: "type", message: "must be a Uint8Array" }]);
      }
      const text = spec.kind === "json" ? JSON.stringify(payload) : plain(payload);
      if (text !== undefined) return new TextEncoder().encode(text);
      throw new ValidationError(`the message ${spec.name}`, [{ pointer: "", rule: "json", message: "is not JSON" }]);
    }

    function eventText({ part, pointer }: ExpressionSpec, event: ContractEvent): string | undefined {
      return textAt(part === "header" ? event.headers : event.payload, pointer);
    }

    /** The string, number or boolean that a JSON pointer (RFC 6901) names. */
    function textAt(value: unknown, pointer: string): string | undefined {
      let found = value;
      for (const segment of pointer.split("/").slice(1)) {
        const name = segment.replace(/~1/g, "/").replace(/~0/g, "~");
        if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
        if (Array.isArray(found) && name === "length") return undefined;
        found = (found as Record<string, unknown>)[name];
      }
      return typeof found === "string" || typeof found === "number" || typeof found === "boolean" ? String(found) : undefined;
    }
    """#
}
