"""Where relations stand in the tokens of a query.

One pass with a stack of frames, one for each open bracket. A relation stands after FROM, JOIN,
TABLE or a comma of a FROM list; FROM counts only where a query began in that frame, so that
EXTRACT(year FROM x) names none. A name that a WITH in sight declares is no relation of ours.

Every token is looked at a fixed number of times and nothing recurses, whatever the text; of a
text that is not a query, anything may be said.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from hookwire_catalog.keywords import RESERVED
from hookwire_catalog.lexer import Kind, Token, tokenize

Parts = tuple[str, ...]
"""A name, folded: `name`, `schema.name` or `database.schema.name`."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A relation's name in the text.

    `word` is the TABLE, SUMMARIZE or DESCRIBE right before it, after which it takes no alias.
    References with one `scope` are in one FROM list.
    """

    name: tuple[Token, ...]
    aliased: bool
    word: Token | None
    scope: int

    @property
    def parts(self) -> Parts:
        return tuple(token.value for token in self.name)

    @property
    def span(self) -> tuple[int, int]:
        return self.name[0].start, self.name[-1].end


@dataclass(slots=True)
class _Frame:
    """What is known inside one bracket.

    `starting`: the next token may begin a query. `query`: one has begun. `listing`: inside its
    FROM list, of which `values` is a VALUES without parentheses. `expecting`: the next token is a
    relation, with `word` (see Reference) before it. `scope`: of the query around. `declared`: the
    WITH names that end with the bracket.
    """

    scope: int

    starting: bool = True
    query: bool = False
    listing: bool = False
    values: bool = False
    expecting: bool = False
    word: Token | None = None
    declared: list[str] = field(default_factory=list)

    def expect(self, *, listing: bool, word: Token | None = None) -> None:
        self.starting, self.query, self.expecting = False, True, True
        self.listing, self.word = listing, word


_SET_OPERATIONS = ("union", "intersect", "except")
_LIST_ENDS = frozenset(
    ("where", "group", "having", "window", "order", "limit", "offset", "fetch", "for", "select",
     "qualify")
)  # fmt: skip
_PIVOTS = ("pivot", "unpivot", "pivot_wider", "pivot_longer")
_DESCRIPTIONS = ("summarize", "describe")
_JOIN_KINDS = ("asof", "positional", "semi", "anti")
_NO_ALIAS = RESERVED | {"qualify", "pivot", "unpivot"}
_NAMES = (Kind.IDENT, Kind.QUOTED_IDENT)


class Scan:
    """Reads a query once. `columns` are names of three parts and more where no relation stands:
    a column with its relation and schema, perhaps."""

    def __init__(self, query: str) -> None:
        self.references: list[Reference] = []
        self.columns: list[tuple[Token, ...]] = []
        self._tokens = [t for t in tokenize(query) if t.kind not in (Kind.SPACE, Kind.COMMENT)]
        self._closing = _brackets(self._tokens)
        self._frames = [_Frame(scope=0)]
        self._hidden: Counter[str] = Counter()
        self._bodies: dict[int, str] = {}
        self._mains: set[int] = set()
        at = 0
        while at < len(self._tokens):
            at = self._step(at)

    def is_plain(self, relation: Parts, *, renamed: bool) -> bool:
        """Whether `schema.relation` before a column can mean nothing but that relation, and, if
        it is `renamed`, its old name alone can neither."""
        schema, name = relation
        last = self._last_words
        return last[schema] == 0 and (not renamed or last[name] == self._referred[relation])

    def is_shared(self, reference: Reference) -> bool:
        """Whether its FROM list has a relation of the same name from another schema."""
        return self._unaliased[reference.scope, reference.parts[-1]] > 1

    @cached_property
    def _unaliased(self) -> Counter[tuple[int, str]]:
        return Counter((r.scope, r.parts[-1]) for r in self.references if not r.aliased)

    @cached_property
    def _last_words(self) -> Counter[str]:
        """How often each name stands by itself or last in a longer one."""
        return Counter(
            token.value
            for at, token in enumerate(self._tokens)
            if token.kind in _NAMES and not self._is_mark(at + 1, ".")
        )

    @cached_property
    def _referred(self) -> Counter[Parts]:
        return Counter(reference.parts[-2:] for reference in self.references)

    # Looking.

    def _is_mark(self, at: int, mark: str) -> bool:
        return at < len(self._tokens) and self._tokens[at].text == mark

    def _is_word(self, at: int, *words: str) -> bool:
        return 0 <= at < len(self._tokens) and self._tokens[at].is_word(*words)

    def _is_name(self, at: int) -> bool:
        return at < len(self._tokens) and self._tokens[at].kind in _NAMES

    def _past(self, at: int, *words: str) -> int:
        while self._is_word(at, *words):
            at += 1
        return at

    # Moving: each gives the index of the next token to look at.

    def _step(self, at: int) -> int:
        token, frame = self._tokens[at], self._frames[-1]
        if at in self._mains:
            frame.starting = True
        if token.kind is Kind.PUNCT:
            return self._mark(at, frame)
        if token.kind is Kind.IDENT:
            after = self._keyword(at, frame)
            if after is not None:
                return after
        frame.starting = False
        if token.kind in _NAMES:
            return self._name(at, frame)
        frame.expecting = False
        return at + 1

    def _mark(self, at: int, frame: _Frame) -> int:
        mark = self._tokens[at].text
        if mark in ("(", "[", "{"):
            relation = frame.expecting and mark == "("
            trims = self._is_word(at - 1, "trim")  # TRIM(FROM x)
            starting = mark == "(" and not trims
            child = _Frame(frame.scope, starting, listing=relation, expecting=relation)
            frame.starting = frame.expecting = False
            self._frames.append(child)
        elif mark in (")", "]", "}"):
            self._close(at)
        elif mark == "." and self._is_name(at + 1):
            return at + 2  # a field: (x).from
        elif mark == ",":
            frame.starting = False
            frame.values = frame.values and self._is_mark(at + 1, "(")
            frame.expecting = frame.listing and not frame.values
        return at + 1

    def _close(self, at: int) -> None:
        if len(self._frames) > 1:
            self._hidden.subtract(self._frames.pop().declared)
        if at in self._bodies:
            self._declare(self._bodies[at])

    def _declare(self, name: str) -> None:
        self._frames[-1].declared.append(name)
        self._hidden[name] += 1

    def _keyword(self, at: int, frame: _Frame) -> int | None:
        """Past a word that tells where relations stand; None for any other."""
        word = self._tokens[at].text.lower()
        if word == "as":
            frame.starting = frame.expecting = frame.values = False
            return at + 2 if self._is_name(at + 1) else at + 1  # a label may be any word
        if frame.starting:
            return self._query_start(at, word, frame)
        if word == "from" and frame.query and not self._is_distinct_from(at):
            frame.expect(listing=True)
        elif word in _SET_OPERATIONS:
            frame.listing = frame.expecting = False
            frame.starting = True
            return self._past(at + 1, "all", "distinct", "by", "name")  # DuckDB's BY NAME
        elif word in _LIST_ENDS:
            frame.listing = frame.expecting = False
        elif word == "join" and frame.listing:
            frame.expecting = True
        elif not (frame.expecting and word in ("lateral", "only")):
            return None
        return at + 1

    def _is_distinct_from(self, at: int) -> bool:
        return self._is_word(at - 1, "distinct") and self._is_word(at - 2, "is", "not")

    def _query_start(self, at: int, word: str, frame: _Frame) -> int | None:
        token, after = self._tokens[at], at + 1
        named = self._is_name(after) or self._is_mark(after, "(")
        outside, frame.scope = frame.scope, at
        if word == "select":
            frame.starting, frame.query = False, True
            frame.listing = frame.expecting = False
        elif word == "from":
            frame.expect(listing=True)
        elif word == "table":
            frame.expect(listing=False, word=token)
        elif word in _PIVOTS and named:
            frame.expect(listing=False)
        elif word in _DESCRIPTIONS and named:
            frame.expect(listing=False, word=token)
            frame.starting = True  # SUMMARIZE SELECT ...
        else:
            frame.scope = outside
            return self._no_query_start(at, word, frame)
        return after

    def _no_query_start(self, at: int, word: str, frame: _Frame) -> int | None:
        frame.starting = False
        if word == "with" or (word == "values" and self._is_mark(at + 1, "(")):
            frame.listing = frame.expecting = False
            return self._with(at + 1) if word == "with" else at + 1
        return self._keyword(at, frame)

    def _with(self, at: int) -> int:
        """WITH has been read: when its names come into sight, and where its query begins.

        Without RECURSIVE a name is seen after its own query, with it everywhere in the WITH.
        """
        recursive = self._is_word(at, "recursive") and not (
            self._is_word(at + 1, "as") or self._is_mark(at + 1, "(")
        )
        start = name = at + 1 if recursive else at
        while self._is_name(name):
            body = self._body(name + 1)
            if body is None:
                return start
            declared, end = self._tokens[name].value, self._closing[body]
            if recursive:
                self._declare(declared)
            else:
                self._bodies[end] = declared
            if not self._is_mark(end + 1, ","):
                self._mains.add(end + 1)
                break
            name = end + 2
        return start

    def _body(self, at: int) -> int | None:
        """The bracket after `[(column, ...)] [USING KEY (...)] AS [[NOT] MATERIALIZED]`."""
        at = self._past_bracket(at)
        if self._is_word(at, "using") and self._is_word(at + 1, "key"):
            at = self._past_bracket(at + 2)
        if not self._is_word(at, "as"):
            return None
        at = self._past(at + 1, "not", "materialized")
        return at if self._is_mark(at, "(") and at in self._closing else None

    def _past_bracket(self, at: int) -> int:
        return self._closing.get(at, at) + 1 if self._is_mark(at, "(") else at

    def _name(self, at: int, frame: _Frame) -> int:
        """A name of any number of parts: a relation, a function, or in an expression."""
        name, end = [self._tokens[at]], at + 1
        while self._is_mark(end, ".") and self._is_name(end + 1):
            name.append(self._tokens[end + 1])
            end += 2
        called = self._is_mark(end, "(")
        frame.values = called and frame.expecting and name[0].is_word("values")
        if frame.expecting and not called:
            self._refer(tuple(name), end, frame)
        elif len(name) > 2 or (len(name) == 2 and self._is_mark(end, ".")):  # schema.t.*
            self.columns.append(tuple(name))
        frame.expecting, frame.word = False, None
        return end

    def _refer(self, name: tuple[Token, ...], end: int, frame: _Frame) -> None:
        if len(name) > 3 or (len(name) == 1 and self._hidden[name[0].value] > 0):
            return
        aliased = frame.word is None and self._has_alias(end)
        self.references.append(Reference(name, aliased, frame.word, frame.scope))

    def _has_alias(self, at: int) -> bool:
        if not self._is_name(at):
            return False
        if self._is_word(at, *_JOIN_KINDS):
            return not self._is_word(at + 1, "join", "left", "right", "inner", "full")
        token = self._tokens[at]
        return (
            token.is_word("as")
            or token.kind is not Kind.IDENT
            or (token.text.lower() not in _NO_ALIAS)
        )


def _brackets(tokens: list[Token]) -> dict[int, int]:
    """The index of the closing bracket by that of the opening one; the unclosed are left out."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind is Kind.PUNCT:
            if token.text in ("(", "[", "{"):
                opened.append(at)
            elif token.text in (")", "]", "}") and opened:
                closing[opened.pop()] = at
    return closing
