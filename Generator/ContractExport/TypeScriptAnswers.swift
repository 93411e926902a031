/// The runtime part of every exported TypeScript file that reads responses.
enum TypeScriptAnswers {
  static let text = #"""
    async function answer(spec: OperationSpec, received: Response, validate: boolean, timer: Timer): Promise<unknown> {
      const { status: code, headers: rawHeaders } = received;
      const contentType = rawHeaders.get("content-type") ?? "";
      const whole = async (): Promise<Uint8Array> => new Uint8Array(await received.arrayBuffer());
      const unexpected = (body: Uint8Array): Unexpected => ({ status: "unexpected", code, contentType, body, headers: {}, rawHeaders });
      const response = spec.responses.find((r) => r.status === code)
        ?? spec.responses.find((r) => r.status === `${Math.floor(code / 100)}XX`)
        ?? spec.responses.find((r) => r.status === "default");
      if (response === undefined) return unexpected(await whole());
      const subject = `the answer ${code} of ${spec.id}`;
      const headers = answerHeaders(response, rawHeaders, subject, validate);
      if (headers === undefined) return unexpected(await whole());
      const result = (body: unknown): object => ({ status: response.status, code, contentType, headers, rawHeaders, body });
      if (response.content.length === 0) {
        const body = await whole();
        return result(response.described === false ? body : undefined);
      }
      const mediaType = baseType(contentType);
      const content = response.content.find((c) => matches(c.mediaType, mediaType));
      if (content === undefined) return unexpected(await whole());
      const type = content.mediaType.includes("*") ? mediaType : content.mediaType;
      const tagged = (value: unknown): unknown => response.tagged ? { type, value } : value;
      timer.isStreamed = content.kind === "bytes" || content.kind === "events" || content.kind === "lines" || content.kind === "sequence";
      if (timer.isStreamed) return result(tagged(streamed(content, received, subject, validate)));
      const bytes = await whole();
      let value: unknown;
      try {
        value = responseBody(content, bytes);
      } catch {
        return unexpected(bytes);
      }
      if (validate && content.schema !== undefined) check(content.schema, value, "response", subject);
      return result(tagged(value));
    }

    /** A streamed body: bytes as `fetch` returns them, or items one after the other. */
    function streamed(content: ContentSpec, response: Response, subject: string, validate: boolean): unknown {
      if (content.kind === "bytes") return response;
      const isEvents = content.kind === "events";
      const lines = textLines(response, isEvents ? /\r\n|\n|\r/ : /\n/, !isEvents);
      const items = isEvents ? events(lines, content.text === "json") : content.kind === "lines" ? jsonLines(lines) : jsonSequence(lines);
      return content.schema === undefined || !validate ? items : checked(items, content.schema, content.text === "json", subject);
    }

    async function* checked(items: AsyncIterable<unknown>, schema: number, isData: boolean, subject: string): AsyncGenerator<unknown> {
      let number = 0;
      for await (const item of items) {
        check(schema, isData ? (item as ServerSentEvent<unknown>).data : item, "response", `item ${number} of ${subject}`);
        number += 1;
        yield item;
      }
    }

    async function* textLines(response: Response, ends: RegExp, fatal: boolean): AsyncGenerator<string> {
      const reader = response.body?.getReader();
      const decoder = new TextDecoder("utf-8", { fatal });
      let [rest, isCut] = ["", false];
      try {
        for (;;) {
          const { done, value } = await reader?.read() ?? { done: true, value: undefined };
          let text = done ? decoder.decode() : decoder.decode(value, { stream: true });
          // The line feed of a line end that arrived in two chunks.
          if (isCut && text.startsWith("\n")) text = text.slice(1);
          else if (text === "" && !done) continue;
          isCut = ends.source.includes("r") && text.endsWith("\r");
          const pieces = text.split(ends);
          pieces[0] = rest + (pieces[0] ?? "");
          rest = pieces.pop() ?? "";
          for (const piece of pieces) yield piece;
          if (done) break;
        }
        if (rest !== "") yield rest;
      } finally {
        await reader?.cancel().catch(() => undefined);
      }
    }

    /** Only events with data are returned, with the `id` and `retry` of their own lines. */
    async function* events(lines: AsyncIterable<string>, isJSONData: boolean): AsyncGenerator<ServerSentEvent<unknown>> {
      let event: Partial<ServerSentEvent<string>> = {};
      for await (const line of lines) {
        const [, name = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
        if (line === "") {
          if (event.data !== undefined) yield { ...event, data: isJSONData ? JSON.parse(event.data) : event.data };
          event = {};
        } else if (name === "data") event.data = event.data === undefined ? value : event.data + "\n" + value;
        else if (name === "event" && value !== "") event.event = value;
        else if (name === "id" && !value.includes("\0")) event.id = value;
        else if (name === "retry" && /^[0-9]+$/.test(value)) event.retry = Number(value);
      }
    }

    async function* jsonLines(lines: AsyncIterable<string>): AsyncGenerator<unknown> {
      for await (const line of lines) if (line.trim() !== "") yield JSON.parse(line);
    }

    /** JSON texts after record separators (RFC 7464), each returned as soon as the end of its line completes it. */
    async function* jsonSequence(lines: AsyncIterable<string>): AsyncGenerator<unknown> {
      let text = "";
      for await (const line of lines) {
        const [first = "", ...others] = line.split("\u001e");
        text += first;
        for (const piece of others) {
          if (text.trim() !== "") yield cutText(text);
          text = piece;
        }
        if (text.trim() === "") continue;
        text += "\n";
        try {
          yield JSON.parse(text);
        } catch {
          continue;
        }
        text = "";
      }
      if (text.trim() !== "") yield cutText(text);
    }

    /** A text without a line end: a number may lack digits (RFC 7464, section 2.4). */
    function cutText(text: string): unknown {
      if (!/[}\]"]\s*$/.test(text)) throw new SyntaxError("a JSON text of the sequence is cut off");
      return JSON.parse(text);
    }

    function matches(range: string, mediaType: string): boolean {
      const name = baseType(range);
      return name === mediaType || name === "*/*" || (name.endsWith("/*") && mediaType.startsWith(name.slice(0, -1)));
    }

    function responseBody(content: ContentSpec, bytes: Uint8Array): unknown {
      const text = new TextDecoder("utf-8", { fatal: content.kind === "json" }).decode(bytes);
      return content.kind === "json" ? JSON.parse(text) : content.kind === "form" ? formValue(content, text) : read(text, content.text);
    }

    function formValue(content: ContentSpec, text: string): unknown {
      const texts = new Map<string, string[]>();
      new URLSearchParams(text).forEach((value, name) => texts.set(name, [...texts.get(name) ?? [], value]));
      return Object.fromEntries([...texts].map(([name, given]) => {
        const member = content.members?.find((m) => m.name === name);
        const values = given.map((value) => read(value, member?.kind));
        return [name, member?.list ? values : values[0]];
      }));
    }

    /** Reads a text as a value of its kind. */
    function read(text: string, kind: string | undefined): unknown {
      if (kind === "json") return JSON.parse(text);
      if (kind === "boolean") return text === "true";
      return kind === "integer" || kind === "number" ? Number(text) : text;
    }

    /** The text of a header, which `fetch` returns as one character a byte, where those are UTF-8. */
    function headerText(text: string): string {
      if (/[^\0-\xff]/.test(text)) return text;
      try {
        const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        return text;
      }
    }

    /** The headers that the contract declares; nothing where one is malformed. */
    function answerHeaders(spec: ResponseSpec, headers: Headers, subject: string, validate: boolean): Record<string, unknown> | undefined {
      const result: [string, unknown][] = [];
      for (const { name, kind, required: isRequired } of spec.headers) {
        const text = headers.get(name);
        if (text === null) {
          if (validate && isRequired) throw new ValidationError(subject, [{ pointer: "/" + name, rule: "required", message: "the header is required" }]);
          continue;
        }
        try {
          result.push([name, read(headerText(text), kind)]);
        } catch {
          return undefined;
        }
      }
      return Object.fromEntries(result);
    }
    """#
}
