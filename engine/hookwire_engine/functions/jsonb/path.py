"""Running SQL/JSON paths over documents (PostgreSQL 9.16.2).

A condition is True, False or None (unknown). In lax mode arrays are unwrapped where one item is
wanted, a lone item is an array of one where an array is wanted, and what is missing is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from hookwire_engine.append.json_compare import equal
from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.jsonb.document import Document, key_order, type_of
from hookwire_engine.functions.jsonb.path_syntax import (
    Binary,
    Current,
    Descend,
    Filter,
    Last,
    LikeRegex,
    Literal,
    Member,
    Method,
    Node,
    Path,
    Root,
    Subscript,
    Unary,
    Variable,
)
from hookwire_engine.functions.regex.match import matcher

_CONTEXT = Context(prec=1000)
_ORDER = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0), "==": (0,)}
_PREDICATES = frozenset((*_ORDER, "!=", "&&", "||", "starts with"))


class PathError(Fault):
    """An error that `silent` hides."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """`current` is `@`, `size` the length of the array that `last` counts from."""

    current: Document
    size: int = 0


Variables = dict[str, Document] | None
"""None makes every variable null, as the operators `@?` and `@@` have them."""


def run(path: Path, document: Document, variables: Variables) -> Iterator[Document]:
    """The items that `path` selects, in order."""
    return _Runner(path.strict, document, variables).items(path.tree, _Scope(document))


def is_condition(node: Node) -> bool:
    if isinstance(node, Binary):
        return node.operator in _PREDICATES
    if isinstance(node, Unary):
        return node.operator in ("!", "is unknown", "exists")
    return isinstance(node, LikeRegex)


class _Runner:
    def __init__(self, strict: bool, root: Document, variables: Variables) -> None:
        self._strict = strict
        self._root = root
        self._variables = variables

    def items(self, node: Node, scope: _Scope) -> Iterator[Document]:
        if is_condition(node):
            yield self._condition(node, scope)
        elif isinstance(node, Literal):
            yield node.value
        elif isinstance(node, Variable):
            yield self._variable(node.name)
        elif isinstance(node, Root):
            yield self._root
        elif isinstance(node, Current):
            yield scope.current
        elif isinstance(node, Last):
            yield scope.size - 1
        elif isinstance(node, (Unary, Binary)):
            yield from self._arithmetic(node, scope)
        else:
            yield from self._accessed(node, scope)

    def _variable(self, name: str) -> Document:
        if self._variables is None:
            return None
        if name not in self._variables:
            raise Fault("42704", f'could not find jsonpath variable "{name}"')
        return self._variables[name]

    def _accessed(self, node: Node, scope: _Scope) -> Iterator[Document]:
        assert isinstance(node, (Member, Descend, Subscript, Method, Filter))
        for item in self.items(node.inner, scope):
            if isinstance(node, Member):
                yield from self._members(node.key, item, True)
            elif isinstance(node, Descend):
                yield from _descended(item, 0, node.first, node.last)
            elif isinstance(node, Subscript):
                yield from self._subscripted(node, item, scope)
            elif isinstance(node, Method):
                yield from self._method(node.name, item, True)
            else:
                yield from self._filtered(node, item)

    def _members(self, key: str | None, item: Document, unwrap: bool) -> Iterator[Document]:
        if isinstance(item, dict):
            if key is None:
                yield from (item[k] for k in sorted(item, key=key_order))
            elif key in item:
                yield item[key]
            elif self._strict:
                raise PathError("2203A", f'JSON object does not contain key "{key}"')
        elif isinstance(item, list) and not self._strict and unwrap:
            for inner in item:
                yield from self._members(key, inner, False)
        elif self._strict:
            what = "wildcard member" if key is None else "member"
            raise PathError(
                "2203C" if key is None else "2203A",
                f"jsonpath {what} accessor can only be applied to an object",
            )

    def _subscripted(self, node: Subscript, item: Document, scope: _Scope) -> Iterator[Document]:
        if not isinstance(item, list):
            if self._strict:
                what = "array" if node.ranges else "wildcard array"
                raise PathError(
                    "22039", f"jsonpath {what} accessor can only be applied to an array"
                )
            item = [item]
        if not node.ranges:
            yield from item
            return
        inner = _Scope(scope.current, len(item))
        for first, last in node.ranges:
            low = self._index(first, inner)
            high = low if last is None else self._index(last, inner)
            if self._strict and (low < 0 or low > high or high >= len(item)):
                raise PathError("22033", "jsonpath array subscript is out of bounds")
            yield from item[max(low, 0) : max(high + 1, 0)]

    def _index(self, node: Node, scope: _Scope) -> int:
        found = list(self.items(node, scope))
        if len(found) != 1 or type_of(found[0]) != "number":
            raise PathError("22033", "jsonpath array subscript is not a single numeric value")
        return int(Decimal(found[0]).to_integral_value(ROUND_DOWN))

    def _filtered(self, node: Filter, item: Document) -> Iterator[Document]:
        candidates = item if isinstance(item, list) and not self._strict else [item]
        for candidate in candidates:
            if self._condition(node.condition, _Scope(candidate)):
                yield candidate

    def _method(self, name: str, item: Document, unwrap: bool) -> Iterator[Document]:
        if name == "type":
            yield type_of(item)
        elif name == "size":
            if not isinstance(item, list) and self._strict:
                raise PathError(
                    "22039", "jsonpath item method .size() can only be applied to an array"
                )
            yield len(item) if isinstance(item, list) else 1
        elif isinstance(item, list) and not self._strict and unwrap:
            for inner in item:
                yield from self._method(name, inner, False)
        elif name == "keyvalue":
            yield from self._key_values(item)
        elif name == "datetime":
            raise Fault("0A000", "jsonpath item method .datetime() is not supported")
        else:
            yield _number_method(name, item)

    @staticmethod
    def _key_values(item: Document) -> Iterator[Document]:
        if not isinstance(item, dict):
            raise PathError(
                "2203C", "jsonpath item method .keyvalue() can only be applied to an object"
            )
        for key in sorted(item, key=key_order):
            yield {"id": 0, "key": key, "value": item[key]}

    def _unwrapped(self, node: Node, scope: _Scope) -> Iterator[Document]:
        for item in self.items(node, scope):
            if isinstance(item, list) and not self._strict:
                yield from item
            else:
                yield item

    def _arithmetic(self, node: Unary | Binary, scope: _Scope) -> Iterator[Document]:
        if isinstance(node, Unary):
            for item in self._unwrapped(node.inner, scope):
                if type_of(item) != "number":
                    message = (
                        f"operand of unary jsonpath operator {node.operator} is not a numeric value"
                    )
                    raise PathError("2203B", message)
                yield -item if node.operator == "-" else item
            return
        left = self._single(node.left, scope, "left", node.operator)
        right = self._single(node.right, scope, "right", node.operator)
        yield _computed(node.operator, left, right)

    def _single(self, node: Node, scope: _Scope, side: str, operator: str) -> int | Decimal:
        found = list(self._unwrapped(node, scope))
        if len(found) != 1 or type_of(found[0]) != "number":
            message = (
                f"{side} operand of jsonpath operator {operator} is not a single numeric value"
            )
            raise PathError("22038", message)
        number: int | Decimal = found[0]
        return number

    def _condition(self, node: Node, scope: _Scope) -> bool | None:
        if isinstance(node, Unary) and node.operator == "exists":
            return self._exists(node.inner, scope)
        if isinstance(node, Unary) and node.operator == "!":
            inner = self._condition(node.inner, scope)
            return None if inner is None else not inner
        if isinstance(node, Unary) and node.operator == "is unknown":
            return self._condition(node.inner, scope) is None
        if isinstance(node, Binary) and node.operator in ("&&", "||"):
            return self._logic(node, scope)
        if isinstance(node, Binary) and node.operator in _PREDICATES:
            return self._compared(node, scope)
        if isinstance(node, LikeRegex):
            return self._like(node, scope)
        found = list(self.items(node, scope))
        return found[0] if len(found) == 1 and isinstance(found[0], bool) else None

    def _exists(self, node: Node, scope: _Scope) -> bool | None:
        try:
            found = next(iter(self.items(node, scope)), self)
            if self._strict:
                list(self.items(node, scope))
        except PathError:
            return None
        return found is not self

    def _logic(self, node: Binary, scope: _Scope) -> bool | None:
        decisive = node.operator == "||"
        left = self._condition(node.left, scope)
        if left is decisive:
            return left
        right = self._condition(node.right, scope)
        if right is decisive:
            return right
        return None if left is None or right is None else left

    def _compared(self, node: Binary, scope: _Scope) -> bool | None:
        try:
            left = list(self._unwrapped(node.left, scope))
            right = list(self._unwrapped(node.right, scope))
        except PathError:
            return None
        return self._any(_compare(node.operator, a, b) for a in left for b in right)

    def _any(self, results: Iterator[bool | None]) -> bool | None:
        unknown = found = False
        for result in results:
            if result is None:
                if self._strict:
                    return None
                unknown = True
            elif result:
                if not self._strict:
                    return True
                found = True
        return True if found else None if unknown else False

    def _like(self, node: LikeRegex, scope: _Scope) -> bool | None:
        used = matcher(node.pattern, _regex_flags(node.flags))
        try:
            items = list(self._unwrapped(node.inner, scope))
        except PathError:
            return None
        return self._any(
            used.pattern.search(item) is not None if isinstance(item, str) else None
            for item in items
        )


def _regex_flags(flags: str) -> str:
    """XQuery's flags (i, s, m, x, q) as PostgreSQL's regular expressions have them."""
    if "x" in flags and "q" not in flags:
        raise Fault("0A000", 'XQuery "x" flag (expanded regular expressions) is not implemented')
    lines, dots = "m" in flags, "s" in flags
    newline = "w" if lines and dots else "n" if lines else "s" if dots else "p"
    return newline + ("i" if "i" in flags else "") + ("q" if "q" in flags else "")


def _descended(
    item: Document, level: int, first: int | None, last: int | None
) -> Iterator[Document]:
    children = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    leaf = not isinstance(item, (dict, list))
    if (first is None and leaf) or (first is not None and level >= first):
        yield item
    if last is None or level < last:
        if isinstance(item, dict):
            children = [item[key] for key in sorted(item, key=key_order)]
        for child in children:
            yield from _descended(child, level + 1, first, last)


def _number_method(name: str, item: Document) -> Document:
    if name == "double" and isinstance(item, str):
        try:
            return _double(item)
        except ValueError:
            message = (
                "string argument of jsonpath item method .double() is not a valid representation "
                "of a double precision number"
            )
            raise PathError("22036", message) from None
    if type_of(item) != "number":
        wants = "a string or numeric value" if name == "double" else "a numeric value"
        raise PathError("22036", f"jsonpath item method .{name}() can only be applied to {wants}")
    if name == "double":
        return item
    if name == "abs":
        return abs(item)
    how = ROUND_CEILING if name == "ceiling" else ROUND_FLOOR
    return int(Decimal(item).to_integral_value(how))


_DOUBLE = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*")


def _double(text: str) -> Document:
    if not _DOUBLE.fullmatch(text):
        raise ValueError(text)
    value = Decimal(repr(float(text)))
    return int(value) if value == value.to_integral_value() else value


def _computed(operator: str, left: int | Decimal, right: int | Decimal) -> Document:
    a, b = Decimal(left), Decimal(right)
    if operator in "/%" and not b:
        raise PathError("22012", "division by zero")
    if operator == "/":
        return divide(a, b)
    if operator == "%":
        found = _CONTEXT.remainder(a, b)
    elif operator == "*":
        found = _CONTEXT.multiply(a, b)
    else:
        found = _CONTEXT.add(a, b) if operator == "+" else _CONTEXT.subtract(a, b)
    return int(found) if found.as_tuple().exponent == 0 else found


def divide(left: Decimal, right: Decimal) -> Decimal:
    """A quotient with as many decimals as PostgreSQL's numeric gives: 16 digits or more."""
    weight_left, first_left = _leading(left)
    weight_right, first_right = _leading(right)
    weight = weight_left - weight_right - (first_left <= first_right)
    scale = min(max(16 - weight * 4, _scale(left), _scale(right), 0), 1000)
    quotient = Context(prec=2000).divide(left, right)
    return quotient.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, Context(prec=2000))


def _leading(value: Decimal) -> tuple[int, int]:
    """The place and value of the first digit in base 10,000, which numeric is kept in."""
    if not value:
        return 0, 0
    weight = value.adjusted() // 4
    return weight, int(abs(value).scaleb(-4 * weight, _CONTEXT))


def _scale(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _compare(operator: str, left: Document, right: Document) -> bool | None:
    if operator == "starts with":
        both = isinstance(left, str) and isinstance(right, str)
        return left.startswith(right) if both else None
    one, other = type_of(left), type_of(right)
    if one in ("object", "array") or other in ("object", "array"):
        return None
    if one != other:
        return operator == "!=" if "null" in (one, other) else None
    if operator in ("==", "!="):
        return equal(left, right) is (operator == "==")
    if one == "null":
        return operator in ("<=", ">=")
    order = (left > right) - (left < right)
    return order in _ORDER[operator]
