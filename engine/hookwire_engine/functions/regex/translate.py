"""A regular expression's tree written for Python's `re` and for RE2, DuckDB's engine."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hookwire_engine.functions.regex.syntax import (
    Anchor,
    AnyCharacter,
    BackReference,
    Bracket,
    Branches,
    Group,
    Literal,
    Node,
    Options,
    Regex,
    Repeat,
)

_CLASS_BODIES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "ascii": r"\x01-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x01-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "a-zA-Z0-9_",
    "xdigit": "0-9a-fA-F",
}
_WORD = "[a-zA-Z0-9_]"
_PYTHON_ANCHORS = {
    "A": r"\A",
    "Z": r"\Z",
    "m": f"(?<!{_WORD})(?={_WORD})",
    "M": f"(?<={_WORD})(?!{_WORD})",
    "y": f"(?:(?<!{_WORD})(?={_WORD})|(?<={_WORD})(?!{_WORD}))",
    "Y": f"(?:(?<!{_WORD})(?!{_WORD})|(?<={_WORD})(?={_WORD}))",
}
_RE2_ANCHORS = {"A": r"\A", "Z": r"\z", "y": r"\b", "Y": r"\B"}
_RE2_MOST = 1000


class _Unwritable(Exception):
    """RE2 has nothing for it."""


@dataclass(frozen=True, slots=True)
class _Writer:
    options: Options
    re2: bool

    def branches(self, node: Branches) -> str:
        return "|".join("".join(map(self.node, option)) for option in node.options)

    def node(self, node: Node) -> str:
        if isinstance(node, Literal):
            return _escaped(node.text)
        if isinstance(node, AnyCharacter):
            return (
                r"[^\n]"
                if self.options.newline_dot
                else r"[\x00-\x{10FFFF}]"
                if self.re2
                else r"[\s\S]"
            )
        if isinstance(node, Bracket):
            return self._bracket(node)
        if isinstance(node, Anchor):
            return self._anchor(node.kind)
        if isinstance(node, Repeat):
            return self._repeat(node)
        if isinstance(node, Group):
            return self._group(node)
        if isinstance(node, Branches):
            return f"(?:{self.branches(node)})"
        return self._back_reference(node)

    def _bracket(self, node: Bracket) -> str:
        body = "".join(
            _escaped(low) if low == high else f"{_escaped(low)}-{_escaped(high)}"
            for low, high in node.ranges
        )
        body += "".join(_CLASS_BODIES[name] for name in node.classes)
        newline = r"\n" if node.negated and self.options.newline_dot else ""
        return f"[{'^' if node.negated else ''}{body}{newline}]"

    def _anchor(self, kind: str) -> str:
        if kind == "^":
            return r"(?m:^)" if self.options.newline_anchor else r"\A"
        if kind == "$":
            if self.options.newline_anchor:
                return r"(?m:$)"
            return r"\z" if self.re2 else r"\Z"
        if not self.re2:
            return _PYTHON_ANCHORS[kind]
        if kind not in _RE2_ANCHORS:
            raise _Unwritable
        return _RE2_ANCHORS[kind]

    def _repeat(self, node: Repeat) -> str:
        inner = self.node(node.inner)
        if isinstance(node.inner, Literal) and len(inner) > 1 and not inner.startswith("\\"):
            inner = f"(?:{inner})"
        if node.most is None and node.least < 2:
            times = "*" if node.least == 0 else "+"
        elif (node.least, node.most) == (0, 1):
            times = "?"
        else:
            times = f"{{{node.least},{'' if node.most is None else node.most}}}"
        if self.re2 and max(node.least, node.most or 0) > _RE2_MOST:
            raise _Unwritable
        return f"{inner}{times}{'' if node.greedy else '?'}"

    def _group(self, node: Group) -> str:
        if node.kind == "(":
            return f"({self.node(node.inner)[3:-1]})"
        if self.re2 and node.kind != "?:":
            raise _Unwritable
        return f"({node.kind}{self.node(node.inner)[3:-1]})"

    def _back_reference(self, node: BackReference) -> str:
        if self.re2:
            raise _Unwritable
        return f"(?:\\{node.number})"


def _escaped(text: str) -> str:
    if text.isalnum() or text in "_ \"'%&,/:;<=>@`~!":
        return text if text != " " else r"\x20"
    return "".join(f"\\x{ord(c):02x}" if ord(c) < 128 else c for c in text)


def to_python(regex: Regex) -> str:
    """The pattern for `re`, which wants no flag but IGNORECASE."""
    return _Writer(regex.options, re2=False).branches(regex.tree)


def to_re2(regex: Regex) -> str | None:
    """The pattern for RE2; None when it has no way to say it."""
    try:
        body = _Writer(regex.options, re2=True).branches(regex.tree)
    except _Unwritable:
        return None
    return f"(?i:{body})" if regex.options.ignore_case else f"(?:{body})" if "|" in body else body


def compile_python(regex: Regex) -> re.Pattern[str]:
    return re.compile(to_python(regex), re.IGNORECASE if regex.options.ignore_case else 0)


def greediness(node: Node | tuple[Node, ...]) -> bool | None:
    """Whether a piece prefers long matches; None when it has no preference (9.7.3.5)."""
    if isinstance(node, tuple):
        for part in node:
            found = greediness(part)
            if found is not None:
                return found
        return None
    if isinstance(node, Repeat):
        if node.fixed:
            return greediness(node.inner)
        return node.greedy
    if isinstance(node, Group):
        return greediness(node.inner)
    if isinstance(node, Branches):
        return True if len(node.options) > 1 else greediness(node.options[0])
    return None


def has_choice(node: Node | tuple[Node, ...]) -> bool:
    """Whether a backtracking engine could settle for another length than the preferred one."""
    if isinstance(node, tuple):
        return any(map(has_choice, node))
    if isinstance(node, Branches):
        return len(node.options) > 1 or any(map(has_choice, node.options))
    if isinstance(node, Group):
        return has_choice(node.inner)
    if isinstance(node, Repeat):
        return isinstance(node.inner, (Group, Branches)) or has_choice(node.inner)
    return False


def is_mixed(node: Node | tuple[Node, ...], greedy: bool) -> bool:
    """Whether some quantifier prefers another length than `greedy`."""
    if isinstance(node, tuple):
        return any(is_mixed(part, greedy) for part in node)
    if isinstance(node, Branches):
        return any(is_mixed(option, greedy) for option in node.options)
    if isinstance(node, Group):
        return is_mixed(node.inner, greedy)
    if isinstance(node, Repeat):
        own = node.greedy != greedy and not node.fixed
        return own or is_mixed(node.inner, greedy)
    return False


def is_costly(node: Node | tuple[Node, ...]) -> bool:
    """Whether a backtracking engine may take exponential time, as for `(a+)+`.

    That is so where a repeated piece is itself repeated without anything that must come between.
    """
    if isinstance(node, tuple):
        return any(map(is_costly, node))
    if isinstance(node, Branches):
        return any(map(is_costly, node.options))
    if isinstance(node, Group):
        return is_costly(node.inner)
    if not isinstance(node, Repeat):
        return False
    return is_costly(node.inner) or (_unbounded(node) and _runs_together(node.inner))


def _unbounded(node: Repeat) -> bool:
    return node.most is None or node.most > 20


def _runs_together(node: Node) -> bool:
    """Whether some alternative is an unbounded repetition with nothing certain around it."""
    if isinstance(node, Group):
        return _runs_together(node.inner)
    if not isinstance(node, Branches):
        return isinstance(node, Repeat) and _unbounded(node)
    for option in node.options:
        repeats = [part for part in option if _holds_unbounded(part)]
        others = [part for part in option if not _holds_unbounded(part)]
        if repeats and all(map(_may_be_empty, others)):
            return True
    return False


def _holds_unbounded(node: Node) -> bool:
    if isinstance(node, Repeat):
        return _unbounded(node)
    return isinstance(node, Group) and _runs_together(node)


def _may_be_empty(node: Node) -> bool:
    if isinstance(node, Group):
        return node.kind not in ("(", "?:") or _may_be_empty(node.inner)
    if isinstance(node, Branches):
        return any(all(map(_may_be_empty, option)) for option in node.options)
    return isinstance(node, Anchor) or (isinstance(node, Repeat) and node.least == 0)
