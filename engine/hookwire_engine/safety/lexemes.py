"""A statement as PostgreSQL's lexer and as DuckDB's reads it, in one form for the safety rules.

The two differ (DuckDB 2.0.1): DuckDB has no U&'' and no U&"", reads `x` as a quoted identifier, and
its parser takes Unicode's spaces and invisible characters for spaces, which PostgreSQL takes for
letters. What is safe as one may be something else as the other, so both are checked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

import duckdb

from hookwire_catalog.lexer import Kind, Token, unexpected
from hookwire_catalog.names import truncate


class Form(Enum):
    WORD = auto()
    QUOTED = auto()
    STRING = auto()
    OTHER = auto()

    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Lexemes:
    """A statement, a column for each property.

    `names` are identifiers in lower case, as DuckDB compares them, and the text of anything else;
    `starts` are 0-based character indexes. `values` has the identifiers that PostgreSQL stores
    otherwise than `names`, by index.
    """

    names: list[str]
    forms: list[Form]
    starts: list[int]
    values: dict[int, str]

    def value(self, at: int) -> str:
        return self.values.get(at, self.names[at])

    def word(self, at: int) -> str:
        """The unquoted word at `at`; empty if there is none."""
        if at < len(self.names) and self.forms[at] is Form.WORD:
            return self.names[at]
        return ""

    def name(self, at: int) -> str:
        """What is at `at`; empty past the end."""
        return self.names[at] if at < len(self.names) else ""


_FORMS = dict.fromkeys(Kind, Form.OTHER) | {
    Kind.IDENT: Form.WORD,
    Kind.QUOTED_IDENT: Form.QUOTED,
    Kind.STRING: Form.STRING,
    Kind.DOLLAR_STRING: Form.STRING,
}


def of_tokens(tokens: Sequence[Token]) -> Lexemes:
    """From PostgreSQL's tokens."""
    names = [token[1].lower() for token in tokens]
    kinds = [token[0] for token in tokens]
    values = {}
    quoted, plain = Kind.QUOTED_IDENT, Kind.IDENT
    for at, kind in enumerate(kinds):
        if kind is quoted or (kind is plain and _folds_otherwise(names[at])):
            values[at] = tokens[at].value
            names[at] = values[at].lower()
    return Lexemes(names, [_FORMS[kind] for kind in kinds], [t[2] for t in tokens], values)


def _folds_otherwise(name: str) -> bool:
    return len(name) > 63 or not name.isascii()


_SPACE = b" \t\n\r\v\f"
_QUOTES = ('"', "`")
_COMMENT = duckdb.token_type.comment
_FORMS_OF_DUCKDB = {
    duckdb.token_type.identifier: Form.WORD,
    duckdb.token_type.keyword: Form.WORD,
    duckdb.token_type.string_const: Form.STRING,
    duckdb.token_type.numeric_const: Form.OTHER,
    duckdb.token_type.operator: Form.OTHER,
}


def of_duckdb(sql: str) -> Lexemes:
    """As DuckDB reads it.

    Raises SqlSyntaxError for an unquoted identifier with a character that DuckDB's parser takes
    for a space and its lexer does not.
    """
    raw = sql.encode()
    found = Lexemes([], [], [], {})
    marks = duckdb.tokenize(sql)
    ends = [*(start for start, _ in marks[1:]), len(raw)]
    for (begin, kind), end in zip(marks, ends, strict=False):  # no marks, one end
        if kind is not _COMMENT:
            text = raw[begin:end].strip(_SPACE).decode(errors="replace")
            _add(found, text, _FORMS_OF_DUCKDB[kind], begin)
    if not sql.isascii():
        found.starts[:] = [len(raw[:start].decode(errors="replace")) for start in found.starts]
    return found


def _add(found: Lexemes, text: str, form: Form, start: int) -> None:
    at = len(found.names)
    if form is Form.WORD and text[0] in _QUOTES:
        form = Form.QUOTED
        found.values[at] = truncate(text[1:-1].replace(text[0] * 2, text[0]))
        text = found.values[at]
    elif form is Form.WORD and _has_invisible(text):
        raise unexpected(text, start)
    found.names.append(text.lower())
    found.forms.append(form)
    found.starts.append(start)


def _has_invisible(text: str) -> bool:
    return not text.isascii() and any(unicodedata.category(c)[0] in "ZC" for c in text)


def same_names(ours: Lexemes, sql: str) -> bool:
    """Whether DuckDB sees the same identifiers and strings in the same places of an ASCII text.

    Words and quoted identifiers then have the same ends, too: only ` and Unicode make a difference.
    """
    if not sql.isascii() or "`" in sql:
        return False
    forms, starts = ours.forms, ours.starts
    other = Form.OTHER
    mine = [start for start, form in zip(starts, forms, strict=True) if form is not other]
    identifier, keyword, string = _NAMED
    return mine == [
        start
        for start, kind in duckdb.tokenize(sql)
        if kind is identifier or kind is keyword or kind is string
    ]


_NAMED = duckdb.token_type.identifier, duckdb.token_type.keyword, duckdb.token_type.string_const
