/// The runtime part of every exported Python file that validates values against schemas.
enum PythonValidator {
  static let text = #"""
    _LIMIT = 6200


    class _Seen:
        def __init__(self) -> None:
            self.names: set[str] = set()
            self.items: set[int] = set()

        def add(self, other: Optional[_Seen]) -> None:
            if other is not None:
                self.names |= other.names
                self.items |= other.items


    def _check(schema: int, value: Any, direction: str, subject: str) -> None:
        found = violations(schema, value, direction)
        if found:
            raise ValidationError(subject, found)


    def violations(schema: int, value: Any, direction: str) -> List[Violation]:
        """The violations of a schema, given by its index in the table. Formats are not checked."""
        check = _Check(direction)
        check.apply(schema, value, "")
        return check.found


    def _at(pointer: str, segment: Any) -> str:
        return pointer + "/" + str(segment).replace("~", "~0").replace("/", "~1")


    def _is_number(value: Any) -> bool:
        return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


    def _exact(value: Any) -> Decimal:
        return value if isinstance(value, Decimal) else Decimal(repr(value))


    def _type(value: Any) -> str:
        if value is None:
            return "null"
        if isinstance(value, Mapping):
            return "object"
        if isinstance(value, (list, tuple)):
            return "array"
        if isinstance(value, (float, Decimal)):
            number = _exact(value)
            return "integer" if number.is_finite() and number == number.to_integral_value() else "number"
        if isinstance(value, bool):
            return "boolean"
        return "integer" if isinstance(value, int) else "string" if isinstance(value, str) else "binary"


    def _same(left: Any, right: Any) -> bool:
        if _is_number(left) and _is_number(right):
            return _exact(left) == _exact(right)
        if _is_list(left) and _is_list(right):
            return len(left) == len(right) and all(_same(a, b) for a, b in zip(left, right))
        if _is_object(left) and _is_object(right):
            return left.keys() == right.keys() and all(_same(left[name], right[name]) for name in left)
        return type(left) is type(right) and bool(left == right)


    def _is_multiple(value: Any, step: Any) -> bool:
        number = _exact(value)
        # A larger exponent would need memory for as many digits.
        if not number.is_finite() or abs(number.adjusted()) > _LIMIT:
            return False
        return (Fraction(number) % Fraction(_exact(step))) == 0


    class _Check:
        def __init__(self, direction: str, depth: int = 0) -> None:
            self.direction = direction
            self.found: List[Violation] = []
            self.depth = depth

        def fail(self, pointer: str, rule: str, message: str) -> None:
            if len(self.found) < 50:
                self.found.append(Violation(pointer, rule, message))

        def admits(self, schema: int, value: Any) -> Optional[_Seen]:
            inner = _Check(self.direction, self.depth)
            seen = inner.apply(schema, value, "")
            return None if inner.found else seen

        def apply(self, index: int, value: Any, pointer: str) -> _Seen:
            seen = _Seen()
            schema = _SCHEMAS[index]
            if schema is True:
                return seen
            if schema is False:
                self.fail(pointer, "false", "nothing is allowed here")
                return seen
            if self.depth > 150:
                self.fail(pointer, "$ref", "is too deep")
                return seen
            kind = _type(value)
            if kind == "binary":
                # A file is bytes, which no schema describes.
                return seen
            types = schema.get("type")
            if types is not None and kind not in types and not (kind == "integer" and "number" in types):
                self.fail(pointer, "type", f"expected {' or '.join(types)}, found {kind}")
                return seen
            self.depth += 1
            if "const" in schema and not _same(value, schema["const"]):
                self.fail(pointer, "const", f"must be {dump(schema['const'])}")
            if "enum" in schema and not any(_same(value, item) for item in schema["enum"]):
                self.fail(pointer, "enum", f"must be one of {dump(schema['enum'])}")
            if _is_number(value):
                self.number(schema, value, pointer)
            if isinstance(value, str):
                self.string(schema, value, pointer)
            self.combined(schema, value, pointer, seen)
            if kind == "array":
                self.array(schema, value, pointer, seen)
            if kind == "object":
                self.object(schema, value, pointer, seen)
            self.depth -= 1
            return seen

        def number(self, schema: Any, value: Any, pointer: str) -> None:
            number = _exact(value)
            if not number.is_finite():
                return self.fail(pointer, "type", "is not a JSON number")
            rules: List[Tuple[str, Callable[[Any], bool], str]] = [
                ("minimum", lambda limit: bool(number >= limit), "at least"),
                ("maximum", lambda limit: bool(number <= limit), "at most"),
                ("exclusiveMinimum", lambda limit: bool(number > limit), "more than"),
                ("exclusiveMaximum", lambda limit: bool(number < limit), "less than"),
                ("multipleOf", lambda limit: _is_multiple(number, limit), "a multiple of"),
            ]
            for rule, fits, words in rules:
                if rule in schema and not fits(schema[rule]):
                    self.fail(pointer, rule, f"must be {words} {schema[rule]}")
            scale = schema.get("x-decimal-places")
            exponent = number.as_tuple().exponent
            if scale is not None and isinstance(exponent, int) and -exponent > scale:
                if not _is_multiple(number, Decimal(1).scaleb(-scale)):
                    self.fail(pointer, "x-decimal-places", f"may have at most {scale} digits after the point")

        def string(self, schema: Any, value: str, pointer: str) -> None:
            if len(value) < schema.get("minLength", 0):
                self.fail(pointer, "minLength", f"must have at least {schema['minLength']} characters")
            if len(value) > schema.get("maxLength", len(value)):
                self.fail(pointer, "maxLength", f"must have at most {schema['maxLength']} characters")
            if "pattern" in schema and not re.search(schema["pattern"], value, re.ASCII):
                self.fail(pointer, "pattern", f"must match {schema['pattern']}")

        def combined(self, schema: Any, value: Any, pointer: str, seen: _Seen) -> None:
            if "$ref" in schema:
                seen.add(self.apply(schema["$ref"], value, pointer))
            for part in schema.get("allOf", []):
                seen.add(self.apply(part, value, pointer))
            for rule in ("anyOf", "oneOf"):
                if rule in schema:
                    self.choice(rule, schema, value, pointer, seen)
            if "not" in schema and self.admits(schema["not"], value) is not None:
                self.fail(pointer, "not", "is not allowed here")
            if "if" in schema:
                condition = self.admits(schema["if"], value)
                seen.add(condition)
                branch = schema.get("else" if condition is None else "then")
                if branch is not None:
                    seen.add(self.apply(branch, value, pointer))
            if isinstance(value, Mapping):
                for name, part in schema.get("dependentSchemas", {}).items():
                    if name in value:
                        seen.add(self.apply(part, value, pointer))

        def choice(self, rule: str, schema: Any, value: Any, pointer: str, seen: _Seen) -> None:
            branches = schema[rule]
            if "discriminator" in schema:
                tag = schema["discriminator"]
                given = value.get(tag["property"]) if _is_object(value) else None
                named = tag["branches"].get(given) if isinstance(given, str) else None
                named = tag.get("fallback") if named is None else named
                if named is None:
                    names = ", ".join(tag["branches"])
                    return self.fail(_at(pointer, tag["property"]), "discriminator", f"must be one of {names}")
                return seen.add(self.apply(branches[named], value, pointer))
            fitting = [one for one in (self.admits(branch, value) for branch in branches) if one is not None]
            for one in fitting:
                seen.add(one)
            if not fitting:
                self.fail(pointer, rule, f"fits none of the {len(branches)} alternatives")
            if rule == "oneOf" and len(fitting) > 1:
                self.fail(pointer, rule, "fits more than one alternative, and only one may fit")

        def array(self, schema: Any, items: Any, pointer: str, seen: _Seen) -> None:
            if len(items) < schema.get("minItems", 0):
                self.fail(pointer, "minItems", f"needs at least {schema['minItems']} items")
            if len(items) > schema.get("maxItems", len(items)):
                self.fail(pointer, "maxItems", f"may have at most {schema['maxItems']} items")
            if schema.get("uniqueItems") and any(_same(a, b) for i, a in enumerate(items) for b in items[:i]):
                self.fail(pointer, "uniqueItems", "has a duplicate item")
            first = schema.get("prefixItems", [])
            for i, item in enumerate(items):
                part = first[i] if i < len(first) else schema.get("items")
                if part is not None:
                    self.apply(part, item, _at(pointer, i))
                    seen.items.add(i)
            if "contains" in schema:
                fitting = {i for i, item in enumerate(items) if self.admits(schema["contains"], item) is not None}
                seen.items |= fitting
                least, most = schema.get("minContains", 1), schema.get("maxContains", len(items))
                if not least <= len(fitting) <= most:
                    self.fail(pointer, "contains", f"needs from {least} to {most} items that match 'contains'")
            if "unevaluatedItems" in schema:
                for i, item in enumerate(items):
                    if i not in seen.items:
                        self.apply(schema["unevaluatedItems"], item, _at(pointer, i))
                        seen.items.add(i)

        def object(self, schema: Any, value: Any, pointer: str, seen: _Seen) -> None:
            if len(value) < schema.get("minProperties", 0):
                self.fail(pointer, "minProperties", f"needs at least {schema['minProperties']} properties")
            if len(value) > schema.get("maxProperties", len(value)):
                self.fail(pointer, "maxProperties", f"may have at most {schema['maxProperties']} properties")
            hidden = schema.get("readOnly" if self.direction == "request" else "writeOnly", [])
            for name in schema.get("required", []):
                if name not in value and name not in hidden:
                    self.fail(_at(pointer, name), "required", "is required")
            for name, others in schema.get("dependentRequired", {}).items():
                for other in others:
                    if name in value and other not in value:
                        self.fail(pointer, "dependentRequired", f"'{name}' needs '{other}' beside it")
            for name, item in value.items():
                self.member(schema, name, item, pointer, seen)

        def member(self, schema: Any, name: str, item: Any, pointer: str, seen: _Seen) -> None:
            if "propertyNames" in schema and self.admits(schema["propertyNames"], name) is None:
                self.fail(_at(pointer, name), "propertyNames", "is not a valid property name here")
            properties = schema.get("properties", {})
            parts = [properties[name]] if name in properties else []
            parts += [part for source, part in schema.get("patternProperties", []) if re.search(source, name, re.ASCII)]
            if not parts and "additionalProperties" in schema:
                parts = [schema["additionalProperties"]]
            if not parts and "unevaluatedProperties" in schema and name not in seen.names:
                parts = [schema["unevaluatedProperties"]]
            for part in parts:
                self.apply(part, item, _at(pointer, name))
            if parts:
                seen.names.add(name)
    """#
}
