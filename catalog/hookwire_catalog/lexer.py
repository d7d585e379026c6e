"""SQL text to tokens, by PostgreSQL's lexical rules (PostgreSQL 4.1). One pass, linear.

Why a lexer of our own. sqlparse 0.6's lexer is linear too, but it is not PostgreSQL's, and a
statement cut in the wrong place is another statement. Measured, it

- ends a nested comment at the first `*/`:       /* a /* b */ ; c */
- takes a backslash for an escape in '...':      select 'a\\'; select ';'   (one statement, not two)
- starts a comment at `#`, PostgreSQL's xor:     select 1 # 2; select 3
- reads brackets as a T-SQL name:                select a[1] || array[';']
- reads backquotes as a MySQL name:              select 1 ` 2; select 3 ` 4
- passes over what is never closed (a comment, a dollar quote, a string) as if it were operators,
- breaks U&'..' and E'..' into a name and a string, and does not join 'a' <newline> 'b'.

A token keeps its exact text: joining the texts of all tokens gives the input again. Whatever the
text, no character is looked at more than a small fixed number of times, and nothing recurses.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from hookwire_catalog.errors import CharacterNotInRepertoire, SqlSyntaxError
from hookwire_catalog.literals import string_value, unicode_value
from hookwire_catalog.names import fold, truncate


class Kind(Enum):
    IDENT = "identifier"
    QUOTED_IDENT = "quoted identifier"
    STRING = "string"
    DOLLAR_STRING = "dollar-quoted string"
    NUMBER = "number"
    PARAM = "parameter"
    OPERATOR = "operator"
    PUNCT = "punctuation"
    COMMENT = "comment"
    SPACE = "space"

    __hash__ = object.__hash__  # Enum's own is written in Python, and asked for every token


class Token(NamedTuple):
    """`start` and `end` are 0-based character indexes into the text that was tokenized."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def value(self) -> str:
        """A folded identifier, a decoded string; anything else as it stands."""
        if self.kind is Kind.IDENT:
            return fold(self.text)
        if self.kind is Kind.QUOTED_IDENT:
            return truncate(self._quoted_value())
        if self.kind is Kind.STRING:
            return string_value(self.text, self.start)
        if self.kind is Kind.DOLLAR_STRING:
            tag = self.text.index("$", 1) + 1
            return self.text[tag:-tag]
        return self.text

    def _quoted_value(self) -> str:
        if self.text[0] == '"':
            return self.text[1:-1].replace('""', '"')
        return unicode_value(self.text[3:-1].replace('""', '"'), self.start)

    def is_word(self, *words: str) -> bool:
        """An unquoted identifier that reads as one of `words` (given in lower case)."""
        return self.kind is Kind.IDENT and self.text.lower() in words


# One alternative decides, by its first characters, what a token is; those whose end takes more
# than a regular expression to find go to `_end`. STRING is one that cannot go on after its quote.
# An operator stops before a comment (4.1.3). Possessive quantifiers: a match is found or not,
# never looked for again.
_TOKEN = re.compile(
    r"""
      (?P<SPACE>[ \t\r\n\f]++)
    | (?P<STRING>'[^']*+'(?=[,)]))
    | (?P<string>[bBxXnN]?'|[uU]&') | (?P<escaped>[eE]')
    | (?P<quoted>"|[uU]&")
    | (?P<IDENT>[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*+)
    | (?P<NUMBER>0[xX](?:_?[0-9a-fA-F])++ | 0[oO](?:_?[0-7])++ | 0[bB](?:_?[01])++
        | (?:{0}(?:\.(?!\.)(?:{0})?+)?+ | \.{0})(?:[eE][+-]?{0})?+)
    | (?P<COMMENT>--[^\r\n]*+)
    | (?P<nested>/\*)
    | (?P<operator>(?:[+*<>=~!@\#%^&|`?]|-(?!-)|/(?!\*))++)
    | (?P<PARAM>\$[0-9]++)
    | (?P<dollar>\$(?:[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_\u0080-\U0010ffff]*+)?\$)
    | (?P<PUNCT>::|:=|\.\.|[()\[\],;.:{}])
    """.replace("{0}", "[0-9]++(?:_[0-9]++)*+"),
    re.VERBOSE,
)
_JUNK = re.compile(r"[eE][+-]|[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*+")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_PLAIN_BODY = re.compile(r"[^']*+(?:''[^']*+)*+'")
_ESCAPED_BODY = re.compile(r"[^'\\]*+(?:(?:''|\\.)[^'\\]*+)*+'", re.DOTALL)
_DOUBLE_BODY = re.compile(r'[^"]*+(?:""[^"]*+)*+"')
_CONTINUATION = re.compile(r"(?:[ \t\f]|--[^\r\n]*+)*+[\r\n](?:[ \t\r\n\f]|--[^\r\n]*+[\r\n])*+'")
_MAY_END_IN_SIGN = frozenset("~!@#%^&|`?")
_SHOWN = 40


def tokenize(sql: str) -> list[Token]:
    """Every token of `sql`, spaces and comments included.

    Raises SqlSyntaxError (42601) with a position for what is left open and for characters that
    SQL has no use for, and CharacterNotInRepertoire (22021) for NUL.
    """
    if "\0" in sql:
        raise CharacterNotInRepertoire(
            'invalid byte sequence for encoding "UTF8": 0x00', position=sql.index("\0") + 1
        )
    tokens: list[Token] = []
    append = tokens.append
    at, size = 0, len(sql)
    match = _TOKEN.match
    while at < size:
        found = match(sql, at)
        if found is None:
            raise unexpected(sql[at], at)
        group = found.lastgroup
        assert group is not None
        stop = found.end()
        kind = _PLAIN.get(group)
        if kind is not None:
            if group in _NUMBERED:
                _check_junk(sql, at, stop, _NUMBERED[group])
            append(_token((kind, found.group(), at, stop)))
        elif group == "operator":
            _add_operators(tokens, sql, at, stop)
            stop = tokens[-1].end
        else:
            stop = _end(group, sql, at, stop)
            append(Token(_BRACKETED[group], sql[at:stop], at, stop))
        at = stop
    return tokens


_token = Token._make
_PLAIN = {k: Kind[k] for k in ("SPACE", "STRING", "IDENT", "NUMBER", "COMMENT", "PARAM", "PUNCT")}
_NUMBERED = {"NUMBER": "numeric literal", "PARAM": "parameter"}
_BRACKETED = {
    "string": Kind.STRING,
    "escaped": Kind.STRING,
    "quoted": Kind.QUOTED_IDENT,
    "dollar": Kind.DOLLAR_STRING,
    "nested": Kind.COMMENT,
}


def unexpected(text: str, at: int) -> SqlSyntaxError:
    """PostgreSQL's message for a token that the grammar has no place for."""
    return SqlSyntaxError(f'syntax error at or near "{text}"', position=at + 1)


def _check_junk(sql: str, start: int, stop: int, what: str) -> None:
    """A number ends where a letter cannot be taken for its unit."""
    junk = _JUNK.match(sql, stop)
    if junk is not None:
        shown = sql[start : junk.end()]
        message = f'trailing junk after {what} at or near "{shown}"'
        raise SqlSyntaxError(message, position=start + 1)


def _unterminated(what: str, sql: str, at: int) -> SqlSyntaxError:
    rest = sql[at : at + _SHOWN]
    return SqlSyntaxError(f'unterminated {what} at or near "{rest}"', position=at + 1)


def _end(group: str, sql: str, start: int, inside: int) -> int:
    """Where the token that starts at `start` and whose content starts at `inside` ends."""
    if group == "nested":
        return _comment_end(sql, start)
    if group == "dollar":
        return _dollar_end(sql, start, inside)
    if group == "quoted":
        return _identifier_end(sql, start, inside)
    return _string_end(sql, start, inside, _ESCAPED_BODY if group == "escaped" else _PLAIN_BODY)


def _string_end(sql: str, start: int, inside: int, body: re.Pattern[str]) -> int:
    """The end of a string and of the pieces that continue it on later lines (4.1.2.1)."""
    while True:
        found = body.match(sql, inside)
        if found is None:
            raise _unterminated("quoted string", sql, start)
        more = _CONTINUATION.match(sql, found.end())
        if more is None:
            return found.end()
        inside = more.end()


def _identifier_end(sql: str, start: int, inside: int) -> int:
    found = _DOUBLE_BODY.match(sql, inside)
    if found is None:
        raise _unterminated("quoted identifier", sql, start)
    if found.end() == inside + 1:
        raise SqlSyntaxError('zero-length delimited identifier at or near """"', position=start + 1)
    return found.end()


def _dollar_end(sql: str, start: int, inside: int) -> int:
    tag = sql[start:inside]
    closing = sql.find(tag, inside)
    if closing < 0:
        raise _unterminated("dollar-quoted string", sql, start)
    return closing + len(tag)


def _comment_end(sql: str, start: int) -> int:
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    raise _unterminated("/* comment", sql, start)


def _add_operators(tokens: list[Token], sql: str, at: int, stop: int) -> None:
    """The operators of one run of operator characters.

    An operator may end in + or - only if it has one of ~ ! @ # % ^ & | ` ? (4.1.3): otherwise the
    signs at its end are operators by themselves. All are made here, at once: a run of n signs
    looked at again for every sign would take n * n steps.
    """
    run = sql[at:stop]
    length = len(run)
    if not _MAY_END_IN_SIGN.intersection(run):
        length = max(1, len(run.rstrip("+-")))
    tokens.append(Token(Kind.OPERATOR, run[:length], at, at + length))
    for offset in range(length, len(run)):
        tokens.append(Token(Kind.OPERATOR, run[offset], at + offset, at + offset + 1))
