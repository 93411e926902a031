/// What is the same in every exported TypeScript file: how a call is made.
enum TypeScriptRuntime {
  static let text = #"""
    /** How a client reaches the service. */
    export interface ClientOptions {
      /** The origin, `https://shop.example`; the contract's own path comes behind it. */
      baseURL: string;
      /** Instead of the global `fetch`. */
      fetch?: (url: string, init: RequestInit) => Promise<Response>;
      /** Sent with every call. */
      headers?: Record<string, string>;
      /** How long a call may take in milliseconds; an operation's own `x-timeout` is used where this is not given. */
      timeout?: number;
      /** Whether parameters, bodies and answers are held against the contract's schemas. */
      validate?: boolean;
    }

    /** What may differ from call to call. */
    export interface CallOptions {
      signal?: AbortSignal;
      timeout?: number;
      headers?: Record<string, string>;
      validate?: boolean;
    }

    /** An answer that the contract does not describe, or that cannot be read as it describes. */
    export interface Unexpected {
      status: "unexpected";
      code: number;
      contentType: string;
      body: Uint8Array;
      headers: Record<string, never>;
      rawHeaders: Headers;
    }

    /** One place where a value breaks its schema. */
    export interface Violation {
      /** Where in the value, as a JSON pointer (RFC 6901). */
      pointer: string;
      rule: string;
      message: string;
    }

    /** A parameter, a body or an answer that breaks the contract. */
    export class ValidationError extends Error {
      constructor(readonly subject: string, readonly violations: Violation[]) {
        super(`${subject} breaks the contract: ${violations.map((v) => `${v.pointer || "/"}: ${v.message}`).join("; ")}`);
        this.name = "ValidationError";
      }
    }

    /** A call that took longer than it may. */
    export class CallTimeout extends Error {
      constructor(readonly milliseconds: number) {
        super(`no answer within ${milliseconds} ms`);
        this.name = "CallTimeout";
      }
    }

    /** What changes a value (RFC 7396): what is absent stays, null removes. */
    export type MergePatch<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: MergePatch<T[K]> | null } : T;

    type BodyKind = "json" | "text" | "form" | "multipart" | "binary";
    interface ContentSpec { mediaType: string; kind: BodyKind; schema?: number }
    interface ParameterSpec { key: string; name: string; in: string; style: string; explode: boolean; json?: boolean; required?: boolean; schema: number }
    interface ResponseSpec { status: number | string; content: ContentSpec[]; headers: { name: string; kind: string; required?: boolean }[] }
    interface OperationSpec {
      id: string; method: string; path: string; keyName?: string; timeout?: number;
      parameters: ParameterSpec[]; body?: { required: boolean; content: ContentSpec[] }; responses: ResponseSpec[];
    }

    /** Percent-encodes all but RFC 3986's unreserved characters. */
    function encode(text: string): string {
      return encodeURIComponent(text).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
    }

    function plain(value: unknown): string {
      return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
    }

    /** A parameter as RFC 6570 and OpenAPI's `style` have it, names and values encoded; without the first separator. */
    function styled(spec: ParameterSpec, value: unknown, escape: (text: string) => string): string {
      const name = escape(spec.name);
      if (spec.json) return spec.in === "query" ? `${name}=${escape(JSON.stringify(value))}` : escape(JSON.stringify(value));
      const named = spec.style === "form" || spec.style === "matrix";
      const lead = spec.style === "label" ? "." : spec.style === "matrix" ? ";" : "";
      const between = spec.style === "form" ? "&" : spec.style === "matrix" ? ";" : spec.style === "label" ? "." : ",";
      if (Array.isArray(value)) {
        const items = value.map((item) => escape(plain(item)));
        if (spec.style === "spaceDelimited" && !spec.explode) return `${name}=${items.join("%20")}`;
        if (spec.style === "pipeDelimited" && !spec.explode) return `${name}=${items.join("%7C")}`;
        if (spec.style.endsWith("Delimited")) return items.map((item) => `${name}=${item}`).join("&");
        if (named && spec.explode) return lead + items.map((item) => `${name}=${item}`).join(between);
        return lead + (named ? name + "=" : "") + items.join(spec.style === "label" && spec.explode ? "." : ",");
      }
      if (typeof value === "object" && value !== null && !(value instanceof Blob)) {
        const pairs = Object.entries(value).filter(([, item]) => item !== undefined).map(([key, item]) => [escape(key), escape(plain(item))]);
        if (spec.style === "deepObject") return pairs.map(([key, item]) => `${name}%5B${key}%5D=${item}`).join("&");
        if (spec.explode) return lead + pairs.map(([key, item]) => `${key}=${item}`).join(between);
        return lead + (named ? name + "=" : "") + pairs.flat().join(",");
      }
      const text = escape(plain(value));
      return spec.style === "label" ? "." + text : spec.in === "query" || named ? `${lead}${name}=${text}` : text;
    }

    /** Text in a header stays as it is; what could end the header is refused by `fetch`. */
    const asIs = (text: string): string => text;

    function requestBody(spec: ContentSpec, body: unknown): BodyInit {
      if (spec.kind === "json") return JSON.stringify(body);
      if (spec.kind === "form" && !(body instanceof URLSearchParams)) {
        const form = new URLSearchParams();
        for (const [name, value] of Object.entries(body as object)) {
          for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined) form.append(name, plain(item));
        }
        return form;
      }
      if (spec.kind === "multipart" && !(body instanceof FormData)) {
        const form = new FormData();
        for (const [name, value] of Object.entries(body as object)) {
          for (const item of Array.isArray(value) ? value : [value]) {
            if (item instanceof Blob) form.append(name, item);
            else if (item !== undefined) form.append(name, plain(item));
          }
        }
        return form;
      }
      return body as BodyInit;
    }

    function required(spec: ParameterSpec | { name: string }, subject: string): never {
      throw new ValidationError(subject, [{ pointer: "/" + spec.name, rule: "required", message: "is required" }]);
    }

    /** The URL and headers of a call; the parameters are checked where that is asked for. */
    function prepare(spec: OperationSpec, values: Record<string, unknown>, headers: Headers, validate: boolean): string {
      const subject = `a parameter of ${spec.id}`;
      let path = spec.path;
      const query: string[] = [];
      const cookies: string[] = [];
      for (const parameter of spec.parameters) {
        const value = Object.hasOwn(values, parameter.key) ? values[parameter.key] : undefined;
        if (value === undefined) {
          if (parameter.required) required(parameter, subject);
          continue;
        }
        if (validate) check(parameter.schema, value, "request", `${subject} (${parameter.name})`);
        if (parameter.in === "path") {
          const text = styled(parameter, value, encode);
          // A segment that is empty or all points would be another path (RFC 3986, section 5.2.4).
          const isLost = text === "" || text === "." || text === "..";
          if (isLost) throw new ValidationError(subject, [{ pointer: "/" + parameter.name, rule: "path", message: "cannot stand in a path" }]);
          path = path.split(`{${parameter.name}}`).join(text);
        } else if (parameter.in === "query") {
          const text = styled(parameter, value, encode);
          if (text !== "") query.push(text);
        } else if (parameter.in === "querystring") {
          query.push(String(value));
        } else if (parameter.in === "cookie") {
          cookies.push(styled(parameter, value, encode));
        } else {
          headers.set(parameter.name, styled(parameter, value, asIs));
        }
      }
      if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
      const key = spec.keyName === undefined ? undefined : values[spec.keyName];
      if (key !== undefined) headers.set("idempotency-key", String(key));
      return path + (query.length > 0 ? "?" + query.join("&") : "");
    }

    /** Calls an operation. What is thrown is a ValidationError, a CallTimeout, or what `fetch` throws. */
    async function perform(
      client: ClientOptions, spec: OperationSpec, values: object, body: unknown, options: CallOptions,
    ): Promise<unknown> {
      const validate = options.validate ?? client.validate ?? false;
      const headers = new Headers(client.headers);
      for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
      const path = prepare(spec, values as Record<string, unknown>, headers, validate);
      const accepts = [...new Set(spec.responses.flatMap((r) => r.content.map((c) => c.mediaType)))];
      if (!headers.has("accept") && accepts.length > 0) headers.set("accept", accepts.join(", "));
      const init: RequestInit = { method: spec.method, headers };
      const content = spec.body?.content.find((c) => headers.get("content-type")?.startsWith(c.mediaType)) ?? spec.body?.content[0];
      if (body === undefined && spec.body?.required) required({ name: "body" }, `the body of ${spec.id}`);
      if (content !== undefined && body !== undefined && spec.method !== "GET" && spec.method !== "HEAD") {
        if (validate && content.schema !== undefined) check(content.schema, body, "request", `the body of ${spec.id}`);
        init.body = requestBody(content, body);
        // `fetch` knows the boundary of a form, and writes the header itself.
        if (content.kind !== "multipart" && !headers.has("content-type")) headers.set("content-type", content.mediaType);
      }
      const response = await limited(client, spec, options, (signal) => {
        const call = client.fetch ?? ((url: string, given: RequestInit) => fetch(url, given));
        return call(client.baseURL.replace(/\/+$/, "") + path, { ...init, signal });
      });
      return answer(spec, response, validate);
    }

    interface Received { code: number; headers: Headers; bytes: Uint8Array }

    /** Runs a call until its whole answer is there, its time is over, or its caller gives it up. */
    async function limited(
      client: ClientOptions, spec: OperationSpec, options: CallOptions, start: (signal: AbortSignal) => Promise<Response>,
    ): Promise<Received> {
      const control = new AbortController();
      const milliseconds = options.timeout ?? client.timeout ?? spec.timeout;
      let isOver = false;
      const end = (): void => { isOver = true; control.abort(); };
      const timer = milliseconds === undefined ? undefined : setTimeout(end, milliseconds);
      const stop = (): void => control.abort(options.signal?.reason);
      if (options.signal?.aborted) stop();
      options.signal?.addEventListener("abort", stop);
      try {
        const response = await start(control.signal);
        return { code: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
      } catch (error) {
        throw isOver && milliseconds !== undefined ? new CallTimeout(milliseconds) : error;
      } finally {
        clearTimeout(timer);
        options.signal?.removeEventListener("abort", stop);
      }
    }

    function answer(spec: OperationSpec, received: Received, validate: boolean): unknown {
      const contentType = received.headers.get("content-type") ?? "";
      const unexpected: Unexpected = {
        status: "unexpected", code: received.code, contentType, body: received.bytes, headers: {}, rawHeaders: received.headers,
      };
      const response = spec.responses.find((r) => r.status === received.code)
        ?? spec.responses.find((r) => r.status === `${Math.floor(received.code / 100)}XX`)
        ?? spec.responses.find((r) => r.status === "default");
      if (response === undefined) return unexpected;
      const subject = `the answer ${received.code} of ${spec.id}`;
      const headers = answerHeaders(response, received.headers, subject, validate);
      const rest = { status: response.status, code: received.code, contentType, headers, rawHeaders: received.headers };
      if (response.content.length === 0) return { ...rest, body: undefined };
      const mediaType = (contentType.split(";")[0] ?? "").trim().toLowerCase();
      const content = response.content.find((c) => matches(c.mediaType.toLowerCase(), mediaType));
      if (content === undefined) return unexpected;
      let body: unknown;
      try {
        body = responseBody(content, received.bytes, contentType);
      } catch {
        return unexpected;
      }
      if (validate && content.schema !== undefined) check(content.schema, body, "response", subject);
      return { ...rest, body };
    }

    function matches(range: string, mediaType: string): boolean {
      const name = (range.split(";")[0] ?? "").trim();
      return name === mediaType || name === "*/*" || (name.endsWith("/*") && mediaType.startsWith(name.slice(0, -1)));
    }

    function responseBody(content: ContentSpec, bytes: Uint8Array, contentType: string): unknown {
      if (content.kind === "json") return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      if (content.kind === "text") return new TextDecoder("utf-8").decode(bytes);
      if (content.kind === "form") {
        const pairs: [string, string][] = [];
        new URLSearchParams(new TextDecoder("utf-8").decode(bytes)).forEach((value, name) => pairs.push([name, value]));
        return Object.fromEntries(pairs);
      }
      return new Blob([bytes], { type: contentType });
    }

    function answerHeaders(spec: ResponseSpec, headers: Headers, subject: string, validate: boolean): Record<string, unknown> {
      const result: [string, unknown][] = [];
      for (const { name, kind, required: isRequired } of spec.headers) {
        const text = headers.get(name);
        if (text === null) {
          if (validate && isRequired) throw new ValidationError(subject, [{ pointer: "/" + name, rule: "required", message: "the header is required" }]);
          continue;
        }
        result.push([name, kind === "boolean" ? text === "true" : kind === "" ? text : Number(text)]);
      }
      return Object.fromEntries(result);
    }
    """#
}
