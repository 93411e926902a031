/// The runtime part of every exported TypeScript file that writes bodies.
enum TypeScriptBodies {
  static let text = #"""
    const isJSON = (mediaType: string): boolean => /^application\/json$|\+json$/.test(baseType(mediaType));
    const baseType = (mediaType: string): string => (mediaType.split(";")[0] ?? "").trim().toLowerCase();
    const isFile = (value: unknown): value is FileInput => value instanceof Blob || value instanceof FilePart;

    /** The members of a form that are present; each item of a list is an entry of its own, unless `whole` is set. */
    function formItems(body: unknown, whole: (name: string) => boolean): [string, unknown][] {
      return Object.entries(body as object)
        .flatMap(([name, value]): [string, unknown][] => Array.isArray(value) && !whole(name) ? value.map((item) => [name, item]) : [[name, value]])
        .filter(([, item]) => item !== undefined && item !== null);
    }

    function formText(spec: ContentSpec, body: unknown): string {
      const told = (name: string): MemberSpec | undefined => spec.members?.find((member) => member.name === name);
      const isWhole = (name: string): boolean => told(name)?.style !== undefined || (told(name)?.kind === "json" && !told(name)?.list);
      // Without its name, an empty list would be absent.
      const isEmpty = (name: string, value: unknown): boolean => Array.isArray(value) && value.length === 0 && !isWhole(name);
      const members = Object.entries(body as object).map(([name, value]): [string, unknown] => [name, isEmpty(name, value) ? "" : value]);
      return formItems(Object.fromEntries(members), isWhole).map(([name, value]) => {
        const { style, explode = true } = told(name) ?? {};
        const json = style === undefined && (isWhole(name) || typeof value === "object");
        return styled({ name, in: "query", style: style ?? "form", explode, json }, value, encode);
      }).filter((text) => text !== "").join("&");
    }

    function multipartBody(spec: ContentSpec, body: unknown): Blob {
      const boundary = [...crypto.getRandomValues(new Uint8Array(24))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const pieces = formItems(body, () => false).flatMap(([name, value]) => {
        const [lines, content] = part(name, value, spec.members?.find((member) => member.name === name)?.contentType);
        if (lines.some((line) => /[\r\n\0]/.test(line))) throw new TypeError(`the part '${name}' has a header with a line end`);
        return [`--${boundary}\r\n${lines.join("\r\n")}\r\n\r\n`, content, "\r\n"];
      });
      return new Blob([...pieces, `--${boundary}--\r\n`], { type: `${baseType(spec.mediaType)}; boundary=${boundary}` });
    }

    /** The headers of a part (RFC 7578, section 4.2), and its content. */
    function part(name: string, value: unknown, told: string | undefined): [string[], BlobPart] {
      const disposition = `Content-Disposition: form-data; name="${quoted(name)}"`;
      if (!isFile(value)) {
        const json = told === undefined ? typeof value === "object" : isJSON(told);
        const type = told ?? (json ? "application/json" : undefined);
        return [type === undefined ? [disposition] : [disposition, `Content-Type: ${type}`], json ? JSON.stringify(value) : plain(value)];
      }
      const { content, options } = value instanceof FilePart ? value : new FilePart(value);
      const [given, type] = content instanceof Blob ? [(content as Blob & { name?: string }).name, content.type] : [undefined, ""];
      return [[
        `${disposition}; filename="${quoted(options.filename ?? given ?? name)}"`,
        `Content-Type: ${options.contentType ?? (type || told || "application/octet-stream")}`,
        ...Object.entries(options.headers ?? {}).map(([header, text]) => `${header}: ${text}`),
      ], content as BlobPart];
    }

    /** Escapes as browsers do (WHATWG HTML, section 4.10.21.8), and doubles backslashes. */
    function quoted(text: string): string {
      return text.replace(/["\r\n]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")).replace(/\\/g, "\\\\");
    }

    /** Items one after the other, each validated before it is sent; a list of them is sent as a whole. */
    function itemsBody(spec: ContentSpec, items: Iterable<unknown> | AsyncIterable<unknown>, verify: (item: unknown) => void): BodyInit {
      const record = (item: unknown): string => {
        verify(item);
        return (spec.kind === "sequence" ? "\u001e" : "") + JSON.stringify(item) + "\n";
      };
      if (!(Symbol.asyncIterator in items)) return [...items as Iterable<unknown>].map(record).join("");
      const source = (items as AsyncIterable<unknown>)[Symbol.asyncIterator]();
      return new ReadableStream<Uint8Array>({
        async pull(control): Promise<void> {
          const next = await source.next();
          if (next.done) control.close();
          else control.enqueue(new TextEncoder().encode(record(next.value)));
        },
        async cancel(): Promise<void> { await source.return?.(); },
      });
    }

    /** The bytes of a body, and their media type. */
    function requestBody(spec: OperationSpec, described: ContentsSpec, given: unknown, validate: boolean): [BodyInit, string] {
      const subject = `the body of ${spec.id}`;
      const { type, value } = described.tagged ? given as { type: string; value: unknown } : { type: undefined, value: given };
      const content = described.content.find((c) => type === undefined || matches(c.mediaType, baseType(type)));
      if (content === undefined) {
        const types = described.content.map((c) => c.mediaType).join(", ");
        throw new ValidationError(subject, [{ pointer: "/type", rule: "content", message: `must be one of ${types}` }]);
      }
      const verify = (item: unknown): void => {
        if (validate && content.schema !== undefined) check(content.schema, item, "request", subject);
      };
      const mediaType = type ?? (content.mediaType.includes("*") ? "application/json" : content.mediaType);
      if (content.kind === "lines" || content.kind === "sequence") return [itemsBody(content, value as Iterable<unknown>, verify), mediaType];
      verify(value);
      switch (content.kind) {
        case "json": return [JSON.stringify(value), mediaType];
        case "form": return [formText(content, value), mediaType];
        case "text": return [plain(value), mediaType];
        case "multipart": {
          const body = multipartBody(content, value);
          return [body, body.type];
        }
        default: return [value as BodyInit, mediaType];
      }
    }
    """#
}
