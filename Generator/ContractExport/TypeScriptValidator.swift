/// The runtime part of every exported TypeScript file that validates values against schemas.
enum TypeScriptValidator {
  static let text = #"""
    /** JSON Schema 2020-12 by its own keywords; a subschema is an index in `schemas`. */
    interface Schema {
      $ref?: number; $comment?: string; type?: string[]; enum?: unknown[]; const?: unknown;
      minimum?: number; maximum?: number; exclusiveMinimum?: number; exclusiveMaximum?: number; multipleOf?: number;
      "x-decimal-places"?: number; minLength?: number; maxLength?: number; pattern?: string; format?: string; contentEncoding?: string;
      items?: number; prefixItems?: number[]; contains?: number; minContains?: number; maxContains?: number;
      minItems?: number; maxItems?: number; uniqueItems?: boolean; unevaluatedItems?: number;
      properties?: Record<string, number>; patternProperties?: [string, number][]; additionalProperties?: number;
      unevaluatedProperties?: number; propertyNames?: number; required?: string[]; minProperties?: number; maxProperties?: number;
      dependentRequired?: Record<string, string[]>; dependentSchemas?: Record<string, number>;
      allOf?: number[]; anyOf?: number[]; oneOf?: number[]; not?: number; if?: number; then?: number; else?: number;
      discriminator?: { property: string; branches: Record<string, number>; fallback?: number };
      readOnly?: string[]; writeOnly?: string[];
    }

    type Direction = "request" | "response";
    interface Seen { names: Set<string>; items: Set<number> }
    interface Check { direction: Direction; found: Violation[]; depth: number }

    function check(schema: number, value: unknown, direction: Direction, subject: string): void {
      const found = violations(schema, value, direction);
      if (found.length > 0) throw new ValidationError(subject, found);
    }

    /** The violations of a schema by a value. Formats are not checked, and numbers are as exact as JavaScript's. */
    function violations(schema: number, value: unknown, direction: Direction): Violation[] {
      const state: Check = { direction, found: [], depth: 0 };
      apply(schema, value, "", state);
      return state.found;
    }

    function fail(state: Check, pointer: string, rule: string, message: string): void {
      if (state.found.length < 50) state.found.push({ pointer, rule, message });
    }

    function admits(schema: number, value: unknown, state: Check): Seen | undefined {
      const inner: Check = { direction: state.direction, found: [], depth: state.depth };
      const seen = apply(schema, value, "", inner);
      return inner.found.length === 0 ? seen : undefined;
    }

    function at(pointer: string, segment: string | number): string {
      return pointer + "/" + String(segment).replace(/~/g, "~0").replace(/\//g, "~1");
    }

    const isObject = (value: unknown): value is Record<string, unknown> =>
      typeof value === "object" && value !== null && !Array.isArray(value) && !isFile(value);

    function typeOf(value: unknown): string {
      if (value === null) return "null";
      if (Array.isArray(value)) return "array";
      if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
      return typeof value;
    }

    function same(left: unknown, right: unknown): boolean {
      if (left === right) return true;
      if (Array.isArray(left) && Array.isArray(right)) return left.length === right.length && left.every((item, i) => same(item, right[i]));
      if (!isObject(left) || !isObject(right)) return false;
      const names = Object.keys(left);
      return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && same(left[name], right[name]));
    }

    /** Whether a number is a multiple of another, in exact decimal arithmetic. */
    function isMultiple(value: number, step: number): boolean {
      const [left, leftScale] = decimal(value);
      const [right, rightScale] = decimal(step);
      const scale = Math.max(leftScale, rightScale);
      const scaled = right * 10n ** BigInt(scale - rightScale);
      return scaled !== 0n && (left * 10n ** BigInt(scale - leftScale)) % scaled === 0n;
    }

    function decimal(value: number): [bigint, number] {
      const [digits = "0", exponent = "0"] = String(value).split("e");
      const [whole = "0", fraction = ""] = digits.split(".");
      const scale = fraction.length - Number(exponent);
      const all = BigInt(whole + fraction);
      return scale < 0 ? [all * 10n ** BigInt(-scale), 0] : [all, scale];
    }

    const patterns = new Map<string, RegExp>();

    function pattern(source: string): RegExp {
      let known = patterns.get(source);
      if (known === undefined) {
        try {
          known = new RegExp(source, "u");
        } catch {
          // Some escapes are only allowed without it.
          known = new RegExp(source);
        }
        patterns.set(source, known);
      }
      return known;
    }

    function apply(index: number, value: unknown, pointer: string, state: Check): Seen {
      const seen: Seen = { names: new Set(), items: new Set() };
      const schema = schemas[index];
      // A file is bytes, which no schema describes.
      if (schema === true || schema === undefined || isFile(value)) return seen;
      if (schema === false || state.depth > 400) {
        fail(state, pointer, schema === false ? "false" : "$ref", schema === false ? "nothing is allowed here" : "is too deep");
        return seen;
      }
      const type = typeOf(value);
      if (schema.type && !schema.type.includes(type) && !(type === "integer" && schema.type.includes("number"))) {
        fail(state, pointer, "type", `expected ${schema.type.join(" or ")}, found ${type}`);
        return seen;
      }
      state.depth += 1;
      if ("const" in schema && !same(value, schema.const)) fail(state, pointer, "const", `must be ${JSON.stringify(schema.const)}`);
      if (schema.enum && !schema.enum.some((item) => same(item, value))) fail(state, pointer, "enum", `must be one of ${JSON.stringify(schema.enum)}`);
      if (typeof value === "number") checkNumber(schema, value, pointer, state);
      if (typeof value === "string") checkText(schema, value, pointer, state);
      checkCombined(schema, value, pointer, state, seen);
      if (Array.isArray(value)) checkItems(schema, value, pointer, state, seen);
      if (isObject(value)) checkMembers(schema, value, pointer, state, seen);
      state.depth -= 1;
      return seen;
    }

    function checkNumber(schema: Schema, value: number, pointer: string, state: Check): void {
      if (!Number.isFinite(value)) fail(state, pointer, "type", "is not a JSON number");
      else if (schema.multipleOf !== undefined && !isMultiple(value, schema.multipleOf)) fail(state, pointer, "multipleOf", `must be a multiple of ${schema.multipleOf}`);
      if (schema.minimum !== undefined && value < schema.minimum) fail(state, pointer, "minimum", `must be at least ${schema.minimum}`);
      if (schema.maximum !== undefined && value > schema.maximum) fail(state, pointer, "maximum", `must be at most ${schema.maximum}`);
      if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) fail(state, pointer, "exclusiveMinimum", `must be more than ${schema.exclusiveMinimum}`);
      if (schema.exclusiveMaximum !== undefined && value >= schema.exclusiveMaximum) fail(state, pointer, "exclusiveMaximum", `must be less than ${schema.exclusiveMaximum}`);
      const scale = schema["x-decimal-places"];
      if (scale !== undefined && Number.isFinite(value) && decimal(value)[1] > scale) fail(state, pointer, "x-decimal-places", `at most ${scale} digits after the point`);
    }

    function checkText(schema: Schema, value: string, pointer: string, state: Check): void {
      const length = [...value].length;
      if (schema.minLength !== undefined && length < schema.minLength) fail(state, pointer, "minLength", `must have at least ${schema.minLength} characters`);
      if (schema.maxLength !== undefined && length > schema.maxLength) fail(state, pointer, "maxLength", `must have at most ${schema.maxLength} characters`);
      if (schema.pattern !== undefined && !pattern(schema.pattern).test(value)) fail(state, pointer, "pattern", `must match ${schema.pattern}`);
    }

    function merge(seen: Seen, other: Seen | undefined): void {
      for (const name of other?.names ?? []) seen.names.add(name);
      for (const item of other?.items ?? []) seen.items.add(item);
    }

    function checkCombined(schema: Schema, value: unknown, pointer: string, state: Check, seen: Seen): void {
      if (schema.$ref !== undefined) merge(seen, apply(schema.$ref, value, pointer, state));
      for (const part of schema.allOf ?? []) merge(seen, apply(part, value, pointer, state));
      checkChoice("anyOf", schema.anyOf, schema, value, pointer, state, seen);
      checkChoice("oneOf", schema.oneOf, schema, value, pointer, state, seen);
      if (schema.not !== undefined && admits(schema.not, value, state)) fail(state, pointer, "not", "is not allowed here");
      if (schema.if !== undefined) {
        const condition = admits(schema.if, value, state);
        merge(seen, condition);
        const branch = condition ? schema.then : schema.else;
        if (branch !== undefined) merge(seen, apply(branch, value, pointer, state));
      }
      if (!isObject(value)) return;
      for (const [name, part] of Object.entries(schema.dependentSchemas ?? {})) {
        if (Object.hasOwn(value, name)) merge(seen, apply(part, value, pointer, state));
      }
    }

    function checkChoice(
      rule: "anyOf" | "oneOf", branches: number[] | undefined, schema: Schema, value: unknown, pointer: string, state: Check, seen: Seen,
    ): void {
      if (!branches) return;
      const tag = schema.discriminator;
      if (tag) {
        const given = isObject(value) && Object.hasOwn(value, tag.property) ? value[tag.property] : undefined;
        const named = typeof given === "string" && Object.hasOwn(tag.branches, given) ? tag.branches[given] : tag.fallback;
        const branch = named === undefined ? undefined : branches[named];
        if (branch === undefined) fail(state, at(pointer, tag.property), "discriminator", `must be one of ${Object.keys(tag.branches).join(", ")}`);
        else merge(seen, apply(branch, value, pointer, state));
        return;
      }
      const fitting = branches.map((branch) => admits(branch, value, state)).filter((one) => one !== undefined);
      for (const one of fitting) merge(seen, one);
      if (fitting.length === 0) fail(state, pointer, rule, `fits none of the ${branches.length} alternatives`);
      if (rule === "oneOf" && fitting.length > 1) fail(state, pointer, rule, "fits more than one alternative, and only one may fit");
    }

    function checkItems(schema: Schema, items: unknown[], pointer: string, state: Check, seen: Seen): void {
      if (schema.minItems !== undefined && items.length < schema.minItems) fail(state, pointer, "minItems", `needs at least ${schema.minItems} items`);
      if (schema.maxItems !== undefined && items.length > schema.maxItems) fail(state, pointer, "maxItems", `may have at most ${schema.maxItems} items`);
      if (schema.uniqueItems && items.some((item, i) => items.slice(0, i).some((other) => same(item, other)))) fail(state, pointer, "uniqueItems", "has a duplicate item");
      const first = schema.prefixItems ?? [];
      items.forEach((item, i) => {
        const part = first[i] ?? schema.items;
        if (part === undefined) return;
        apply(part, item, at(pointer, i), state);
        seen.items.add(i);
      });
      if (schema.contains !== undefined) {
        const inner = schema.contains;
        const fitting = items.map((item, i) => (admits(inner, item, state) ? i : -1)).filter((i) => i >= 0);
        for (const i of fitting) seen.items.add(i);
        if (fitting.length < (schema.minContains ?? 1)) fail(state, pointer, "contains", `needs ${schema.minContains ?? 1} items that match 'contains'`);
        if (schema.maxContains !== undefined && fitting.length > schema.maxContains) fail(state, pointer, "maxContains", `may have ${schema.maxContains} items that match 'contains'`);
      }
      if (schema.unevaluatedItems === undefined) return;
      for (let i = 0; i < items.length; i += 1) {
        if (!seen.items.has(i)) apply(schema.unevaluatedItems, items[i], at(pointer, i), state);
        seen.items.add(i);
      }
    }

    function checkMembers(schema: Schema, given: Record<string, unknown>, pointer: string, state: Check, seen: Seen): void {
      // An undefined value is not written, and so counts as absent.
      const value = Object.entries(given).filter(([, item]) => item !== undefined);
      const has = (name: string): boolean => Object.hasOwn(given, name) && given[name] !== undefined;
      if (schema.minProperties !== undefined && value.length < schema.minProperties) fail(state, pointer, "minProperties", `needs at least ${schema.minProperties} properties`);
      if (schema.maxProperties !== undefined && value.length > schema.maxProperties) fail(state, pointer, "maxProperties", `may have at most ${schema.maxProperties} properties`);
      const hidden = (state.direction === "request" ? schema.readOnly : schema.writeOnly) ?? [];
      for (const name of schema.required ?? []) {
        if (!has(name) && !hidden.includes(name)) fail(state, at(pointer, name), "required", "is required");
      }
      for (const [name, others] of Object.entries(schema.dependentRequired ?? {})) {
        for (const other of has(name) ? others : []) if (!has(other)) fail(state, pointer, "dependentRequired", `'${name}' needs '${other}' beside it`);
      }
      for (const [name, item] of value) {
        if (schema.propertyNames !== undefined && !admits(schema.propertyNames, name, state)) fail(state, at(pointer, name), "propertyNames", "is not a valid property name here");
        const own = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
        const parts = own === undefined ? [] : [own];
        for (const [source, part] of schema.patternProperties ?? []) if (pattern(source).test(name)) parts.push(part);
        if (parts.length === 0 && schema.additionalProperties !== undefined) parts.push(schema.additionalProperties);
        if (parts.length === 0 && schema.unevaluatedProperties !== undefined && !seen.names.has(name)) parts.push(schema.unevaluatedProperties);
        for (const part of parts) apply(part, item, at(pointer, name), state);
        if (parts.length > 0) seen.names.add(name);
      }
    }
    """#
}
