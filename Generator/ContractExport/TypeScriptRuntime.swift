/// The runtime part of every exported TypeScript file that makes calls.
enum TypeScriptRuntime {
  /// What files with messages alone need too.
  static let violations = #"""
    /** One position where a value breaks its schema. */
    export interface Violation {
      /** The position in the value, as a JSON pointer (RFC 6901). */
      pointer: string;
      rule: string;
      message: string;
    }

    /** A parameter, a body or a response that breaks the contract. */
    export class ValidationError extends Error {
      constructor(readonly subject: string, readonly violations: Violation[]) {
        super(`${subject} breaks the contract: ${violations.map((v) => `${v.pointer || "/"}: ${v.message}`).join("; ")}`);
        this.name = "ValidationError";
      }
    }

    function plain(value: unknown): string {
      return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
    }
    """#

  static let text = #"""
    /** How a client calls its service; `C` is the type of the credentials that its contract requires, if any. */
    export interface ClientOptions<C = never> {
      /** Read at every call, so that a new token can replace an old one in it. */
      credentials?: C;
      /** Sent with every call. */
      headers?: Record<string, string>;
      /**
       * How long a call may take in milliseconds; an operation's own `x-timeout` is used where this is not given.
       * Of bytes and of items that come one after the other, it is the time until they begin.
       */
      timeout?: number;
      /** Whether parameters, bodies and responses are validated against the contract's schemas. */
      validate?: boolean;
      /** How requests are sent: the global `fetch`, or a function of your own. */
      transport?: (url: string, init: RequestInit) => Promise<Response>;
    }

    /** Options of one call. */
    export interface CallOptions {
      headers?: Record<string, string>;
      timeout?: number;
      validate?: boolean;
      signal?: AbortSignal;
    }

    interface Settings extends ClientOptions<object> { baseURL: string | undefined }

    /** Anything that is sent as raw bytes. */
    export type RawBody = Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array>;

    /** A file of a form, with its name and type. */
    export class FilePart {
      constructor(
        readonly content: Blob | ArrayBuffer | Uint8Array | string,
        readonly options: { filename?: string; contentType?: string; headers?: Record<string, string> } = {},
      ) {}
    }

    /** A file of a form; without a name it has that of its part. */
    export type FileInput = Blob | FilePart;

    /** An event of a stream (WHATWG HTML, section 9.2). */
    export interface ServerSentEvent<T> {
      data: T;
      /** What a client sends as `lastEventId` when it reconnects. */
      id?: string;
      /** The event's type; without it, `message`. */
      event?: string;
      /** How long a client waits before it reconnects, in milliseconds. */
      retry?: number;
    }

    export interface BasicCredentials {
      user: string;
      password: string;
    }

    /** A response that the contract does not describe, or that cannot be read as described. */
    export interface Unexpected {
      status: "unexpected";
      code: number;
      contentType: string;
      body: Uint8Array;
      headers: Record<string, never>;
      rawHeaders: Headers;
    }

    /** A response that is not a page of the list. */
    export class PageError extends Error {
      constructor(readonly operation: string, readonly answer: { readonly status: number | string; readonly code: number; readonly body: unknown }) {
        super(`${operation} answered ${answer.code}, which is not a page of its list`);
        this.name = "PageError";
      }
    }

    /** A call without the credentials it needs, or with some that cannot be sent. */
    export class CredentialError extends Error {
      constructor(message: string) {
        super(message);
        this.name = "CredentialError";
      }
    }

    /** A call that exceeded its time limit. */
    export class TimeoutError extends Error {
      constructor(readonly milliseconds: number) {
        super(`no answer within ${milliseconds} ms`);
        this.name = "TimeoutError";
      }
    }

    /** A change to a value (RFC 7396): absent members stay unchanged, null removes a member. */
    export type MergePatch<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: MergePatch<T[K]> | null } : T;

    type BodyKind = "json" | "text" | "form" | "multipart" | "bytes" | "events" | "lines" | "sequence";
    interface MemberSpec { name: string; kind?: string; list?: boolean; style?: string; explode?: boolean; contentType?: string }
    interface ContentSpec { mediaType: string; kind: BodyKind; schema?: number; text?: string; members?: MemberSpec[] }
    interface ContentsSpec { content: ContentSpec[]; tagged?: boolean }
    interface ParameterSpec { key?: string; name: string; in: string; style: string; explode: boolean; json?: boolean; required?: boolean; empty?: boolean; schema?: number }
    interface ResponseSpec extends ContentsSpec { status: number | string; headers: { name: string; kind: string; required?: boolean }[]; described?: boolean }
    interface SchemeSpec { name: string; in: string; key: string; prefix?: string }
    interface OperationSpec {
      id: string; method: string; path: string; server?: string; keyName?: string; timeout?: number; security?: SchemeSpec[][];
      parameters: ParameterSpec[]; body?: ContentsSpec & { required: boolean }; responses: ResponseSpec[];
    }

    /** Percent-encodes all except RFC 3986's unreserved characters. */
    function encode(text: string): string {
      return encodeURIComponent(text).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
    }

    /** A parameter by RFC 6570 and OpenAPI's `style`, with names and values encoded; without the first separator. */
    function styled(spec: ParameterSpec, value: unknown, escape: (text: string) => string): string {
      const name = escape(spec.name);
      const named = spec.style === "form" || spec.style === "matrix" || spec.style === "cookie";
      if (spec.json) return (spec.in === "query" || spec.in === "cookie" ? name + "=" : "") + escape(JSON.stringify(value));
      if (spec.style === "deepObject") return nested(name, value, escape, true).join("&");
      const isLabel = spec.style === "label" || spec.style === "dottedLabel";
      const dots = spec.style === "dottedLabel" || (isLabel && spec.explode);
      const lead = isLabel ? "." : spec.style === "matrix" ? ";" : "";
      const between = spec.in === "cookie" ? "; " : spec.style === "form" ? "&" : lead === "" ? "," : lead;
      const repeats = spec.explode && (named || spec.style.endsWith("Delimited")) && spec.in !== "querystring";
      const isEmpty = (Array.isArray(value) || isObject(value)) && Object.values(value).every((item) => item === undefined);
      // Without its name, an empty list or object would be absent.
      if (repeats && isEmpty) return lead + name + (spec.style === "matrix" ? "" : "=");
      if (Array.isArray(value)) {
        const items = value.map((item) => escape(plain(item)));
        if (spec.style === "spaceDelimited" && !spec.explode) return `${name}=${items.join("%20")}`;
        if (spec.style === "pipeDelimited" && !spec.explode) return `${name}=${items.join("%7C")}`;
        if (spec.style.endsWith("Delimited")) return items.map((item) => `${name}=${item}`).join("&");
        if (named && spec.explode) return lead + items.map((item) => `${name}=${item}`).join(between);
        return lead + (named ? name + "=" : "") + items.join(dots ? "." : ",");
      }
      if (isObject(value)) {
        const pairs = Object.entries(value).filter(([, item]) => item !== undefined).map(([key, item]) => [escape(key), escape(plain(item))]);
        if (spec.explode) return lead + pairs.map(([key, item]) => `${key}=${item}`).join(between);
        return lead + (named ? name + "=" : "") + pairs.flat().join(dots ? "." : ",");
      }
      const text = escape(plain(value));
      return isLabel ? "." + text : spec.in === "query" || named ? `${lead}${name}=${text}` : text;
    }

    /** The pairs of a value in brackets: `a[b][c]=` for a member, `a[b][]=` for texts of a list, `a[b][0]=` for other items. */
    function nested(name: string, value: unknown, escape: (text: string) => string, isWhole = false): string[] {
      let pairs: string[];
      if (Array.isArray(value)) {
        const texts = value.every((item) => typeof item !== "object");
        pairs = value.flatMap((item, index) => nested(`${name}%5B${texts ? "" : index}%5D`, item, escape));
      } else if (isObject(value)) {
        const members = Object.entries(value).filter(([, item]) => item !== undefined);
        pairs = members.flatMap(([key, item]) => nested(`${name}%5B${escape(key)}%5D`, item, escape));
      } else {
        return [`${name}=${escape(plain(value))}`];
      }
      return pairs.length > 0 || isWhole ? pairs : [`${name}=`];
    }

    /** A text for a header, which holds bytes: those of its UTF-8. `fetch` rejects characters that could end the header. */
    const headerValue = (text: string): string => Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");

    /** Adds the credentials of the first complete alternative to a call; whether the transport has one of them. */
    function authorize(spec: OperationSpec, settings: Settings, headers: Headers, query: string[], cookies: string[]): boolean {
      const credentials = (settings.credentials ?? {}) as Record<string, string | true | BasicCredentials | undefined>;
      const given = (scheme: SchemeSpec): string | true | BasicCredentials | undefined =>
        Object.hasOwn(credentials, scheme.name) ? credentials[scheme.name] : undefined;
      const alternatives = (spec.security ?? []).filter((schemes) => schemes.length > 0);
      // A client certificate is assumed to be present, after the credentials that were passed to the client.
      const complete = alternatives.filter((schemes) => schemes.every((s) => s.in === "connection" || given(s) !== undefined));
      const chosen = complete.find((schemes) => schemes.some((s) => given(s) !== undefined)) ?? complete[0];
      if (chosen === undefined && alternatives.length > 0 && alternatives.length === spec.security?.length) {
        const missing = alternatives.map((schemes) => schemes.filter((s) => given(s) === undefined).map((s) => `'${s.name}'`).join(" and "));
        throw new CredentialError(`${spec.id} needs credentials that the client lacks: give those of ${missing.join(", or of ")}`);
      }
      for (const scheme of chosen ?? []) {
        const credential = given(scheme);
        if (credential === undefined || credential === true) continue;
        const [text, fits] = credentialText(scheme, credential);
        if (!fits) throw new CredentialError(`the credential for '${scheme.name}' is empty or has a character that cannot be sent`);
        if (scheme.in === "query") query.push(`${encode(scheme.key)}=${encode(text)}`);
        else if (scheme.in === "cookie") cookies.push(`${scheme.key}=${text}`);
        else headers.set(scheme.key, scheme.prefix === undefined ? text : `${scheme.prefix} ${text}`);
      }
      return (chosen ?? []).some((scheme) => given(scheme) === true);
    }

    /** A credential for the request, and whether its location can carry it (RFC 6265, section 4.1.1; RFC 6750, section 2.1). */
    function credentialText(scheme: SchemeSpec, given: string | BasicCredentials): [string, boolean] {
      if (typeof given === "string") {
        const allowed = scheme.in === "cookie" ? /^[!#-+\--:<-[\]-~]+$/ : scheme.prefix === "Bearer" ? /^[\w.~+\/-]+=*$/ : /^[^\0-\x1f\x7f]+$/;
        return [given, allowed.test(given)];
      }
      const bytes = new TextEncoder().encode(`${given.user}:${given.password}`);
      return [btoa(String.fromCharCode(...bytes)), !given.user.includes(":") && !bytes.some((byte) => byte < 32 || byte === 127)];
    }

    function required(spec: ParameterSpec | { name: string }, subject: string): never {
      throw new ValidationError(subject, [{ pointer: "/" + spec.name, rule: "required", message: "is required" }]);
    }

    /** The path of a call; its parameters and credentials are added to the request, and validated where that is enabled. */
    function prepare(settings: Settings, spec: OperationSpec, values: Record<string, unknown>, init: RequestInit & { headers: Headers }, validate: boolean): string {
      const { headers } = init;
      const subject = `a parameter of ${spec.id}`;
      let path = spec.path;
      const query: string[] = [];
      const cookies: string[] = [];
      for (const parameter of spec.parameters) {
        const key = parameter.key ?? parameter.name;
        const value = Object.hasOwn(values, key) ? values[key] : undefined;
        if (value === undefined) {
          if (parameter.required) required(parameter, subject);
          continue;
        }
        const isChecked = validate && parameter.schema !== undefined && !(parameter.empty && value === "");
        if (isChecked && parameter.schema !== undefined) check(parameter.schema, value, "request", `${subject} (${parameter.name})`);
        const isPlain = parameter.in === "header" || parameter.style === "cookie";
        const text = styled(parameter, value, isPlain ? headerValue : encode);
        if (parameter.in === "path") path = path.split(`{${parameter.name}}`).join(text);
        else if (parameter.in === "cookie") cookies.push(text);
        else if (parameter.in === "header") headers.set(parameter.name, text);
        else if (text !== "") query.push(text);
      }
      const segments = path.split("/");
      spec.path.split("/").forEach((template, i) => {
        // A segment that is empty or consists of dots would make another path (RFC 3986, section 5.2.4).
        if (!template.includes("{") || !["", ".", ".."].includes(segments[i] ?? "")) return;
        const pointer = "/" + template.replace(/[{}]/g, "");
        throw new ValidationError(subject, [{ pointer, rule: "path", message: "must not make a segment empty, '.' or '..'" }]);
      });
      if (authorize(spec, settings, headers, query, cookies)) init.credentials = "include";
      if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
      const key = spec.keyName === undefined ? undefined : values[spec.keyName];
      if (key !== undefined) headers.set("idempotency-key", String(key));
      return path + (query.length > 0 ? "?" + query.join("&") : "");
    }

    /** Calls an operation. It throws a ValidationError, a CredentialError, a TimeoutError, or what `fetch` throws. */
    async function perform(
      settings: Settings, spec: OperationSpec, body: unknown, options: CallOptions & { accept?: string; lastEventId?: string },
    ): Promise<unknown> {
      const validate = options.validate ?? settings.validate ?? false;
      const headers = new Headers(settings.headers);
      for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
      const init: RequestInit & { headers: Headers; duplex?: "half" } = { method: spec.method, headers };
      const path = prepare(settings, spec, { ...options }, init, validate);
      const accepts = [...new Set(spec.responses.flatMap((r) => r.content.map((c) => c.mediaType)))];
      if (options.accept !== undefined) headers.set("accept", options.accept);
      else if (!headers.has("accept") && accepts.length > 0) headers.set("accept", accepts.join(", "));
      if (options.lastEventId !== undefined) headers.set("last-event-id", headerValue(options.lastEventId));
      if (body === undefined && spec.body?.required) required({ name: "body" }, `the body of ${spec.id}`);
      if (spec.body !== undefined && body !== undefined && spec.method !== "GET" && spec.method !== "HEAD") {
        const [bytes, mediaType] = requestBody(spec, spec.body, body, validate);
        init.body = bytes;
        if (!headers.has("content-type") || mediaType.includes("boundary=")) headers.set("content-type", mediaType);
        if (bytes instanceof ReadableStream) init.duplex = "half";
      }
      const milliseconds = options.timeout ?? settings.timeout ?? spec.timeout;
      const timer = startTimer(milliseconds, options.signal);
      try {
        const send = settings.transport ?? ((url: string, given: RequestInit) => fetch(url, given));
        const origin = (settings.baseURL ?? spec.server ?? "").replace(/\/+$/, "");
        return await answer(spec, await send(origin + path, { ...init, signal: timer.signal }), validate, timer);
      } catch (error) {
        throw timer.isOver && milliseconds !== undefined ? new TimeoutError(milliseconds) : error;
      } finally {
        timer.stop();
      }
    }

    interface Timer { signal: AbortSignal; isOver: boolean; isStreamed: boolean; stop(): void }

    /** Ends a call at its time limit or when its caller aborts it; a streamed body ends only by its caller. */
    function startTimer(milliseconds: number | undefined, given: AbortSignal | undefined): Timer {
      const control = new AbortController();
      const follow = (): void => control.abort(given?.reason);
      const timer: Timer = {
        signal: control.signal, isOver: false, isStreamed: false,
        stop(): void {
          clearTimeout(handle);
          if (!timer.isStreamed) given?.removeEventListener("abort", follow);
        },
      };
      const end = (): void => { timer.isOver = true; control.abort(); };
      const handle = milliseconds === undefined ? undefined : setTimeout(end, milliseconds);
      if (given?.aborted) follow();
      given?.addEventListener("abort", follow);
      return timer;
    }
    """#
}
