"""The options of COPY, and the checks of them (ProcessCopyOptions in PostgreSQL's copy.c)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from hookwire_catalog.charsets import encoding_named
from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import (
    FeatureNotSupported,
    InvalidParameterValue,
    SqlError,
    SqlSyntaxError,
)
from hookwire_catalog.setting_values import parse_boolean

Format: TypeAlias = Literal["text", "csv", "binary"]
Columns: TypeAlias = tuple[str, ...] | Literal["*"]
RESERVED_DELIMITERS = "\\.abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """What was given; None where nothing was. `force_*` are names of columns, or "*" for all."""

    format: Format | None = None
    delimiter: str | None = None
    null: str | None = None
    header: bool | Literal["match"] | None = None
    quote: str | None = None
    escape: str | None = None
    force_quote: Columns | None = None
    force_not_null: Columns | None = None
    force_null: Columns | None = None
    encoding: str | None = None
    freeze: bool | None = None


@dataclass(frozen=True, slots=True)
class CopyLayout:
    """The options with their defaults. Without `quote` it is the text format, without `encoding`
    the client's."""

    format: Format
    delimiter: str
    null: str
    header: bool | Literal["match"]
    quote: str
    escape: str
    force_quote: Columns
    force_not_null: Columns
    force_null: Columns
    encoding: str | None = None


def parse_options(cursor: TokenCursor) -> CopyOptions:
    """`[WITH] (name [value], ...)`, or the clauses from before PostgreSQL 9."""
    cursor.accept_word("with")
    if not cursor.accept_mark("("):
        return _parse_clauses(cursor)
    options = CopyOptions()
    while True:
        position = cursor.position
        name = cursor.label()
        if name not in _PARSERS:
            raise SqlSyntaxError(f'option "{name}" not recognized', position=position)
        options = _given(options, name, _PARSERS[name](cursor, name), position)
        if not cursor.accept_mark(","):
            break
    cursor.expect_mark(")")
    return options


def _given(options: CopyOptions, name: str, value: object, position: int) -> CopyOptions:
    if getattr(options, name) is not None:
        raise SqlSyntaxError("conflicting or redundant options", position=position)
    return replace(options, **{name: value})  # type: ignore[arg-type]


def _value(cursor: TokenCursor, name: str) -> str:
    token = cursor.peek()
    if token is None or token.text in (",", ")"):
        raise SqlSyntaxError(f"{name} requires a parameter")
    return cursor.next().value


def _format(cursor: TokenCursor, name: str) -> str:
    position = cursor.position
    value = _value(cursor, name)
    if value not in ("text", "csv", "binary"):
        raise InvalidParameterValue(f'COPY format "{value}" not recognized', position=position)
    return value


def _boolean(cursor: TokenCursor, name: str) -> bool:
    token = cursor.peek()
    if token is None or token.text in (",", ")"):
        return True
    value = parse_boolean(cursor.next().value)
    if value is None:
        raise SqlSyntaxError(f"{name} requires a Boolean value")
    return value


def _header(cursor: TokenCursor, name: str) -> object:
    token = cursor.peek()
    if token is not None and token.value.lower() == "match":
        cursor.next()
        return "match"
    if token is None or token.text in (",", ")"):
        return True
    value = parse_boolean(cursor.next().value)
    if value is None:
        raise SqlSyntaxError('header requires a Boolean value or "match"')
    return value


def _names(cursor: TokenCursor, name: str) -> Columns:
    if cursor.accept_mark("*"):
        return "*"
    position = cursor.position
    if not cursor.accept_mark("("):
        raise InvalidParameterValue(
            f'argument to option "{name}" must be a list of column names', position=position
        )
    names = cursor.separated(cursor.identifier)
    cursor.expect_mark(")")
    return names


def _encoding(cursor: TokenCursor, name: str) -> str:
    return _known_encoding(_value(cursor, name), cursor.position)


def _known_encoding(text: str, position: int) -> str:
    found = encoding_named(text)
    if found is None:
        raise InvalidParameterValue(
            'argument to option "encoding" must be a valid encoding name', position=position
        )
    return found


_PARSERS = {
    "format": _format,
    "delimiter": _value,
    "null": _value,
    "header": _header,
    "quote": _value,
    "escape": _value,
    "force_quote": _names,
    "force_not_null": _names,
    "force_null": _names,
    "encoding": _encoding,
    "freeze": _boolean,
}


def _parse_clauses(cursor: TokenCursor) -> CopyOptions:
    options = CopyOptions()
    while cursor.peek() is not None and not cursor.at_word("where"):
        position = cursor.position
        word = cursor.expect_word(
            "binary", "csv", "header", "freeze", "delimiter", "null", "quote", "escape",
            "encoding", "force",
        )  # fmt: skip
        name, value = _clause(cursor, word)
        options = _given(options, name, value, position)
    return options


def _clause(cursor: TokenCursor, word: str) -> tuple[str, object]:
    if word in ("binary", "csv"):
        return "format", word
    if word in ("header", "freeze"):
        return word, True
    if word == "force":
        if cursor.accept_word("quote"):
            return "force_quote", "*" if cursor.accept_mark("*") else cursor.separated(
                cursor.identifier
            )
        negated = cursor.accept_word("not") is not None
        cursor.expect_word("null")
        return "force_not_null" if negated else "force_null", cursor.separated(cursor.identifier)
    if word != "encoding":
        cursor.accept_word("as")
    position, text = cursor.position, cursor.string()
    return word, _known_encoding(text, position) if word == "encoding" else text


def layout_of(options: CopyOptions, *, incoming: bool) -> CopyLayout:
    """Raises SqlError for what does not go together, in PostgreSQL's words and order."""
    form = options.format or "text"
    csv = form == "csv"
    if form == "binary":
        if options.delimiter is not None:
            raise SqlSyntaxError("cannot specify DELIMITER in BINARY mode")
        if options.null is not None:
            raise SqlSyntaxError("cannot specify NULL in BINARY mode")
    quote = options.quote or '"'
    layout = CopyLayout(
        format=form,
        delimiter="\t" if not csv and options.delimiter is None else options.delimiter or ",",
        null=("" if csv else "\\N") if options.null is None else options.null,
        header=options.header or False,
        quote=quote if csv else "",
        escape=(options.escape or quote) if csv else "",
        force_quote=options.force_quote or (),
        force_not_null=options.force_not_null or (),
        force_null=options.force_null or (),
        encoding=options.encoding,
    )
    for fault in _faults(options, layout, incoming):
        raise fault
    return layout


def _faults(options: CopyOptions, layout: CopyLayout, incoming: bool) -> list[SqlError]:
    csv = layout.format == "csv"
    lacking, wrong = FeatureNotSupported, InvalidParameterValue
    delimiter = layout.delimiter if options.delimiter is None else options.delimiter
    checks: list[tuple[bool, type[SqlError], str]] = [
        (not _one_byte(delimiter), lacking, "COPY delimiter must be a single one-byte character"),
        (delimiter in ("\n", "\r"), wrong, "COPY delimiter cannot be newline or carriage return"),
        ("\n" in layout.null or "\r" in layout.null, wrong,
         "COPY null representation cannot use newline or carriage return"),
        (not csv and delimiter in RESERVED_DELIMITERS, wrong,
         f'COPY delimiter cannot be "{delimiter}"'),
        (layout.format == "binary" and bool(layout.header), lacking,
         "cannot specify HEADER in BINARY mode"),
        (not csv and options.quote is not None, lacking, "COPY quote available only in CSV mode"),
        (csv and not _one_byte(options.quote), lacking,
         "COPY quote must be a single one-byte character"),
        (csv and layout.delimiter == layout.quote, wrong,
         "COPY delimiter and quote must be different"),
        (not csv and options.escape is not None, lacking, "COPY escape available only in CSV mode"),
        (csv and not _one_byte(options.escape), lacking,
         "COPY escape must be a single one-byte character"),
        *_force_checks("force quote", options.force_quote, csv, incoming, "TO"),
        *_force_checks("force not null", options.force_not_null, csv, not incoming, "FROM"),
        *_force_checks("force null", options.force_null, csv, not incoming, "FROM"),
        (delimiter in layout.null, lacking,
         "COPY delimiter must not appear in the NULL specification"),
        (csv and layout.quote in layout.null, lacking,
         "CSV quote character must not appear in the NULL specification"),
        (not incoming and layout.header == "match", lacking,
         'cannot use "match" with HEADER in COPY TO'),
    ]  # fmt: skip
    return [kind(message) for wrong_here, kind, message in checks if wrong_here]


def _one_byte(text: str | None) -> bool:
    return text is None or len(text.encode()) == 1


def _force_checks(
    what: str, given: Columns | None, csv: bool, wrong_way: bool, way: str
) -> list[tuple[bool, type[SqlError], str]]:
    if given is None:
        return []
    only_csv = f"COPY {what} available only in CSV mode"
    only_way = f"COPY {what} only available using COPY {way}"
    return [(not csv, FeatureNotSupported, only_csv), (wrong_way, FeatureNotSupported, only_way)]
