"""From an expression's tree to a closure with a type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hookwire_catalog.errors import DatatypeMismatch
from hookwire_engine.append.checks import documents, maps, nodes, numbers, patterns
from hookwire_engine.append.checks.calls import call
from hookwire_engine.append.checks.code import Code, Function, constant
from hookwire_engine.append.checks.nodes import Node
from hookwire_engine.append.checks.predicates import (
    any_of,
    between,
    distinct,
    negated,
    operation,
    pair,
    quantified,
)
from hookwire_engine.append.checks.reader import MAX_DEPTH, refused, too_deep
from hookwire_engine.append.checks.resolve import (
    apply,
    cast,
    find_operator,
    implicit,
    placed,
    to_boolean,
    to_common,
)
from hookwire_engine.append.checks.scope import Scope
from hookwire_engine.append.checks.types import UNKNOWN, display
from hookwire_engine.append.checks.values import Frame, Run


class Compiler:
    """Compiles one expression. A closure evaluates each operand at most once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._depth = 0

    def compile(self, node: Node) -> Code:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise too_deep(node.at)
        code = _COMPILE[type(node)](self, node)
        self._depth -= 1
        return code

    # Leaves.

    def _name(self, node: nodes.Name) -> Code:
        return self.scope.name(node)

    def _secret(self, node: nodes.InlineSecret) -> Code:
        return self.scope.inline_secret(node)

    def _text(self, node: nodes.Text) -> Code:
        return constant(UNKNOWN, node.value, node.at)

    def _constant(self, node: nodes.Constant) -> Code:
        return constant(UNKNOWN if node.value is None else "bool", node.value, node.at)

    def _number(self, node: nodes.Number) -> Code:
        text = node.text
        if text.lstrip("-").isdecimal() and len(text) < 20:
            value = int(text)
            for type_, bits in (("int4", 31), ("int8", 63)):
                if -(1 << bits) <= value < 1 << bits:
                    return constant(type_, value, node.at)
        with placed(node.at):
            return constant("numeric", numbers.read_numeric(text), node.at)

    # Operators.

    def _cast(self, node: nodes.Cast) -> Code:
        made = cast(self.compile(node.operand), node.type, node.at)
        return Code(made.type, made.run, node.at, made.secret, made.value)

    def _operation(self, node: nodes.Operation) -> Code:
        right = self.compile(node.right)
        if node.left is None:
            return operation(node.symbol, (right,), node.at)
        left = self.compile(node.left)
        if node.symbol == "||":
            left, right = _concatenated(left, right)
        made = operation(node.symbol, (left, right), node.at)
        if node.symbol in ("->", "?"):
            self.scope.look_up(left.run, right.value)
        return made

    def _logic(self, node: nodes.Logic) -> Code:
        what = node.symbol.upper()
        runs = [to_boolean(self.compile(item), what).run for item in node.operands]
        decisive = node.symbol == "or"

        def run(frame: Frame) -> Any:
            answer: bool | None = not decisive
            for one in runs:
                value = one(frame)
                if value is decisive:
                    return decisive
                if value is None:
                    answer = None
            return answer

        return Code("bool", run, node.at)

    def _not(self, node: nodes.Not) -> Code:
        operand = to_boolean(self.compile(node.operand), "NOT")
        return Code("bool", negated(operand.run), node.at)

    def _is(self, node: nodes.Is) -> Code:
        code = self.compile(node.operand)
        wanted = {"true": True, "false": False}.get(node.what)
        if node.what == "null":
            code = implicit(code, "text") if code.type == UNKNOWN else code
        else:
            sign = "NOT " if node.negated else ""
            code = to_boolean(code, f"IS {sign}{node.what.upper()}")
        operand, opposite = code.run, node.negated
        return Code("bool", lambda frame: (operand(frame) is wanted) is not opposite, node.at)

    def _distinct(self, node: nodes.Distinct) -> Code:
        run = distinct(self.compile(node.left), self.compile(node.right), node.at)
        return Code("bool", negated(run) if node.negated else run, node.at)

    def _between(self, node: nodes.Between) -> Code:
        left, low, high = map(self.compile, (node.operand, node.low, node.high))
        run = between(left, low, high, node.symmetric, node.at)
        return Code("bool", negated(run) if node.negated else run, node.at)

    def _in(self, node: nodes.In) -> Code:
        run = any_of(self.compile(node.operand), [self.compile(i) for i in node.items], node.at)
        return Code("bool", negated(run) if node.negated else run, node.at)

    def _quantified(self, node: nodes.Quantified) -> Code:
        left, array = self.compile(node.left), self.compile(node.array)
        return quantified(node.symbol, left, array, node.every, node.at)

    def _like(self, node: nodes.Like) -> Code:
        """The operator `~~`, unless another escape or the case makes it a function of three."""
        text, pattern = self.compile(node.operand), self.compile(node.pattern)
        function = find_operator("~~*" if node.ignore_case else "~~", (text, pattern), node.at)
        if node.escape is None:
            made = apply(function, (text, pattern), node.at)
        else:
            escape = implicit(self.compile(node.escape), "text")
            made = Code("bool", _like(text, pattern, escape, node.ignore_case), node.at)
        return Code("bool", negated(made.run), node.at) if node.negated else made

    def _subscript(self, node: nodes.Subscript) -> Code:
        operand, index = self.compile(node.operand), self.compile(node.index)
        if operand.type == "_text":
            return self._element(operand, index, node.at)
        if operand.type == "jsonb" and index.type in ("text", "int4", UNKNOWN):
            step = cast(index, "text", index.at)
            function = Function("[]", ("jsonb", "text"), "jsonb", documents.subscript)
            return apply(function, (operand, step), node.at)
        if operand.type not in ("hstore", "bhstore", "jsonb"):
            raise DatatypeMismatch(
                f"cannot subscript type {display(operand.type)} because it does not support"
                " subscripting",
                position=operand.at + 1,
            )
        made = operation("->", (operand, index), node.at)
        self.scope.look_up(operand.run, index.value)
        return made

    def _element(self, array: Code, index: Code, at: int) -> Code:
        if index.type not in ("int4", "int8", UNKNOWN):
            raise DatatypeMismatch("array subscript must have type integer", position=index.at + 1)
        items, place = (
            array.run,
            implicit(index, "int4" if index.type == UNKNOWN else index.type).run,
        )

        def run(frame: Frame) -> Any:
            found, number = items(frame), place(frame)
            return None if found is None or number is None else maps.element(found, number)

        return Code("text", run, at, array.secret)

    # Others.

    def _call(self, node: nodes.Call) -> Code:
        codes = [self.compile(argument) for argument in node.arguments]
        return call(self.scope, node.name, codes, node.at)

    def _array(self, node: nodes.Array) -> Code:
        codes = to_common([self.compile(item) for item in node.items], "ARRAY")
        if codes and codes[0].type != "text":
            raise refused("arrays of types other than text are not supported in CHECK", node.at)
        runs = [code.run for code in codes]
        secret = any(code.secret for code in codes)
        return Code("_text", lambda frame: [run(frame) for run in runs], node.at, secret)

    def _case(self, node: nodes.Case) -> Code:
        subject = None if node.operand is None else self.compile(node.operand)
        conditions = [self._condition(subject, when, node.at) for when, _ in node.branches]
        results = [self.compile(then) for _, then in node.branches]
        default = node.default or nodes.Constant(node.at, None)
        made = to_common([self.compile(default), *results], "CASE")
        secret = any(code.secret for code in made)
        run = _case(subject, conditions, [code.run for code in (*made[1:], made[0])])
        return Code(made[0].type, run, node.at, secret)

    def _condition(self, subject: Code | None, when: Node, at: int) -> Callable[[Frame, Any], Any]:
        code = self.compile(when)
        if subject is None:
            condition = to_boolean(code, "CASE/WHEN").run
            return lambda frame, value: condition(frame)
        compare, other = pair("=", subject, code, at), code.run
        return lambda frame, value: compare(frame, value, other(frame))


def _case(
    subject: Code | None, conditions: list[Callable[[Frame, Any], Any]], results: list[Run]
) -> Run:
    def run(frame: Frame) -> Any:
        value = None if subject is None else subject.run(frame)
        for condition, result in zip(conditions, results, strict=False):
            if condition(frame, value):
                return result(frame)
        return results[-1](frame)

    return run


_OWN = ("bytea", "jsonb", "hstore")
"""Types that `||` has another meaning for, when no side is text."""


def _concatenated(left: Code, right: Code) -> tuple[Code, Code]:
    """`text || anything` is text: the other side is cast (PostgreSQL 9.4)."""
    sides = {left.type, right.type}
    if "_text" in sides or ("text" not in sides and not sides.isdisjoint(_OWN)):
        return left, right
    if not sides & {"text", UNKNOWN}:
        return left, right
    return tuple(  # type: ignore[return-value]
        code if code.type in ("text", UNKNOWN) else cast(code, "text", code.at)
        for code in (left, right)
    )


def _like(text: Code, pattern: Code, escape: Code, ignore_case: bool) -> Run:
    operands = [implicit(code, "text").run for code in (text, pattern, escape)]

    def run(frame: Frame) -> Any:
        values = [operand(frame) for operand in operands]
        return None if None in values else patterns.like(*values, ignore_case=ignore_case)

    return run


_COMPILE: dict[type[Node], Callable[[Compiler, Any], Code]] = {
    nodes.Name: Compiler._name,
    nodes.InlineSecret: Compiler._secret,
    nodes.Text: Compiler._text,
    nodes.Constant: Compiler._constant,
    nodes.Number: Compiler._number,
    nodes.Cast: Compiler._cast,
    nodes.Operation: Compiler._operation,
    nodes.Logic: Compiler._logic,
    nodes.Not: Compiler._not,
    nodes.Is: Compiler._is,
    nodes.Distinct: Compiler._distinct,
    nodes.Between: Compiler._between,
    nodes.In: Compiler._in,
    nodes.Quantified: Compiler._quantified,
    nodes.Like: Compiler._like,
    nodes.Subscript: Compiler._subscript,
    nodes.Call: Compiler._call,
    nodes.Array: Compiler._array,
    nodes.Case: Compiler._case,
}
