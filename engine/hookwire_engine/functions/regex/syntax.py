"""PostgreSQL's regular expressions (9.7.3), read into a tree.

An "advanced" regular expression: POSIX's with Tcl's additions. The tree says what is matched, not
how; `translate` writes it for other engines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hookwire_engine.functions.faults import Fault


def failed(message: str) -> Fault:
    return Fault("2201B", f"invalid regular expression: {message}")


@dataclass(frozen=True, slots=True)
class Options:
    """What flags and embedded options say."""

    ignore_case: bool = False
    expanded: bool = False
    literal: bool = False
    newline_dot: bool = False
    """`.` and `[^...]` never match a newline."""
    newline_anchor: bool = False
    """`^` and `$` also match at newlines."""


@dataclass(frozen=True, slots=True)
class Literal:
    text: str


@dataclass(frozen=True, slots=True)
class AnyCharacter:
    pass


@dataclass(frozen=True, slots=True)
class Bracket:
    """A set of characters: single ones and ranges, and classes by name ("alpha", "^alpha")."""

    negated: bool
    ranges: tuple[tuple[str, str], ...]
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """One of `^ $ A Z m M y Y`."""

    kind: str


@dataclass(frozen=True, slots=True)
class BackReference:
    number: int


@dataclass(frozen=True, slots=True)
class Group:
    """`kind` is "(" for a capturing group, "?:" or a lookaround "?=", "?!", "?<=", "?<!"."""

    kind: str
    inner: Node
    number: int = 0


@dataclass(frozen=True, slots=True)
class Repeat:
    inner: Node
    least: int
    most: int | None
    greedy: bool
    fixed: bool = False
    """`{m}`, which prefers what its atom prefers."""


@dataclass(frozen=True, slots=True)
class Branches:
    """Alternatives, each a sequence."""

    options: tuple[tuple[Node, ...], ...] = field(default_factory=tuple)


Node = Literal | AnyCharacter | Bracket | Anchor | BackReference | Group | Repeat | Branches


@dataclass(frozen=True, slots=True)
class Regex:
    tree: Branches
    groups: int
    options: Options


_EMBEDDED = re.compile(r"\(\?([bceimnpqstwx]+)\)")
_CLASS_LETTERS = {"d": "digit", "s": "space", "w": "word"}
_CLASSES = frozenset(
    "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split()
)
_CONTROLS = {"a": "\a", "b": "\b", "B": "\\", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r",
             "t": "\t", "v": "\v"}  # fmt: skip
_REPETITION = re.compile(r"\{(\d+)(,(\d*))?\}(\?)?")
_MOST = 255


def flag_options(flags: str) -> tuple[Options, bool]:
    """Options for the flags of regexp_match and its kin, and whether `g` is among them."""
    chosen, global_ = Options(), False
    for flag in flags:
        if flag == "g":
            global_ = True
        else:
            chosen = _with_flag(chosen, flag)
    return chosen, global_


def _with_flag(options: Options, flag: str) -> Options:
    case, expanded, literal = options.ignore_case, options.expanded, options.literal
    dot, anchor = options.newline_dot, options.newline_anchor
    if flag in "ci":
        case = flag == "i"
    elif flag in "xt":
        expanded = flag == "x"
    elif flag in "mnspw":
        dot, anchor = flag in "mnp", flag in "mnw"
    elif flag == "q":
        literal = True
    elif flag == "b":
        raise Fault("0A000", "basic regular expressions are not supported")
    elif flag not in "e":
        raise Fault("22023", f'invalid regular expression option: "{flag}"')
    return Options(case, expanded, literal, dot, anchor)


def read_regex(pattern: str, options: Options) -> Regex:
    """The tree of `pattern`; 2201B when it is not one."""
    if pattern.startswith("***="):
        pattern, options = pattern[4:], _with_flag(options, "q")
    elif pattern.startswith("***:"):
        pattern = pattern[4:]
    elif pattern.startswith("***"):
        raise failed("invalid regexp (reg version 0.8)")
    embedded = _EMBEDDED.match(pattern)
    if embedded and not options.literal:
        for flag in embedded[1]:
            options = _with_flag(options, flag)
        pattern = pattern[embedded.end() :]
    if options.literal:
        return Regex(Branches((tuple(map(Literal, pattern)),)), 0, options)
    reader = _Reader(pattern, options.expanded)
    tree = reader.whole()
    return Regex(tree, reader.groups, options)


class _Reader:
    def __init__(self, pattern: str, expanded: bool) -> None:
        self._text = pattern
        self._at = 0
        self._expanded = expanded
        self.groups = 0

    def whole(self) -> Branches:
        tree = self._branches()
        if self._at < len(self._text):
            raise failed("parentheses () not balanced")
        return tree

    def _peek(self) -> str:
        self._skip_comments()
        return self._text[self._at : self._at + 1]

    def _skip_comments(self) -> None:
        while self._at < len(self._text):
            if self._text.startswith("(?#", self._at):
                end = self._text.find(")", self._at)
                self._at = len(self._text) if end < 0 else end + 1
            elif self._expanded and self._text[self._at].isspace():
                self._at += 1
            elif self._expanded and self._text[self._at] == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end + 1
            else:
                return

    def _branches(self) -> Branches:
        options = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            options.append(self._sequence())
        return Branches(tuple(options))

    def _sequence(self) -> tuple[Node, ...]:
        nodes: list[Node] = []
        while self._peek() not in ("", "|", ")"):
            nodes.append(self._quantified())
        return tuple(nodes)

    def _quantified(self) -> Node:
        node = self._atom()
        found = self._quantifier()
        if found is None:
            return node
        if isinstance(node, Anchor) or (isinstance(node, Group) and node.kind not in ("(", "?:")):
            raise failed("quantifier operand invalid")
        if self._quantifier() is not None:
            raise failed("quantifier operand invalid")
        return Repeat(node, *found)

    def _quantifier(self) -> tuple[int, int | None, bool, bool] | None:
        character = self._peek()
        if character and character in "*+?":
            self._at += 1
            greedy = self._text[self._at : self._at + 1] != "?"
            self._at += not greedy
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[character]
            return least, most, greedy, False
        if character != "{" or not self._text[self._at + 1 : self._at + 2].isdigit():
            return None
        found = _REPETITION.match(self._text, self._at)
        if found is None:
            raise failed("braces {} not balanced")
        self._at = found.end()
        least = int(found[1])
        most = least if found[2] is None else int(found[3]) if found[3] else None
        if least > _MOST or (most is not None and (most > _MOST or most < least)):
            raise failed("invalid repetition count(s)")
        return least, most, found[4] is None, found[2] is None

    def _atom(self) -> Node:
        character = self._text[self._at]
        self._at += 1
        if character == "(":
            return self._group()
        if character == "[":
            return self._bracket()
        if character == "\\":
            return self._escape()
        if character == ".":
            return AnyCharacter()
        if character in "^$":
            return Anchor(character)
        if character in "*+?" or (
            character == "{" and self._text[self._at : self._at + 1].isdigit()
        ):
            raise failed("quantifier operand invalid")
        return Literal(character)

    def _group(self) -> Node:
        for kind in ("?:", "?=", "?!", "?<=", "?<!"):
            if self._text.startswith(kind, self._at):
                self._at += len(kind)
                return Group(kind, self._closed())
        if self._text.startswith("?", self._at):
            raise failed("quantifier operand invalid")
        self.groups += 1
        number = self.groups
        return Group("(", self._closed(), number)

    def _closed(self) -> Branches:
        inner = self._branches()
        if self._peek() != ")":
            raise failed("parentheses () not balanced")
        self._at += 1
        return inner

    def _escape(self) -> Node:
        if self._at >= len(self._text):
            raise failed("invalid escape \\ sequence")
        letter = self._text[self._at]
        self._at += 1
        if letter.lower() in _CLASS_LETTERS:
            return Bracket(letter.isupper(), (), (_CLASS_LETTERS[letter.lower()],))
        if letter in "AZmMyY":
            return Anchor(letter)
        if letter in "123456789":
            return self._back_reference(letter)
        return Literal(self._character(letter))

    def _back_reference(self, first: str) -> Node:
        digits = first
        while self._text[self._at : self._at + 1].isdigit():
            if int(digits + self._text[self._at]) > self.groups:
                break
            digits += self._text[self._at]
            self._at += 1
        if int(digits) > self.groups:
            raise failed("invalid backreference number")
        return BackReference(int(digits))

    def _character(self, letter: str) -> str:
        """The character of an escape whose backslash and `letter` have been read."""
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter == "c":
            self._at += 1
            return chr(ord(self._text[self._at - 1 : self._at] or "@") & 0x1F)
        if letter in "uU":
            return self._code(4 if letter == "u" else 8, 16)
        if letter == "x":
            return self._code(None, 16)
        if letter == "0":
            self._at -= 1
            return self._code(3, 8)
        if letter.isalnum():
            raise failed("invalid escape \\ sequence")
        return letter

    def _code(self, count: int | None, base: int) -> str:
        digits = "[0-7]" if base == 8 else "[0-9a-fA-F]"
        times = "+" if count is None else f"{{1,{count}}}" if base == 8 else f"{{{count}}}"
        found = re.compile(digits + times).match(self._text, self._at)
        if found is None:
            raise failed("invalid escape \\ sequence")
        self._at = found.end()
        return chr(min(int(found[0], base), 0x10FFFF))

    def _bracket(self) -> Node:
        word_edge = {"[:<:]]": "m", "[:>:]]": "M"}.get(self._text[self._at : self._at + 6])
        if word_edge:
            self._at += 6
            return Anchor(word_edge)
        negated = self._text.startswith("^", self._at)
        self._at += negated
        ranges: list[tuple[str, str]] = []
        classes: list[str] = []
        first = True
        while first or not self._text.startswith("]", self._at):
            first = False
            self._member(ranges, classes)
        self._at += 1
        return Bracket(negated, tuple(ranges), tuple(classes))

    def _member(self, ranges: list[tuple[str, str]], classes: list[str]) -> None:
        found = self._element(classes)
        if found is None:
            return
        following = self._text[self._at : self._at + 2]
        if following[:1] != "-" or following == "-]":
            ranges.append((found, found))
            return
        self._at += 1
        end = self._element([])
        if end is None or end < found:
            raise failed("invalid character range")
        ranges.append((found, end))

    def _element(self, classes: list[str]) -> str | None:
        """One character of a bracket; None when it was a class, which goes to `classes`."""
        if self._at >= len(self._text):
            raise failed("brackets [] not balanced")
        character = self._text[self._at]
        kind = self._text[self._at + 1 : self._at + 2]
        if character == "[" and kind and kind in ":.=":
            return self._named(kind, classes)
        self._at += 1
        if character != "\\":
            return character
        letter = self._text[self._at : self._at + 1]
        if not letter:
            raise failed("brackets [] not balanced")
        self._at += 1
        if letter in _CLASS_LETTERS:
            classes.append(_CLASS_LETTERS[letter])
            return None
        return self._character(letter)

    def _named(self, kind: str, classes: list[str]) -> str | None:
        end = self._text.find(kind + "]", self._at + 2)
        if end < 0:
            raise failed("brackets [] not balanced")
        name = self._text[self._at + 2 : end]
        self._at = end + 2
        if kind == ":":
            if name not in _CLASSES:
                raise failed("invalid character class")
            classes.append(name)
            return None
        if len(name) != 1:
            raise failed("invalid collating element")
        return name
